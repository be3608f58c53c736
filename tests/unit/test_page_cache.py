"""What is copied does not stay in memory in place of what is in use."""

import ctypes
import mmap
import os
from pathlib import Path

from content_packs.durable import Disk
from content_packs.page_cache import WINDOW_BYTES, Passage

PIECE = bytes(1024 * 1024)
PAGE = mmap.PAGESIZE


def test_a_file_that_was_read_through_is_let_go_but_for_its_end(on_disk: Path) -> None:
    path = on_disk / "video"
    write(path, 4 * WINDOW_BYTES)
    with path.open("rb", buffering=0) as file:
        passage, buffer = Passage(file.fileno()), bytearray(PIECE)
        while count := file.readinto(buffer):
            passage.passed(count)
    assert in_memory_bytes(path) <= WINDOW_BYTES


def test_a_small_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "manifest"
    write(path, WINDOW_BYTES // 2)
    with path.open("rb", buffering=0) as file:
        passage, buffer = Passage(file.fileno()), bytearray(PIECE)
        while count := file.readinto(buffer):
            passage.passed(count)
    assert in_memory_bytes(path) == WINDOW_BYTES // 2


def write(path: Path, size_bytes: int) -> None:
    """Write a file that is on the disk and in memory."""
    disk = Disk()
    with disk.open_append(path) as file:
        for _ in range(size_bytes // len(PIECE)):
            disk.write(file, PIECE, path)
        disk.fsync(file, path)


def in_memory_bytes(path: Path) -> int:
    """How much of a file is in the page cache. Source: mincore(2)."""
    size = path.stat().st_size
    with path.open("rb") as file, mmap.mmap(file.fileno(), size, flags=mmap.MAP_PRIVATE, prot=_READ_WRITE) as mapped:
        start = ctypes.c_char.from_buffer(mapped)
        pages = (ctypes.c_ubyte * -(-size // PAGE))()
        assert ctypes.CDLL(None).mincore(ctypes.byref(start), ctypes.c_size_t(size), pages) == 0, os.strerror(0)
        del start
    return sum(page & 1 for page in pages) * PAGE


_READ_WRITE = mmap.PROT_READ | mmap.PROT_WRITE
"""A private mapping: ctypes wants to be able to write to where it points."""
