"""Looks every two seconds which sticks are in, and at once when somebody says that one is."""

import threading

from schoolbox.services.sticks import Sticks

LOOK_EVERY_S = 2.0


class StickWatchJob:
    """The background job around `Sticks.look`."""

    name = "stick-watch"

    def __init__(self, sticks: Sticks, *, look_every_s: float = LOOK_EVERY_S) -> None:
        self._sticks = sticks
        self._look_every_s = look_every_s
        self._woken = threading.Event()
        sticks.when_wanted(self.wake)

    def run(self, stop: threading.Event) -> None:
        """Look until stopped."""
        while not stop.is_set():
            self._woken.clear()
            self._sticks.look()
            self._woken.wait(self._look_every_s)

    def wake(self) -> None:
        """Look now."""
        self._woken.set()
