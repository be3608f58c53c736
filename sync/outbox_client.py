"""Empty the outbox into the hub: one pass (PROTOCOL.md sections 3 and 4).

Promises: a row leaves the outbox only after the hub acknowledged it; a refused batch is halved until the one guilty
statement stands alone, which is put aside with the hub's reason while all others are delivered. A pass can be cut at
any moment and repeated: ids make it harmless.

    report = push(outbox, transport, credentials, batch_size=500, clock=clock)
"""

from collections.abc import Callable, Sequence

import msgspec
from msgspec.structs import replace

from content_packs.clock import Clock
from sync.answers import Verdict, judge, refusal_text
from sync.errors import HubBusyError, RefusesAllError, SyncError
from sync.ports import Credentials, Outbox, OutboxRow
from sync.repeats import is_same
from sync.transport import HubTransport

QUARANTINED_PER_PASS_MAX = 20
"""A hub that refuses this many in one pass is more likely broken than right: the pass stops and is tried later."""


class PushReport(msgspec.Struct, frozen=True):
    """What one pass did. `error` is what stopped it, None if the outbox is empty now or the pass was asked to stop."""

    sent: int = 0
    quarantined: int = 0
    requests: int = 0
    slowest_request_s: float = 0.0
    error: SyncError | None = None


def push(
    outbox: Outbox,
    transport: HubTransport,
    credentials: Credentials,
    *,
    batch_size: int,
    clock: Clock,
    should_stop: Callable[[], bool] = lambda: False,
) -> PushReport:
    """Send everything that waits, oldest first. Never raises for what the line or the hub does: see `error`."""
    run = _Pass(outbox, transport, credentials, clock)
    try:
        while not should_stop() and (rows := outbox.pending(batch_size)):
            run.deliver(rows)
    except SyncError as exc:
        return replace(run.report, error=exc)
    return run.report


class _Id(msgspec.Struct):
    """The part of a statement that is compared with the answer."""

    id: str


class _Refused(msgspec.Struct, frozen=True, kw_only=True):
    """Why a batch was not taken."""

    status: int
    reason: str


class _Pass:
    """One pass over the outbox, and its report so far."""

    def __init__(self, outbox: Outbox, transport: HubTransport, credentials: Credentials, clock: Clock) -> None:
        self._outbox = outbox
        self._transport = transport
        self._credentials = credentials
        self._clock = clock
        self.report = PushReport()

    def deliver(self, rows: Sequence[OutboxRow]) -> None:
        """Send rows; where they are refused, halve until the guilty one stands alone."""
        todo = [rows]
        while todo:
            part = todo.pop()
            refused = self._post(part)
            known = self._known(part) if refused and refused.status == 409 else 0
            if refused is None:
                self._acknowledge(part)
            elif known:
                self._acknowledge(part[:known])
                todo += [part[known:]] if known < len(part) else []
            elif len(part) == 1:
                self._outbox.quarantine(part[0].seq, refused.reason)
                self.report = replace(self.report, quarantined=self.report.quarantined + 1)
                if self.report.quarantined >= QUARANTINED_PER_PASS_MAX:
                    raise RefusesAllError(quarantined=self.report.quarantined)
            else:
                half = len(part) // 2
                todo += [part[half:], part[:half]]

    def _acknowledge(self, rows: Sequence[OutboxRow]) -> None:
        self._outbox.acknowledge([row.seq for row in rows])
        self.report = replace(self.report, sent=self.report.sent + len(rows))

    def _known(self, rows: Sequence[OutboxRow]) -> int:
        """Say how many of the first rows the store has already: some answer 409 to the same again (PROTOCOL 4.7)."""
        for count, row in enumerate(rows):
            statement_id = msgspec.json.decode(row.statement, type=_Id).id
            answer = self._transport.get_statement(self._credentials, statement_id)
            if answer.status in (429, 502, 503, 504):
                raise HubBusyError(status=answer.status, retry_after_s=answer.retry_after_s)
            if answer.status != 200 or not answer.speaks_xapi or not is_same(row.statement, answer.body):
                return count
        return len(rows)

    def _post(self, rows: Sequence[OutboxRow]) -> _Refused | None:
        """Send one batch; None if it was taken, else why it was refused."""
        try:
            ids = tuple(msgspec.json.decode(row.statement, type=_Id).id for row in rows)
        except (msgspec.DecodeError, UnicodeDecodeError) as exc:
            return _Refused(status=400, reason=f"not a statement: {exc}")
        started_s = self._clock.monotonic_s()
        answer = self._transport.post_statements(self._credentials, b"[" + b",".join(r.statement for r in rows) + b"]")
        took_s = self._clock.monotonic_s() - started_s
        slowest_s = max(self.report.slowest_request_s, took_s)
        self.report = replace(self.report, requests=self.report.requests + 1, slowest_request_s=slowest_s)
        done = judge(answer, ids) is Verdict.DONE
        return None if done else _Refused(status=answer.status, reason=refusal_text(answer))
