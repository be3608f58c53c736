"""Writing packs of this box onto a stick, as one piece of work: the stick's own list is what makes them visible there.

Rules: a stick that was pulled out makes the order wait until it is back; a pack that may not leave the box, or that the
box itself lacks files of, does not stop the others. Everything is read back, so half of the need is reading.

    WriteWork(jobs=jobs, writing=writing, progress=progress).carry_out(job, place, stop)
"""

import logging
import threading
from collections.abc import Iterator

from content_packs.copying import Progress
from content_packs.errors import MissingBlobError, PackError
from content_packs.export import StickProgress, Written, WrittenPack
from content_packs.export.errors import NoStickError, StickBusyError, StickGoneError
from schoolbox import logs
from schoolbox.errors import BoxError
from schoolbox.faults import fault_of
from schoolbox.services.job_progress import JobProgress
from schoolbox.services.job_start import JobStart, StoppedError
from schoolbox.services.shelf_jobs import Job, JobPack, JobState, ShelfJobs
from schoolbox.services.stick_listing import Need
from schoolbox.services.stick_places import Place
from schoolbox.services.stick_writing import StickWriting

LOG = logging.getLogger(__name__)
NOTHING = Need(0, 0)


class WriteWork:
    """Carries out orders of the kind `write`."""

    def __init__(self, *, jobs: ShelfJobs, writing: StickWriting, progress: JobProgress) -> None:
        self._jobs = jobs
        self._writing = writing
        self._progress = progress
        self._start = JobStart(jobs)

    def carry_out(self, job: Job, place: Place, stop: threading.Event) -> bool:
        """Write all packs of an order; false if it has to stop here for now."""
        self._progress.begin(job_id=job.id, pack_id="", need=job.need, done=NOTHING)
        seen = False

        def tell(progress: StickProgress) -> None:
            nonlocal seen
            self._progress.tell(both_steps(progress))
            seen = True
            self._start.moves(job, job.packs, stop, done=NOTHING)

        self._start.tries(job, job.packs, done=NOTHING)
        wanted = [pack.wish.pack_id for pack in job.packs]
        try:
            written = self._writing.write(place.folder, wanted, progress=tell, by=job.asked_by)
        except StickBusyError:
            self._start.held_up(job)
            return self._stop(job, "waiting", seen=seen)
        except StoppedError:
            return self._stop(job, "waiting", seen=seen)
        except (StickGoneError, NoStickError):
            return self._stop(job, "paused", seen=seen)
        except (PackError, BoxError) as exc:
            LOG.warning(logs.line("job_write_failed", job=job.id, error=type(exc).__name__))
            self._jobs.note(job, [pack.stands("failed", NOTHING, fault=fault_of(exc)) for pack in job.packs])
            return True
        on_stick = {pack.pack_id: pack for pack in written.packs}
        self._jobs.note(job, [_written(pack, on_stick.get(pack.wish.pack_id), written) for pack in job.packs])
        return True

    def _stop(self, job: Job, state: JobState, *, seen: bool) -> bool:
        """Stop here for now, and note how far it was."""
        running = self._progress.state()
        done = spread(running.done, job) if running and seen else [pack.done for pack in job.packs]
        packs = [pack.stands("waiting", each) for pack, each in zip(job.packs, done, strict=True)]
        self._jobs.note(job, packs, state=state)
        return False


def _written(pack: JobPack, done: WrittenPack | None, written: Written) -> JobPack:
    """What became of one pack."""
    if done is None:
        error = written.failed.get(pack.wish.pack_id) or MissingBlobError(name=pack.wish.pack_id)
        return pack.stands("failed", NOTHING, fault=fault_of(error))
    if done.missing:
        lacks = fault_of(MissingBlobError(name=done.missing[0].sha256))
        return pack.stands("partly", pack.wish.need, missing=len(done.missing), fault=lacks)
    return pack.stands("done", pack.wish.need)


def spread(done: Need, job: Job) -> Iterator[Need]:
    """Share out among the packs of an order what was done of all of it, the first ones first."""
    left = done.bytes
    for pack in job.packs:
        part = min(left, pack.wish.need.bytes)
        left -= part
        yield Need(part, 0)


def both_steps(progress: StickProgress) -> Progress:
    """Put writing and reading back on one scale: each is half of all."""
    files, size = progress.files_total, progress.bytes_total
    if progress.step == "writing":
        return Progress("", progress.files_done, 2 * files, progress.bytes_done, 2 * size)
    return Progress("", files + progress.files_done, 2 * files, size + progress.bytes_done, 2 * size)
