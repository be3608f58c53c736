"""Adding many statements to the roll-ups with a few queries; what comes out is what `rollup.count` makes.

Figures of a school are changed by one at a time (`Beside.alone`): sums are read and changed here. What is added is
summed up before that, and sent where nobody else sees it.

    sums = Sums(lines); sums.send(db)
    db.alone(sums.schools); sums.add(db)
"""

import struct
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from sync.hub.landing.facts import as_copy
from sync.hub.landing.lines import Kind, Line
from sync.hub.landing.ports import Beside
from sync.hub.rollup import AREA, CLASS, PACK, DayKey, Key, Standing, week_of

_NULL = "\\N"
_PLACE = (
    "level BIGINT NOT NULL, school BIGINT NOT NULL, class BIGINT NOT NULL, grade BIGINT NOT NULL,"
    ' area TEXT COLLATE "C" NOT NULL, pack BIGINT NOT NULL, item BIGINT NOT NULL'
)
_TABLES = (
    "CREATE TEMP TABLE IF NOT EXISTS came_day (LIKE daily) ON COMMIT DELETE ROWS",
    "CREATE TEMP TABLE IF NOT EXISTS came_week (LIKE active) ON COMMIT DELETE ROWS",
    f"CREATE TEMP TABLE IF NOT EXISTS came_cell (n INT NOT NULL, {_PLACE}) ON COMMIT DELETE ROWS",
    (
        "CREATE TEMP TABLE IF NOT EXISTS came_standing (n INT NOT NULL, learner INT NOT NULL, completed INT NOT NULL,"
        " best_milli INT, last_day INT NOT NULL) ON COMMIT DELETE ROWS"
    ),
)
_KEY = "level, school, class, grade, area, pack, item"
_SAME_CELL = " AND ".join(f"c.{name} = s.{name}" for name in _KEY.split(", "))
_STEPS = (
    (
        "INSERT INTO daily SELECT * FROM came_day ORDER BY day, school, class, grade, area, pack, item, verb"
        " ON CONFLICT (day, school, class, grade, area, pack, item, verb) DO UPDATE SET"
        " statements = daily.statements + excluded.statements, watched_ms = daily.watched_ms + excluded.watched_ms"
    ),
    (
        "INSERT INTO active (school, week, learner) SELECT school, week, learner FROM came_week"
        " ORDER BY school, week, learner ON CONFLICT DO NOTHING"
    ),
    (
        "INSERT INTO touched (school, day) SELECT DISTINCT school, day FROM came_day ORDER BY school, day"
        " ON CONFLICT DO NOTHING"
    ),
    (
        f"INSERT INTO cell ({_KEY}) SELECT {_KEY} FROM came_cell s WHERE NOT EXISTS"  # noqa: S608  fixed names
        f" (SELECT 1 FROM cell c WHERE {_SAME_CELL}) ORDER BY s.n"
    ),
    (
        "WITH stands AS MATERIALIZED (SELECT c.id AS cell, s.learner, l.learner IS NULL AS is_new,"  # noqa: S608  fixed names
        " greatest(s.completed, l.completed) AS completed, greatest(s.best_milli, l.best_milli) AS best_milli,"
        " greatest(s.last_day, l.last_day) AS last_day, coalesce(l.completed, 0) AS had_completed,"
        " l.best_milli AS had_milli, l.last_day AS had_day"
        f" FROM (SELECT s.n, c.id FROM came_cell s JOIN cell c ON {_SAME_CELL}) AS c JOIN came_standing s USING (n)"
        " LEFT JOIN cell_learner l ON l.cell = c.id AND l.learner = s.learner),"
        " changed AS (UPDATE cell_learner l SET completed = s.completed, best_milli = s.best_milli,"
        " last_day = s.last_day FROM stands s WHERE NOT s.is_new AND l.cell = s.cell AND l.learner = s.learner"
        " AND (s.completed > s.had_completed OR s.last_day > s.had_day OR s.best_milli > coalesce(s.had_milli, -1))),"
        " made AS (INSERT INTO cell_learner (cell, learner, completed, best_milli, last_day)"
        " SELECT cell, learner, completed, best_milli, last_day FROM stands WHERE is_new ORDER BY cell, learner)"
        " UPDATE cell c SET learners = c.learners + d.learners, completed = c.completed + d.completed,"
        " scored = c.scored + d.scored, score_milli = c.score_milli + d.score_milli FROM ("
        " SELECT cell, count(*) FILTER (WHERE is_new) AS learners, sum(completed - had_completed) AS completed,"
        " count(*) FILTER (WHERE had_milli IS NULL AND best_milli IS NOT NULL) AS scored,"
        " sum(coalesce(best_milli, 0) - coalesce(had_milli, 0)) AS score_milli FROM stands GROUP BY cell) AS d"
        " WHERE c.id = d.cell AND (d.learners <> 0 OR d.completed <> 0 OR d.scored <> 0 OR d.score_milli <> 0)"
    ),
)
_STANDS = struct.Struct(">hiiiiiiiiii")
_STANDS_UNSCORED = struct.Struct(">hiiiiiiiii")


class Sums:
    """What lines add to the roll-ups."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._days: dict[DayKey, list[int]] = {}
        self._weeks: dict[tuple[int, int], set[int]] = defaultdict(set)
        self._standings: dict[Key, dict[int, Standing]] = {}
        """By cell, and in it by learner."""
        alike: dict[tuple[Kind, int], list[Line]] = defaultdict(list)
        for line in lines:
            alike[line.kind, line.day].append(line)
        for (kind, day), some in alike.items():
            if kind.place:
                self._count(kind, kind.place, day, some)
        self._fill_up()

    @property
    def schools(self) -> set[int]:
        """Whose figures change."""
        return {key[1] for key in self._days}

    def send(self, db: Beside) -> None:
        """Send what is to be added to tables of this transaction."""
        if not self._days:
            return
        for table in _TABLES:
            db.execute(table)
        cells = list(enumerate(self._standings.items()))
        weeks = ((school, week, learner) for (school, week), learners in self._weeks.items() for learner in learners)
        db.copy("COPY came_day FROM STDIN", _lines((*key, *added) for key, added in self._days.items()))
        db.copy("COPY came_week (school, week, learner) FROM STDIN", _lines(weeks))
        db.copy(f"COPY came_cell (n, {_KEY}) FROM STDIN", _lines((number, *key) for number, (key, _) in cells))
        db.copy(
            "COPY came_standing (n, learner, completed, best_milli, last_day) FROM STDIN (FORMAT binary)",
            as_copy(
                _packed(number, learner, one) for number, (_, learners) in cells for learner, one in learners.items()
            ),
        )

    def add(self, db: Beside) -> None:
        """Add it to the roll-ups; the schools are this transaction's alone."""
        if self._days:
            for step in _STEPS:
                db.execute(step)

    def _count(self, kind: Kind, place: Key, day: int, lines: Sequence[Line]) -> None:
        """Count statements of a kind and a day, and where their actors stand with its item."""
        sums = self._days.setdefault((day, *place[1:], kind.verb), [0, 0])
        sums[0] += len(lines)
        completed = kind.shape.facts.completed
        standings = self._standings.setdefault(place, {})
        if kind.shape.is_scored:
            for line in lines:
                _stand(standings, line.actor.term, completed, line.amount if line.scored else None, day)
        else:
            sums[1] += sum([line.amount for line in lines])
            for learner in {line.actor.term for line in lines}:
                _stand(standings, learner, completed, None, day)
        standings.pop(0, None)  # nobody: a group without a name
        self._weeks[kind.school, week_of(day)].update([line.actor.term for line in lines if line.actor.term])

    def _fill_up(self) -> None:
        """Make the standings of packs from those of their items, of areas from packs, and of classes from areas."""
        self._standings = {key: learners for key, learners in self._standings.items() if learners}
        packs = self._above(list(self._standings.items()), lambda key: (PACK, *key[1:6], 0))
        areas = self._above(packs, lambda key: (AREA, *key[1:5], 0, 0))
        self._above(areas, lambda key: (CLASS, *key[1:4], "", 0, 0))

    def _above(
        self, below: Iterable[tuple[Key, dict[int, Standing]]], key_of: Callable[[Key], Key]
    ) -> Iterable[tuple[Key, dict[int, Standing]]]:
        """Make the standings of one level from those below."""
        above: dict[Key, dict[int, Standing]] = {}
        for key, learners in below:
            standings = above.setdefault(key_of(key), {})
            for learner, one in learners.items():
                _stand(standings, learner, one.completed, one.best_milli, one.last_day)
        self._standings |= above
        return above.items()


def _stand(standings: dict[int, Standing], learner: int, completed: bool, score_milli: int | None, day: int) -> None:
    """Take one more statement into account for where a learner stands."""
    standing = standings.get(learner)
    if standing is None:
        standings[learner] = Standing(completed, score_milli, max(day, 0))
    else:
        standing.add(completed=completed, score_milli=score_milli, day=day)


def _packed(cell: int, learner: int, one: Standing) -> bytes:
    """Write a standing as a binary COPY reads it."""
    if one.best_milli is None:
        return _STANDS_UNSCORED.pack(5, 4, cell, 4, learner, 4, one.completed, -1, 4, one.last_day)
    return _STANDS.pack(5, 4, cell, 4, learner, 4, one.completed, 4, one.best_milli, 4, one.last_day)


def _lines(rows: Iterable[Sequence[int | str | None]]) -> bytes:
    """Write rows as COPY reads them; the only texts are areas, which are letters."""
    return "".join("\t".join(_NULL if one is None else str(one) for one in row) + "\n" for row in rows).encode()
