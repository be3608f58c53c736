"""A cap on what leaves the box, by the byte: a bucket that fills at so many kbit/s and holds one second of it.

Promises: over any time no more than the cap and one second's worth leaves; a request goes on in small pieces, so that
neither side takes it for dead. A cap of 0 is none.

    cap = UploadCap(clock, kbit_s=lambda: 64, pause=stop.wait)
    for piece in cap.pieces(body): ...
"""

from collections.abc import Callable, Iterator

from content_packs.clock import Clock

PIECE_BYTES = 1_024
BURST_S = 1.0


class UploadCap:
    """Slows down what is sent; `kbit_s` is asked for every request, `pause` waits so many seconds."""

    def __init__(self, clock: Clock, *, kbit_s: Callable[[], int], pause: Callable[[float], object]) -> None:
        self._clock = clock
        self._kbit_s = kbit_s
        self._pause = pause
        self._free_at_s = clock.monotonic_s()

    def is_on(self) -> bool:
        """Whether there is a cap now."""
        return self._kbit_s() > 0

    def pieces(self, body: bytes) -> Iterator[bytes]:
        """Give a body in pieces, each when it may leave."""
        bytes_s = self._kbit_s() * 1_000 / 8
        for begins in range(0, len(body), PIECE_BYTES):
            piece = body[begins : begins + PIECE_BYTES]
            if bytes_s > 0:
                self._take(len(piece), bytes_s)
            yield piece

    def _take(self, count: int, bytes_s: float) -> None:
        now_s = self._clock.monotonic_s()
        self._free_at_s = max(self._free_at_s, now_s - BURST_S) + count / bytes_s
        if self._free_at_s > now_s:
            self._pause(self._free_at_s - now_s)
