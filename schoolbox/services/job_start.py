"""Says of an order that it runs, and notices that it has to stop.

Rule: an order that another program held up the last time is said to run only when it really does: a wait of an hour,
with a try every two seconds, writes nothing.

    start.tries(job, packs)             # before it begins
    start.moves(job, packs, stop)       # at every piece
    start.held_up(job)                  # another program has the store, or the stick
"""

import logging
import threading
from collections.abc import Sequence

from schoolbox import logs
from schoolbox.services.shelf_jobs import Job, JobPack, ShelfJobs
from schoolbox.services.stick_listing import Need

LOG = logging.getLogger(__name__)


class StoppedError(Exception):
    """The program stops, or the order was given up: raised out of the middle of a copy."""


class JobStart:
    """Knows which orders were held up."""

    def __init__(self, jobs: ShelfJobs) -> None:
        self._jobs = jobs
        self._held_up: set[int] = set()

    def tries(self, job: Job, packs: Sequence[JobPack], *, done: Need) -> None:
        """Some packs of an order are about to be worked on, of which so much was done before."""
        if job.id not in self._held_up:
            self._runs(job, packs, done)

    def moves(self, job: Job, packs: Sequence[JobPack], stop: threading.Event, *, done: Need) -> None:
        """A piece of it came over.

        Raises:
            StoppedError: It has to stop here.
        """
        if stop.is_set() or not self._jobs.is_open(job.id):
            raise StoppedError
        if job.id in self._held_up:
            self._held_up.discard(job.id)
            self._runs(job, packs, done)

    def held_up(self, job: Job) -> None:
        """Another program is at it, so nothing of the order can be done now."""
        self._held_up.add(job.id)

    def _runs(self, job: Job, packs: Sequence[JobPack], done: Need) -> None:
        self._jobs.note(job, [pack.stands("running", done) for pack in packs], state="running")
        LOG.info(logs.line("job_runs", job=job.id, packs=len(packs)))
