"""Are two statements the same? (PROTOCOL 3.4): a digest over what must not change, with one form for all spellings.

    fingerprint(raw_one) == fingerprint(raw_other)
"""

import hashlib
import re

import msgspec

from sync.hub.json_values import Json, decode_json

_IGNORED = frozenset({"id", "authority", "stored", "version", "timestamp"})
_BEYOND_HUNDREDTHS = re.compile(r"(?<=\.\d\d)\d+(?=S\Z)")


def fingerprint(raw: bytes | msgspec.Raw) -> bytes:
    """Digest a valid statement (16 bytes) without id, time and what a store may change."""
    statement = decode_json(raw)
    assert isinstance(statement, dict)  # noqa: S101  only statements that were read come here
    kept = {key: value for key, value in statement.items() if key not in _IGNORED}
    return hashlib.blake2b(msgspec.json.encode(_said(kept), order="deterministic"), digest_size=16).digest()


def _said(said: dict[str, Json]) -> dict[str, Json]:
    """Bring actor, verb, object, result and context of a statement into one form; the rest only its numbers."""
    out = {key: _plain(value) for key, value in said.items()}
    out["actor"] = _agent(said.get("actor"))
    out["object"] = _object(said.get("object"))
    verb = said.get("verb")
    out["verb"] = verb.get("id") if isinstance(verb, dict) else None
    result, context = out.get("result"), said.get("context")
    if isinstance(result, dict) and isinstance(result.get("duration"), str):
        out["result"] = {**result, "duration": _BEYOND_HUNDREDTHS.sub("", str(result["duration"]))}
    if isinstance(context, dict):
        out["context"] = _context(context)
    return out


def _object(value: Json) -> Json:
    """Bring an object into one form; a definition does not count."""
    if not isinstance(value, dict):
        return value
    kind = value.get("objectType", "Activity")
    if kind == "Activity":
        return {"objectType": "Activity", "id": value.get("id")}
    if kind in ("Agent", "Group"):
        return _agent(value)
    if kind == "SubStatement":
        return _said(value)
    return _plain(value)


def _agent(value: Json) -> Json:
    """Bring an agent or group into one form; its name does not count, nor the order of members."""
    if not isinstance(value, dict):
        return value
    out = {key: _plain(one) for key, one in value.items() if key not in ("name", "member")}
    out.setdefault("objectType", "Agent")
    members = value.get("member")
    if isinstance(members, list):
        out["member"] = _in_order([_agent(member) for member in members])
    return out


def _context(context: dict[str, Json]) -> Json:
    """Bring a context into one form: context activities as sorted lists."""
    out = {key: _plain(value) for key, value in context.items()}
    for role in ("instructor", "team"):
        if role in context:
            out[role] = _agent(context[role])
    around = context.get("contextActivities")
    if isinstance(around, dict):
        out["contextActivities"] = {
            role: _in_order([_object(one) for one in (value if isinstance(value, list) else [value])])
            for role, value in around.items()
        }
    return out


def _in_order(values: list[Json]) -> list[Json]:
    """Sort values of any shape by how they are written."""
    return sorted(values, key=lambda value: msgspec.json.encode(value, order="deterministic"))


def _plain(value: Json) -> Json:
    """Write whole numbers one way, everywhere inside."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value
