"""Couriers in folders and by command: whoever runs a hub, or a box without pages, carries them the same way."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from content_packs.clock import SystemClock
from content_packs.durable import Disk
from sync.hub.courier_inbox import CourierInbox
from tests.simulators.courier_rig import Courier, courier_box
from tests.simulators.hub import RunningHub, make_data, running_hub
from tests.simulators.programs import HubProcess, command
from tests.simulators.waiting import eventually


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    with running_hub(tmp_path_factory.mktemp("hub") / "data") as running:
        yield running


@pytest.fixture
def school(hub: RunningHub, tmp_path: Path) -> Iterator[Courier]:
    with courier_box(tmp_path / "box", hub) as courier:
        yield courier


def test_a_folder_is_watched_and_gives_receipts_back(school: Courier, hub: RunningHub, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    watched = CourierInbox(hub.hub.couriers, inbox, Disk(), SystemClock(), requests=hub.hub.requests)
    school.learn(2)
    made = school.box.couriers.make()
    assert made is not None
    (inbox / "from-mail.courier").write_bytes(made.raw[:-5])  # still on its way
    assert watched.look().taken == ()
    assert (inbox / "from-mail.courier").exists()
    (inbox / "from-mail.courier").write_bytes(made.raw)
    old = inbox / "old.courier"
    old.write_bytes(b"hello")
    os.utime(old, (0, 0))
    found = watched.look()
    assert ([each.new for each in found.taken], [each.reason for each in found.refused]) == ([2], ["not-a-courier"])
    names = sorted(str(path.relative_to(inbox)) for path in inbox.rglob("*.*"))
    box = school.box_id
    assert names == [f"receipts/{box}.receipt", "refused/old.courier", f"taken/{box}-00000001.courier"]
    assert school.box.couriers.settle((inbox / "receipts" / f"{box}.receipt").read_bytes()).sent == 2


def test_a_hub_that_serves_looks_into_its_folder(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    old = inbox / "old.courier"
    old.write_bytes(b"hello")
    os.utime(old, (0, 0))
    folder = make_data(tmp_path / "data")
    folder.settings.write_text(f'courier_inbox = "{inbox}"\n')
    process = HubProcess(folder.path).start()
    try:
        eventually((inbox / "refused" / "old.courier").exists)
    finally:
        process.stop()


def test_commands_carry_a_week_there_and_back(hub: RunningHub, tmp_path: Path) -> None:
    data, stick = tmp_path / "box", tmp_path / "stick"
    stick.mkdir()
    with courier_box(data, hub) as school:
        school.learn(3)
    box = ("schoolbox", "--data", data / "data", "courier")
    assert "None was made yet" in command(*box, "status").stdout
    assert "3 statements in 1 couriers" in command(*box, "write", stick).stdout
    taken = command("schoolbox-hub", "courier", "read", "--data", hub.folder, stick, "--json")
    assert [each["new"] for each in json.loads(taken.stdout)["taken"]] == [3]
    assert "A receipt is awaited" in command(*box, "status").stdout
    assert json.loads(command(*box, "read", stick, "--json").stdout)["sent"] == 3
    (tmp_path / "x.courier").write_bytes(b"hello")
    wrong = command("schoolbox-hub", "courier", "read", "--data", hub.folder, tmp_path / "x.courier")
    assert (wrong.returncode, "not taken" in wrong.stdout) == (9, True)
    [box_id] = {each["box"] for each in json.loads(taken.stdout)["taken"]}
    made = command("schoolbox-hub", "courier", "receipt", "--data", hub.folder, "--box", box_id, "--folder", tmp_path)
    assert made.returncode == 0
    known = command(*box, "read", tmp_path / f"{box_id}.receipt")
    assert (known.returncode, "0 couriers" in known.stdout) == (0, True)


def test_requests_in_a_folder_are_taken_and_answered(hub: RunningHub, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    watched = CourierInbox(hub.hub.couriers, inbox, Disk(), SystemClock(), requests=hub.hub.requests)
    with courier_box(tmp_path / "far", hub, enrolled=False) as far:
        files, code = far.box.enrolment_files, hub.hub.enrolments.make_code("Agimi", "Gjilan").code
        (inbox / "a.request").write_bytes(files.request())
        assert [each.answer for each in watched.look_for_requests()] == [None]
        (inbox / "b.request").write_bytes(files.request(code)[:-3])  # still on its way
        assert watched.look_for_requests() == []
        (inbox / "b.request").write_bytes(files.request(code))
        [asked] = watched.look_for_requests()
        old = inbox / "old.request"
        old.write_bytes(b"hello")
        os.utime(old, (0, 0))
        assert watched.look_for_requests() == []
        names = sorted(str(path.relative_to(inbox)) for path in inbox.rglob("*.*"))
        assert names == [f"answers/{far.box_id}.answer", "refused/old.request", f"taken/{far.box_id}.request"]
        answer = (inbox / "answers" / f"{far.box_id}.answer").read_bytes()
        assert files.take(answer, asked.check_number).school == "Agimi"
