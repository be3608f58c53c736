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
from content_packs.export import StickProgress, Written
from content_packs.export.errors import NoStickError, StickBusyError, StickGoneError
from schoolbox import logs
from schoolbox.errors import BoxError
from schoolbox.faults import Fault, fault_of
from schoolbox.services.install_work import StoppedError
from schoolbox.services.job_progress import JobProgress
from schoolbox.services.shelf_jobs import Job, JobState, PackPart, ShelfJobs
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

    def carry_out(self, job: Job, place: Place, stop: threading.Event) -> bool:
        """Write all packs of an order; false if it has to stop here for now."""
        self._set_all(job, "running")
        self._progress.begin(job_id=job.id, pack_id="", need=job.need, done=NOTHING)

        def tell(progress: StickProgress) -> None:
            self._progress.tell(both_steps(progress))
            if stop.is_set() or not self._jobs.is_open(job.id):
                raise StoppedError

        wanted = [pack.wish.pack_id for pack in job.packs]
        try:
            written = self._writing.write(place.folder, wanted, progress=tell, by=job.asked_by)
        except StoppedError:
            return self._stop(job, "waiting")
        except (StickGoneError, NoStickError):
            return self._stop(job, "paused")
        except StickBusyError:
            return self._stop(job, "waiting")
        except (PackError, BoxError) as exc:
            LOG.warning(logs.line("job_write_failed", job=job.id, error=type(exc).__name__))
            self._set_all(job, "failed", fault=fault_of(exc))
            return True
        self._note(job, written)
        return True

    def _stop(self, job: Job, state: JobState) -> bool:
        """Stop here for now, and note how far it was."""
        running = self._progress.state()
        for pack, done in zip(job.packs, spread(running.done if running else NOTHING, job), strict=True):
            self._jobs.set_part(pack, "waiting", done=done)
        self._jobs.set_state(job.id, state)
        return False

    def _set_all(self, job: Job, state: PackPart, *, fault: Fault | None = None) -> None:
        for pack in job.packs:
            self._jobs.set_part(pack, state, done=NOTHING, fault=fault)

    def _note(self, job: Job, written: Written) -> None:
        """Note what became of each pack."""
        on_stick = {pack.pack_id: pack for pack in written.packs}
        for pack in job.packs:
            pack_id, need = pack.wish.pack_id, pack.wish.need
            done = on_stick.get(pack_id)
            if done is None:
                error = written.failed.get(pack_id) or MissingBlobError(name=pack_id)
                self._jobs.set_part(pack, "failed", done=NOTHING, fault=fault_of(error))
            elif done.missing:
                lacks = fault_of(MissingBlobError(name=done.missing[0].sha256))
                self._jobs.set_part(pack, "partly", done=need, missing=len(done.missing), fault=lacks)
            else:
                self._jobs.set_part(pack, "done", done=need)


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
