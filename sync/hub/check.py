"""`schoolbox-hub db check`: is the database whole, and do the roll-ups say what the statements say?

Rules: it needs the same memory for a school and for a country, and nobody waits for it: batches are read some at a
time, the roll-ups are made again into tables of its own (`Database.trying`), and compared where they are.

    check(database).problems
"""

from collections.abc import Sequence

import msgspec

from sync.hub.database import Database, Row, Sql, Trial
from sync.hub.lrs.attachments import Attachments
from sync.hub.lrs.packing import NULL, unpack
from sync.hub.rollup import rebuild, repair

_AT_ONCE = 100
_TOLD = 1000
"""So many problems are named."""
_BATCHES = (
    "SELECT id, statements, packed, first_seq FROM batch WHERE waits = 0 AND id > ? ORDER BY id LIMIT ?"
)
_ROWS = "SELECT batch, count(*) FROM statement WHERE seq >= ? AND seq < ? GROUP BY batch"
_MADE = ("daily", "cell", "cell_learner", "active")
_ROLLUPS = {
    "daily": "day, school, class, grade, area, pack, item, verb, statements, watched_ms",
    "cell": "level, school, class, grade, area, pack, item, learners, completed, scored, score_milli",
    "active": "school, week, learner",
}
_DIFFER = (
    "SELECT 1 FROM (SELECT {columns} FROM {kept}.{name} UNION ALL SELECT {columns} FROM {name}) AS two"
    " GROUP BY {columns} HAVING count(*) <> 2 LIMIT 1"
)
"""Each row has its like on the other side, and only that."""


class Checked(msgspec.Struct, frozen=True):
    """What was looked at, and what is wrong with it."""

    batches: int
    statements: int
    problems: tuple[str, ...]


def check(database: Database, attachments: Attachments | None = None) -> Checked:
    """Read everything; change nothing."""
    problems = database.problems()
    batches = statements = last = 0
    with database.read() as db:
        aside = [int(row[0]) for row in db.execute("SELECT id FROM batch WHERE waits = 2 ORDER BY id").fetchall()]
        problems += [f"batch {one} is set aside, since it cannot be read: schoolbox-hub db refused" for one in aside]
        while rows := db.execute(_BATCHES, (last, _AT_ONCE)).fetchall():
            held = _held(db, rows)
            problems += _problems_of(rows, held)[: _TOLD - len(problems)]
            statements += sum(held.get(int(row[0]), 0) for row in rows)
            batches, last = batches + len(rows), int(rows[-1][0])
        lost = int(db.execute("SELECT count(*) FROM statement").fetchone()[0]) - statements
        problems += [f"{lost} rows point to no batch that has them"] if lost else []
    with database.trying(_MADE) as trial:
        rebuild(trial.sql)
        problems += [f"the roll-up {name} differs" for name in _ROLLUPS if _differs(trial, name)]
    problems += attachments.problems() if attachments else []
    return Checked(batches, statements + lost, tuple(problems))


def repair_rollups(database: Database) -> None:
    """Make the roll-ups again from the statements."""
    with database.write() as db:
        repair(db)


def _held(db: Sql, batches: Sequence[Row]) -> dict[int, int]:
    """Count the rows of some batches that follow each other."""
    last = batches[-1]
    found = db.execute(_ROWS, (int(batches[0][3]), int(last[3]) + int(last[1])))
    return {int(batch): int(count) for batch, count in found}


def _problems_of(batches: Sequence[Row], held: dict[int, int]) -> list[str]:
    """Compare each batch with the number of its rows."""
    return [
        problem
        for batch, count, packed, _ in batches
        for problem in _batch_problems(int(batch), int(count), bytes(packed), held.get(int(batch), 0))
    ]


def _batch_problems(batch: int, count: int, packed: bytes, rows: int) -> list[str]:
    """Compare a batch with the number of its rows."""
    try:
        lines = unpack(packed)
    except ValueError:
        return [f"batch {batch} cannot be unpacked"]
    kept = sum(bytes(line) != bytes(NULL) for line in lines)  # a learner who was forgotten leaves the places empty
    whole = kept == rows and len(lines) == count
    return [] if whole else [f"batch {batch} holds {kept} statements, {rows} rows point to it"]


def _differs(trial: Trial, name: str) -> bool:
    """Say whether a roll-up was made otherwise than it is kept."""
    query = _DIFFER.format(name=name, kept=trial.kept, columns=_ROLLUPS[name])
    return trial.sql.execute(query).fetchone() is not None
