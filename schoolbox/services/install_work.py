"""Installing what was asked for from a stick, pack by pack.

Rules: one pack that fails does not stop the next; a stick that breaks off at the same place again and again, though it
is there, has a bad spot, and the pack is given up for it. Only the version that was asked for is installed.

    InstallWork(jobs=jobs, packs=packs, progress=progress).carry_out(job, place, stop)
"""

import logging
import threading

import msgspec

from content_packs.copying import Progress
from content_packs.errors import NotOfferedError, PackError, ShelfGoneError, StoreBusyError
from content_packs.install import Installed
from content_packs.shelf import Shelf
from schoolbox import logs
from schoolbox.errors import BoxError
from schoolbox.faults import fault_of
from schoolbox.services.job_progress import JobProgress, done_of
from schoolbox.services.job_start import JobStart, StoppedError
from schoolbox.services.packs import Packs
from schoolbox.services.shelf_jobs import Job, JobPack, ShelfJobs
from schoolbox.services.stick_listing import Need
from schoolbox.services.stick_places import Place

LOG = logging.getLogger(__name__)
STUCK_TRIES_MAX = 3
"""How often reading may break off at the same place while the stick is there, before the pack is given up."""


class _Open(msgspec.Struct, frozen=True):
    """A stick that is being read."""

    shelf: Shelf
    place: Place


class _Stuck(msgspec.Struct, frozen=True):
    """Where reading broke off the last time, and how often it did there."""

    at: Need
    tries: int


class _Seen(msgspec.Struct):
    """How far a pack has come, as its copying last told."""

    done: Need


class InstallWork:
    """Carries out orders of the kind `install`."""

    def __init__(self, *, jobs: ShelfJobs, packs: Packs, progress: JobProgress) -> None:
        self._jobs = jobs
        self._packs = packs
        self._progress = progress
        self._stuck: dict[tuple[int, int], _Stuck] = {}
        self._start = JobStart(jobs)

    def carry_out(self, job: Job, place: Place, stop: threading.Event) -> bool:
        """Install what is left of an order; false if it has to stop here for now."""
        try:
            source = _Open(place.shelf(), place)
        except (PackError, BoxError):
            self._jobs.note(job, state="paused")
            return False
        return all(pack.ended or self._install(job, pack, source, stop) for pack in job.packs)

    def _install(self, job: Job, pack: JobPack, source: _Open, stop: threading.Event) -> bool:
        """Install one pack; false if the order has to stop here for now."""
        wish, seen = pack.wish, _Seen(pack.done)
        self._progress.begin(job_id=job.id, pack_id=wish.pack_id, need=wish.need, done=pack.done)

        def tell(progress: Progress) -> None:
            seen.done = done_of(progress, wish.need)
            self._progress.tell(progress)
            self._start.moves(job, [pack], stop, done=pack.done)

        self._start.tries(job, [pack], done=pack.done)
        try:
            installed = self._packs.install(
                source.shelf, wish.pack_id, units=wish.units, manifest_sha256=wish.manifest_sha256, by=job.asked_by,
                progress=tell,
            )  # fmt: skip
        except StoppedError:
            self._jobs.note(job, [pack.stands("waiting", seen.done)], state="waiting")
            return False
        except StoreBusyError:
            self._start.held_up(job)
            self._jobs.note(job, [pack.stands("waiting", seen.done)], state="waiting")
            return False
        except (ShelfGoneError, NotOfferedError) as exc:
            return self._shelf_gone(job, pack, source.place, seen.done, exc)
        except (PackError, BoxError) as exc:
            self._fail(job, pack, seen.done, exc)
            return True
        self._installed(job, pack, installed)
        return True

    def _installed(self, job: Job, pack: JobPack, installed: Installed) -> None:
        missing = installed.missing
        fault = fault_of(missing[0].error) if missing else None
        stands = pack.stands("partly" if missing else "done", pack.wish.need, missing=len(missing), fault=fault)
        self._jobs.note(job, [stands])

    def _fail(self, job: Job, pack: JobPack, done: Need, error: BaseException) -> None:
        LOG.warning(logs.line("job_pack_failed", pack=pack.wish.pack_id, error=type(error).__name__))
        self._jobs.note(job, [pack.stands("failed", done, fault=fault_of(error))])

    def _shelf_gone(
        self, job: Job, pack: JobPack, place: Place, done: Need, error: ShelfGoneError | NotOfferedError
    ) -> bool:
        """Wait for the stick, in whose place another may stand for a moment before that is noticed.

        If it is there and breaks off at the same place again and again, go on without this pack.
        """
        there = place.is_there()
        stuck = self._stuck.get((job.id, pack.position), _Stuck(done, 0))
        tries = int(there) + (stuck.tries if there and stuck.at == done else 0)
        self._stuck[job.id, pack.position] = _Stuck(done, tries)
        if tries >= STUCK_TRIES_MAX:
            self._fail(job, pack, done, error.__cause__ if isinstance(error.__cause__, PackError) else error)
            return True
        self._jobs.note(job, [pack.stands("waiting", done)], state="paused")
        LOG.info(logs.line("job_paused", job=job.id, pack=pack.wish.pack_id, there=there))
        return False
