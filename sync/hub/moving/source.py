"""The file a hub is moved out of: read as it is, while nobody else has it open; nothing in it changes.

    with reading(Path("hub.db")) as source:
        source.tables()
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sync.hub.database import Row, Value
from sync.hub.engines.sqlite import MIGRATIONS
from sync.hub.errors import DataError

_NAMES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
_AT_ONCE = 5_000


class Source:
    """One moment of the file, which stays the last as long as this is open."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def tables(self) -> list[str]:
        """Name every table, each after those that its rows refer to."""
        left = [str(row[0]) for row in self._db.execute(_NAMES)]
        ordered: list[str] = []
        while left:
            for name in left:
                above = {str(row[2]) for row in self._db.execute(f"PRAGMA foreign_key_list({name})")} - {name}
                if above <= set(ordered):
                    ordered.append(name)
            left = [name for name in left if name not in ordered]
        return ordered

    def columns(self, table: str) -> list[str]:
        """Name the columns of a table, in their order."""
        return [str(row[1]) for row in self._db.execute(f"PRAGMA table_info({table})")]

    def rows(self, query: str, values: tuple[Value, ...] = ()) -> Iterator[Row]:
        """Read many rows, a few thousand at a time."""
        cursor = self._db.execute(query, values)
        while rows := cursor.fetchmany(_AT_ONCE):
            yield from rows

    def number(self, query: str) -> int:
        """Read one number; none is 0."""
        row = self._db.execute(query).fetchone()
        return int(row[0] or 0) if row else 0


@contextmanager
def reading(file: Path) -> Iterator[Source]:
    """Open the file, and keep everybody else out until the block ends.

    Raises:
        DataError: There is none, somebody has it open, another program made it, or it is damaged.
    """
    if not file.exists():
        raise DataError(f"There is no {file.name} in {file.parent}. Nothing was changed.")
    db = sqlite3.connect(file, isolation_level=None, timeout=1)
    try:
        _lock(db, file)
        have, want = int(db.execute("PRAGMA user_version").fetchone()[0]), len([*MIGRATIONS.glob("[0-9]*.sql")])
        if have != want:
            raise DataError(
                f"{file.name} has schema {have}, and this program has {want}. Start the hub with this program once,"
                " stop it, and try again. Nothing was changed."
            )
        yield Source(db)
    except sqlite3.DatabaseError as exc:
        raise DataError(
            f"{file.name} cannot be read: {exc}. Nothing was moved. See what is broken: schoolbox-hub db check."
        ) from exc
    finally:
        db.close()


def _lock(db: sqlite3.Connection, file: Path) -> None:
    """Keep everybody else out: a hub that runs has the file open all the time.

    Raises:
        DataError: Somebody has it open.
    """
    try:
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute("BEGIN EXCLUSIVE")
        db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as exc:
        raise DataError(
            f"{file.name} is in use: what boxes send meanwhile would stay behind. Stop the hub, and try again. Nothing"
            " was changed."
        ) from exc
