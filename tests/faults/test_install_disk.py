"""Our own disk is full, nearly full, or only lets itself be read: nothing half-done is visible (FORMAT 8.1, 8.5)."""

import os
import shutil
from io import FileIO
from pathlib import Path

import pytest

from content_packs.copying import Progress
from content_packs.durable import Disk
from content_packs.errors import NotEnoughSpaceError, ReadOnlyDiskError, StoreBusyError
from schoolbox.config import Config
from schoolbox.wiring import open_box
from tests.simulators.loop_disk import LoopDisk
from tests.simulators.media import mp4
from tests.simulators.publisher import Ministry
from tests.simulators.school_box import SchoolBox
from tests.simulators.stick_rig import order, put_in, work
from tests.simulators.told import told

PACK = "mash:thyesat"


class SmallDisk(Disk):
    """A disk on which so many bytes may still be written; it lies by counting instead of being small."""

    def __init__(self, room_bytes: int, *, admits: bool = True) -> None:
        self.room_bytes = room_bytes
        self._admits = admits

    def write(self, file: FileIO, data: bytes | memoryview, path: Path) -> None:
        """Write while there is room."""
        if len(data) > self.room_bytes:
            super().write(file, data[: self.room_bytes], path)
            raise NotEnoughSpaceError(path=path, needs_bytes=len(data), free_bytes=0)
        self.room_bytes -= len(data)
        super().write(file, data, path)

    def free_bytes(self, path: Path) -> int:
        """Say how much room there is, or pretend that there is plenty."""
        return self.room_bytes if self._admits else super().free_bytes(path)


class UnawareDisk(Disk):
    """A real disk that never says how little room it has: what it lacks is noticed when the system refuses."""

    def free_bytes(self, path: Path) -> int:
        """Promise plenty."""
        return super().free_bytes(path) + 2**40


@pytest.fixture
def ministry(tmp_path: Path) -> Ministry:
    """A ministry with a pack of about 200 KB."""
    ministry = Ministry(tmp_path)
    ministry.publish(PACK, 1, files={"a": mp4() + bytes(100_000), "b": mp4(seconds=2) + bytes(100_000)})
    return ministry


def test_too_little_room_is_known_before_anything_is_copied(tmp_path: Path, ministry: Ministry) -> None:
    box = SchoolBox(tmp_path / "box", root=ministry.root, disk=SmallDisk(150_000), reserve_bytes=20_000)
    with pytest.raises(NotEnoughSpaceError) as caught:
        box.install(ministry.shelf, PACK)
    assert 200_000 < caught.value.needs_bytes < 210_000
    assert caught.value.free_bytes < 130_000
    assert not (tmp_path / "box" / "store" / "blobs").exists()


def test_the_reserve_is_not_touched(tmp_path: Path, ministry: Ministry) -> None:
    box = SchoolBox(tmp_path / "box", root=ministry.root, disk=SmallDisk(250_000), reserve_bytes=100_000)
    with pytest.raises(NotEnoughSpaceError):
        box.install(ministry.shelf, PACK)
    assert box.library.shown() == {}


@pytest.mark.parametrize("room_bytes", [0, 1, 50_000, 101_000, 201_500])
def test_a_disk_that_fills_up_on_the_way_leaves_no_pack_and_goes_on_when_there_is_room(
    tmp_path: Path, ministry: Ministry, room_bytes: int
) -> None:
    SchoolBox(tmp_path / "box", root=ministry.root).trust.apply(ministry.shelf)
    box = SchoolBox(tmp_path / "box", disk=SmallDisk(room_bytes, admits=False))
    with pytest.raises(NotEnoughSpaceError) as caught:
        box.install(ministry.shelf, PACK)
    assert says_too_full(caught.value)
    assert box.library.shown() == {}
    assert box.misnamed_blobs() == []
    roomy = SchoolBox(tmp_path / "box")
    assert roomy.install(ministry.shelf, PACK).changed
    assert roomy.installer.verify(PACK).sound


def test_what_was_copied_before_counts_as_room(tmp_path: Path, ministry: Ministry) -> None:
    SchoolBox(tmp_path / "box", root=ministry.root).trust.apply(ministry.shelf)
    with pytest.raises(NotEnoughSpaceError):
        SchoolBox(tmp_path / "box", disk=SmallDisk(150_000, admits=False)).install(ministry.shelf, PACK)
    assert SchoolBox(tmp_path / "box", disk=SmallDisk(60_000)).install(ministry.shelf, PACK).changed


@pytest.mark.parametrize("free_blocks", [0, 1])
@pytest.mark.parametrize("kind", [Disk, UnawareDisk])
def test_a_real_disk_with_next_to_nothing_free_is_told_and_takes_the_pack_once_there_is_room(
    tmp_path: Path, ministry: Ministry, kind: type[Disk], free_blocks: int
) -> None:
    """A disk gives its room away in blocks: with one byte free in the last of them, one block is free or none."""
    with LoopDisk(tmp_path / "disk", size_mb=8) as disk:
        SchoolBox(disk.folder / "box", root=ministry.root).trust.apply(ministry.shelf)
        filler = disk.fill()
        os.truncate(filler, filler.stat().st_size - free_blocks * os.statvfs(disk.folder).f_frsize)
        assert os.statvfs(disk.folder).f_bavail == free_blocks
        box = SchoolBox(disk.folder / "box", disk=kind())

        with pytest.raises(NotEnoughSpaceError) as caught:
            box.install(ministry.shelf, PACK)

        assert says_too_full(caught.value)
        assert box.library.shown() == {}
        assert box.misnamed_blobs() == []
        filler.unlink()
        assert box.install(ministry.shelf, PACK).changed
        assert box.installer.verify(PACK).sound


def says_too_full(error: NotEnoughSpaceError) -> bool:
    """A teacher reads how much is needed, and what she can do herself."""
    happened, safe, todo = told(error).splitlines()
    assert happened.startswith("Për këtë duhen ")
    assert safe == "Nxënësit mund të vazhdojnë; vetëm paketat e reja presin."
    return "Hiqni një paketë që nuk e përdor askush" in todo


def test_a_disk_that_only_lets_itself_be_read_is_told_changes_nothing_and_goes_on_when_it_is_replaced(
    tmp_path: Path, ministry: Ministry
) -> None:
    with LoopDisk(tmp_path / "disk", size_mb=8) as disk:
        SchoolBox(disk.folder / "box", root=ministry.root).install(ministry.shelf, PACK)
        ministry.publish(PACK, 2)
        disk.make_read_only()
        box = SchoolBox(disk.folder / "box")
        before = box.snapshot()

        for deed in (box.install, lambda _shelf, pack_id: box.installer.remove(pack_id)):
            with pytest.raises(ReadOnlyDiskError) as caught:
                deed(ministry.shelf, PACK)
            happened, safe, todo = told(caught.value).splitlines()
            assert happened == "Disku i kutisë vetëm lexohet, siç ndodh me një kartë SD që po prishet."
            assert "Mësimet mund të shikohen" in safe
            assert "Thirrni teknikun" in todo

        assert (box.version(PACK), box.snapshot()) == (1, before)
        assert box.installer.verify(PACK).sound
        disk.make_writable()
        assert box.install(ministry.shelf, PACK).version == 2
        assert box.installer.verify(PACK).sound


def test_a_disk_that_fails_in_the_middle_shows_no_pack_and_goes_on_afterwards(
    tmp_path: Path, ministry: Ministry
) -> None:
    with LoopDisk(tmp_path / "disk", size_mb=8) as disk:
        box = SchoolBox(disk.folder / "box", root=ministry.root)

        def fail(progress: Progress) -> None:
            if progress.files_done == 1:
                disk.fail()

        with pytest.raises(ReadOnlyDiskError):
            box.installer.install(ministry.shelf, PACK, progress=fail)

        assert (box.library.shown(), box.misnamed_blobs()) == ({}, [])
        disk.remount()
        assert box.install(ministry.shelf, PACK).changed
        assert box.installer.verify(PACK).sound


def test_a_stick_that_can_only_be_read_brings_its_packs(tmp_path: Path, ministry: Ministry) -> None:
    """A switch on its side, a worn card, a disc: the box asks nothing of a stick but to be read."""
    box = open_box(Config(data=tmp_path / "data", reserve_mb=0, sticks=None))
    try:
        box.trust.pin(ministry.root)
        with LoopDisk(tmp_path / "stick", size_mb=8) as disk:
            shutil.copytree(ministry.folder, disk.folder / "MASHT")
            disk.make_read_only()
            [stick] = put_in(box, disk.folder / "MASHT")
            assert work(box, order(box, stick, PACK)).state == "done"
        assert box.packs.verify(PACK).sound
    finally:
        box.close()


def test_two_programs_do_not_install_at_once(tmp_path: Path, ministry: Ministry) -> None:
    box = SchoolBox(tmp_path / "box", root=ministry.root)
    with box.store.writing(), pytest.raises(StoreBusyError):
        box.install(ministry.shelf, PACK)
    assert box.install(ministry.shelf, PACK).changed
