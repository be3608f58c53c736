"""When the starts of a machine really were, from what is known of each: a function of values.

Rules (PROTOCOL 2.10). A start for which somebody told the time is exact. Of an earlier one the own clock stands if
it is possible: not before what was known already, not after the next start. Else that clock is believed to have run
as far off as at the next start; where even that is too late, the start is moved back until its last event lies at the
next one. What was known already (the newest signed pack at that time, an earlier time that was told) is never undercut.
So events of two starts never change their order.

    right_zeros([Start(...), Start(...)])        # {3: Zero(datetime(...), is_exact=True), ...}
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec


class Start(msgspec.Struct, frozen=True, kw_only=True):
    """One start of the machine, and what waits of it.

    Attributes:
        number: The order of starts.
        wall_zero: When its monotonic clock stood at zero, by the wall clock of the box.
        told_zero: The same by somebody who knows; None if nobody told.
        at_least: A time that was past already when it started; None if nothing is known.
        first_s: Monotonic time of the first event whose time is to be put right, and of the last one.
        last_s: See `first_s`.
    """

    number: int
    wall_zero: datetime
    told_zero: datetime | None = None
    at_least: datetime | None = None
    first_s: float = 0.0
    last_s: float = 0.0


class Zero(msgspec.Struct, frozen=True):
    """When the monotonic clock of a start stood at zero; `is_exact` if somebody told, else it is the best guess."""

    at: datetime
    is_exact: bool


def right_zeros(starts: Sequence[Start]) -> dict[int, Zero]:
    """Say of every start when it was; `starts` in their order, the newest last."""
    floors = _floors(starts)
    zeros: dict[int, Zero] = {}
    next_at: datetime | None = None
    off: timedelta | None = None
    for start in reversed(starts):
        at = start.told_zero or _guess(start, floors[start.number], next_at, off)
        zeros[start.number] = Zero(at, start.told_zero is not None)
        next_at, off = at, at - start.wall_zero
    return zeros


def _floors(starts: Sequence[Start]) -> dict[int, datetime | None]:
    """Before what no event of a start can lie."""
    floors: dict[int, datetime | None] = {}
    floor: datetime | None = None
    for start in starts:
        floor = _later(floor, start.at_least)
        floors[start.number] = floor
        if floor is not None:  # its own events lie between
            floor += timedelta(seconds=start.last_s - start.first_s)
        if start.told_zero is not None:
            floor = _later(floor, start.told_zero + timedelta(seconds=start.last_s))
    return floors


def _guess(start: Start, floor: datetime | None, next_at: datetime | None, off: timedelta | None) -> datetime:
    """When a start was of which nobody told the time."""
    first, last = timedelta(seconds=start.first_s), timedelta(seconds=start.last_s)
    at = start.wall_zero
    is_possible = floor is not None and at + first >= floor and (next_at is None or at + last <= next_at)
    if not is_possible and off is not None:
        at = start.wall_zero + off
    if next_at is not None:
        at = min(at, next_at - last)
    return at if floor is None else max(at, floor - first)


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    known = [each for each in (one, other) if each is not None]
    return max(known) if known else None
