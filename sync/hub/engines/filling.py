"""An empty PostgreSQL database that is filled in one transaction: afterwards it holds all of it, or nothing.

Whoever is killed meanwhile leaves a database as empty as it was: the server takes back what was not finished.

    with filling("postgresql://schoolbox-hub@/schoolbox") as target:
        with target.copying("school", ("id", "name")) as copy:
            copy.write_row((1, "Agimi"))
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TypeAlias

import psycopg
from psycopg.conninfo import conninfo_to_dict

from sync.hub.database import Row, Value
from sync.hub.engines.postgres import WORKER_LOCK, Connection, Session, connect, reached, run_scripts
from sync.hub.errors import DataError

SERVER_LEAST = 150_000
"""PostgreSQL 15."""
_AT_ONCE = 5_000
_TABLES = (
    "SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v')"
)
_COLUMNS = (
    "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = %s"
)
_COUNTED = (
    "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = current_schema()"
    " AND is_identity = 'YES' ORDER BY table_name"
)
Copy: TypeAlias = psycopg.Copy


class Target:
    """The transaction in which a database is filled."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def sql(self) -> Session:
        """The same transaction, for queries that every engine understands."""
        return Session(self._connection)

    def execute(self, query: str, values: Sequence[Value] = ()) -> None:
        """Run one query; values stand as %s."""
        self._connection.execute(query.encode(), values)

    def copying(self, table: str, columns: Sequence[str]) -> AbstractContextManager[Copy]:
        """Write many rows into one table."""
        return self._connection.cursor().copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN".encode())

    def rows(self, query: str) -> Iterator[Row]:
        """Read many rows, a few thousand at a time."""
        with self._connection.cursor(name="reading") as cursor:
            cursor.itersize = _AT_ONCE
            yield from cursor.execute(query.encode(), binary=True)

    def columns(self, table: str) -> set[str]:
        """Name the columns of a table; none has none."""
        return {str(row[0]) for row in self._connection.execute(_COLUMNS, (table,))}

    def finish(self) -> None:
        """Let numbers go on after the last, and look at every table once, so that queries are planned well."""
        for table, column in self._connection.execute(_COUNTED).fetchall():
            self._connection.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), max({column})) FROM {table}"  # noqa: S608  names of our tables
                f" HAVING max({column}) IS NOT NULL".encode()
            )
        for row in self._connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"):
            self._connection.execute(f"ANALYZE {row[0]}".encode())


@contextmanager
def filling(address: str) -> Iterator[Target]:
    """Make the tables of a hub in an empty database, and keep them when the block ends well.

    Raises:
        DataError: The database cannot be reached, is not empty or too old, or does not take something; it is as it was.
    """
    with reached(address), connect(address) as db:
        _check(db, address)
        try:
            with db.transaction():
                db.execute(WORKER_LOCK)
                run_scripts(db)
                yield Target(db)
        except psycopg.Error as exc:
            said = str(exc).strip() or type(exc).__name__
            raise DataError(
                f"The database {_name(address)} did not take everything: {said}. It is as empty as it was."
            ) from exc


def _check(db: Connection, address: str) -> None:
    """Stop where something is already, or where the server is none for a hub.

    Raises:
        DataError: It is so.
    """
    if db.info.server_version < SERVER_LEAST:
        raise DataError("This server is older than PostgreSQL 15. Nothing was changed.")
    if db.info.parameter_status("server_encoding") != "UTF8":
        raise DataError(f"The database {_name(address)} keeps no UTF-8. Make it with: createdb --encoding UTF8")
    found = db.execute(_TABLES).fetchone()
    if found and found[0]:
        raise DataError(
            f"The database {_name(address)} is not empty, and nothing in it was changed. Make an empty one, or drop"
            " this one if nobody needs it."
        )


def _name(address: str) -> str:
    return str(conninfo_to_dict(address).get("dbname", ""))
