"""Adding many statements to the roll-ups with a few queries; what comes out is what `rollup.count` makes.

Figures of a school are changed by one at a time (`Beside.alone`): sums are read and changed here. What is added is
summed up before that, and sent where nobody else sees it.

    sums = Sums(lines); sums.send(db)
    db.alone(sums.schools); sums.add(db)
"""

import struct
from collections.abc import Iterable, Sequence

from sync.hub.landing.facts import as_copy
from sync.hub.landing.lines import Line
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
        self._weeks: set[tuple[int, int, int]] = set()
        self._standings: dict[tuple[Key, int], Standing] = {}
        for line in lines:
            if line.kind.place:
                self._count(line, line.kind.place)
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
        cells: dict[Key, int] = {}
        for key, _ in self._standings:
            cells.setdefault(key, len(cells))
        db.copy("COPY came_day FROM STDIN", _lines((*key, *added) for key, added in self._days.items()))
        db.copy("COPY came_week (school, week, learner) FROM STDIN", _lines(self._weeks))
        db.copy(f"COPY came_cell (n, {_KEY}) FROM STDIN", _lines((number, *key) for key, number in cells.items()))
        db.copy(
            "COPY came_standing (n, learner, completed, best_milli, last_day) FROM STDIN (FORMAT binary)",
            as_copy(_packed(cells[key], learner, one) for (key, learner), one in self._standings.items()),
        )

    def add(self, db: Beside) -> None:
        """Add it to the roll-ups; the schools are this transaction's alone."""
        if self._days:
            for step in _STEPS:
                db.execute(step)

    def _count(self, line: Line, place: Key) -> None:
        """Count a statement about an item, and where its actor stands with it."""
        _, school, class_term, grade, area, pack, item = place
        day, learner = line.day, line.actor.term
        key = (day, school, class_term, grade, area, pack, item, line.kind.verb)
        sums = self._days.get(key)
        if sums is None:
            sums = self._days[key] = [0, 0]
        sums[0] += 1
        if not line.scored:
            sums[1] += line.amount
        if learner:
            self._weeks.add((school, week_of(day), learner))
            standing = self._standings.get((place, learner))
            if standing is None:
                standing = self._standings[place, learner] = Standing()
            standing.add(
                completed=line.kind.shape.facts.completed, score_milli=line.amount if line.scored else None, day=day
            )

    def _fill_up(self) -> None:
        """Make the standings of packs, areas and classes from those of their items."""
        for ((_, school, class_term, grade, area, pack, _), learner), one in list(self._standings.items()):
            for key in (
                (PACK, school, class_term, grade, area, pack, 0), (AREA, school, class_term, grade, area, 0, 0),
                (CLASS, school, class_term, grade, "", 0, 0),
            ):  # fmt: skip
                above = self._standings.get((key, learner))
                if above is None:
                    above = self._standings[key, learner] = Standing()
                above.add(completed=one.completed, score_milli=one.best_milli, day=one.last_day)


def _packed(cell: int, learner: int, one: Standing) -> bytes:
    """Write a standing as a binary COPY reads it."""
    if one.best_milli is None:
        return _STANDS_UNSCORED.pack(5, 4, cell, 4, learner, 4, one.completed, -1, 4, one.last_day)
    return _STANDS.pack(5, 4, cell, 4, learner, 4, one.completed, 4, one.best_milli, 4, one.last_day)


def _lines(rows: Iterable[Sequence[int | str | None]]) -> bytes:
    """Write rows as COPY reads them; the only texts are areas, which are letters."""
    return "".join("\t".join(_NULL if one is None else str(one) for one in row) + "\n" for row in rows).encode()
