"""Puts courses of own files into the library, in the background, one after the other."""

import threading

from schoolbox.services.own_file_publishing import OwnFilePublishing


class OwnFileJob:
    """The background job around `OwnFilePublishing`."""

    name = "own-files"

    def __init__(self, publishing: OwnFilePublishing) -> None:
        self._publishing = publishing
        self._woken = threading.Event()
        publishing.when_asked(self.wake)

    def run(self, stop: threading.Event) -> None:
        """Work until stopped; what was asked when the program last ended goes on by itself."""
        while not stop.is_set():
            self._woken.clear()
            self._woken.wait(self._publishing.run_next(stop))

    def wake(self) -> None:
        """Look for work now, or notice that it is time to stop."""
        self._woken.set()
