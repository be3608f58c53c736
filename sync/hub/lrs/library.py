"""Give statements back: find narrow rows, unpack their batches, complete what a store must add.

    page = Library(database).page(selection, owner=None)
    page.statements, page.last_seq
"""

import sqlite3
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
from msgspec import Raw

from sync import iris
from sync.hub.database import Database
from sync.hub.lrs.selection import Selection
from sync.hub.terms import find_term

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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
            conditions = _conditions(db, selection, owner)
            if conditions is None:
                return Page((), None)
            where = " AND ".join(text for text, _ in conditions)
            values = [value for _, bound in conditions for value in bound]
            order = "ASC" if selection.ascending else "DESC"
            rows = db.execute(
                f"SELECT seq, id, batch, line FROM statement s WHERE {where} ORDER BY seq {order} LIMIT ?",  # noqa: S608  fixed texts, values are bound
                (*values, selection.limit + 1),
            ).fetchall()
            found = [_row(row) for row in rows[: selection.limit]]
            return Page(tuple(_unpack(db, found)), found[-1].seq if len(rows) > selection.limit else None)


_Condition = tuple[str, tuple[int | bytes, ...]]


def _conditions(db: sqlite3.Connection, selection: Selection, owner: int | None) -> list[_Condition] | None:
    """Turn a selection into conditions; None if a text is unknown to the hub, so that nothing can match."""
    registration = selection.registration.bytes if selection.registration else None
    given: tuple[tuple[str, int | bytes | None], ...] = (
        ("owner = ?", owner),
        ("registration = ?", registration),
        ("seq > ?" if selection.ascending else "seq < ?", selection.cursor),
        (_FIRST_AFTER.format(">="), selection.since_us),
        (_FIRST_AFTER.format("<"), selection.until_us),
    )
    found: list[_Condition] = [("voided = 0", ()), *((text, (value,)) for text, value in given if value is not None)]
    for text, condition in (
        (selection.verb, "verb = ?1"),
        (selection.activity, _ACTIVITY_RELATED if selection.related_activities else "object = ?1"),
        (selection.agent, _AGENT_RELATED if selection.related_agents else _AGENT),
    ):
        if text is not None:
            term = find_term(db, text)
            if term is None:
                return None
            found.append((condition.replace("?1", "?"), (term,) * condition.count("?1")))
    return found


_FIRST_AFTER = (
    "seq {} coalesce((SELECT first_seq FROM batch WHERE stored_us > ? ORDER BY stored_us LIMIT 1), 9223372036854775807)"
)
_ACTIVITY_RELATED = "(object = ?1 OR EXISTS (SELECT 1 FROM related r WHERE r.term = ?1 AND r.seq = s.seq))"
_AGENT_RELATED = f"(actor = ?1 OR {_ACTIVITY_RELATED})"
_AGENT = (
    "(actor = ?1 OR object = ?1 OR EXISTS"
    " (SELECT 1 FROM related r WHERE r.term = ?1 AND r.seq = s.seq AND r.member = 1))"
)


def _row(row: tuple[int, bytes, int, int]) -> _Row:
    return _Row(int(row[0]), UUID(bytes=bytes(row[1])), int(row[2]), int(row[3]))


def _unpack(db: sqlite3.Connection, rows: Sequence[_Row]) -> list[Raw]:
    """Take statements out of their batches, in the order asked for."""
    batches: dict[int, tuple[list[Raw], int, str]] = {}
    statements: list[Raw] = []
    for row in rows:
        if row.batch not in batches:
            packed, stored_us, key = db.execute(
                "SELECT b.packed, b.stored_us, c.key FROM batch b JOIN credential c ON c.id = b.credential"
                " WHERE b.id = ?",
                (row.batch,),
            ).fetchone()
            lines = msgspec.json.decode(zlib.decompress(packed), type=list[Raw])
            batches[row.batch] = (lines, int(stored_us), str(key))
        lines, stored_us, key = batches[row.batch]
        statements.append(_complete(lines[row.line], row.id, stored_us, key))
    return statements


def _complete(line: Raw, statement_id: UUID, stored_us: int, key: str) -> Raw:
    """Add what a store must: id, time of storing, who vouches for it, and a time and version if there were none."""
    statement = msgspec.json.decode(line, type=dict[str, Raw])
    stored = Raw(msgspec.json.encode(stored_text(stored_us)))
    statement.setdefault("id", Raw(msgspec.json.encode(str(statement_id))))
    statement.setdefault("timestamp", stored)
    statement.setdefault("version", Raw(b'"1.0.0"'))
    statement["stored"] = stored
    authority = {"objectType": "Agent", "account": {"homePage": iris.CREDENTIAL_HOME, "name": key}}
    statement["authority"] = Raw(msgspec.json.encode(authority))
    return Raw(msgspec.json.encode(statement))


def stored_text(stored_us: int) -> str:
    """Write a time of storing: UTC with microseconds, so that `since` can go on exactly where a reader stopped."""
    at = _EPOCH + timedelta(microseconds=stored_us)
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")
