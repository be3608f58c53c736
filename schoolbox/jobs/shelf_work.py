"""Carries out what was asked of sticks, in the background, one order at a time."""

import threading

from schoolbox.services.job_runner import JobRunner
from schoolbox.services.shelf_jobs import ShelfJobs
from schoolbox.services.sticks import Sticks


class ShelfWorkJob:
    """The background job around `JobRunner`."""

    name = "shelf-work"

    def __init__(self, *, runner: JobRunner, jobs: ShelfJobs, sticks: Sticks) -> None:
        self._runner = runner
        self._jobs = jobs
        self._woken = threading.Event()
        sticks.when_changed(self.wake)
        jobs.when_asked(self.wake)

    def run(self, stop: threading.Event) -> None:
        """Work until stopped; what was running when the program last ended goes on by itself."""
        self._jobs.begin_anew()
        while not stop.is_set():
            self._woken.clear()
            self._woken.wait(self._runner.run_next(stop))

    def wake(self) -> None:
        """Look for work now, or notice that it is time to stop."""
        self._woken.set()
