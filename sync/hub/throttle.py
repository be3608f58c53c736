"""Slow down guessing without locking anybody out: a few tries are free, then each must wait a little longer.

Rules: counted per key (who tries and from where), by monotonic time, forgotten after a quiet while; at most
`KEYS_MAX` keys are kept, the longest quiet ones go first.

    throttle.check("sign-in 10.0.0.7 drita")     # raises TooManyTriesError
    throttle.failed("sign-in 10.0.0.7 drita")    # after a wrong password
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


class _Tries(msgspec.Struct):
    failures: int
    last_s: float


class Throttle:
    """Counts wrong tries in memory; a restart forgets them. `SharedThrottle` counts for several workers."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._tries: OrderedDict[str, _Tries] = OrderedDict()

    def check(self, key: str, *, free: int = FREE_TRIES) -> None:
        """Let a try through, or say how long to wait; `free` wrong tries cost nothing.

        Raises:
            TooManyTriesError: Too soon after too many wrong tries.
        """
        tries = self._tries_of(key)
        if tries is None:
            return
        failures, ago_s = tries
        over = failures - free
        left_s = min(WAIT_MAX_S, 2 ** min(over, 10)) - ago_s if over >= 0 else 0.0
        if left_s > 0:
            raise TooManyTriesError(retry_after_s=int(left_s) + 1)

    def failed(self, key: str) -> None:
        """Count a wrong try."""
        now_s = self._clock.monotonic_s()
        with self._lock:
            tries = self._tries.pop(key, None)
            fresh = tries is None or now_s - tries.last_s > QUIET_S
            self._tries[key] = _Tries(1 if fresh or tries is None else tries.failures + 1, now_s)
            while len(self._tries) > KEYS_MAX:
                self._tries.popitem(last=False)

    def succeeded(self, key: str) -> None:
        """Forget the wrong tries of one key."""
        with self._lock:
            self._tries.pop(key, None)

    def _tries_of(self, key: str) -> tuple[int, float] | None:
        """Give how many tries were wrong, and how many seconds ago the last one was; None if that is too long ago."""
        with self._lock:
            tries = self._tries.get(key)
            if tries is None:
                return None
            ago_s = self._clock.monotonic_s() - tries.last_s
            return (tries.failures, ago_s) if ago_s <= QUIET_S else None
