"""Two boxes with one number that both speak over a line are told apart, and nothing is lost (PROTOCOL 6.6)."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from sync.enrolment import BoxIdentity, Enrolment, enrol
from sync.hub.cli import main
from sync.ports import Credentials
from sync.transport import HubTransport
from sync.wire import BoxStatus, StatusAnswer, decode_record
from tests.integration.test_hub_boxes import WELL
from tests.integration.test_hub_pages import sign_in, token
from tests.simulators.courier_rig import Courier, courier_box
from tests.simulators.hub import RunningHub, running_hub
from tests.simulators.programs import command
from tests.simulators.rooms import TECHNICIAN, open_pages

FIRST, SECOND = "a" * 32, "b" * 32


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    with running_hub(tmp_path_factory.mktemp("hub") / "data") as running:
        yield running


def heartbeat(hub: RunningHub, credentials: Credentials, status: BoxStatus) -> StatusAnswer:
    with hub.client(credentials) as box:
        answer = box.put("/box/v1/status", content=msgspec.json.encode(status))
    assert answer.status_code == 200, answer.text
    return decode_record(answer.content, StatusAnswer)


def started(boot: str, seq: int, machine: str | None = None) -> BoxStatus:
    return msgspec.structs.replace(WELL, boot=boot, seq=seq, machine=machine)


def make_twins(hub: RunningHub, credentials: Credentials) -> None:
    """Have both speak in turns, as two machines with copies of one card do."""
    for boot, seq in ((FIRST, 5), (SECOND, 6), (FIRST, 7)):
        heartbeat(hub, credentials, started(boot, seq))


@contextmanager
def page_of(hub: RunningHub, box_id: str) -> Iterator[tuple[str, str]]:
    """The page of a box, and the list of what needs a person."""
    with hub.client() as client:
        sign_in(client)
        yield client.get(f"/boxes/{box_id}").text, client.get("/boxes").text


def test_two_that_speak_in_turns_are_noticed_and_told_so_until_somebody_has_told_them_apart(hub: RunningHub) -> None:
    box_id = secrets.token_hex(16)
    given = hub.enrol("Agimi", box_id).credentials
    assert not heartbeat(hub, given, started(FIRST, 5)).twin
    assert not heartbeat(hub, given, started(SECOND, 6)).twin  # a restart, as far as anybody knows
    assert heartbeat(hub, given, started(FIRST, 7)).twin
    with page_of(hub, box_id) as (page, boxes):
        for words in ("Two boxes carry this number", "Starts that were heard", FIRST[:8], SECOND[:8]):
            assert words in page
        assert "two boxes carry its number" in boxes
    with hub.client() as client:
        sign_in(client)
        mark = token(client.get(f"/boxes/{box_id}"))
        assert client.post(f"/boxes/{box_id}/told-apart", data={"csrf_token": mark}).status_code == 303
    with page_of(hub, box_id) as (page, _):
        assert "Two boxes carry this number" not in page
        assert "told apart" in page
    assert not heartbeat(hub, given, started(FIRST, 8)).twin
    make_twins(hub, given)
    assert main(["box", "told-apart", "--box", box_id, "--data", str(hub.folder)]) == 0
    assert hub.hub.boxes.one(box_id).twin_at is None


def test_a_box_that_restarts_or_moves_to_another_machine_is_no_twin(hub: RunningHub) -> None:
    given = hub.enrol("Drita").credentials
    for number, machine in enumerate(("1" * 32, "1" * 32, "2" * 32, "2" * 32)):
        assert not heartbeat(hub, given, started(f"{number:032x}", 10 * number, machine)).twin
    assert heartbeat(hub, given, started("f" * 32, 3, "2" * 32)).seq == 30  # set back to an older copy of itself
    assert not heartbeat(hub, given, started("f" * 32, 31, "2" * 32)).twin


def test_a_box_that_was_set_back_goes_on_with_numbers_that_nobody_has(hub: RunningHub, tmp_path: Path) -> None:
    with courier_box(tmp_path, hub) as school:
        given = school.box.uplink.credentials()
        assert given is not None
        now = school.box.uplink.box_status()
        assert now.boot is not None
        heartbeat(hub, given, msgspec.structs.replace(now, boot="c" * 32, machine="3" * 32, seq=4_000))
        assert school.over_the_line().ok
        school.learn(1)
        assert school.box.uplink.box_status().seq == 4_001


def taken_in(twin: Courier, hub: RunningHub) -> Enrolment:
    code = hub.hub.enrolments.make_code("Agimi", "Gjilan").code
    box = BoxIdentity(twin.box_id, "0.1.0")
    with HubTransport() as transport:
        return enrol(hub.url, code, box, transport, token_urlsafe=secrets.token_urlsafe)


def test_a_cloned_box_takes_a_number_of_its_own_and_loses_nothing_that_waits(hub: RunningHub, tmp_path: Path) -> None:
    with courier_box(tmp_path / "one", hub) as school:
        school.learn(2)
        shutil.copytree(tmp_path / "one" / "data", tmp_path / "two" / "data")
        with courier_box(tmp_path / "two", hub, enrolled=False) as twin:
            twin.classroom.seq = 100
            theirs = twin.learn(3)
            old = school.box_id
            given = twin.box.uplink.credentials()
            assert given is not None
            make_twins(hub, given)
            assert twin.over_the_line().twin
            assert twin.box.uplink.status().twin
            waiting = twin.learn(2)
            number, key = twin.box.own_number.renew(by=0), twin.box.pen.public()
            assert number == twin.box_id != old
            assert key != school.box.pen.public()
            assert (twin.box.uplink.credentials(), twin.waiting()) == (None, 2)
            twin.box.uplink.remember(taken_in(twin, hub))
            report = twin.over_the_line()
            assert (report.ok, report.twin, report.push.sent) == (True, False, 2)
            twin.learn(1)
            twin.box.couriers.write(twin.stick())
            [taken] = twin.to_town(twin.stick()).taken
            assert (taken.box, taken.number, taken.twin) == (number, 1, False)
            assert school.over_the_line().ok
            arrived = set(school.arrived())
            assert {*school.ids, *theirs, *waiting} <= arrived
            assert {hub.hub.boxes.one(each).school for each in (old, number)} == {"Agimi"}


def test_the_page_of_the_line_says_it_and_gives_the_number(hub: RunningHub, tmp_path: Path) -> None:
    with open_pages(tmp_path, pupils=1, anew=True) as pages:
        line, desk = Courier(pages.box, hub, tmp_path), pages.staff(TECHNICIAN)
        line.enrol()
        assert "carries the number of this one" not in desk.get("/line").text
        given = pages.box.uplink.credentials()
        assert given is not None
        make_twins(hub, given)
        line.over_the_line()
        for path in ("/line", "/status"):
            assert "carries the number of this one" in desk.get(path).text
        before = line.box_id
        assert desk.post("/line/number").status_code == 303
        assert line.box_id != before
        text = desk.get("/line").text
        assert "does not know its hub yet" in text
        assert "carries the number of this one" not in text
        assert "was given a number and keys of its own" in desk.get("/status").text


def test_the_command_gives_a_number_too(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    told = command("schoolbox", "enrol", "anew", "--data", tmp_path / "data")
    assert told.returncode == 0, told.stderr
    assert "a number and keys of its own" in told.stdout
