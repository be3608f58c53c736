"""Read what most statements repeat once: a box says the same actors, verbs, items and classes again and again.

Promises: a statement reads the same as by the decoder of the whole statement; whatever these parts do not know, or find
wrong, is left to that one, and so is what it says about it. Parts are kept by their bytes, as many and as long as
`KEPT` and `LENGTH_MAX` say, the longest unused go first.

    found = by_parts(raw)
    found.statement.verb.id, found.object
"""

from functools import lru_cache

import msgspec
from msgspec import UNSET, Raw, UnsetType

from sync.hub.json_values import decode_json
from sync.hub.lrs.xapi import (
    Activity,
    Agent,
    Context,
    ContextActivities,
    Instant,
    Iri,
    Result,
    Statement,
    Tag,
    Uuid,
    Verb,
)

KEPT = 8_192
LENGTH_MAX = 2_000
"""Bytes: a longer part is read each time, so that nobody can fill the memory with parts."""


class _Statement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The parts of a statement as a box writes it; one with more is for the decoder of whole statements."""

    id: Uuid
    actor: Raw
    verb: Raw
    object: Raw
    timestamp: Instant
    result: Raw | UnsetType = UNSET
    context: Raw | UnsetType = UNSET


class _Context(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """The parts of a context as a box writes it."""

    context_activities: Raw
    extensions: dict[str, Raw]
    platform: str
    language: Tag | UnsetType = UNSET
    registration: Uuid | UnsetType = UNSET


class Found(msgspec.Struct, frozen=True):
    """A statement and its object; `surroundings` are the bytes of object and context activities."""

    statement: Statement
    object: Activity
    surroundings: tuple[bytes, bytes]


_PARTS = msgspec.json.Decoder(_Statement)
_CONTEXT_PARTS = msgspec.json.Decoder(_Context)
_IRI = msgspec.json.Decoder(Iri)
_RESULT = msgspec.json.Decoder(Result)


def by_parts(raw: Raw) -> Found | None:
    """Read a statement by its parts, or leave it to the decoder of whole statements."""
    try:
        parts = _PARTS.decode(raw)
        if parts.context is UNSET:
            return None
        kept = [bytes(parts.actor), bytes(parts.verb), bytes(parts.object)]
        context, activities = _context(parts.context)
        if max(map(len, (*kept, activities))) > LENGTH_MAX:
            return None
        target = activity_of(kept[2])
        statement = Statement(
            id=parts.id, actor=_agent(kept[0]), verb=_verb(kept[1]), object=parts.object, timestamp=parts.timestamp,
            result=_result(parts.result), context=context,
        )  # fmt: skip
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return Found(statement, target, (kept[2], activities))


def _context(raw: Raw) -> tuple[Context, bytes]:
    """Read a context whose extensions alone are new each time."""
    parts = _CONTEXT_PARTS.decode(raw)
    activities = bytes(parts.context_activities)
    for name, value in parts.extensions.items():
        _name(name)
        decode_json(value)
    around = activities_of(activities) if len(activities) <= LENGTH_MAX else UNSET
    context = Context(
        context_activities=around, extensions=parts.extensions, platform=parts.platform, language=parts.language,
        registration=parts.registration,
    )  # fmt: skip
    return context, activities


def _result(raw: Raw | UnsetType) -> Result | UnsetType:
    if raw is UNSET:
        return UNSET
    decode_json(raw)
    return _RESULT.decode(raw)


@lru_cache(KEPT)
def _name(text: str) -> None:
    """See that the name of an extension is one."""
    if len(text) > LENGTH_MAX:
        raise msgspec.ValidationError("too long to be kept")
    _IRI.decode(msgspec.json.encode(text))


@lru_cache(KEPT)
def _agent(raw: bytes) -> Agent:
    decode_json(raw)
    return msgspec.json.decode(raw, type=Agent)


@lru_cache(KEPT)
def _verb(raw: bytes) -> Verb:
    decode_json(raw)
    return msgspec.json.decode(raw, type=Verb)


@lru_cache(KEPT)
def activity_of(raw: bytes) -> Activity:
    """Read an object that is an activity; another kind of object is refused by its `objectType`."""
    decode_json(raw)
    return msgspec.json.decode(raw, type=Activity)


@lru_cache(KEPT)
def activities_of(raw: bytes) -> ContextActivities:
    """Read the activities of a context."""
    decode_json(raw)
    return msgspec.json.decode(raw, type=ContextActivities)
