"""Batches and statements on their way from rows that each say everything to those of a country (`landing.facts`).

The place of a statement becomes `batch * 1000 + line`; what the context of a box's statements mentions moves into the
scenes that many of them share, as an indexer does it, and that of others into `related`. Who stands there with a day
that no clock can mean, as hubs kept it at first (a country's rows have no room for it), is counted when it came.

    fill(source, target, now_week)
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from sync.hub.database import Row
from sync.hub.engines.filling import Target
from sync.hub.errors import DataError
from sync.hub.landing.facts import FACT_COLUMNS, SEQS_A_BATCH, as_lines
from sync.hub.landing.partitions import create_partition
from sync.hub.landing.scenes import SceneKey, digest_of
from sync.hub.lrs.narrow import FIRST_DAY
from sync.hub.moving.source import Source
from sync.hub.moving.sums import Total
from sync.hub.rollup import repair

SPECIAL = ("batch", "statement", "related", "void", "reference", "attachment", "scene_mention")
"""Tables that look different there, and those that name places."""
WEEK_LEAST = 1000
"""A week with fewer statements gets no partition of its own: so few lie there whose clock stood wrong."""
_AT_ONCE = 20_000
_COMPLETED, _VOIDED, _SCORED, _DAY = 10, 11, 12, 13
"""Bits of `fact.mark`, as the migration `0010_landed.sql` says."""
_SCENE = "class, item, verb, pack, grade, owner, school, area, mentions"
_SEQ = f"s.batch * {SEQS_A_BATCH} + s.line"
_SAID = (
    "owner, actor, verb, object, registration, voided, day, school, class, grade, area, pack, item, completed,"
    " score_milli, watched_ms"
)
_CAME_DAY = "b.stored_us / 86400000000"
_NO_DAY = f"s.day NOT BETWEEN {FIRST_DAY} AND {_CAME_DAY}"
_SAID_HERE = ", ".join(f"s.{one.strip()}" for one in _SAID.split(",")).replace(
    "s.day", f"CASE WHEN {_NO_DAY} THEN {_CAME_DAY} ELSE s.day END"
)
_REDATED = f"SELECT count(*) FROM statement s JOIN batch b ON b.id = s.batch WHERE {_NO_DAY}"  # noqa: S608  our own words
_STATEMENTS = (
    f"SELECT s.seq, {_SEQ}, s.id, {_SAID_HERE}, c.box IS NOT NULL"  # noqa: S608  our own words
    " FROM statement s JOIN batch b ON b.id = s.batch JOIN credential c ON c.id = b.credential ORDER BY s.seq"
)
_MENTIONS = (
    "SELECT r.seq, r.term, r.member, t.value LIKE 'account:%' OR t.value LIKE 'mailto:%' OR t.value LIKE 'sha1:%'"
    " FROM related r JOIN term t ON t.id = r.term ORDER BY r.seq, r.term"
)
_MENTIONED = f"SELECT r.term, {_SEQ}, r.member FROM related r JOIN statement s ON s.seq = r.seq"  # noqa: S608  our own words
_MENTIONED_THERE = (
    f"SELECT term, seq, member FROM related UNION ALL SELECT m.term, f.landed::bigint * {SEQS_A_BATCH} +"  # noqa: S608  our own words
    " (f.mark & 1023), 0::bigint FROM fact f JOIN scene_mention m ON m.scene = f.scene"
)
_BATCHES = "SELECT id, credential, stored_us, statements, xapi, packed FROM {}"
_PLACED = {
    "void": ("target", "by_seq", "owner", "any_owner"), "reference": ("target", "seq"),
    "attachment": ("seq", "sha2", "content_type", "file", "size_bytes"),
}  # fmt: skip
_WEEKS = (
    "SELECT substr(hex(id), 1, 7), count(*) FROM statement WHERE substr(hex(id), 13, 1) = '7' GROUP BY 1"
)  # fmt: skip


class Statements:
    """Fills what statements are in; what it wrote is known by `expected`, what is there by `found`."""

    def __init__(self, source: Source, target: Target) -> None:
        self._source = source
        self._target = target
        self._scenes: dict[SceneKey, int] = {}
        self.expected = {name: Total() for name in ("batch", "statement", "related", *_PLACED)}

    def fill(self, week_of: Callable[[int], int], this_week: int) -> None:
        """Write batches, partitions, statements and what they mention.

        Raises:
            DataError: A batch is larger than any hub takes.
        """
        if self._source.number("SELECT max(statements) FROM batch") > SEQS_A_BATCH:
            raise DataError(f"A batch has more than {SEQS_A_BATCH} statements, which no hub takes. Nothing was done.")
        self._batches()
        for week in self._weeks(week_of, this_week):
            create_partition(self._target, week)
        self._statements()
        for table, columns in _PLACED.items():
            self._placed(table, columns)

    def _batches(self) -> None:
        columns = ("id", "credential", "stored_us", "statements", "xapi", "packed")
        with self._target.copying("landed", (*columns, "waits")) as copy:
            for row in self.expected["batch"].seen(self._source.rows(_BATCHES.format("batch"))):
                copy.write_row((*row, 0))

    def _weeks(self, week_of: Callable[[int], int], this_week: int) -> list[int]:
        """Say which weeks hold enough to be kept together; about the first minutes of one it may be wrong."""
        counted: dict[int, int] = {}
        for digits, count in self._source.rows(_WEEKS):
            week = week_of(int(digits, 16) << 20)
            counted[week] = counted.get(week, 0) + count
        return sorted(week for week, count in counted.items() if count >= WEEK_LEAST and week <= this_week)

    def _statements(self) -> None:
        """Write facts, scenes and mentions, some thousands at a time."""
        self.expected["related"].over(self._source.rows(_MENTIONED))
        ones = self._with_mentions()
        while chunk := list(islice(ones, _AT_ONCE)):
            new: dict[SceneKey, Sequence[int]] = {}
            facts, related = [], []
            for row, mentions in chunk:
                self.expected["statement"].add(row[1:-1])
                shared = bool(row[-1]) and not any(member or person for _, member, person in mentions)
                terms = tuple(term for term, _, _ in mentions) if shared else ()
                key = _scene(row, terms)
                if key not in self._scenes:
                    self._scenes[key] = len(self._scenes) + 1
                    new[key] = terms
                facts.append(_fact(row, self._scenes[key]))
                related += [] if shared else [(term, row[1], member) for term, member, _ in mentions]
            with self._target.copying("fact", (FACT_COLUMNS,)) as copy:
                copy.write(as_lines(facts))
            self._write("related", ("term", "seq", "member"), related)
            self._write("scene", ("id", _SCENE), [(self._scenes[key], *key) for key in new])
            mentioned = [(term, self._scenes[key]) for key, terms in new.items() for term in terms]
            self._write("scene_mention", ("term", "scene"), mentioned)

    def _with_mentions(self) -> Iterator[tuple[Row, list[tuple[int, int, int]]]]:
        """Give each statement with what it mentions; both are read in the same order."""
        mentions = self._source.rows(_MENTIONS)
        ahead = next(mentions, None)
        for row in self._source.rows(_STATEMENTS):
            of_it = []
            while ahead is not None and ahead[0] <= row[0]:
                if ahead[0] == row[0]:
                    of_it.append((ahead[1], ahead[2], ahead[3]))
                ahead = next(mentions, None)
            yield row, of_it

    def _placed(self, table: str, columns: Sequence[str]) -> None:
        """Write rows that name the place of a statement."""
        place = "by_seq" if table == "void" else "seq"
        named = ", ".join(_SEQ if one == place else f"t.{one}" for one in columns)
        query = f"SELECT {named} FROM {table} t JOIN statement s ON s.seq = t.{place}"  # noqa: S608  our own words
        if table == "void":
            query += f" UNION ALL SELECT {', '.join(columns)} FROM void WHERE by_seq < 0"  # noqa: S608  our own words
        self._write(table, columns, self.expected[table].seen(self._source.rows(query)))

    def _write(self, table: str, columns: Sequence[str], rows: "Sequence[Row] | Iterator[Row]") -> None:
        with self._target.copying(table, columns) as copy:
            for row in rows:
                copy.write_row(row)


def count_again(source: Source, target: Target) -> None:
    """Make the roll-ups there anew if statements are counted on other days than here."""
    if source.number(_REDATED):
        repair(target.sql)


def found(target: Target) -> dict[str, Total]:
    """Read everything there, in the words of the tables here."""
    there = {
        "batch": _BATCHES.format("landed"), "statement": f"SELECT seq, id, {_SAID} FROM statement",  # noqa: S608  our own words
        "related": _MENTIONED_THERE,
        **{table: f"SELECT {', '.join(columns)} FROM {table}" for table, columns in _PLACED.items()},  # noqa: S608  our own words
    }  # fmt: skip
    return {name: Total().over(target.rows(query)) for name, query in there.items()}


def _scene(row: Row, mentions: Sequence[int]) -> SceneKey:
    """Say which scene a statement belongs to."""
    _, _, _, owner, _, verb, _, _, _, _, school, of_class, grade, area, pack, item, *_ = row
    return of_class, item, verb, pack, grade, owner, school, area, digest_of(mentions)


def _fact(row: Row, scene: int) -> tuple[int, int, int, int, int, int, str, str | None]:
    """Make the narrow row of one statement."""
    _, seq, one, _, actor, _, about, registration, voided, day, *_, completed, score_milli, watched_ms, _ = row
    landed, line = divmod(seq, SEQS_A_BATCH)
    scored = score_milli is not None
    mark = line | completed << _COMPLETED | voided << _VOIDED | scored << _SCORED | day << _DAY
    amount = score_milli if scored else watched_ms
    return landed, actor, about, scene, amount, mark, one.hex(), registration.hex() if registration else None
