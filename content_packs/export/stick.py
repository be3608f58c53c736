"""A stick while it is written: still the same one, no link followed, every trouble told as the stick's (FORMAT 2.13).

Promises: nothing is written after the stick went away, though its folder may still be there, empty, on the box's own
disk; a folder that is a link is refused; what is on it already is read before it is believed.

    with Stick(Path("/media/stick"), disk).opened() as stick:
        stick.put("manifests/9f86....json", raw)
"""

import errno
import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from itertools import islice
from pathlib import Path
from typing import Self

from content_packs.durable import Disk, locked_folder
from content_packs.errors import DiskError, NotEnoughSpaceError, OddNameError, ReadOnlyDiskError, StoreBusyError
from content_packs.export.errors import (
    NoStickError,
    StickBusyError,
    StickError,
    StickFullError,
    StickGoneError,
    StickReadOnlyError,
    StickUnreliableError,
)
from content_packs.export.unhurried import UnhurriedDisk
from content_packs.manifest import File
from content_packs.paths import blob_name
from content_packs.plain_file import open_plain, read_plain
from content_packs.store import BUFFER_BYTES, Store

OWN_FOLDERS = ("meta", "meta/cat", "manifests", "blobs", "staging", "contents")
NAMES_MAX = 100_000
"""So many names of a folder are looked at; more than FAT holds in one, and than an honest shelf has."""
_GONE = frozenset({errno.ENOTCONN, errno.ENODEV, errno.ENXIO, errno.ESHUTDOWN})
"""What the system says of a stick that was pulled out; it may also say EIO, as of one with a bad spot."""


class Stick:
    """One file system that packs are written onto."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self.folder = folder
        self.disk = disk
        try:
            found = folder.stat()
            self._unhurried = UnhurriedDisk(disk, folder)
        except OSError as exc:
            raise NoStickError(stick=str(folder)) from exc
        if not stat.S_ISDIR(found.st_mode):
            raise NoStickError(stick=str(folder))
        self._device = found.st_dev
        self.store = Store(folder, self._unhurried)

    @contextmanager
    def opened(self) -> Iterator[Self]:
        """Keep others away from the stick, and tell what goes wrong with it as its own trouble.

        Raises:
            StickBusyError: Another program writes onto it.
            StickGoneError: It was pulled out.
            StickFullError: It is full, against what was counted before.
            StickReadOnlyError: It cannot be written.
            StickError: Anything else the system says about it.
        """
        try:
            with locked_folder(self.folder):
                yield self
        except StoreBusyError as exc:
            if exc.folder != self.folder:
                raise
            raise StickBusyError(stick=str(self.folder)) from exc
        except DiskError as exc:
            if not exc.path.is_relative_to(self.folder):
                raise
            raise self._meaning(exc, exc.__cause__) from exc
        except OSError as exc:
            if self._is_there() and not str(exc.filename or "").startswith(str(self.folder)):
                raise
            where = Path(str(exc.filename or self.folder))
            raise self._meaning(DiskError(path=where, problem=exc.strerror or str(exc)), exc) from exc

    def check_there(self) -> None:
        """Make sure that this is still the stick that was opened.

        Raises:
            StickGoneError: It is not.
        """
        if not self._is_there():
            raise StickGoneError(stick=str(self.folder), problem="it was pulled out")

    def check_folders(self, names: Iterable[str]) -> None:
        """Refuse to write through anything but plain folders (FORMAT 2.4).

        Raises:
            OddNameError: One of them is a link, or no folder.
        """
        for name in names:
            with suppress(FileNotFoundError):
                if not stat.S_ISDIR(self._lstat(name).st_mode):
                    raise OddNameError(name=name, problem="not a plain folder")

    def holds(self, file: File) -> bool:
        """Say whether a blob is there with the right size; `is_sound` reads it.

        Raises:
            OddNameError: There is a folder in its place.
        """
        return self.size_of(blob_name(file.sha256, file.ext)) == file.size_bytes

    def is_sound(self, file: File, on_bytes: Callable[[int], None]) -> bool:
        """Read a blob whole, from the stick itself, and say whether it is what its name says."""
        digest, seen = hashlib.sha256(), 0
        buffer = memoryview(bytearray(min(BUFFER_BYTES, file.size_bytes + 1)))
        try:
            with FileIO(open_plain(self.store.path(file.sha256, file.ext)), "rb") as blob:
                os.posix_fadvise(blob.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)  # not what memory still holds of it
                while count := blob.readinto(buffer):
                    digest.update(buffer[:count])
                    seen += count
                    on_bytes(count)
        except OSError:
            self.check_there()
        if digest.hexdigest() == file.sha256:
            return True
        on_bytes(-seen)
        return False

    def read(self, name: str, cap_bytes: int) -> bytes | None:
        """Read a plain file up to one byte more than the cap; None if it is not there or cannot be read."""
        try:
            return read_plain(self.folder / name, limit=cap_bytes + 1)
        except OSError:
            self.check_there()
            return None

    def settle(self) -> None:
        """Wait until every blob that was written is on the stick."""
        self.check_there()
        self._unhurried.settle()

    def put(self, name: str, raw: bytes) -> bool:
        """Write a file whole unless it is there like this; say whether it was written."""
        self.check_there()
        if self.read(name, len(raw)) == raw:
            return False
        path = self.folder / name
        self.disk.make_folder(path.parent)
        self.disk.write_file(path, raw)
        return True

    def remove(self, name: str) -> None:
        """Take a file away."""
        self.check_there()
        self.disk.remove(self.folder / name)

    def drop_folder(self, name: str) -> None:
        """Take a folder away if it is there and empty."""
        with suppress(OSError):
            (self.folder / name).rmdir()

    def listed(self, folder: str) -> list[str]:
        """Name what is in a folder, `NAMES_MAX` names at most; nothing if it is not there."""
        try:
            with os.scandir(self.folder / folder) as entries:
                return sorted(entry.name for entry in islice(entries, NAMES_MAX))
        except OSError:
            self.check_there()
            return []

    def size_of(self, name: str) -> int | None:
        """How large a plain file is; None if there is none, or something else that may be replaced.

        Raises:
            OddNameError: There is a folder in its place, which may hold what is somebody's own.
        """
        try:
            found = self._lstat(name)
        except FileNotFoundError:
            return None
        if stat.S_ISDIR(found.st_mode):
            raise OddNameError(name=name, problem="a folder where a file should be")
        return found.st_size if stat.S_ISREG(found.st_mode) else None

    def is_folder(self, name: str) -> bool:
        """Say whether there is a folder under a name."""
        with suppress(FileNotFoundError):
            return stat.S_ISDIR(self._lstat(name).st_mode)
        return False

    def _lstat(self, name: str) -> os.stat_result:
        """Look at a name without following a link."""
        try:
            return (self.folder / name).lstat()
        except FileNotFoundError:
            self.check_there()
            raise
        except OSError as exc:
            raise DiskError(path=self.folder / name, problem=exc.strerror or str(exc)) from exc

    def _is_there(self) -> bool:
        try:
            return self.folder.stat().st_dev == self._device
        except OSError:
            return False

    def _meaning(self, error: DiskError, cause: BaseException | None) -> StickError:
        """Say what a refused write means for the one who holds the stick."""
        stick, number = str(self.folder), cause.errno if isinstance(cause, OSError) else None
        name = str(error.path.relative_to(self.folder)) if error.path.is_relative_to(self.folder) else "."
        if not self._is_there() or number in _GONE or (number == errno.EIO and not self._takes_a_file()):
            return StickGoneError(stick=stick, problem=error.problem)
        if number == errno.EIO:
            return StickUnreliableError(stick=stick, name=name)
        if isinstance(error, NotEnoughSpaceError):
            return StickFullError(stick=stick, needs_bytes=error.needs_bytes, free_bytes=error.free_bytes)
        if isinstance(error, ReadOnlyDiskError):
            return StickReadOnlyError(stick=stick, problem=error.problem)
        return StickError(stick=stick, problem=f"{name}: {error.problem}")

    def _takes_a_file(self) -> bool:
        """Write a little: the system may remember what was on a stick that was pulled out, but puts nothing onto it."""
        probe = self.folder / f".probe.{os.getpid()}.new"  # a draft, should this be the end
        try:
            self.disk.write_file(probe, b"probe")
            self.disk.remove(probe)
        except DiskError:
            return False
        return True
