"""How much of one pupil is kept in a while, so that nobody fills the disk of a school with made-up learning.

A player reports every quarter of a minute, and a quiz takes seconds a question: the rate is far above what a child can
do, and far below what a program can. What is refused is not lost: a report holds all that was played so far.

    pace.take(viewer.person_id)
"""

import threading

from content_packs.clock import Clock
from schoolbox.errors import ThrottledError
from schoolbox.services.recent import Recent
from schoolbox.services.throttle import Allowance, Rate, allowance_wait_s, refilled

KEPT = Rate(free=300, every_s=1.0)


class Pace:
    """Counts in memory, by the monotonic clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._left: Recent[int, Allowance] = Recent()

    def take(self, person_id: int) -> None:
        """Let one thing that this person did be kept.

        Raises:
            ThrottledError: No child is that fast.
        """
        with self._lock:
            now_s = self._clock.monotonic_s()
            now = refilled(self._left.get(person_id, Allowance(KEPT.free, now_s)), KEPT, now_s)
            wait_s = allowance_wait_s(now, KEPT)
            if wait_s > 0:
                raise ThrottledError(wait_s=int(wait_s) + 1)
            self._left.put(person_id, Allowance(now.left - 1, now_s))
