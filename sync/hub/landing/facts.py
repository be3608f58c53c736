"""Narrow rows as PostgreSQL keeps them, one a statement, and the batches whose words they point to.

    db.copy(f"COPY fact ({FACT_COLUMNS}) FROM STDIN (FORMAT binary)", as_copy([packed_fact(numbers, one, None)]))
"""

import struct
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from sync.hub.database import Sql
from sync.hub.landing.scenes import number_scenes, scene_of
from sync.hub.lrs.narrow import Head, Narrow, Place, add_mentions

SEQS_A_BATCH = 1000
LANDING = "SELECT pg_advisory_xact_lock(7353012)"
"""Batches get their numbers one after the other, each commits before the next one gets its own."""
MAKES_ROWS = "LOCK TABLE ONLY fact IN ROW EXCLUSIVE MODE"
"""Who makes rows says so before reading the floor: it is not raised until they are there (`retention.gone`)."""
COMPLETED, SCORED, DAY = 10, 12, 13
"""Bits of `mark`; the lowest ten are the line, the eleventh after them says that a statement was voided."""

Fact: TypeAlias = tuple[int, int, int, int, int, int, str, str | None]
"""Landed, actor, object, scene, amount, mark, id, registration."""
FACT_COLUMNS = "landed, actor, object, scene, amount, mark, id, registration"
_NULL = "\\N"
_NUMBERS = "ii" * 6
_ROW = struct.Struct(f">h{_NUMBERS}i16si")
_ROW_REGISTERED = struct.Struct(f">h{_NUMBERS}i16si16s")


def fact_of(landed: int, line: int, one: Narrow, scene: int) -> Fact:
    """Make the row of one statement."""
    counted = one.counted
    scored = counted.score_milli is not None
    mark = line | counted.completed << COMPLETED | scored << SCORED | counted.day << DAY
    amount = counted.watched_ms if counted.score_milli is None else counted.score_milli
    registration = str(one.registration) if one.registration else None
    return (landed, counted.learner, one.object, scene, amount, mark, str(one.id), registration)


def as_lines(facts: Iterable[Fact]) -> str:
    r"""Write rows as a COPY of lines reads them; `\N` is NULL."""
    return "".join(
        f"{landed}\t{actor}\t{about}\t{scene}\t{amount}\t{mark}\t{one}\t{registration or _NULL}\n"
        for landed, actor, about, scene, amount, mark, one, registration in facts
    )


def packed_fact(numbers: Sequence[int], one: bytes, registration: bytes | None) -> bytes:
    """Make the row of one statement as a binary COPY reads it; `numbers` are the first six columns."""
    landed, actor, about, scene, amount, mark = numbers
    if registration is None:
        return _ROW.pack(8, 4, landed, 4, actor, 4, about, 4, scene, 4, amount, 4, mark, 16, one, -1)
    return _ROW_REGISTERED.pack(
        8, 4, landed, 4, actor, 4, about, 4, scene, 4, amount, 4, mark, 16, one, 16, registration
    )


def as_copy(rows: Iterable[bytes]) -> bytes:
    """Write rows as a binary COPY reads them. Source: PostgreSQL 15, COPY, "Binary Format"."""
    return b"".join((b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", *rows, b"\xff\xff"))


class WideRows:
    """Rows of what is stored within its request: programs other than boxes read at once what they wrote."""

    def __init__(self, db: Sql) -> None:
        self._db = db

    def begin(self) -> int:
        """Let nobody else land or raise the floor until the transaction ends, and give the last time of storing."""
        self._db.execute(MAKES_ROWS)
        self._db.execute(LANDING)
        last = self._db.execute("SELECT stored_us FROM landed ORDER BY id DESC LIMIT 1").fetchone()
        return int(last[0]) if last else -1

    def add(self, head: Head, packed: bytes, rows: Sequence[Narrow]) -> Place:
        """Write a batch and the rows of its statements, in their order."""
        landed = insert_landed(self._db, head, packed, len(rows), waits=False)
        keys = [scene_of(one, head.sender.owner) for one in rows]
        scenes = number_scenes(self._db, dict.fromkeys(keys, ()))
        self._db.executemany(
            f"INSERT INTO fact ({FACT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, CAST(? AS UUID), CAST(? AS UUID))",  # noqa: S608  fixed names
            [fact_of(landed, line, one, scenes[keys[line]]) for line, one in enumerate(rows)],
        )
        place = Place(landed, landed * SEQS_A_BATCH)
        add_mentions(self._db, place.first, rows)
        return place


def insert_landed(db: Sql, head: Head, packed: bytes, statements: int, *, waits: bool) -> int:
    """Write a batch down and give its number; the landing lock is held."""
    row = db.execute(
        "INSERT INTO landed (credential, stored_us, statements, xapi, waits, packed) VALUES (?, ?, ?, ?, ?, ?)"
        " RETURNING id",
        (head.sender.credential, head.stored_us, statements, head.xapi, int(waits), packed),
    ).fetchone()
    return int(row[0])
