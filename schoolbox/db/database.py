"""The one place that knows SQLite: pragmas, connections, reading, writing, checking.

Promises: WAL with `synchronous=FULL` (what was answered is on the disk even after a power cut), foreign keys on,
immediate write transactions, one writer thread, a connection per reading thread. Queries are peewee's, or SQL where a
join reads better; rows come back as the caller's own record type.

    db = Database(path, clock=clock)
    db.open()
    db.write(lambda: db.run(Setting.replace(key="school", value="Agimi")))
    db.fetch(str, Setting.select(Setting.value))
"""

import sqlite3
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import peewee

from content_packs.clock import Clock
from schoolbox.db import migrate
from schoolbox.db.checkpoints import Checkpoints
from schoolbox.db.writer import Writer
from schoolbox.errors import DamagedDatabaseError, WriteFailedError

T = TypeVar("T")
Value = str | int | float | bytes | None

PRAGMAS: tuple[tuple[str, str | int], ...] = (
    ("journal_mode", "wal"),
    ("synchronous", "full"),
    ("foreign_keys", 1),
    ("busy_timeout", 10_000),
    ("cache_size", -4_000),
    ("temp_store", "memory"),
    ("wal_autocheckpoint", 4_000),
    ("journal_size_limit", 8 * 1024 * 1024),
    ("secure_delete", 1),
)
"""Set on every connection. `synchronous=full` costs one fsync a commit; the writer shares it among a class. The log is
moved into the file by `checkpoints`; the writer does it itself only where that thread does not keep up.

`secure_delete` puts zeros where text was deleted or changed, as Debian's SQLite does by itself and others do not. To
delete 500 statements that the hub has, 360 KiB are written with it and 358 without.
"""

DISK_ERRORS = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_BUSY")


class Database:
    """An SQLite file with many readers and one writer."""

    def __init__(self, path: Path, *, clock: Clock) -> None:
        self.path = path
        self._clock = clock
        self._handle = _Handle(None)
        self._writer: Writer | None = None
        self._gate = threading.Lock()
        self._compacting = False
        self._checkpoints = Checkpoints(path)

    def open(self) -> None:
        """Check the file, bring its schema up to date and start the writer.

        Raises:
            NewerDatabaseError: It belongs to a newer version; nothing was changed.
            DamagedDatabaseError: It does not pass SQLite's check; nothing was changed.
            WriteFailedError: The disk is full, read-only or broken; nothing was changed.
        """
        try:
            migrate.bring_up_to_date(self.path, now=self._clock.now())
        except sqlite3.DatabaseError as exc:
            if _is_the_disk(exc):
                raise WriteFailedError(problem=str(exc)) from exc
            raise DamagedDatabaseError(problem=str(exc)) from exc
        self._handle.init(str(self.path), pragmas=PRAGMAS, check_same_thread=False)  # so that `close` may end all
        self._writer = Writer(_Engine(self._handle, self._gate, self._checkpoints))

    def close(self) -> None:
        """Finish queued writes and close every connection; nobody may be reading any more."""
        if self._writer is not None:
            self._writer.close()
        self._checkpoints.close()
        if not self._handle.is_closed():
            self._handle.close()
        self._handle.close_rest()

    def close_thread(self) -> None:
        """Close the connection of the calling thread, if it has one."""
        if not self._handle.is_closed():
            self._handle.close()

    def write(self, work: Callable[[], T]) -> T:
        """Run `work` in the writer's transaction; returns when it is on the disk.

        Raises:
            WriteFailedError: It could not be kept; nothing of it is visible.
        """
        if self._writer is None:
            raise WriteFailedError(problem="the database is not open")
        return self._writer.run(work)

    def run(self, query: peewee.Query) -> int:
        """Carry out an insert, update or delete; only inside `write`.

        Returns:
            The new row's id for an insert, else how many rows were changed.

        Raises:
            WriteFailedError: The disk is full, read-only or broken.
        """
        try:
            return int(query.execute(self._handle) or 0)
        except peewee.OperationalError as exc:
            raise WriteFailedError(problem=str(exc)) from exc

    def run_sql(self, sql: str, values: Sequence[Value] = ()) -> int:
        """Carry out one changing statement given as SQL; only inside `write`.

        Raises:
            WriteFailedError: The disk is full, read-only or broken.
        """
        try:
            return int(self._handle.execute_sql(sql, tuple(values)).rowcount)
        except peewee.OperationalError as exc:
            raise WriteFailedError(problem=str(exc)) from exc

    def run_many(self, sql: str, rows: Iterable[Sequence[Value] | Mapping[str, Value]]) -> None:
        """Carry out one changing statement for each row of values, prepared once; only inside `write`.

        Raises:
            WriteFailedError: The disk is full, read-only or broken.
        """
        try:
            self._handle.connection().executemany(sql, rows)
        except sqlite3.OperationalError as exc:
            raise WriteFailedError(problem=str(exc)) from exc

    def fetch(self, record: Callable[..., T], query: peewee.Query) -> list[T]:
        """Read rows and make a record of each: `record(*columns)`."""
        return [record(*row) for row in query.tuples().execute(self._handle)]

    def fetch_sql(self, record: Callable[..., T], sql: str, values: Sequence[Value] = ()) -> list[T]:
        """Read rows of a query given as SQL and make a record of each: `record(*columns)`."""
        return [record(*row) for row in self._handle.execute_sql(sql, tuple(values))]

    def fetch_named(self, sql: str, values: Sequence[Value] = ()) -> list[dict[str, Value]]:
        """Read rows of a query given as SQL, each by the names of its columns: for whoever hands all of it on."""
        cursor = self._handle.execute_sql(sql, tuple(values))
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def compact(self) -> None:
        """Write the file anew without what was deleted, and empty the log beside it: nothing deleted stays readable.

        Takes as long as copying the file some times over: 6 s for 1,500 pupils after years, on a PC. Whoever writes
        meanwhile waits, however long: SQLite itself would give up after `busy_timeout`. Never inside `write`.

        Raises:
            WriteFailedError: There is no room for another copy; the file is as it was.
        """
        connection = sqlite3.connect(self.path, isolation_level=None, timeout=30)
        try:
            connection.execute("PRAGMA synchronous = FULL")
            with self._gate, self._checkpoints.pause:
                self._compacting = True
                connection.execute("VACUUM")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.OperationalError as exc:
            raise WriteFailedError(problem=str(exc)) from exc
        finally:
            self._compacting = False
            connection.close()

    def first(self, record: Callable[..., T], query: peewee.Query) -> T | None:
        """Read the first row of a query, or None."""
        rows = self.fetch(record, query.limit(1))
        return rows[0] if rows else None

    def answers(self, *, within_s: float) -> bool:
        """Whether the writer takes its turn and something can be read; nothing is written for it.

        A disk that is full or read-only counts as an answer: starting again would change nothing. So does a file that
        is being compacted, which keeps the writer waiting for as long as it takes.
        """
        if self._writer is None:
            return False
        try:
            try:
                self._writer.ask(self._read_a_little).result(within_s)
            except WriteFailedError:
                self._read_a_little()
            except TimeoutError:
                if not self._compacting:
                    return False
                self._read_a_little()
        except peewee.DatabaseError:
            return False
        return True

    def takes_a_write(self) -> bool:
        """Whether the writer can write, tried with a table that is gone again before anybody sees it."""

        def make_and_drop() -> None:
            self.run_sql("CREATE TABLE taken_back (x)")
            self.run_sql("DROP TABLE taken_back")

        try:
            self.write(make_and_drop)
        except (WriteFailedError, peewee.DatabaseError):
            return False
        return True

    def _read_a_little(self) -> None:
        self.fetch_sql(int, "SELECT count(*) FROM sqlite_schema")

    def check(self) -> list[str]:
        """Run SQLite's full check; an empty list means that the file is whole."""
        found = [str(row[0]) for row in self._handle.execute_sql("PRAGMA integrity_check")]
        found += [f"foreign key: {row[0]} row {row[1]}" for row in self._handle.execute_sql("PRAGMA foreign_key_check")]
        return [line for line in found if line != "ok"]


def _is_the_disk(error: sqlite3.DatabaseError) -> bool:
    """Whether SQLite complains of the disk and not of the file. Source: sqlite.org/rescode.html."""
    name = str(getattr(error, "sqlite_errorname", ""))
    return name.startswith(DISK_ERRORS) and name != "SQLITE_IOERR_SHORT_READ"


class _Handle(peewee.SqliteDatabase):
    """A connection a thread, each kept until it is closed: a thread that ends must not leave one to chance."""

    def __init__(self, database: str | None) -> None:
        self._open: set[sqlite3.Connection] = set()
        super().__init__(database)

    def close_rest(self) -> None:
        """Close the connections of threads that did not do it themselves."""
        for connection in tuple(self._open):
            self._close(connection)

    def _connect(self) -> sqlite3.Connection:
        connection: sqlite3.Connection = super()._connect()  # type: ignore[misc]  # peewee brings no types
        self._open.add(connection)
        return connection

    def _close(self, conn: sqlite3.Connection) -> None:
        self._open.discard(conn)
        super()._close(conn)  # type: ignore[misc]  # peewee brings no types


class _Engine:
    """The writer's connection, spoken to in plain transaction words; it begins only while the gate is open."""

    def __init__(self, handle: peewee.SqliteDatabase, gate: threading.Lock, checkpoints: Checkpoints) -> None:
        self._handle = handle
        self._gate = gate
        self._checkpoints = checkpoints

    def begin(self) -> None:
        with self._gate:
            self._say("BEGIN IMMEDIATE")

    def savepoint(self) -> None:
        self._say("SAVEPOINT job")

    def release(self) -> None:
        self._say("RELEASE job")

    def undo(self) -> None:
        self._say("ROLLBACK TO job")
        self._say("RELEASE job")

    def commit(self) -> None:
        self._say("COMMIT")
        self._checkpoints.note_commit()

    def rollback(self) -> None:
        if not self._handle.is_closed() and self._handle.connection().in_transaction:
            self._say("ROLLBACK")

    def close(self) -> None:
        if not self._handle.is_closed():
            self._handle.close()

    def _say(self, sql: str) -> None:
        try:
            self._handle.execute_sql(sql)
        except peewee.DatabaseError as exc:
            raise WriteFailedError(problem=f"{sql}: {exc}") from exc
