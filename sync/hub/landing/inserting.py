"""Putting rows where they belong, each statement once: straight away where nothing looks known, else by the long way.

Promises: of statements with one id the first that was inserted stays; another one with that id is the same, or refused.
Whether something looks known only decides the way: what was overlooked is noticed by the key, and all go the long way.

    left_out = insert(db, lines)
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from operator import attrgetter

from msgspec import Raw

from sync.hub.landing.facts import (
    COMPLETED,
    DAY,
    FACT_COLUMNS,
    SCORED,
    SEQS_A_BATCH,
    as_copy,
    packed_fact,
)
from sync.hub.landing.lines import Line
from sync.hub.landing.ports import Beside
from sync.hub.landing.refusals import OTHER_STATEMENT, refuse
from sync.hub.lrs.packing import Words, unpack
from sync.hub.lrs.sameness import is_same

LOOKED_AT = 32
"""One statement of so many is looked for: a box repeats a run of what it said, seldom a single statement."""
_ID = attrgetter("id")
_COPY = f"COPY fact ({FACT_COLUMNS}) FROM STDIN (FORMAT binary)"
_KNOWN = "SELECT id FROM fact WHERE id = ANY(CAST(? AS UUID[]))"
_CAME = "CREATE TEMP TABLE IF NOT EXISTS came (LIKE fact) ON COMMIT DELETE ROWS"
_COPY_CAME = f"COPY came ({FACT_COLUMNS}) FROM STDIN (FORMAT binary)"
_INSERT = (
    f"INSERT INTO fact ({FACT_COLUMNS}) SELECT {FACT_COLUMNS} FROM came ORDER BY id, landed"  # noqa: S608  fixed names
    " ON CONFLICT (id) DO NOTHING RETURNING landed, mark & 1023"
)
_THERE = (
    "SELECT c.landed, c.mark & 1023, f.landed, f.mark & 1023 FROM came c JOIN fact f USING (id)"
    " WHERE f.landed <> c.landed OR f.mark & 1023 <> c.mark & 1023"
)


def insert(db: Beside, lines: Sequence[Line]) -> set[int]:
    """Write what is new; give the places of what is not."""
    doubtful = _doubtful(db, lines)
    sure = [line for line in lines if line.batch.id not in doubtful] if doubtful else lines
    if sure and not db.copy_new(_COPY, as_copy(_rows(sure))):
        return _insert_apart(db, lines)
    return _insert_apart(db, [line for line in lines if line.batch.id in doubtful]) if doubtful else set()


def _doubtful(db: Beside, lines: Sequence[Line]) -> set[int]:
    """Say which batches hold something that is known already, or that another one holds, too."""
    by_id = {line.id: line.batch.id for line in lines}
    doubtful: set[int] = set()
    if len(by_id) < len(lines):
        first: dict[bytes, int] = {}
        for line in lines:
            other = first.setdefault(line.id, line.batch.id)
            if other != line.batch.id:
                doubtful |= {other, line.batch.id}
    looked_for = {line.id for line in (*lines[::LOOKED_AT], *lines[-1:])}
    known = db.execute(_KNOWN, ("{" + ",".join(one.hex() for one in looked_for) + "}",))
    return doubtful | {by_id[bytes(row[0])] for row in known}


def _rows(lines: Iterable[Line]) -> Iterable[bytes]:
    """Write rows in the order of their ids: neighbours in the index, and one order for all who may wait for another."""
    for line in sorted(lines, key=_ID):
        kind = line.kind
        mark = line.number | kind.shape.facts.completed << COMPLETED | line.scored << SCORED | line.day << DAY
        numbers = (line.batch.id, line.actor.term, kind.object, kind.scene, line.amount, mark)
        yield packed_fact(numbers, line.id, line.registration)


def _insert_apart(db: Beside, lines: Sequence[Line]) -> set[int]:
    """Write what is new by way of a table of this transaction; of the rest say whether it is the same."""
    db.execute(_CAME)
    db.copy(_COPY_CAME, as_copy(_rows(lines)))
    new = {int(landed) * SEQS_A_BATCH + int(number) for landed, number in db.execute(_INSERT)}
    left_out = {line.seq: line for line in lines if line.seq not in new}
    if left_out:
        words, came = Words(db), _Came()
        for landed, number, other, there in db.execute(_THERE).fetchall():
            line = left_out[int(landed) * SEQS_A_BATCH + int(number)]
            raw = came.at(line)
            if not is_same(raw, words.at(int(other), int(there))):
                refuse(db, line.batch, uuid.UUID(bytes=line.id), raw, OTHER_STATEMENT)
    return set(left_out)


class _Came:
    """The words of statements that came, each batch unpacked once."""

    def __init__(self) -> None:
        self._batches: dict[int, Sequence[Raw]] = defaultdict(list)

    def at(self, line: Line) -> Raw:
        """Give the words of one."""
        if line.batch.id not in self._batches:
            self._batches[line.batch.id] = unpack(line.batch.packed)
        return self._batches[line.batch.id][line.number]
