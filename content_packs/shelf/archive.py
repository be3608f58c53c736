"""A shelf inside one zip file, as a teacher's browser uploads it, read in place (FORMAT 2.11).

Promises: nothing is unpacked to a disk; of a member no more is unpacked than is asked for, whatever its size is said to
be; names that do not belong on a shelf are passed over, so none leads anywhere. One damaged member does not harm the
others; an archive as a whole that is cut off or malicious is an `ArchiveError` before anything of it is used.

    shelf = ZipShelf(Path("uploads/7f3a.zip"))
    shelf.read_meta("registry.json", REGISTRY_BYTES_MAX)
"""

import os
import zlib
from collections.abc import Mapping
from io import BufferedReader
from pathlib import Path
from types import TracebackType
from typing import Self

from content_packs.errors import (
    ArchiveError,
    MetadataTooLargeError,
    MissingOnShelfError,
    OddNameError,
    ShelfGoneError,
    UnreadableOnShelfError,
)
from content_packs.paths import META_PATTERN, blob_name, manifest_name, meta_name
from content_packs.shelf.port import Readable, read_up_to
from content_packs.shelf.zip_directory import HEAD, Member, read_directory

_STORED, _DEFLATED = 0, 8
_PIECE_BYTES = 64 * 1024


class ZipShelf:
    """A shelf in a zip file; a single folder around it is allowed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: tuple[tuple[int, int, int], Mapping[str, Member]] | None = None

    def meta_names(self) -> tuple[str, ...]:
        """The metadata that is there."""
        with self._opened() as file:
            names = [name.removeprefix("meta/") for name in self._members(file) if name.startswith("meta/")]
        return tuple(sorted(name for name in names if META_PATTERN.fullmatch(name)))

    def read_meta(self, name: str, cap_bytes: int) -> bytes:
        """Read metadata whole, at most `cap_bytes`."""
        with self._open(meta_name(name)) as source:
            raw = read_up_to(source, cap_bytes + 1)
        if len(raw) > cap_bytes:
            raise MetadataTooLargeError(name=name, cap_bytes=cap_bytes)
        return raw

    def has_manifest(self, sha256: str) -> bool:
        """Say whether there is a member with a manifest's name."""
        with self._opened() as file:
            return manifest_name(sha256) in self._members(file)

    def open_manifest(self, sha256: str) -> Readable:
        """Open a manifest by its hash."""
        return self._open(manifest_name(sha256))

    def open_blob(self, sha256: str, ext: str, *, offset: int = 0) -> Readable:
        """Open a blob; what lies before the offset has to be unpacked again unless it is stored as it is."""
        return self._open(blob_name(sha256, ext), offset)

    def _open(self, name: str, offset: int = 0) -> "_Unpacked":
        """Open a member."""
        file = self._opened()
        try:
            return _Unpacked(file, self._member(file, name), offset)
        except BaseException:
            file.close()
            raise

    def _opened(self) -> BufferedReader:
        """Open the archive anew: it may have been taken away."""
        try:
            return self._path.open("rb")
        except OSError as exc:
            raise ShelfGoneError(shelf=self._path.name) from exc

    def _member(self, file: BufferedReader, name: str) -> Member:
        """Find a member by its name on the shelf."""
        member = self._members(file).get(name)
        if member is None:
            raise MissingOnShelfError(name=name)
        return member

    def _members(self, file: BufferedReader) -> Mapping[str, Member]:
        """What is in the archive, as long as it is the same one."""
        facts = os.fstat(file.fileno())
        mark = (facts.st_ino, facts.st_size, facts.st_mtime_ns)
        if self._known is None:
            try:
                self._known = (mark, read_directory(file, facts.st_size, shelf=self._path.name))
            except OSError as exc:
                raise ArchiveError(problem=f"it cannot be read: {exc.strerror}") from exc
        if self._known[0] != mark:
            raise ShelfGoneError(shelf=self._path.name)
        return self._known[1]


class _Unpacked:
    """An open member; what it says about its size ends the reading early, never late."""

    def __init__(self, file: BufferedReader, member: Member, offset: int) -> None:
        if member.encrypted or not member.plain or member.method not in (_STORED, _DEFLATED):
            raise OddNameError(name=member.name, problem="encrypted, a link, or packed in an unknown way")
        self._file = file
        self._member = member
        self._packed_left = member.packed_bytes
        self._inflate = zlib.decompressobj(-zlib.MAX_WBITS) if member.method == _DEFLATED else None
        self._crc: int | None = 0
        self._done = 0
        try:
            file.seek(self._data_at())
            self._skip(offset)
        except (OSError, zlib.error) as exc:
            raise UnreadableOnShelfError(name=member.name) from exc

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer as far as one piece does; 0 at the end."""
        try:
            count = self._take(buffer)
        except (OSError, zlib.error) as exc:
            raise UnreadableOnShelfError(name=self._member.name) from exc
        self._done += count
        if self._crc is not None:
            self._crc = zlib.crc32(buffer[:count], self._crc)
        if not count and len(buffer) and not self._is_whole():
            raise UnreadableOnShelfError(name=self._member.name)
        return count

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self._file.close()

    def _data_at(self) -> int:
        """Where the bytes of the member begin, once its own head agrees with the list."""
        member = self._member
        self._file.seek(member.head_at)
        raw = self._file.read(HEAD.size)
        if len(raw) < HEAD.size or not raw.startswith(b"PK\3\4"):
            raise UnreadableOnShelfError(name=member.name)
        _, _, _, method, _, _, _, _, _, name_bytes, extra_bytes = HEAD.unpack(raw)
        at: int = member.head_at + HEAD.size + name_bytes + extra_bytes
        if self._file.read(name_bytes) != member.stored_name or method != member.method:
            raise OddNameError(name=member.name, problem="the archive calls it by two names")
        if at + member.packed_bytes > member.end_max:
            raise UnreadableOnShelfError(name=member.name)
        return at

    def _skip(self, offset: int) -> None:
        """Go to an offset."""
        if self._inflate is None:
            skipped = min(offset, self._packed_left)
            self._file.seek(skipped, os.SEEK_CUR)
            self._packed_left -= skipped
            self._done, self._crc = skipped, None if skipped else 0
            return
        buffer = memoryview(bytearray(_PIECE_BYTES))
        while offset and (count := self.readinto(buffer[:offset])):
            offset -= count

    def _take(self, buffer: memoryview) -> int:
        """Put the next bytes of the member into the buffer."""
        if not buffer:
            return 0
        if self._inflate is None:
            count = self._file.readinto(buffer[: self._packed_left])
            self._packed_left -= count
            return count
        while not self._inflate.eof:
            packed = self._inflate.unconsumed_tail or self._file.read(min(_PIECE_BYTES, self._packed_left))
            if not self._inflate.unconsumed_tail:
                self._packed_left -= len(packed)
            piece = self._inflate.decompress(packed, len(buffer))
            if piece:
                buffer[: len(piece)] = piece
                return len(piece)
            if not packed:
                break
        return 0

    def _is_whole(self) -> bool:
        """Say whether what was read to its end is what the archive promised."""
        complete = self._done == self._member.size_bytes and (self._inflate is None or self._inflate.eof)
        return complete and self._crc in (None, self._member.crc)
