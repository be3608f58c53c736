"""Writing a zip file so that the same members give the same bytes on every machine (FORMAT 2.18).

Promises: members are stored as they are, in the order given, without dates, owners or comments; numbers of eight bytes
stand only where four do not suffice. The rename is the visible step: there is a whole archive under the name, or what
was there before. A member that is not what was announced is noticed.

    write_zip(Path("packs.zip"), [Packed("meta/1.root.json", size_bytes, crc, open_it)], Disk())

Source: PKWARE APPNOTE.TXT 6.3.10, sections 4.3 and 4.5.3.
"""

import struct
import threading
import zlib
from collections.abc import Callable, Sequence
from io import FileIO
from pathlib import Path

import msgspec

from content_packs.durable import Disk
from content_packs.errors import PackError, TamperedError
from content_packs.shelf.port import Readable

_FULL16, _FULL32 = 0xFFFF, 0xFFFFFFFF
_PLAIN, _WIDE = 20, 45
_FIRST_DAY = 0x0021
"""1 January 1980, the first day there is in a zip file."""
_UNIX = 3 << 8
_PLAIN_FILE = 0o100644 << 16
_BUFFER_BYTES = 1024 * 1024


class Packed(msgspec.Struct, frozen=True):
    """One member: its name, size and CRC-32 are known before it is read."""

    name: str
    size_bytes: int
    crc: int
    open: Callable[[], Readable]


def write_zip(path: Path, members: Sequence[Packed], disk: Disk) -> int:
    """Write an archive in place of what had its name; its size in bytes.

    Raises:
        TamperedError: A member is not what was announced.
        ShelfError: A member cannot be read.
        DiskError: The disk refused.
    """
    draft = path.with_name(f".{path.name}.{threading.get_native_id()}.new")
    disk.unlink(draft)
    try:
        with disk.open_append(draft) as file:
            size_bytes = _write(file, draft, members, disk)
            disk.fsync(file, draft)
    except PackError:
        draft.unlink(missing_ok=True)
        raise
    disk.rename(draft, path)
    return size_bytes


def _write(file: FileIO, draft: Path, members: Sequence[Packed], disk: Disk) -> int:
    at, entries = 0, []
    for member in members:
        head = _head(member)
        entries.append(_entry(member, at))
        disk.write(file, head, draft)
        _copy(member, lambda data: disk.write(file, data, draft))
        at += len(head) + member.size_bytes
    listed = b"".join(entries)
    end = _end(len(members), len(listed), at)
    disk.write(file, listed + end, draft)
    return at + len(listed) + len(end)


def _copy(member: Packed, write: Callable[[memoryview], None]) -> None:
    """Copy a member, and make sure that it was what the head says."""
    buffer, crc, done = memoryview(bytearray(min(_BUFFER_BYTES, member.size_bytes + 1))), 0, 0
    with member.open() as source:
        while done <= member.size_bytes and (count := source.readinto(buffer)):
            crc, done = zlib.crc32(buffer[:count], crc), done + count
            if done <= member.size_bytes:
                write(buffer[:count])
    if (crc, done) != (member.crc, member.size_bytes):
        raise TamperedError(name=member.name, sha256="")


def _head(member: Packed) -> bytes:
    """What stands before the bytes of a member."""
    name, size = member.name.encode("ascii"), member.size_bytes
    wide = struct.pack("<HHQQ", 1, 16, size, size) if size >= _FULL32 else b""
    needs, shown = (_WIDE, _FULL32) if wide else (_PLAIN, size)
    return struct.pack(
        "<4sHHHHHIIIHH", b"PK\3\4", needs, 0, 0, 0, _FIRST_DAY, member.crc, shown, shown, len(name), len(wide)
    ) + name + wide  # fmt: skip


def _entry(member: Packed, at: int) -> bytes:
    """What stands in the list of members."""
    name, size = member.name.encode("ascii"), member.size_bytes
    large = [size, size] if size >= _FULL32 else []
    large += [at] if at >= _FULL32 else []
    wide = struct.pack(f"<HH{len(large)}Q", 1, 8 * len(large), *large) if large else b""
    needs, size, at = _WIDE if wide else _PLAIN, min(size, _FULL32), min(at, _FULL32)
    return struct.pack(
        "<4sHHHHHHIIIHHHHHII", b"PK\1\2", _UNIX | needs, needs, 0, 0, 0, _FIRST_DAY, member.crc, size, size,
        len(name), len(wide), 0, 0, 0, _PLAIN_FILE, at,
    ) + name + wide  # fmt: skip


def _end(count: int, length: int, at: int) -> bytes:
    """What stands at the end."""
    wide = b""
    if count >= _FULL16 or length >= _FULL32 or at >= _FULL32:
        wide = struct.pack(
            "<4sQHHIIQQQQ", b"PK\6\6", 44, _UNIX | _WIDE, _WIDE, 0, 0, count, count, length, at
        ) + struct.pack("<4sIQI", b"PK\6\7", 0, at + length, 1)  # fmt: skip
        count, length, at = min(count, _FULL16), min(length, _FULL32), min(at, _FULL32)
    return wide + struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, count, count, length, at, 0)
