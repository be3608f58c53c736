"""Read what most statements repeat once: a box says the same actors, verbs, items and classes again and again.

Promises: a statement that is read by its parts fulfils all that `lrs.rules` asks of one, and reads the same as by the
decoder of the whole statement; whatever these parts do not know, or find wrong, is left to that one, and so is what it
says about it. What was found right once is right again while its bytes are the same. Parts are kept by their bytes, as
many and as long as `KEPT` and `LENGTH_MAX` say, the longest unused go first.

    found = by_parts(raw)
    found.statement.verb.id, found.object
"""

from functools import lru_cache

import msgspec
from msgspec import UNSET, Raw, UnsetType

from sync import iris
from sync.hub.json_values import decode_json
from sync.hub.lrs.forms import WrongError, check_actor, check_interaction, check_score
from sync.hub.lrs.nesting import NESTING_MAX
from sync.hub.lrs.xapi import (
    Activity,
    Agent,
    Context,
    ContextActivities,
    Duration,
    Instant,
    Iri,
    Result,
    Score,
    Statement,
    Tag,
    Uuid,
    Verb,
)

KEPT = 8_192
LENGTH_MAX = 2_000
"""Bytes: a longer part is read each time, so that nobody can fill the memory with parts."""
DEEP_MAX = NESTING_MAX - 3
"""Brackets in a part that is read by itself; no part lies more than three levels deep in its statement."""


class _Result(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A result, whose extensions are looked at one by one."""

    score: Raw | UnsetType = UNSET
    success: bool | UnsetType = UNSET
    completion: bool | UnsetType = UNSET
    response: str | UnsetType = UNSET
    duration: Duration | UnsetType = UNSET
    extensions: dict[str, Raw] | UnsetType = UNSET


class _Context(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """The parts of a context as a box writes it."""

    context_activities: Raw
    extensions: dict[str, Raw]
    platform: str
    language: str | UnsetType = UNSET
    registration: Uuid | UnsetType = UNSET


class _Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The parts of a statement as a box writes it; one with more is for the decoder of whole statements."""

    id: Uuid
    actor: Raw
    verb: Raw
    object: Raw
    timestamp: Instant
    context: _Context
    result: _Result | UnsetType = UNSET


class Found(msgspec.Struct, frozen=True):
    """A statement and its object; `surroundings` are the bytes of object and context activities."""

    statement: Statement
    object: Activity
    surroundings: tuple[bytes, bytes]


_PARTS = msgspec.json.Decoder(_Statement)
_IRI = msgspec.json.Decoder(Iri)
_TAG = msgspec.json.Decoder(Tag)


def by_parts(raw: Raw) -> Found | None:
    """Read and check a statement by its parts, or leave it to the decoder of whole statements."""
    try:
        parts = _PARTS.decode(raw)
        said, result = parts.context, parts.result
        target, around = bytes(parts.object), bytes(said.context_activities)
        _check_extensions(said.extensions)
        statement = Statement(
            id=parts.id, actor=_agent(bytes(parts.actor)), verb=_verb(bytes(parts.verb)), object=parts.object,
            timestamp=parts.timestamp, result=result if result is UNSET else _result(result),
            context=Context(
                context_activities=_around(around), extensions=said.extensions, platform=said.platform,
                language=said.language if said.language is UNSET else _tag(said.language),
                registration=said.registration,
            ),
        )  # fmt: skip
        return Found(statement, _target(target), (target, around))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, WrongError):
        return None


def _result(said: _Result) -> Result:
    """Check what a result consists of, which is mostly new each time."""
    if said.extensions is not UNSET:
        _check_extensions(said.extensions)
    return Result(
        score=said.score if said.score is UNSET else _score(bytes(said.score)), success=said.success,
        completion=said.completion, response=said.response, duration=said.duration, extensions=said.extensions,
    )  # fmt: skip


def _check_extensions(extensions: dict[str, Raw]) -> None:
    """See that extensions have names, and that whoever reads the whole later can read them: all of them at once."""
    for name in extensions:
        _name(name)
    values = b"[%b]" % b",".join(extensions.values())
    _check_depth(values)
    decode_json(values)


def _check_depth(raw: bytes) -> None:
    """Leave what may lie deeper than anything may to who looks closely."""
    if len(raw) > DEEP_MAX and raw.count(b"[") + raw.count(b"{") > DEEP_MAX:
        raise WrongError("perhaps too deep")


def _check_part(raw: bytes) -> None:
    """See that a part may be kept, and can be read."""
    if len(raw) > LENGTH_MAX:
        raise WrongError("too long to be kept")
    _check_depth(raw)
    decode_json(raw)


@lru_cache(KEPT)
def _name(text: str) -> None:
    """See that the name of an extension is one."""
    if len(text) > LENGTH_MAX:
        raise WrongError("too long to be kept")
    _IRI.decode(msgspec.json.encode(text))


@lru_cache(KEPT)
def _tag(text: str) -> str:
    """See that a language is one."""
    if len(text) > LENGTH_MAX:
        raise WrongError("too long to be kept")
    return _TAG.decode(msgspec.json.encode(text))


@lru_cache(KEPT)
def _agent(raw: bytes) -> Agent:
    _check_part(raw)
    agent = msgspec.json.decode(raw, type=Agent)
    check_actor(agent, "actor")
    return agent


@lru_cache(KEPT)
def _verb(raw: bytes) -> Verb:
    _check_part(raw)
    verb = msgspec.json.decode(raw, type=Verb)
    if verb.id == iris.VOIDED:
        raise WrongError("what voids has no activity as its object")
    return verb


@lru_cache(KEPT)
def _score(raw: bytes) -> Score:
    _check_part(raw)
    score = msgspec.json.decode(raw, type=Score)
    check_score(score)
    return score


@lru_cache(KEPT)
def _target(raw: bytes) -> Activity:
    _check_part(raw)
    target = activity_of(raw)
    check_interaction(target)
    return target


@lru_cache(KEPT)
def _around(raw: bytes) -> ContextActivities:
    _check_part(raw)
    return activities_of(raw)


@lru_cache(KEPT)
def activity_of(raw: bytes) -> Activity:
    """Read an object that is an activity; another kind of object is refused by its `objectType`."""
    return msgspec.json.decode(raw, type=Activity)


@lru_cache(KEPT)
def activities_of(raw: bytes) -> ContextActivities:
    """Read the activities of a context."""
    return msgspec.json.decode(raw, type=ContextActivities)
