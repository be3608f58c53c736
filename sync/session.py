"""One conversation with the hub: receipts, everything that waits, whom to forget, a heartbeat, then errands.

Promises: nothing the line or the hub does is raised; it stands in the report.

    session = SyncSession(
        outbox=outbox, status=status, erasures=erasures, credentials=store, transport=transport, clock=clock,
    )
    report = session.run_once()
    report.error is None, report.push.sent
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime

import msgspec

from content_packs.clock import Clock
from sync.answers import Answer
from sync.errors import CredentialsError, HubBusyError, NotEnrolledError, RefusesAllError, StrangerError, SyncError
from sync.outbox_client import PushReport, push
from sync.ports import Credentials, CredentialSource, ErasureSource, Errand, Outbox, ReceiptDesk, StatusSource
from sync.transport import HubTransport
from sync.wire import ERASURES_MAX, CourierKeys, Erasures, StatusAnswer, decode_record

BATCH_SIZE = 500
"""Statements in one request on a good line."""


class SyncReport(msgspec.Struct, frozen=True, kw_only=True):
    """What one conversation did. `error` is what stopped it; `hub_at` is the hub's own time if it told us."""

    started_at: datetime
    push: PushReport
    waiting: int
    error: SyncError | None
    hub_at: datetime | None = None
    school_id: str | None = None
    courier: CourierKeys | None = None

    @property
    def ok(self) -> bool:
        """Whether the hub heard the box and took everything it was offered."""
        return self.error is None


class SyncSession:
    """Knows who speaks and with what; keeps nothing between conversations but the connection."""

    def __init__(  # noqa: PLR0913 - each is one collaborator, named
        self,
        *,
        outbox: Outbox,
        status: StatusSource,
        erasures: ErasureSource,
        credentials: CredentialSource,
        transport: HubTransport,
        clock: Clock,
        receipts: ReceiptDesk | None = None,
        errands: Sequence[Errand] = (),
    ) -> None:
        self._outbox = outbox
        self._status = status
        self._erasures = erasures
        self._credentials = credentials
        self._transport = transport
        self._clock = clock
        self._receipts = receipts
        self._errands = tuple(errands)

    def run_once(
        self, *, batch_size: int = BATCH_SIZE, should_stop: Callable[[], bool] = lambda: False
    ) -> SyncReport:
        """Hold one conversation. What the line or the hub does is in the report, never raised."""
        started_at = self._clock.now()
        heard: StatusAnswer | None = None
        done = PushReport()
        error: SyncError | None = None
        credentials = self._credentials.credentials()
        if credentials is None:
            error = NotEnrolledError()
        else:
            if not credentials.store_only:
                self._fetch_receipts(credentials)
            done = push(
                self._outbox, self._transport, credentials,
                batch_size=batch_size, clock=self._clock, should_stop=should_stop,
            )  # fmt: skip
            try:
                error = done.error
                if not credentials.store_only and (error is None or isinstance(error, RefusesAllError)):
                    self._ask_to_forget(credentials)
                    heard = self._heartbeat(credentials)
                    self._run_errands(credentials, should_stop)
            except SyncError as exc:
                error = exc
        return SyncReport(
            started_at=started_at,
            push=done,
            waiting=self._outbox.counts().waiting,
            error=error,
            hub_at=datetime.fromisoformat(heard.hub_at) if heard else None,
            school_id=heard.school_id if heard else None,
            courier=heard.courier if heard else None,
        )

    def _fetch_receipts(self, credentials: Credentials) -> None:
        """Ask what a courier brought meanwhile, so that it is not sent once more over a line that may be weak."""
        if self._receipts is None or not self._receipts.awaits():
            return
        with suppress(SyncError):  # the same line fails next, and that is told
            answer = self._transport.ask("GET", credentials, "receipts")
            if answer.status == 200:
                self._receipts.came(answer.body)

    def _run_errands(self, credentials: Credentials, should_stop: Callable[[], bool]) -> None:
        for errand in self._errands:
            if not should_stop():
                errand.run(credentials, should_stop=should_stop)

    def _ask_to_forget(self, credentials: Credentials) -> None:
        """Have the hub forget whom the school erased. A hub that cannot answers 404: they wait for one that can."""
        while waiting := self._erasures.waiting()[:ERASURES_MAX]:
            answer = self._transport.post_erasures(credentials, msgspec.json.encode(Erasures(actors=tuple(waiting))))
            if answer.status in (404, 405):
                return
            _check(answer)
            if answer.status != 200:
                raise StrangerError(status=answer.status, problem="the learners to forget were not taken")
            self._erasures.done(waiting)

    def _heartbeat(self, credentials: Credentials) -> StatusAnswer | None:
        """Tell the hub how the box is. A hub without heartbeats (another Learning Record Store) answers 404: fine."""
        body = msgspec.json.encode(self._status.box_status())
        return _heard(self._transport.put_status(credentials, body))


def _heard(answer: Answer) -> StatusAnswer | None:
    """Read the answer to a heartbeat.

    Raises:
        CredentialsError: The hub does not accept this box.
        HubBusyError: The hub asked to wait.
        StrangerError: Something else answered.
    """
    if answer.status in (404, 405):
        return None
    _check(answer)
    try:
        if answer.status == 200:
            return decode_record(answer.body, StatusAnswer)
    except msgspec.DecodeError as exc:
        raise StrangerError(status=200, problem="the answer to the heartbeat is not ours") from exc
    raise StrangerError(status=answer.status, problem="the heartbeat was not taken")


def _check(answer: Answer) -> None:
    """See whether the hub refuses this box or asks it to wait.

    Raises:
        CredentialsError: The hub does not accept this box.
        HubBusyError: The hub asked to wait.
    """
    if answer.status in (401, 403):
        raise CredentialsError(status=answer.status)
    if answer.status == 429 or answer.status >= 500:
        raise HubBusyError(status=answer.status, retry_after_s=answer.retry_after_s)
