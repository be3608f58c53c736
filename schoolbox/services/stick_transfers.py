"""Transfer files on a stick: plain files at its top, where a browser saves them (FORMAT 14.1).

Promises: no link is followed, nothing deeper is looked at, no more than `FILES_MAX` are named, and of a file no more is
read than a transfer may have.

    transfer_names(Path("/media/USB"))                          # ("transfer-0f3a2b1c.schoolbox",)
    read_transfer_file(Path("/media/USB"), "transfer-0f3a2b1c.schoolbox")
"""

import os
from itertools import islice
from pathlib import Path

from content_packs.plain_file import open_plain
from content_packs.transfer import TRANSFER_BYTES_MAX
from schoolbox.errors import NotFoundError

ENDING = ".schoolbox"
FILES_MAX = 20
ENTRIES_MAX = 400
NAME_LENGTH_MAX = 120
_OPEN_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def transfer_names(stick: Path) -> tuple[str, ...]:
    """The transfer files on a stick, in the order of their names; none where the stick cannot be read."""
    try:
        with os.scandir(stick) as entries:
            found = [entry.name for entry in islice(entries, ENTRIES_MAX) if _is_ours(entry)]
    except OSError:
        return ()
    return tuple(sorted(found)[:FILES_MAX])


def read_transfer_file(stick: Path, name: str) -> bytes:
    """Read one of these files, and a byte more than it may have.

    Raises:
        NotFoundError: It is not there, or not any more.
    """
    if not _has_our_name(name):
        raise NotFoundError(kind="transfer", key=name)
    try:
        folder = os.open(stick, _OPEN_FOLDER)
        try:
            with os.fdopen(open_plain(name, folder=folder), "rb") as file:
                return file.read(TRANSFER_BYTES_MAX + 1)
        finally:
            os.close(folder)
    except OSError as exc:
        raise NotFoundError(kind="transfer", key=name) from exc


def _is_ours(entry: "os.DirEntry[str]") -> bool:
    return _has_our_name(entry.name) and entry.is_file(follow_symlinks=False)


def _has_our_name(name: str) -> bool:
    is_shown = name.isprintable() and not name.startswith(".") and "/" not in name and len(name) <= NAME_LENGTH_MAX
    return is_shown and name.casefold().endswith(ENDING)
