"""A database in one file: SQLite in WAL mode with full synchronisation: what was answered survives a power cut.

Rules: pragmas are set here only; readers see one moment; one writer at a time, in an immediate transaction that is
durable when `write()` ends.

    database = SqliteDatabase(path)
    with database.read() as db:
        db.execute("SELECT count(*) FROM box").fetchone()
"""

import queue
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from itertools import islice
from pathlib import Path

from sync.hub.database import Trial
from sync.hub.errors import DataError

MIGRATIONS = Path(__file__).parent.parent / "migrations"
_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 15000",
    "PRAGMA cache_size = -16000",
    "PRAGMA temp_store = MEMORY",
)


class SqliteDatabase:
    """Connections to one file, for many threads; `close()` when done."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue()
        self._write_lock = threading.Lock()
        self._writer = connect(path)

    def close(self) -> None:
        """Close every connection that is not in use."""
        self._writer.close()
        with suppress(queue.Empty):
            while True:
                self._idle.get_nowait().close()

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Look at one moment of the database."""
        try:
            db = self._idle.get_nowait()
        except queue.Empty:
            db = connect(self._path)
        try:
            db.execute("BEGIN")
            yield db
        finally:
            if db.in_transaction:
                db.execute("ROLLBACK")
            self._idle.put(db)

    @contextmanager
    def write(self, *, overwriting: bool = False) -> Iterator[sqlite3.Connection]:
        """Change the database: all of it, durably, or nothing if an error leaves the block.

        With `overwriting`, zeros take the place of what is deleted, so that it cannot be read from the file again.
        """
        with self._write_lock:
            db = self._writer
            db.execute(f"PRAGMA secure_delete = {int(overwriting)}")
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    @contextmanager
    def trying(self, tables: Sequence[str]) -> Iterator[Trial]:
        """Look at one moment, with empty tables in front of these that go when the block ends; nobody waits for it."""
        with closing(connect(self._path)) as db:
            db.execute("PRAGMA temp_store = FILE")  # they may be larger than memory, and hold numbers only
            db.execute("BEGIN")
            for name in tables:
                made = db.execute("SELECT sql FROM main.sqlite_master WHERE type = 'table' AND name = ?", (name,))
                db.execute(str(made.fetchone()[0]).replace("CREATE TABLE", "CREATE TEMP TABLE", 1))
            yield Trial(db, "main")

    def truncate_log(self) -> None:
        """Bring what was written into the file itself, so that nothing overwritten is left in the log beside it."""
        with self._write_lock:
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def problems(self) -> list[str]:
        """Say what is broken in the file, and which references lead nowhere."""
        with self.read() as db:
            found = [str(row[0]) for row in db.execute("PRAGMA integrity_check(20)") if row[0] != "ok"]
            broken = [*islice(db.execute("PRAGMA foreign_key_check"), 20)]
        return [*found, *(f"a row of {row[0]} refers to nothing in {row[2]}" for row in broken)]


def connect(path: Path) -> sqlite3.Connection:
    """Open the file with our pragmas; used by `SqliteDatabase` and by copies."""
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=15)
    try:
        for pragma in _PRAGMAS:
            db.execute(pragma)
    except BaseException:
        db.close()
        raise
    return db


def migrate(path: Path, folder: Path = MIGRATIONS) -> int:
    """Bring the file to the schema of the scripts in `folder` and say which it is; an older one is copied aside before.

    Raises:
        DataError: The file is newer than this program, or damaged.
    """
    scripts = sorted(folder.glob("[0-9]*.sql"))
    try:
        db = connect(path)
    except sqlite3.DatabaseError as exc:
        raise DataError(f"The database {path.name} cannot be opened: {exc}. Restore the newest backup.") from exc
    try:
        have = int(db.execute("PRAGMA user_version").fetchone()[0])
        if have > len(scripts):
            raise DataError(f"The database has schema {have}, newer than this program: use a newer schoolbox-hub.")
        if 0 < have < len(scripts):
            db.execute("VACUUM INTO ?", (str(path.with_name(f"{path.stem}.before-{len(scripts)}.db")),))
        for number in range(have, len(scripts)):
            _run(db, scripts[number].read_text(encoding="utf-8"), version=number + 1)
    finally:
        db.close()
    return len(scripts)


def _run(db: sqlite3.Connection, script: str, *, version: int) -> None:
    """Run one migration in one transaction, and take it back if it breaks a foreign key."""
    db.execute("BEGIN IMMEDIATE")
    try:
        for statement in _statements(script):
            db.execute(statement)
        _refuse_broken_references(db, version=version)
        db.execute(f"PRAGMA user_version = {version:d}")
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise


def _refuse_broken_references(db: sqlite3.Connection, *, version: int) -> None:
    """Stop a migration that would leave a reference to nothing."""
    if db.execute("PRAGMA foreign_key_check").fetchall():
        raise DataError(f"Migration {version} would break references; the database is as it was.")


def _statements(script: str) -> Iterator[str]:
    """Split a script into its statements."""
    held = ""
    for line in script.splitlines(keepends=True):
        held += line
        if sqlite3.complete_statement(held):
            yield held
            held = ""
