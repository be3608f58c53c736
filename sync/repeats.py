"""Is what a record store has under an id the statement that was sent? Some answer 409 to the same one, too.

Compares who, what was done, to what, what came of it, when, and our place in the order of the box; what a store may add
or write in another way does not count.

    is_same(sent, stored)
"""

from datetime import datetime
from typing import TypeAlias, cast

import msgspec

_Json: TypeAlias = "dict[str, _Json] | list[_Json] | str | int | float | bool | None"


def is_same(sent: bytes, stored: bytes) -> bool:
    """Say whether two statements say the same; what cannot be read is not the same."""
    ours, theirs = _object(sent), _object(stored)
    return ours is not None and theirs is not None and _said(ours) == _said(theirs)


def _object(raw: bytes) -> dict[str, _Json] | None:
    try:
        found = cast("_Json", msgspec.json.decode(raw))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _said(statement: dict[str, _Json]) -> list[_Json]:
    """Take out of a statement what must be the same."""
    context = statement.get("context")
    around = context if isinstance(context, dict) else {}
    return [
        str(statement.get("id")).lower(), _without(statement.get("actor"), "name", "objectType"),
        _without(statement.get("verb"), "display"), _without(statement.get("object"), "definition", "objectType"),
        statement.get("result"), around.get("registration"), around.get("extensions"),
        _time(statement.get("timestamp")),
    ]  # fmt: skip


def _without(value: _Json, *names: str) -> _Json:
    return {key: one for key, one in value.items() if key not in names} if isinstance(value, dict) else value


def _time(value: _Json) -> _Json:
    try:
        return datetime.fromisoformat(str(value)).timestamp()
    except (ValueError, OverflowError):
        return value
