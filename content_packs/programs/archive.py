"""A part of a program as one file: a tar archive in xz, of which there is exactly one for the same files (UPDATES 2.6).

Promises: nothing in an archive is parsed. What must stand in it follows from the list of files, which is signed; what
is read is compared with that, byte for byte, and each file with its hash. No link, no owner, no date, no name that was
not signed can come out of it, and no more bytes than were signed. Memory: about 10 MB.

    for name, pieces in members(blob, files): ...
"""

import hashlib
import lzma
import tarfile
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from content_packs.programs.errors import ProgramBrokenError
from content_packs.programs.manifest import FileFacts

_PRESET = 6
"""The window of 8 MiB is what reading costs in memory; the next larger one saves 1 % here and doubles it."""
_MEMORY_MAX = 32 * 1024 * 1024
_BLOCK = 512
_PIECE_BYTES = 256 * 1024
_END = bytes(2 * _BLOCK)


def mode_of(name: str) -> int:
    """With which rights a file of a program stands: what is in `bin` may be executed."""
    return 0o755 if name.startswith("bin/") else 0o644


def head_of(name: str, size_bytes: int) -> bytes:
    """What stands before a file in the archive.

    Raises:
        ProgramBrokenError: No such name fits in.
    """
    info = tarfile.TarInfo(name)
    info.size, info.mode = size_bytes, mode_of(name)
    try:
        return info.tobuf(format=tarfile.USTAR_FORMAT)
    except ValueError as exc:
        raise ProgramBrokenError(problem=f"the name {name} is too long") from exc


class Packer:
    """Makes an archive piece by piece; files come in the order of their names."""

    def __init__(self, to: BinaryIO) -> None:
        self._to = to
        self._xz = lzma.LZMACompressor(format=lzma.FORMAT_XZ, check=lzma.CHECK_CRC32, preset=_PRESET)

    def add(self, name: str, data: bytes) -> None:
        """Add a file."""
        self._to.write(self._xz.compress(head_of(name, len(data)) + data + _padding(len(data))))

    def finish(self) -> None:
        """Write what stands at the end."""
        self._to.write(self._xz.compress(_END) + self._xz.flush())


def members(source: BinaryIO, files: Mapping[str, FileFacts]) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Give each file with its bytes, piece by piece; whoever takes them must take them all, in this order.

    Raises:
        ProgramBrokenError: The archive is not the one for these files; what came out last is not to be used.
    """
    stream = _Stream(source)
    for name in sorted(files):
        facts = files[name]
        stream.expect(head_of(name, facts.size_bytes), name)
        yield name, _checked(stream, name, facts)
        stream.expect(_padding(facts.size_bytes), name)
    stream.expect(_END, "its end")
    if stream.take(1):
        raise ProgramBrokenError(problem="there is more in it than was signed")


def _checked(stream: "_Stream", name: str, facts: FileFacts) -> Iterator[bytes]:
    """Give the bytes of one file; the last of them only if all together are what was signed."""
    digest, left, held = hashlib.sha256(), facts.size_bytes, b""
    while left:
        piece = stream.take(min(left, _PIECE_BYTES))
        if not piece:
            raise ProgramBrokenError(problem=f"it ends within {name}")
        digest.update(piece)
        left -= len(piece)
        if held:
            yield held
        held = piece
    if digest.hexdigest() != facts.sha256:
        raise ProgramBrokenError(problem=f"{name} is not what was signed")
    if held:
        yield held


class _Stream:
    """What comes out of the packed bytes."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._xz = lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=_MEMORY_MAX)

    def take(self, limit: int) -> bytes:
        """Give up to so many bytes, none at the end."""
        try:
            while not self._xz.eof:
                packed = self._source.read(_PIECE_BYTES) if self._xz.needs_input else b""
                if self._xz.needs_input and not packed:
                    raise ProgramBrokenError(problem="it was not copied to its end")
                if piece := self._xz.decompress(packed, limit):
                    return piece
        except lzma.LZMAError as exc:
            raise ProgramBrokenError(problem=f"it cannot be unpacked: {exc}") from exc
        return b""

    def expect(self, wanted: bytes, where: str) -> None:
        """Read what must stand here."""
        found = b""
        while len(found) < len(wanted) and (piece := self.take(len(wanted) - len(found))):
            found += piece
        if found != wanted:
            raise ProgramBrokenError(problem=f"what stands around {where} is not what a writer would have written")


def _padding(size_bytes: int) -> bytes:
    return bytes(-size_bytes % _BLOCK)
