"""Says to whoever watches the program that it is well: only after the database answered and the server turned.

What says nothing for as long as systemd has patience (`WatchdogSec`) is ended and started again; its start looks at the
database and mends it. Where nobody watches there is no such job.
"""

import logging
import threading
from collections.abc import Callable

from schoolbox import logs
from schoolbox.db.database import Database

LOG = logging.getLogger(__name__)


class WellJob:
    """Asks the database and the server, and passes on that both answered."""

    name = "well"

    def __init__(
        self, db: Database, *, serves: Callable[[], bool], every_s: float, say: Callable[[], None]
    ) -> None:
        self._db = db
        self._serves = serves
        self._every_s = every_s
        self._say = say
        self._woken = threading.Event()

    def run(self, stop: threading.Event) -> None:
        """Ask again and again until stopped."""
        while not stop.is_set():
            if not self._db.answers(within_s=self._every_s):
                LOG.error(logs.line("database_silent", waited_s=round(self._every_s)))
            elif not self._serves():
                LOG.error(logs.line("server_silent"))
            else:
                self._say()
            self._woken.wait(self._every_s)
            self._woken.clear()

    def wake(self) -> None:
        """Look at `stop` now."""
        self._woken.set()
