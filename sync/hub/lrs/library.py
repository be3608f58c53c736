"""Give statements back: find narrow rows, unpack their batches, complete what a store must add.

    page = Library(database).page(selection, owner=None)
    page.statements, page.last_seq
"""

import sqlite3
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import msgspec
from msgspec import Raw

from sync.hub.database import Database
from sync.hub.lrs.completing import Stored, complete
from sync.hub.lrs.finding import find
from sync.hub.lrs.selection import Selection


@dataclass(frozen=True, slots=True)
class Page:
    """Statements as JSON objects, complete; `last_seq` is where the next page goes on, None on the last one."""

    statements: tuple[Raw, ...]
    last_seq: int | None


@dataclass(frozen=True, slots=True)
class _Row:
    seq: int
    id: UUID
    batch: int
    line: int


class Library:
    """Reads statements; `owner` limits a reader to its own, None sees all."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def one(self, statement_id: UUID, *, voided: bool, owner: int | None) -> Raw | None:
        """Give one statement by its id, or None."""
        with self._database.read() as db:
            row = db.execute(
                "SELECT seq, id, batch, line FROM statement WHERE id = ? AND voided = ? AND (? IS NULL OR owner = ?)",
                (statement_id.bytes, int(voided), owner, owner),
            ).fetchone()
            return _unpack(db, [_row(row)])[0] if row else None

    def page(self, selection: Selection, *, owner: int | None) -> Page:
        """Give the statements a selection asks for, newest first unless it says otherwise."""
        with self._database.read() as db:
            rows = find(db, selection, owner)
            found = [_row(row) for row in rows[: selection.limit]]
            return Page(tuple(_unpack(db, found)), found[-1].seq if len(rows) > selection.limit else None)


def _row(row: tuple[int, bytes, int, int]) -> _Row:
    return _Row(int(row[0]), UUID(bytes=bytes(row[1])), int(row[2]), int(row[3]))


def _unpack(db: sqlite3.Connection, rows: Sequence[_Row]) -> list[Raw]:
    """Take statements out of their batches, in the order asked for."""
    batches: dict[int, tuple[list[Raw], int, str, int]] = {}
    statements: list[Raw] = []
    for row in rows:
        if row.batch not in batches:
            packed, stored_us, key, xapi = db.execute(
                "SELECT b.packed, b.stored_us, c.key, b.xapi FROM batch b JOIN credential c ON c.id = b.credential"
                " WHERE b.id = ?",
                (row.batch,),
            ).fetchone()
            lines = msgspec.json.decode(zlib.decompress(packed), type=list[Raw])
            batches[row.batch] = (lines, int(stored_us), str(key), int(xapi))
        lines, stored_us, key, xapi = batches[row.batch]
        statements.append(complete(lines[row.line], Stored(row.id, stored_us, key, xapi)))
    return statements
