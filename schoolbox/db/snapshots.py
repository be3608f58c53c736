"""Whole copies of the database, taken while the box works, for the day on which its file is damaged.

Promises: a copy has its name only once it was checked and is on the disk; the newest `KEPT` stay, by their number and
not by their date, so that a wrong clock deletes nothing; nobody but the user that runs the box may read them.

    snapshots = Snapshots(data / "snapshots", disk=disk)
    snapshots.take(database.path, keep_bytes=500_000_000)
    snapshots.newest_first()[0].file
"""

import contextlib
import re
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from content_packs.durable import Disk
from content_packs.errors import NotEnoughSpaceError
from schoolbox.db import migrate
from schoolbox.errors import DamagedDatabaseError, WriteFailedError

KEPT = 5
_NAME = re.compile(r"box-(?P<number>[0-9]{6,12})\.db")


class Snapshot(msgspec.Struct, frozen=True):
    """One copy; `taken_at` is by the box's clock, which may have been wrong."""

    number: int
    file: Path
    taken_at: datetime
    size_bytes: int


class Snapshots:
    """The folder of copies of one box."""

    def __init__(self, folder: Path, *, disk: Disk) -> None:
        self._folder = folder
        self._disk = disk

    def newest_first(self) -> list[Snapshot]:
        """List the copies there are."""
        found = []
        for file in self._folder.glob("box-*.db"):
            match = _NAME.fullmatch(file.name)
            with contextlib.suppress(OSError):
                if match and file.is_file():
                    stat = file.stat()
                    at = datetime.fromtimestamp(stat.st_mtime, UTC)
                    found.append(Snapshot(int(match["number"]), file, at, stat.st_size))
        return sorted(found, key=lambda each: each.number, reverse=True)

    def take(self, database: Path, *, keep_bytes: int) -> Snapshot:
        """Copy a database that may be in use; what is older than the newest `KEPT` goes.

        Args:
            database: The file of the database.
            keep_bytes: How much must stay free on the disk.

        Raises:
            DamagedDatabaseError: The database cannot be read whole; the older copies stay.
            WriteFailedError: SQLite could not write the copy; the older ones stay.
            DiskError: There is no room for another copy, or the disk refused; the older ones stay.
        """
        self._disk.make_folder(self._folder, mode=0o700)
        there = self.newest_first()
        file = self._folder / f"box-{there[0].number + 1 if there else 1:06d}.db"
        draft = file.with_suffix(".part")
        self._room_for(database, keep_bytes)
        try:
            _copy(database, draft)
            self._disk.rename(draft, file)
        finally:
            draft.unlink(missing_ok=True)
        for old in there[KEPT - 1 :]:
            self._disk.remove(old.file)
        return self.newest_first()[0]

    def forget_older(self, newest: Snapshot) -> None:
        """Delete every copy but one: what was erased from the database must not live on in them.

        Raises:
            DiskError: The disk refused; some of them may be left.
        """
        for each in self.newest_first():
            if each.number != newest.number:
                self._disk.remove(each.file)

    def _room_for(self, database: Path, keep_bytes: int) -> None:
        """Refuse what would leave too little room for answers."""
        needs = database.stat().st_size + keep_bytes
        free = self._disk.free_bytes(self._folder)
        if free < needs:
            raise NotEnoughSpaceError(path=self._folder, needs_bytes=needs, free_bytes=free)


def open_to_read(file: Path, way: str = "mode=ro") -> sqlite3.Connection:
    """Connect to a file without changing it. Source: sqlite.org/uri.html."""
    return sqlite3.connect(f"{file.absolute().as_uri()}?{way}", uri=True, isolation_level=None)


def is_whole(file: Path) -> bool:
    """Say whether a file is a database that passes SQLite's check and is not newer than this program."""
    try:
        with contextlib.closing(open_to_read(file)) as connection:
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            sound = connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
    except sqlite3.DatabaseError:
        return False
    return sound and 0 < version <= migrate.migrations()[-1][0]


def _copy(database: Path, draft: Path) -> None:
    """Write and check the copy, on a connection of its own: neither readers nor the writer wait for it."""
    with _told(), contextlib.closing(sqlite3.connect(database, isolation_level=None, timeout=10)) as connection:
        migrate.copy_whole(connection, draft)
    if not is_whole(draft):
        raise DamagedDatabaseError(problem="its copy does not pass the check")


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Say of SQLite's complaints whether they are about the disk or about the file."""
    try:
        yield
    except sqlite3.DatabaseError as exc:
        name = str(getattr(exc, "sqlite_errorname", ""))
        if name in ("SQLITE_CORRUPT", "SQLITE_NOTADB") or name.startswith("SQLITE_CORRUPT_"):
            raise DamagedDatabaseError(problem=str(exc)) from exc
        raise WriteFailedError(problem=str(exc)) from exc
