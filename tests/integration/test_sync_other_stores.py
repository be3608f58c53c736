"""A box may send what is learnt to any Learning Record Store, in the ways that those are (PROTOCOL 4.6 and 4.7)."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest

from sync.errors import LineError
from sync.repeats import is_same
from sync.transport import PROBE_AGAIN_S, HubTransport
from tests.simulators.clock import HandClock
from tests.simulators.learning import Classroom
from tests.simulators.other_store import OtherStore
from tests.simulators.outbox import MemoryErasures, MemoryOutbox
from tests.simulators.programs import command
from tests.simulators.seeded import seed
from tests.simulators.sync_box import Box


@pytest.fixture
def transport() -> Iterator[HubTransport]:
    with HubTransport(timeout=httpx.Timeout(20.0)) as carrier:
        yield carrier


def test_a_store_that_answers_without_ids_is_sent_statements_and_nothing_else(transport: HubTransport) -> None:
    store = OtherStore(says_204=True)
    with store.open() as at:
        box = Box(MemoryOutbox(), at, MemoryErasures("0" * 32))
        ids = box.learn(Classroom(), 120)
        report = box.sync(transport, batch_size=50)
    assert (report.ok, report.push.sent, report.waiting) == (True, 120, 0)
    assert list(store.has) == ids
    assert set(store.asked) == {("POST", "/data/xAPI/statements", "gzip")}
    assert box.erasures.waiting() == ["0" * 32]


@pytest.mark.parametrize("status", [400, 415, 500, 501])
def test_a_store_that_cannot_unpack_is_sent_plain_statements_after_the_first_try(
    transport: HubTransport, status: int
) -> None:
    store = OtherStore(refuses_gzip=status)
    with store.open() as at:
        box = Box(MemoryOutbox(), at)
        ids = box.learn(Classroom(), 30)
        assert box.sync(transport, batch_size=10).ok
        assert box.outbox.counts().quarantined == 0
        ids += box.learn(Classroom(), 5)
        assert box.sync(transport).ok
    assert list(store.has) == ids
    assert [coding for _, _, coding in store.asked] == ["gzip", "", "", "", ""]


def test_a_store_that_says_it_knows_zstandard_is_sent_that_until_it_says_so_no_longer(transport: HubTransport) -> None:
    store = OtherStore(accepts="br, ZSTD;q=0.5", refuses_zstd=0)
    with store.open() as at:
        box = Box(MemoryOutbox(), at)
        ids = box.learn(Classroom(), 20)
        assert box.sync(transport, batch_size=10).ok
        store.accepts = "gzip, zstd;q=0"
        ids += box.learn(Classroom(), 20)
        assert box.sync(transport, batch_size=10).ok
    assert list(store.has) == ids
    assert [coding for _, _, coding in store.asked] == ["gzip", "zstd", "zstd", "gzip"]


def test_where_something_between_lets_no_zstandard_pass_gzip_is_sent_for_a_day_and_nothing_is_put_aside() -> None:
    store, clock = OtherStore(accepts="zstd, gzip", refuses_zstd=415), HandClock()
    with store.open() as at, HubTransport(timeout=httpx.Timeout(20.0), clock=clock) as transport:
        box = Box(MemoryOutbox(), at)
        assert transport.get_about(at).takes_zstd
        ids = box.learn(Classroom(), 30)
        report = box.sync(transport, batch_size=10)
        clock.tick(PROBE_AGAIN_S)
        store.refuses_zstd = 0
        ids += box.learn(Classroom(), 10)
        assert box.sync(transport).ok
    assert (report.ok, report.push.sent, report.push.quarantined) == (True, 30, 0)
    assert list(store.has) == ids
    codings = [coding for _, path, coding in store.asked if path.endswith("statements")]
    assert codings == ["zstd", "gzip", "gzip", "gzip", "zstd"]


def test_a_store_that_has_learnt_to_unpack_is_asked_again_after_a_day() -> None:
    store, clock = OtherStore(refuses_gzip=415), HandClock()
    with store.open() as at, HubTransport(timeout=httpx.Timeout(20.0), clock=clock) as transport:
        box = Box(MemoryOutbox(), at)

        def packed_in_a_pass() -> list[str]:
            store.asked.clear()
            box.learn(Classroom(), 20)
            assert box.sync(transport, batch_size=10).ok
            return [coding for _, _, coding in store.asked]

        assert packed_in_a_pass() == ["gzip", "", ""]
        clock.tick(PROBE_AGAIN_S - 1)
        assert packed_in_a_pass() == ["", ""]
        clock.tick(2)
        assert packed_in_a_pass() == ["gzip", "", ""]  # still not; and not asked for every batch
        store.refuses_gzip = 0
        assert packed_in_a_pass() == ["", ""]
        clock.tick(PROBE_AGAIN_S)
        assert packed_in_a_pass() == ["gzip", "gzip"]
    assert len(store.has) == 100
    assert box.outbox.counts().quarantined == 0


@pytest.mark.parametrize("first", [20, 100])
def test_a_store_that_refuses_repeats_has_everything_once_after_a_lost_answer(
    transport: HubTransport, first: int
) -> None:
    store = OtherStore(refuses_repeats=True, loses=1)
    with store.open() as at:
        box = Box(MemoryOutbox(), at)
        ids = box.learn(Classroom(), 60)
        assert isinstance(box.sync(transport, batch_size=first).error, LineError)
        assert box.outbox.counts().waiting == 60
        report = box.sync(transport, batch_size=45)
    assert (report.ok, report.push.sent, report.push.quarantined) == (True, 60, 0)
    assert list(store.has) == ids
    assert box.outbox.counts().waiting == 0


def test_a_statement_that_is_another_one_there_is_put_aside_and_the_others_arrive(transport: HubTransport) -> None:
    store = OtherStore(refuses_repeats=True)
    with store.open() as at:
        box = Box(MemoryOutbox(), at)
        before = box.learn(Classroom(), 5)
        raw = Classroom().passed()
        guilty = box.outbox.land(raw)
        theirs = json.loads(raw.replace(b'"raw":4', b'"raw":3'))
        store.has[theirs["id"]] = theirs
        after = box.learn(Classroom(), 5)
        report = box.sync(transport)
    assert (report.push.sent, report.push.quarantined) == (10, 1)
    assert set(box.outbox.aside) == {guilty}
    assert [one for one in store.has if one != theirs["id"]] == before + after


def test_the_same_is_told_from_another_however_it_is_written() -> None:
    raw = Classroom().passed()
    said = msgspec.json.decode(raw)
    stored = {**said, "stored": "2026-01-01T00:00:00Z", "authority": {}, "id": said["id"].upper(),
              "timestamp": said["timestamp"].replace("Z", "+00:00"), "verb": {"id": said["verb"]["id"]}}  # fmt: skip
    assert is_same(raw, json.dumps(stored).encode())
    others: list[dict[str, object]] = [
        {"result": {}}, {"actor": {"mbox": "mailto:a@e.org"}}, {"timestamp": "2020-01-01T00:00:00Z"}, {"id": "x"},
    ]  # fmt: skip
    for changes in others:
        assert not is_same(raw, json.dumps({**stored, **changes}).encode())
    for nonsense in (b"", b"[]", b"\xff", b"[" * 100_000):
        assert not is_same(raw, nonsense)


def test_a_box_is_connected_to_another_store_by_one_command(tmp_path: Path) -> None:
    school = seed(tmp_path / "box", pupils=1)
    (tmp_path / "secret").write_text("s\n", encoding="utf-8")
    store = OtherStore()
    with store.open() as at:
        words = ("--store", at.endpoint.rstrip("/"), "--key", "k", "--secret-file", tmp_path / "secret")
        done = command("schoolbox", "--data", school.data, "sync", "connect", *words, "--json")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["store"] == at.endpoint
        assert command("schoolbox", "--data", school.data, "sync", "run").returncode == 0
    assert {path for _, path, _ in store.asked} <= {"/data/xAPI/about", "/data/xAPI/statements"}
    status = json.loads(command("schoolbox", "--data", school.data, "sync", "status", "--json").stdout)
    assert (status["enrolled"], status["problem"]) == (True, None)
    nobody = ("--store", "http://127.0.0.1:9/", *words[2:])
    assert command("schoolbox", "--data", school.data, "sync", "connect", *nobody).returncode == 95
