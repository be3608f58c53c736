"""What a zip file says is in it, read so that no archive can hurt (FORMAT 2.11).

Promises: bytes in, members or `ArchiveError` out; sizes and counts are checked before anything is read or remembered,
and only names a shelf may have are remembered. The standard library's reader is not used: it takes the whole directory
into memory, keeps an object for each of a million names, and lets the last of two equal names win.

    read_directory(file, size_bytes)["blobs/ab/ab....mp4"].start

Source: PKWARE APPNOTE.TXT 6.3.10, sections 4.3 and 4.5.3.
"""

import re
import stat
import struct
from collections.abc import Iterator, Mapping
from typing import BinaryIO

import msgspec
from msgspec.structs import replace

from content_packs.errors import ArchiveError, NotAShelfError
from content_packs.paths import packed_name

MEMBERS_MAX = 200_000
DIRECTORY_BYTES_MAX = 32 * 1024 * 1024
_END = struct.Struct("<4sHHHHIIH")
_END64 = struct.Struct("<4sQHHIIQQQQ")
_LOCATOR64 = struct.Struct("<4sIQI")
_ENTRY = struct.Struct("<4sHHHHHHIIIHHHHHII")
HEAD = struct.Struct("<4sHHHHHIIIHH")
_COMMENT_MAX = 0xFFFF
_FULL16, _FULL32 = 0xFFFF, 0xFFFFFFFF
_UNIX = 3
_SIGNED = re.compile(r"meta/([0-9]+\.root|cat/[^/]+)\.json")
"""What makes a folder a shelf: any root, for it may begin later, or the catalogue of an academy alone."""


class Member(msgspec.Struct, frozen=True):
    """A file in an archive; everything of it is only claimed. `end_max` is where the next thing begins."""

    name: str
    stored_name: bytes
    method: int
    encrypted: bool
    plain: bool
    crc: int
    packed_bytes: int
    size_bytes: int
    head_at: int
    end_max: int = 0


def read_directory(file: BinaryIO, size_bytes: int, *, shelf: str) -> Mapping[str, Member]:
    """Find the members that belong to the one shelf in an archive, by their names on it.

    Raises:
        ArchiveError: This is no zip file, not a whole one, or one that was made to do harm.
        NotAShelfError: It is one, but there is no shelf in it.
    """
    count, length, start = _where(file, size_bytes)
    if count > MEMBERS_MAX or length > DIRECTORY_BYTES_MAX:
        raise ArchiveError(problem=f"it lists {count} files in {length} bytes, which no shelf does")
    file.seek(start)
    tops: dict[str, dict[str, Member]] = {}
    for member in _entries(file.read(length), count):
        if found := packed_name(member.name):
            top, name = found
            members = tops.setdefault(top, {})
            if name in members:
                raise ArchiveError(problem=f"it has two files called {name}")
            members[name] = replace(member, name=name)
    shelves = [members for members in tops.values() if any(map(_SIGNED.fullmatch, members))]
    if len(shelves) > 1:
        raise ArchiveError(problem="there is more than one shelf in it")
    if not shelves:
        raise NotAShelfError(shelf=shelf)
    return {member.name: member for member in _apart(shelves[0], start)}


def _where(file: BinaryIO, size_bytes: int) -> tuple[int, int, int]:
    """Find the directory: how many members, how many bytes, where it begins."""
    tail_at = max(0, size_bytes - _END.size - _COMMENT_MAX)
    file.seek(tail_at)
    tail = file.read(size_bytes - tail_at)
    at = tail.rfind(b"PK\5\6")
    while at >= 0 and (len(tail) - at < _END.size or at + _END.size + _END.unpack_from(tail, at)[7] != len(tail)):
        at = tail.rfind(b"PK\5\6", 0, at)
    if at < 0:
        raise ArchiveError(problem="its end is missing: it is no zip file, or was not copied to the end")
    _, disk, first_disk, here, count, length, start, _ = _END.unpack_from(tail, at)
    end_at = tail_at + at
    if _FULL16 in (disk, first_disk, here, count) or _FULL32 in (length, start):
        disk, first_disk, here, count, length, start, end_at = _where64(file, end_at)
    if disk or first_disk or here != count:
        raise ArchiveError(problem="it is one part of several")
    if start + length != end_at or length < count * _ENTRY.size:
        raise ArchiveError(problem="its list of files is not where it says")
    return count, length, start


def _where64(file: BinaryIO, end_at: int) -> tuple[int, int, int, int, int, int, int]:
    """Find the directory of an archive that is too large for the old numbers."""
    file.seek(max(0, end_at - _LOCATOR64.size))
    raw = file.read(_LOCATOR64.size)
    if len(raw) < _LOCATOR64.size or not raw.startswith(b"PK\6\7"):
        raise ArchiveError(problem="its end contradicts itself")
    _, _, at, disks = _LOCATOR64.unpack(raw)
    if disks > 1 or at + _END64.size + _LOCATOR64.size > end_at:
        raise ArchiveError(problem="its end contradicts itself")
    file.seek(at)
    raw = file.read(_END64.size)
    if len(raw) < _END64.size or not raw.startswith(b"PK\6\6"):
        raise ArchiveError(problem="its end contradicts itself")
    _, _, _, _, disk, first_disk, here, count, length, start = _END64.unpack(raw)
    return disk, first_disk, here, count, length, start, at


def _entries(raw: bytes, count: int) -> Iterator[Member]:
    """Read the directory entry by entry."""
    at = 0
    for _ in range(count):
        if len(raw) - at < _ENTRY.size or raw[at : at + 4] != b"PK\1\2":
            raise ArchiveError(problem="its list of files is damaged")
        fields = _ENTRY.unpack_from(raw, at)
        name_at = at + _ENTRY.size
        extra_at = name_at + fields[10]
        at = extra_at + fields[11] + fields[12]
        if at > len(raw):
            raise ArchiveError(problem="its list of files is damaged")
        yield _member(fields, raw[name_at:extra_at], raw[extra_at : extra_at + fields[11]])
    if at != len(raw):
        raise ArchiveError(problem="its list of files is damaged")


def _member(fields: tuple[int, ...], stored_name: bytes, extra: bytes) -> Member:
    """Make sense of one entry."""
    _, made_by, _, flags, method, _, _, crc, packed, size, _, _, _, _, _, attributes, head_at = fields
    wide = _wide(extra, sum(value == _FULL32 for value in (size, packed, head_at)))
    size, packed, head_at = (next(wide) if value == _FULL32 else value for value in (size, packed, head_at))
    kind = stat.S_IFMT(attributes >> 16) if made_by >> 8 == _UNIX else 0
    return Member(
        # Names of a shelf are ASCII; some programs of Windows write a backslash where a slash belongs.
        name=stored_name.decode("ascii", "replace").replace("\\", "/"),
        stored_name=stored_name,
        method=method,
        encrypted=bool(flags & 0x2041),
        plain=kind in (0, stat.S_IFREG) and not attributes & 0x10,
        crc=crc,
        packed_bytes=packed,
        size_bytes=size,
        head_at=head_at,
    )


def _wide(extra: bytes, count: int) -> Iterator[int]:
    """Give the numbers of eight bytes that stand in for those that are too small (APPNOTE 4.5.3)."""
    at = 0
    while count and len(extra) - at >= 4:
        kind, length = struct.unpack_from("<HH", extra, at)
        field = extra[at + 4 : at + 4 + length]
        at += 4 + length
        if kind == 1 and len(field) >= 8 * count:
            return iter(struct.unpack_from(f"<{count}Q", field))
    if count:
        raise ArchiveError(problem="its list of files is damaged")
    return iter(())


def _apart(members: Mapping[str, Member], directory_at: int) -> Iterator[Member]:
    """Check that the members lie one behind the other, before the directory, and say where each must end."""
    in_order = sorted(members.values(), key=lambda member: member.head_at)
    ends = [member.head_at for member in in_order[1:]] + [directory_at]
    for member, end in zip(in_order, ends, strict=True):
        if member.head_at + HEAD.size + len(member.stored_name) + member.packed_bytes > end:
            raise ArchiveError(problem="its files lie upon each other")
        yield replace(member, end_max=end)
