"""`schoolbox-hub db check`: is the database whole, and do the roll-ups say what the statements say?

    check(database).problems
"""


import msgspec

from sync.hub.database import Database
from sync.hub.lrs.attachments import Attachments
from sync.hub.lrs.packing import NULL, unpack
from sync.hub.rollup import rebuild

_AT_ONCE = 100
_BATCHES = "SELECT id, statements, packed FROM batch WHERE waits = 0 AND id > ? ORDER BY id LIMIT ?"
_ROWS = "SELECT batch, count(*) FROM statement GROUP BY batch"
_DAILY = "SELECT * FROM daily ORDER BY day, school, class, grade, area, pack, item, verb"
_CELLS = (
    "SELECT level, school, class, grade, area, pack, item, learners, completed, scored, score_milli FROM cell"
    " ORDER BY level, school, class, grade, area, pack, item"
)
_ACTIVE = "SELECT school, week, learner FROM active ORDER BY school, week, learner"
_ROLLUPS = {"daily": _DAILY, "cell": _CELLS, "active": _ACTIVE}


class _UndoError(Exception):
    """Leaves a write block without changing anything."""


class Checked(msgspec.Struct, frozen=True):
    """What was looked at, and what is wrong with it."""

    batches: int
    statements: int
    problems: tuple[str, ...]


def check(database: Database, attachments: Attachments | None = None) -> Checked:
    """Read everything; change nothing."""
    problems = database.problems()
    with database.read() as db:
        aside = [int(row[0]) for row in db.execute("SELECT id FROM batch WHERE waits = 2 ORDER BY id").fetchall()]
        problems += [f"batch {one} is set aside, since it cannot be read: schoolbox-hub db refused" for one in aside]
        batches, last = 0, 0
        held = {int(row[0]): int(row[1]) for row in db.execute(_ROWS).fetchall()}
        while rows := db.execute(_BATCHES, (last, _AT_ONCE)).fetchall():
            for batch, count, packed in rows:
                problems += _batch_problems(int(batch), int(count), bytes(packed), held.get(int(batch), 0))
            batches, last = batches + len(rows), int(rows[-1][0])
    problems += _rollup_problems(database)
    problems += attachments.problems() if attachments else []
    return Checked(batches, sum(held.values()), tuple(problems))


def repair_rollups(database: Database) -> None:
    """Make the roll-ups again from the statements."""
    with database.write() as db:
        rebuild(db)


def _batch_problems(batch: int, count: int, packed: bytes, rows: int) -> list[str]:
    """Compare a batch with the number of its rows."""
    try:
        lines = unpack(packed)
    except ValueError:
        return [f"batch {batch} cannot be unpacked"]
    kept = sum(bytes(line) != bytes(NULL) for line in lines)  # a learner who was forgotten leaves the places empty
    whole = kept == rows and len(lines) == count
    return [] if whole else [f"batch {batch} holds {kept} statements, {rows} rows point to it"]


def _rollup_problems(database: Database) -> list[str]:
    """Rebuild the roll-ups inside a transaction that is taken back, and compare."""
    problems: list[str] = []
    try:
        with database.write() as db:
            before = {name: db.execute(query).fetchall() for name, query in _ROLLUPS.items()}
            rebuild(db)
            after = {name: db.execute(query).fetchall() for name, query in _ROLLUPS.items()}
            problems += [f"the roll-up {name} differs" for name in _ROLLUPS if before[name] != after[name]]
            raise _UndoError  # noqa: TRY301  the way to leave a write block unchanged
    except _UndoError:
        pass
    return problems
