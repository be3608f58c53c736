"""What is kept of a statement beside its words: narrow rows, made from its facts within one transaction.

    narrow = Narrowing(db, head, Terms(db)).of(facts, said_at)
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Protocol

import msgspec

from sync.hub.accounts import Sender
from sync.hub.database import Sql
from sync.hub.lrs.facts import Facts
from sync.hub.moments import micros
from sync.hub.rollup import Counted
from sync.hub.terms import Terms

_DAY_US = 86_400_000_000
FIRST_DAY = date(2000, 1, 1).toordinal() - date(1970, 1, 1).toordinal()
"""No school learnt with this before: a clock that says so is wrong, whatever a box believes."""


class Head(msgspec.Struct, frozen=True):
    """What is said of a batch as a whole; `xapi` is 1 or 2."""

    sender: Sender
    stored_us: int
    xapi: int

    @property
    def today(self) -> int:
        """Give the day on which it was stored, since 1970."""
        return self.stored_us // _DAY_US


class Narrow(msgspec.Struct, frozen=True):
    """One statement: what it is found by and counted by. `mentions`: terms, and whether each is a member of a group."""

    id: uuid.UUID
    digest: bytes
    said_us: int | None
    object: int
    registration: uuid.UUID | None
    counted: Counted
    mentions: tuple[tuple[int, bool], ...]


class Place(msgspec.Struct, frozen=True):
    """Where a batch lies: its number, and the place of its first statement in the order of all."""

    batch: int
    first: int


class Rows(Protocol):
    """How one engine keeps batches and rows within a transaction."""

    def begin(self) -> int:
        """Let nobody else store until the end of the transaction, and give the last time of storing."""

    def add(self, head: Head, packed: bytes, rows: Sequence[Narrow]) -> Place:
        """Write a batch and the rows of its statements, in their order."""


class Narrowing:
    """Makes narrow rows of one batch; every text was learnt before."""

    def __init__(self, db: Sql, head: Head, terms: Terms) -> None:
        self._db = db
        self._head = head
        self._terms = terms
        self._schools: dict[str, int] = {}

    def of(self, one: uuid.UUID, facts: Facts, said_at: datetime | None, digest: bytes) -> Narrow:
        """Make the row of one statement."""
        terms = self._terms
        mentioned = (facts.related | facts.members) - {facts.actor, facts.object, ""}
        return Narrow(
            id=one, digest=digest, said_us=micros(said_at) if said_at else None, object=terms[facts.object],
            registration=uuid.UUID(facts.registration) if facts.registration else None,
            counted=self._count(facts, self._day(facts, said_at)),
            mentions=tuple(sorted((terms[text], text in facts.members) for text in mentioned)),
        )  # fmt: skip

    def _count(self, facts: Facts, day: int) -> Counted:
        """Turn texts into terms for the roll-ups."""
        terms = self._terms
        return Counted(
            day=day, school=self._school(facts.school), class_term=terms[facts.class_id], grade=facts.grade,
            area=facts.area, pack=terms[facts.pack], item=terms[facts.item], verb=terms[facts.verb],
            learner=terms[facts.actor], completed=facts.completed, score_milli=facts.score_milli,
            watched_ms=facts.watched_ms,
        )  # fmt: skip

    def _day(self, facts: Facts, said_at: datetime | None) -> int:
        """Give the day to count on: when it happened if the box trusted its clock and it is not ahead, else today."""
        today = self._head.today
        if said_at is None or not facts.clock_trusted:
            return today
        return day_to_count(micros(said_at) // _DAY_US, today)

    def _school(self, public_id: str) -> int:
        if public_id not in self._schools:
            self._schools[public_id] = school_of(self._db, public_id, self._head.sender)
        return self._schools[public_id]


def school_of(db: Sql, public_id: str, sender: Sender) -> int:
    """Give the school: of a box its own or one it was at, of others the one that is named, or none (0)."""
    row = db.execute(
        "SELECT s.id FROM school s WHERE s.public_id = ?"
        " AND (? = 0 OR EXISTS (SELECT 1 FROM box_school p WHERE p.box = ? AND p.school = s.id))",
        (public_id, sender.school, sender.box),
    ).fetchone()
    return int(row[0]) if row else sender.school


class SqliteRows:
    """One database, one writer: a row of `statement` says everything, and places follow each other without a gap."""

    def __init__(self, db: Sql) -> None:
        self._db = db

    def begin(self) -> int:
        """Give the last time of storing; the transaction itself keeps others out."""
        last = self._db.execute("SELECT stored_us FROM batch ORDER BY id DESC LIMIT 1").fetchone()
        return int(last[0]) if last else -1

    def add(self, head: Head, packed: bytes, rows: Sequence[Narrow]) -> Place:
        """Write a batch and the rows of its statements, in their order."""
        first = int(self._db.execute(_NEXT).fetchone()[0])
        made = self._db.execute(
            "INSERT INTO batch (credential, stored_us, first_seq, statements, packed, xapi) VALUES (?, ?, ?, ?, ?, ?)"
            " RETURNING id",
            (head.sender.credential, head.stored_us, first, len(rows), packed, head.xapi),
        ).fetchone()
        place = Place(int(made[0]), first)
        self._db.executemany(_INSERT, (_values(place, line, one, head) for line, one in enumerate(rows)))
        add_mentions(self._db, place.first, rows)
        return place


_NEXT = (
    "SELECT 1 + max(coalesce((SELECT max(seq) FROM statement), 0),"
    " coalesce((SELECT first_seq + statements - 1 FROM batch ORDER BY id DESC LIMIT 1), 0))"
)
"""A place is never given twice, also where the last statements went: who reads on would miss the new ones."""
_INSERT = (
    "INSERT INTO statement (seq, id, batch, line, owner, digest, said_us, actor, verb, object, registration, day,"
    " school, class, grade, area, pack, item, completed, score_milli, watched_ms)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def _values(place: Place, line: int, one: Narrow, head: Head) -> tuple[int | bytes | str | None, ...]:
    """Give the columns of one row."""
    counted = one.counted
    return (
        place.first + line, one.id.bytes, place.batch, line, head.sender.owner, one.digest, one.said_us,
        counted.learner, counted.verb, one.object, one.registration.bytes if one.registration else None, counted.day,
        counted.school, counted.class_term, counted.grade, counted.area, counted.pack, counted.item,
        int(counted.completed), counted.score_milli, counted.watched_ms,
    )  # fmt: skip


def add_mentions(db: Sql, first: int, rows: Iterable[Narrow]) -> None:
    """Write what each statement mentions beside actor and object."""
    db.executemany(
        "INSERT INTO related (term, seq, member) VALUES (?, ?, ?)",
        sorted((term, first + line, int(member)) for line, one in enumerate(rows) for term, member in one.mentions),
    )


def day_to_count(day: int, today: int) -> int:
    """Give the day to count on, both since 1970: today for what no clock can mean."""
    return day if FIRST_DAY <= day <= today else today
