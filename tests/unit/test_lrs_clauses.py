"""What a statement must be, clause by clause (xAPI 1.0.3 part 2 sections 2.2, 2.4 and 4.0; IEEE 9274.1.1 section 4.2).

Rows say where in a whole statement something stands instead; `GONE` takes it out. What is about the statement is tried
in a statement within a statement, too.
"""

import json
import uuid

import pytest
from msgspec import Raw

from sync.hub.errors import StatementRefusedError
from sync.hub.lrs.rules import read_statement
from sync.hub.lrs.versions import ONE, TWO

GONE = object()
AGENT = {"objectType": "Agent", "mbox": "mailto:a@example.org"}
GROUP = {"objectType": "Group", "mbox": "mailto:g@example.org", "member": [AGENT]}
ANONYMOUS = {"objectType": "Group", "member": [AGENT, {"openid": "http://b.example.org/"}]}
REF = {"objectType": "StatementRef", "id": str(uuid.uuid4())}
FILE = {"usageType": "http://e.org/u", "display": {"en": "x"}, "contentType": "text/plain; charset=ascii", "length": 27,
        "sha2": "ab" * 32, "fileUrl": "http://e.org/f"}  # fmt: skip
ACCOUNT = {"account": {"homePage": "http://e.org", "name": "x"}}
CONTEXT_AGENT = {"objectType": "contextAgent", "agent": AGENT}
CONTEXT_GROUP = {"objectType": "contextGroup", "group": GROUP}


def whole() -> dict[str, object]:
    """A statement that has everything of 1.0.3."""
    return {
        "id": str(uuid.uuid4()), "actor": {**AGENT, "name": "A"},
        "verb": {"id": "http://e.org/v", "display": {"en-US": "did"}},
        "object": {"objectType": "Activity", "id": "http://e.org/1", "definition": {
            "name": {"en": "n"}, "description": {"en": "d"}, "type": "http://e.org/t", "moreInfo": "http://e.org/m",
            "extensions": {"http://e.org/x": None}, "interactionType": "choice", "correctResponsesPattern": ["a"],
            "choices": [{"id": "a", "description": {"en": "A"}}]}},
        "result": {"score": {"scaled": 0.5, "raw": 5, "min": 0, "max": 10}, "success": True, "completion": False,
                   "response": "r", "duration": "PT1H0M0.1S", "extensions": {"http://e.org/x": {}}},
        "context": {"registration": str(uuid.uuid4()), "instructor": AGENT, "team": GROUP, "revision": "1",
                    "platform": "p", "language": "sq", "statement": REF, "extensions": {"http://e.org/x": ""},
                    "contextActivities": {role: [{"id": "http://e.org/2"}]
                                          for role in ("parent", "grouping", "category", "other")}},
        "timestamp": "2026-11-28T04:00:00.123Z", "stored": "2026-11-28T04:00:00Z", "authority": AGENT,
        "version": "1.0.0", "attachments": [FILE],
    }  # fmt: skip


def changed(path: str, value: object) -> dict[str, object]:
    """The whole statement with something else, or nothing, at a path."""
    statement: dict[str, object] = json.loads(json.dumps(whole()))
    *above, last = path.split("/")
    place: dict[str, object] = statement
    for name in above:
        inner = place[name]
        assert isinstance(inner, dict)
        place = inner
    if value is GONE:
        del place[last]
    else:
        place[last] = value
    return statement


def about_agent(statement: dict[str, object]) -> dict[str, object]:
    """The same of an agent as object, where revision and platform may not stand."""
    context = statement["context"]
    assert isinstance(context, dict)
    kept = {key: value for key, value in context.items() if key not in ("revision", "platform")}
    return {**statement, "object": AGENT, "context": kept}


AGENTS: list[object] = [
    {}, {**AGENT, **ACCOUNT}, {"name": "A"}, "a@e.org",
    {"mbox": "a@example.org"}, {"mbox": "mailto:should fail"},
    {"mbox_sha1sum": "x"}, {"mbox_sha1sum": 5}, {"openid": "ab"},
    {"account": {"homePage": "http://e.org"}}, {"account": {"name": "x"}},
    {"account": {"homePage": "ab", "name": "x"}}, {"account": {**ACCOUNT["account"], "y": 1}},
    {**AGENT, "name": 5}, {**AGENT, "objectType": "agent"}, {**AGENT, "objectType": 5},
    {**AGENT, "member": [AGENT]}, {"objectType": "Group"},
    {"objectType": "Group", "member": []}, {"objectType": "Group", "member": AGENT},
    {"objectType": "Group", "member": [GROUP]}, {"objectType": "Group", "member": [{}]},
    {**GROUP, **ACCOUNT}, {**AGENT, "name": None}, {**AGENT, "Name": "x"},
]  # fmt: skip
"""What is no agent and no group, wherever one may stand."""

NO_TIMES: tuple[object, ...] = (
    "should fail", "01/011/2015", "2008-09-15T15:53:00.601-00", "2008-09-15T15:53:00.601-0000",
    "2008-09-15T15:53:00.601-00:00", "2008-13-15T15:53:00Z", 5,
)  # fmt: skip
NO_DURATIONS: tuple[object, ...] = ("PA1H0M0S", "should fail", 12345, {}, "P4W1D", "P", "PT", "1H")
WRONG: list[tuple[str, object]] = [
    ("actor", GONE), ("verb", GONE), ("object", GONE),
    *(("actor", agent) for agent in AGENTS),
    *(("context/instructor", agent) for agent in AGENTS),
    ("verb", "did"), ("verb/id", GONE), ("verb/id", "did"),
    ("verb/display", "did"), ("verb/display", {}), ("verb/display", {"a12345": "x"}),
    ("verb/display", {"en": 5}), ("verb/display", {"a-DE": "x"}), ("verb/more", 1),
    ("verb/display", {"ar-a-aaa-b-bbb-a-ccc": "x"}), ("verb/display", {"zh-z-aaa-Z-bbb-c-ccc": "x"}),
    ("object/id", GONE), ("object/id", "x"), ("object/objectType", "activity"),
    ("object/objectType", "Notvalid"), ("object/definition", "x"),
    ("object/definition/name", {}), ("object/definition/description", "x"),
    ("object/definition/type", "x"), ("object/definition/moreInfo", "x"),
    ("object/definition/interactionType", "x"), ("object/definition/interactionType", GONE),
    ("object/definition/correctResponsesPattern", "a"), ("object/definition/scale", [{"id": "a"}]),
    ("object/definition/choices", {"id": "a"}), ("object/definition/choices", [{"id": 1}]),
    ("object/definition/choices", [{"id": "a"}, {"id": "a"}]), ("object/definition/choices", [{}]),
    ("object/definition/choices", [{"id": "a", "description": "x"}]),
    ("object/definition/extensions", {"x": 1}), ("object/definition/extensions", "x"),
    ("object", {"objectType": "StatementRef"}), ("object", {**REF, "id": "x"}),
    ("object", {**REF, "name": "x"}), ("object", {**AGENT, **ACCOUNT}),
    ("result/score", 5), ("result/score/scaled", 1.01), ("result/score/scaled", -1.01),
    ("result/score/raw", 11), ("result/score/raw", -1), ("result/score/min", 10),
    ("result/score/max", "10"), ("result/success", "true"), ("result/completion", 1),
    ("result/response", 1), ("result/extensions", {"x": 1}), ("result/more", 1),
    *(("result/duration", text) for text in NO_DURATIONS),
    ("context/registration", "x"), ("context/registration", "AA97B177-9383-4934-8543-0F91A7A028368"),
    ("context/registration", "MA97B177-9383-4934-8543-0F91A7A02836"), ("context/team", AGENT),
    ("context/revision", 1), ("context/platform", {}), ("context/language", "a12345"),
    ("context/language", 5), ("context/statement", AGENT), ("context/statement/id", "x"),
    ("context/contextActivities", "x"), ("context/contextActivities/child", [{"id": "http://e.org/2"}]),
    ("context/contextActivities/parent", [{"id": "x"}]), ("context/contextActivities/parent", [AGENT]),
    ("context/extensions", []), ("context/more", 1),
    *(("timestamp", text) for text in NO_TIMES),
    ("attachments", FILE), ("attachments", [5]), ("attachments", ["x"]),
    ("attachments", [{**FILE, "length": "x"}]), ("attachments", [{**FILE, "sha2": 5}]),
    ("attachments", [{**FILE, "sha2": "ab" * 30}]), ("attachments", [{**FILE, "fileUrl": "x"}]),
    ("attachments", [{**FILE, "contentType": "should fail"}]),
    ("attachments", [{**FILE, "display": {}}]), ("attachments", [{**FILE, "display": "x"}]),
    ("attachments", [{**FILE, "description": 5}]), ("attachments", [{**FILE, "usageType": "x"}]),
    ("more", 1), ("Timestamp", "2026-11-28T04:00:00Z"), ("timestamp", None),
    ("result", None), ("object/definition/name", None),
]  # fmt: skip
"""What may stand neither in a statement nor in one within it: where, and what."""

WRONG_OUTSIDE: list[tuple[str, object]] = [
    ("id", "x"), ("id", 5), ("id", "AA97B177-9383-4934-8543-0F91A7A028368"),
    ("version", "should fail"), ("version", "0.9.9"), ("version", "1.1.0"),
    *(("authority", agent) for agent in AGENTS), ("authority", {**ANONYMOUS, **ACCOUNT}),
    ("authority", GROUP), ("authority", {**ANONYMOUS, "member": [AGENT]}),
    ("authority", {**ANONYMOUS, "member": [AGENT, AGENT, AGENT]}), ("stored", "x"),
    ("verb/id", "http://adlnet.gov/expapi/verbs/voided"),
    ("object", {"objectType": "SubStatement", "actor": AGENT, "verb": {"id": "http://e.org/v"}, "object": {
        "objectType": "SubStatement", "actor": AGENT, "verb": {"id": "http://e.org/v"}, "object": {"id": "http://e.org/1"}}}),
    *(("object", {"objectType": "SubStatement", "actor": AGENT, "verb": {"id": "http://e.org/v"},
                                "object": {"id": "http://e.org/1"}, name: value})
      for name, value in (("id", str(uuid.uuid4())), ("stored", "2026-11-28T04:00:00Z"), ("version", "1.0.0"),
      ("authority", AGENT))),
]  # fmt: skip

ACTORS = (
    AGENT, GROUP, ANONYMOUS, ACCOUNT, {"mbox_sha1sum": "aB" * 20}, {"openid": "http://e.org/"}, {**GROUP, "member": []},
    {"objectType": "Group", **ACCOUNT},
)  # fmt: skip
TAGS = (
    "en", "sq-XK", "sr-Latn", "zh-Hant-TW", "es-419", "de-CH-1901", "sl-rozaj-biske", "en-a-bbb-x-a", "x-own",
    "en-a-bbb-b-ccc", "en-x-a-bbb-a-ccc", "en-a-bbb-x-a-ccc",
    "i-klingon", "und",
)  # fmt: skip
TIMES = (
    "2008-09-15T15:53:00.601+00:00", "2008-09-15 15:53:00.601Z", "2008-09-15T15:53:00+0530",
    "2008-09-15T15:53:00-03:00",
    "2008-09-15T15:53:00.1234567Z", "2999-01-01T00:00:00Z",
)  # fmt: skip
MAY_BE_MISSING = ("id", "result", "context", "timestamp", "stored", "authority", "version", "attachments")
RIGHT: list[tuple[str, object]] = [
    *((name, GONE) for name in MAY_BE_MISSING), *(("actor", one) for one in ACTORS),
    *(("verb/display", {tag: "x"}) for tag in TAGS), *(("timestamp", text) for text in TIMES),
    ("verb/display", GONE), ("object/definition", GONE), ("object/definition", {}), ("object/objectType", GONE),
    *(("result/duration", text) for text in ("PT4H35M59.14S", "PT16559.14S", "P3Y1M29DT4H35M59.14S", "P3Y", "P4W")),
    ("context/contextActivities/parent", {"id": "http://e.org/2"}), ("context/contextActivities", {}),
    ("result/score", {"raw": -5, "max": 0}), ("result/score/scaled", -1), ("context/team", ANONYMOUS),
    ("context/instructor", ANONYMOUS), ("authority", ANONYMOUS), ("version", "1.0"), ("version", "1.0.9"),
    ("attachments", []), ("attachments", [{key: value for key, value in FILE.items() if key != "fileUrl"}]),
    ("object/definition/extensions", {}),
]  # fmt: skip
KINDS = [
    ("true-false", None), ("fill-in", None), ("long-fill-in", None), ("numeric", None), ("other", None),
    ("choice", "choices"), ("sequencing", "choices"), ("likert", "scale"), ("matching", "source"),
    ("matching", "target"),
    ("performance", "steps"),
]  # fmt: skip


def read(statement: object, version: str = ONE) -> None:
    read_statement(Raw(json.dumps(statement).encode()), index=0, version=TWO if version == TWO else ONE)


def within(statement: dict[str, object]) -> dict[str, object]:
    """A statement about a statement that holds the same."""
    outside = ("id", "stored", "authority", "version")
    inner = {key: value for key, value in statement.items() if key not in outside}
    return {"actor": AGENT, "verb": {"id": "http://e.org/v"}, "object": {"objectType": "SubStatement", **inner}}


@pytest.mark.parametrize("version", [ONE, TWO])
def test_a_whole_statement_is_taken_alone_within_another_and_about_an_agent(version: str) -> None:
    for statement in (whole(), within(whole()), about_agent(whole())):
        read(statement, version)


@pytest.mark.parametrize(("path", "value"), WRONG)
def test_what_a_clause_forbids_is_refused_in_a_statement_and_in_one_within(
    path: str, value: object
) -> None:
    statement = changed(path, value)
    for one in (statement, within(statement)):
        for version in (ONE, TWO):
            with pytest.raises(StatementRefusedError):
                read(one, version)


@pytest.mark.parametrize(("path", "value"), WRONG_OUTSIDE)
def test_what_a_clause_forbids_of_a_statement_alone_is_refused(path: str, value: object) -> None:
    with pytest.raises(StatementRefusedError):
        read(changed(path, value))


@pytest.mark.parametrize(("path", "value"), RIGHT)
def test_what_a_clause_allows_is_taken(path: str, value: object) -> None:
    read(changed(path, value))


@pytest.mark.parametrize(("kind", "part"), KINDS)
def test_an_interaction_has_the_parts_of_its_kind_and_no_others(kind: str, part: str | None) -> None:
    for name in ("choices", "scale", "source", "target", "steps"):
        definition = {"interactionType": kind, "correctResponsesPattern": ["a"], name: [{"id": "a"}]}
        statement = changed("object/definition", definition)
        if name == part or (kind, {name, part}) == ("matching", {"source", "target"}):
            read(statement)
        else:
            with pytest.raises(StatementRefusedError):
                read(statement)


@pytest.mark.parametrize("key", ["revision", "platform"])
@pytest.mark.parametrize("target", [AGENT, GROUP, REF])
def test_revision_and_platform_stand_beside_an_activity_only(key: str, target: object) -> None:
    statement = {"actor": AGENT, "verb": {"id": "http://e.org/v"}, "object": target, "context": {key: "1"}}
    for one in (statement, within(statement)):
        with pytest.raises(StatementRefusedError):
            read(one)
    read({**statement, "context": {}})


@pytest.mark.parametrize(
    ("name", "value"),
    [("contextAgents", CONTEXT_AGENT), ("contextAgents", [{**CONTEXT_AGENT, "objectType": "x"}]),
     ("contextAgents", [{**CONTEXT_AGENT, "agent": {"key": "x"}}]),
     ("contextAgents", [{**CONTEXT_AGENT, "relevantTypes": []}]),
     ("contextAgents", [{**CONTEXT_AGENT, "relevantTypes": ["abc"]}]),
     ("contextAgents", [{"objectType": "contextAgent"}]),
     ("contextGroups", CONTEXT_GROUP), ("contextGroups", [{**CONTEXT_GROUP, "objectType": "x"}]),
     ("contextGroups", [{**CONTEXT_GROUP, "group": AGENT}]),
     ("contextGroups", [{**CONTEXT_GROUP, "group": {"key": "x"}}]),
     ("contextGroups", [{**CONTEXT_GROUP, "relevantTypes": []}]),
     ("contextGroups", [{**CONTEXT_GROUP, "relevantTypes": ["x"]}])],
)  # fmt: skip
def test_agents_and_groups_of_a_context_are_what_2_0_says(name: str, value: object) -> None:
    for one in (changed(f"context/{name}", value), within(changed(f"context/{name}", value))):
        with pytest.raises(StatementRefusedError):
            read(one, TWO)


def test_agents_and_groups_of_a_context_may_say_how_they_mattered() -> None:
    how = {"relevantTypes": ["http://e.org/t"]}
    context = {"contextAgents": [CONTEXT_AGENT, {**CONTEXT_AGENT, **how}],
               "contextGroups": [{**CONTEXT_GROUP, "group": ANONYMOUS, **how}]}  # fmt: skip
    for one in (changed("context", context), within(changed("context", context))):
        read(one, TWO)
        with pytest.raises(StatementRefusedError):
            read(one, ONE)
