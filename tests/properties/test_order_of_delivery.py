"""However batches are cut, halved, refused and mixed with what happens meanwhile: once each, in order (PROTOCOL 4.8).

The box's own outbox and a store behind a real socket; what hypothesis makes is the life of a class.
"""

import json
import secrets
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content_packs.clock import SystemClock
from schoolbox.services.events import Events
from schoolbox.services.outbox import BoxOutbox
from schoolbox.services.quarantine import Quarantine
from sync.errors import LineError, SyncError
from sync.lanes import lane_of
from sync.outbox_client import push
from sync.transport import HubTransport
from tests.simulators.counting_database import CountingDatabase
from tests.simulators.learning import Classroom
from tests.simulators.other_store import OtherStore

things = st.lists(st.tuples(st.integers(0, 2), st.booleans(), st.sampled_from("......gL")), max_size=25)
"""What happens between two passes: whose it is, whether it is a result, whether it is guilty or an answer is lost."""


class Line:
    """One store and one connection for all examples; each begins with an empty store."""

    def __init__(self, stack: ExitStack) -> None:
        self.store = OtherStore()
        self.at = stack.enter_context(self.store.open())
        self.transport = stack.enter_context(HubTransport(timeout=httpx.Timeout(20.0)))


@pytest.fixture(scope="module")
def line() -> Iterator[Line]:
    with ExitStack() as stack:
        yield Line(stack)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(life=st.lists(things, min_size=1, max_size=4), batch=st.integers(1, 12))
def test_each_pupils_statements_arrive_once_and_in_order_in_each_lane(
    line: Line, tmp_path_factory: pytest.TempPathFactory, life: list[list[tuple[int, bool, str]]], batch: int
) -> None:
    db = CountingDatabase(tmp_path_factory.mktemp("box") / "box.db", clock=SystemClock())
    db.open()
    outbox, classroom = BoxOutbox(db, clock=SystemClock()), Classroom(box_id=secrets.token_hex(16))
    quarantine = Quarantine(db, outbox=outbox, events=Events(db, clock=SystemClock()), clock=SystemClock())
    line.store.has.clear()
    line.store.refuses.clear()
    wanted: dict[tuple[int, int], list[str]] = {}
    for lived in life:
        for pupil, is_result, fate in lived:
            raw = classroom.passed(pupil) if is_result else classroom.watched(pupil)
            record(outbox, raw)
            said = json.loads(raw)["id"]
            if fate == "g":
                line.store.refuses.add(said)
            else:
                wanted.setdefault((lane_of(raw), pupil), []).append(said)
            line.store.loses += fate == "L"
        send(line, outbox, batch)
    while outbox.counts().waiting:
        send(line, outbox, batch)
    arrived = list(line.store.has)
    assert sorted(arrived) == sorted(each for ids in wanted.values() for each in ids)
    for ids in wanted.values():
        assert [each for each in arrived if each in ids] == ids
    # What was refused is there once it is tried again and the store takes it; nothing arrived twice meanwhile.
    refused = line.store.refuses.copy()
    line.store.refuses.clear()
    assert quarantine.retry_all(by=None) == len(refused)
    while outbox.counts().waiting:
        send(line, outbox, batch)
    assert set(line.store.has) == {*arrived, *refused}
    assert outbox.counts().sent_total == len(line.store.has)
    db.close()


def record(outbox: BoxOutbox, raw: bytes) -> None:
    """As the box does when something happens."""
    outbox.write(lambda: outbox.put(lambda _seq: raw), by=None)


def send(line: Line, outbox: BoxOutbox, batch: int) -> None:
    """One pass, which a lost answer ends."""
    error: SyncError | None = push(outbox, line.transport, line.at, batch_size=batch, clock=SystemClock()).error
    assert error is None or isinstance(error, LineError)
