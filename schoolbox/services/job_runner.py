"""Carries out what was asked of sticks, one order at a time, for as long as its stick is in.

Rules: a stick that was pulled out makes the order wait until it is back, under whatever folder; an installation goes on
from another stick, too, if that has the very same packs; giving up stops at the next piece, and what was copied for
nothing is deleted, but for what another order needs, too. What was overtaken by a newer version waits for no stick.

    while not stop.is_set():
        rest(runner.run_next(stop))
"""

import contextlib
import logging
import threading
from collections.abc import Mapping
from typing import Protocol

import msgspec

from content_packs.errors import DiskError, OlderPackError, StoreBusyError
from schoolbox import logs
from schoolbox.errors import NotFoundError, WriteFailedError
from schoolbox.faults import fault_of
from schoolbox.services.job_progress import JobProgress
from schoolbox.services.packs import Packs
from schoolbox.services.shelf_jobs import Job, JobPack, Kind, ShelfJobs
from schoolbox.services.stick_places import Place
from schoolbox.services.sticks import Sticks

LOG = logging.getLogger(__name__)
WAIT_S = 2.0
REST_S = 60.0
"""How long to rest when something waits for a stick or the store, and when nothing is asked for at all."""


class Work(Protocol):
    """What is done for one kind of order."""

    def carry_out(self, job: Job, place: Place, stop: threading.Event) -> bool:
        """Do what is left of an order; false if it has to stop here for now."""


class _Source(msgspec.Struct, frozen=True):
    """Which stick serves an order, and where it is in."""

    stick_id: str
    place: Place


class JobRunner:
    """Runs orders, on one thread."""

    def __init__(
        self, *, jobs: ShelfJobs, sticks: Sticks, packs: Packs, progress: JobProgress, work: Mapping[Kind, Work]
    ) -> None:
        self._jobs = jobs
        self._sticks = sticks
        self._packs = packs
        self._progress = progress
        self._work = work

    def run_next(self, stop: threading.Event) -> float:
        """Do what can be done now; returns how long to rest before the next try, in seconds."""
        jobs = self._jobs.open()
        for job in jobs:
            if self._go_on(job, stop) or stop.is_set():
                return 0.0
        self._clean_up()
        return WAIT_S if jobs else REST_S

    def _go_on(self, job: Job, stop: threading.Event) -> bool:
        """Do what can be done of an order now; true if it, or a pack of it, was brought to its end."""
        if not job.rest:  # the program ended before it could say so
            self._end(job)
            return True
        source = self._source_for(job)
        if source is None:
            if self._end_overtaken(job):
                return True
            self._jobs.note(job, state="paused")
            return False
        try:
            return self._run(job, source, stop)
        except WriteFailedError:  # nothing can be kept now, of no order
            raise
        except Exception as exc:
            LOG.exception(logs.line("job_broke", job=job.id))
            self._give_up_on(job, exc)
            return True

    def _end_overtaken(self, job: Job) -> bool:
        """Let nobody look for a stick with a version that is older than what came from elsewhere meanwhile."""
        here = self._packs.versions() if job.kind == "install" else {}
        overtaken = [pack for pack in job.rest if here.get(pack.wish.pack_id, 0) > pack.wish.version]
        self._jobs.note(job, [_overtaken(pack, here[pack.wish.pack_id]) for pack in overtaken])
        return bool(overtaken)

    def _source_for(self, job: Job) -> _Source | None:
        """The stick that an order is about; for an installation also another with the very same packs."""
        if job.kind == "write":
            found = self._sticks.drive(job.stick_id)
            return _Source(found.id, found.place) if found else None
        own = self._sticks.place(job.stick_id)
        if own is not None:
            return _Source(job.stick_id, own) if own.is_there() else None
        rest = [each.wish for each in job.rest]
        for stick in self._sticks.present():
            listing = stick.listing
            if listing and all(listing.has_version(wish.pack_id, wish.manifest_sha256) for wish in rest):
                return _Source(stick.id, stick.place)
        return None

    def _run(self, job: Job, source: _Source, stop: threading.Event) -> bool:
        """Work on an order; true if it was brought to its end."""
        try:
            with self._sticks.in_use(source.stick_id):
                if not self._work[job.kind].carry_out(job, source.place, stop):
                    return False
                self._end(job)
        finally:
            self._progress.end()
        return True

    def _end(self, job: Job) -> None:
        """An order is through."""
        ended = self._jobs.end(job.id)
        if ended.state == "done":
            self._note_use(job)
        LOG.info(logs.line("job_ended", job=job.id, state=ended.state))

    def _give_up_on(self, job: Job, error: Exception) -> None:
        """Something that nobody foresaw: let it stop what it happened with, and neither the rest nor other orders."""
        rest = self._jobs.find(job.id).rest
        if not rest:
            raise error
        broken = rest if job.kind == "write" else rest[:1]
        self._jobs.note(job, [pack.stands("failed", pack.done, fault=fault_of(error)) for pack in broken])

    def _note_use(self, job: Job) -> None:
        """All that was asked is there: an upload may go once nothing more of it can be installed."""
        place = self._sticks.place(job.stick_id)
        if place and place.keeper:
            with contextlib.suppress(NotFoundError, DiskError):  # then it stays until somebody deletes it
                place.keeper.note_use(place.mark)

    def _clean_up(self) -> None:
        """Delete what was copied for nothing."""
        if not self._jobs.has_leftovers():
            return
        try:
            freed = self._packs.give_up_parts()
        except StoreBusyError:
            return
        self._jobs.leftovers_gone()
        LOG.info(logs.line("leftovers_gone", freed_bytes=freed))


def _overtaken(pack: JobPack, installed_version: int) -> JobPack:
    """A pack of an order as it ends when a newer version came from elsewhere."""
    wish = pack.wish
    error = OlderPackError(pack_id=wish.pack_id, version=wish.version, installed_version=installed_version)
    return pack.stands("failed", pack.done, fault=fault_of(error))
