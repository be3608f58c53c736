"""Take a batch in: read it, land it, count it (PROTOCOL sections 3 and 7).

Promises: a batch is taken whole or not at all; when `take` returns it is on the disk, each statement once. The one
visible step is the commit of one transaction that holds the compressed batch, the narrow rows and the roll-ups.

    taken = Intake(database, clock, forgetting).take(raw_statements, sender)
    taken.ids
"""

import uuid
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import msgspec
from msgspec import UNSET, Raw

from content_packs.clock import Clock
from sync import iris
from sync.hub.accounts import Sender
from sync.hub.boxes import note_heard
from sync.hub.database import Database, Sql
from sync.hub.errors import ConflictError, StatementRefusedError
from sync.hub.forgetting import Forgetting
from sync.hub.lrs.attachments import Received
from sync.hub.lrs.contents import check_contents
from sync.hub.lrs.facts import Facts, facts_of
from sync.hub.lrs.fingerprint import fingerprint
from sync.hub.lrs.rules import Read, read_statement
from sync.hub.lrs.versions import ONE, Version
from sync.hub.lrs.voiding import Void, note_voids
from sync.hub.lrs.xapi import StatementRef
from sync.hub.rollup import Counted, count
from sync.hub.scopes import DEFINE, may
from sync.hub.terms import Terms

_INSERT = (
    "INSERT INTO statement (seq, id, batch, line, owner, digest, said_us, actor, verb, object, registration, day,"
    " school, class, grade, area, pack, item, completed, score_milli, watched_ms)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
ACCOUNT = f"account:{iris.ACTOR_HOME} "
"""How the key of a learner begins."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Taken(msgspec.Struct, frozen=True):
    """What a batch came to: the ids in order, and how many of them were new."""

    ids: tuple[str, ...]
    new: int


class _Ready(msgspec.Struct, frozen=True):
    """A checked statement on its way in."""

    index: int
    id: uuid.UUID
    read: Read
    facts: Facts
    digest: bytes


class Batch(msgspec.Struct, frozen=True):
    """Statements that were checked and may be stored."""

    ready: Sequence[_Ready]
    version: Version

    @property
    def hashes(self) -> frozenset[str]:
        """Name the contents of attachments that may come along."""
        return frozenset(one.sha2.lower() for ready in self.ready for one in ready.read.attachments)


class Intake:
    """The one door through which statements come in."""

    def __init__(self, database: Database, clock: Clock, forgetting: Forgetting) -> None:
        self._database = database
        self._clock = clock
        self._forgetting = forgetting
        self._landings: dict[object, int] = {}
        """When each batch that is not committed yet began, in microseconds since 1970."""

    def settled_us(self) -> int:
        """Say up to when everything that was stored is found by whoever reads after this answer."""
        begun = [*self._landings.values()]
        return min(begun, default=micros(self._clock.now())) - 1

    def take(self, statements: Sequence[Raw], sender: Sender, version: Version = ONE) -> Taken:
        """Take a batch that speaks one version of xAPI and brings no contents of attachments.

        Raises:
            StatementRefusedError: One is not valid, or two have the same id.
            ConflictError: One has the id of another statement.
            ForbiddenError: One voids a statement of somebody else.
        """
        return self.land(self.check(statements, version), sender, None)

    def check(self, statements: Sequence[Raw], version: Version) -> Batch:
        """Check every statement and give each an id; nothing is locked meanwhile.

        Raises:
            StatementRefusedError: One is not valid, or two have the same id.
        """
        return Batch(_prepare(statements, version), version)

    def land(self, batch: Batch, sender: Sender, received: Received | None) -> Taken:
        """Store what was checked, with the contents that came along.

        Raises:
            StatementRefusedError: The content of an attachment is missing, or a signature is none.
            ConflictError: One has the id of another statement.
            ForbiddenError: One voids a statement of somebody else.
        """
        ready = batch.ready
        check_contents(((one.index, one.read) for one in ready), received)
        packed = _pack(ready)
        with self._landing() as begins, self._database.write() as db:
            begins()
            is_forgotten = self._forgetting.known(db)
            new = [one for one in _new_ones(db, ready) if not any(map(is_forgotten, _people(one.facts)))]
            if new:
                landing = _Landing(db, sender, batch.version, self._now_us(db))
                first = landing.land(new, packed if len(new) == len(ready) else _pack(new))
                if received:
                    received.keep(db, [(first + line, a) for line, one in enumerate(new) for a in one.read.attachments])
            if sender.box:
                note_heard(db, sender.box, self._clock.now())
        return Taken(tuple(str(one.id) for one in ready), len(new))

    @contextmanager
    def _landing(self) -> Iterator[Callable[[], None]]:
        """Note when a batch begins, before it gets its time of storing: until its commit nobody finds it."""
        landing = object()

        def begins() -> None:
            self._landings[landing] = micros(self._clock.now())

        try:
            yield begins
        finally:
            self._landings.pop(landing, None)

    def _now_us(self, db: Sql) -> int:
        """Give the time of storing, which never goes back even if the clock does."""
        last = db.execute("SELECT stored_us FROM batch ORDER BY id DESC LIMIT 1").fetchone()
        return max(micros(self._clock.now()), int(last[0]) + 1 if last else 0)


def micros(at: datetime) -> int:
    """Give microseconds since 1970."""
    since = at - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _prepare(statements: Sequence[Raw], version: Version) -> list[_Ready]:
    """Check every statement and give each an id."""
    ready: list[_Ready] = []
    seen: set[uuid.UUID] = set()
    for index, raw in enumerate(statements):
        read = read_statement(raw, index=index, version=version)
        given = read.statement.id
        one = uuid.UUID(given) if given is not UNSET else uuid.uuid4()
        if one in seen:
            raise StatementRefusedError(index=index, problem="its id stands twice in this batch", statement_id=str(one))
        seen.add(one)
        facts = facts_of(read)
        if b"\\u0000" in bytes(raw) and any("\0" in text for text in _kept_as_text(read, facts)):
            problem = "the character U+0000 stands where a text is to be found again"
            raise StatementRefusedError(index=index, problem=problem, statement_id=str(one))
        ready.append(_Ready(index, one, read, facts, fingerprint(raw)))
    return ready


def _pack(ready: Sequence[_Ready]) -> bytes:
    """Compress statements as they came, as one JSON array."""
    return zlib.compress(msgspec.json.encode([one.read.raw for one in ready]), 6)


def _new_ones(db: Sql, ready: Sequence[_Ready]) -> list[_Ready]:
    """Leave out what the hub has already.

    Raises:
        ConflictError: An id stands for another statement.
    """
    new: list[_Ready] = []
    for one in ready:
        row = db.execute("SELECT digest, said_us FROM statement WHERE id = ?", (one.id.bytes,)).fetchone()
        if row is None:
            new.append(one)
        elif bytes(row[0]) != one.digest or _times_differ(row[1], one.read.said_at):
            raise ConflictError(index=one.index, statement_id=str(one.id))
    return new


def _times_differ(have_us: int | None, said_at: datetime | None) -> bool:
    """Compare times, of which one may not have been given."""
    return have_us is not None and said_at is not None and have_us != micros(said_at)


class _Landing:
    """Writes one batch inside one transaction."""

    def __init__(self, db: Sql, sender: Sender, version: Version, stored_us: int) -> None:
        self._db = db
        self._sender = sender
        self._version = version
        self._stored_us = stored_us
        self._terms = Terms(db)
        self._schools: dict[str, int] = {}

    def land(self, new: Sequence[_Ready], packed: bytes) -> int:
        """Write the batch, its rows, what they mention, titles, roll-ups, and what they void; give the first seq."""
        first = int(self._db.execute("SELECT coalesce(max(seq), 0) + 1 FROM statement").fetchone()[0])
        made = self._db.execute(
            "INSERT INTO batch (credential, stored_us, first_seq, statements, packed, xapi) VALUES (?, ?, ?, ?, ?, ?)"
            " RETURNING id",
            (self._sender.credential, self._stored_us, first, len(new), packed, 1 if self._version == ONE else 2),
        ).fetchone()
        self._terms.learn(text for one in new for text in _texts(one.facts))
        batch = int(made[0])
        counted = [self._count(one.facts, self._day(one)) for one in new]
        rows = [
            (first + line, one.id.bytes, batch, line, *self._row(one, counted[line])) for line, one in enumerate(new)
        ]
        self._db.executemany(_INSERT, rows)
        self._db.executemany("INSERT INTO related (term, seq, member) VALUES (?, ?, ?)", self._mentions(new, first))
        self._db.executemany("INSERT INTO reference (target, seq) VALUES (?, ?)", _references(new, first))
        if may(self._sender.scopes, DEFINE):
            self._title(new)
        count(self._db, [one for one in counted if one.item])
        voids = [_void(one, first + line) for line, one in enumerate(new) if one.read.statement.verb.id == iris.VOIDED]
        note_voids(self._db, voids, [one.id.bytes for one in new], self._sender)
        return first

    def _row(self, one: _Ready, counted: Counted) -> tuple[int | bytes | str | None, ...]:
        """Give the narrow columns after id, batch and line."""
        facts, said_at = one.facts, one.read.said_at
        return (
            self._sender.owner, one.digest, micros(said_at) if said_at else None, counted.learner, counted.verb,
            self._terms[facts.object], uuid.UUID(facts.registration).bytes if facts.registration else None,
            counted.day, counted.school, counted.class_term, counted.grade, counted.area, counted.pack, counted.item,
            int(counted.completed), counted.score_milli, counted.watched_ms,
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

    def _day(self, one: _Ready) -> int:
        """Give the day to count on: when it happened if the box trusted its clock and it is not ahead, else today."""
        today = self._stored_us // 86_400_000_000
        if one.read.said_at is None or not one.facts.clock_trusted:
            return today
        said = micros(one.read.said_at) // 86_400_000_000
        return said if said <= today else today

    def _school(self, public_id: str) -> int:
        """Give the school: of a box its own or one it was at, of others the one that is named, or none (0)."""
        if public_id not in self._schools:
            row = self._db.execute(
                "SELECT s.id FROM school s WHERE s.public_id = ?"
                " AND (? = 0 OR EXISTS (SELECT 1 FROM box_school p WHERE p.box = ? AND p.school = s.id))",
                (public_id, self._sender.school, self._sender.box),
            ).fetchone()
            self._schools[public_id] = int(row[0]) if row else self._sender.school
        return self._schools[public_id]

    def _mentions(self, new: Sequence[_Ready], first: int) -> list[tuple[int, int, int]]:
        """Give what statements mention beside actor and object."""
        return sorted(
            (self._terms[text], first + line, int(text in one.facts.members))
            for line, one in enumerate(new)
            for text in (one.facts.related | one.facts.members) - {one.facts.actor, one.facts.object, ""}
        )

    def _title(self, new: Sequence[_Ready]) -> None:
        """Keep the latest titles; those that are the same are not written again."""
        titles = {
            (self._terms[iri], tag): text
            for one in new
            for iri, texts in one.facts.titles
            for tag, text in texts.items()
        }
        self._db.executemany(
            "INSERT INTO title (term, language, text) VALUES (?, ?, ?)"
            " ON CONFLICT (term, language) DO UPDATE SET text = excluded.text WHERE title.text <> excluded.text",
            [(term, tag, text) for (term, tag), text in titles.items()],
        )


def _references(new: Sequence[_Ready], first: int) -> list[tuple[bytes, int]]:
    """Say which statement is about which other."""
    return [
        (uuid.UUID(one.facts.object).bytes, first + line)
        for line, one in enumerate(new)
        if isinstance(one.read.object, StatementRef)
    ]


def _people(facts: Facts) -> set[str]:
    """Whom a statement may name: its actor, and whoever is mentioned."""
    return {key for key in {facts.actor, facts.object} | facts.related | facts.members if key.startswith(ACCOUNT)}


def _texts(facts: Facts) -> set[str]:
    """Give every text of a statement that becomes a term."""
    titled = {iri for iri, _ in facts.titles}
    single = {facts.actor, facts.verb, facts.object, facts.class_id, facts.pack, facts.item}
    return single | facts.related | facts.members | titled


def _kept_as_text(read: Read, facts: Facts) -> Iterator[str]:
    """Give every text that becomes a column: PostgreSQL takes no U+0000 (PROTOCOL 7.6)."""
    yield from _texts(facts)
    yield facts.area
    for _, texts in facts.titles:
        yield from (*texts, *texts.values())
    for attachment in read.attachments:
        yield attachment.content_type


def _void(one: _Ready, seq: int) -> Void:
    """Say what a voiding statement voids."""
    return Void(target=uuid.UUID(one.facts.object).bytes, by_seq=seq, index=one.index)
