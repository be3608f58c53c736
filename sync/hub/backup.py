"""A whole copy of a hub, while it runs: database, keys, settings, attachments. An identity office keeps its own.

What publishers sent and nobody decided about yet is not copied: they have it, and send it again.

Promises: the copy stands under its name only when all of it is on the disk; older ones go only after that, and never
the one that was just made. Keys in it are readable by their owner only.

    made = back_up(DataFolder(Path("/var/lib/schoolbox-hub")), Path("/srv/copies"), keep=7, clock=SystemClock())
"""

import shutil
import sqlite3
from datetime import UTC
from io import FileIO
from pathlib import Path

from content_packs.clock import Clock
from content_packs.durable import Disk
from content_packs.errors import DiskError
from sync.hub.engines.dump import NAME, dump
from sync.hub.engines.sqlite import connect
from sync.hub.errors import DataError
from sync.hub.folder import DataFolder

PREFIX = "hub-"
_NOT_COPIED = (".db", ".db-wal", ".db-shm")


def back_up(folder: DataFolder, to: Path, *, keep: int, clock: Clock, disk: Disk, address: str = "") -> Path:
    """Make a copy, and take away those that are older than the newest `keep`; `address`: of a database elsewhere.

    Raises:
        DataError: There is no hub, the place is inside it, or there is no room; the copies from before stay.
    """
    if not (folder.key if address else folder.database).exists():
        raise DataError(f"There is no hub in {folder.path}.")
    if to.resolve().is_relative_to(folder.path.resolve()):
        raise DataError("Copies belong on another disk than the hub, not into its own folder.")
    name = f"{PREFIX}{clock.now().astimezone(UTC):%Y%m%d-%H%M%S}"
    draft, made = to / f".{name}.new", to / name
    try:
        shutil.rmtree(draft, ignore_errors=True)
        disk.make_folder(draft, mode=0o700)
        _copy_database(folder, draft, address)
        _copy_files(folder, draft, disk)
        disk.rename(draft, made)
    except (OSError, sqlite3.Error, DiskError, DataError) as exc:
        shutil.rmtree(draft, ignore_errors=True)
        raise DataError(f"No copy could be made in {to}: {exc}. The copies from before are untouched.") from exc
    older = sorted(path for path in to.glob(f"{PREFIX}[0-9]*") if path.is_dir() and path != made)
    for path in older[: max(0, len(older) - keep + 1)]:
        shutil.rmtree(path, ignore_errors=True)
    return made


def _copy_database(folder: DataFolder, draft: Path, address: str) -> None:
    """Copy the database as it is at one moment."""
    if address:
        dump(address, draft / NAME)
        return
    db = connect(folder.database)
    try:
        db.execute("VACUUM INTO ?", (str(draft / folder.database.name),))
    finally:
        db.close()


def _copy_files(folder: DataFolder, draft: Path, disk: Disk) -> None:
    """Copy whatever else lies in the folder: contents that came since are too many, and none is missing."""
    for path in sorted(folder.path.rglob("*")):
        if path.is_relative_to(folder.incoming) or path.is_relative_to(folder.publishing):
            continue
        place = draft / path.relative_to(folder.path)
        if path.is_dir():
            disk.make_folder(place)
        elif path.is_file() and not path.name.endswith(_NOT_COPIED):
            shutil.copy2(path, place)
    for path in draft.rglob("*"):
        if path.is_file():
            with FileIO(path, "rb") as file:
                disk.fsync(file, path)
