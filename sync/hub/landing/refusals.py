"""Statements of boxes that were landed and could not be stored: kept whole, with the reason, for a person.

    refuse(db, batch, statement_id, raw, OTHER_STATEMENT)
"""

import uuid
from datetime import UTC, datetime, timedelta

import msgspec
from msgspec import Raw

from sync.hub.database import Database, Sql
from sync.hub.deeds import note
from sync.hub.landing.claims import Claimed
from sync.hub.lrs.narrow import Head

OTHER_STATEMENT = "other-statement"
"""Another statement has this id."""
LATE = "late"
"""It was made below the floor: perhaps it was counted and let go of, perhaps it is a box's that was away for long."""
NOT_ITS_OWN = "voids-anothers"
"""It came late, and voids a statement of somebody else."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Refused(msgspec.Struct, frozen=True):
    """One statement, from which box, why it was not stored, and its words."""

    id: str
    box: str
    reason: str
    refused_at: datetime
    statement: str

    @property
    def mark(self) -> str:
        """Tell it apart from others, in a form."""
        return f"{self.id}/{int((self.refused_at - _EPOCH) / timedelta(microseconds=1))}"


def refuse(db: Sql, batch: Claimed, statement_id: uuid.UUID, raw: Raw, reason: str) -> None:
    """Keep a statement of a batch that is not stored; the same one again changes nothing."""
    keep_apart(db, batch.head, statement_id, raw, reason)


def keep_apart(db: Sql, head: Head, statement_id: uuid.UUID, raw: Raw, reason: str) -> None:
    """Keep a statement that is not stored; the same one again changes nothing."""
    db.execute(
        "INSERT INTO refused (id, credential, reason, refused_us, statement, xapi) SELECT ?, ?, ?, ?, ?, ?"
        " WHERE NOT EXISTS (SELECT 1 FROM refused WHERE id = ? AND statement = ?)",
        (
            statement_id.bytes, head.sender.credential, reason, head.stored_us, bytes(raw), head.xapi,
            statement_id.bytes, bytes(raw),
        ),
    )  # fmt: skip


def let_go(database: Database, statement_id: uuid.UUID, refused_us: int, *, by: str, at: datetime) -> bool:
    """Let go of a refused statement that somebody looked into, and note who did; False if it is not there."""
    with database.write(overwriting=True) as db:
        row = db.execute(
            "DELETE FROM refused WHERE id = ? AND refused_us = ? RETURNING credential",
            (statement_id.bytes, refused_us),
        ).fetchone()
        if row is None:
            return False
        box = db.execute("SELECT coalesce(box, '') FROM credential WHERE id = ?", (row[0],)).fetchone()[0]
        note(db, "let-go", by=by, at=at, box=str(box), detail=str(statement_id))
    database.truncate_log()
    return True


def unstored(database: Database) -> int:
    """Say how many statements and batches wait for a person."""
    query = "SELECT (SELECT count(*) FROM refused) + (SELECT count(*) FROM batch WHERE waits = 2)"
    with database.read() as db:
        return int(db.execute(query).fetchone()[0])


def refused(database: Database, most: int = 1000) -> list[Refused]:
    """Give what was refused, the newest first; what came late is told by `retention.late`."""
    with database.read() as db:
        rows = db.execute(
            "SELECT r.id, coalesce(c.box, c.key), r.reason, r.refused_us, r.statement FROM refused r"
            " JOIN credential c ON c.id = r.credential WHERE r.reason <> ? ORDER BY r.refused_us DESC, r.id LIMIT ?",
            (LATE, most),
        ).fetchall()
    return [
        Refused(
            str(uuid.UUID(bytes=bytes(one))), str(box), str(reason), _EPOCH + timedelta(microseconds=int(at)),
            bytes(raw).decode(),
        )
        for one, box, reason, at, raw in rows
    ]  # fmt: skip
