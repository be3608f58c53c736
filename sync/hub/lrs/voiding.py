"""Voiding: a statement that says another one does not count (xAPI 1.0.3 part 2 §2.3.2).

Promises: whichever arrives first, the voided one is hidden and not counted; a voiding statement cannot be voided; a
sender that may not do everything (`all`) voids its own statements only.
"""

from collections.abc import Iterator, Sequence

import msgspec

from sync.hub.accounts import Sender
from sync.hub.database import Sql
from sync.hub.errors import ForbiddenError
from sync.hub.rollup import uncount
from sync.hub.scopes import may


class Void(msgspec.Struct, frozen=True):
    """One voiding: the id of the target, the voiding statement, and its place in the batch."""

    target: bytes
    by_seq: int
    index: int


def note_voids(db: Sql, voids: Sequence[Void], arrived: Sequence[bytes], sender: Sender) -> None:
    """Keep what was voided now, and apply earlier voidings to what arrived now.

    Raises:
        ForbiddenError: A target belongs to somebody else.
    """
    anybodys = may(sender.scopes)
    for void in voids:
        row = db.execute("SELECT owner FROM statement WHERE id = ?", (void.target,)).fetchone()
        if row and int(row[0]) != sender.owner and not anybodys:
            raise ForbiddenError(f"Statement {void.index + 1} voids a statement of somebody else. Nothing was stored.")
        db.execute(
            "INSERT INTO void (target, by_seq, owner, any_owner) VALUES (?, ?, ?, ?)",
            (void.target, void.by_seq, sender.owner, int(anybodys)),
        )
    for target in {*(void.target for void in voids), *_awaited(db, arrived)}:
        _apply(db, target)


def _awaited(db: Sql, arrived: Sequence[bytes]) -> Iterator[bytes]:
    """Say which of the statements that arrived were voided before."""
    for start in range(0, len(arrived), 500):
        chunk = arrived[start : start + 500]
        rows = db.execute(f"SELECT target FROM void WHERE target IN ({','.join('?' * len(chunk))})", chunk)  # noqa: S608  only marks
        yield from (bytes(row[0]) for row in rows.fetchall())


def _apply(db: Sql, target: bytes) -> None:
    """Hide one statement if it is here, was voided by somebody who may, and does not void itself."""
    row = db.execute(
        "SELECT DISTINCT s.seq FROM void v JOIN statement s ON s.id = v.target WHERE v.target = ? AND s.voided = 0"
        " AND (v.any_owner = 1 OR v.owner = s.owner) AND NOT EXISTS (SELECT 1 FROM void x WHERE x.by_seq = s.seq)",
        (target,),
    ).fetchone()
    if row:
        db.execute("UPDATE statement SET voided = 1 WHERE seq = ?", (row[0],))
        uncount(db, int(row[0]))
