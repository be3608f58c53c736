"""A box without a battery wakes up in 1970, or was set to 2106: packs and pages go on as ever (FORMAT 6.7)."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from content_packs.shelf import DirectoryShelf
from schoolbox.config import Config
from schoolbox.services.people_rows import NewPerson
from schoolbox.web.app import create_app
from schoolbox.wiring import Box, open_box
from tests.simulators.clock import HandClock
from tests.simulators.device import Device
from tests.simulators.laptop import Direct, Laptop, choose_file, somebody
from tests.simulators.publisher import Ministry
from tests.simulators.seeded import PASSWORD
from tests.simulators.stick_rig import order, work
from tests.simulators.zips import make_zip

PACK = "mash:thyesat"
YEARS = (1970, 2038, 2106)


@contextmanager
def box_in(year: int, data: Path) -> Iterator[Box]:
    """The real box, on a day of a year."""
    box = open_box(Config(data=data, reserve_mb=0), clock=HandClock(at=datetime(year, 1, 1, 0, 0, 7, tzinfo=UTC)))
    try:
        yield box
    finally:
        box.close()


def install(box: Box, shelf: DirectoryShelf) -> int:
    """Install and give the version that pupils see."""
    box.packs.install(shelf, PACK, progress=lambda _: None)
    return next(row.version for row in box.packs.list() if row.pack_id == PACK)


@pytest.mark.parametrize("year", YEARS)
def test_a_wrong_clock_neither_refuses_nor_believes_anything(tmp_path: Path, year: int) -> None:
    ministry = Ministry(tmp_path)
    ministry.publish(PACK, 1)
    old = DirectoryShelf(ministry.copy("old"))
    with box_in(year, tmp_path / "data") as box:
        box.trust.pin(ministry.root)
        offers = box.packs.offers(ministry.shelf)
        assert (offers.refused, offers.age is None) == ((), year == 1970)
        assert install(box, ministry.shelf) == 1
        ministry.publish(PACK, 2)
        assert install(box, ministry.shelf) == 2
        assert [type(each.error).__name__ for each in box.packs.offers(old).refused] == ["OlderMetadataError"]
        assert box.packs.verify(PACK).sound


@pytest.mark.parametrize("year", YEARS)
def test_a_stick_is_written_written_again_and_read_whatever_the_year(tmp_path: Path, year: int) -> None:
    """Its files bear the time of the box; what FAT makes of 1970 is tested on a real one."""
    ministry = Ministry(tmp_path)
    ministry.publish(PACK, 1)
    stick = tmp_path / "stick"
    stick.mkdir()

    def write(box: Box) -> int:
        written = box.stick_writing.write(stick, None, progress=lambda _: None)
        assert (written.whole, dict(written.failed), written.kept) == (True, {}, ())
        for path in stick.rglob("*"):
            os.utime(path, (box.clock.now().timestamp(),) * 2)
        return written.copied_bytes

    with box_in(year, tmp_path / "data") as box:
        box.trust.pin(ministry.root)
        install(box, ministry.shelf)
        assert write(box) > 0
        assert write(box) == 0
        ministry.publish(PACK, 2)
        install(box, ministry.shelf)
        assert write(box) > 0
    for number, other in enumerate(YEARS):
        with box_in(other, tmp_path / f"other {number}") as box:
            box.trust.pin(ministry.root)
            assert install(box, DirectoryShelf(stick)) == 2
            assert write(box) == 0


@pytest.mark.parametrize("year", YEARS)
def test_every_page_about_packs_opens_whatever_the_year(tmp_path: Path, year: int) -> None:
    ministry = Ministry(tmp_path)
    ministry.publish(PACK, 1)
    with box_in(year, tmp_path / "data") as box:
        box.trust.pin(ministry.root)
        install(box, ministry.shelf)
        box.people.add(NewPerson("technician", "Besnik", "Krasniqi", login="teknik", password=PASSWORD))
        device = Device(create_app(box))
        assert device.sign_in_staff("teknik").status_code == 303
        for path in ("/", "/packs", f"/packs/{PACK}", "/sticks", "/status", f"/courses/{PACK}", "/health"):
            assert device.get(path).status_code == 200, path


@pytest.mark.parametrize(("first", "then"), [(1970, 2106), (2106, 1970)])
def test_an_upload_goes_on_is_listed_and_installed_whatever_the_year(tmp_path: Path, first: int, then: int) -> None:
    """It began in one year and went on in another, as after a start without a clock that runs."""
    ministry = Ministry(tmp_path)
    ministry.publish(PACK, 1)
    archive = make_zip(tmp_path / "MASHT.zip", ministry.folder)
    with box_in(first, tmp_path / "data") as box:
        box.trust.pin(ministry.root)
        box.uploads.open()
        begun = box.uploads.begin(choose_file(archive), by=1)
        box.uploads.take(begun.id, archive.read_bytes()[:1000], at=0, by=1)
    with box_in(then, tmp_path / "data") as box:
        box.uploads.open()
        laptop = Laptop(Direct(box.uploads, somebody(1)), 1000)
        assert laptop.send(archive).state == "whole"
        assert laptop.sent_bytes == archive.stat().st_size - 1000
        box.sticks.look()
        [stick] = box.sticks.present()
        assert work(box, order(box, stick, PACK, by=1)).state == "done"
        assert box.packs.verify(PACK).sound
        assert box.uploads.places() == []


@pytest.mark.parametrize(("first", "then"), [(2106, 1970), (1970, 2106)])
def test_a_clock_that_jumps_between_two_starts_changes_nothing(tmp_path: Path, first: int, then: int) -> None:
    ministry = Ministry(tmp_path)
    ministry.publish(PACK, 1)
    with box_in(first, tmp_path / "data") as box:
        box.trust.pin(ministry.root)
        assert install(box, ministry.shelf) == 1
    ministry.publish(PACK, 2)
    with box_in(then, tmp_path / "data") as box:
        assert [(offer.pack_id, offer.state) for offer in box.packs.offers(ministry.shelf).offers] == [(PACK, "newer")]
        assert install(box, ministry.shelf) == 2
