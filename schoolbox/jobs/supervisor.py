"""Runs the background jobs: each on its own thread, logged once at the edge, started again after it broke.

    supervisor = Supervisor(jobs, on_end=database.close_thread)
    supervisor.start()
    supervisor.stop()
"""

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from schoolbox import logs

LOG = logging.getLogger(__name__)
RESTART_S = (2.0, 10.0, 60.0, 300.0)
STOP_WITHIN_S = 1.5
"""How long stopping waits for a job; one that is in the middle of a slow request is left behind, harmlessly."""


class Job(Protocol):
    """Something that goes on until it is told to stop."""

    @property
    def name(self) -> str:
        """What the log calls it."""
        ...

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set."""
        ...

    def wake(self) -> None:
        """Look at `stop` now instead of later; from any thread."""
        ...


class Supervisor:
    """Starts and stops the jobs together."""

    def __init__(
        self, jobs: Sequence[Job], *, on_end: Callable[[], None], restart_s: Sequence[float] = RESTART_S
    ) -> None:
        self._jobs = tuple(jobs)
        self._on_end = on_end
        self._restart_s = restart_s
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Start every job."""
        for job in self._jobs:
            thread = threading.Thread(target=self._keep, args=(job,), name=job.name, daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Stop every job; returns within two seconds."""
        self._stop.set()
        for job in self._jobs:
            job.wake()
        for thread in self._threads:
            thread.join(STOP_WITHIN_S)

    def _keep(self, job: Job) -> None:
        """Run one job, again and again if it breaks."""
        failures = 0
        while not self._stop.is_set():
            try:
                job.run(self._stop)
            except Exception:
                if not self._stop.is_set():
                    LOG.exception(logs.line("job_failed", job=job.name))
                    self._stop.wait(self._restart_s[min(failures, len(self._restart_s) - 1)])
                failures += 1
            finally:
                self._on_end()
