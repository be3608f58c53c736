"""When to ask whether a name is free, and when to believe that it is (RFC 6762 section 8.1); rules only.

Promises: three questions, 250 ms apart after a random wait, then 250 ms more for the last answer; after losing to
somebody who asks at the same moment, one second of silence and everything from the start.

    probe = Probe(now_s=0.0, wait_s=0.1)
    probe.due_s, probe.step(0.1)     # (0.1, Step.ASK)
"""

from collections import deque
from enum import Enum

QUESTIONS = 3
INTERVAL_S = 0.25
YIELD_S = 1.0

CONFLICTS_MAX = 15
CONFLICTS_WITHIN_S = 10.0
PAUSE_S = 5.0
QUARREL, QUARREL_WITHIN_S = 3, 15.0
"""So many contests in so short a time are no late echo."""


class Step(Enum):
    """What a probe wants now."""

    WAIT = "wait"
    ASK = "ask"
    FREE = "free"


class Probe:
    """One attempt to get names on one link."""

    def __init__(self, now_s: float, *, wait_s: float) -> None:
        self.due_s = now_s + wait_s
        self._asked = 0

    @property
    def has_asked(self) -> bool:
        """Whether an answer can be one to us; before that it may be older than what made us ask."""
        return self._asked > 0

    @property
    def is_free(self) -> bool:
        """Whether nobody objected; stays so until `yield_to_other`."""
        return self._asked > QUESTIONS

    def step(self, now_s: float) -> Step:
        """Say what to do now, and count it as done."""
        if self.is_free:
            return Step.FREE
        if now_s < self.due_s:
            return Step.WAIT
        self._asked += 1
        self.due_s = now_s + INTERVAL_S
        return Step.FREE if self.is_free else Step.ASK

    def yield_to_other(self, now_s: float) -> None:
        """Let somebody else go first who asked at the same moment, and see whether they really took the name."""
        self._asked = 0
        self.due_s = now_s + YIELD_S


class Conflicts:
    """How often names were contested lately, so that a quarrel cannot flood the network."""

    def __init__(self) -> None:
        self._times_s: deque[float] = deque(maxlen=CONFLICTS_MAX)

    @property
    def is_quarrel(self) -> bool:
        """Whether names were contested several times in a row."""
        last = list(self._times_s)[-QUARREL:]
        return len(last) == QUARREL and last[-1] - last[0] <= QUARREL_WITHIN_S

    def add(self, now_s: float) -> float:
        """Count one and say how long to wait before the next attempt, in seconds."""
        self._times_s.append(now_s)
        many = len(self._times_s) == CONFLICTS_MAX and now_s - self._times_s[0] <= CONFLICTS_WITHIN_S
        return PAUSE_S if many else 0.0
