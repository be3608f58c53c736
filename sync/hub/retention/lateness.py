"""Which statements come too late to know whether they are new: made below the floor, and not there.

    is_late(statement_id, told_of(facts, said_at), today, floor)
"""

from datetime import datetime

from sync.hub.database import Sql
from sync.hub.lrs.facts import Facts
from sync.hub.moments import micros
from sync.hub.retention.floor import Floor, is_below

_DAY_US = 86_400_000_000


def told_of(facts: Facts, said_at: datetime | None) -> int | None:
    """Give the day on which something happened, since 1970, by a clock that was trusted; None if nobody can say."""
    return micros(said_at) // _DAY_US if said_at is not None and facts.clock_trusted else None


def is_late(statement_id: bytes, said_day: int | None, today: int, floor: Floor) -> bool:
    """Say whether a statement that is not there may have been there."""
    return is_below(statement_id, floor.ms) and not floor.is_surely_new(said_day, today)


def admitted(db: Sql, statement_id: bytes) -> bytes | None:
    """Give the digest of a late statement that a person let count; None if nobody did."""
    row = db.execute("SELECT digest FROM admitted WHERE id = ?", (statement_id,)).fetchone()
    return bytes(row[0]) if row else None
