"""Taking statements out of where an engine keeps them, into a table `gone` of the transaction that sums them up.

What may go are statements with ids that tell a time before a bound, of batches up to a number: batches have their
numbers in the order in which they came. Both engines give the table `gone` the same columns.

    ways = ways_of(database)
    with database.write(overwriting=True) as db:
        ways.take(db, (7, 26), floor_ms)
"""

from datetime import datetime
from typing import Protocol

from sync.hub.database import Database, Sql
from sync.hub.landing.partitions import name_of, week_of
from sync.hub.landing.ports import WideDatabase
from sync.hub.retention.floor import FIRST_MS, id_at
from sync.statements import utc_text

PATIENCE_S = 10.0
"""Who wants all rows for a moment waits so long for who reads: all others queue behind."""
_RAISE = (
    "INSERT INTO retention (id, floor_ms, came_ms, raised_at) VALUES (1, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
    " floor_ms = CASE WHEN excluded.floor_ms > retention.floor_ms THEN excluded.floor_ms ELSE retention.floor_ms END,"
    " came_ms = CASE WHEN excluded.came_ms > retention.came_ms THEN excluded.came_ms ELSE retention.came_ms END,"
    " raised_at = excluded.raised_at"
)
_GONE = (
    "CREATE TEMP TABLE gone (seq BIGINT, id {id}, batch BIGINT, line INTEGER, actor BIGINT, voided INTEGER,"
    " day INTEGER, school BIGINT, class BIGINT, grade INTEGER, area TEXT{order}, pack BIGINT, item BIGINT, verb BIGINT,"
    " completed INTEGER, score_milli INTEGER, watched_ms BIGINT)"
)


class Ways(Protocol):
    """How one engine finds what may go, takes it, and raises the floor."""

    def oldest(self, db: Sql, from_ms: int, below_ms: int, batch: int) -> bytes | None:
        """Give the first id made at a moment or later, below another, of batches up to one."""

    def newest(self, db: Sql, below_ms: int) -> bytes | None:
        """Give the last id made before a moment."""

    def count(self, db: Sql, from_ms: int, below_ms: int, batch: int) -> int:
        """Say how many there are."""

    def batches(self, db: Sql, below_ms: int, batch: int) -> list[int]:
        """Name the batches, up to one, that have some below a bound."""

    def take(self, db: Sql, batches: tuple[int, int], below_ms: int) -> None:
        """Move the rows of batches from one to another into `gone`."""

    def close(self, floor_ms: int, came_ms: int, at: datetime) -> None:
        """Raise the floor, when nobody is under way who was told that it is lower.

        Raises:
            DataError: Somebody was under way for too long; nothing was changed.
        """

    def drop(self, floor_ms: int) -> tuple[str, ...]:
        """Drop what held weeks below the floor and is empty; what is left in it is moved.

        Raises:
            DataError: Somebody reads for long; the next time will do.
        """


class _Finding:
    """Questions that both engines understand, but for how an id is written."""

    table, batch, bound, timed = "statement", "batch", "?", "substr(hex(id), 13, 1) = '7'"

    def oldest(self, db: Sql, from_ms: int, below_ms: int, batch: int) -> bytes | None:
        query = f"SELECT id FROM {self._within} AND {self.batch} <= ? ORDER BY id LIMIT 1"  # noqa: S608  our own words
        row = db.execute(query, (*_ids(from_ms, below_ms), batch)).fetchone()
        return bytes(row[0]) if row else None

    def newest(self, db: Sql, below_ms: int) -> bytes | None:
        query = f"SELECT id FROM {self._within} ORDER BY id DESC LIMIT 1"  # noqa: S608  our own words
        row = db.execute(query, _ids(0, below_ms)).fetchone()
        return bytes(row[0]) if row else None

    def count(self, db: Sql, from_ms: int, below_ms: int, batch: int) -> int:
        query = f"SELECT count(*) FROM {self._within} AND {self.batch} <= ?"  # noqa: S608  our own words
        return int(db.execute(query, (*_ids(from_ms, below_ms), batch)).fetchone()[0])

    def batches(self, db: Sql, below_ms: int, batch: int) -> list[int]:
        query = f"SELECT DISTINCT {self.batch} FROM {self._within} AND {self.batch} <= ? ORDER BY 1"  # noqa: S608  our own words
        return [int(row[0]) for row in db.execute(query, (*_ids(0, below_ms), batch)).fetchall()]

    @property
    def _within(self) -> str:
        return f"{self.table} WHERE id >= {self.bound} AND id < {self.bound} AND {self.timed}"


class _FileWays(_Finding):
    """One file: a row says everything, and one writes at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, db: Sql, batches: tuple[int, int], below_ms: int) -> None:
        db.execute(_GONE.format(id="BLOB", order=""))
        db.execute(
            "INSERT INTO gone SELECT s.seq, s.id, s.batch, s.line, s.actor, s.voided, s.day, s.school, s.class,"  # noqa: S608  our own words
            " s.grade, s.area, s.pack, s.item, s.verb, s.completed, s.score_milli, s.watched_ms"
            " FROM batch b CROSS JOIN statement s WHERE b.id BETWEEN ? AND ? AND s.batch = b.id"
            " AND s.id >= ? AND s.id < ?"
            f" AND {self.timed.replace('id', 's.id')}",
            (*batches, *_ids(0, below_ms)),
        )
        db.execute("DELETE FROM statement WHERE seq IN (SELECT seq FROM gone)")

    def close(self, floor_ms: int, came_ms: int, at: datetime) -> None:
        with self._database.write() as db:
            db.execute(_RAISE, (floor_ms, came_ms, utc_text(at)))

    def drop(self, floor_ms: int) -> tuple[str, ...]:  # noqa: ARG002  as the other engine
        return ()


class _WideWays(_Finding):
    """PostgreSQL: narrow rows in a partition a week. Who makes rows holds `fact` from before it reads the floor."""

    table, batch = "fact", "landed"
    bound, timed = "CAST(encode(?, 'hex') AS UUID)", "substr(CAST(id AS TEXT), 15, 1) = '7'"

    def __init__(self, database: WideDatabase, patience_s: float) -> None:
        self._database = database
        self._patience = f"SET LOCAL lock_timeout = '{patience_s:.1f}s'"

    def take(self, db: Sql, batches: tuple[int, int], below_ms: int) -> None:
        db.execute(_GONE.format(id="UUID", order=' COLLATE "C"'))
        db.execute(
            f"WITH went AS (DELETE FROM {self._within} AND landed BETWEEN ? AND ? RETURNING *)"  # noqa: S608  our own words
            " INSERT INTO gone SELECT CAST(f.landed AS BIGINT) * 1000 + (f.mark & 1023), f.id, f.landed, f.mark & 1023,"
            " f.actor, f.mark >> 11 & 1, f.mark >> 13, s.school, s.class, s.grade, s.area, s.pack, s.item, s.verb,"
            " f.mark >> 10 & 1, CASE WHEN f.mark & 4096 <> 0 THEN f.amount END,"
            " CASE WHEN f.mark & 4096 = 0 THEN f.amount ELSE 0 END FROM went f JOIN scene s ON s.id = f.scene",
            (*_ids(0, below_ms), *batches),
        )

    def close(self, floor_ms: int, came_ms: int, at: datetime) -> None:
        with self._database.beside() as db:
            db.execute(self._patience)
            db.execute("LOCK TABLE ONLY fact IN SHARE MODE")
            db.execute(_RAISE, (floor_ms, came_ms, utc_text(at)))
        with self._database.beside() as db:
            db.execute(_SUMMARIZE, (name_of(week_of(floor_ms)),))

    def drop(self, floor_ms: int) -> tuple[str, ...]:
        with self._database.read() as db:
            names = [str(row[0]) for row in db.execute(_BELOW, (name_of(week_of(floor_ms)),)).fetchall()]
        for name in names:
            with self._database.beside() as db:
                db.execute(self._patience)
                db.execute("LOCK TABLE ONLY fact IN ACCESS EXCLUSIVE MODE")
                db.execute(f"ALTER TABLE fact DETACH PARTITION {name}")
                db.execute(f"INSERT INTO fact SELECT * FROM {name}")  # noqa: S608  our own names
                db.execute(f"DROP TABLE {name}")
        return tuple(names)


_SUMMARIZE = (
    "SELECT brin_summarize_new_values(i.oid) FROM pg_inherits h JOIN pg_class t ON t.oid = h.inhrelid"
    " JOIN pg_index x ON x.indrelid = t.oid JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_am a ON a.oid = i.relam"
    " WHERE h.inhparent = 'fact'::regclass AND a.amname = 'brin' AND (t.relname < ? OR t.relname = 'fact_other')"
)
"""Rows of a batch are found by a BRIN index, which reads all pages that nobody summarized since they were written."""
_BELOW = (
    "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'fact'::regclass"
    " AND c.relname <> 'fact_other' AND c.relname < ? ORDER BY c.relname"
)


def ways_of(database: Database, *, patience_s: float = PATIENCE_S) -> Ways:
    """Give the ways of the engine that keeps a database."""
    return _WideWays(database, patience_s) if isinstance(database, WideDatabase) else _FileWays(database)


def _ids(from_ms: int, below_ms: int) -> tuple[bytes, bytes]:
    """Give the bounds of ids that tell a time; no id before the first box does."""
    return id_at(max(FIRST_MS, from_ms)), id_at(max(FIRST_MS, below_ms))
