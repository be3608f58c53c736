"""Writing so that a power cut leaves the old or the new, for a program that has only the standard library.

The steps are those of `content_packs.durable`, which is not there yet when this runs; what the system says stays an
`OSError`. `overwrite` is the exception: it writes over bytes in their place, to make them unreadable.

    write_file(RealDisk(), Path("state.json"), b"{}", mode=0o600)
"""

import os
import stat
from io import FileIO
from pathlib import Path
from typing import Protocol

_NEW = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Disk(Protocol):
    """What the power may go between."""

    def open_append(self, path: Path, *, mode: int = 0o644) -> FileIO:
        """Open a file to write at its end, made empty if it is not there."""

    def write(self, file: FileIO, data: bytes | memoryview, path: Path) -> None:
        """Write all of the data."""

    def fsync(self, file: FileIO, path: Path) -> None:
        """Wait until it is on the disk."""

    def replace(self, src: Path, dst: Path) -> None:
        """Give a file another name, in place of what had it."""

    def unlink(self, path: Path) -> None:
        """Take a name away if it is there."""

    def make_one_folder(self, path: Path, *, mode: int = 0o755) -> None:
        """Make one folder if it is not there."""

    def remove_one_folder(self, path: Path) -> None:
        """Take an empty folder away if it is there."""

    def fsync_folder(self, path: Path) -> None:
        """Wait until the names in a folder are on the disk."""

    def overwrite(self, path: Path, data: bytes) -> None:
        """Write over a file of the same size in its place, and wait until it is on the disk."""


class RealDisk:
    """The disk of this machine."""

    def open_append(self, path: Path, *, mode: int = 0o644) -> FileIO:
        """Open a file to write at its end, made empty if it is not there; no link is followed."""
        return FileIO(os.open(path, _NEW, mode), "ab")

    def write(self, file: FileIO, data: bytes | memoryview, path: Path) -> None:  # noqa: ARG002 - the port says where
        """Write all of the data."""
        view = memoryview(data)
        while view:
            view = view[file.write(view) :]

    def fsync(self, file: FileIO, path: Path) -> None:  # noqa: ARG002 - the port says where
        """Wait until it is on the disk."""
        os.fsync(file.fileno())

    def replace(self, src: Path, dst: Path) -> None:
        """Give a file another name, in place of what had it."""
        src.replace(dst)

    def unlink(self, path: Path) -> None:
        """Take a name away if it is there."""
        path.unlink(missing_ok=True)

    def make_one_folder(self, path: Path, *, mode: int = 0o755) -> None:
        """Make one folder if it is not there."""
        path.mkdir(mode=mode, exist_ok=True)

    def remove_one_folder(self, path: Path) -> None:
        """Take an empty folder away if it is there."""
        if path.exists():
            path.rmdir()

    def fsync_folder(self, path: Path) -> None:
        """Wait until the names in a folder are on the disk."""
        folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def overwrite(self, path: Path, data: bytes) -> None:
        """Write over a file in its place, and wait until it is on the disk."""
        with path.open("r+b", buffering=0) as file:
            view = memoryview(data)
            while view:
                view = view[file.write(view) :]
            os.fsync(file.fileno())


def write_file(disk: Disk, path: Path, data: bytes, *, mode: int | None = 0o644, like: Path | None = None) -> None:
    """Put a whole file in place of what had its name.

    Args:
        disk: Where the power may go.
        path: Its name.
        data: What it shall hold.
        mode: Who may read it; None on FAT, which has no such thing and refuses to be told.
        like: A folder; the file belongs to whom that belongs.
    """
    draft = path.with_name(f".{path.name}.new")
    disk.unlink(draft)
    with disk.open_append(draft, mode=mode or 0o600) as file:
        if mode is not None:
            os.fchmod(file.fileno(), mode)
        if like is not None:
            owner = like.stat()
            os.fchown(file.fileno(), owner.st_uid, owner.st_gid)
        disk.write(file, data, draft)
        disk.fsync(file, draft)
    disk.replace(draft, path)
    disk.fsync_folder(path.parent)


def keep_file(disk: Disk, path: Path, data: bytes, *, mode: int = 0o644) -> bool:
    """Write a file if it does not hold this already; says whether it was written."""
    if read_plain(path) == data and stat.S_IMODE(path.stat().st_mode) == mode:
        return False
    make_folder(disk, path.parent)
    write_file(disk, path, data, mode=mode)
    return True


def make_folder(disk: Disk, path: Path, *, mode: int = 0o755) -> None:
    """Make a folder and those above it, durably."""
    if path.is_dir():
        return
    make_folder(disk, path.parent)
    disk.make_one_folder(path, mode=mode)
    disk.fsync_folder(path.parent)


def remove(disk: Disk, path: Path) -> None:
    """Take a file away, durably; fine if it is gone already."""
    if os.path.lexists(path):
        disk.unlink(path)
        disk.fsync_folder(path.parent)


def remove_tree(disk: Disk, path: Path, *, but: frozenset[str] = frozenset()) -> None:
    """Empty a folder but for some names, without following any link; what is in the way of an order stays in it."""
    for each in sorted(path.iterdir()):
        if each.name in but:
            continue
        if each.is_dir() and not each.is_symlink():
            remove_tree(disk, each)
            disk.remove_one_folder(each)
        else:
            disk.unlink(each)
    disk.fsync_folder(path)


def read_plain(path: Path, limit_bytes: int = 1_000_000) -> bytes | None:
    """Read a plain file; None if there is none, it is a link or a pipe, or it cannot be read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    with FileIO(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        try:
            return file.read(limit_bytes)
        except OSError:
            return None
