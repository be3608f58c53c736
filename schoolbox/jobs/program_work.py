"""Looks for newer programs and brings them, in the background."""

import threading

from schoolbox.services.programs import LOOK_EVERY_S, Programs


class ProgramJob:
    """The background job around `Programs.work`."""

    name = "program-work"

    def __init__(self, programs: Programs, *, look_every_s: float = LOOK_EVERY_S) -> None:
        self._programs = programs
        self._look_every_s = look_every_s
        self._woken = threading.Event()
        programs.when_asked(self.wake)

    def run(self, stop: threading.Event) -> None:
        """Work until stopped."""
        while not stop.is_set():
            self._woken.clear()
            self._programs.work(stop)
            self._woken.wait(self._look_every_s)

    def wake(self) -> None:
        """Look now."""
        self._woken.set()
