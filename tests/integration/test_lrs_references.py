"""Statements about statements, and what a question finds through them and within them (xAPI 1.0.3 part 3 §2.1.3)."""

import json
import uuid
from collections.abc import Callable, Iterator

import httpx
import pytest

from sync import iris
from tests.simulators.hub import RunningHub, running_hub
from tests.simulators.record_store import JsonDict, about, found, one, post, statement


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str]) -> Iterator[RunningHub]:
    with running_hub(tmp_path_factory.mktemp("hub") / "data", database=new_database()) as running:
        yield running


@pytest.fixture
def lrs(hub: RunningHub) -> Iterator[httpx.Client]:
    with hub.client(hub.program()) as client:
        yield client


@pytest.fixture
def verb() -> str:
    return f"http://e.org/{uuid.uuid4()}"


def test_a_statement_about_another_is_found_by_what_the_other_says(lrs: httpx.Client, verb: str) -> None:
    target = statement(verb={"id": verb})
    near, far, beside = about(target["id"]), about("?"), about(str(uuid.uuid4()))
    far["object"] = {"objectType": "StatementRef", "id": near["id"]}
    post(lrs, far, beside)
    assert found(lrs, verb=verb) == []
    post(lrs, near)
    post(lrs, target)
    assert found(lrs, verb=verb) == [target["id"], near["id"], far["id"]]
    assert found(lrs, verb=verb, ascending="true") == [far["id"], near["id"], target["id"]]
    assert found(lrs, verb=verb, limit="2") == [target["id"], near["id"]]
    actor = json.dumps(target["actor"])
    assert found(lrs, verb=verb, agent=actor) == [target["id"], near["id"], far["id"]]
    assert found(lrs, verb=verb, agent=json.dumps({"mbox": "mailto:nobody@e.org"})) == []


def test_pages_go_on_through_statements_about_statements(lrs: httpx.Client, verb: str) -> None:
    target = statement(verb={"id": verb})
    other, third = statement(verb={"id": verb}), statement(verb={"id": verb})
    sent = [target, about(target["id"]), other, about(target["id"]), third]
    post(lrs, *sent)
    page = lrs.get("/xapi/statements", params={"verb": verb, "limit": "2"}).json()
    seen = [each["id"] for each in page["statements"]]
    while page["more"]:
        page = lrs.get(page["more"]).json()
        seen += [each["id"] for each in page["statements"]]
    assert seen == [each["id"] for each in sent[::-1]]


def test_statements_about_a_voided_one_are_found_and_it_is_not(lrs: httpx.Client, verb: str) -> None:
    target = statement(verb={"id": verb})
    void, beside = about(target["id"], verb={"id": iris.VOIDED}), about(target["id"])
    post(lrs, target, beside)
    since = one(lrs, target["id"])["stored"]
    post(lrs, void)
    assert found(lrs, verb=verb) == [void["id"], beside["id"]]
    assert found(lrs, verb=verb, since=str(since)) == [void["id"]]


def test_statements_that_are_about_each_other_are_no_endless_story(lrs: httpx.Client, verb: str) -> None:
    first, second = about("?", verb={"id": verb}), about("?")
    first["object"] = {"objectType": "StatementRef", "id": second["id"]}
    second["object"] = {"objectType": "StatementRef", "id": first["id"]}
    post(lrs, first, second)
    assert found(lrs, verb=verb) == [second["id"], first["id"]]


def test_nobody_finds_anything_through_a_statement_that_is_not_theirs(
    hub: RunningHub, lrs: httpx.Client, verb: str
) -> None:
    target = statement(verb={"id": verb})
    post(lrs, target)
    with hub.client(hub.program("statements/write", "statements/read/mine")) as other:
        mine = about(target["id"])
        post(other, mine)
        assert found(other, verb=verb) == []
    assert found(lrs, verb=verb) == [mine["id"], target["id"]]


@pytest.mark.parametrize("role", ["instructor", "team", "actor", "object"])
def test_related_agents_are_looked_for_within_a_statement_within(lrs: httpx.Client, role: str) -> None:
    kind = "Group" if role == "team" else "Agent"
    wanted: JsonDict = {"objectType": kind, "mbox": f"mailto:{uuid.uuid4().hex}@e.org"}
    within: JsonDict = {"objectType": "SubStatement", "actor": {"mbox": "mailto:a@e.org"},
                        "verb": {"id": "http://e.org/v"}, "object": {"id": "http://e.org/1"}}  # fmt: skip
    within |= {role: wanted} if role in ("actor", "object") else {"context": {role: wanted}}
    sent = statement(object=within)
    post(lrs, sent)
    assert found(lrs, agent=json.dumps(wanted)) == []
    assert found(lrs, agent=json.dumps(wanted), related_agents="true") == [sent["id"]]


@pytest.mark.parametrize("role", ["parent", "grouping", "category", "other"])
def test_related_activities_are_looked_for_within_a_statement_within_and_given_as_lists(
    lrs: httpx.Client, role: str
) -> None:
    activity = f"http://e.org/{uuid.uuid4()}"
    around = {"contextActivities": {role: {"id": activity}}}
    within = {"objectType": "SubStatement", "actor": {"mbox": "mailto:a@e.org"}, "verb": {"id": "http://e.org/v"},
              "object": {"id": "http://e.org/1"}, "context": around}  # fmt: skip
    plain, deep = statement(context=around), statement(object=within)
    post(lrs, plain, deep)
    assert found(lrs, activity=activity) == []
    assert found(lrs, activity=activity, related_activities="true") == [deep["id"], plain["id"]]
    listed = {"contextActivities": {role: [{"id": activity}]}}
    assert one(lrs, plain["id"])["context"] == listed
    assert one(lrs, deep["id"])["object"] == {**within, "context": listed}


def test_whoever_vouches_for_a_statement_is_a_related_agent(hub: RunningHub, lrs: httpx.Client) -> None:
    with hub.client(hub.program("statements/write")) as other:
        sent = statement()
        post(other, sent)
    authority = json.dumps(one(lrs, sent["id"])["authority"])
    assert found(lrs, agent=authority) == []
    assert found(lrs, agent=authority, related_agents="true") == [sent["id"]]
    assert found(lrs, agent=authority, related_agents="true", verb="http://e.org/never") == []
