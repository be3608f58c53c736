"""Everything a box recorded arrives at the hub, once: through cuts, kills, refusals, portals and restarts."""

import gzip
import secrets
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from msgspec.structs import replace

from content_packs.clock import SystemClock
from sync.enrolment import BoxIdentity, enrol
from sync.errors import (
    CredentialsError,
    HubBusyError,
    LineError,
    LineTimeoutError,
    NotEnrolledError,
    RefusesAllError,
    StrangerError,
)
from sync.hub.check import check
from sync.hub.folder import DataFolder
from sync.outbox_client import QUARANTINED_PER_PASS_MAX, push
from sync.ports import Credentials
from sync.transport import HubTransport
from tests.simulators.hub import CuttingLine, Portal, RunningHub, Scripted, make_data, running_hub
from tests.simulators.learning import Classroom
from tests.simulators.outbox import MemoryOutbox
from tests.simulators.programs import HubProcess
from tests.simulators.sync_box import Box

if TYPE_CHECKING:
    from sync.session import SyncReport

XAPI = (("X-Experience-API-Version", "1.0.3"),)


@pytest.fixture
def transport() -> Iterator[HubTransport]:
    with HubTransport(timeout=httpx.Timeout(20.0)) as carrier:
        yield carrier


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    with running_hub(tmp_path_factory.mktemp("hub") / "data") as running:
        yield running


def test_a_day_at_school_arrives_once_and_in_order(hub: RunningHub, transport: HubTransport) -> None:
    enrolled = hub.enrol()
    box = Box(MemoryOutbox(), enrolled.credentials)
    ids = box.learn(Classroom(), 1203)
    report = box.sync(transport)
    assert report.ok, report.error
    assert (report.push.sent, report.push.requests, report.waiting) == (1203, 3, 0)
    assert report.school_id == enrolled.school_id
    assert report.hub_at is not None
    assert hub.arrived(enrolled.credentials) == ids
    again = box.sync(transport)
    assert (again.push.sent, again.push.requests) == (0, 0)


def test_the_heartbeat_is_kept(hub: RunningHub, transport: HubTransport) -> None:
    box_id = secrets.token_hex(16)
    box = Box(MemoryOutbox(), hub.enrol(box_id=box_id).credentials)
    assert box.sync(transport).ok
    known = hub.hub.boxes.one(box_id)
    assert (known.version, known.packs, known.pupils, known.clock_trusted) == ("0.1.0", 1, 28, True)
    assert known.heard_at is not None
    assert [pack.id for pack in hub.hub.boxes.packs(box_id)] == ["mash:thyesat-6"]


def test_an_answer_lost_on_the_line_counts_nothing_twice(hub: RunningHub, transport: HubTransport) -> None:
    enrolled = hub.enrol()
    port = int(hub.url.rpartition(":")[2])
    line = CuttingLine(lambda: ("127.0.0.1", port), cuts=2)
    with line.open() as url:
        box = Box(MemoryOutbox(), Credentials(f"{url}/xapi/", enrolled.credentials.key, enrolled.credentials.secret))
        ids = box.learn(Classroom(), 120)
        for _ in range(2):
            report = box.sync(transport, batch_size=50)
            assert isinstance(report.error, LineError)
            assert report.waiting == 120
        assert box.sync(transport, batch_size=50).ok
    assert hub.arrived(enrolled.credentials) == ids
    assert box.outbox.counts().sent_total == 120


def test_a_hub_killed_between_landing_and_answering_has_everything_once(
    tmp_path: Path, transport: HubTransport
) -> None:
    folder = make_data(tmp_path / "data")
    process = HubProcess(folder.path).start()
    try:
        line = CuttingLine(lambda: ("127.0.0.1", process.port), cuts=1, on_cut=process.kill)
        with line.open() as url:
            code = _code(folder)
            enrolled = enrol(
                url, code, BoxIdentity(secrets.token_hex(16), "0.1.0"), transport, token_urlsafe=secrets.token_urlsafe
            )
            box = Box(MemoryOutbox(), enrolled.credentials)
            ids = box.learn(Classroom(), 70)
            assert isinstance(box.sync(transport, batch_size=40).error, LineError)
            assert box.outbox.counts().waiting == 70
            assert isinstance(box.sync(transport).error, LineError)
            process.start()
            assert box.sync(transport).ok
            assert box.outbox.counts().sent_total == 70
        process.stop()
    finally:
        process.kill()
    with running_hub(folder.path) as again:
        assert again.arrived(again.program()) == ids
        assert check(again.hub.database).problems == ()


def _code(folder: DataFolder) -> str:
    with running_hub(folder.path) as maker:
        return maker.hub.enrolments.make_code("Agimi", "Gjilan").code


def test_the_guilty_statement_is_put_aside_and_the_others_arrive(hub: RunningHub, transport: HubTransport) -> None:
    enrolled = hub.enrol()
    box = Box(MemoryOutbox(), enrolled.credentials)
    classroom = Classroom()
    before = box.learn(classroom, 60)
    guilty = box.outbox.land(classroom.passed().replace(b'"scaled":0.8', b'"scaled":8.0'))
    garbage = box.outbox.land(b"{}")
    after = box.learn(classroom, 60)
    report = box.sync(transport)
    assert report.ok, report.error
    assert (report.push.sent, report.push.quarantined) == (120, 2)
    assert set(box.outbox.aside) == {guilty, garbage}
    assert "scaled" in box.outbox.reasons[guilty]
    assert sorted(hub.arrived(enrolled.credentials)) == sorted(before + after)


def test_a_statement_whose_id_stands_for_another_is_put_aside(hub: RunningHub, transport: HubTransport) -> None:
    box = Box(MemoryOutbox(), hub.enrol().credentials)
    raw = Classroom().passed()
    box.outbox.land(raw)
    assert box.sync(transport).ok
    other = box.outbox.land(raw.replace(b'"raw":4', b'"raw":3'))
    box.learn(Classroom(), 3)
    assert box.sync(transport).push.sent == 3
    assert box.outbox.reasons[other].startswith("409")


def test_a_hub_that_refuses_everything_does_not_empty_the_outbox_into_quarantine(transport: HubTransport) -> None:
    with Portal([Scripted(400, XAPI, b'{"message":"I do not like it"}')]).open() as url:
        box = Box(MemoryOutbox(), Credentials(f"{url}/xapi/", "k", "s"))
        box.learn(Classroom(), 100)
        report = box.sync(transport)
    assert box.outbox.counts().quarantined == QUARANTINED_PER_PASS_MAX
    assert box.outbox.counts().waiting == 100 - QUARANTINED_PER_PASS_MAX
    assert isinstance(report.push.error, RefusesAllError)
    assert box.outbox.reasons[1] == "400: I do not like it"


@pytest.mark.parametrize(
    "answer",
    [
        Scripted(200), Scripted(200, XAPI), Scripted(200, XAPI, b"[]"), Scripted(200, XAPI, b'["another"]'),
        Scripted(204), Scripted(302, (("Location", "http://portal.example/"),)), Scripted(400), Scripted(403),
        Scripted(404, XAPI),
        Scripted(409), Scripted(511),
    ],
    ids=lambda answer: f"{answer.status}-{len(answer.headers)}-{len(answer.body)}",
)  # fmt: skip
def test_whatever_a_stranger_answers_nothing_leaves_the_outbox(transport: HubTransport, answer: Scripted) -> None:
    with Portal([answer]).open() as url:
        box = Box(MemoryOutbox(), Credentials(f"{url}/xapi/", "k", "s"))
        box.learn(Classroom(), 10)
        report = box.sync(transport)
    assert report.error is not None
    assert report.error.transient
    assert isinstance(report.error, StrangerError | HubBusyError)
    assert (box.outbox.counts().waiting, box.outbox.counts().quarantined) == (10, 0)


BOMB = gzip.compress(b'{"hub_at":"2026-01-01T00:00:00Z","school_id":"' + bytes(64_000_000) + b'"}')


@pytest.mark.parametrize("answer", [
    Scripted(200, (*XAPI, ("Content-Encoding", "gzip")), BOMB),
    Scripted(200, XAPI, b'{"hub_at":"2026-99-99T99:99:99Z","school_id":"x"}'),
])  # fmt: skip
def test_a_heartbeat_answered_with_nonsense_is_a_stranger_and_harms_nothing(
    transport: HubTransport, answer: Scripted
) -> None:
    with Portal([answer]).open() as url:
        report = Box(MemoryOutbox(), Credentials(f"{url}/xapi/", "key", "s" * 43)).sync(transport)
    assert isinstance(report.error, StrangerError)
    assert report.hub_at is None


def test_a_proxy_that_finds_a_batch_too_large_makes_it_smaller(transport: HubTransport) -> None:
    portal = Portal([Scripted(413), Scripted(413), Scripted(503)])
    with portal.open() as url:
        box = Box(MemoryOutbox(), Credentials(f"{url}/xapi/", "k", "s"))
        box.learn(Classroom(), 8)
        assert isinstance(box.sync(transport).error, HubBusyError)
    assert [count for _, count in portal.requests] == [8, 4, 2]
    assert box.outbox.counts().quarantined == 0


def test_a_single_statement_a_proxy_finds_too_large_stays(transport: HubTransport) -> None:
    with Portal([Scripted(413)]).open() as url:
        box = Box(MemoryOutbox(), Credentials(f"{url}/xapi/", "k", "s"))
        box.learn(Classroom(), 2)
        assert isinstance(box.sync(transport).error, StrangerError)
    assert box.outbox.counts().quarantined == 0


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ((("Retry-After", "37"),), 37.0),
        ((("Retry-After", "Thu, 25 Sep 2025 08:43:00 GMT"), ("Date", "Thu, 25 Sep 2025 08:42:00 GMT")), None),
        ((("Retry-After", "soon"),), None),
        ((), None),
    ],
)
def test_a_busy_hub_says_how_long_to_wait(
    transport: HubTransport, headers: tuple[tuple[str, str], ...], seconds: float | None
) -> None:
    with Portal([Scripted(429, headers)]).open() as url:
        box = Box(MemoryOutbox(), Credentials(f"{url}/xapi/", "k", "s"))
        box.learn(Classroom(), 1)
        error = box.sync(transport).error
    assert isinstance(error, HubBusyError)
    if seconds is not None:
        assert error.retry_after_s == seconds
    assert box.outbox.counts().waiting == 1


@pytest.mark.parametrize("wrong", ["key", "secret"])
def test_wrong_credentials_stop_and_keep_everything(hub: RunningHub, transport: HubTransport, wrong: str) -> None:
    good = hub.enrol().credentials
    bad = replace(good, key="box-0") if wrong == "key" else replace(good, secret="s" * 43)
    box = Box(MemoryOutbox(), bad)
    box.learn(Classroom(), 3)
    report = box.sync(transport)
    assert isinstance(report.error, CredentialsError)
    assert not report.error.transient
    assert box.outbox.counts().waiting == 3
    assert good.secret not in repr(bad)


def test_nobody_there_is_no_harm(transport: HubTransport) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    box = Box(MemoryOutbox(), Credentials(f"http://127.0.0.1:{port}/xapi/", "k", "s"))
    box.learn(Classroom(), 1)
    report = box.sync(transport)
    assert isinstance(report.error, LineError)
    assert report.waiting == 1
    box.at = Credentials("http://[broken/xapi/", "k", "s")
    assert isinstance(box.sync(transport).error, LineError)


def test_a_silent_line_times_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute, HubTransport(timeout=httpx.Timeout(0.2)) as transport:
        box = Box(MemoryOutbox(), Credentials(f"http://127.0.0.1:{mute.getsockname()[1]}/xapi/", "k", "s"))
        box.learn(Classroom(), 1)
        assert isinstance(box.sync(transport).error, LineTimeoutError)
    assert box.outbox.counts().waiting == 1


def test_a_box_without_a_hub_only_collects(transport: HubTransport) -> None:
    box = Box(MemoryOutbox(), None)
    box.learn(Classroom(), 2)
    report = box.sync(transport)
    assert isinstance(report.error, NotEnrolledError)
    assert report.waiting == 2


def test_a_pass_can_be_stopped_between_batches(hub: RunningHub, transport: HubTransport) -> None:
    enrolled = hub.enrol()
    box = Box(MemoryOutbox(), enrolled.credentials)
    box.learn(Classroom(), 30)
    report = push(
        box.outbox, transport, enrolled.credentials, batch_size=10, clock=SystemClock(),
        should_stop=lambda: box.outbox.sent_total >= 10,
    )  # fmt: skip
    assert (report.sent, report.error) == (10, None)
    assert box.outbox.counts().waiting == 20


def test_two_boxes_at_once_each_arrive_once(hub: RunningHub) -> None:
    enrolled = [hub.enrol("Agimi"), hub.enrol("Drita")]
    boxes = [Box(MemoryOutbox(), one.credentials) for one in enrolled]
    ids = [box.learn(Classroom(), 600) for box in boxes]
    reports: list[SyncReport] = []

    def work(box: Box) -> None:
        with HubTransport() as own:
            reports.append(box.sync(own, batch_size=37))

    threads = [threading.Thread(target=work, args=(box,)) for box in boxes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [report.error for report in reports] == [None, None]
    for box, expected in zip(boxes, ids, strict=True):
        assert box.at is not None
        assert hub.arrived(box.at) == expected


def test_one_box_syncing_twice_at_once_counts_nothing_twice(hub: RunningHub) -> None:
    enrolled = hub.enrol()
    first, second = Box(MemoryOutbox(), enrolled.credentials), Box(MemoryOutbox(), enrolled.credentials)
    ids = first.learn(Classroom(), 300)
    second.outbox.rows = dict(first.outbox.rows)

    def work(box: Box) -> None:
        with HubTransport() as own:
            assert box.sync(own, batch_size=50).ok

    threads = [threading.Thread(target=work, args=(box,)) for box in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(hub.arrived(enrolled.credentials)) == sorted(ids)
    assert first.outbox.counts().waiting == second.outbox.counts().waiting == 0


def test_a_hub_that_was_stopped_and_started_gets_what_waited(tmp_path: Path, transport: HubTransport) -> None:
    with running_hub(tmp_path / "data") as first:
        enrolled = first.enrol()
        box = Box(MemoryOutbox(), enrolled.credentials)
        box.learn(Classroom(), 5)
        assert box.sync(transport).ok
    box.learn(Classroom(), 5)
    assert isinstance(box.sync(transport).error, LineError)
    with running_hub(tmp_path / "data") as second:
        box.at = Credentials(f"{second.url}/xapi/", enrolled.credentials.key, enrolled.credentials.secret)
        assert box.sync(transport).ok
        assert second.count() == 10
