"""The power goes at every single step of an installation; afterwards the box starts and finishes (FORMAT 8.2-8.5)."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from content_packs.shelf import FetchingShelf
from content_packs.store import FEW
from tests.simulators.cut_disk import CutDisk, Left, PowerCut
from tests.simulators.lent_shelf import LentShelf
from tests.simulators.loop_disk import LoopDisk
from tests.simulators.media import mp4
from tests.simulators.publisher import Ministry
from tests.simulators.school_box import SchoolBox

PACK = "mash:thyesat"
MANY = {f"mesimi-{number}": mp4(seconds=number) for number in range(1, FEW + 3)}
"""More files than are flushed one by one."""
LEFT: tuple[Left, ...] = ("lost", "kept", "torn")
Deed = Callable[[SchoolBox, Ministry], object]


def install(box: SchoolBox, ministry: Ministry) -> object:
    """Install what the shelf has."""
    return box.install(ministry.shelf, PACK)


def install_lent(box: SchoolBox, ministry: Ministry) -> object:
    """Install from a shelf whose own program writes the files."""
    shelf = LentShelf(ministry.folder)
    assert isinstance(shelf, FetchingShelf)
    return box.install(shelf, PACK)


def remove(box: SchoolBox, _: Ministry) -> object:
    """Remove the pack."""
    return box.installer.remove(PACK)


def undo(box: SchoolBox, _: Ministry) -> object:
    """Go back to the version before."""
    return box.installer.undo(PACK)


def sweep(
    tmp_path: Path, ministry: Ministry, template: Path, left: Left, deed: Deed, newest: int = 2
) -> dict[int | None, int]:
    """Cut the power at every step of a deed; count which version pupils saw after the box started again."""
    seen: dict[int | None, int] = {}
    for cut_at in range(1000):
        folder = tmp_path / "case"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(template, folder)
        disk = CutDisk(cut_at, left, tmp_path / "attic" / str(cut_at))
        box = SchoolBox(folder, disk=disk)
        try:
            deed(box, ministry)
        except PowerCut:
            again = SchoolBox(folder)
            version = again.version(PACK)
            seen[version] = seen.get(version, 0) + 1
            assert again.misnamed_blobs() == [], cut_at
            assert version is None or again.installer.verify(PACK).sound, cut_at
            again.install(ministry.shelf, PACK)
            assert again.version(PACK) == newest
            assert again.installer.verify(PACK).sound, cut_at
            again.installer.sweep()
            assert not list((folder / "store" / "staging").iterdir())
            continue
        assert disk.steps == cut_at > 0
        done = box.version(PACK)
        disk.cut()
        again = SchoolBox(folder)
        assert again.version(PACK) == done
        assert done is None or again.installer.verify(PACK).sound
        return seen
    raise AssertionError("the deed never ended")


@pytest.fixture
def ministry(tmp_path: Path) -> Ministry:
    """A ministry with one publisher."""
    return Ministry(tmp_path)


@pytest.mark.parametrize("deed", [install, install_lent])
@pytest.mark.parametrize("left", LEFT)
def test_power_cut_at_any_step_of_a_first_installation(
    tmp_path: Path, ministry: Ministry, left: Left, deed: Deed
) -> None:
    SchoolBox(tmp_path / "template", root=ministry.root)
    ministry.publish(PACK, 2)
    seen = sweep(tmp_path, ministry, tmp_path / "template", left, deed)
    assert set(seen) <= {None, 2}
    assert seen[None] > 20


@pytest.mark.parametrize("left", LEFT)
def test_power_cut_at_any_step_of_an_installation_of_many_files(
    tmp_path: Path, ministry: Ministry, left: Left
) -> None:
    SchoolBox(tmp_path / "template", root=ministry.root)
    ministry.publish(PACK, 2, files=MANY)
    seen = sweep(tmp_path, ministry, tmp_path / "template", left, install)
    assert set(seen) <= {None, 2}
    assert seen[None] > 30


@pytest.mark.parametrize("left", LEFT)
def test_power_cut_at_any_step_of_an_update(tmp_path: Path, ministry: Ministry, left: Left) -> None:
    ministry.publish(PACK, 1)
    SchoolBox(tmp_path / "template", root=ministry.root).install(ministry.shelf, PACK)
    ministry.publish(PACK, 2)
    seen = sweep(tmp_path, ministry, tmp_path / "template", left, install)
    assert set(seen) <= {1, 2}
    assert seen[1] > 10


@pytest.mark.parametrize("left", LEFT)
def test_power_cut_at_any_step_of_an_update_that_sweeps_the_oldest(
    tmp_path: Path, ministry: Ministry, left: Left
) -> None:
    box = SchoolBox(tmp_path / "template", root=ministry.root)
    for version in (1, 2):
        ministry.publish(PACK, version)
        box.install(ministry.shelf, PACK)
    ministry.publish(PACK, 3)
    seen = sweep(tmp_path, ministry, tmp_path / "template", left, install, newest=3)
    assert set(seen) == {2, 3}
    assert seen[2] > 10


@pytest.mark.parametrize("left", LEFT)
def test_power_cut_at_any_step_of_going_back(tmp_path: Path, ministry: Ministry, left: Left) -> None:
    box = SchoolBox(tmp_path / "template", root=ministry.root)
    for version in (1, 2):
        ministry.publish(PACK, version)
        box.install(ministry.shelf, PACK)
    assert set(sweep(tmp_path, ministry, tmp_path / "template", left, undo)) <= {1, 2}


@pytest.mark.parametrize("left", LEFT)
def test_power_cut_at_any_step_of_a_removal(tmp_path: Path, ministry: Ministry, left: Left) -> None:
    ministry.publish(PACK, 2)
    SchoolBox(tmp_path / "template", root=ministry.root).install(ministry.shelf, PACK)
    seen = sweep(tmp_path, ministry, tmp_path / "template", left, remove)
    assert set(seen) <= {None, 2}
    assert seen[2] >= 1


@pytest.mark.parametrize("left", LEFT)
def test_power_cut_at_any_step_of_a_removal_of_many_files(tmp_path: Path, ministry: Ministry, left: Left) -> None:
    ministry.publish(PACK, 2, files=MANY)
    SchoolBox(tmp_path / "template", root=ministry.root).install(ministry.shelf, PACK)
    seen = sweep(tmp_path, ministry, tmp_path / "template", left, remove)
    assert set(seen) <= {None, 2}
    assert seen[2] >= 1


def test_on_a_real_disk_what_was_installed_is_there_after_a_power_cut(tmp_path: Path, ministry: Ministry) -> None:
    ministry.publish(PACK, 2, files=MANY)
    with LoopDisk(tmp_path / "disk", size_mb=32) as disk:
        box = SchoolBox(disk.folder / "box", root=ministry.root)
        assert box.disk.can_flush_all(disk.folder)
        box.install(ministry.shelf, PACK)
        disk.cut_power()
        disk.remount()
        again = SchoolBox(disk.folder / "box")
        assert again.version(PACK) == 2
        assert again.installer.verify(PACK).sound
        assert again.installer.verify(PACK).files == len(MANY)


@pytest.mark.parametrize("left", LEFT)
def test_power_cut_while_trust_is_renewed_never_leaves_less_than_before(
    tmp_path: Path, ministry: Ministry, left: Left
) -> None:
    ministry.publish(PACK, 1)
    before = SchoolBox(tmp_path / "template", root=ministry.root)
    before.installer.offers(ministry.shelf)
    ministry.renew_root(version=2)
    ministry.admit("qendra")
    ministry.publish(PACK, 2)
    for cut_at in range(1000):
        folder = tmp_path / "case"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(tmp_path / "template", folder)
        disk = CutDisk(cut_at, left, tmp_path / "attic" / str(cut_at))
        try:
            SchoolBox(folder, disk=disk).trust.apply(ministry.shelf)
        except PowerCut:
            again = SchoolBox(folder)
            found = again.trust.trust()
            assert found.registry
            assert found.registry.version >= 2
            assert found.catalogues["mash"].version >= 1
            renewed = again.trust.apply(ministry.shelf)
            assert (renewed.refused, renewed.trust.root.version) == ((), 2)
            assert renewed.trust.catalogues["mash"].version == 2
            continue
        assert cut_at > 10
        return
    raise AssertionError("renewing never ended")
