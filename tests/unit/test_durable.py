"""Writing durably, and the disk that cuts the power in the middle of it (FORMAT 8.3)."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from io import FileIO
from pathlib import Path

import pytest

from content_packs.durable import Disk, locked
from content_packs.errors import DiskError, NotEnoughSpaceError, StoreBusyError
from tests.simulators.cut_disk import CutDisk, Left, PowerCut
from tests.simulators.waiting import DEADLINE_S

LEFT: tuple[Left, ...] = ("lost", "kept", "torn")


def test_a_file_is_written_with_its_mode_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    Disk().write_file(path, b"old", mode=0o600)
    Disk().write_file(path, b"new", mode=0o600)
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"new", 0o600)
    assert list(tmp_path.iterdir()) == [path]


class Meeting(Disk):
    """A disk on which two threads meet before the first of them gives its file its name."""

    def __init__(self) -> None:
        self.both = threading.Barrier(2, timeout=DEADLINE_S)

    def fsync(self, file: FileIO, path: Path) -> None:
        """Wait for the other."""
        self.both.wait()
        super().fsync(file, path)


def test_two_threads_that_write_one_file_leave_what_one_of_them_wrote(tmp_path: Path) -> None:
    path, disk = tmp_path / "state", Meeting()
    with ThreadPoolExecutor(2) as threads:
        done = [threads.submit(disk.write_file, path, content) for content in (b"one" * 999, b"two" * 999)]
        for each in done:
            each.result(DEADLINE_S)

    assert path.read_bytes() in (b"one" * 999, b"two" * 999)
    assert list(tmp_path.iterdir()) == [path]


def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for attempt in (Disk().open_append, Disk().can_append):
        with pytest.raises(DiskError):
            attempt(tmp_path / "pipe")


def test_folders_are_made_with_their_parents_and_making_them_again_is_fine(tmp_path: Path) -> None:
    Disk().make_folder(tmp_path / "a" / "b")
    Disk().make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()


def test_removing_what_is_gone_is_fine(tmp_path: Path) -> None:
    Disk().remove(tmp_path / "gone")
    Disk().remove(tmp_path / "no folder" / "gone")


def test_a_full_disk_is_told_apart(tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.write_bytes(b"")
    with Path("/dev/full").open("ab", buffering=0) as file, pytest.raises(NotEnoughSpaceError):
        Disk().write(file, b"x", full)


def test_a_folder_that_is_not_there_is_a_disk_error_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(DiskError) as caught:
        Disk().write_file(tmp_path / "no" / "file", b"")
    assert "No such file" in caught.value.problem
    assert not list(tmp_path.iterdir())


def test_a_file_system_is_flushed_whole_only_where_that_reaches_the_disk(tmp_path: Path) -> None:
    Disk().flush_all(tmp_path)
    assert not Disk().can_flush_all(Path("/proc"))
    with pytest.raises(DiskError):
        Disk().flush_all(tmp_path / "gone")


def test_free_space_is_known_before_the_folder_exists(tmp_path: Path) -> None:
    assert Disk().free_bytes(tmp_path / "a" / "b" / "c") > 0


def test_a_lock_keeps_others_out_until_it_is_let_go(tmp_path: Path) -> None:
    with locked(tmp_path / "lock", wait=False):
        with pytest.raises(StoreBusyError) as caught, locked(tmp_path / "lock", wait=False):
            pass
        assert caught.value.transient
    with locked(tmp_path / "lock", wait=True):
        pass


@pytest.mark.parametrize("left", LEFT)
def test_power_cut_at_any_step_of_a_write_leaves_the_old_or_the_new(tmp_path: Path, left: Left) -> None:
    seen = set()
    for cut_at in range(100):
        folder = tmp_path / str(cut_at)
        folder.mkdir()
        path = folder / "file"
        path.write_bytes(b"old")
        disk = CutDisk(cut_at, left, tmp_path / "attic" / str(cut_at))
        try:
            disk.write_file(path, b"new content")
        except PowerCut:
            seen.add(path.read_bytes())
            continue
        break
    assert cut_at >= 4
    assert seen <= {b"old", b"new content"}
    assert b"old" in seen


def test_the_cut_disk_notices_a_rename_without_a_flush(tmp_path: Path) -> None:
    """The simulator itself: code that forgets to flush is caught in each of the three ways."""
    found = {}
    for left in LEFT:
        path = tmp_path / left
        path.write_bytes(b"old")
        disk = CutDisk(4, left, tmp_path / "attic" / left)
        with pytest.raises(PowerCut):
            careless_write(disk, path)
        found[left] = path.read_bytes()
    assert found == {"lost": b"old", "kept": b"new", "torn": b"\0\0\0"}


def test_the_cut_disk_keeps_all_that_was_flushed_together(tmp_path: Path) -> None:
    for left in LEFT:
        path = tmp_path / left
        disk = CutDisk(5, left, tmp_path / "attic" / left)
        with pytest.raises(PowerCut):
            flush_all_at_the_end(disk, path)
        assert path.read_bytes() == b"new"


def flush_all_at_the_end(disk: Disk, path: Path) -> None:
    """Write and rename, flush once for both; the cut comes behind it."""
    draft = path.with_suffix(".new")
    with disk.open_append(draft) as file:
        disk.write(file, b"new", draft)
    disk.replace(draft, path)
    disk.make_one_folder(path.with_suffix(".folder"))
    disk.flush_all(path.parent)
    disk.unlink(path)


def careless_write(disk: Disk, path: Path) -> None:
    """Write as one should not: no flush before the rename, one after."""
    draft = path.with_suffix(".new")
    with disk.open_append(draft) as file:
        disk.write(file, b"new", draft)
    disk.replace(draft, path)
    disk.unlink(path.with_suffix(".other"))
    disk.make_one_folder(path.with_suffix(".folder"))
    disk.fsync_folder(path.parent)
