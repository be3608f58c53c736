"""Couriers on sticks and in folders: all of one are taken in, and the receipts are put beside them (PROTOCOL 12.8).

Promises: one courier that is not right stops no other; receipts are written only for what is on the hub's disk.

    brought = read_stick(hub.couriers, Path("/media/USB"))
    brought.taken, brought.refused
"""

import logging
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import IO, TypeAlias

import msgspec

from content_packs.durable import Disk
from content_packs.errors import PackError
from content_packs.export.stick import Stick
from content_packs.plain_file import read_plain
from sync.courier import ENDING, FILE_BYTES_MAX
from sync.courier_folder import RECEIPT_NAME, couriers_on, write_on
from sync.hub.couriers import Couriers, Taken
from sync.hub.errors import CourierRefusedError

_log = logging.getLogger(__name__)
_Read: TypeAlias = Callable[[], bytes]


class Refused(msgspec.Struct, frozen=True):
    """A courier that was not taken: its file, the fixed word and the sentence."""

    file: str
    reason: str
    message: str


class Brought(msgspec.Struct, frozen=True):
    """What one stick, folder or pile of files brought. `unwritten` are boxes whose receipt could not be written."""

    taken: tuple[Taken, ...] = ()
    refused: tuple[Refused, ...] = ()
    unwritten: tuple[str, ...] = ()

    def __add__(self, other: "Brought") -> "Brought":
        """Put what two places brought together."""
        return Brought(self.taken + other.taken, self.refused + other.refused, self.unwritten + other.unwritten)


def read_stick(couriers: Couriers, stick: Path) -> Brought:
    """Take every courier of a stick, and write the receipts of their boxes onto it.

    Raises:
        OSError: The stick cannot be read.
    """
    taken, refused = _take(couriers, ((f"{each.box}/{each.name}", each.raw) for each in couriers_on(stick)))
    boxes = sorted({each.box for each in taken})
    unwritten: list[str] = []
    for box in boxes:
        try:
            opened = Stick(stick, Disk())
            with opened.opened():
                write_on(opened, box, RECEIPT_NAME, couriers.receipts(box))
        except PackError as exc:
            _log.warning("receipt_not_written box=%s problem=%s", box, exc)
            unwritten.append(box)
    return Brought(tuple(taken), tuple(refused), tuple(unwritten))


def read_files(couriers: Couriers, files: Iterable[Path]) -> Brought:
    """Take couriers that lie anywhere; their receipts are asked for otherwise."""
    taken, refused = _take(couriers, ((path.name, _reader(path)) for path in files))
    return Brought(tuple(taken), tuple(refused))


def read_uploads(couriers: Couriers, files: Iterable[tuple[str, IO[bytes]]]) -> Brought:
    """Take couriers that somebody sends from a browser: name and content of each."""
    taken, refused = _take(couriers, ((name[:80], partial(file.read, FILE_BYTES_MAX + 1)) for name, file in files))
    return Brought(tuple(taken), tuple(refused))


def loose_couriers(folder: Path) -> list[Path]:
    """The couriers that lie in a folder itself, as a phone or a mail program saves them."""
    return sorted(path for path in folder.iterdir() if path.name.endswith(ENDING))


def _reader(path: Path) -> _Read:
    return lambda: read_plain(path, limit=FILE_BYTES_MAX + 1)


def _take(couriers: Couriers, files: Iterable[tuple[str, _Read]]) -> tuple[list[Taken], list[Refused]]:
    taken: list[Taken] = []
    refused: list[Refused] = []
    for name, read in files:
        try:
            taken.append(couriers.take(read()))
        except CourierRefusedError as exc:
            refused.append(Refused(name, exc.reason, exc.message))
        except OSError as exc:
            refused.append(Refused(name, "unreadable", f"This file cannot be read: {exc.strerror}."))
    return taken, refused
