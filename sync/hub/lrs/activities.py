"""What is known of an activity: what statements say of it, put together, the newest word last.

    described("http://e.org/1", [statement, older_statement])
"""

from collections.abc import Iterable, Iterator

from sync.hub.json_values import Json

_TEXTS = ("name", "description")


def described(activity_id: str, statements: Iterable[Json]) -> dict[str, Json]:
    """Put the definitions in statements together, oldest first: texts by language, anything else by the newest."""
    activity: dict[str, Json] = {"objectType": "Activity", "id": activity_id}
    definition: dict[str, Json] = {}
    for statement in statements:
        for found in _definitions(statement, activity_id):
            texts = {key: _both(definition.get(key), found[key]) for key in _TEXTS if key in found}
            definition |= {**found, **texts}
    return {**activity, "definition": definition} if definition else activity


def _both(have: Json, new: Json) -> Json:
    return {**have, **new} if isinstance(have, dict) and isinstance(new, dict) else new


def _definitions(said: Json, activity_id: str) -> Iterator[dict[str, Json]]:
    """Give what a statement, or one within it, says of an activity."""
    if not isinstance(said, dict):
        return
    target = said.get("object")
    candidates = [target]
    context = said.get("context")
    around = context.get("contextActivities") if isinstance(context, dict) else None
    for role in (around if isinstance(around, dict) else {}).values():
        candidates += role if isinstance(role, list) else [role]
    for one in candidates:
        if isinstance(one, dict) and one.get("id") == activity_id and isinstance(one.get("definition"), dict):
            definition = one["definition"]
            assert isinstance(definition, dict)  # noqa: S101  asked for a line ago
            yield definition
    if isinstance(target, dict) and target.get("objectType") == "SubStatement":
        yield from _definitions(target, activity_id)
