"""Batches that wait for their rows: who claims one, and what becomes of it afterwards.

    batches = claim(db, 20)
    settle(db, batches, {7: {0, 1, 2}})
"""

from collections.abc import Collection, Mapping, Sequence

import msgspec

from sync.hub.accounts import Sender
from sync.hub.database import Sql
from sync.hub.lrs.narrow import Head
from sync.hub.lrs.packing import NULL, pack, unpack

_CLAIM = (
    "SELECT l.id, l.stored_us, l.xapi, l.statements, l.packed, c.id, c.key, c.owner, c.scopes, c.box,"
    " coalesce(b.school, 0) FROM landed l JOIN credential c ON c.id = l.credential LEFT JOIN box b ON b.id = c.box"
    " WHERE l.waits = 1 ORDER BY l.id LIMIT ? FOR UPDATE OF l SKIP LOCKED"
)


class Claimed(msgspec.Struct, frozen=True):
    """A batch that is this worker's until its transaction ends."""

    id: int
    head: Head
    statements: int
    packed: bytes


def claim(db: Sql, at_once: int) -> list[Claimed]:
    """Claim the oldest batches that wait and nobody else has."""
    return [
        Claimed(
            int(row[0]),
            Head(
                Sender(
                    credential=int(row[5]), key=str(row[6]), owner=int(row[7]), scopes=frozenset(row[8].split()),
                    box=row[9], school=int(row[10]),
                ),
                int(row[1]), int(row[2]),
            ),
            int(row[3]), bytes(row[4]),
        )
        for row in db.execute(_CLAIM, (at_once,)).fetchall()
    ]  # fmt: skip


def settle(db: Sql, batches: Sequence[Claimed], kept: Mapping[int, Collection[int]]) -> None:
    """Let batches wait no longer: of each its words stay where it has rows, and nothing of it where it has none.

    `kept`: the places that have rows, by batch.
    """
    whole: list[int] = []
    for batch in batches:
        places = kept.get(batch.id, ())
        if len(places) == batch.statements:
            whole.append(batch.id)
        elif places:
            words = [raw if number in places else NULL for number, raw in enumerate(unpack(batch.packed))]
            db.execute("UPDATE landed SET waits = 0, packed = ? WHERE id = ?", (pack(words), batch.id))
        else:
            db.execute("DELETE FROM landed WHERE id = ?", (batch.id,))
    if whole:
        marks = ",".join("?" * len(whole))
        db.execute(f"UPDATE landed SET waits = 0 WHERE id IN ({marks})", whole)  # noqa: S608  only marks
