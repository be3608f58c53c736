"""What a store adds to a statement before it gives it back, and what it must leave out for an older reader.

    complete(line, stored)                # id, stored, authority, timestamp, version; context activities as lists
    as_spoken(statement, "1.0.3")         # without what 1.0 does not know
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
from msgspec import Raw

from sync import iris
from sync.hub.json_values import decode_json
from sync.hub.lrs.versions import ONE, Version

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNSAID = {1: Raw(b'"1.0.0"'), 2: Raw(b'"2.0.0"')}
"""The version of a statement that names none, by what its request spoke. Source: xAPI 1.0.3 part 2 section 2.4.10."""
_NEW_IN_TWO = ("contextAgents", "contextGroups")


class Stored(msgspec.Struct, frozen=True):
    """What the store knows of a statement beside its words."""

    id: UUID
    stored_us: int
    key: str
    xapi: int


def complete(line: Raw, stored: Stored) -> Raw:
    """Add what a store must: id, time of storing, who vouches for it, and a time and version if there were none."""
    statement = msgspec.json.decode(line, type=dict[str, Raw])
    at = Raw(msgspec.json.encode(stored_text(stored.stored_us)))
    statement.setdefault("id", Raw(msgspec.json.encode(str(stored.id))))
    statement.setdefault("timestamp", at)
    statement.setdefault("version", _UNSAID[stored.xapi])
    statement["stored"] = at
    authority = {"objectType": "Agent", "account": {"homePage": iris.CREDENTIAL_HOME, "name": stored.key}}
    statement["authority"] = Raw(msgspec.json.encode(authority))
    return Raw(msgspec.json.encode(_with_lists(statement)))


def as_spoken(statement: Raw, version: Version) -> Raw:
    """Leave out what a reader that speaks 1.0 must not be given; a statement of 1.0 is good in 2.0 as it is."""
    if version != ONE:
        return statement
    said = msgspec.json.decode(statement, type=dict[str, Raw])
    if not bytes(said["version"]).startswith(b'"2'):
        return statement
    said["version"] = Raw(msgspec.json.encode(ONE))
    return Raw(msgspec.json.encode(_without(said)))


def stored_text(stored_us: int) -> str:
    """Write a time of storing: UTC with microseconds, so that `since` can go on exactly where a reader stopped."""
    at = _EPOCH + timedelta(microseconds=stored_us)
    return at.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _without(said: dict[str, Raw]) -> dict[str, Raw]:
    """Leave the agents and groups of 2.0 out of a context, and of the one of a statement within."""
    if "context" in said:
        context = msgspec.json.decode(said["context"], type=dict[str, Raw])
        kept = {key: value for key, value in context.items() if key not in _NEW_IN_TWO}
        said["context"] = Raw(msgspec.json.encode(kept))
    within = _within(said)
    if within is not None:
        said["object"] = Raw(msgspec.json.encode(_without(within)))
    return said


def _with_lists(said: dict[str, Raw]) -> dict[str, Raw]:
    """Give every role of the context activities as a list, though one activity alone may come without.

    Source: xAPI 1.0.3 part 2 section 2.4.6.2.
    """
    if b'"contextActivities"' in bytes(said.get("context", b"")):
        context = msgspec.json.decode(said["context"], type=dict[str, Raw])
        if "contextActivities" in context:
            around = msgspec.json.decode(context["contextActivities"], type=dict[str, Raw])
            listed = {role: _listed(value) for role, value in around.items()}
            context["contextActivities"] = Raw(msgspec.json.encode(listed))
            said["context"] = Raw(msgspec.json.encode(context))
    within = _within(said)
    if within is not None:
        said["object"] = Raw(msgspec.json.encode(_with_lists(within)))
    return said


def _listed(value: Raw) -> Raw:
    return value if bytes(value).lstrip().startswith(b"[") else Raw(b"[" + bytes(value) + b"]")


def _within(said: dict[str, Raw]) -> dict[str, Raw] | None:
    """Give the statement within a statement, if its object is one."""
    if b'"SubStatement"' not in bytes(said["object"]):
        return None
    within = msgspec.json.decode(said["object"], type=dict[str, Raw])
    return within if decode_json(within.get("objectType", Raw(b'""'))) == "SubStatement" else None
