"""When to talk to the hub: the policy as a function, and the thread that follows it.

New statements leave within about 10 s. With nothing waiting the box is heard from every 5 minutes. When something
fails it waits 10, 12, 30, 60, 120, 300, then 600 s, each up to a quarter longer or shorter by chance so that a thousand
boxes do not come back at once; new statements do not shorten that. Where nobody answers at all it never waits longer
than a minute: asking costs one attempt to connect, and a line may be there for a short while only. A slow line gets
smaller batches. In quiet hours (PROTOCOL 4.9) it only says every 5 minutes that it is there.

    loop = SyncLoop(session, wake=threading.Event(), stop=threading.Event(), on_report=keep, chance=random.random)
    threading.Thread(target=loop.run, name="sync").start()      # wake.set() when a row lands in the outbox
"""

import threading
from collections.abc import Callable

import msgspec

from sync.errors import CredentialsError, HubBusyError, LineError, LineTimeoutError, NotEnrolledError
from sync.session import BATCH_SIZE, SyncReport, SyncSession

HEARTBEAT_S = 300.0
GATHER_S = 3.0
"""How long new statements wait for company before a batch leaves."""
BACKOFF_S = (10.0, 12.0, 30.0, 60.0, 120.0, 300.0, 600.0)
NO_LINE_S = 60.0
"""The longest wait where there is no line."""
SMALL_BATCH = 100
FAST_REQUEST_S = 15.0
"""A small batch that took less than this allows the large size again."""


class Pace(msgspec.Struct, frozen=True):
    """What the loop remembers between conversations."""

    failures: int = 0
    batch_size: int = BATCH_SIZE


class Rest(msgspec.Struct, frozen=True):
    """How long to wait, and whether a new statement (or an enrolment) ends the wait early."""

    delay_s: float
    wakeable: bool


def after(pace: Pace, report: SyncReport, *, chance: float) -> tuple[Pace, Rest]:
    """Decide pace and rest after a conversation; `chance` is a number from 0 to 1."""
    batch_size = _batch_size(pace, report)
    if report.error is None and report.quiet_s:
        return Pace(batch_size=batch_size), Rest(HEARTBEAT_S, wakeable=False)
    if report.error is None:
        return Pace(batch_size=batch_size), Rest(GATHER_S if report.waiting else HEARTBEAT_S, wakeable=True)
    if isinstance(report.error, NotEnrolledError):
        return Pace(batch_size=batch_size), Rest(HEARTBEAT_S, wakeable=True)
    delay_s = BACKOFF_S[min(pace.failures, len(BACKOFF_S) - 1)]
    if isinstance(report.error, CredentialsError):
        delay_s = BACKOFF_S[-1]
    if isinstance(report.error, LineError) and not isinstance(report.error, LineTimeoutError):
        delay_s = min(delay_s, NO_LINE_S)
    delay_s = min(BACKOFF_S[-1], delay_s * (0.75 + chance / 2))
    if isinstance(report.error, HubBusyError) and report.error.retry_after_s is not None:
        delay_s = max(delay_s, min(report.error.retry_after_s, 24 * 3600.0))
    return Pace(failures=pace.failures + 1, batch_size=batch_size), Rest(delay_s, wakeable=False)


class SyncLoop:
    """The thread's body. `wake` is set by the box when a row lands; `stop` (then `wake`) ends it.

    `at_once`: a person asked for the first conversation, so that no quiet hour holds it back.
    """

    def __init__(
        self,
        session: SyncSession,
        *,
        wake: threading.Event,
        stop: threading.Event,
        on_report: Callable[[SyncReport], None],
        chance: Callable[[], float],
        at_once: bool = False,
    ) -> None:
        self._session = session
        self._at_once = at_once
        self._wake = wake
        self._stop = stop
        self._on_report = on_report
        self._chance = chance

    def run(self) -> None:
        """Talk and rest until stopped."""
        pace = Pace()
        while not self._stop.is_set():
            self._wake.clear()
            at_once, self._at_once = self._at_once, False
            report = self._session.run_once(
                batch_size=pace.batch_size, should_stop=self._stop.is_set, at_once=at_once
            )
            self._on_report(report)
            pace, rest = after(pace, report, chance=self._chance())
            self._pause(rest)

    def stop(self) -> None:
        """Ask the thread to end; it does so at once when resting, else after the request under way."""
        self._stop.set()
        self._wake.set()

    def _pause(self, rest: Rest) -> None:
        """Wait as the policy says; when woken, gather a little first."""
        if not rest.wakeable:
            self._stop.wait(rest.delay_s)
        elif self._wake.wait(rest.delay_s):
            self._stop.wait(GATHER_S)


def _batch_size(pace: Pace, report: SyncReport) -> int:
    """Shrink after a timeout; grow again after a small batch that went fast."""
    if isinstance(report.error, LineTimeoutError):
        return SMALL_BATCH
    if report.error is None and report.push.requests and report.push.slowest_request_s < FAST_REQUEST_S:
        return BATCH_SIZE
    return pace.batch_size
