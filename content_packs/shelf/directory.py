"""The simplest place packs come from: a folder, as on a stick (FORMAT.md section 2).

Promises: no link is followed, no device touched, no folder taken for a file; a stick that was pulled out is told apart
from one that never was a shelf.

    shelf = DirectoryShelf(Path("/media/stick"))
    shelf.read_meta("registry.json", REGISTRY_BYTES_MAX)
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Self

from content_packs.errors import (
    MetadataTooLargeError,
    MissingOnShelfError,
    NotAShelfError,
    OddNameError,
    ShelfGoneError,
    UnreadableOnShelfError,
)
from content_packs.page_cache import Passage
from content_packs.paths import META_PATTERN, SHA256_PATTERN, blob_name, manifest_name, meta_name
from content_packs.plain_file import NotPlainError, open_plain
from content_packs.shelf.port import Readable, read_up_to

ENTRIES_MAX = 100_000
"""So many names of a folder are looked at: FAT has room for 65,536, and nobody shall fill the memory with more."""
_PROBES = 8
"""So many files may lie on bad spots before a shelf is taken for gone."""
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_BAD_SPOT = frozenset({errno.EIO, errno.EUCLEAN, errno.EBADMSG})
"""What the system says of a damaged piece of a stick, and of one that was torn out."""
_ODD = {
    errno.ELOOP: "a link",
    errno.EISDIR: "a folder where a file should be",
    errno.ENOTDIR: "a link or a file where a folder should be",
    errno.EACCES: "this program may not read it",
}


def is_shelf(folder: Path) -> bool:
    """Say whether a folder looks like a shelf, without reading any file."""
    try:
        with _opened_folder(folder / "meta") as meta:
            return any(name == "cat" or name.endswith(".root.json") for name in map(str.lower, _entries(meta)))
    except OSError:
        return False


def can_be_read(folder: Path) -> bool:
    """Read a little of a shelf from the stick itself: the system goes on showing names of one that was torn out."""
    try:
        with _opened_folder(folder / "meta") as meta:
            names = sorted(name for name in map(str.lower, _entries(meta)) if META_PATTERN.fullmatch(name))
            if any(_gives_a_byte(name, meta) for name in names[:_PROBES]):
                return True
            with _opened_folder("cat", inside=meta) as cat:
                names = sorted(name for name in map(str.lower, _entries(cat)) if META_PATTERN.fullmatch(f"cat/{name}"))
                return any(_gives_a_byte(name, cat) for name in names[:_PROBES])
    except OSError:
        return False


def _gives_a_byte(name: str, folder: int) -> bool:
    """Say whether a little of a file can be read past what the system remembers of it."""
    try:
        descriptor = open_plain(name, folder=folder)
        try:
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            return bool(os.read(descriptor, 1))
        finally:
            os.close(descriptor)
    except OSError:
        return False


@contextmanager
def _opened_folder(path: Path | str, *, inside: int | None = None) -> Iterator[int]:
    """Open a folder that is none by a link."""
    descriptor = os.open(path, _FOLDER | os.O_NOFOLLOW, dir_fd=inside)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _entries(folder: int) -> Iterator[str]:
    """Name what is in an open folder, as far as a shelf can have so much."""
    with os.scandir(folder) as entries:
        yield from (entry.name for entry in islice(entries, ENTRIES_MAX))


class DirectoryShelf:
    """A shelf that is a folder: a stick, a mounted share, an author's disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen = False

    @property
    def folder(self) -> Path:
        """Where it is."""
        return self._folder

    def meta_names(self) -> tuple[str, ...]:
        """The metadata that is there; what does not belong there is passed over."""
        names = [*self._listed("meta", prefix=""), *self._listed("meta/cat", prefix="cat/")]
        return tuple(sorted({name for name in names if META_PATTERN.fullmatch(name)}))

    def read_meta(self, name: str, cap_bytes: int) -> bytes:
        """Read metadata whole, at most `cap_bytes`."""
        with self._open(meta_name(name)) as file:
            raw = file.read_up_to(cap_bytes + 1)
        if len(raw) > cap_bytes:
            raise MetadataTooLargeError(name=name, cap_bytes=cap_bytes)
        return raw

    def has_manifest(self, sha256: str) -> bool:
        """Say whether there is anything under a manifest's name; what is no plain file is refused when it is opened.

        Raises:
            ShelfGoneError: Nothing is there any more, of which something was read before.
        """
        try:
            (self._folder / manifest_name(sha256)).lstat()
        except (FileNotFoundError, NotADirectoryError) as exc:
            if self._seen and not is_shelf(self._folder):
                raise ShelfGoneError(shelf=str(self._folder)) from exc
            return False
        except OSError:  # a bad spot: opening it tells
            return True
        return True

    def open_manifest(self, sha256: str) -> Readable:
        """Open a manifest by its hash."""
        return self._open(manifest_name(sha256))

    def open_blob(self, sha256: str, ext: str, *, offset: int = 0) -> Readable:
        """Open a blob by its hash and extension, at a byte offset."""
        return self._open(blob_name(sha256, ext), offset=offset)

    def manifest_hashes(self) -> tuple[str, ...]:
        """The hashes of the manifests that are there, sorted; opening one tells whether it can be read."""
        stems = (name.removesuffix(".json") for name in self._listed("manifests", prefix="") if name.endswith(".json"))
        return tuple(sorted(stem for stem in stems if SHA256_PATTERN.fullmatch(stem)))

    def open_file(self, name: str) -> FileIO:
        """Open a plain file by its path on the shelf, as the functions of `content_packs.paths` give it."""
        return FileIO(self._descriptor(name), "rb")

    def _listed(self, name: str, *, prefix: str) -> list[str]:
        """Name the entries of a folder; a missing `meta/cat` is an empty one."""
        try:
            folder = self._walk(tuple(name.split("/")), name)
        except MissingOnShelfError:
            return []
        try:
            return [f"{prefix}{entry.lower()}" for entry in _entries(folder) if _is_lower(folder, entry)]
        except OSError as exc:
            self._blame(name, exc)
        finally:
            os.close(folder)

    def _open(self, name: str, *, offset: int = 0) -> "_ShelfFile":
        """Open a plain file at an offset."""
        return _ShelfFile(self._descriptor(name), self._folder, name, offset)

    def _descriptor(self, name: str) -> int:
        """Open a plain file, walking down from the shelf's folder without following a link; the caller closes it."""
        *folders, last = name.split("/")
        parent = self._walk(tuple(folders), name)
        try:
            descriptor = open_plain(last, folder=parent)
        except NotPlainError as exc:
            raise OddNameError(name=name, problem="not a plain file") from exc
        except OSError as exc:
            self._blame(name, exc)
        finally:
            os.close(parent)
        self._seen = True
        return descriptor

    def _walk(self, folders: tuple[str, ...], name: str) -> int:
        """Open a folder of the shelf part by part, on the way to `name`; the caller closes it."""
        try:
            current = os.open(self._folder, _FOLDER)
        except OSError as exc:
            raise ShelfGoneError(shelf=str(self._folder)) from exc
        for folder in folders:
            try:
                below = os.open(folder, _FOLDER | os.O_NOFOLLOW, dir_fd=current)
            except OSError as exc:
                self._blame(name, exc)
            finally:
                os.close(current)
            current = below
        return current

    def _blame(self, name: str, exc: OSError) -> NoReturn:
        """Say what a failed opening or reading means for the one who holds the stick."""
        if exc.errno in _ODD:
            raise OddNameError(name=name, problem=_ODD[exc.errno]) from exc
        if exc.errno in _BAD_SPOT and can_be_read(self._folder):
            raise UnreadableOnShelfError(name=name) from exc
        if exc.errno == errno.ENOENT and is_shelf(self._folder):
            raise MissingOnShelfError(name=name) from exc
        if exc.errno == errno.ENOENT and not self._seen:
            raise NotAShelfError(shelf=str(self._folder)) from exc
        raise ShelfGoneError(shelf=str(self._folder)) from exc


def _is_lower(folder: int, entry: str) -> bool:
    """Say whether a name is in lower case, or is the same in lower case on this file system (FORMAT 2.17)."""
    lower = entry.lower()
    try:
        return lower == entry or bool(os.stat(lower, dir_fd=folder, follow_symlinks=False))
    except OSError:
        return False


class _ShelfFile:
    """An open file whose failure means a bad spot, or that the shelf is gone."""

    def __init__(self, descriptor: int, folder: Path, name: str, offset: int) -> None:
        self._file = FileIO(descriptor, "rb")
        self._folder = folder
        self._name = name
        self._passage = Passage(descriptor, start=offset)
        if offset:
            self._file.seek(offset)

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer as far as one read does; 0 at the end."""
        try:
            count = self._file.readinto(buffer) or 0
        except OSError as exc:
            if exc.errno in _BAD_SPOT and can_be_read(self._folder):
                raise UnreadableOnShelfError(name=self._name) from exc
            raise ShelfGoneError(shelf=str(self._folder)) from exc
        self._passage.passed(count)
        return count

    def read_up_to(self, limit: int) -> bytes:
        """Read to the end, but no more than `limit` bytes."""
        return read_up_to(self, limit)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        with suppress(OSError):  # what was read was read; a stick that is gone says so when it is read again
            self._file.close()
