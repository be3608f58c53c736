"""The formats `ids` and `canonical` of xAPI: less of a statement than was sent.

    reduced(statement, "canonical", languages=("sq", "en"))
"""

from collections.abc import Sequence
from itertools import takewhile

import msgspec

from sync.hub.json_values import Json, decode_json
from sync.hub.lrs.selection import Format

_IDENTIFIERS = ("objectType", "mbox", "mbox_sha1sum", "openid", "account", "member")
_TEXT_FIELDS = frozenset({"display", "name", "description"})
_AGENT_ROLES = ("actor", "authority", "instructor", "team")


def reduced(statement: msgspec.Raw, form: Format, languages: Sequence[str]) -> msgspec.Raw:
    """Give a statement in a format; `languages` are the reader's, best first."""
    if form == "exact":
        return statement
    value = decode_json(statement)
    assert isinstance(value, dict)  # noqa: S101  only statements that were read come here
    out = _ids(value) if form == "ids" else _canonical(value, languages)
    return msgspec.Raw(msgspec.json.encode(out))


def _ids(said: dict[str, Json]) -> dict[str, Json]:
    """Keep of agents, activities and verbs only what identifies them."""
    out = dict(said)
    for role in _AGENT_ROLES:
        if role in said:
            out[role] = _agent(said[role])
    verb = said.get("verb")
    out["verb"] = {"id": verb.get("id")} if isinstance(verb, dict) else verb
    out["object"] = _object(said.get("object"))
    context = said.get("context")
    if isinstance(context, dict):
        out["context"] = _context(context)
    return out


def _context(context: dict[str, Json]) -> dict[str, Json]:
    out = {key: (_agent(value) if key in _AGENT_ROLES else value) for key, value in context.items()}
    around = context.get("contextActivities")
    if isinstance(around, dict):
        out["contextActivities"] = {
            role: [_object(one) for one in (value if isinstance(value, list) else [value])]
            for role, value in around.items()
        }
    for name, role in (("contextAgents", "agent"), ("contextGroups", "group")):
        named = context.get(name)
        if isinstance(named, list):
            out[name] = [{**one, role: _agent(one.get(role))} if isinstance(one, dict) else one for one in named]
    return out


def _object(value: Json) -> Json:
    if not isinstance(value, dict):
        return value
    kind = value.get("objectType", "Activity")
    if kind == "Activity":
        return {"id": value.get("id")}
    if kind == "SubStatement":
        return _ids(value)
    return _agent(value) if kind in ("Agent", "Group") else value


def _agent(value: Json) -> Json:
    if not isinstance(value, dict):
        return value
    out = {key: one for key, one in value.items() if key in _IDENTIFIERS}
    members = value.get("member")
    if isinstance(members, list):
        out["member"] = [_agent(member) for member in members]
    return out


def _canonical(value: Json, languages: Sequence[str]) -> Json:
    """Keep one language of every language map."""
    if isinstance(value, list):
        return [_canonical(one, languages) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _one_language(one, languages) if key in _TEXT_FIELDS and isinstance(one, dict)
        else one if key == "extensions" else _canonical(one, languages)
        for key, one in value.items()
    }  # fmt: skip


def _one_language(texts: dict[str, Json], languages: Sequence[str]) -> dict[str, Json]:
    """Choose the best language of a map: as asked for, then its first."""
    for wanted in languages:
        best = max(texts, key=lambda tag: _likeness(tag, wanted), default="")
        if best and _likeness(best, wanted) > _UNLIKE:
            return {best: texts[best]}
    return dict(list(texts.items())[:1])


_UNLIKE = (0, False)


def _likeness(tag: str, wanted: str) -> tuple[int, bool]:
    """Say how many of their first parts two tags share, and whether the first has no others."""
    parts, asked = tag.lower().split("-"), wanted.lower().split("-")
    shared = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(parts, asked, strict=False))))
    return shared, 0 < shared == len(parts)
