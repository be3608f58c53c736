"""Questions to the hub's store: any parameters give a checked selection that the database answers, or a refusal.

The input is a query string.
"""

import atexit
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl

from werkzeug.datastructures import MultiDict

from sync.hub.errors import BadRequestError
from sync.hub.lrs.selection import PAGE_MAX, Selection
from sync.hub.services import Hub
from tests.fuzz.material import scratch
from tests.fuzz.target import Target


@cache
def _hub() -> Hub:
    """A hub with a few statements."""
    from content_packs.clock import SystemClock
    from tests.simulators.hub import make_data, open_hub
    from tests.simulators.learning import Classroom

    hub = open_hub(make_data(Path(scratch("hub-questions")) / "data"), SystemClock())
    atexit.register(hub.close)
    issued = hub.credentials.add("test", ["all"], lambda size: "s" * size)
    room = Classroom()
    from msgspec import Raw

    hub.intake.take([Raw(room.passed(number)) for number in range(3)], hub.accounts.sender(issued.key, issued.secret))
    return hub


def run(data: bytes) -> None:
    query = MultiDict(parse_qsl(data.decode("utf-8", "replace"), keep_blank_values=True))
    selection = Selection.parse(query)
    assert 0 < selection.limit <= PAGE_MAX
    if selection.statement_id:
        _hub().library.one(selection.statement_id, voided=selection.voided, owner=None)
    else:
        assert len(_hub().library.page(selection, owner=None).statements) <= 3


TARGET = Target(
    run=run,
    allowed=(BadRequestError,),
    seeds=lambda: [
        text.encode()
        for text in (
            "verb=http://adlnet.gov/expapi/verbs/passed&limit=10",
            "since=2025-09-25T08:42:00Z&until=2026-01-01T00:00:00%2B02:00",
            "statementId=01890a5d-ac96-774b-bcce-b302099a8057&format=canonical",
            "agent=%7B%22mbox%22:%22mailto:a@e.org%22%7D",
            "activity=https://e.org/x&related_activities=true&ascending=true&cursor=5",
            "registration=01890a5dac96774bbcceb302099a8057",
        )
    ],
    words=(
        b"&", b"=", b"limit=", b"cursor=", b"since=", b"until=", b"agent=", b"format=ids", b"attachments=false",
        b"9" * 20,
        b"%5B" * 200, b'{"objectType":"Group","member":[' * 200, b"-00:00", b"0001-01-01T00:00:00%2B23:59",
        b"9999-12-31T23:59:59Z", b"statementId=", b"voidedStatementId=",
    ),
    max_bytes=8192,
    runs=400,
)  # fmt: skip
