"""Whether the wall clock of this box can be believed: a small computer without a battery wakes up in the past.

The hub's own time, told with every heartbeat, is compared with ours. Trust lasts as long as the wall clock runs evenly
with the monotonic one: a jump ends it until the hub is heard again; what time it is can be told from the hub's word
and the monotonic clock even so. Nothing is decided by this but what statements and the technician's page say, which
hours are quiet, and whether the machine's clock is put forward (`services.machine_clock`).

    wall = WallClock(clock)
    wall.heard(hub_at)
    wall.trusted()
"""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from content_packs.clock import Clock

TOLERANCE_S = 120.0
"""How far from the hub's time the clock may be; a slow line delays an answer by up to a minute and a half."""
JUMP_S = 30.0
"""A larger step of the wall clock against the monotonic one is a jump."""


class WallClock:
    """Remembers, for as long as the program runs, what the hub said about the time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._started: datetime | None = None
        self._off_s: float | None = None
        self._right_zero: datetime | None = None
        self._when_heard: Callable[[], object] = _nobody

    def when_heard(self, call: Callable[[], object]) -> None:
        """Have somebody called whenever the time was heard."""
        self._when_heard = call

    def heard(self, hub_at: datetime) -> None:
        """Compare the box's clock with the hub's."""
        now = self._clock.now()
        with self._lock:
            self._off_s = (now - hub_at).total_seconds()
            self._started = self._zero()
            self._right_zero = hub_at - timedelta(seconds=self._clock.monotonic_s())
        self._when_heard()

    def behind_s(self) -> float:
        """By how much the clock is behind what was heard, in seconds; below zero if it is ahead, 0 if nobody told."""
        at, _ = self.best()
        return (at - self._clock.now()).total_seconds()

    def was_put(self) -> None:
        """Somebody put the machine's clock as was heard: that was no jump of its own."""
        with self._lock:
            if self._right_zero is not None:
                self._started = self._zero()
                self._off_s = (self._started - self._right_zero).total_seconds()

    def trusted(self) -> bool:
        """Whether the wall clock agreed with the hub and has not jumped since."""
        with self._lock:
            if self._started is None or self._off_s is None:
                return False
            even = abs((self._zero() - self._started).total_seconds()) <= JUMP_S
            return even and abs(self._off_s) <= TOLERANCE_S

    def best(self) -> tuple[datetime, bool]:
        """What time it is: ours while it is trusted, else the hub's counted on evenly; and whether that is right.

        A wall clock that nobody sets stays wrong for as long as the machine runs: what the hub said holds longer.
        """
        if self.trusted():
            return self._clock.now(), True
        with self._lock:
            if self._right_zero is None:
                return self._clock.now(), False
            return self._right_zero + timedelta(seconds=self._clock.monotonic_s()), True

    def off_s(self) -> float | None:
        """How far the clock was ahead of the hub's when it was last heard, in seconds; None if it never was."""
        with self._lock:
            return self._off_s

    def _zero(self) -> datetime:
        """The wall time at which the monotonic clock stood at zero: constant as long as both run evenly."""
        return self._clock.now() - timedelta(seconds=self._clock.monotonic_s())


def _nobody() -> None:
    """Nobody wants to know."""
