"""Bring a database file up to the schema of this program, or leave it exactly as it was.

Promises: a newer file is refused; before a change a whole copy is made (`VACUUM INTO`); every migration and the new
`user_version` are one transaction; afterwards foreign keys are checked; on any failure the file is what it was.
Migrations are numbered SQL files in `migrations/`, append-only and frozen once released.
"""

import sqlite3
from datetime import datetime
from importlib import resources
from pathlib import Path

from schoolbox.errors import DamagedDatabaseError, NewerDatabaseError


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
            _back_up(connection, path, found=found, now=now)
        connection.execute("PRAGMA journal_mode=wal")
        connection.execute("PRAGMA synchronous=full")
        for number, sql in missing:
            _run(connection, number, sql)
    finally:
        connection.close()


def _run(connection: sqlite3.Connection, number: int, sql: str) -> None:
    """Run one migration and its number in one transaction; foreign keys are off, so that tables can be rebuilt."""
    connection.execute("PRAGMA foreign_keys=0")
    try:
        connection.executescript(f"BEGIN IMMEDIATE;\n{sql}\nPRAGMA user_version={number:d};")
        _check_parents(connection, number)
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


def _back_up(connection: sqlite3.Connection, path: Path, *, found: int, now: datetime) -> None:
    """Keep a whole copy beside the file, named by schema and time; an older copy of that name is left alone."""
    copy = path.with_name(f"{path.stem}-schema{found}-{now:%Y%m%dT%H%M%S}.db")
    if not copy.exists():
        connection.execute("VACUUM INTO ?", (str(copy),))
