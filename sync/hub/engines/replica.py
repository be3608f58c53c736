"""A replica of a PostgreSQL database: read only, a little behind, and sometimes away.

    replica = Replica("postgresql://schoolbox-hub@replica.example/schoolbox")
    with replica.read() as db:
        replica.behind_s(db)
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.errors import ProgramLimitExceeded

from sync.hub.database import Rows, Sql, Value
from sync.hub.engines.postgres import PostgresDatabase
from sync.hub.errors import DataError, ReplicaError

_CONNECTS_WITHIN_S = "2"
"""Where it does not answer, a person waits for a page meanwhile."""
_BEHIND = (
    "SELECT CASE WHEN NOT pg_is_in_recovery() THEN 0 WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()"
    " AND EXISTS (SELECT 1 FROM pg_stat_wal_receiver) THEN 0"
    " ELSE coalesce(extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()), 0) END"
)
"""A replica that hears its server and has replayed everything is not behind, however long nothing happened."""


class Replica:
    """Connections to one replica; whatever goes wrong with it is one error, since the main database can answer."""

    def __init__(self, address: str) -> None:
        given = conninfo_to_dict(address)
        self._database = PostgresDatabase(
            address if "connect_timeout" in given else make_conninfo(address, connect_timeout=_CONNECTS_WITHIN_S)
        )

    def close(self) -> None:
        """Close every connection that is not in use."""
        self._database.close()

    @contextmanager
    def read(self) -> Iterator[Sql]:
        """Look at one moment of the replica.

        Raises:
            ReplicaError: It is away, is not ready, lacks a table still, or cannot hold the moment any longer. What else
                goes wrong within the block, such as an error of another database, is not its fault and goes by.
        """
        with ExitStack() as held:
            with _blamed():
                db = held.enter_context(self._database.read())
            yield _Session(db)
            with _blamed():
                held.close()

    def behind_s(self, db: Sql) -> float:
        """Say how many seconds what is read there is behind its server."""
        return max(0.0, float(db.execute(_BEHIND).fetchone()[0]))


class _Session:
    """One moment of a replica, which says whose fault an error is."""

    def __init__(self, db: Sql) -> None:
        self._db = db

    def execute(self, query: str, values: Sequence[Value] = (), /) -> Rows:
        """Run one query."""
        with _blamed():
            return self._db.execute(query, values)

    def executemany(self, query: str, rows: Iterable[Sequence[Value]], /) -> Rows:
        """Run one query for each row of values."""
        with _blamed():
            return self._db.executemany(query, rows)


@contextmanager
def _blamed() -> Iterator[None]:
    """Turn what goes wrong with the replica itself into one error; a value that no database keeps is not its fault."""
    try:
        yield
    except (psycopg.DataError, ProgramLimitExceeded):
        raise
    except (psycopg.Error, DataError) as exc:
        raise ReplicaError(f"The replica cannot be read: {type(exc.__cause__ or exc).__name__}.") from exc
