"""The power goes while a hub publishes: boxes see the old list or the new one, and it is finished (FORMAT 2.5)."""

import shutil
from pathlib import Path

import pytest

from content_packs.durable import Disk
from content_packs.shelf import DirectoryShelf
from sync.hub.publishing.checking import Checker
from sync.hub.publishing.release import Release
from tests.faults.test_registry_power_cut import LEFT, swept
from tests.simulators.cut_disk import Left
from tests.simulators.proposals import bare_shelf
from tests.simulators.publisher import Ministry
from tests.simulators.school_box import SchoolBox
from tests.simulators.zips import make_zip

PACK, GOES = "mash:thyesat", "mash:goes"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ministry, Path, Path]:
    """A shelf with version 1 of two packs, and beside it, checked, version 2 of the one and the other taken back."""
    folder = tmp_path_factory.mktemp("world")
    ministry = Ministry(folder)
    ministry.publish(PACK)
    ministry.publish(GOES)
    shelf, sent = bare_shelf(ministry, folder / "published"), folder / "sent"
    _publish(_checked(ministry, shelf, folder / "first"), shelf, Disk())
    ministry.publish(PACK, 2)
    newest = [one for one in ministry.listings("mash") if one.pack_id == PACK and one.version == 2]
    ministry.write_catalogue("mash", 9, newest)
    return ministry, shelf, _checked(ministry, shelf, sent)


def _checked(ministry: Ministry, shelf: Path, into: Path) -> Path:
    archive = make_zip(into.with_suffix(".zip"), ministry.folder)
    Checker(shelf, Disk(), reserve_bytes=0).take(archive, "mash", into=into)
    return into


def _publish(sent: Path, shelf: Path, disk: Disk) -> None:
    Release(Checker(shelf, disk, reserve_bytes=0), shelf, disk).publish("mash", sent)


@pytest.mark.parametrize("left", LEFT)
def test_boxes_see_the_old_or_the_new(tmp_path: Path, world: tuple[Ministry, Path, Path], left: Left) -> None:
    ministry, published, sent = world
    seen: set[int] = set()

    def publish(place: Path, disk: Disk) -> None:
        if not place.exists():
            shutil.copytree(published, place)
        _publish(sent, place, disk)

    def look(place: Path) -> None:
        box = SchoolBox(tmp_path / f"box-{place.name}-{len(seen)}-{len(list(tmp_path.iterdir()))}", root=ministry.root)
        offers = {offer.pack_id: offer.version for offer in box.installer.offers(DirectoryShelf(place)).offers}
        assert offers in ({PACK: 1, GOES: 1}, {PACK: 2})
        for pack in offers:
            assert box.install(DirectoryShelf(place), pack).missing == ()
        seen.add(offers[PACK])

    cuts = swept(tmp_path / "cuts", left, publish, look)
    assert (cuts > 10, seen) == (True, {1, 2})
    left_over = tmp_path / "cuts" / "0"
    names = {path.name for path in (left_over / "manifests").iterdir()}
    assert len(names) == 1
    assert not list((left_over / "staging").glob("*"))
