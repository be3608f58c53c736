"""How long a weak line is waited for.

    Patience().keep_trying(lambda: fetch(), came=lambda: part.stat().st_size)
    run_rsync([...], folder=folder, watch=Stock(300.0, travelled, shelf=address).look)
"""

import threading
from collections.abc import Callable

import msgspec

from content_packs.errors import LineLostError
from content_packs.shelf.travelled import Travelled
from sync.rsync.program import LOOK_EVERY_S

SLOWEST_BYTES_S = 250
"""A line that brings less over minutes only keeps a box busy: one byte is enough for it never to be quiet."""


class Patience(msgspec.Struct, frozen=True, kw_only=True):
    """Waiting times in seconds.

    Attributes:
        connect_s: For a connection.
        quiet_s: Without a byte, before a connection is given up.
        wait_s: For a look, or for a file, in all tries together, besides what `SLOWEST_BYTES_S` allows for what comes.
        pauses_s: Before each new try; after the last of them it is given up, unless something came meanwhile.
        pause: Waits for so many seconds.
    """

    connect_s: float = 10.0
    quiet_s: int = 60
    wait_s: float = 300.0
    pauses_s: tuple[float, ...] = (10.0, 12.0, 30.0)
    pause: Callable[[float], object] = msgspec.field(default_factory=lambda: threading.Event().wait)

    def keep_trying(self, attempt: Callable[[], None], *, came: Callable[[], int]) -> None:
        """Do something again while the line breaks.

        Args:
            attempt: What to do.
            came: How much is there; while it grows from try to try, there is no last one.

        Raises:
            LineLostError: The line broke too often with nothing to show for it.
        """
        fruitless = 0
        while True:
            before = came()
            try:
                attempt()
            except LineLostError:
                fruitless = 0 if came() > before else fruitless + 1
                if fruitless > len(self.pauses_s):
                    raise
            else:
                return
            if self.pauses_s:
                self.pause(self.pauses_s[max(0, fruitless - 1)])


class Stock:
    """What is left of our patience for one thing, in all tries together: waiting draws on it, what comes adds to it."""

    def __init__(self, wait_s: float, travelled: Travelled, *, shelf: str) -> None:
        self._wait_s = wait_s
        self._travelled = travelled
        self._shelf = shelf
        self._began_bytes = travelled.bytes_in
        self._waited_s = 0.0

    def look(self) -> None:
        """Note that rsync was waited for once more.

        Raises:
            LineLostError: It is used up.
        """
        self._waited_s += LOOK_EVERY_S
        came = self._travelled.bytes_in - self._began_bytes
        if self._waited_s > self._wait_s + came / SLOWEST_BYTES_S:
            raise LineLostError(shelf=self._shelf)
