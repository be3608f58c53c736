"""Take a batch in: read it, land it, count it (PROTOCOL sections 3 and 7).

Promises: a batch is taken whole or not at all; when `take` returns it is on the disk, each statement once. The one
visible step is the commit of one transaction that holds the compressed batch, the narrow rows and the roll-ups.

    taken = Intake(database, clock, forgetting).take(raw_statements, sender)
    taken.ids
"""

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import msgspec
from msgspec import Raw

from content_packs.clock import Clock
from sync import iris
from sync.hub.accounts import Sender
from sync.hub.boxes import note_heard
from sync.hub.database import Database, Sql
from sync.hub.errors import ConflictError, TooOldError
from sync.hub.forgetting import Forgetting
from sync.hub.landing.facts import WideRows
from sync.hub.landing.landed import Landings
from sync.hub.landing.refusals import LATE, keep_apart
from sync.hub.lrs.attachments import Received
from sync.hub.lrs.checked import Batch, Checked, check_batch, texts_of
from sync.hub.lrs.contents import check_contents
from sync.hub.lrs.facts import Facts, facts_of
from sync.hub.lrs.fingerprint import fingerprint
from sync.hub.lrs.narrow import Head, Narrowing, Rows, SqliteRows
from sync.hub.lrs.noting import note_activities
from sync.hub.lrs.packing import Words, pack
from sync.hub.lrs.sameness import is_same, times_differ
from sync.hub.lrs.versions import ONE, Version
from sync.hub.lrs.voiding import Void, note_voids
from sync.hub.lrs.xapi import StatementRef
from sync.hub.moments import micros
from sync.hub.retention.floor import Floor, floor_of
from sync.hub.retention.lateness import admitted, is_late, told_of
from sync.hub.rollup import count
from sync.hub.scopes import DEFINE, may
from sync.hub.terms import Terms, find_term

ACCOUNT = f"account:{iris.ACTOR_HOME} "
"""How the key of a learner begins."""


class Taken(msgspec.Struct, frozen=True):
    """What a batch came to: the ids in order, and how many of them were new."""

    ids: tuple[str, ...]
    new: int


class _Ready(msgspec.Struct, frozen=True):
    """A checked statement on its way in: what is taken out of it, and a digest of what it says."""

    checked: Checked
    facts: Facts
    digest: bytes


class Intake:
    """The one door through which statements come in."""

    def __init__(
        self, database: Database, clock: Clock, forgetting: Forgetting, landings: Landings | None = None
    ) -> None:
        self._database = database
        self._wide = landings
        self._clock = clock
        self._forgetting = forgetting
        self._landings: dict[object, int] = {}
        """When each batch that is not committed yet began, in microseconds since 1970."""

    def settled_us(self) -> int:
        """Say up to when everything that was stored is found by whoever reads after this answer."""
        if self._wide:
            return self._wide.settled_us()
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
        return check_batch(statements, version)

    def land(self, batch: Batch, sender: Sender, received: Received | None) -> Taken:
        """Store what was checked, with the contents that came along.

        At a large hub a batch of a box that voids nothing is landed: every statement counts as new until its rows are
        made, and one that cannot be stored is kept apart then. So is a box's that was made below the floor, at any hub.

        Raises:
            StatementRefusedError: The content of an attachment is missing, or a signature is none.
            ConflictError: One has the id of another statement.
            TooOldError: One of another program was made below the floor.
            ForbiddenError: One voids a statement of somebody else.
            BusyError: Too much waits for its rows.
        """
        check_contents(((one.index, one.read) for one in batch.ready), received)
        if self._wide and sender.box and received is None and _may_wait(batch):
            self._wide.land(batch, sender)
            return Taken(tuple(str(one.id) for one in batch.ready), len(batch.ready))
        ready = [_ready(one) for one in batch.ready]
        with self._landing() as begins, self._database.write() as db:
            rows = WideRows(db) if self._wide else SqliteRows(db)
            begins()
            stored_us = max(micros(self._clock.now()), rows.begin() + 1)
            head = Head(sender, stored_us, 1 if batch.version == ONE else 2)
            is_forgotten = self._forgetting.known(db)
            known = [one for one in _new_ones(db, ready) if not any(map(is_forgotten, people_of(one.facts)))]
            new = _in_time(db, known, head)
            if new:
                first = _Landing(db, rows, head).land(new)
                if received:
                    received.keep(
                        db, [(first + n, a) for n, one in enumerate(new) for a in one.checked.read.attachments]
                    )
            if sender.box:
                note_heard(db, sender.box, self._clock.now())
        return Taken(tuple(str(one.id) for one in batch.ready), len(new))

    @contextmanager
    def admitting(self) -> Iterator["Admission"]:
        """Store in one transaction what a person lets count though it came late."""
        with self._landing() as begins, self._database.write(overwriting=True) as db:
            begins()
            rows = WideRows(db) if self._wide else SqliteRows(db)
            yield Admission(db, rows, self._forgetting.known(db), micros(self._clock.now()))

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


class Admission:
    """A transaction in which late statements are stored, as if they came now."""

    def __init__(self, db: Sql, rows: Rows, is_forgotten: Callable[[str], bool], now_us: int) -> None:
        self.db = db
        self._rows = rows
        self._is_forgotten = is_forgotten
        self._now_us = now_us
        self._last_us = rows.begin()

    def store(self, checked: Sequence[Checked], sender: Sender, xapi: int) -> dict[bytes, tuple[bytes, int]]:
        """Store statements of one sender, whose ids nobody has; give the digest and the learner of each by its id.

        What names somebody who was forgotten is left out.
        """
        ready = [_ready(one) for one in checked]
        new = [one for one in ready if not any(map(self._is_forgotten, people_of(one.facts)))]
        if not new:
            return {}
        self._last_us = max(self._now_us, self._last_us + 1)
        _Landing(self.db, self._rows, Head(sender, self._last_us, xapi)).land(new)
        return {one.checked.id.bytes: (one.digest, find_term(self.db, one.facts.actor) or 0) for one in new}


def _may_wait(batch: Batch) -> bool:
    """Say whether rows may be made after the answer: not where the answer may be that a voiding is refused."""
    return batch.named and all(one.read.statement.verb.id != iris.VOIDED for one in batch.ready)


def _ready(one: Checked) -> _Ready:
    return _Ready(one, facts_of(one.read), fingerprint(one.read.raw))


def _new_ones(db: Sql, ready: Sequence[_Ready]) -> list[_Ready]:
    """Leave out what the hub has already.

    Raises:
        ConflictError: An id stands for another statement.
    """
    new: list[_Ready] = []
    words = Words(db)
    for one in ready:
        checked = one.checked
        row = db.execute(
            "SELECT digest, said_us, batch, line FROM statement WHERE id = ?", (checked.id.bytes,)
        ).fetchone()
        if row is None:
            new.append(one)
        elif not _is_kept(one, row, words):
            raise ConflictError(index=checked.index, statement_id=str(checked.id))
    return new


def _in_time(db: Sql, new: Sequence[_Ready], head: Head) -> list[_Ready]:
    """Leave out what was made below the floor and may have been let go of: of a box it is kept apart.

    Raises:
        ConflictError: An id stands for another late statement, which counts.
        TooOldError: Another program sent one.
    """
    floor = floor_of(db)
    if not floor.ms:
        return list(new)
    return [one for one in new if not _is_put_aside(db, one, head, floor)]


def _is_put_aside(db: Sql, one: _Ready, head: Head, floor: Floor) -> bool:
    """Judge one; True if it is not to be stored."""
    checked = one.checked
    if not is_late(checked.id.bytes, told_of(one.facts, checked.read.said_at), head.today, floor):
        return False
    digest = admitted(db, checked.id.bytes)
    if digest is None and not head.sender.box:
        raise TooOldError(index=checked.index, statement_id=str(checked.id), floor=floor.date)
    if digest is None:
        keep_apart(db, head, checked.id, checked.read.raw, LATE)
    elif digest != one.digest:
        raise ConflictError(index=checked.index, statement_id=str(checked.id))
    return True


def _is_kept(one: _Ready, row: tuple[bytes | None, int | None, int, int], words: Words) -> bool:
    """Say whether a row is of this very statement; where no digest, or another, is kept its words tell.

    Another one may be from a time when other words counted.
    """
    digest, said_us, batch, line = row
    if digest is not None and bytes(digest) == one.digest:
        return not times_differ(said_us, one.checked.read.said_at)
    return is_same(one.checked.read.raw, words.at(batch, line))


class _Landing:
    """Writes one batch inside one transaction."""

    def __init__(self, db: Sql, rows: Rows, head: Head) -> None:
        self._db = db
        self._rows = rows
        self._head = head
        self._terms = Terms(db)

    def land(self, new: Sequence[_Ready]) -> int:
        """Write the batch, its rows, what they mention, titles, roll-ups, and what they void; give the first seq."""
        sender = self._head.sender
        self._terms.learn(text for one in new for text in texts_of(one.facts))
        narrowing = Narrowing(self._db, self._head, self._terms)
        rows = [narrowing.of(one.checked.id, one.facts, one.checked.read.said_at, one.digest) for one in new]
        first = self._rows.add(self._head, pack(one.checked.read.raw for one in new), rows).first
        self._db.executemany("INSERT INTO reference (target, seq) VALUES (?, ?)", _references(new, first))
        if may(sender.scopes, DEFINE):
            note_activities(self._db, self._terms, [one.facts for one in new])
        count(self._db, [one.counted for one in rows if one.counted.item])
        voids = [_void(one, first + line) for line, one in enumerate(new) if _verb(one) == iris.VOIDED]
        note_voids(self._db, voids, [one.checked.id.bytes for one in new], sender)
        return first


def _references(new: Sequence[_Ready], first: int) -> list[tuple[bytes, int]]:
    """Say which statement is about which other."""
    return [
        (uuid.UUID(one.facts.object).bytes, first + line)
        for line, one in enumerate(new)
        if isinstance(one.checked.read.object, StatementRef)
    ]


def people_of(facts: Facts) -> set[str]:
    """Whom a statement may name: its actor, and whoever is mentioned."""
    return {key for key in {facts.actor, facts.object} | facts.related | facts.members if key.startswith(ACCOUNT)}


def _void(one: _Ready, seq: int) -> Void:
    """Say what a voiding statement voids."""
    return Void(target=uuid.UUID(one.facts.object).bytes, by_seq=seq, index=one.checked.index)


def _verb(one: _Ready) -> str:
    return one.checked.read.statement.verb.id
