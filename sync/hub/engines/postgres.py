"""A database of a PostgreSQL server, for as many workers as a country needs: what was answered survives a power cut.

Rules: connections are set up here only; readers see one moment and change nothing; who writes holds one lock of the
database, so that one writes at a time over all workers. Queries come with `?` for each value, as for SQLite; numbers
are 64 bits wide and texts stand in the order of their bytes (`translation`), so that both engines answer alike.

What SQLite's file can do and this cannot: overwrite what is deleted. Old versions of rows lie in the server's files
until VACUUM, and in its log, copies and replicas until those are gone (docs/hub-country.md).

    database = PostgresDatabase("postgresql://schoolbox@db.example/schoolbox")
    with database.read() as db:
        db.execute("SELECT count(*) FROM box").fetchone()
"""

import logging
import queue
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

import psycopg
from psycopg.adapt import Loader
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.errors import ProgramLimitExceeded, UniqueViolation
from psycopg.types.numeric import Int8BinaryDumper, NumericBinaryLoader

from sync.hub.database import Row, Trial, Value
from sync.hub.engines.sqlite import MIGRATIONS
from sync.hub.engines.translation import translated
from sync.hub.errors import BadRequestError, DataError

Connection: TypeAlias = "psycopg.Connection[tuple[Row, ...]]"
_Cursor: TypeAlias = "psycopg.Cursor[tuple[Row, ...]]"
_SETTINGS = {"application_name": "schoolbox-hub", "connect_timeout": "10", "client_encoding": "utf8"}
_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_TRY = "BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE"
_WRITE = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
WORKER_LOCK = "SELECT pg_advisory_xact_lock(7353011)"
"""Any number will do, as long as nobody else locks it in this database."""
_NOBODY_ALONE = "SELECT pg_advisory_xact_lock_shared(7353011)"
_THEIR_SCHOOLS = (
    "SELECT pg_advisory_xact_lock(7353013, school)"
    " FROM (SELECT DISTINCT CAST(one AS INTEGER) AS school FROM unnest(CAST(%s AS BIGINT[])) AS one ORDER BY 1) AS s"
)
"""Always in one order, so that no two wait for each other."""
_DURABLE = "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
"""A server that answers before it wrote would lose what a box took out of its memory."""
_NO_ANSWER = "The database of the hub does not answer, or cannot do this now. Try again later; nothing counts twice."
_NOT_KEPT = "A text or a number in this request is none that the database can keep. Nothing was stored."
_MIGRATION = """
CREATE TABLE IF NOT EXISTS migration (name TEXT COLLATE "C" PRIMARY KEY, ran_at TIMESTAMPTZ NOT NULL DEFAULT now())
"""
_log = logging.getLogger(__name__)


class PostgresDatabase:
    """Connections to one database, for many threads; `close()` when done."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._idle: queue.LifoQueue[Connection] = queue.LifoQueue()

    def close(self) -> None:
        """Close every connection that is not in use."""
        with suppress(queue.Empty):
            while True:
                self._idle.get_nowait().close()

    @contextmanager
    def read(self) -> Iterator["Session"]:
        """Look at one moment of the database."""
        with self._transaction(_READ) as db:
            yield db

    @contextmanager
    def write(self, *, overwriting: bool = False) -> Iterator["Session"]:  # noqa: ARG002  no engine of rows can
        """Change the database: all of it, durably, or nothing if an error leaves the block."""
        with self._transaction(_WRITE) as db:
            db.execute(WORKER_LOCK)
            yield db

    @contextmanager
    def beside(self) -> Iterator["Session"]:
        """Change what several may change at once, beside who writes; `alone()` waits until nobody does."""
        with self._transaction(_WRITE) as db:
            yield db

    @contextmanager
    def trying(self, tables: Sequence[str]) -> Iterator[Trial]:
        """Look at one moment, with empty tables in front of these that go when the block ends; nobody waits for it."""
        with self._transaction(_TRY) as db:
            kept = "".join(str(row[0]) for row in db.execute("SELECT current_schema()"))
            for name in tables:
                db.execute(f"CREATE TEMP TABLE {name} (LIKE {kept}.{name} INCLUDING ALL) ON COMMIT DROP")
            yield Trial(db, kept)

    def truncate_log(self) -> None:
        """Do nothing: the log is the server's, and belongs to its copies and replicas."""

    def problems(self) -> list[str]:
        """Say nothing: a server checks its files itself (`pg_amcheck`), and lets no reference lead nowhere."""
        return []

    @contextmanager
    def _transaction(self, beginning: str) -> Iterator["Session"]:
        """Begin, and commit or take back; what the server says becomes our error, or none of ours at all."""
        try:
            connection = self._begun(beginning)
            try:
                yield Session(connection)
                connection.execute("COMMIT")
            except BaseException:
                with suppress(psycopg.Error):
                    connection.execute("ROLLBACK")
                raise
            finally:
                self._give_back(connection)
        except (psycopg.DataError, ProgramLimitExceeded) as exc:
            raise BadRequestError(_NOT_KEPT) from exc
        except (psycopg.OperationalError, psycopg.InterfaceError) as exc:
            _log.warning("database failed error=%s said=%s", type(exc).__name__, exc)
            raise DataError(_NO_ANSWER) from exc

    def _begun(self, beginning: str) -> Connection:
        """Begin on a connection that is good: those from before a restart of the server are not."""
        while True:
            try:
                connection = self._idle.get_nowait()
            except queue.Empty:
                connection = connect(self._address)
                connection.execute(beginning.encode())
                return connection
            with suppress(psycopg.OperationalError):
                connection.execute(beginning.encode())
                return connection
            connection.close()

    def _give_back(self, connection: Connection) -> None:
        if connection.closed or connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
            connection.close()
        else:
            self._idle.put(connection)


class Session:
    """One connection inside its transaction, with `?` for values; the `Sql` of this engine."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def execute(self, query: str, values: Sequence[Value] = (), /) -> _Cursor:
        """Run one query."""
        return self._connection.cursor(binary=True).execute(_with_their_marks(query), values)

    def executemany(self, query: str, rows: Iterable[Sequence[Value]], /) -> _Cursor:
        """Run one query for each row of values, sent together."""
        cursor = self._connection.cursor(binary=True)
        cursor.executemany(_with_their_marks(query), rows)
        return cursor

    def copy(self, query: str, rows: bytes, /) -> None:
        """Send rows to COPY … FROM STDIN, as it reads them."""
        with self._connection.cursor().copy(query.encode()) as copy:
            copy.write(rows)

    def copy_new(self, query: str, rows: bytes, /) -> bool:
        """Send rows to COPY … FROM STDIN; False, and nothing was sent, if one is there already."""
        self._connection.execute("SAVEPOINT copying")
        try:
            self.copy(query, rows)
        except UniqueViolation:
            self._connection.execute("ROLLBACK TO SAVEPOINT copying")
            return False
        self._connection.execute("RELEASE SAVEPOINT copying")
        return True

    def alone(self, schools: Collection[int], /) -> None:
        """Be the one that changes figures of schools, and let nobody write alone, from here to the end."""
        self._connection.execute(_NOBODY_ALONE)
        self._connection.execute(_THEIR_SCHOOLS, ([*schools],))


class _NumberLoader(NumericBinaryLoader):
    """Reads a sum of whole numbers as one, as SQLite gives it."""

    def load(self, data: bytes | bytearray | memoryview) -> Row:
        """Read it."""
        found = super().load(data)
        return int(found) if found == found.to_integral_value() else float(found)


class _BytesLoader(Loader):
    """Reads a UUID as its sixteen bytes, as SQLite gives an id."""

    format = psycopg.pq.Format.BINARY

    def load(self, data: bytes | bytearray | memoryview) -> bytes:
        """Read it."""
        return bytes(data)


@lru_cache(maxsize=1000)
def _with_their_marks(query: str) -> bytes:
    """Write the marks of values as psycopg wants them; our queries have no question mark within a text."""
    return query.replace("%", "%%").replace("?", "%s").encode()


def connect(address: str) -> Connection:
    """Open one connection with our settings; used by `PostgresDatabase` and by who fills a new database."""
    given = conninfo_to_dict(address)
    settings = {name: value for name, value in _SETTINGS.items() if name not in given}
    connection = psycopg.connect(make_conninfo(address, **settings), autocommit=True)
    connection.adapters.register_dumper(int, Int8BinaryDumper)
    connection.adapters.register_loader("numeric", _NumberLoader)
    connection.adapters.register_loader("uuid", _BytesLoader)
    connection.execute(_DURABLE)
    return connection


def has_hub(address: str) -> bool:
    """Say whether a hub was made in this database.

    Raises:
        DataError: It cannot be reached.
    """
    with reached(address), connect(address) as db:
        return bool(_ran(db))


def migrate(address: str, folder: Path = MIGRATIONS) -> None:
    """Run what this database has not run yet, all of it in one transaction: nothing changes if one fails.

    Several workers may start at once: one migrates, while nobody writes.

    Raises:
        DataError: The database cannot be reached, keeps no UTF-8, or is newer than this program.
    """
    scripts = _scripts(folder)
    with reached(address), connect(address) as db:
        if db.info.parameter_status("server_encoding") != "UTF8":
            raise DataError(f"The database {_name(address)} keeps no UTF-8. Make it with: createdb --encoding UTF8")
        if _ran(db) == scripts.keys():
            return
        with db.transaction():
            db.execute(WORKER_LOCK)
            run_scripts(db, folder)


def run_scripts(db: Connection, folder: Path = MIGRATIONS) -> None:
    """Run what was not run yet, within a transaction that nobody else writes in.

    Raises:
        DataError: The database is newer than this program.
    """
    scripts = _scripts(folder)
    db.execute(_MIGRATION)
    ran = _ran(db)
    if unknown := ran - scripts.keys():
        raise DataError(f"The database has schema {max(unknown)}, newer than this program: use a newer one.")
    for name in sorted(scripts.keys() - ran):
        db.execute(scripts[name].encode())
        db.execute("INSERT INTO migration (name) VALUES (%s)", (name,))


def _scripts(folder: Path) -> dict[str, str]:
    """Give what must run, by name: shared scripts in the words of PostgreSQL, and those of its own in their place."""
    shared = {path.name: translated(path.read_text(encoding="utf-8")) for path in folder.glob("[0-9]*.sql")}
    own = {path.name: path.read_text(encoding="utf-8") for path in (folder / "postgres").glob("[0-9]*.sql")}
    return shared | own


def _ran(db: Connection) -> set[str]:
    """Name the scripts that this database has run."""
    found = db.execute("SELECT to_regclass('migration') IS NOT NULL").fetchone()
    return {str(row[0]) for row in db.execute("SELECT name FROM migration")} if found and found[0] else set()


def _name(address: str) -> str:
    return str(conninfo_to_dict(address).get("dbname", ""))


@contextmanager
def reached(address: str) -> Iterator[None]:
    """Turn what the server or the driver says into our error, for a person at the machine."""
    try:
        yield
    except psycopg.OperationalError as exc:
        raise DataError(
            f"The database {_name(address)} cannot be reached: {exc}. Is the server running, and does the service's"
            " passfile hold the password? Nothing was changed."
        ) from exc
