"""Counting: what happened a day, and how many learners, so that pages read a few small rows.

Promises: a learner is counted once in a cell however often a statement says the same; `rebuild` makes from the narrow
rows alone, and from the sums of those that were let go of (`retention.sums`), exactly what counting one batch after the
other made, and `db check` compares the two.

A learner who changes class is counted in both classes. Which schools and days changed is kept in `touched`, until
`sync.hub.reports` has made the figures of pages from it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

import msgspec

from sync.hub.database import Sql
from sync.hub.retention import sums as past

CLASS, AREA, PACK, ITEM = range(4)
"""Levels of cells."""

Key: TypeAlias = tuple[int, int, int, int, str, int, int]
"""Level, school, class, grade, area, pack, item of a cell."""
DayKey: TypeAlias = tuple[int, int, int, int, str, int, int, int]
"""Day, school, class, grade, area, pack, item, verb."""


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """What is counted of one statement; texts are terms."""

    day: int
    school: int
    class_term: int
    grade: int
    area: str
    pack: int
    item: int
    verb: int
    learner: int
    completed: bool
    score_milli: int | None
    watched_ms: int


class Standing(msgspec.Struct, gc=False):
    """Where one learner stands in one cell."""

    completed: bool = False
    best_milli: int | None = None
    last_day: int = 0

    def add(self, *, completed: bool, score_milli: int | None, day: int) -> None:
        """Take one more statement into account."""
        self.completed = self.completed or completed
        if score_milli is not None:
            self.best_milli = score_milli if self.best_milli is None else max(self.best_milli, score_milli)
        self.last_day = max(self.last_day, day)


def week_of(day: int) -> int:
    """Give the week of a day since 1970, counted from Mondays."""
    return (day + 3) // 7


def days_of(week: int) -> range:
    """Give the days of a week."""
    return range(7 * week - 3, 7 * week + 4)


class Tally(msgspec.Struct, frozen=True):
    """What statements add to the roll-ups: sums of days, and where each learner stands in each cell."""

    days: Mapping[DayKey, list[int]]
    weeks: Sequence[tuple[int, int, int]]
    touched: Sequence[tuple[int, int]]
    standings: Mapping[tuple[Key, int], Standing]


def tally(ones: Sequence[Counted]) -> Tally:
    """Sum statements about items up."""
    standings: dict[tuple[Key, int], Standing] = {}
    for one in ones:
        if one.learner:
            for key in _keys(one):
                standing = standings.setdefault((key, one.learner), Standing())
                standing.add(completed=one.completed, score_milli=one.score_milli, day=one.day)
    return Tally(
        days=_days(ones),
        weeks=sorted({(one.school, week_of(one.day), one.learner) for one in ones if one.learner}),
        touched=sorted({(one.school, one.day) for one in ones}),
        standings=standings,
    )


def count(db: Sql, counted: Iterable[Counted]) -> None:
    """Add statements about items to the roll-ups."""
    ones = list(counted)
    sums = tally(ones)
    db.executemany(
        "INSERT INTO daily VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (day, school, class, grade, area, pack, item, verb) DO UPDATE SET"
        " statements = daily.statements + excluded.statements, watched_ms = daily.watched_ms + excluded.watched_ms",
        [(*key, *added) for key, added in sums.days.items()],
    )
    db.executemany("INSERT INTO active (school, week, learner) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", sums.weeks)
    _touch(db, ones)
    cells: dict[Key, int] = {}
    for (key, learner), standing in sums.standings.items():
        if key not in cells:
            cells[key] = _cell(db, key)
        _stand(db, cells[key], learner, standing)


def repair(db: Sql) -> None:
    """Make the roll-ups again, and have the figures of pages follow, those of days that are gone, too."""
    db.execute(_TOUCH_ALL)
    rebuild(db)
    db.execute(_TOUCH_ALL)


def rebuild(db: Sql) -> None:
    """Make the roll-ups again from the narrow rows of what is not voided, and from the sums of what went."""
    for table in ("cell_learner", "cell", "daily", "active"):
        db.execute(f"DELETE FROM {table}")  # noqa: S608  fixed names
    for making in (_DAYS, past.DAYS, _WEEKS, past.WEEKS, _STANDINGS):
        db.execute(making)
    for level, below in enumerate(_BELOW):
        for making in (_CELLS, _LEARNERS):
            db.execute(making.format(*below, level=level))
    db.execute(_SUMS_OF_CELLS)
    db.execute("DROP TABLE standing")


def uncount(db: Sql, seq: int) -> None:
    """Take one statement that was just voided out of the roll-ups, by looking at what else its learner did there."""
    one = _counted(db.execute(f"{_NARROW} WHERE seq = ?", (seq,)).fetchone())
    if not one.item:
        return
    day_key = (one.day, one.school, one.class_term, one.grade, one.area, one.pack, one.item, one.verb)
    db.execute(
        "UPDATE daily SET statements = statements - 1, watched_ms = watched_ms - ? WHERE day = ? AND school = ?"
        " AND class = ? AND grade = ? AND area = ? AND pack = ? AND item = ? AND verb = ?",
        (one.watched_ms, *day_key),
    )
    db.execute("DELETE FROM daily WHERE statements = 0 AND day = ?", (one.day,))
    _touch(db, [one])
    _leave_week(db, one)
    for key in _keys(one):
        _leave(db, _cell(db, key), one.learner)
    rows = db.execute(
        f"{_NARROW} WHERE actor = ? AND voided = 0 AND item <> 0 AND school = ? AND class = ? AND grade = ?",
        (one.learner, one.school, one.class_term, one.grade),
    ).fetchall()
    standings: dict[Key, Standing] = {}
    touched = set(_keys(one))
    for other in map(_counted, rows):
        for key in touched & set(_keys(other)):
            standing = standings.setdefault(key, Standing())
            standing.add(completed=other.completed, score_milli=other.score_milli, day=other.day)
    for item, stood in _stood(db, one.learner):
        for key in touched & set(_above(item)):
            standing = standings.setdefault(key, Standing())
            standing.add(completed=stood.completed, score_milli=stood.best_milli, day=stood.last_day)
    for key, standing in standings.items():
        _stand(db, _cell(db, key), one.learner, standing)


def leave_all(db: Sql, learner: int) -> None:
    """Take a learner and all that it did out of the roll-ups."""
    rows = db.execute(f"{_NARROW} WHERE actor = ? AND voided = 0 AND item <> 0", (learner,)).fetchall()
    ones = [_counted(row) for row in rows]
    daily = _days(ones)
    db.executemany(
        "UPDATE daily SET statements = statements - ?, watched_ms = watched_ms - ? WHERE day = ? AND school = ?"
        " AND class = ? AND grade = ? AND area = ? AND pack = ? AND item = ? AND verb = ?",
        [(*sums, *key) for key, sums in daily.items()],
    )
    db.executemany("DELETE FROM daily WHERE statements = 0 AND day = ?", [(key[0],) for key in daily])
    db.executemany("DELETE FROM active WHERE school = ? AND week = ? AND learner = ?", sorted(
        {(one.school, week_of(one.day), learner) for one in ones}
    ))  # fmt: skip
    _touch(db, ones)
    keys = {key for one in ones for key in _keys(one)}
    for key in keys | {key for item, _ in _stood(db, learner) for key in _above(item)}:
        _leave(db, _cell(db, key), learner)
    for school, week in past.leave_sums(db, learner):
        db.execute("DELETE FROM active WHERE school = ? AND week = ? AND learner = ?", (school, week, learner))
        db.execute(_TOUCHED, (school, days_of(week)[0]))


def _days(ones: Iterable[Counted]) -> dict[DayKey, list[int]]:
    """Sum statements and milliseconds by the key of a day."""
    daily: dict[DayKey, list[int]] = {}
    for one in ones:
        day = daily.setdefault(
            (one.day, one.school, one.class_term, one.grade, one.area, one.pack, one.item, one.verb), [0, 0]
        )
        day[0] += 1
        day[1] += one.watched_ms
    return daily


def _touch(db: Sql, ones: Iterable[Counted]) -> None:
    """Note whose figures are now older than the statements."""
    db.executemany(_TOUCHED, sorted({(one.school, one.day) for one in ones}))


_TOUCHED = "INSERT INTO touched (school, day) VALUES (?, ?) ON CONFLICT DO NOTHING"


def _stood(db: Sql, learner: int) -> list[tuple[Key, Standing]]:
    """Say where a learner stood with items by what was let go of."""
    return [
        ((ITEM, *row[:6]), Standing(bool(row[6]), row[7], int(row[8]))) for row in past.standings(db, learner)
    ]


def _leave_week(db: Sql, one: Counted) -> None:
    """Take a learner out of a week in which nothing else of theirs is left."""
    week = week_of(one.day)
    db.execute(
        "DELETE FROM active WHERE school = ? AND week = ? AND learner = ? AND NOT EXISTS (SELECT 1 FROM statement"
        " WHERE actor = ? AND voided = 0 AND item <> 0 AND school = ? AND day BETWEEN ? AND ?)"
        " AND NOT EXISTS (SELECT 1 FROM past_week WHERE learner = ? AND school = ? AND week = ?)",
        (
            one.school, week, one.learner, one.learner, one.school, 7 * week - 3, 7 * week + 3,
            one.learner, one.school, week,
        ),
    )


def _leave(db: Sql, cell: int, learner: int) -> None:
    """Take a learner out of a cell and its sums; an empty cell goes."""
    row = db.execute(
        "DELETE FROM cell_learner WHERE cell = ? AND learner = ? RETURNING completed, best_milli", (cell, learner)
    ).fetchone()
    if row:
        db.execute(
            "UPDATE cell SET learners = learners - 1, completed = completed - ?, scored = scored - ?,"
            " score_milli = score_milli - ? WHERE id = ?",
            (row[0], int(row[1] is not None), row[1] or 0, cell),
        )
    db.execute("DELETE FROM cell WHERE id = ? AND learners = 0", (cell,))


_TOUCH_ALL = (
    "INSERT INTO touched (school, day) SELECT DISTINCT school, day FROM daily WHERE true ON CONFLICT DO NOTHING"
)
_COLUMNS = "day, school, class, grade, area, pack, item, verb, actor, completed, score_milli, watched_ms"
_NARROW = f"SELECT {_COLUMNS} FROM statement"  # noqa: S608  our own words
_LIVING = "s.voided = 0 AND s.item <> 0"
_DAYS = (
    "INSERT INTO daily SELECT s.day, s.school, s.class, s.grade, s.area, s.pack, s.item, s.verb, count(*),"  # noqa: S608  our own words
    f" sum(s.watched_ms) FROM statement s WHERE {_LIVING}"
    " GROUP BY s.day, s.school, s.class, s.grade, s.area, s.pack, s.item, s.verb"
)
_WEEKS = (
    "INSERT INTO active (school, week, learner) SELECT DISTINCT s.school, (s.day + 700003) / 7 - 100000, s.actor"  # noqa: S608  our own words
    f" FROM statement s WHERE {_LIVING} AND s.actor <> 0"
)
"""A day before 1970 belongs to a week before it, too: division cuts off towards 0."""
_PLACE = "s.school, s.class, s.grade, s.area, s.pack, s.item"
_STANDINGS = (
    f"CREATE TEMP TABLE standing AS SELECT {_PLACE}, s.learner, max(s.completed) AS completed,"  # noqa: S608  our own words
    " max(s.best_milli) AS best_milli, max(s.last_day) AS last_day"
    f" FROM (SELECT {_PLACE}, s.actor AS learner, max(s.completed) AS completed, max(s.score_milli) AS best_milli,"
    f" max(CASE WHEN s.day > 0 THEN s.day ELSE 0 END) AS last_day FROM statement s WHERE {_LIVING} AND s.actor <> 0"
    f" GROUP BY {_PLACE}, s.actor UNION ALL {past.STANDINGS}) AS s GROUP BY {_PLACE}, s.learner"
)
"""A table of its own, so that PostgreSQL knows how large it is and does not go through cells once for each."""
_BELOW = (("''", "0", "0"), ("s.area", "0", "0"), ("s.area", "s.pack", "0"), ("s.area", "s.pack", "s.item"))
"""Area, pack and item of a cell, by its level."""
_CELLS = (
    "INSERT INTO cell (level, school, class, grade, area, pack, item)"
    " SELECT DISTINCT {level}, s.school, s.class, s.grade, {0}, {1}, {2} FROM standing s"
)
_LEARNERS = (
    "INSERT INTO cell_learner (cell, learner, completed, best_milli, last_day)"
    " SELECT c.id, s.learner, max(s.completed), max(s.best_milli), max(s.last_day)"
    " FROM standing s JOIN cell c ON c.level = {level} AND c.school = s.school AND c.class = s.class"
    " AND c.grade = s.grade AND c.area = {0} AND c.pack = {1} AND c.item = {2} GROUP BY c.id, s.learner"
)
_SUMS_OF_CELLS = (
    "UPDATE cell SET learners = d.learners, completed = d.completed, scored = d.scored, score_milli = d.score_milli"
    " FROM (SELECT cell, count(*) AS learners, sum(completed) AS completed, count(best_milli) AS scored,"
    " coalesce(sum(best_milli), 0) AS score_milli FROM cell_learner GROUP BY cell) AS d WHERE d.cell = cell.id"
)


def _counted(row: tuple[int, int, int, int, str, int, int, int, int, int, int | None, int]) -> Counted:
    """Read a narrow row."""
    day, school, class_term, grade, area, pack, item, verb, learner, completed, score_milli, watched_ms = row
    return Counted(
        day=day, school=school, class_term=class_term, grade=grade, area=area, pack=pack, item=item, verb=verb,
        learner=learner, completed=bool(completed), score_milli=score_milli, watched_ms=watched_ms,
    )  # fmt: skip


def _keys(one: Counted) -> Iterator[Key]:
    """Give the cells a statement belongs to, one a level."""
    return _above((ITEM, one.school, one.class_term, one.grade, one.area, one.pack, one.item))


def _above(item: Key) -> Iterator[Key]:
    """Give the cell of an item and those it belongs to."""
    _, school, class_term, grade, area, pack, _ = item
    yield (CLASS, school, class_term, grade, "", 0, 0)
    yield (AREA, school, class_term, grade, area, 0, 0)
    yield (PACK, school, class_term, grade, area, pack, 0)
    yield item


def _cell(db: Sql, key: Key) -> int:
    """Find or make a cell."""
    query = (
        "SELECT id FROM cell WHERE level = ? AND school = ? AND class = ? AND grade = ? AND area = ? AND pack = ?"
        " AND item = ?"
    )
    row = db.execute(query, key).fetchone()
    if row is None:
        making = "INSERT INTO cell (level, school, class, grade, area, pack, item) VALUES (?, ?, ?, ?, ?, ?, ?)"
        row = db.execute(f"{making} RETURNING id", key).fetchone()
    return int(row[0])


def _stand(db: Sql, cell: int, learner: int, now: Standing) -> None:
    """Merge where a learner stands, and change the cell's sums by the difference."""
    row = db.execute(
        "SELECT completed, best_milli, last_day FROM cell_learner WHERE cell = ? AND learner = ?", (cell, learner)
    ).fetchone()
    was = Standing(bool(row[0]), row[1], int(row[2])) if row else None
    if was:
        now.add(completed=was.completed, score_milli=was.best_milli, day=was.last_day)
        if now == was:
            return
    db.execute(
        "INSERT INTO cell_learner (cell, learner, completed, best_milli, last_day) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (cell, learner) DO UPDATE SET completed = excluded.completed, best_milli = excluded.best_milli,"
        " last_day = excluded.last_day",
        (cell, learner, int(now.completed), now.best_milli, now.last_day),
    )
    before = was or Standing()
    change = (
        int(was is None),
        int(now.completed) - int(before.completed),
        int(now.best_milli is not None) - int(before.best_milli is not None),
        (now.best_milli or 0) - (before.best_milli or 0),
    )
    if any(change):
        db.execute(
            "UPDATE cell SET learners = learners + ?, completed = completed + ?, scored = scored + ?,"
            " score_milli = score_milli + ? WHERE id = ?",
            (*change, cell),
        )
