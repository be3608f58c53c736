"""Which database a hub has: the file in its folder, or one of a PostgreSQL server, as the setting `database` says.

    open_database(Path("/var/lib/schoolbox-hub/hub.db"), "postgresql://schoolbox@db.example/schoolbox")
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sync.hub.database import Database, LaggingDatabase
from sync.hub.engines import sqlite
from sync.hub.errors import DataError


def refuse_second(file: Path, address: str) -> None:
    """Stop where there is a hub already, before anything is made.

    Raises:
        DataError: There is one, or the server cannot be reached.
    """
    if file.exists():
        raise DataError(f"There is a hub in {file.parent} already; nothing was changed.")
    if not address:
        return
    with _driver_needed():
        from sync.hub.engines import postgres
    if postgres.has_hub(address):
        raise DataError("There is a hub in this database already; nothing was changed. Its own folder has its keys.")


def make_database(file: Path, address: str) -> None:
    """Make an empty database.

    Raises:
        DataError: The server cannot be reached.
    """
    if not address:
        sqlite.migrate(file)
        return
    with _driver_needed():
        from sync.hub.engines import postgres
    postgres.migrate(address)


def open_database(file: Path, address: str) -> Database:
    """Bring a database to today's schema and open it.

    Raises:
        DataError: There is none, it is newer than this program, damaged, or cannot be reached.
    """
    if not address:
        if not file.exists():
            raise DataError(f"There is no hub in {file.parent}. Make one with: schoolbox-hub init {file.parent}")
        sqlite.migrate(file)
        return sqlite.SqliteDatabase(file)
    if file.exists():
        raise DataError(
            f"{file} holds a hub, and the setting database names another. Nothing was changed. Take the setting out,"
            f" or move {file.name} away if that hub is not needed any more."
        )
    with _driver_needed():
        from sync.hub.engines import postgres
    if not postgres.has_hub(address):
        raise DataError(f"There is no hub in this database. Make one with: schoolbox-hub init {file.parent}")
    postgres.migrate(address)
    return postgres.PostgresDatabase(address)


def open_replica(address: str) -> LaggingDatabase:
    """Open a replica, which may be away; nothing is asked of it yet.

    Raises:
        DataError: The driver is missing.
    """
    with _driver_needed():
        from sync.hub.engines.replica import Replica
    return Replica(address)


@contextmanager
def _driver_needed() -> Iterator[None]:
    """Load what only a hub on PostgreSQL needs, and say so where its driver is not installed."""
    try:
        yield
    except ImportError as exc:
        raise DataError(
            "The setting database names PostgreSQL, and its driver is not installed. Install it where this program is:"
            " deploy/environment.sh hub"
        ) from exc
