"""Give statements back: find narrow rows, unpack their batches, complete what a store must add.

    page = Library(database).page(selection, owner=None)
    page.statements, page.last_seq
"""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from msgspec import Raw

from sync.hub.database import Database, Sql
from sync.hub.json_values import Json, decode_json
from sync.hub.lrs.activities import described
from sync.hub.lrs.completing import Stored, complete
from sync.hub.lrs.finding import find
from sync.hub.lrs.packing import unpack
from sync.hub.lrs.selection import Selection
from sync.hub.terms import find_term


class Page(msgspec.Struct, frozen=True):
    """Statements as JSON objects, complete, and their places; the next page goes on at `last_seq`, None on the last."""

    statements: tuple[Raw, ...]
    seqs: tuple[int, ...]
    last_seq: int | None


class _Row(msgspec.Struct, frozen=True):
    seq: int
    id: UUID
    batch: int
    line: int


class Library:
    """Reads statements; `owner` limits a reader to its own, None sees all."""

    def __init__(self, database: Database, *, in_stretches: bool = False) -> None:
        self._database = database
        self._in_stretches = in_stretches

    def one(self, statement_id: UUID, *, voided: bool, owner: int | None) -> Page | None:
        """Give a page with one statement, found by its id, or None."""
        with self._database.read() as db:
            row = db.execute(
                "SELECT seq, id, batch, line FROM statement WHERE id = ? AND voided = ?"
                " AND (CAST(? AS BIGINT) IS NULL OR owner = ?)",
                (statement_id.bytes, int(voided), owner, owner),
            ).fetchone()
            return Page(tuple(_unpack(db, [_row(row)])), (int(row[0]),), None) if row else None

    def activity(self, activity_id: str, *, owner: int | None) -> dict[str, Json]:
        """Give an activity with all that is known of it from statements that may define it."""
        with self._database.read() as db:
            term = find_term(db, activity_id)
            asked = (term, owner, owner, _DEFINED_BY)
            rows = db.execute(_ABOUT_ACTIVITY, asked * 3).fetchall() if term is not None else []
            return described(activity_id, [decode_json(one) for one in _unpack(db, [_row(row) for row in rows])])

    def page(self, selection: Selection, *, owner: int | None) -> Page:
        """Give the statements a selection asks for, newest first unless it says otherwise."""
        with self._database.read() as db:
            rows = find(db, selection, owner, in_stretches=self._in_stretches)
            found = [_row(row) for row in rows[: selection.limit]]
            last_seq = found[-1].seq if len(rows) > selection.limit else None
            return Page(tuple(_unpack(db, found)), tuple(row.seq for row in found), last_seq)


_DEFINED_BY = 25
"""Of so many statements about it, and so many that mention it, the newest, an activity is put together."""
_DEFINING = (
    "s.voided = 0 AND (CAST(? AS BIGINT) IS NULL OR s.owner = ?) AND EXISTS (SELECT 1 FROM batch b JOIN credential c"
    " ON c.id = b.credential WHERE b.id = s.batch AND (' ' || c.scopes || ' ' LIKE '% define %'"
    " OR ' ' || c.scopes || ' ' LIKE '% all %'))"
)
_ABOUT_ACTIVITY = (
    "SELECT seq, id, batch, line FROM statement WHERE seq IN ("  # noqa: S608  fixed texts
    "SELECT * FROM (SELECT s.seq FROM statement s"
    " WHERE s.object = ? AND " + _DEFINING + " ORDER BY s.seq DESC LIMIT ?) AS named"
    " UNION SELECT * FROM (SELECT m.seq FROM related m JOIN statement s ON s.seq = m.seq"
    " WHERE m.term = ? AND " + _DEFINING + " ORDER BY m.seq DESC LIMIT ?) AS mentioned"
    " UNION SELECT * FROM (SELECT s.seq FROM scene_mention m JOIN statement s ON s.scene = m.scene"
    " WHERE m.term = ? AND " + _DEFINING + " ORDER BY s.seq DESC LIMIT ?) AS shared) ORDER BY seq"
)


def _row(row: tuple[int, bytes, int, int]) -> _Row:
    return _Row(int(row[0]), UUID(bytes=bytes(row[1])), int(row[2]), int(row[3]))


def _unpack(db: Sql, rows: Sequence[_Row]) -> list[Raw]:
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
            lines = unpack(bytes(packed))
            batches[row.batch] = (lines, int(stored_us), str(key), int(xapi))
        lines, stored_us, key, xapi = batches[row.batch]
        statements.append(complete(lines[row.line], Stored(row.id, stored_us, key, xapi)))
    return statements
