"""Where couriers and receipts lie on a stick, and reading and writing them there (PROTOCOL 12.2).

    courier/<number of the box>/00000012.courier
    courier/<number of the box>/hub.receipt

Promises: no link is followed, nothing that is no plain file is opened, no more is read than a courier may have; what is
written is on the stick when the call returns, whole, or the file that was there stays.

    for found in couriers_on(Path("/media/USB")):
        found.box, found.number, found.raw()
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path

import msgspec

from content_packs.export.stick import Stick
from content_packs.plain_file import open_plain
from sync.courier import ENDING, FILE_BYTES_MAX, FOLDER

RECEIPT_NAME = "hub.receipt"
BOXES_MAX, COURIERS_MAX = 2_000, 5_000
_BOX = re.compile(r"[0-9a-f]{32}\Z")
_COURIER = re.compile(rf"([0-9]{{8,16}}){re.escape(ENDING)}\Z")
_OPEN_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class Found(msgspec.Struct, frozen=True):
    """A file that is called like a courier, on a stick."""

    stick: Path
    box: str
    name: str

    @property
    def number(self) -> int:
        """Its number, as its name says."""
        return int(self.name.removesuffix(ENDING))

    def raw(self) -> bytes:
        """Read it, and a byte more than a courier may have.

        Raises:
            OSError: It is gone, or is no plain file.
        """
        with _opened(self.stick, self.box) as folder, os.fdopen(open_plain(self.name, folder=folder), "rb") as file:
            return file.read(FILE_BYTES_MAX + 1)


def couriers_on(stick: Path, box: str | None = None) -> list[Found]:
    """The couriers on a stick, of every box or of one, in the order in which each box wrote them.

    Raises:
        OSError: The stick cannot be read.
    """
    boxes = [box] if box else _names(stick, None, _BOX, BOXES_MAX)
    found = [Found(stick, each, name) for each in boxes for name in _names(stick, each, _COURIER, COURIERS_MAX)]
    return sorted(found, key=lambda each: (each.box, each.number))


def read_receipt(stick: Path, box: str, *, limit: int) -> bytes | None:
    """The receipts for a box on a stick; None where there are none."""
    return read_named(stick, box, RECEIPT_NAME, limit=limit)


def boxes_on(stick: Path) -> list[str]:
    """The boxes that have a folder on a stick.

    Raises:
        OSError: The stick cannot be read.
    """
    return sorted(_names(stick, None, _BOX, BOXES_MAX))


def read_named(stick: Path, box: str, name: str, *, limit: int) -> bytes | None:
    """A file in the folder of a box on a stick, and a byte more than `limit`; None where there is none."""
    try:
        with _opened(stick, box) as folder, os.fdopen(open_plain(name, folder=folder), "rb") as file:
            return file.read(limit + 1)
    except OSError:
        return None


def write_on(stick: Stick, box: str, name: str, raw: bytes) -> None:
    """Write a file for a box onto a stick that was opened; what was there under this name is replaced at once.

    Raises:
        StickError: The stick is full, gone or cannot be written.
        OddNameError: What should be a folder on it is a link or a file.
    """
    folder = f"{FOLDER}/{box}"
    stick.check_folders((FOLDER, folder))
    stick.put(f"{folder}/{name}", raw)


def take_off(found: Found) -> None:
    """Take a courier off its stick; one that is gone already is no error, nor is a stick that cannot be written."""
    with suppress(OSError), _opened(found.stick, found.box) as folder:
        os.unlink(found.name, dir_fd=folder)


def _names(stick: Path, box: str | None, wanted: re.Pattern[str], most: int) -> list[str]:
    try:
        with _opened(stick, box) as folder, os.scandir(folder) as entries:
            return [entry.name for entry in islice(entries, most) if wanted.match(entry.name)]
    except FileNotFoundError:
        return []


@contextmanager
def _opened(stick: Path, box: str | None) -> Iterator[int]:
    """Open the folder of couriers, or that of one box in it, following no link below the stick."""
    folder = os.open(stick, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in (FOLDER, box) if box else (FOLDER,):
            inner = os.open(part, _OPEN_FOLDER, dir_fd=folder)
            os.close(folder)
            folder = inner
        yield folder
    finally:
        os.close(folder)
