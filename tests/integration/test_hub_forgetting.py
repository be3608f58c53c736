"""A learner whom the school erased is forgotten by the hub: statements, sums, bytes; and does not come back."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import msgspec
import pytest

from sync.errors import CredentialsError, HubBusyError, StrangerError
from sync.hub.check import check
from sync.hub.lrs.packing import unpack
from sync.ports import Credentials
from sync.transport import HubTransport
from sync.wire import ERASURES_MAX, Erasures, decode_record
from tests.simulators.hub import Portal, RunningHub, Scripted, running_hub
from tests.simulators.learning import Classroom
from tests.simulators.outbox import MemoryErasures, MemoryOutbox
from tests.simulators.sync_box import Box

PROTOCOL = Path(__file__).parents[2] / "sync" / "PROTOCOL.md"


@pytest.fixture
def transport() -> Iterator[HubTransport]:
    with HubTransport(timeout=httpx.Timeout(20.0)) as carrier:
        yield carrier


@pytest.fixture
def hub(tmp_path: Path, new_database: Callable[[], str]) -> Iterator[RunningHub]:
    with running_hub(tmp_path / "data", database=new_database()) as running:
        yield running


def actors(box: Box) -> list[str]:
    """The random numbers in what a box has learnt, in order."""
    return [msgspec.json.decode(row.statement)["actor"]["account"]["name"] for row in box.outbox.pending(10_000)]


def cells(hub: RunningHub) -> list[tuple[int, ...]]:
    with hub.hub.database.read() as db:
        return [tuple(row) for row in db.execute("SELECT level, learners, completed, scored, score_milli FROM cell"
                                                 " ORDER BY level, item")]  # fmt: skip


def bytes_of(hub: RunningHub, data: Path) -> bytes:
    """Every byte that the hub keeps, batches unpacked."""
    with hub.hub.database.read() as db:
        batches = [b" ".join(map(bytes, unpack(bytes(row[0])))) for row in db.execute("SELECT packed FROM batch")]
    return b"".join(batches) + b"".join(file.read_bytes() for file in sorted(data.glob("hub.db*")))


def test_a_learner_is_forgotten_everywhere_and_the_others_stay(
    hub: RunningHub, transport: HubTransport, tmp_path: Path
) -> None:
    box = Box(MemoryOutbox(), hub.enrol().credentials)
    box.learn(Classroom(), 90)
    learners = actors(box)
    gone = learners[0]
    assert box.sync(transport).ok
    before = cells(hub)
    assert gone.encode() in bytes_of(hub, tmp_path / "data")
    box.erasures = MemoryErasures(gone)
    assert box.sync(transport).ok
    assert box.erasures.waiting() == []
    assert hub.count() == 90 - learners.count(gone)
    reader = hub.program()
    assert len(hub.arrived(reader)) == hub.count()
    assert check(hub.hub.database).problems == ()
    assert [row[1] for row in cells(hub)] == [row[1] - 1 for row in before]
    assert gone.encode() not in bytes_of(hub, tmp_path / "data")


def test_what_arrives_of_a_forgotten_learner_is_acknowledged_and_not_kept(
    hub: RunningHub, transport: HubTransport
) -> None:
    classroom = Classroom()
    box = Box(MemoryOutbox(), hub.enrol().credentials)
    box.learn(classroom, 60)
    gone = actors(box)[0]
    box.erasures = MemoryErasures(gone)
    assert box.sync(transport).ok
    kept = hub.count()
    other = Box(MemoryOutbox(), hub.enrol("Another school").credentials)
    other.learn(classroom, 30)
    assert gone in actors(other)
    assert other.sync(transport).ok
    assert other.outbox.counts().waiting == 0
    assert hub.count() == kept + 29
    box.erasures = MemoryErasures(gone)
    assert box.sync(transport).ok, "asking again is harmless"
    assert check(hub.hub.database).problems == ()


def test_only_boxes_ask_and_only_well_formed(hub: RunningHub) -> None:
    body = msgspec.json.encode(Erasures(actors=("0" * 32,)))
    with hub.client(hub.program()) as client:
        assert client.post("/box/v1/erasures", content=body).status_code == 403
    with hub.client() as client:
        assert client.post("/box/v1/erasures", content=body).status_code == 401
    box = hub.enrol().credentials
    for bad in (b"{}", b'{"actors":[]}', b'{"actors":["x"]}', msgspec.json.encode({"actors": ["0" * 32] * 101}), b"["):
        with hub.client(box) as client:
            assert client.post("/box/v1/erasures", content=bad).status_code == 400, bad


@pytest.mark.parametrize(
    ("status", "error"),
    [(404, None), (405, None), (401, CredentialsError), (503, HubBusyError), (418, StrangerError)],
)
def test_a_hub_that_cannot_forget_leaves_the_numbers_waiting(
    status: int, error: type[Exception] | None, transport: HubTransport
) -> None:
    with Portal([Scripted(status, body=b"{}"), Scripted(404, body=b"{}")]).open() as url:
        box = Box(MemoryOutbox(), Credentials(f"{url}/xapi/", "key", "secret"), MemoryErasures("0" * 32))
        report = box.sync(transport)
    assert (type(report.error) if report.error else None) is error
    assert box.erasures.waiting() == ["0" * 32]


def test_many_are_asked_for_in_pieces(hub: RunningHub, transport: HubTransport) -> None:
    many = [f"{number:032x}" for number in range(ERASURES_MAX * 2 + 5)]
    box = Box(MemoryOutbox(), hub.enrol().credentials, MemoryErasures(*many))
    assert box.sync(transport).ok
    assert box.erasures.waiting() == []


def test_the_example_in_the_protocol_is_one() -> None:
    example = PROTOCOL.read_text(encoding="utf-8").split("```json vector:erasures\n")[1].split("\n```")[0]
    assert decode_record(example.encode(), Erasures).actors == ("0123456789abcdef0123456789abcdef",)
