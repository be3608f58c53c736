"""Writing packs of the box onto a stick from its page: another box takes them, and a pulled stick goes on."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from content_packs.durable import locked_folder
from content_packs.shelf import DirectoryShelf
from schoolbox.config import Config
from schoolbox.services.people_rows import NewPerson
from schoolbox.web.app import create_app
from schoolbox.wiring import Box, open_box
from tests.integration.test_sticks import goes_to, ticked
from tests.simulators.device import Device, shown
from tests.simulators.media import free_box, mp4
from tests.simulators.publisher import Ministry
from tests.simulators.seeded import PASSWORD
from tests.simulators.stick_rig import Meddler, put_in, work

PHYSICS, MUSIC = "mash:fizika-8", "mash:muzika-6"


@dataclass
class Desk:
    """A box with two packs, a teacher at its pages, and an empty stick."""

    box: Box
    disk: Meddler
    ministry: Ministry
    device: Device
    stick: Path

    def write(self, *packs: str) -> int:
        put_in(self.box, self.stick)
        page = goes_to_writing(self)
        answer = self.device.post(page, {"pack": list(packs)}, on=page)
        assert answer.status_code == 303
        return int(answer.headers["Location"].rpartition("/")[2])


def goes_to_writing(desk: Desk) -> str:
    [stick] = desk.box.sticks.present()
    return f"/sticks/{stick.id}/write"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    ministry, disk = Ministry(tmp_path), Meddler()
    for pack_id in (PHYSICS, MUSIC):
        files = {f"v{n}": mp4(seconds=n + 1) + free_box(f"{pack_id} {n} ".encode() * 9_000) for n in range(4)}
        ministry.publish(pack_id, files=files)
    box = open_box(Config(data=tmp_path / "data", reserve_mb=0, sticks=None, announce=False), disk=disk)
    try:
        box.trust.pin(ministry.root)
        for pack_id in (PHYSICS, MUSIC):
            box.packs.install(ministry.shelf, pack_id, progress=lambda _progress: None)
        box.people.add(NewPerson("teacher", "Vlora", "Gashi", login="vlora", password=PASSWORD))
        device = Device(create_app(box))
        assert device.sign_in_staff("vlora").status_code == 303
        device.get("/?lang=en")
        stick = tmp_path / "AGIMI"
        stick.mkdir()
        (stick / "foto.jpg").write_bytes(b"x")
        yield Desk(box, disk, ministry, device, stick)
    finally:
        box.close()


def test_packs_are_written_onto_an_empty_stick_and_another_box_takes_them(desk: Desk, tmp_path: Path) -> None:
    put_in(desk.box, desk.stick)
    assert "AGIMI There are no packs on this stick." in shown(desk.device, "/sticks?all=1")
    page = goes_to_writing(desk)
    assert goes_to(desk.device, page.removesuffix("/write")) == page
    assert ticked(desk.device.text(page)) == [PHYSICS, MUSIC]
    job_id = desk.write(PHYSICS)
    assert work(desk.box, job_id).state == "done"
    words = shown(desk.device, f"/sticks/jobs/{job_id}")
    assert "Everything is on the stick It was read back, and all of it is right." in words
    assert (desk.stick / "foto.jpg").exists()
    assert (desk.stick / "CONTENTS.html").exists()
    for page in ("/packs", f"/packs/{PHYSICS}"):
        assert "Written onto a stick: “Paketa fizika-8” Vlora Gashi" in shown(desk.device, page)
    assert "Written onto a stick" not in shown(desk.device, f"/packs/{MUSIC}")

    other = open_box(Config(data=tmp_path / "other", reserve_mb=0, sticks=None))
    try:
        other.trust.pin(desk.ministry.root)
        other.packs.install(DirectoryShelf(desk.stick), PHYSICS, progress=lambda _progress: None)
        assert [pack.pack_id for pack in other.packs.list()] == [PHYSICS]
    finally:
        other.close()


def test_what_is_on_the_stick_already_is_not_ticked(desk: Desk) -> None:
    work(desk.box, desk.write(PHYSICS))
    put_in(desk.box, desk.stick)
    page = goes_to_writing(desk)
    assert ticked(desk.device.text(page)) == [MUSIC]
    assert "Paketa fizika-8 On the stick already" in shown(desk.device, page)
    assert "Write packs onto it" in shown(desk.device, page.removesuffix("/write"))


def test_the_same_packs_are_written_onto_two_sticks_one_after_the_other(desk: Desk) -> None:
    second = desk.stick.with_name("DRITA")
    second.mkdir()
    (second / "foto.jpg").write_bytes(b"x")
    for stick in (desk.stick, second):
        put_in(desk.box, stick)
    jobs = []
    for each in desk.box.sticks.present():
        page = f"/sticks/{each.id}/write"
        taps = [desk.device.post(page, {"pack": [PHYSICS, MUSIC]}, on=page).headers["Location"] for _ in range(2)]
        assert taps[0] == taps[1]
        jobs.append(int(taps[0].rpartition("/")[2]))
    assert [work(desk.box, job_id).state for job_id in jobs] == ["done", "done"]
    for folder in (desk.stick, second):
        listed = {offer.pack_id for offer in desk.box.packs.offers(DirectoryShelf(folder)).offers}
        assert listed == {PHYSICS, MUSIC}


def test_nothing_ticked_writes_nothing(desk: Desk) -> None:
    put_in(desk.box, desk.stick)
    page = goes_to_writing(desk)
    assert desk.device.post(page, {"pack": ["mash:made-up"]}, on=page).headers["Location"] == page
    assert "Nothing was ticked" in shown(desk.device, page)
    assert desk.box.jobs.open() == []


def test_a_stick_that_is_pulled_while_it_is_written_goes_on_when_it_is_back(desk: Desk, tmp_path: Path) -> None:
    job_id = desk.write(PHYSICS, MUSIC)
    pocket = tmp_path / "pocket"
    pocket.mkdir()

    def pull() -> None:
        desk.stick.rename(pocket / "AGIMI")

    desk.disk.at_write(3, pull)
    job = work(desk.box, job_id)
    assert (job.state, {pack.state for pack in job.packs}) == ("paused", {"waiting"})
    assert 0 < sum(pack.done.bytes for pack in job.packs) < job.need.bytes // 2
    words = shown(desk.device, f"/sticks/jobs/{job_id}")
    assert "The stick was pulled out early Nothing is lost. The box is as it was" in words
    assert "put the stick “AGIMI” back" in words
    put_in(desk.box, pocket / "AGIMI")
    assert work(desk.box, job_id).state == "done"
    listed = {offer.pack_id for offer in desk.box.packs.offers(DirectoryShelf(pocket / "AGIMI")).offers}
    assert listed == {PHYSICS, MUSIC}


def test_while_another_program_writes_onto_the_stick_an_order_waits_and_writes_nothing_more(desk: Desk) -> None:
    job_id = desk.write(PHYSICS, MUSIC)
    with closing(sqlite3.connect(desk.box.database.path)) as reader, locked_folder(desk.stick):
        assert desk.box.job_runner.run_next(threading.Event()) > 0
        version = reader.execute("PRAGMA data_version").fetchone()
        for _ in range(2):
            assert desk.box.job_runner.run_next(threading.Event()) > 0
        assert reader.execute("PRAGMA data_version").fetchone() == version
    assert desk.box.jobs.find(job_id).state == "waiting"
    assert work(desk.box, job_id).state == "done"


def test_giving_up_writing_leaves_the_box_and_the_list_of_the_stick_as_they_were(desk: Desk) -> None:
    job_id = desk.write(PHYSICS, MUSIC)
    desk.disk.at_write(3, lambda: desk.box.jobs.give_up(job_id))
    job = work(desk.box, job_id)
    assert (job.state, {pack.state for pack in job.packs}) == ("cancelled", {"cancelled"})
    assert "This writing was given up" in shown(desk.device, f"/sticks/jobs/{job_id}")
    assert not (desk.stick / "meta").exists() or not list((desk.stick / "meta").glob("cat/*.json"))
    assert len(desk.box.packs.list()) == 2
    assert all(desk.box.packs.verify(pack_id).sound for pack_id in (PHYSICS, MUSIC))


def test_a_pack_that_the_box_has_in_part_is_written_in_part_and_said_so(desk: Desk) -> None:
    blobs = desk.box.store.folder.glob("blobs/*/*.mp4")
    next(path for path in blobs if f"{MUSIC} 2 ".encode() in path.read_bytes()).unlink()
    job = work(desk.box, desk.write(PHYSICS, MUSIC))
    by_id = {pack.wish.pack_id: pack for pack in job.packs}
    assert (job.state, by_id[PHYSICS].state, by_id[MUSIC].state) == ("partly", "done", "partly")
    assert by_id[MUSIC].missing == 1


def test_writing_counts_both_of_its_steps_as_one_bar(desk: Desk) -> None:
    shares: list[int] = []
    job_id = desk.write(PHYSICS)
    address = f"/sticks/jobs/{job_id}/live"

    def look() -> None:
        answer = desk.device.get(address).json
        assert answer is not None
        shares.append(answer["share"])

    for number in range(1, 5):
        desk.disk.at_write(number, look)
    work(desk.box, job_id)
    look()
    assert shares == sorted(shares)
    assert shares[0] < 20
    assert 20 < shares[3] <= 50
    assert shares[4] == 100
