"""The floor of a hub: a moment that only rises. Statements with ids made before it may have been let go of.

Promises: what has been at the hub for less than `keep_months` is there: a statement goes when its id is below the floor
and its arrival is that long ago. The floor is no higher than the last week of which something went, and an id that
tells no time never lies below it. Where the clock of the hub is ahead, what lies in the database holds it back.

    is_below(statement_id, floor_of(db).ms)
"""

from datetime import UTC, date, datetime

import msgspec

from sync.hub.database import Sql

DAY_MS = 86_400_000
WEEK_MS = 7 * DAY_MS
_MONDAY_MS = 4 * DAY_MS
"""Weeks begin on Mondays; 1970 began on a Thursday."""
WAITED_WEEKS = 4
"""A week goes so many weeks after it could, together with most of what boxes brought late."""
FIRST_MS = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp() * 1000)
"""No box was at work before: an id of such a time tells that a clock stood wrong, and nothing else."""
_MONTHS_A_YEAR = 12
_SHORTEST_MONTH = 28
_TIMED = 7
"""The version of ids that begin with the time. Source: RFC 9562 section 5.7."""


class Floor(msgspec.Struct, frozen=True):
    """In milliseconds since 1970: ids made before `ms` that had come before `came_ms` may be gone; 0: nothing is."""

    ms: int = 0
    came_ms: int = 0

    @property
    def date(self) -> str:
        """Give its day."""
        return f"{datetime.fromtimestamp(self.ms / 1000, UTC):%Y-%m-%d}"

    def is_surely_new(self, said_day: int | None, today: int) -> bool:
        """Say whether a statement below the floor happened after all that went had come, by a clock that a box trusted.

        So it is with an id that was made before the clock was put right. Both are days since 1970.
        """
        return said_day is not None and self.came_ms // DAY_MS < said_day <= today


def floor_of(db: Sql) -> Floor:
    """Read the floor."""
    row = db.execute("SELECT floor_ms, came_ms FROM retention WHERE id = 1").fetchone()
    return Floor(int(row[0]), int(row[1])) if row else Floor()


def is_below(statement_id: bytes, floor_ms: int) -> bool:
    """Say whether an id tells a time before the floor."""
    return statement_id[6] >> 4 == _TIMED and id_at(FIRST_MS) <= statement_id < id_at(floor_ms)


def id_at(unix_ms: int) -> bytes:
    """Give the first of all ids that were made at a moment, or after it."""
    return (max(0, unix_ms) << 80).to_bytes(16, "big")


def ms_of(statement_id: bytes) -> int:
    """Give when an id with a time was made."""
    return int.from_bytes(statement_id[:6], "big")


def week_after(unix_ms: int) -> int:
    """Give the Monday on which the week of a moment is over."""
    return ((unix_ms - _MONDAY_MS) // WEEK_MS + 1) * WEEK_MS + _MONDAY_MS


def limit_of(now_ms: int, months: int) -> int:
    """Give the beginning of the day so many months before a moment."""
    day = datetime.fromtimestamp(now_ms / 1000, UTC).date()
    year, month = divmod(day.year * _MONTHS_A_YEAR + day.month - 1 - months, _MONTHS_A_YEAR)
    back = date(year, month + 1, min(day.day, _SHORTEST_MONTH))
    return int(datetime(back.year, back.month, back.day, tzinfo=UTC).timestamp() * 1000)


def highest_of(limit_ms: int) -> int:
    """Give the highest floor while what came before a moment may go: a Monday."""
    return week_after(limit_ms - WAITED_WEEKS * WEEK_MS) - WEEK_MS
