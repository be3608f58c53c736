"""How long a weak line is waited for.

    Patience().keep_trying(lambda: fetch(), came=lambda: part.stat().st_size)
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from content_packs.errors import LineLostError

SLOWEST_BYTES_S = 250
"""A line that brings less over minutes only keeps a box busy: one byte is enough for it never to be quiet."""


@dataclass(frozen=True, kw_only=True)
class Patience:
    """Waiting times in seconds.

    Attributes:
        connect_s: For a connection.
        quiet_s: Without a byte, before a connection is given up.
        wait_s: For one look at metadata in all, besides what `SLOWEST_BYTES_S` allows for what comes.
        pauses_s: Before each new try; after the last of them it is given up, unless something came meanwhile.
        pause: Waits for so many seconds.
    """

    connect_s: float = 10.0
    quiet_s: int = 60
    wait_s: float = 300.0
    pauses_s: tuple[float, ...] = (10.0, 12.0, 30.0)
    pause: Callable[[float], object] = field(default_factory=lambda: threading.Event().wait)

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
