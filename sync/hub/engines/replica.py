"""A replica of a PostgreSQL database: read only, a little behind, and sometimes away.

    replica = Replica("postgresql://schoolbox-hub@replica.example/schoolbox")
    with replica.read() as db:
        replica.behind_s(db)
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from sync.hub.database import Sql
from sync.hub.engines.postgres import PostgresDatabase, Session
from sync.hub.errors import DataError

_CONNECTS_WITHIN_S = "2"
"""Where it does not answer, a person waits for a page meanwhile."""
_BEHIND = (
    "SELECT CASE WHEN NOT pg_is_in_recovery() THEN 0 WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()"
    " AND EXISTS (SELECT 1 FROM pg_stat_wal_receiver) THEN 0"
    " ELSE coalesce(extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()), 0) END"
)
"""A replica that hears its server and has replayed everything is not behind, however long nothing happened."""


class Replica(PostgresDatabase):
    """Connections to one replica; whatever goes wrong with it is one error, since the main database can answer."""

    def __init__(self, address: str) -> None:
        given = conninfo_to_dict(address)
        super().__init__(
            address if "connect_timeout" in given else make_conninfo(address, connect_timeout=_CONNECTS_WITHIN_S)
        )

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Look at one moment of the replica.

        Raises:
            DataError: It is away, is not ready, lacks a table still, or cannot hold the moment any longer.
        """
        try:
            with super().read() as db:
                yield db
        except psycopg.Error as exc:
            raise DataError(f"The replica cannot be read: {type(exc).__name__}.") from exc

    def behind_s(self, db: Sql) -> float:
        """Say how many seconds what is read there is behind its server."""
        return max(0.0, float(db.execute(_BEHIND).fetchone()[0]))
