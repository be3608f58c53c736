"""Read batches that were landed: what was checked then is not checked again, and what repeats is read once.

Promises: a line says of its statement what `facts_of` says. A batch is decoded once, into the few fields that are not
the same each time; the rest is known by its bytes. A statement that has more than a box writes is read as a whole.

    Reader().read(batches, lambda public_id, sender: 7)
"""

import uuid
from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeAlias

import msgspec
from msgspec import UNSET, Raw

from sync import iris
from sync.codings import unpack_kept
from sync.hub.accounts import Sender
from sync.hub.landing.claims import Claimed
from sync.hub.landing.lines import NOTHING, Actor, Kind, Line, Own, Shape
from sync.hub.lrs.facts import Facts, agent_key, facts_of, milliseconds, thousandths
from sync.hub.lrs.ingest import ACCOUNT, people_of
from sync.hub.lrs.narrow import day_to_count
from sync.hub.lrs.packing import NULL, unpack
from sync.hub.lrs.parts import LENGTH_MAX, activities_of, activity_of
from sync.hub.lrs.rules import Read, read_again, read_instant
from sync.hub.lrs.xapi import Agent, Context, Result, Score, Statement, StatementRef, Verb
from sync.hub.moments import micros

SchoolOf: TypeAlias = Callable[[str, Sender], int]
_KEPT = 20_000
"""Shapes and actors that are kept, of up to two thousand bytes each; one more, and all are read anew."""
_DAY_US = 86_400_000_000
_EPOCH = date(1970, 1, 1).toordinal()


class _Event(msgspec.Struct, gc=False):
    clock_trusted: bool = True


class _Extensions(msgspec.Struct, gc=False):
    event: _Event = msgspec.field(name=iris.EXT_EVENT, default_factory=_Event)
    learning: Raw = msgspec.field(name=iris.EXT_LEARNING, default=Raw(b""))


class _Context(msgspec.Struct, gc=False, forbid_unknown_fields=True, rename="camel"):
    context_activities: Raw
    extensions: _Extensions
    platform: Raw = Raw(b"")
    language: Raw = Raw(b"")
    registration: str = ""


class _Score(msgspec.Struct, gc=False):
    scaled: float | None = None


class _Result(msgspec.Struct, gc=False):
    score: _Score | None = None
    duration: str = ""


class _Said(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    """A statement as a box writes it."""

    id: str
    actor: Raw
    verb: Raw
    object: Raw
    timestamp: str
    context: _Context
    result: _Result | None = None


class _Verb(msgspec.Struct, gc=False):
    id: str


_VERB = msgspec.json.Decoder(_Verb)
_BATCH = msgspec.json.Decoder(list[_Said])
_ONE = msgspec.json.Decoder(_Said)
_NO_RESULT = _Result()
_PROBE = Result(score=Score(scaled=1), duration="PT1S")


class Reader:
    """Reads batches, and keeps what repeats; several threads may read at once."""

    def __init__(self) -> None:
        self._shapes: dict[bytes, Shape] = {}
        self._actors: dict[bytes, Actor] = {}
        self._kinds: dict[tuple[Shape, int, int], Kind] = {}
        self._days: dict[str, int] = {}

    def forget(self) -> None:
        """Keep nothing."""
        self._shapes, self._actors, self._kinds, self._days = {}, {}, {}, {}

    def read(self, batches: Sequence[Claimed], school_of: SchoolOf) -> list[Line]:
        """Read the statements of batches, in their order.

        Raises:
            ValueError: A batch is damaged, or holds something else than checked statements.
        """
        if max(len(self._shapes), len(self._actors), len(self._kinds), len(self._days)) > _KEPT:
            self.forget()
        lines: list[Line] = []
        for batch in batches:
            lines += _Batch(self, batch, school_of).lines()
        return lines

    def shape(self, said: _Said) -> Shape | None:
        """Give the shape of a statement, None if it has none that repeats."""
        context = said.context
        around, learning = context.context_activities, context.extensions.learning
        key = b"\0".join((said.verb, said.object, around, learning, context.language))
        found = self._shapes.get(key)
        if found is None and len(key) <= LENGTH_MAX:
            found = _shape_of(said)
            if found:
                self._shapes[key] = found
        return found

    def actor(self, raw: Raw) -> Actor | None:
        """Give an actor that has an account, None for another."""
        key = bytes(raw)
        found = self._actors.get(key)
        if found is None and len(key) <= LENGTH_MAX:
            agent = msgspec.json.decode(key, type=Agent)
            if agent.account is UNSET or agent.member is not UNSET:
                return None
            text = agent_key(agent)
            found = self._actors[key] = Actor(text, frozenset({text} if text.startswith(ACCOUNT) else ()))
        return found

    def kind(self, shape: Shape, owner: int, school: int) -> Kind:
        """Give the kind of a shape."""
        key = (shape, owner, school)
        found = self._kinds.get(key)
        return found or self._kinds.setdefault(key, Kind(shape, owner, school))

    def day(self, timestamp: str) -> int:
        """Give the day of a time, since 1970; a box writes it in UTC."""
        if not timestamp.endswith("Z"):
            return micros(read_instant(timestamp)) // _DAY_US
        text = timestamp[:10]
        found = self._days.get(text)
        if found is None:
            found = self._days[text] = date.fromisoformat(text).toordinal() - _EPOCH
        return found


class _Batch:
    """One batch while it is read."""

    def __init__(self, reader: Reader, batch: Claimed, school_of: SchoolOf) -> None:
        self._reader = reader
        self._batch = batch
        self._today = batch.head.today
        self._school_of = school_of
        self._kinds: dict[Shape, Kind] = {}

    def lines(self) -> list[Line]:
        """Read it: in one go if all of it is as a box writes it; somebody who was forgotten leaves empty places."""
        words = unpack_kept(self._batch.packed)
        try:
            said = _BATCH.decode(words)
        except msgspec.ValidationError:
            return [self._line_of(number, raw) for number, raw in enumerate(unpack(self._batch.packed)) if raw != NULL]
        return [self._line(number, one) or self._again(number) for number, one in enumerate(said)]

    def _line_of(self, number: int, raw: Raw) -> Line:
        try:
            said = _ONE.decode(raw)
        except msgspec.ValidationError:
            return self._whole(number, raw)
        return self._line(number, said) or self._whole(number, raw)

    def _line(self, number: int, said: _Said) -> Line | None:
        """Read a statement of what repeats, if it is one."""
        reader = self._reader
        shape, actor = reader.shape(said), reader.actor(said.actor)
        if shape is None or actor is None:
            return None
        context, result = said.context, said.result or _NO_RESULT
        score = result.score.scaled if shape.is_scored and result.score else None
        is_dated = context.extensions.event.clock_trusted
        day = day_to_count(reader.day(said.timestamp), self._today) if is_dated else self._today
        amount = 0
        if score is not None:
            amount = thousandths(score)
        elif shape.is_watched and result.duration:
            amount = _watched_ms(result.duration)
        registration = uuid.UUID(context.registration).bytes if context.registration else None
        return Line(
            self._batch, number, bytes.fromhex(said.id.replace("-", "")), self._kinds.get(shape) or self._kind(shape),
            actor, day, amount, score is not None, registration, actor.people, NOTHING,
        )  # fmt: skip

    def _kind(self, shape: Shape) -> Kind:
        sender = self._batch.head.sender
        kind = self._reader.kind(shape, sender.owner, self._school_of(shape.facts.school, sender))
        self._kinds[shape] = kind
        return kind

    def _again(self, number: int) -> Line:
        return self._whole(number, unpack(self._batch.packed)[number])

    def _whole(self, number: int, raw: Raw) -> Line:
        """Read a statement as a whole: nothing of it is kept for the next."""
        read = read_again(raw)
        facts = facts_of(read)
        said_at, is_about = read.said_at, isinstance(read.object, StatementRef)
        is_dated = said_at is not None and facts.clock_trusted
        day = day_to_count(micros(said_at) // _DAY_US, self._today) if said_at and is_dated else self._today
        named = (facts.related | facts.members) - {facts.actor, facts.object, ""}
        sender = self._batch.head.sender
        shape = Shape(facts, facts.score_milli is not None, facts.watched_ms > 0, is_shared=False)
        return Line(
            self._batch, number, uuid.UUID(str(read.statement.id)).bytes,
            Kind(shape, sender.owner, self._school_of(facts.school, sender)), Actor(facts.actor, frozenset()), day,
            facts.watched_ms if facts.score_milli is None else facts.score_milli, facts.score_milli is not None,
            uuid.UUID(facts.registration).bytes if facts.registration else None, frozenset(people_of(facts)),
            Own(named, named & facts.members, uuid.UUID(facts.object).bytes if is_about else None),
        )  # fmt: skip


def _shape_of(said: _Said) -> Shape | None:
    """Ask what a statement says apart from actor and time: by one that was watched for a second, with a full score."""
    context = said.context
    target, around = bytes(said.object), bytes(context.context_activities)
    learning, language = context.extensions.learning, context.language
    try:
        whole = Statement(
            actor=Agent(), verb=Verb(id=_VERB.decode(said.verb).id), object=said.object, result=_PROBE,
            context=Context(
                context_activities=activities_of(around),
                extensions={iris.EXT_LEARNING: learning} if bytes(learning) else UNSET,
                language=msgspec.json.decode(language, type=str) if bytes(language) else UNSET,
            ),
        )  # fmt: skip
        read = Read(said.object, whole, activity_of(target), None, (target, around))
    except msgspec.DecodeError:
        return None
    facts: Facts = facts_of(read)
    return Shape(facts, facts.score_milli is not None, facts.watched_ms > 0)


def _watched_ms(duration: str) -> int:
    """Read a duration, which mostly is of seconds alone; its form was checked."""
    if duration.startswith("PT") and duration.endswith("S"):
        try:
            seconds = float(duration[2:-1])
        except ValueError:
            return milliseconds(duration)
        return round(1000 * seconds) if seconds <= _DAY_US / 1_000_000 else 0
    return milliseconds(duration)
