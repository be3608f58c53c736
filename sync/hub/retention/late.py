"""Statements of boxes that came below the floor: kept whole, told by box, and counted only if a person says so, once.

Promises: one that a person lets count is stored as if it came now, on the day on which it happened; its id is kept for
good, so that it never counts twice, even if it comes again when it was let go of. What was forgotten stays forgotten.

    desk.boxes()
    desk.count("0123...", by="Nora")
"""

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import msgspec
from msgspec import Raw

from content_packs.clock import Clock
from sync import iris
from sync.hub.accounts import sender_of
from sync.hub.database import Database, Row, Sql
from sync.hub.deeds import note
from sync.hub.landing.refusals import LATE, NOT_ITS_OWN, OTHER_STATEMENT
from sync.hub.lrs.checked import Checked
from sync.hub.lrs.fingerprint import fingerprint
from sync.hub.lrs.ingest import Admission, Intake
from sync.hub.lrs.packing import Words
from sync.hub.lrs.rules import read_again
from sync.hub.lrs.sameness import is_same
from sync.hub.lrs.xapi import StatementRef
from sync.hub.retention.floor import ms_of
from sync.hub.retention.lateness import admitted

AT_ONCE = 500
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OF_BOX = "reason = ? AND credential IN (SELECT id FROM credential WHERE box = ?)"
_BOXES = (
    "SELECT c.box, s.name, s.municipality, count(*), max(r.refused_us), s.id FROM refused r"
    " JOIN credential c ON c.id = r.credential JOIN box b ON b.id = c.box JOIN school s ON s.id = b.school"
    " WHERE r.reason = ? GROUP BY c.box, s.name, s.municipality, s.id ORDER BY s.municipality, s.name, c.box"
)
_SOME = (
    f"SELECT id, refused_us, credential, xapi, statement FROM refused WHERE {_OF_BOX}"  # noqa: S608  our own words
    " ORDER BY credential, xapi, refused_us, id LIMIT ?"
)


class LateBox(msgspec.Struct, frozen=True):
    """One box: how many statements came late, when the last came, and between which moments they were made.

    `counted` is how many statements of its school are in the figures of those days: with none, these are new.
    """

    box: str
    school: str
    municipality: str
    statements: int
    came_at: datetime
    first_at: datetime
    last_at: datetime
    counted: int


class LateDesk:
    """What came late at one hub."""

    def __init__(self, database: Database, intake: Intake, clock: Clock) -> None:
        self._database = database
        self._intake = intake
        self._clock = clock

    def boxes(self) -> list[LateBox]:
        """Name the boxes of which something came late, by municipality and school."""
        with self._database.read() as db:
            return [_told(db, row) for row in db.execute(_BOXES, (LATE,)).fetchall()]

    def count(self, box: str, *, by: str, most: int | None = None) -> int:
        """Let count what came late from a box, about so many at most; say how many statements that were."""
        total = 0
        while (most is None or total < most) and (some := self._count_some(box, by)) is not None:
            total += some
        self._database.truncate_log()
        return total

    def let_go(self, box: str, *, by: str) -> int:
        """Let go of what came late from a box; say how many statements that were."""
        with self._database.write(overwriting=True) as db:
            many = db.execute(f"DELETE FROM refused WHERE {_OF_BOX}", (LATE, box)).rowcount  # noqa: S608  our own words
            if many:
                note(db, "late-let-go", by=by, at=self._clock.now(), box=box, detail=str(many))
        self._database.truncate_log()
        return many

    def _count_some(self, box: str, by: str) -> int | None:
        """Store some of one credential, each once; None when none is left."""
        with self._intake.admitting() as admission:
            db = admission.db
            rows = db.execute(_SOME, (LATE, box, AT_ONCE)).fetchall()
            if not rows:
                return None
            _, _, credential, xapi, _ = rows[0]
            judged: dict[bytes, Row] = {}
            for row in rows:
                if row[2:4] == (credential, xapi) and bytes(row[0]) not in judged:
                    judged[bytes(row[0])] = row
            stored = _store(admission, judged.values())
            if stored:
                note(db, "late-counted", by=by, at=self._clock.now(), box=box, detail=str(stored))
        return stored


def _store(admission: Admission, rows: Iterable[Row]) -> int:
    """Store what nobody has; all but what cannot be stored for another reason is kept apart no longer."""
    db, known = admission.db, Words(admission.db)
    new: list[Checked] = []
    sender, spoken = None, 1
    for one, at, credential, xapi, words in rows:
        raw, spoken = Raw(bytes(words)), int(xapi)
        sender = sender or sender_of(db, int(credential))
        checked = Checked(0, uuid.UUID(bytes=bytes(one)), read_again(raw))
        reason = _reason(db, checked, known, sender.owner)
        if reason:
            db.execute("UPDATE refused SET reason = ? WHERE id = ? AND refused_us = ?", (reason, bytes(one), at))
            continue
        db.execute("DELETE FROM refused WHERE id = ? AND refused_us = ?", (bytes(one), at))
        if reason is None:
            new.append(checked)
    stored = admission.store(new, sender, spoken) if sender and new else {}
    db.executemany(
        "INSERT INTO admitted (id, digest, learner) VALUES (?, ?, ?)",
        [(one, digest, learner) for one, (digest, learner) in stored.items()],
    )
    return len(stored)


def _reason(db: Sql, one: Checked, known: Words, owner: int) -> str | None:
    """Say why one cannot be stored; empty if it is there already, None if it can."""
    row = db.execute("SELECT batch, line FROM statement WHERE id = ?", (one.id.bytes,)).fetchone()
    digest = admitted(db, one.id.bytes)
    if row is not None:
        return "" if is_same(one.read.raw, known.at(int(row[0]), int(row[1]))) else OTHER_STATEMENT
    if digest is not None:
        return "" if digest == fingerprint(one.read.raw) else OTHER_STATEMENT
    if one.read.statement.verb.id == iris.VOIDED and isinstance(one.read.object, StatementRef):
        target = uuid.UUID(str(one.read.object.id)).bytes
        found = db.execute("SELECT owner FROM statement WHERE id = ?", (target,)).fetchone()
        return NOT_ITS_OWN if found and int(found[0]) != owner else None
    return None


def _told(db: Sql, row: Row) -> LateBox:
    """Say of one box what a person needs to decide."""
    box, school, municipality, many, came, place = row
    first_at, last_at = _made(db, box, "ASC"), _made(db, box, "DESC")
    days = ((first_at - _EPOCH).days, (last_at - _EPOCH).days)
    counted = db.execute(
        "SELECT coalesce(sum(statements), 0) FROM daily WHERE day BETWEEN ? AND ? AND school = ?", (*days, place)
    ).fetchone()[0]
    return LateBox(
        box=str(box), school=str(school), municipality=str(municipality), statements=int(many),
        came_at=_EPOCH + timedelta(microseconds=int(came)), first_at=first_at, last_at=last_at, counted=int(counted),
    )  # fmt: skip


def _made(db: Sql, box: str, order: str) -> datetime:
    """Give when the first or the last of a box's late statements was made."""
    query = f"SELECT id FROM refused WHERE {_OF_BOX} ORDER BY id {order} LIMIT 1"  # noqa: S608  our own words
    return _EPOCH + timedelta(milliseconds=ms_of(bytes(db.execute(query, (LATE, box)).fetchone()[0])))
