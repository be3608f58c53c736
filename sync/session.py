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
from sync.ports import (
    Credentials,
    CredentialSource,
    ErasureSource,
    Errand,
    LineDesk,
    Outbox,
    ReceiptDesk,
    StatusSource,
    TimeDesk,
)
from sync.transport import HubTransport
from sync.wire import ERASURES_MAX, CourierKeys, Erasures, StatusAnswer, decode_record

BATCH_SIZE = 500
"""Statements in one request on a good line."""


class SyncReport(msgspec.Struct, frozen=True, kw_only=True):
    """What one conversation did. `error` is what stopped it; `hub_at` is the hub's own time if it told us.

    `quiet_s` is how long the line still belongs to others, who were not disturbed.
    """

    started_at: datetime
    push: PushReport
    waiting: int
    error: SyncError | None
    hub_at: datetime | None = None
    school_id: str | None = None
    courier: CourierKeys | None = None
    orders: str = ""
    twin: bool = False
    seq: int = 0
    quiet_s: float = 0.0

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
        times: TimeDesk | None = None,
        line: LineDesk | None = None,
        errands: Sequence[Errand] = (),
    ) -> None:
        self._outbox = outbox
        self._status = status
        self._erasures = erasures
        self._credentials = credentials
        self._transport = transport
        self._clock = clock
        self._receipts = receipts
        self._times = times
        self._line = line
        self._errands = tuple(errands)

    def run_once(
        self,
        *,
        batch_size: int = BATCH_SIZE,
        should_stop: Callable[[], bool] = lambda: False,
        at_once: bool = False,
    ) -> SyncReport:
        """Hold one conversation. What the line or the hub does is in the report, never raised.

        Args:
            batch_size: How many statements go in one request.
            should_stop: Asked between two requests.
            at_once: A person asked for it: no quiet hour holds it back.
        """
        started_at = self._clock.now()
        heard: StatusAnswer | None = None
        done = PushReport()
        error: SyncError | None = None
        credentials = self._credentials.credentials()
        if credentials is None:
            error = NotEnrolledError()
        else:
            try:
                self._put_times_right(credentials)
                done = self._deliver(credentials, batch_size, should_stop, at_once=at_once)
                error = done.error
                if not credentials.store_only and (error is None or isinstance(error, RefusesAllError)):
                    heard = self._rest_of_it(credentials, should_stop, at_once=at_once)
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
            orders=heard.orders if heard else "",
            twin=heard.twin if heard else False,
            seq=heard.seq if heard else 0,
            quiet_s=self._quiet_s(at_once=at_once),
        )

    def _quiet_s(self, *, at_once: bool) -> float:
        """For how long the line still belongs to others."""
        return 0.0 if at_once or self._line is None else self._line.quiet_s()

    def _put_times_right(self, credentials: Credentials) -> None:
        """Ask what time it is if nobody told since the start, and put right what waits (PROTOCOL 2.10).

        Raises:
            SyncError: Nobody answered, or not a record store: nothing may leave yet.
        """
        if self._times is None:
            return
        if self._times.wants_time():
            answer = self._transport.get_about(credentials)
            _check(answer)
            if not answer.speaks_xapi:
                raise StrangerError(status=answer.status, problem="no X-Experience-API-Version in the answer")
            if answer.date is not None:
                self._times.told(answer.date)
        self._times.settle()

    def _deliver(
        self, credentials: Credentials, batch_size: int, should_stop: Callable[[], bool], *, at_once: bool
    ) -> PushReport:
        """Send what waits, until it is gone or the line is wanted by others."""
        if self._quiet_s(at_once=at_once):
            return PushReport()
        if not credentials.store_only:
            self._fetch_receipts(credentials)
        return push(
            self._outbox, self._transport, credentials, batch_size=batch_size, clock=self._clock,
            should_stop=lambda: should_stop() or self._quiet_s(at_once=at_once) > 0,
        )  # fmt: skip

    def _rest_of_it(
        self, credentials: Credentials, should_stop: Callable[[], bool], *, at_once: bool
    ) -> StatusAnswer | None:
        """Say how the box is, and while the line may be used whom to forget and what else there is."""
        if self._quiet_s(at_once=at_once):
            return self._heartbeat(credentials)
        self._ask_to_forget(credentials)
        heard = self._heartbeat(credentials)
        self._run_errands(credentials, should_stop)
        return heard

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
