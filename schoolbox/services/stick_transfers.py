"""Transfer files and receipts on a stick: plain files at its top, where a browser saves them (FORMAT 14.1).

Promises: no link is followed, nothing deeper is looked at, no more than `FILES_MAX` are named, and of a file no more is
read than a transfer may have.

    transfer_names(Path("/media/USB"))                          # ("transfer-0f3a2b1c.schoolbox",)
    read_transfer_file(Path("/media/USB"), "transfer-0f3a2b1c.schoolbox")
"""

import os
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from content_packs.plain_file import open_plain
from content_packs.transfer import RECEIPT_BYTES_MAX, TRANSFER_BYTES_MAX
from schoolbox.errors import NotFoundError

ENDING = ".schoolbox"
RECEIPT_BEGINNING, RECEIPT_ENDING = "receipt-", ".txt"
FILES_MAX = 20
ENTRIES_MAX = 400
NAME_LENGTH_MAX = 120
_OPEN_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def transfer_names(stick: Path) -> tuple[str, ...]:
    """The transfer files on a stick, in the order of their names; none where the stick cannot be read."""
    return _names(stick, _is_transfer)


def receipt_names(stick: Path) -> tuple[str, ...]:
    """The receipts on a stick, in the order of their names; none where the stick cannot be read."""
    return _names(stick, _is_receipt)


def read_transfer_file(stick: Path, name: str) -> bytes:
    """Read one of these files, and a byte more than it may have.

    Raises:
        NotFoundError: It is not there, or not any more.
    """
    return _read(stick, name, _is_transfer, TRANSFER_BYTES_MAX)


def read_receipt_file(stick: Path, name: str) -> bytes:
    """Read one of these receipts, and a byte more than it may have.

    Raises:
        NotFoundError: It is not there, or not any more.
    """
    return _read(stick, name, _is_receipt, RECEIPT_BYTES_MAX)


def _names(stick: Path, is_one: Callable[[str], bool]) -> tuple[str, ...]:
    try:
        with os.scandir(stick) as entries:
            seen = islice(entries, ENTRIES_MAX)
            found = [entry.name for entry in seen if is_one(entry.name) and entry.is_file(follow_symlinks=False)]
    except OSError:
        return ()
    return tuple(sorted(found)[:FILES_MAX])


def _read(stick: Path, name: str, is_one: Callable[[str], bool], limit_bytes: int) -> bytes:
    if not is_one(name):
        raise NotFoundError(kind="transfer", key=name)
    try:
        folder = os.open(stick, _OPEN_FOLDER)
        try:
            with os.fdopen(open_plain(name, folder=folder), "rb") as file:
                return file.read(limit_bytes + 1)
        finally:
            os.close(folder)
    except OSError as exc:
        raise NotFoundError(kind="transfer", key=name) from exc


def _is_transfer(name: str) -> bool:
    return _is_shown(name) and name.casefold().endswith(ENDING)


def _is_receipt(name: str) -> bool:
    bare = name.casefold()
    return _is_shown(name) and bare.startswith(RECEIPT_BEGINNING) and bare.endswith(RECEIPT_ENDING)


def _is_shown(name: str) -> bool:
    return name.isprintable() and not name.startswith(".") and "/" not in name and len(name) <= NAME_LENGTH_MAX
