"""Writes a cpio archive that the kernel unpacks as its first file system. The same entries give the same bytes.

Source: Linux Documentation/driver-api/early-userspace/buffer-format.rst ("newc").
"""

import stat
from collections.abc import Iterable

import msgspec


class Entry(msgspec.Struct, frozen=True):
    """A file, folder, link or device; `content` is the target of a link."""

    path: str
    mode: int
    content: bytes = b""
    device: tuple[int, int] = (0, 0)


def archive(entries: Iterable[Entry], *, epoch: int) -> bytes:
    """The archive of these entries and of the folders above them, sorted by path."""
    by_path = {entry.path: entry for entry in entries}
    for path in list(by_path):
        parts = path.split("/")[:-1]
        for depth in range(len(parts)):
            folder = "/".join(parts[: depth + 1])
            by_path.setdefault(folder, Entry(folder, stat.S_IFDIR | 0o755))
    ordered = [by_path[path] for path in sorted(by_path)]
    body = b"".join(_record(number, entry, epoch) for number, entry in enumerate(ordered, 1))
    whole = body + _record(0, Entry("TRAILER!!!", 0), 0)
    return whole + b"\0" * (-len(whole) % 512)


def _record(number: int, entry: Entry, epoch: int) -> bytes:
    name = entry.path.encode() + b"\0"
    links = 2 if stat.S_ISDIR(entry.mode) else 1
    fields = (number, entry.mode, 0, 0, links, epoch, len(entry.content), 0, 0, *entry.device, len(name), 0)
    head = b"070701" + b"".join(b"%08x" % field for field in fields) + name
    return _padded(head) + _padded(entry.content)


def _padded(part: bytes) -> bytes:
    return part + b"\0" * (-len(part) % 4)
