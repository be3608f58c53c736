"""Carries out what was asked of sticks, one order at a time, for as long as its stick is in.

Rules: one pack that fails does not stop the next; a stick that was pulled out makes the order wait until it is back,
under whatever folder, or until another stick has the very same packs; a store that is busy makes it wait; giving up
stops at the next piece, and what was copied for nothing is deleted once no other order goes on.

    while not stop.is_set():
        rest(runner.run_next(stop))
"""

import logging
import threading
from dataclasses import dataclass

from content_packs.copying import Progress
from content_packs.errors import PackError, ShelfGoneError, StoreBusyError
from content_packs.install import Installed
from content_packs.shelf import Shelf
from schoolbox import logs
from schoolbox.errors import BoxError
from schoolbox.faults import fault_of
from schoolbox.services.job_progress import JobProgress, done_of
from schoolbox.services.packs import Packs
from schoolbox.services.shelf_jobs import Job, JobPack, ShelfJobs
from schoolbox.services.stick_listing import Need
from schoolbox.services.stick_places import Place
from schoolbox.services.sticks import Sticks

LOG = logging.getLogger(__name__)
WAIT_S = 2.0
REST_S = 60.0
"""How long to rest when something waits for a stick or the store, and when nothing is asked for at all."""
STUCK_TRIES_MAX = 3
"""How often reading may break off at the same place while the stick is there, before the pack is given up."""


class _StoppedError(Exception):
    """The program stops, or the order was given up: raised out of the middle of a copy."""


@dataclass(frozen=True)
class _Source:
    """Which stick gives the packs, and where it is in."""

    stick_id: str
    place: Place


@dataclass(frozen=True)
class _Open:
    """A stick that is being read."""

    shelf: Shelf
    place: Place


@dataclass(frozen=True)
class _Stuck:
    """Where reading broke off the last time, and how often it did there."""

    at: Need
    tries: int


class JobRunner:
    """Runs orders, on one thread."""

    def __init__(self, *, jobs: ShelfJobs, sticks: Sticks, packs: Packs, progress: JobProgress) -> None:
        self._jobs = jobs
        self._sticks = sticks
        self._packs = packs
        self._progress = progress
        self._stuck: dict[tuple[int, int], _Stuck] = {}

    def run_next(self, stop: threading.Event) -> float:
        """Do what can be done now; returns how long to rest before the next try, in seconds."""
        jobs = self._jobs.open()
        for job in jobs:
            source = self._source_for(job)
            if source is None:
                self._pause(job)
            elif self._run(job, source, stop):
                return 0.0
            if stop.is_set():
                return 0.0
        self._clean_up()
        return WAIT_S if jobs else REST_S

    def _source_for(self, job: Job) -> "_Source | None":
        """Where what an order needs can be read: its own stick, or another with the very same packs."""
        own = self._sticks.place(job.stick_id)
        if own is not None:
            return _Source(job.stick_id, own) if own.is_there() else None
        rest = [each.wish for each in job.packs if not each.ended]
        for stick in self._sticks.present():
            listing = stick.listing
            if listing and all(listing.has_version(wish.pack_id, wish.manifest_sha256) for wish in rest):
                return _Source(stick.id, stick.place)
        return None

    def _run(self, job: Job, source: "_Source", stop: threading.Event) -> bool:
        """Work on an order; true if it was brought to its end."""
        try:
            shelf = source.place.shelf()
        except (PackError, BoxError):
            self._pause(job)
            return False
        if job.state != "running":
            self._jobs.set_state(job.id, "running")
        LOG.info(logs.line("job_runs", job=job.id, packs=sum(not each.ended for each in job.packs)))
        try:
            with self._sticks.in_use(source.stick_id):
                for pack in job.packs:
                    if not pack.ended and not self._install(job, pack, _Open(shelf, source.place), stop):
                        return False
                ended = self._jobs.end(job.id)
                if ended.state == "done":
                    self._note_use(job)
        finally:
            self._progress.end()
        LOG.info(logs.line("job_ended", job=job.id, state=ended.state))
        return True

    def _install(self, job: Job, pack: JobPack, source: "_Open", stop: threading.Event) -> bool:
        """Install one pack; false if the order has to stop here for now."""
        wish, seen = pack.wish, _Seen(pack.done)
        self._jobs.set_part(pack, "running", done=pack.done)
        self._progress.begin(job_id=job.id, pack_id=wish.pack_id, need=wish.need, done=pack.done)

        def tell(progress: Progress) -> None:
            seen.done = done_of(progress, wish.need)
            self._progress.tell(progress)
            if stop.is_set() or not self._jobs.is_open(job.id):
                raise _StoppedError

        try:
            installed = self._packs.install(
                source.shelf, wish.pack_id, units=wish.units, by=job.asked_by, progress=tell
            )
        except _StoppedError:
            self._jobs.set_part(pack, "waiting", done=seen.done)
            return False
        except ShelfGoneError as exc:
            return self._shelf_gone(job, pack, source.place, seen.done, exc)
        except StoreBusyError:
            self._jobs.set_part(pack, "waiting", done=seen.done)
            self._jobs.set_state(job.id, "waiting")
            return False
        except (PackError, BoxError) as exc:
            self._fail(pack, seen.done, exc)
            return True
        self._installed(pack, installed)
        return True

    def _installed(self, pack: JobPack, installed: Installed) -> None:
        missing = installed.missing
        self._jobs.set_part(
            pack, "partly" if missing else "done", done=pack.wish.need, missing=len(missing),
            fault=fault_of(missing[0].error) if missing else None,
        )  # fmt: skip

    def _fail(self, pack: JobPack, done: Need, error: BaseException) -> None:
        LOG.warning(logs.line("job_pack_failed", pack=pack.wish.pack_id, error=type(error).__name__))
        self._jobs.set_part(pack, "failed", done=done, fault=fault_of(error))

    def _shelf_gone(
        self, job: Job, pack: JobPack, place: Place, done: Need, error: ShelfGoneError
    ) -> bool:
        """Wait for the stick; but if it is there and breaks off at the same place again, go on without this pack."""
        there = place.is_there()
        stuck = self._stuck.get((job.id, pack.position), _Stuck(done, 0))
        tries = int(there) + (stuck.tries if there and stuck.at == done else 0)
        self._stuck[job.id, pack.position] = _Stuck(done, tries)
        if tries >= STUCK_TRIES_MAX:
            self._fail(pack, done, error.__cause__ if isinstance(error.__cause__, PackError) else error)
            return True
        self._jobs.set_part(pack, "waiting", done=done)
        self._jobs.set_state(job.id, "paused")
        LOG.info(logs.line("job_paused", job=job.id, pack=pack.wish.pack_id, there=there))
        return False

    def _note_use(self, job: Job) -> None:
        """All that was asked is there: an upload may go once nothing more of it can be installed."""
        place = self._sticks.place(job.stick_id)
        if place and place.keeper:
            place.keeper.note_use(place.mark)

    def _pause(self, job: Job) -> None:
        if job.state != "paused":
            self._jobs.set_state(job.id, "paused")

    def _clean_up(self) -> None:
        """Delete what was copied for nothing, once nothing is asked for any more."""
        if not self._jobs.has_leftovers():
            return
        try:
            freed = self._packs.give_up_parts()
        except StoreBusyError:
            return
        self._jobs.leftovers_gone()
        LOG.info(logs.line("leftovers_gone", freed_bytes=freed))


@dataclass
class _Seen:
    """How far a pack has come, as its copying last told."""

    done: Need


