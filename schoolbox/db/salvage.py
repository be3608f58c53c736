"""Reading what a damaged database still gives, table by table, into a whole one.

Promises: the damaged file is only read. A table that passes SQLite's check and can be read to its end replaces what the
other has of it. Of any other table the rows are taken from both ends up to the first that cannot be read; a row that
breaks a rule of the schema, or has a value of the wrong kind, is left. Numbers that were given out are not given out
again.

    salvaged = salvage(Path("damaged.db"), Path("copy.db"))
    salvaged.torn        # ("progress",)
"""

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from schoolbox.db.snapshots import open_to_read

LEAP = 1_000_000
"""How far the counter of a table jumps if rows of it were lost and nobody knows how many there were."""
_KINDS: dict[str, tuple[type, ...]] = {"INTEGER": (int,), "TEXT": (str,), "REAL": (float, int), "BLOB": (bytes,)}
_TABLES = """
SELECT name, sql LIKE 'CREATE VIRTUAL%', sql LIKE '%WITHOUT ROWID%', sql LIKE '%AUTOINCREMENT%' FROM sqlite_master
 WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE 'item\\_words\\_%' ESCAPE '\\'
"""
"""What search keeps behind `item_words` is written through it."""
Row = tuple[object, ...]


class Salvaged(msgspec.Struct, frozen=True):
    """`rows` were read; of the tables `torn` not everything could be; `people` are in the whole database now."""

    rows: int
    torn: tuple[str, ...]
    people: int


class _Table(msgspec.Struct, frozen=True):
    name: str
    columns: tuple[str, ...]
    kinds: tuple[tuple[type, ...], ...]
    order: tuple[str, ...]
    counts: bool

    def select(self, direction: str) -> str:
        """Read all rows in the order in which they lie in the file."""
        order = ", ".join(f'"{column}" {direction}' for column in self.order)
        return f'SELECT {self._names()} FROM "{self.name}" ORDER BY {order}'

    def insert(self) -> str:
        """Write one row in place of what has its key."""
        marks = ", ".join("?" for _ in self.columns)
        return f'INSERT OR REPLACE INTO "{self.name}" ({self._names()}) VALUES ({marks})'

    def fits(self, row: Row) -> bool:
        """Say whether every value is of its column's kind."""
        return all(value is None or isinstance(value, kind) for value, kind in zip(row, self.kinds, strict=True))

    def _names(self) -> str:
        return ", ".join(f'"{column}"' for column in self.columns)


def salvage(damaged: Path, whole: Path) -> Salvaged:
    """Lay over a whole database what a damaged one still gives; one transaction.

    Raises:
        sqlite3.DatabaseError: The whole one cannot be written; it is as it was.
    """
    with contextlib.closing(sqlite3.connect(whole, isolation_level=None)) as target, _reading(damaged) as source:
        target.execute("PRAGMA journal_mode=delete")  # one file, without companions
        target.execute("PRAGMA synchronous=full")
        target.execute("PRAGMA foreign_keys=0")
        target.execute("BEGIN IMMEDIATE")
        tables = _tables(source, target)
        rows, torn = 0, []
        for table in tables:
            read, to_its_end = _take(source, target, table)
            rows += read
            if not to_its_end:
                torn.append(table.name)
        if torn:
            _drop_orphans(target, tables)
        _go_on_counting(source, target, [table.name for table in tables if table.counts], torn)
        people = int(target.execute("SELECT count(*) FROM person").fetchone()[0])
        target.execute("COMMIT")
    return Salvaged(rows, tuple(sorted(torn)), people)


@contextlib.contextmanager
def _reading(damaged: Path) -> Iterator[sqlite3.Connection]:
    """Open the damaged file to read only: with its log if that works, else without."""
    for way in ("mode=ro", "immutable=1"):
        with contextlib.closing(open_to_read(damaged, way)) as source:
            try:
                source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            except sqlite3.DatabaseError:
                if way != "immutable=1":
                    continue
            yield source
            return


def _tables(source: sqlite3.Connection, target: sqlite3.Connection) -> list[_Table]:
    """Every table of the whole database, with those columns that the damaged one has too."""
    found = []
    for name, virtual, keyed, counts in target.execute(_TABLES).fetchall():
        info = target.execute(f'PRAGMA table_info("{name}")').fetchall()
        known = _columns(source, name)
        shared = [(column[1], _KINDS.get(column[2], (str, int))) for column in info if column[1] in known or not known]
        if virtual:
            shared.append(("rowid", (int,)))
        order = tuple(_primary(info)) if keyed else ("rowid",)
        found.append(
            _Table(name, tuple(each for each, _ in shared), tuple(kind for _, kind in shared), order, bool(counts))
        )
    return found


def _primary(info: Sequence[Row]) -> list[str]:
    """The columns of the primary key, in its order. Source: sqlite.org/pragma.html#pragma_table_info."""
    return [str(column[1]) for column in sorted(info, key=lambda each: int(str(each[5]))) if column[5]]


def _columns(source: sqlite3.Connection, name: str) -> set[str]:
    """The columns a table has in the damaged file; none if not even that can be read."""
    try:
        return {str(row[1]) for row in source.execute(f'PRAGMA table_info("{name}")')}
    except sqlite3.DatabaseError:
        return set()


def _take(source: sqlite3.Connection, target: sqlite3.Connection, table: _Table) -> tuple[int, bool]:
    """Take one table over; how many rows were read, and whether that was all of it."""
    if _is_sound(source, table.name):
        target.execute("SAVEPOINT one")
        target.execute(f'DELETE FROM "{table.name}"')
        read, refused, broken = _pour(source, target, table, "ASC")
        if not (refused or broken):
            target.execute("RELEASE one")
            return read, True
        target.execute("ROLLBACK TO one")
        target.execute("RELEASE one")
    return sum(_pour(source, target, table, direction)[0] for direction in ("ASC", "DESC")), False


def _is_sound(source: sqlite3.Connection, name: str) -> bool:
    """Whether a table passes SQLite's own check. Source: sqlite.org/pragma.html#pragma_quick_check."""
    try:
        return [row[0] for row in source.execute(f'PRAGMA quick_check("{name}")')] == ["ok"]
    except sqlite3.DatabaseError:
        return False


def _pour(
    source: sqlite3.Connection, target: sqlite3.Connection, table: _Table, direction: str
) -> tuple[int, int, bool]:
    """Write every row that can be read in one direction: how many, how many were refused, whether reading broke."""
    reading = _Reading(source, table.select(direction))
    kept = refused = 0
    for row in reading:
        if not table.fits(row):
            refused += 1
            continue
        try:
            target.execute(table.insert(), row)
            kept += 1
        except sqlite3.IntegrityError:
            refused += 1
    return kept, refused, reading.broken


class _Reading:
    """Rows of a query up to the first that cannot be read; `broken` says that there was one."""

    def __init__(self, source: sqlite3.Connection, sql: str) -> None:
        self._source = source
        self._sql = sql
        self.broken = False

    def __iter__(self) -> Iterator[Row]:
        try:
            yield from self._source.execute(self._sql)
        except sqlite3.DatabaseError:
            self.broken = True


def _drop_orphans(target: sqlite3.Connection, tables: Sequence[_Table]) -> None:
    """Delete rows whose parent was lost, and then those whose parent that was."""
    for _ in tables:
        torn = {str(row[0]) for row in target.execute("PRAGMA foreign_key_check")}
        if not torn:
            return
        for name in torn:
            for condition in _orphaned(target, name):
                target.execute(f'DELETE FROM "{name}" WHERE {condition}')


def _orphaned(target: sqlite3.Connection, name: str) -> list[str]:
    """For each foreign key of a table the condition that its parent is not there."""
    keys: dict[int, list[tuple[str, str, str | None]]] = {}
    for number, _, parent, child, column, *_rest in target.execute(f'PRAGMA foreign_key_list("{name}")'):
        keys.setdefault(int(number), []).append((parent, child, column))
    conditions = []
    for pairs in keys.values():
        parent = pairs[0][0]
        primary = _primary(target.execute(f'PRAGMA table_info("{parent}")').fetchall())
        columns = [column or primary[place] for place, (_, _, column) in enumerate(pairs)]
        same = " AND ".join(
            f'parent."{column}" = "{name}"."{child}"' for (_, child, _), column in zip(pairs, columns, strict=True)
        )
        known = " AND ".join(f'"{name}"."{child}" IS NOT NULL' for _, child, _ in pairs)
        conditions.append(f'{known} AND NOT EXISTS (SELECT 1 FROM "{parent}" AS parent WHERE {same})')
    return conditions


def _go_on_counting(
    source: sqlite3.Connection, target: sqlite3.Connection, names: Sequence[str], torn: Sequence[str]
) -> None:
    """Let every counter go on behind the highest number that was given out, as far as anybody knows it."""
    reading = _Reading(source, "SELECT name, seq FROM sqlite_sequence")
    given = {str(name): seq for name, seq in reading if isinstance(seq, int)}
    known = not reading.broken and _is_sound(source, "sqlite_sequence")
    for name in names:
        own = target.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (name,)).fetchone()
        leap = 0 if known or name not in torn else LEAP
        highest = max(given.get(name, 0), int(own[0]) if own else 0) + leap
        target.execute("DELETE FROM sqlite_sequence WHERE name = ?", (name,))
        target.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (name, highest))
