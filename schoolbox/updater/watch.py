"""Watching a version that is tried until it is known to be well, or not (UPDATES 6.5).

    Watcher(book, taker, system, monotonic=time.monotonic).watch()
"""

from collections.abc import Callable

from msgspec.structs import replace

from schoolbox.updater.state import Book, Trying
from schoolbox.updater.system import Health, System
from schoolbox.updater.take import Taker

WELL_WITHIN_S = 1200.0
"""For so long a start may take: copying a large database and changing it takes minutes on a card. What fails at its
start is known much sooner, from its starts."""
ANSWERS_WITHIN_S = 180.0
"""For so long after it said that it is ready, or answered, it may not be well: its start is over then."""
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
        reason, is_up = SILENT, False
        while trying := self._book.trying():
            health, now = self._system.health(), self._monotonic()
            if not is_up and trying.phase == "trying" and self._is_up(trying, health):
                is_up, until = True, min(until, now + ANSWERS_WITHIN_S)
            if health and health.trial and health.version == trying.version and health.ok:
                self._taker.end()
                return True
            if health and health.trial:
                reason = DATABASE if health.version == trying.version else OTHER_VERSION
            if now >= until and trying.phase == "trying":
                self._book.write_trying(replace(trying, phase="back", reason=reason))
                self._system.restart_box()
                until += self._within_s
            elif now >= until:
                return False
            self._system.pause(EVERY_S)
        self._taker.tidy()  # what went back is not kept: a card is small
        return False

    def _is_up(self, trying: Trying, health: Health | None) -> bool:
        """Whether the tried version has started: before its first start it is the one before that systemd speaks of."""
        return bool(health and health.trial) or bool(trying.starts and not health and self._system.is_ready())
