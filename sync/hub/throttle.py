"""Slow down guessing without locking anybody out: a few tries are free, then each must wait a little longer.

Rules: counted per key (who tries and from where), by monotonic time, forgotten after a quiet while; at most
`KEYS_MAX` keys are kept, the longest quiet ones go first. After a wait one try is let through, however many come.

    throttle.check("sign-in 10.0.0.7 drita")     # raises TooManyTriesError
    throttle.failed("sign-in 10.0.0.7 drita")    # after a wrong password; succeeded() or harmless() after any other
"""

import threading
from collections import OrderedDict

import msgspec

from content_packs.clock import Clock
from sync.hub.errors import TooManyTriesError

FREE_TRIES = 5
WAIT_MAX_S = 60
QUIET_S = 900.0
KEYS_MAX = 10_000


class Tries(msgspec.Struct, frozen=True):
    """What was wrong of late: how many, when the last one was (by who counts), and how long ago that is."""

    failures: int
    last: float
    ago_s: float


class Throttle:
    """Counts wrong tries in memory; a restart forgets them. `SharedThrottle` counts for several workers."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._tries: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def check(self, key: str, *, free: int = FREE_TRIES) -> None:
        """Let a try through, or say how long to wait; `free` wrong tries cost nothing.

        Raises:
            TooManyTriesError: Too soon after too many wrong tries, or somebody else had the turn.
        """
        tries = self._tries_of(key)
        if tries is None or tries.failures < free:
            return
        wait_s = min(WAIT_MAX_S, 2 ** min(tries.failures - free, 10))
        left_s = wait_s - tries.ago_s
        if left_s <= 0 and not self._has_turn(key, tries):
            left_s = wait_s
        if left_s > 0:
            raise TooManyTriesError(retry_after_s=int(left_s) + 1)

    def failed(self, key: str) -> None:
        """Count a wrong try."""
        now_s = self._clock.monotonic_s()
        with self._lock:
            failures, last_s = self._tries.pop(key, (0, now_s))
            self._tries[key] = (1 if now_s - last_s > QUIET_S else failures + 1, now_s)
            while len(self._tries) > KEYS_MAX:
                self._tries.popitem(last=False)

    def succeeded(self, key: str) -> None:
        """Forget the wrong tries of one key."""
        with self._lock:
            self._tries.pop(key, None)

    def harmless(self, key: str) -> None:
        """Let the next try not wait for one that was let through and was not wrong; wrong ones stay counted."""
        with self._lock:
            if key in self._tries:
                self._tries[key] = (self._tries[key][0], self._clock.monotonic_s() - WAIT_MAX_S)

    def _tries_of(self, key: str) -> Tries | None:
        """Give what was wrong of late; None if that is too long ago."""
        with self._lock:
            failures, last_s = self._tries.get(key, (0, 0.0))
        ago_s = self._clock.monotonic_s() - last_s
        return Tries(failures, last_s, ago_s) if failures and ago_s <= QUIET_S else None

    def _has_turn(self, key: str, seen: Tries) -> bool:
        """Take the one try that a wait gives, if nobody took it since `seen`; the next wait begins now."""
        with self._lock:
            if self._tries.get(key) != (seen.failures, seen.last):
                return False
            self._tries[key] = (seen.failures, self._clock.monotonic_s())
            return True
