"""Bring a database file up to the schema of this program, or leave it exactly as it was.

Promises: a newer file is refused; before a change a whole copy is made (`VACUUM INTO`) and is on the disk; all
missing migrations and the new `user_version` are one transaction; afterwards foreign keys are checked; on any failure
the file is what it was, and the copy goes, so that a box that tries again at every start does not fill its disk with
copies.
Only the user that runs the box may read the file and its copies, whatever folder they stand in: they hold names.
Migrations are numbered SQL files in `migrations/`, append-only and frozen once released.
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from importlib import resources
from pathlib import Path

from content_packs.durable import Disk
from schoolbox.errors import DamagedDatabaseError, NewerDatabaseError

PRIVATE = 0o600


def migrations() -> list[tuple[int, str]]:
    """Every migration as (number, SQL), in order; the number of the last is the schema of this program."""
    folder = resources.files("schoolbox.db") / "migrations"
    files = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".sql")), key=lambda entry: entry.name)
    return [(int(entry.name.partition("_")[0]), entry.read_text(encoding="utf-8")) for entry in files]


def bring_up_to_date(path: Path, *, now: datetime) -> None:
    """Run what is missing.

    Raises:
        NewerDatabaseError: The file belongs to a newer program; nothing was changed.
        DamagedDatabaseError: The file, or what a migration made of it, does not pass the check; nothing was changed.
        sqlite3.DatabaseError: The file is no database, or cannot be written.
    """
    with contextlib.suppress(OSError):  # SQLite says better what is wrong
        path.touch(mode=PRIVATE)  # its companions (-wal, -shm) are made with the same rights
    connection = sqlite3.connect(path, isolation_level=None, timeout=10)
    try:
        known = migrations()
        found = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if found > known[-1][0]:
            raise NewerDatabaseError(found=found, known=known[-1][0])
        missing = [(number, sql) for number, sql in known if number > found]
        if not missing:
            _check_quickly(connection)
            return
        if found:
            _check_quickly(connection)
            with _backed_up(connection, path, found=found, now=now):
                _run_all(connection, missing)
        else:
            _run_all(connection, missing)
    finally:
        connection.close()


def _run_all(connection: sqlite3.Connection, missing: list[tuple[int, str]]) -> None:
    """Run what is missing in one transaction; foreign keys are off meanwhile, so that tables can be rebuilt."""
    connection.execute("PRAGMA journal_mode=wal")
    connection.execute("PRAGMA synchronous=full")
    connection.execute("PRAGMA foreign_keys=0")
    script = "".join(f"{sql}\nPRAGMA user_version={number:d};\n" for number, sql in missing)
    try:
        connection.executescript(f"BEGIN IMMEDIATE;\n{script}")
        _check_parents(connection, missing[-1][0])
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _check_parents(connection: sqlite3.Connection, number: int) -> None:
    broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    if broken:
        raise DamagedDatabaseError(problem=f"migration {number} leaves {broken[0]} without its parent")


def _check_quickly(connection: sqlite3.Connection) -> None:
    result = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    if result != "ok":
        raise DamagedDatabaseError(problem=result)


@contextlib.contextmanager
def _backed_up(connection: sqlite3.Connection, path: Path, *, found: int, now: datetime) -> Iterator[None]:
    """Keep a whole copy beside the file, named by schema and time; it goes again if what follows fails."""
    copy = path.with_name(f"{path.stem}-schema{found}-{now:%Y%m%dT%H%M%S}.db")
    draft = copy.with_suffix(".part")
    try:
        copy_whole(connection, draft)
        Disk().rename(draft, copy)
        yield
    except BaseException:
        draft.unlink(missing_ok=True)
        copy.unlink(missing_ok=True)
        raise


def copy_whole(connection: sqlite3.Connection, draft: Path) -> None:
    """Write a copy of the database that only its owner may read, and wait until it is on the disk.

    Raises:
        sqlite3.DatabaseError: It cannot be read, or there is no room for the copy.
    """
    draft.unlink(missing_ok=True)
    draft.touch(mode=PRIVATE)
    connection.execute("VACUUM INTO ?", (str(draft),))
    with draft.open("rb") as written:
        os.fsync(written.fileno())
