"""Making the figures of pages from the roll-ups: first of the schools that changed, then of what is above them.

Promises: one transaction; figures never say more than the roll-ups did at its beginning, and `refresh` makes from the
roll-ups alone the same again (`rebuild`). Above schools figures are sums: a learner of two schools counts twice.
Numbers of pupils that pages show are put together so that no small group is found by subtracting (`hiding`).

    Refresher(database, clock).refresh()     # True if anything was made anew
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from content_packs.clock import Clock
from sync.hub.database import Database, Sql
from sync.hub.moments import micros
from sync.hub.reports.hiding import PUPILS_MIN, together_sql
from sync.hub.reports.places import key_of_municipality, key_of_school
from sync.hub.rollup import days_of, week_of
from sync.statements import utc_text

PERIODS_DAYS = (7, 30, 365)
EVER = 0
LOOK_EVERY_S = 1.0
REST_PER_WORK = 9
"""Making figures anew takes a tenth of the time of one thread at most."""
logger = logging.getLogger(__name__)
_DAY_US = 86_400_000_000

_GROUPED = f"CASE WHEN sum(learners) >= {PUPILS_MIN} THEN sum(learners) ELSE 0 END"
# Levels of cells: 0 class, 1 area, 2 pack, 3 item.
_OF_SCHOOL = {
    "place_pack": f"""
        INSERT INTO place_pack (place, pack, area, grade, learners, grouped)
        SELECT ?, pack, area, grade, sum(learners), {_GROUPED}
        FROM cell WHERE level = 2 AND school = ? GROUP BY pack, area, grade
    """,  # noqa: S608  names of this file
    "place_item": f"""
        INSERT INTO place_item (place, pack, item, area, grade, learners, grouped, completed, scored, score_milli)
        SELECT ?, pack, item, area, grade, sum(learners), {_GROUPED}, sum(completed), sum(scored), sum(score_milli)
        FROM cell WHERE level = 3 AND school = ? GROUP BY pack, item, area, grade
    """,  # noqa: S608  names of this file
    "place_area": """
        INSERT INTO place_area (place, area, grade, learners, started, completed)
        SELECT ?, area, grade, sum(CASE WHEN level = 1 THEN learners ELSE 0 END),
        sum(CASE WHEN level = 3 THEN learners ELSE 0 END), sum(CASE WHEN level = 3 THEN completed ELSE 0 END)
        FROM cell WHERE level IN (1, 3) AND school = ? GROUP BY area, grade
    """,
}
# From the grades of one school, which are shown on their own, to all of it.
_OF_GRADES = {
    "place_course": f"""
        INSERT INTO place_course (place, pack, learners)
        SELECT place, pack, {together_sql("learners")} FROM place_pack WHERE place = ? GROUP BY place, pack
    """,  # noqa: S608  expressions of ours
    "place_course_item": f"""
        INSERT INTO place_course_item (place, pack, item, learners, completed, scored, results, score_milli)
        SELECT place, pack, item, {together_sql("learners")}, {together_sql("completed")}, {together_sql("scored")},
        sum(scored), sum(score_milli) FROM place_item WHERE place = ? GROUP BY place, pack, item
    """,  # noqa: S608  expressions of ours
}
_KEYS = {
    "place_pack": ("pack, area, grade", ("learners", "grouped")),
    "place_item": ("pack, item, area, grade", ("learners", "grouped", "completed", "scored", "score_milli")),
    "place_course": ("pack", ("learners",)),
    "place_course_item": ("pack, item", ("learners", "completed", "scored", "results", "score_milli")),
    "place_area": ("area, grade", ("learners", "started", "completed")),
    "place_period": ("days", ("learners", "statements", "watched_ms")),
    "place_day": ("day, area, grade", ("statements", "watched_ms")),
    "place_week": ("week", ("learners",)),
    "place_course_week": ("week, pack", ("statements", "watched_ms")),
}
"""What tells the rows of one place apart, and what is summed when places are put together."""
_SHOWN = {
    "place_course": ("learners",), "place_course_item": ("learners", "completed", "scored"),
    "place_period": ("learners",), "place_week": ("learners",),
}  # fmt: skip
"""Numbers of pupils that pages show."""
_DATED = {"place_day": "day", "place_week": "week", "place_course_week": "week"}


class Refresher:
    """Makes figures anew when their statements changed, and when a day has gone."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def refresh(self) -> bool:
        """Make anew what is older than its statements; say whether there was anything."""
        today = micros(self._clock.now()) // _DAY_US
        if not self._is_due(today):
            return False
        with self._database.write() as db:
            row = db.execute("SELECT day FROM refreshed").fetchone()
            touched = db.execute("SELECT school, day FROM touched ORDER BY school, day").fetchall()
            db.execute("DELETE FROM touched")
            changed = sorted({int(school) for school, _ in touched})
            for school in changed:
                _make_school(db, school, sorted({int(day) for one, day in touched if one == school}))
            aged = changed if row and int(row[0]) == today else _all_schools(db)
            for school in aged:
                _make_periods(db, school, today)
            _make_above(db, changed, aged, sorted({int(day) for _, day in touched}))
            _note(db, today, self._clock.now())
        return True

    def rebuild(self) -> None:
        """Make every figure again."""
        with self._database.write() as db:
            for table in _KEYS:
                db.execute(f"DELETE FROM {table}")  # noqa: S608  names of this file
            db.execute("DELETE FROM refreshed")
            db.execute("DELETE FROM touched")
            db.execute("INSERT INTO touched (school, day) SELECT DISTINCT school, day FROM daily")
        self.refresh()

    def run(self, stop: threading.Event) -> None:
        """Refresh again and again until told to stop; a failure is logged and tried again."""
        pause_s = 0.0
        while not stop.wait(max(pause_s, LOOK_EVERY_S)):
            began_s = self._clock.monotonic_s()
            try:
                self.refresh()
            except Exception:  # the next try may go well; without figures the hub still takes everything in
                logger.exception("figures could not be made")
            pause_s = REST_PER_WORK * (self._clock.monotonic_s() - began_s)

    def _is_due(self, today: int) -> bool:
        with self._database.read() as db:
            row = db.execute("SELECT day FROM refreshed").fetchone()
            is_touched = db.execute("SELECT 1 FROM touched LIMIT 1").fetchone() is not None
        return is_touched or row is None or int(row[0]) != today


@contextmanager
def refreshing(refresher: Refresher) -> Iterator[None]:
    """Keep the figures fresh meanwhile."""
    stop = threading.Event()
    thread = threading.Thread(target=refresher.run, args=(stop,), name="figures")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _all_schools(db: Sql) -> list[int]:
    """Name every school, and 0 for what other programs sent of none."""
    return [0, *(int(row[0]) for row in db.execute("SELECT id FROM school"))]


def _make_school(db: Sql, school: int, days: list[int]) -> None:
    """Make the figures of one school that do not age."""
    place = key_of_school(school)
    for table, making in _OF_SCHOOL.items():
        db.execute(f"DELETE FROM {table} WHERE place = ?", (place,))  # noqa: S608  names of this file
        db.execute(making, (place, school))
    for table, making in _OF_GRADES.items():
        db.execute(f"DELETE FROM {table} WHERE place = ?", (place,))  # noqa: S608  names of this file
        db.execute(making, (place,))
    for day in days:
        db.execute("DELETE FROM place_day WHERE place = ? AND day = ?", (place, day))
        db.execute(
            "INSERT INTO place_day (place, day, area, grade, statements, watched_ms)"
            " SELECT ?, day, area, grade, sum(statements), sum(watched_ms) FROM daily"
            " WHERE day = ? AND school = ? GROUP BY day, area, grade",
            (place, day, school),
        )
    for week in sorted({week_of(day) for day in days}):
        _make_week(db, school, week)


def _make_week(db: Sql, school: int, week: int) -> None:
    """Make the figures of one week of one school."""
    place = key_of_school(school)
    db.execute("DELETE FROM place_week WHERE place = ? AND week = ?", (place, week))
    db.execute(
        "INSERT INTO place_week (place, week, learners) SELECT ?, week, count(*) FROM active"
        " WHERE school = ? AND week = ? GROUP BY week",
        (place, school, week),
    )
    db.execute("DELETE FROM place_course_week WHERE place = ? AND week = ?", (place, week))
    db.execute(
        "INSERT INTO place_course_week (place, week, pack, statements, watched_ms)"
        " SELECT ?, CAST(? AS INTEGER), pack, sum(statements), sum(watched_ms) FROM daily"
        " WHERE day IN (?, ?, ?, ?, ?, ?, ?) AND school = ? GROUP BY pack",
        (place, week, *days_of(week), school),
    )


def _make_periods(db: Sql, school: int, today: int) -> None:
    """Make the figures of the last days of one school."""
    place = key_of_school(school)
    db.execute("DELETE FROM place_period WHERE place = ?", (place,))
    for days in (*PERIODS_DAYS, EVER):
        since = today - days if days else -1
        learners = db.execute(
            "SELECT count(DISTINCT l.learner) FROM cell_learner l JOIN cell c ON c.id = l.cell"
            " WHERE c.level = 0 AND c.school = ? AND l.last_day > ?",
            (school, since),
        ).fetchone()
        sums = db.execute(
            "SELECT coalesce(sum(statements), 0), coalesce(sum(watched_ms), 0) FROM place_day"
            " WHERE place = ? AND day > ?",
            (place, since),
        ).fetchone()
        db.execute("INSERT INTO place_period VALUES (?, ?, ?, ?, ?)", (place, days, *learners, *sums))


def _make_above(db: Sql, changed: list[int], aged: list[int], days: list[int]) -> None:
    """Put schools together to municipalities, and schools without one and municipalities to everything."""
    homes = {int(row[0]): str(row[1]) for row in db.execute("SELECT id, municipality FROM school")}
    for name in sorted({homes[school] for school in aged if school in homes}):
        below = [key_of_school(school) for school, home in homes.items() if home == name]
        is_changed = any(homes.get(school) == name for school in changed)
        _put_together(db, key_of_municipality(name), below, days if is_changed else None)
    everything = [*map(key_of_municipality, sorted(set(homes.values()))), key_of_school(0)]
    _put_together(db, "", everything, days if changed else None)


def _put_together(db: Sql, place: str, below: list[str], days: list[int] | None) -> None:
    """Make the figures of a place as sums over those below; with None for `days` only what ages."""
    dates = {"day": days or [], "week": sorted({week_of(day) for day in days or []})}
    for table in _KEYS if days is not None else ("place_period",):
        if table in _DATED:
            for date in dates[_DATED[table]]:
                _sum_up(db, table, place, below, date)
        else:
            _sum_up(db, table, place, below)


def _sum_up(db: Sql, table: str, place: str, below: list[str], date: int | None = None) -> None:
    """Replace the rows of one place, or of one of its days or weeks, in one table."""
    key, summed = _KEYS[table]
    which, values = (f" AND {_DATED[table]} = ?", [date]) if date is not None else ("", [])
    db.execute(f"DELETE FROM {table} WHERE place = ?{which}", [place, *values])  # noqa: S608  names of this file
    marks = ", ".join("?" * len(below))
    shown = _SHOWN.get(table, ())
    sums = ", ".join(together_sql(column) if column in shown else f"sum({column})" for column in summed)
    db.execute(
        f"INSERT INTO {table} (place, {key}, {', '.join(summed)})"  # noqa: S608  names of this file, and marks
        f" SELECT ?, {key}, {sums} FROM {table} WHERE place IN ({marks}){which} GROUP BY {key}",
        [place, *below, *values],
    )


def _note(db: Sql, today: int, at: datetime) -> None:
    db.execute(
        "INSERT INTO refreshed (id, day, at) VALUES (1, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET day = excluded.day, at = excluded.at",
        (today, utc_text(at)),
    )
