"""Whatever answers a box that speaks to its hub: nothing leaves the outbox unacknowledged, nothing is raised.

The first byte is the status, the second says whether the answer speaks xAPI; two lines are `Retry-After` and `Date`;
the rest is the body. The box sends two statements and a heartbeat, and asks to be taken in.
"""

import math
from functools import cache

import msgspec

from sync.answers import Answer, refusal_text, retry_after_s
from sync.enrolment import BoxIdentity, enrol
from sync.errors import SyncError
from sync.ports import Credentials
from sync.transport import HubTransport
from tests.fuzz.json_mutations import with_head
from tests.fuzz.target import Target
from tests.fuzz.targets.wire import EXAMPLES
from tests.simulators.outbox import MemoryOutbox
from tests.simulators.sync_box import Box

_STATUSES = (200, 204, 400, 401, 403, 404, 405, 409, 413, 429, 500, 503, 302, 100, 0, 999)
_IDS = ("01890a5d-ac96-774b-bcce-b302099a8057", "01890a5d-ac96-774b-bcce-b302099a8058")


class _Canned(HubTransport):
    """A line on which everything gets one answer; it lies in never asking anybody."""

    answer = Answer(status=0, speaks_xapi=False, body=b"", retry_after_s=None)

    def post_statements(self, credentials: Credentials, body: bytes) -> Answer:
        assert credentials.key
        assert body
        return self.answer

    def put_status(self, credentials: Credentials, body: bytes) -> Answer:
        return self.post_statements(credentials, body)

    def post_enrolment(self, hub_url: str, body: bytes) -> Answer:
        assert hub_url
        assert body
        return self.answer


_line = cache(_Canned)


def run(data: bytes) -> None:
    head, (after, date, *rest) = data[:2].ljust(2, b"\0"), [*data[2:].split(b"\n", 2), b"", b""]
    wait_s = retry_after_s(after.decode("latin-1") or None, date.decode("latin-1") or None)
    assert wait_s is None or (not math.isnan(wait_s) and wait_s >= 0)
    answer = Answer(
        status=_STATUSES[head[0] % len(_STATUSES)], speaks_xapi=head[1] % 2 == 1, body=b"".join(rest),
        retry_after_s=wait_s
    )
    said = refusal_text(answer)
    assert 0 < len(said) <= 500
    line = _line()
    line.answer = answer
    _sync(line, answer)
    identity = BoxIdentity("ab" * 16, "1")
    enrolled = enrol("https://hub.example", "K7PM", identity, line, token_urlsafe=lambda size: "s" * size)
    assert answer.status == 200
    assert enrolled.credentials.secret


def _sync(line: HubTransport, answer: Answer) -> None:
    """Hold one conversation; count what left the outbox."""
    box = Box(MemoryOutbox(), Credentials("https://hub.example/xapi/", "key", "secret"))
    for statement_id in _IDS:
        box.outbox.land(msgspec.json.encode({"id": statement_id}))
    report = box.sync(line)
    if answer.speaks_xapi and answer.status == 204:
        assert box.outbox.sent_total == 2
    elif box.outbox.sent_total:
        assert answer.speaks_xapi
        assert answer.status == 200
        assert [one.lower() for one in msgspec.json.decode(answer.body, type=list[str])] == list(_IDS)
    assert box.outbox.sent_total + report.waiting + report.push.quarantined == 2


def _seeds() -> list[bytes]:
    """Right answers and wrong ones, of hubs and of strangers."""
    bodies = [msgspec.json.encode(list(_IDS)), b"", b"<html>", *(msgspec.json.encode(each) for each in EXAMPLES)]
    heads = [bytes([status, speaks]) for status in range(4) for speaks in (0, 1)]
    lines = b"120\nThu, 25 Sep 2025 08:42:00 GMT\n"
    dated = b"Thu, 25 Sep 2025 08:52:00 GMT\nThu, 25 Sep 2025 08:42:00 GMT\n"
    return [head + line + body for head in heads for body in bodies for line in (lines, dated)]


TARGET = Target(
    run=run,
    allowed=(SyncError,),
    seeds=_seeds,
    mutate=with_head(2),
    words=(b"Thu, 25 Sep 2025 08:42:00 GMT", b"-0000", b"+9999", b"9" * 320, b"\n"),
    max_bytes=8192,
    runs=500,
)
