"""What an indexer does with statements below the floor: no row is made of one that may have been let go of.

Promises: one that is there is the same, or refused; one that is not there is kept apart (`late`), unless it surely is
new; the floor stays as it is until the transaction ends.

    lines = sift(db, lines)
"""

import uuid
from collections.abc import Mapping, Sequence

from msgspec import Raw

from sync.hub.database import Sql
from sync.hub.landing.facts import MAKES_ROWS
from sync.hub.landing.lines import Line
from sync.hub.landing.refusals import LATE, OTHER_STATEMENT, refuse
from sync.hub.lrs.facts import facts_of
from sync.hub.lrs.fingerprint import fingerprint
from sync.hub.lrs.packing import unpack
from sync.hub.lrs.rules import read_again
from sync.hub.lrs.sameness import is_same
from sync.hub.retention.floor import Floor, floor_of, id_at, is_below
from sync.hub.retention.lateness import admitted, is_late, told_of

_THERE = (
    "SELECT f.id, f.landed, f.mark & 1023 FROM fact f WHERE f.id = ANY(CAST(? AS UUID[]))"
    " ORDER BY f.landed, f.mark & 1023"
)


def sift(db: Sql, lines: list[Line]) -> list[Line]:
    """Give the lines of which rows are to be made."""
    db.execute(MAKES_ROWS)
    floor = floor_of(db)
    bound = id_at(floor.ms)
    below = [line for line in lines if line.id < bound and is_below(line.id, floor.ms)] if floor.ms else ()
    if not below:
        return lines
    batches: dict[int, list[Raw]] = {}
    for line in below:
        if line.batch.id not in batches:
            batches[line.batch.id] = unpack(line.batch.packed)
    there = _there(db, below)
    out = {
        line.seq for line in below
        if _is_put_aside(db, line, batches[line.batch.id][line.number], there.get(line.id), floor)
    }  # fmt: skip
    return [line for line in lines if line.seq not in out]


def _is_put_aside(db: Sql, line: Line, raw: Raw, there: Raw | None, floor: Floor) -> bool:
    """Judge one; True if no row is to be made."""
    if there is not None:
        if not is_same(raw, there):
            refuse(db, line.batch, uuid.UUID(bytes=line.id), raw, OTHER_STATEMENT)
        return True
    read = read_again(raw)
    if not is_late(line.id, told_of(facts_of(read), read.said_at), line.batch.head.today, floor):
        return False
    digest = admitted(db, line.id)
    if digest is None or digest != fingerprint(raw):
        refuse(db, line.batch, uuid.UUID(bytes=line.id), raw, LATE if digest is None else OTHER_STATEMENT)
    return True


def _there(db: Sql, lines: Sequence[Line]) -> Mapping[bytes, Raw]:
    """Give the words of those that are there; what goes while we look is there no more."""
    asked = "{" + ",".join(line.id.hex() for line in lines) + "}"
    found: dict[bytes, Raw] = {}
    batch, words = 0, None
    for one, landed, number in db.execute(_THERE, (asked,)).fetchall():
        if int(landed) != batch:
            batch, row = int(landed), db.execute("SELECT packed FROM landed WHERE id = ?", (landed,)).fetchone()
            words = unpack(bytes(row[0])) if row else None
        if words is not None:
            found[bytes(one)] = words[int(number)]
    return found
