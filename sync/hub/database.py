"""What every service of the hub asks of its database, whichever engine keeps the data (`sync.hub.engines`).

Rules: SQL is what SQLite and PostgreSQL both understand, with `?` for each value and a number for a truth; readers see
one moment; what changes, changes durably when `write()` ends, or not at all; one writes at a time.

    with database.read() as db:
        db.execute("SELECT count(*) FROM box").fetchone()
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeAlias

import msgspec

Value: TypeAlias = int | float | str | bytes | None
Row: TypeAlias = Any
"""One row: a tuple of what the query names, in its order."""


class Rows(Protocol):
    """What a query gives."""

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""

    def fetchone(self) -> Row:
        """Give the next row, None after the last."""

    def fetchmany(self, size: int = ..., /) -> list[Row]:
        """Give the next rows, none after the last."""

    def fetchall(self) -> list[Row]:
        """Give all that are left."""

    def __iter__(self) -> Iterator[Row]: ...


class Sql(Protocol):
    """A connection inside a block that reads or writes."""

    def execute(self, query: str, values: Sequence[Value] = ..., /) -> Rows:
        """Run one query; all it finds is held in memory, so what may be large is read in parts, by its key."""

    def executemany(self, query: str, rows: Iterable[Sequence[Value]], /) -> Rows:
        """Run one query for each row of values."""


class Reads(Protocol):
    """What can be looked at: a database, or one moment of it that somebody holds."""

    def read(self) -> AbstractContextManager[Sql]:
        """Look at one moment."""


class LaggingDatabase(Reads, Protocol):
    """A copy of a database that follows it, and is read only."""

    def behind_s(self, db: Sql, /) -> float:
        """Say how many seconds what is read there is behind."""

    def close(self) -> None:
        """Close every connection that is not in use."""


class Trial(msgspec.Struct, frozen=True):
    """One moment with empty tables in front of some; what these hide is named with `kept` and a dot before it."""

    sql: Sql
    kept: str


class Database(Protocol):
    """The database of one hub, for many threads."""

    def close(self) -> None:
        """Close every connection that is not in use."""

    def read(self) -> AbstractContextManager[Sql]:
        """Look at one moment of the database."""

    def write(self, *, overwriting: bool = False) -> AbstractContextManager[Sql]:
        """Change the database: all of it, durably, or nothing if an error leaves the block.

        With `overwriting`, what is deleted must not be readable from the files of the database any more, as far as the
        engine can do that.
        """

    def trying(self, tables: Sequence[str]) -> AbstractContextManager[Trial]:
        """Look at one moment, with empty tables in front of these that go when the block ends; nobody waits for it."""

    def truncate_log(self) -> None:
        """See to it that nothing overwritten is left in a log, as far as the engine can do that."""

    def problems(self) -> list[str]:
        """Say what is broken in the files of the database themselves."""
