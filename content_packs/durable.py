"""Writing so that a power cut leaves the old or the new, never a mixture (FORMAT 8.3).

Rules: nothing is written under its final name; the file is flushed before it is renamed, the folder after. The steps
at which the power may go are the methods of the first group; the others are made of them, so that a test can cut at
each. What the system says comes out as `DiskError`.

    Disk().write_file(Path("state.json"), b"{}")
"""

import ctypes
import errno
import fcntl
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path

import msgspec

from content_packs.errors import DiskError, NotEnoughSpaceError, ReadOnlyDiskError, StoreBusyError

_APPEND = os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
"""No link is followed, and no pipe waited for that somebody put in the place of a file."""
_WHOLE_FLUSHED = frozenset({"ext4", "xfs", "btrfs", "f2fs", "vfat", "exfat", "tmpfs"})
"""File systems of which `syncfs` puts contents and names on the disk; behind FUSE it ends in the driver's memory. What
is in memory (tmpfs) stays there, whichever way it is flushed."""
_SYNCFS = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)


class Room(msgspec.Struct, frozen=True):
    """What is free on a file system, and the piece in which it gives space away: a file takes whole clusters.

    `free_bytes` is None where the driver does not tell (it then says that the whole disk has no blocks).
    """

    free_bytes: int | None
    cluster_bytes: int


class Disk:
    """The disk of this machine, or a stick: nothing here needs links, owners or permissions."""

    # One step each: what a power cut can come between.

    def open_append(self, path: Path, *, mode: int = 0o644) -> FileIO:
        """Open a file to write at its end, made empty if it is not there; unbuffered."""
        with _told(path):
            return _DiskFile(os.open(path, _APPEND | os.O_CREAT, mode), path)

    def write(self, file: FileIO, data: bytes | memoryview, path: Path) -> None:
        """Write all of the data at the end of an open file.

        Raises:
            NotEnoughSpaceError: The disk is full.
            ReadOnlyDiskError: The disk no longer lets itself be written.
            DiskError: Anything else the system says.
        """
        view = memoryview(data)
        with _told(path, len(view)):
            while view:
                view = view[file.write(view) :]

    def fsync(self, file: FileIO, path: Path) -> None:
        """Wait until what was written to the open file is on the disk."""
        with _told(path):
            os.fsync(file.fileno())

    def truncate(self, path: Path, size_bytes: int) -> None:
        """Cut a file off at a size; not durable before the file is flushed."""
        with _told(path):
            os.truncate(path, size_bytes)

    def replace(self, src: Path, dst: Path) -> None:
        """Give a file another name, in place of what had it; not durable before the folders are flushed."""
        with _told(dst):
            src.replace(dst)

    def link(self, target: Path, path: Path) -> None:
        """Make a link that leads to a target; not durable before the folder is flushed."""
        with _told(path):
            path.symlink_to(target)

    def unlink(self, path: Path) -> None:
        """Take a name away if it is there; not durable before the folder is flushed."""
        with _told(path):
            path.unlink(missing_ok=True)

    def make_one_folder(self, path: Path, *, mode: int = 0o755) -> None:
        """Make one folder if it is not there; not durable before its parent is flushed."""
        with _told(path):
            path.mkdir(mode=mode, exist_ok=True)

    def remove_one_folder(self, path: Path) -> None:
        """Take an empty folder away if it is there; not durable before its parent is flushed."""
        with _told(path), suppress(FileNotFoundError):
            path.rmdir()

    def fsync_folder(self, path: Path) -> None:
        """Wait until the names in a folder are on the disk, where the file system can do that."""
        with _told(path):
            folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                os.fsync(folder)
            except OSError as exc:
                if exc.errno not in (errno.EINVAL, errno.ENOTSUP):
                    raise
            finally:
                os.close(folder)

    def flush_all(self, path: Path) -> None:
        """Wait until everything that was written to the file system of a folder is on the disk, names included."""
        with _told(path):
            folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                if _SYNCFS is None or _SYNCFS(folder):
                    number = ctypes.get_errno()
                    raise OSError(number, os.strerror(number))
            finally:
                os.close(folder)

    # Made of these steps.

    def can_flush_all(self, path: Path) -> bool:
        """Say whether `flush_all` is as good as flushing each file and folder; then it is far better for many."""
        return _SYNCFS is not None and _kind_of(path) in _WHOLE_FLUSHED

    def write_file(self, path: Path, data: bytes, *, mode: int = 0o644) -> None:
        """Put a whole file in place of what had its name; the rename is the visible step."""
        # The number of a thread, which no other has, not even in another program.
        draft = path.with_name(f".{path.name}.{threading.get_native_id()}.new")
        self.unlink(draft)
        try:
            with self.open_append(draft, mode=mode) as file:
                self.write(file, data, draft)
                self.fsync(file, draft)
            self.replace(draft, path)
        except DiskError:
            draft.unlink(missing_ok=True)
            raise
        self.fsync_folder(path.parent)

    def flush_file(self, path: Path) -> None:
        """Wait until a file that is there is on the disk; it is only read for that, which every driver allows."""
        with _told(path):
            whole = FileIO(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb")
        with whole:
            self.fsync(whole, path)

    def make_folder(self, path: Path, *, mode: int = 0o755) -> None:
        """Make a folder and the ones above it, durably."""
        if path.is_dir():
            return
        self.make_folder(path.parent)
        self.make_one_folder(path, mode=mode)
        self.fsync_folder(path.parent)

    def remove_folder(self, path: Path) -> None:
        """Take an empty folder away, durably; fine if it is gone already."""
        self.remove_one_folder(path)
        self.fsync_folder(path.parent)

    def rename(self, src: Path, dst: Path) -> None:
        """Move a file to another name, durably, in place of what had it."""
        self.replace(src, dst)
        self.fsync_folder(dst.parent)
        if src.parent != dst.parent:
            self.fsync_folder(src.parent)

    def remove(self, path: Path) -> None:
        """Take a file away, durably; fine if it is gone already."""
        self.unlink(path)
        if path.parent.is_dir():
            self.fsync_folder(path.parent)

    def free_bytes(self, path: Path) -> int:
        """How much an ordinary user may still write where the path is, or will be."""
        existing = next(folder for folder in (path, *path.absolute().parents) if folder.exists())
        with _told(path):
            return shutil.disk_usage(existing).free

    def room(self, folder: Path) -> Room:
        """How much may still be written in a folder that is there, and in which pieces."""
        with _told(folder):
            found = os.statvfs(folder)
        free = found.f_bavail * found.f_frsize if found.f_blocks else None
        return Room(free, found.f_frsize or 1)

    def kind(self, folder: Path) -> str:
        """Name the kind of file system a folder is on, as `ext4` or `vfat`; empty if the system does not tell."""
        with _told(folder):
            return _kind_of(folder)

    def can_append(self, path: Path) -> bool:
        """Say whether a file that is there lets itself be continued; some drivers of FAT only make new ones."""
        try:
            os.close(os.open(path, _APPEND))
        except PermissionError:
            return False
        except OSError as exc:
            raise DiskError(path=path, problem=exc.strerror or str(exc)) from exc
        return True


class _DiskFile(FileIO):
    """An open file of which closing, too, is told as our error: a stick that is gone says so only then."""

    def __init__(self, descriptor: int, path: Path) -> None:
        super().__init__(descriptor, "ab")
        self._path = path

    def close(self) -> None:
        """Close it; what was flushed is safe, whatever is said now."""
        with _told(self._path):
            super().close()


def _kind_of(path: Path) -> str:
    """Name the kind of file system a folder is on; empty if the system does not tell. Source: proc(5), mountinfo."""
    device = path.stat().st_dev
    number = f"{os.major(device)}:{os.minor(device)}"
    try:
        mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return next((line.partition(" - ")[2].split()[0] for line in mounts if line.split()[2] == number), "")


@contextmanager
def _told(path: Path, needs_bytes: int = 0) -> Iterator[None]:
    """Turn what the system says about a path into our errors."""
    try:
        yield
    except OSError as exc:
        if exc.errno in (errno.ENOSPC, errno.EDQUOT):
            raise NotEnoughSpaceError(path=path, needs_bytes=needs_bytes, free_bytes=0) from exc
        kind = ReadOnlyDiskError if exc.errno == errno.EROFS else DiskError
        raise kind(path=path, problem=exc.strerror or str(exc)) from exc


@contextmanager
def locked(path: Path, *, wait: bool) -> Iterator[None]:
    """Keep other programs and threads out for a while; the lock goes with the process, also when it is killed.

    Raises:
        StoreBusyError: Another holds it, and `wait` is false.
        DiskError: The lock file cannot be opened.
    """
    with _told(path):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    with _holding(descriptor, path.parent, wait=wait):
        yield


@contextmanager
def locked_folder(folder: Path) -> Iterator[None]:
    """Keep other programs of this machine out of a folder without leaving a file in it.

    Raises:
        StoreBusyError: Another holds it.
        DiskError: There is no such folder.
    """
    with _told(folder):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    with _holding(descriptor, folder, wait=False):
        yield


@contextmanager
def _holding(descriptor: int, folder: Path, *, wait: bool) -> Iterator[None]:
    """Hold a lock on what is open, and close it in the end."""
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError as exc:
            raise StoreBusyError(folder=folder) from exc
        yield
    finally:
        os.close(descriptor)
