"""Batches that were landed and cannot be made into rows: set aside for a person, so that nobody waits for them.

Promises: what was set aside stays as it came, over every restart; whoever reads on from the oldest passes by; tried
again it stands at the end, as if it came now, so that nobody who reads on misses it.

    SetAside(database, clock).all()
    SetAside(database, clock).try_again(by="Nora")
"""

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import msgspec

from content_packs.clock import Clock
from sync.hub.database import Sql
from sync.hub.deeds import note
from sync.hub.forgetting import actor_key
from sync.hub.landing.facts import LANDING
from sync.hub.landing.ports import WideDatabase
from sync.hub.lrs.packing import NULL, pack, unpack
from sync.hub.moments import micros

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LEARNER = re.compile(rb'"([0-9a-f]{32})"')
_ALL = (
    "SELECT l.id, coalesce(c.box, ''), coalesce(s.name, c.label), l.stored_us, l.statements, a.reason FROM aside a"
    " JOIN landed l ON l.id = a.landed JOIN credential c ON c.id = l.credential LEFT JOIN box b ON b.id = c.box"
    " LEFT JOIN school s ON s.id = b.school ORDER BY l.id"
)
_AGAIN = (
    "INSERT INTO landed (credential, stored_us, statements, xapi, waits, packed)"
    " SELECT credential, ?, statements, xapi, 1, packed FROM landed WHERE id = ?"
)


class BatchAside(msgspec.Struct, frozen=True):
    """One batch: its number, whose it is, when it came, how much is in it, and the name of the error."""

    number: int
    box: str
    school: str
    came_at: datetime
    statements: int
    reason: str


def set_aside(db: Sql, landed: int, reason: str, among: Callable[[Sql, Iterable[str]], set[str]]) -> None:
    """Let nobody wait for a batch any longer; one that does not wait stays as it is.

    Of a learner who was forgotten (`among` says who) nothing lies aside, as far as the batch can be unpacked.
    """
    if db.execute("UPDATE landed SET waits = 2 WHERE id = ? AND waits = 1", (landed,)).rowcount:
        db.execute("INSERT INTO aside (landed, reason) VALUES (?, ?)", (landed, reason))
        packed = bytes(db.execute("SELECT packed FROM landed WHERE id = ?", (landed,)).fetchone()[0])
        with suppress(ValueError):
            words = unpack(packed)
            named = {str(each, "ascii") for one in words for each in _LEARNER.findall(one)}
            gone = [key.rpartition(" ")[2].encode() for key in among(db, map(actor_key, named))]
            kept = [NULL if any(each in bytes(one) for each in gone) else one for one in words]
            if kept != words:
                db.execute("UPDATE landed SET packed = ? WHERE id = ?", (pack(kept), landed))


class SetAside:
    """What lies aside at one hub."""

    def __init__(self, database: WideDatabase, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def all(self) -> list[BatchAside]:
        """Give every batch that lies aside, the oldest first."""
        with self._database.read() as db:
            return [
                BatchAside(
                    int(number), str(box), str(school), _EPOCH + timedelta(microseconds=int(at)), int(many), str(why)
                )
                for number, box, school, at, many, why in db.execute(_ALL).fetchall()
            ]

    def try_again(self, *, by: str) -> int:
        """Let all of them wait for their rows again, at the end of what waits; say how many."""
        with self._database.beside() as db:
            db.execute(LANDING)
            aside = [int(row[0]) for row in db.execute("SELECT landed FROM aside ORDER BY landed").fetchall()]
            if not aside:
                return 0
            now = self._clock.now()
            last = int(db.execute("SELECT max(stored_us) FROM landed").fetchone()[0])
            for place, number in enumerate(aside, start=1):
                db.execute(_AGAIN, (max(micros(now), last) + place, number))
                db.execute("DELETE FROM landed WHERE id = ?", (number,))
            note(db, "tried-again", by=by, at=now, detail=str(len(aside)))
        return len(aside)
