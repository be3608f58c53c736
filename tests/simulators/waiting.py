"""Waiting for a condition; the deadline is generous, because only a broken program should reach it.

    eventually(lambda: box.lines, saying="the box did not get ready")
"""

import threading
import time
from collections.abc import Callable

DEADLINE_S = 45.0


def eventually(
    condition: Callable[[], object],
    *,
    within_s: float = DEADLINE_S,
    saying: str | Callable[[], str] = "it did not happen",
) -> None:
    """Wait until something is so; `saying` may be asked only when it did not become so.

    Raises:
        AssertionError: It did not become so.
    """
    end_s = time.monotonic() + within_s
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < end_s, saying if isinstance(saying, str) else saying()
        pause.wait(0.03)
