"""Which devices in the box's own Wi-Fi have seen its welcome, so that they are told what lets them stay.

Kept in memory by address, for as long as an address is lent at most; nothing of it says who somebody is.

    welcomed = Welcomed(clock)
    welcomed.note("10.42.0.17")
    "10.42.0.17" in welcomed
"""

import threading

from content_packs.clock import Clock

KEPT_S = 12 * 3600.0
DEVICES_MAX = 1000


class Welcomed:
    """Remembers addresses."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until_s: dict[str, float] = {}
        self._lock = threading.Lock()

    def note(self, address: str) -> None:
        """Somebody at this address has seen the welcome and wants to stay."""
        with self._lock:
            self._until_s.pop(address, None)
            while len(self._until_s) >= DEVICES_MAX:
                del self._until_s[next(iter(self._until_s))]
            self._until_s[address] = self._clock.monotonic_s() + KEPT_S

    def __contains__(self, address: object) -> bool:
        """Whether somebody did."""
        with self._lock:
            return self._until_s.get(str(address), 0.0) > self._clock.monotonic_s()
