"""Statements of boxes that were landed and could not be stored: kept whole, with the reason, for a person.

    refuse(db, batch, statement_id, raw, OTHER_STATEMENT)
"""

import uuid
from datetime import UTC, datetime, timedelta

import msgspec
from msgspec import Raw

from sync.hub.database import Database, Sql
from sync.hub.landing.claims import Claimed

OTHER_STATEMENT = "other-statement"
"""Another statement has this id."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Refused(msgspec.Struct, frozen=True):
    """One statement, from which box, why it was not stored, and its words."""

    id: str
    box: str
    reason: str
    refused_at: datetime
    statement: str


def refuse(db: Sql, batch: Claimed, statement_id: uuid.UUID, raw: Raw, reason: str) -> None:
    """Keep a statement that is not stored; the same one again changes nothing."""
    db.execute(
        "INSERT INTO refused (id, credential, reason, refused_us, statement) SELECT ?, ?, ?, ?, ?"
        " WHERE NOT EXISTS (SELECT 1 FROM refused WHERE id = ? AND statement = ?)",
        (
            statement_id.bytes, batch.head.sender.credential, reason, batch.head.stored_us, bytes(raw),
            statement_id.bytes, bytes(raw),
        ),
    )  # fmt: skip


def refused(database: Database, most: int = 1000) -> list[Refused]:
    """Give what was refused, the newest first."""
    with database.read() as db:
        rows = db.execute(
            "SELECT r.id, coalesce(c.box, c.key), r.reason, r.refused_us, r.statement FROM refused r"
            " JOIN credential c ON c.id = r.credential ORDER BY r.refused_us DESC, r.id LIMIT ?",
            (most,),
        ).fetchall()
    return [
        Refused(
            str(uuid.UUID(bytes=bytes(one))), str(box), str(reason), _EPOCH + timedelta(microseconds=int(at)),
            bytes(raw).decode(),
        )
        for one, box, reason, at, raw in rows
    ]  # fmt: skip
