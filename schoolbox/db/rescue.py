"""A damaged database made whole again: the newest good copy, and over it whatever the damaged file still gives.

Promises: the damaged file is only read, and kept in a folder of its own. The one visible step is that the finished file
gets its name; if the power goes on the way there, `finish` ends at the next start what was begun. Nobody else may have
the database open meanwhile.

    finish(path, folder=data / "damaged", disk=disk)
    rescue(path, snapshots, folder=data / "damaged", now=now, disk=disk).torn
"""

import contextlib
import sqlite3
from datetime import datetime
from pathlib import Path

import msgspec

from content_packs.durable import Disk
from schoolbox.db import migrate
from schoolbox.db.salvage import salvage
from schoolbox.db.snapshots import Snapshots, is_whole, open_to_read
from schoolbox.errors import DamagedDatabaseError, WriteFailedError

KEPT = 3
"""How many damaged files are kept; a card that fails every day must not fill itself with them."""
_COMPANIONS = ("", "-wal", "-shm", "-journal")


class Rescue(msgspec.Struct, frozen=True):
    """What became of a damaged database.

    `copied_at` is when the copy was taken that was put back, None if there was none; `rows` came out of the damaged
    file, and of the tables `torn` not everything did.
    """

    copied_at: datetime | None
    rows: int
    torn: tuple[str, ...]


def rescue(path: Path, snapshots: Snapshots, *, folder: Path, now: datetime, disk: Disk) -> Rescue:
    """Put a whole database in the place of a damaged one.

    Args:
        path: The damaged file.
        snapshots: The copies there are.
        folder: Where damaged files are kept.
        now: For the name of the copy a migration makes.
        disk: The box's own disk.

    Raises:
        DamagedDatabaseError: There is no good copy, and nobody can be read out of the file; nothing was changed.
        WriteFailedError: The disk is full or broken; nothing was changed.
        DiskError: The disk refused; nothing was changed, or the next start ends it.
    """
    draft = path.with_name(f"{path.name}.part")
    good = next((each for each in snapshots.newest_first() if is_whole(each.file)), None)
    _clear(draft)
    try:
        if good:
            _copy(good.file, draft)
        migrate.bring_up_to_date(draft, now=now)
        saved = salvage(path, draft)
        if not is_whole(draft) or not (good or saved.people):
            raise DamagedDatabaseError(problem="it cannot be read, and there is no copy of it")
        disk.flush_file(draft)
        disk.rename(draft, _ready(path))
    except sqlite3.DatabaseError as exc:
        raise WriteFailedError(problem=str(exc)) from exc
    finally:
        _clear(draft)
    finish(path, folder=folder, disk=disk)
    return Rescue(good.taken_at if good else None, saved.rows, saved.torn)


def finish(path: Path, *, folder: Path, disk: Disk) -> None:
    """Put a rescued database in its place, if one is ready: the damaged one is put aside first.

    Raises:
        DiskError: The disk refused; the next start goes on.
    """
    ready = _ready(path)
    if not ready.exists():
        return
    disk.make_folder(folder, mode=0o700)
    there = sorted((each for each in folder.iterdir() if each.name.isdecimal()), key=lambda each: int(each.name))
    begun = bool(there) and not path.exists()  # the power went after the file itself was put aside
    kept = there[-1] if begun else folder / f"{(int(there[-1].name) if there else 0) + 1:04d}"
    disk.make_folder(kept, mode=0o700)
    for companion in _COMPANIONS:
        old = path.with_name(path.name + companion)
        if old.exists():
            disk.rename(old, kept / old.name)
    disk.rename(ready, path)
    disk.remove(suspect(path))
    for oldest in there[: -KEPT + 1]:
        _remove(oldest, disk)


def forget_damaged(folder: Path, *, disk: Disk) -> None:
    """Delete every damaged file that was kept: what was erased since may still be read in it.

    Raises:
        DiskError: The disk refused; some of them may be left.
    """
    for kept in sorted(folder.iterdir()) if folder.is_dir() else ():
        _remove(kept, disk)


def suspect(path: Path) -> Path:
    """Name the file that says of a database, however well it opens, that a check has found problems in it."""
    return path.with_name(f"{path.name}.suspect")


def _remove(kept: Path, disk: Disk) -> None:
    for file in kept.iterdir():
        disk.remove(file)
    disk.remove_folder(kept)


def _ready(path: Path) -> Path:
    """Where a rescued database lies between being finished and being put in its place."""
    return path.with_name(f"{path.name}.rescued")


def _copy(good: Path, draft: Path) -> None:
    with contextlib.closing(open_to_read(good)) as source:
        migrate.copy_whole(source, draft)


def _clear(draft: Path) -> None:
    for companion in _COMPANIONS:
        draft.with_name(draft.name + companion).unlink(missing_ok=True)
