"""Copies the database once a day of use: a while after the start, so that a class that waits comes first."""

import logging
import threading

from content_packs.errors import DiskError
from schoolbox import logs
from schoolbox.errors import DamagedDatabaseError, WriteFailedError
from schoolbox.services.database_care import DatabaseCare
from schoolbox.services.erasure import Erasures

LOG = logging.getLogger(__name__)
FIRST_AFTER_S = 15 * 60.0
EVERY_S = 24 * 3600.0


class SnapshotJob:
    """The background job around `DatabaseCare.take_snapshot`; it also finishes an erasure that was interrupted."""

    name = "snapshots"

    def __init__(
        self, care: DatabaseCare, erasures: Erasures, *, first_after_s: float = FIRST_AFTER_S, every_s: float = EVERY_S
    ) -> None:
        self._care = care
        self._erasures = erasures
        self._first_after_s = first_after_s
        self._every_s = every_s
        self._woken = threading.Event()

    def run(self, stop: threading.Event) -> None:
        """Take copies until stopped; a box that is switched off every evening takes one a day as well."""
        self._erasures.finish()
        self._woken.wait(self._first_after_s)
        if not stop.is_set() and not self._care.has_young_snapshot():
            self._take()
        while not stop.is_set():
            self._woken.wait(self._every_s)
            if not stop.is_set():
                self._take()

    def wake(self) -> None:
        """Look whether to stop."""
        self._woken.set()

    def _take(self) -> None:
        try:
            self._care.take_snapshot()
        except (DamagedDatabaseError, WriteFailedError, DiskError) as exc:
            LOG.warning(logs.line("snapshot_failed", why=type(exc).__name__))
