"""Zip files as programs write them, and as somebody writes them who means harm.

    make_zip(path, folder)                              # what a browser uploads
    lying_zip([Piece("shelf/meta/registry.json", b"x", size_bytes=9)])
"""

import struct
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

STORED, DEFLATED = 0, 8


def make_zip(path: Path, folder: Path, *, top: str = "", method: int = zipfile.ZIP_DEFLATED) -> Path:
    """Pack a folder as a usual program does, into a folder of its own if `top` names one."""
    with zipfile.ZipFile(path, "w", method) as archive:
        for file in sorted(folder.rglob("*")):
            archive.write(file, f"{top}{file.relative_to(folder)}")
    return path


def make_zip64(path: Path, folder: Path) -> Path:
    """Pack a folder with the numbers of eight bytes that huge archives need, though none of it is huge."""
    pieces = [
        Piece(str(file.relative_to(folder)), file.read_bytes(), wide=True)
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    ]
    path.write_bytes(lying_zip(pieces, wide=True))
    return path


@dataclass(frozen=True)
class Piece:
    """One member; what is None is told truly."""

    name: str
    content: bytes
    method: int = DEFLATED
    crc: int | None = None
    size_bytes: int | None = None
    packed_bytes: int | None = None
    head_at: int | None = None
    head_name: str | None = None
    flags: int = 0
    mode: int = 0o100644
    wide: bool = False
    raw: bytes | None = None

    def packed(self) -> bytes:
        """The bytes in the archive."""
        if self.raw is not None:
            return self.raw
        if self.method != DEFLATED:
            return self.content
        deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
        return deflate.compress(self.content) + deflate.flush()

    def described(self, at: int) -> tuple[int, int, int, int]:
        """CRC, packed size, size and place, true or not."""
        return (
            zlib.crc32(self.content) if self.crc is None else self.crc,
            len(self.packed()) if self.packed_bytes is None else self.packed_bytes,
            len(self.content) if self.size_bytes is None else self.size_bytes,
            at if self.head_at is None else self.head_at,
        )


def lying_zip(
    pieces: Iterable[Piece], *, count: int | None = None, wide: bool = False, comment: bytes = b"", gap: bytes = b""
) -> bytes:
    """Write an archive byte by byte; `gap` stands between the list of files and the end."""
    body, listed = b"", b""
    pieces = list(pieces)
    for piece in pieces:
        listed += _entry(piece, len(body))
        body += _head(piece) + piece.packed()
    count = len(pieces) if count is None else count
    start, length = len(body), len(listed)
    ending = gap
    if wide:
        at = start + length + len(gap)
        ending += struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, count, count, length, start)
        ending += struct.pack("<4sIQI", b"PK\6\7", 0, at, 1)
        count, length, start = 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF
    ending += struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, count, count, length, start, len(comment)) + comment
    return body + listed + ending


def _head(piece: Piece) -> bytes:
    """What stands before the bytes of a member."""
    name = (piece.head_name or piece.name).encode()
    crc, packed, size, _ = piece.described(0)
    return struct.pack(
        "<4sHHHHHIIIHH", b"PK\3\4", 20, piece.flags, piece.method, 0, 0, crc, packed & 0xFFFFFFFF, size & 0xFFFFFFFF,
        len(name), 0,
    ) + name  # fmt: skip


def _entry(piece: Piece, at: int) -> bytes:
    """What stands in the list of files."""
    name, extra = piece.name.encode(), b""
    crc, packed, size, at = piece.described(at)
    if piece.wide:
        extra = struct.pack("<HHH", 0x5455, 2, 0) + struct.pack("<HHQQQ", 1, 24, size, packed, at)
        packed = size = at = 0xFFFFFFFF
    return struct.pack(
        "<4sHHHHHHIIIHHHHHII", b"PK\1\2", 3 << 8 | 20, 20, piece.flags, piece.method, 0, 0, crc, packed, size,
        len(name), len(extra), 0, 0, 0, piece.mode << 16, at,
    ) + name + extra  # fmt: skip
