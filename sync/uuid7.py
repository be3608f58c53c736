"""Time-ordered ids that a box makes without asking anybody (RFC 9562 §5.7).

The first 48 bits are milliseconds since 1970, the next 12 count up within one millisecond, 62 are drawn at random once
a start. A clock that stands still or goes back does not make ids go back within one run, and two boxes, or two starts
of one, never make the same id. Nobody is kept out by an id that cannot be guessed, and 62 bits drawn anew for each
statement would be a good part of what it costs on the wire, since nothing packs them smaller.

    ids = Uuid7Source(clock=SystemClock(), token_bytes=secrets.token_bytes)
    ids.next_id()
"""

import threading
from collections.abc import Callable

from content_packs.clock import Clock

_COUNTER_MAX = 0xFFF


def format_uuid7(unix_ms: int, counter: int, random62: int) -> str:
    """Write the id for a time, a counter (12 bits) and a random number (62 bits). Source: RFC 9562 §5.7."""
    value = (unix_ms & (2**48 - 1)) << 80 | 0x7 << 76 | (counter & _COUNTER_MAX) << 64 | 0b10 << 62
    value |= random62 & (2**62 - 1)
    digits = f"{value:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


class Uuid7Source:
    """Makes ids that grow; one for the whole process, safe for threads."""

    def __init__(self, *, clock: Clock, token_bytes: Callable[[int], bytes]) -> None:
        self._clock = clock
        self._random62 = int.from_bytes(token_bytes(8), "big")
        self._lock = threading.Lock()
        self._last_ms = 0
        self._counter = 0

    def next_id(self) -> str:
        """Make the next id."""
        now_ms = max(0, int(self._clock.now().timestamp() * 1000))
        with self._lock:
            if now_ms > self._last_ms:
                self._last_ms, self._counter = now_ms, 0
            elif self._counter < _COUNTER_MAX:
                self._counter += 1
            else:
                self._last_ms, self._counter = self._last_ms + 1, 0
            return format_uuid7(self._last_ms, self._counter, self._random62)
