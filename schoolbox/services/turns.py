"""Who may change the packs: people come before the box itself.

A pull over a weak line takes hours; a teacher with a stick has five minutes. Rules: whoever acts for a person says so
first; a pull that notices it stops at the next piece, keeps what it copied, and goes on when the person is done. It
works across programs, because it is a lock on a file, and goes with the program that held it.

    with turns.person():
        installer.install(...)

    way = turns.way()
    way.give()        # raises GaveWayError while a person is at it
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

from content_packs.clock import Clock
from content_packs.durable import locked
from content_packs.errors import StoreBusyError

PATIENCE_S = 45.0
"""How long a person waits for a pull to stop: longer than it waits for a line that has gone quiet."""
GLANCE_S = 0.5
TRY_EVERY_S = 0.05
LOOK_EVERY_S = 0.25


class GaveWayError(Exception):
    """A person wants to change packs: raised out of the middle of what the box does by itself, and never shown."""


class Turns:
    """Whose turn it is."""

    def __init__(self, folder: Path, writing: Callable[[], AbstractContextManager[None]], *, clock: Clock) -> None:
        """Watch over a store.

        Args:
            folder: Where the lock file stands.
            writing: Keeps others from writing to the store; raises StoreBusyError if somebody is.
            clock: So that nobody looks at the lock all the time.
        """
        self._file = folder / "person.lock"
        self._writing = writing
        self._clock = clock

    @contextmanager
    def person(self) -> Iterator[None]:
        """Have everything that the box does by itself stop, for as long as a person's change takes.

        Raises:
            StoreBusyError: Another person's change is being made, or nothing gave way in time.
        """
        with ExitStack() as held:
            # A pull looks at this lock by taking it for a moment, so one refusal does not mean that it is taken.
            _patiently(lambda: held.enter_context(locked(self._file, wait=False)), GLANCE_S)
            _patiently(self._see_store_free, PATIENCE_S)
            yield

    def is_taken(self) -> bool:
        """Say whether a person is at it."""
        try:
            with locked(self._file, wait=False):
                return False
        except StoreBusyError:
            return True

    def way(self) -> "Way":
        """Give what a long piece of work asks as it goes."""
        return Way(self, self._clock)

    def _see_store_free(self) -> None:
        with self._writing():
            pass


def _patiently(attempt: Callable[[], object], patience_s: float) -> None:
    """Try until it works.

    Raises:
        StoreBusyError: It did not within that time.
    """
    pause = threading.Event()
    for left in range(round(patience_s / TRY_EVERY_S), -1, -1):
        try:
            attempt()
        except StoreBusyError:
            if not left:
                raise
        else:
            return
        pause.wait(TRY_EVERY_S)


class Way:
    """One piece of work of the box itself, which gives way."""

    def __init__(self, turns: Turns, clock: Clock) -> None:
        self._turns = turns
        self._clock = clock
        self._next_look_s = 0.0

    def give(self) -> None:
        """Look whether a person waits, but not more often than is of use.

        Raises:
            GaveWayError: One does.
        """
        now_s = self._clock.monotonic_s()
        if now_s >= self._next_look_s:
            self._next_look_s = now_s + LOOK_EVERY_S
            if self._turns.is_taken():
                raise GaveWayError
