"""Our own disk is full, nearly full, or only lets itself be read: nothing half-done is visible (FORMAT 8.1, 8.5)."""

from io import FileIO
from pathlib import Path

import pytest

from content_packs.durable import Disk
from content_packs.errors import NotEnoughSpaceError, ReadOnlyDiskError, StoreBusyError
from tests.simulators.media import mp4
from tests.simulators.publisher import Ministry
from tests.simulators.school_box import SchoolBox

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


class ReadOnlyDisk(Disk):
    """A disk that turned read-only, as a failing SD card does."""

    def open_append(self, path: Path, *, mode: int = 0o644) -> FileIO:
        """Refuse."""
        raise ReadOnlyDiskError(path=path, problem=f"read-only ({mode:o})")


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
    with pytest.raises(NotEnoughSpaceError):
        box.install(ministry.shelf, PACK)
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


def test_a_read_only_disk_is_told_apart_and_what_is_there_goes_on(tmp_path: Path, ministry: Ministry) -> None:
    SchoolBox(tmp_path / "box", root=ministry.root).install(ministry.shelf, PACK)
    ministry.publish(PACK, 2)
    box = SchoolBox(tmp_path / "box", disk=ReadOnlyDisk())
    with pytest.raises(ReadOnlyDiskError):
        box.install(ministry.shelf, PACK)
    assert box.version(PACK) == 1
    assert box.installer.verify(PACK).sound


def test_two_programs_do_not_install_at_once(tmp_path: Path, ministry: Ministry) -> None:
    box = SchoolBox(tmp_path / "box", root=ministry.root)
    with box.store.writing(), pytest.raises(StoreBusyError):
        box.install(ministry.shelf, PACK)
    assert box.install(ministry.shelf, PACK).changed
