"""Partitions of facts by the week in which their ids were made: made ahead, and packed when they are quiet.

Promises: a statement always finds its partition: those of no week we know lie in `fact_other`, and move when their week
is made. Nothing is dropped here: weeks go by `sync.hub.retention`, which does not count again what a late stick brings.

Rule: tables are locked first, `fact` before its partitions, and never by who holds the lock of writers: an indexer has
rows in `fact_other` when it waits for that lock. Who reads for long is not waited for: all others would wait behind.

    Partitions(database, clock).keep_up()
"""

import logging
import uuid
from collections.abc import Iterator
from typing import Protocol

import msgspec

from content_packs.clock import Clock
from sync.hub.database import Sql
from sync.hub.errors import DataError
from sync.hub.landing.ports import WideDatabase
from sync.hub.moments import micros

WEEK_MS = 7 * 86_400_000
_MONDAY = 4 * 86_400_000
"""Weeks begin on Mondays; 1970 began on a Thursday."""
BEHIND, AHEAD = 8, 8
"""So many weeks before and after this one have partitions of their own."""
PACKED_AFTER = 3
"""A partition is packed when its week is so many weeks ago: most boxes have sent by then."""
_PARTITIONS = (
    "SELECT c.relname, obj_description(c.oid) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
    " WHERE i.inhparent = 'fact'::regclass AND c.relname <> 'fact_other' ORDER BY c.relname"
)
_PACKED = "packed"
PATIENCE_S = 10.0
_HELD = "LOCK TABLE ONLY fact IN SHARE UPDATE EXCLUSIVE MODE", "LOCK TABLE fact_other IN ACCESS EXCLUSIVE MODE"
logger = logging.getLogger(__name__)


class Runs(Protocol):
    """What runs queries within a transaction."""

    def execute(self, query: str, /) -> object:
        """Run one."""


class KeptUp(msgspec.Struct, frozen=True):
    """What was made and packed, by name."""

    made: tuple[str, ...]
    packed: tuple[str, ...]


class Partitions:
    """The upkeep of one database; often, and by several at once, is harmless."""

    def __init__(self, database: WideDatabase, clock: Clock, *, patience_s: float = PATIENCE_S) -> None:
        self._database = database
        self._clock = clock
        self._patience = f"SET LOCAL lock_timeout = '{patience_s:.1f}s'"

    def keep_up(self) -> KeptUp:
        """Make partitions ahead, and pack those that are quiet: a week without new rows needs no room between them.

        Raises:
            DataError: Somebody reads for long, so that none could be made now.
        """
        week = self._week()
        made = tuple(self._make(week))
        with self._database.read() as db:
            quiet = [
                str(name)
                for name, said in db.execute(_PARTITIONS).fetchall()
                if said != _PACKED and str(name) <= name_of(week - PACKED_AFTER)
            ]
        for name in quiet:
            with self._database.beside() as db:
                db.execute(f"REINDEX TABLE {name}")
                db.execute(f"COMMENT ON TABLE {name} IS '{_PACKED}'")
        return KeptUp(made, tuple(quiet))

    def make_ahead(self) -> tuple[str, ...]:
        """Make what is missing of the weeks around this one, and name it; another time, if somebody reads for long."""
        made = []
        try:
            for name in self._make(self._week()):
                made.append(name)
        except DataError as exc:
            logger.warning("partitions not made, the next upkeep makes them said=%s", exc.message)
        return tuple(made)

    def _week(self) -> int:
        return week_of(micros(self._clock.now()) // 1000)

    def _make(self, this: int) -> Iterator[str]:
        """Make what is missing, each in a transaction of its own."""
        for week in range(this - BEHIND, this + AHEAD + 1):
            name = name_of(week)
            with self._database.read() as db:
                if _is_there(db, name):
                    continue
            with self._database.beside() as db:
                db.execute(self._patience)
                _hold(db)
                is_missing = not _is_there(db, name)
                if is_missing:
                    create_partition(db, week)
            if is_missing:
                yield name


def week_of(unix_ms: int) -> int:
    """Give the week of a moment, counted from Mondays."""
    return (unix_ms - _MONDAY) // WEEK_MS


def name_of(week: int) -> str:
    """Name the partition of a week; names stand in the order of their weeks."""
    return f"fact_w{week:05d}"


def bounds_of(week: int) -> tuple[str, str]:
    """Give the first id of a week, and the first of the next one."""
    first, after = (uuid.UUID(int=(_MONDAY + one * WEEK_MS) << 80) for one in (week, week + 1))
    return str(first), str(after)


def _is_there(db: Sql, name: str) -> bool:
    return db.execute("SELECT to_regclass(?) IS NOT NULL", (name,)).fetchone()[0] is True


def _hold(db: Runs) -> None:
    """Let nobody else make partitions, or look at what lies in none, until the end of the transaction."""
    for lock in _HELD:
        db.execute(lock)


def create_partition(db: Runs, week: int) -> None:
    """Make the partition of one week, with what lies in `fact_other` of it."""
    name, (first, after) = name_of(week), bounds_of(week)
    _hold(db)
    db.execute(f"CREATE TABLE {name} (LIKE fact)")
    within = f"id >= '{first}' AND id < '{after}'"
    db.execute(
        f"WITH moved AS (DELETE FROM fact_other WHERE {within} RETURNING *) INSERT INTO {name} SELECT * FROM moved"  # noqa: S608  our own names and ids
    )
    db.execute(f"ALTER TABLE fact ATTACH PARTITION {name} FOR VALUES FROM ('{first}') TO ('{after}')")
