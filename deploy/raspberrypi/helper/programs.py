"""The only place from which root's helper starts other programs; a test gives another machine."""

import subprocess
import time
from typing import NamedTuple, Protocol

PATIENCE_S = 60


class Done(NamedTuple):
    """How a program ended, and what it printed."""

    code: int
    text: str


class Machine(Protocol):
    """What is asked of the machine."""

    def run(self, *words: str) -> Done:
        """Run a program to its end; no shell reads the words."""

    def wait(self, seconds: float) -> None:
        """Let time pass."""

    def now(self) -> float:
        """What time it is, in seconds since 1970."""


class RealMachine:
    """This machine."""

    def run(self, *words: str) -> Done:
        """Run a program to its end; one that is not there or does not end counts as failed."""
        try:
            done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=PATIENCE_S)  # noqa: S603 - no shell
        except (OSError, subprocess.SubprocessError) as exc:
            return Done(1, str(exc))
        return Done(done.returncode, done.stdout if done.returncode == 0 else done.stderr)

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        time.sleep(seconds)

    def now(self) -> float:
        """What time it is, in seconds since 1970."""
        return time.clock_gettime(time.CLOCK_REALTIME)

    def set_clock(self, moment: float) -> None:
        """Put the clock."""
        time.clock_settime(time.CLOCK_REALTIME, moment)
