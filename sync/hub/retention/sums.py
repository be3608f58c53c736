"""What stays of statements that were let go of: sums by day, and by learner and item; roll-ups are made anew of them.

Promises: roll-ups made of these sums and of the statements that are left are those made of all statements; a learner
who is forgotten is in none of them afterwards, but for days, which say of a class what is nobody's.

    add_gone(db)                    # from the table `gone` of this transaction
    standings(db, learner)
"""

from collections.abc import Sequence

from sync.hub.database import Row, Sql

_LIVING = "FROM gone WHERE voided = 0 AND item <> 0"
_KEY = "day, school, class, grade, area, pack, item, verb"
_PLACE = "school, class, grade, area, pack, item"
_ADD_DAYS = (
    " ON CONFLICT (day, school, class, grade, area, pack, item, verb) DO UPDATE SET"
    " statements = {0}.statements + excluded.statements, watched_ms = {0}.watched_ms + excluded.watched_ms"
)
_GONE = (
    (
        f"INSERT INTO past_day ({_KEY}, statements, watched_ms) SELECT {_KEY}, count(*), sum(watched_ms) {_LIVING}"
        f" GROUP BY {_KEY} ORDER BY {_KEY}" + _ADD_DAYS.format("past_day")
    ),
    (
        "INSERT INTO past_week (learner, school, week) SELECT DISTINCT actor, school, (day + 700003) / 7 - 100000"
        f" {_LIVING} AND actor <> 0 ORDER BY 1, 2, 3 ON CONFLICT DO NOTHING"
    ),
    (
        f"INSERT INTO past_standing (learner, {_PLACE}, completed, best_milli, last_day)"
        f" SELECT actor, {_PLACE}, max(completed), max(score_milli), max(CASE WHEN day > 0 THEN day ELSE 0 END)"
        f" {_LIVING} AND actor <> 0 GROUP BY actor, {_PLACE} ORDER BY actor, {_PLACE}"
        f" ON CONFLICT (learner, {_PLACE}) DO UPDATE SET"
        " completed = CASE WHEN past_standing.completed > excluded.completed THEN past_standing.completed"
        " ELSE excluded.completed END,"
        " best_milli = CASE WHEN excluded.best_milli IS NULL OR past_standing.best_milli > excluded.best_milli"
        " THEN past_standing.best_milli ELSE excluded.best_milli END,"
        " last_day = CASE WHEN past_standing.last_day > excluded.last_day THEN past_standing.last_day"
        " ELSE excluded.last_day END"
    ),
)
DAYS = (
    f"INSERT INTO daily ({_KEY}, statements, watched_ms) SELECT {_KEY}, statements, watched_ms FROM past_day"  # noqa: S608  our own words
    " WHERE 1 = 1" + _ADD_DAYS.format("daily")
)
"""Adds the days to roll-ups that are made anew; SQLite reads ON as part of FROM where no WHERE stands between."""
WEEKS = (
    "INSERT INTO active (school, week, learner) SELECT school, week, learner FROM past_week WHERE 1 = 1"
    " ON CONFLICT DO NOTHING"
)
STANDINGS = f"SELECT {_PLACE}, learner, completed, best_milli, last_day FROM past_standing"  # noqa: S608  our own words
"""In the order of columns in which `rollup` makes its own."""


def add_gone(db: Sql) -> None:
    """Add the statements of the table `gone` to the sums."""
    for adding in _GONE:
        db.execute(adding)


def standings(db: Sql, learner: int) -> Sequence[Row]:
    """Say where a learner stood: school, class, grade, area, pack, item, completed, best score, last day."""
    query = f"SELECT {_PLACE}, completed, best_milli, last_day FROM past_standing WHERE learner = ?"  # noqa: S608  our own words
    return db.execute(query, (learner,)).fetchall()


def leave_sums(db: Sql, learner: int) -> list[tuple[int, int]]:
    """Take a learner out; give the schools and weeks in which something changes."""
    weeks = db.execute("SELECT school, week FROM past_week WHERE learner = ?", (learner,)).fetchall()
    for table in ("past_week", "past_standing", "admitted"):
        db.execute(f"DELETE FROM {table} WHERE learner = ?", (learner,))  # noqa: S608  fixed names
    return [(int(school), int(week)) for school, week in weeks]
