"""How far a running job is: kept in memory only, because a memory card wears with every write.

Rules: the speed is that of the last half minute; nothing is said of the time that is left before there is enough to
measure. Counts are of what has to be copied, so that a new version of a large pack does not begin at ninety percent.

    progress.begin(job_id=7, pack_id="mash:thyesat-6", need=Need(400, 3), done=Need(0, 0))
    progress.tell(Progress(...))
    progress.state().done.bytes
"""

import threading
from collections import deque
from collections.abc import Sequence

import msgspec

from content_packs.clock import Clock
from content_packs.copying import Progress
from schoolbox.services.stick_listing import Need

WINDOW_S = 30.0
SAMPLE_EVERY_S = 0.5
MEASURED_S_MIN = 2.0
Sample = tuple[float, int]
"""A moment in seconds, and the bytes that had come over by then."""


class Running(msgspec.Struct, frozen=True):
    """The pack that is being copied: what of its need has come over, and how fast; None before it is known.

    Without a pack it is the whole order.
    """

    job_id: int
    pack_id: str
    done: Need
    speed_bytes_s: float | None


class JobProgress:
    """The progress of the one job that runs."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._samples: deque[Sample] = deque()
        self._job_id = 0
        self._pack_id = ""
        self._need = Need(0, 0)
        self._done = Need(0, 0)
        self._told = False

    def begin(self, *, job_id: int, pack_id: str, need: Need, done: Need) -> None:
        """A pack begins, or goes on."""
        with self._lock:
            if job_id != self._job_id:
                self._samples.clear()
            self._job_id, self._pack_id, self._need, self._done = job_id, pack_id, need, done
            self._told = False

    def tell(self, progress: Progress) -> None:
        """A piece came over."""
        now_s = self._clock.monotonic_s()
        with self._lock:
            before = self._done
            self._done = done_of(progress, self._need)
            gained = max(0, self._done.bytes - before.bytes) if self._told else 0  # what was there is not speed
            self._told = True
            last_s, total = self._samples[-1] if self._samples else (now_s, 0)
            if self._samples and now_s - last_s < SAMPLE_EVERY_S:
                self._samples[-1] = (last_s, total + gained)
            else:
                self._samples.append((now_s, total + gained))
            while self._samples and now_s - self._samples[0][0] > WINDOW_S:
                self._samples.popleft()

    def end(self) -> None:
        """Nothing runs any more."""
        with self._lock:
            self._job_id, self._pack_id = 0, ""
            self._samples.clear()

    def state(self) -> Running | None:
        """What runs now; None if nothing does."""
        with self._lock:
            if not self._job_id:
                return None
            return Running(self._job_id, self._pack_id, self._done, speed(self._samples))


def done_of(progress: Progress, need: Need) -> Need:
    """What of the need has come over: what was there before anything was asked does not count."""
    there_bytes = progress.bytes_total - need.bytes
    there_files = progress.files_total - need.files
    return Need(
        min(need.bytes, max(0, progress.bytes_done - there_bytes)),
        min(need.files, max(0, progress.files_done - there_files)),
    )


def speed(samples: Sequence[Sample]) -> float | None:
    """Bytes in a second over the window; None while there is too little to measure."""
    if len(samples) < 2 or samples[-1][0] - samples[0][0] < MEASURED_S_MIN:
        return None
    (first_s, first), (last_s, last) = samples[0], samples[-1]
    return (last - first) / (last_s - first_s)


def left_s(need: Need, done: Need, speed_bytes_s: float | None) -> float | None:
    """Seconds that are left; None if nobody can say."""
    if not speed_bytes_s or speed_bytes_s < 1:
        return None
    return max(0, need.bytes - done.bytes) / speed_bytes_s
