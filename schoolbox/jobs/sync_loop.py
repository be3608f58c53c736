"""Talks to the hub whenever there is a line; the rest of the box never notices whether there is one.

A new statement on the disk wakes it after a few seconds; without a line it backs off as `sync.loop` says. `wake` ends a
rest; a person who wants to try at once is held back neither by quiet hours nor by the cap.
"""

import logging
import random
import threading
from collections.abc import Callable

from content_packs.clock import Clock
from schoolbox import logs
from schoolbox.errors import WriteFailedError
from schoolbox.services.line_rules import LineRules
from schoolbox.services.uplink import Uplink
from sync.cap import UploadCap
from sync.loop import Pace, SyncLoop, after
from sync.session import SyncReport, SyncSession
from sync.transport import HubTransport

LOG = logging.getLogger(__name__)


class SyncJob:
    """The background job around `SyncLoop`."""

    name = "sync"

    def __init__(
        self,
        *,
        uplink: Uplink,
        landed: threading.Event,
        session: Callable[[HubTransport], SyncSession],
        line: LineRules,
        clock: Clock,
    ) -> None:
        self._uplink = uplink
        self._landed = landed
        self._session = session
        self._lock = threading.Lock()
        self._loop: SyncLoop | None = None
        self._pace = Pace()
        self._chance = 0.0
        self._last_problem: str | None = None
        self._line = line
        self._clock = clock
        self._is_asked = self._is_at_once = False
        uplink.when_wanted(self._ask)

    def run(self, stop: threading.Event) -> None:
        """Talk and rest until stopped; each wake begins with a fresh pace."""
        cap = UploadCap(self._clock, kbit_s=self._kbit_s, pause=stop.wait)
        with HubTransport(cap=cap, clock=self._clock) as transport:
            session = self._session(transport)
            while loop := self._next_loop(session, stop):
                loop.run()

    def wake(self) -> None:
        """Begin the next conversation now, or notice that it is time to stop."""
        with self._lock:
            if self._loop is not None:
                self._loop.stop()

    def _ask(self) -> None:
        """A person wants it now."""
        self._is_asked = True
        self.wake()

    def _kbit_s(self) -> int:
        return 0 if self._is_at_once else self._line.rules().send_kbit

    def _next_loop(self, session: SyncSession, stop: threading.Event) -> SyncLoop | None:
        with self._lock:
            if stop.is_set():
                return None
            self._pace = Pace()
            self._is_at_once, self._is_asked = self._is_asked, False
            self._loop = SyncLoop(
                session, wake=self._landed, stop=threading.Event(), on_report=self._report,
                chance=lambda: self._chance, at_once=self._is_at_once,
            )  # fmt: skip
            return self._loop

    def _report(self, report: SyncReport) -> None:
        """Keep what happened, and when the next try is: the loop is given the same chance that is used here."""
        self._is_at_once = False
        self._chance = random.random()  # noqa: S311 - spreads boxes in time, keeps no secret
        self._pace, rest = after(self._pace, report, chance=self._chance)
        self._log(report)
        try:
            self._uplink.report(report, next_try_in_s=rest.delay_s)
        except WriteFailedError as exc:
            LOG.warning(logs.line("sync_state_not_kept", problem=exc.problem))

    def _log(self, report: SyncReport) -> None:
        """Write a line when something changed, not for each try."""
        problem = type(report.error).__name__ if report.error else ""
        if problem != self._last_problem or report.push.quarantined:
            LOG.info(
                logs.line(
                    "sync", problem=problem or "none", sent=report.push.sent, quarantined=report.push.quarantined,
                    waiting=report.waiting,
                )
            )  # fmt: skip
        self._last_problem = problem
