"""How fast and how stubbornly a pull goes: a cap for the line, and pauses between tries.

Rules: a line that broke after something came is tried again after a breath; otherwise after 10, 12 and 30 seconds, and
then no more. Waiting ends when the program is told to stop.

    pace = Pace(stop, clock=clock, kbit_s=256)
    pace.took(64_000)
    if pace.may_try_again(): ...
"""

import threading
from collections.abc import Callable

from content_packs.clock import Clock

BREATH_S = 1.0
PAUSES_S = (BREATH_S, 10.0, 12.0, 30.0)
"""Before a try that follows one which brought something, and before those that follow one, two, three which did not."""

CRAWL_WINDOW_S, CRAWL_BYTES_S = 30.0, 4_000
"""A box nearby that gives less than this, for so long, is no shortcut."""


class StoppedError(Exception):
    """The program is told to stop: raised out of the middle of a pull, and never shown."""


class Pace:
    """The pace of one pull; `came` is how many bytes of files came so far, `kbit_s` the cap (0: none)."""

    def __init__(
        self,
        stop: threading.Event,
        *,
        clock: Clock,
        kbit_s: int = 0,
        pauses_s: tuple[float, ...] = PAUSES_S,
        told: Callable[[float], None] | None = None,
        must_end: Callable[[], bool] = lambda: False,
    ) -> None:
        """Begin.

        Args:
            stop: Ends every wait.
            clock: For the cap.
            kbit_s: The most that may come over the line; 0 for no cap.
            pauses_s: Other pauses than usual.
            told: Told how long it waits for a line.
            must_end: Whether the line is wanted by others now.
        """
        self._stop = stop
        self._clock = clock
        self.kbit_s = kbit_s
        self._bytes_s = kbit_s * 1000 / 8
        self._pauses_s = pauses_s
        self._told = told
        self._must_end = must_end
        self._free_at_s = clock.monotonic_s()
        self.came = 0
        self._came_before = 0
        self._fruitless = 0

    @property
    def is_capped(self) -> bool:
        """Whether the line may not be filled."""
        return bool(self._bytes_s)

    def took(self, count: int) -> None:
        """Note that bytes came, and wait as long as the cap wants.

        Raises:
            StoppedError: The program is told to stop.
        """
        self.came += count
        if self._bytes_s:
            now_s = self._clock.monotonic_s()
            self._free_at_s = max(now_s, self._free_at_s) + count / self._bytes_s
            self.wait(self._free_at_s - now_s)
        self.go_on()

    def may_try_again(self) -> bool:
        """Wait before the next try; false if there was the last one.

        Raises:
            StoppedError: The program is told to stop.
        """
        if self.came > self._came_before:
            self._came_before, self._fruitless = self.came, 0
        else:
            self._fruitless += 1
        if self._fruitless >= len(self._pauses_s):
            return False
        seconds = self._pauses_s[self._fruitless]
        if self._told:
            self._told(seconds)
        self.wait(seconds)
        return True

    def wait(self, seconds: float) -> None:
        """Wait.

        Raises:
            StoppedError: The program is told to stop.
        """
        if seconds > 0:
            self._stop.wait(seconds)
        self.go_on()

    def go_on(self) -> None:
        """Do nothing, unless the program is told to stop.

        Raises:
            StoppedError: It is.
        """
        if self._stop.is_set() or self._must_end():
            raise StoppedError


class Tempo:
    """Notices a place that gives so little that it only keeps the line busy: somebody nearby could stop all news so."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._since_s: float | None = None
        self._came = 0

    def is_crawling(self, count: int) -> bool:
        """Note that bytes of a file came, none at its end, and say whether they have come too slowly for a while."""
        now_s = self._clock.monotonic_s()
        if not count or self._since_s is None or now_s - self._since_s > 2 * CRAWL_WINDOW_S:
            self._since_s, self._came = (now_s if count else None), count
            return False
        self._came += count
        if now_s - self._since_s < CRAWL_WINDOW_S:
            return False
        is_slow = self._came < CRAWL_BYTES_S * CRAWL_WINDOW_S
        self._since_s, self._came = now_s, 0
        return is_slow
