"""Watching a version that is tried until it is known to be well, or not (UPDATES 6.5).

    Watcher(book, taker, system, monotonic=time.monotonic).watch()
"""

from collections.abc import Callable

from msgspec.structs import replace

from schoolbox.updater.state import Book
from schoolbox.updater.system import System
from schoolbox.updater.take import Taker

WELL_WITHIN_S = 1200.0
"""For so long a start may take: copying a large database and changing it takes minutes on a card. What fails at its
start is known much sooner, from its starts."""
EVERY_S = 1.0
SILENT, OTHER_VERSION, DATABASE = "silent", "other-version", "database"


class Watcher:
    """Asks the box how it is."""

    def __init__(
        self,
        book: Book,
        taker: Taker,
        system: System,
        *,
        monotonic: Callable[[], float],
        within_s: float = WELL_WITHIN_S,
    ) -> None:
        self._book = book
        self._taker = taker
        self._system = system
        self._monotonic = monotonic
        self._within_s = within_s

    def watch(self) -> bool:
        """Wait for an end; whether the version is well. Where nothing is tried there is nothing to wait for."""
        until = self._monotonic() + self._within_s
        reason = SILENT
        while trying := self._book.trying():
            health = self._system.health()
            if health and health.trial and health.version == trying.version and health.ok:
                self._taker.end()
                return True
            if health and health.trial:
                reason = DATABASE if health.version == trying.version else OTHER_VERSION
            if self._monotonic() >= until and trying.phase == "trying":
                self._book.write_trying(replace(trying, phase="back", reason=reason))
                self._system.restart_box()
                until += self._within_s
            elif self._monotonic() >= until:
                return False
            self._system.pause(EVERY_S)
        self._taker.tidy()  # what went back is not kept: a card is small
        return False
