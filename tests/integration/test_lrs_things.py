"""What the hub says of an activity and of an agent (xAPI 1.0.3 part 3 §2.4 and 2.5)."""

import json
import uuid
from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.simulators.hub import RunningHub, running_hub
from tests.simulators.record_store import JsonDict, post, statement

AGENTS, ACTIVITIES = "/xapi/agents", "/xapi/activities"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str]) -> Iterator[RunningHub]:
    with running_hub(tmp_path_factory.mktemp("hub") / "data", database=new_database()) as running:
        yield running


@pytest.fixture
def lrs(hub: RunningHub) -> Iterator[httpx.Client]:
    with hub.client(hub.program()) as client:
        yield client


def activity(**definition: object) -> JsonDict:
    return {"objectType": "Activity", "id": f"http://e.org/{uuid.uuid4()}", "definition": definition}


def test_an_activity_is_put_together_of_all_that_was_said_of_it(lrs: httpx.Client) -> None:
    first = activity(name={"en": "meeting"}, type="http://e.org/t", extensions={"http://e.org/x": [1.5, None]})
    assert post(lrs, statement(object=first)).status_code == 200
    assert lrs.get(ACTIVITIES, params={"activityId": str(first["id"])}).json() == first
    second = {"id": first["id"], "definition": {"name": {"fr": "réunion"}, "type": "http://e.org/u"}}
    within = {"objectType": "SubStatement", "actor": {"mbox": "mailto:a@e.org"}, "verb": {"id": "http://e.org/v"},
              "object": {"id": first["id"], "definition": {"description": {"en": "d"}}}}  # fmt: skip
    post(lrs, statement(context={"contextActivities": {"parent": second}}), statement(object=within))
    told = lrs.get(ACTIVITIES, params={"activityId": str(first["id"])}).json()
    assert told == {**first, "definition": {
        "name": {"en": "meeting", "fr": "réunion"}, "type": "http://e.org/u", "description": {"en": "d"},
        "extensions": {"http://e.org/x": [1.5, None]}}}  # fmt: skip


def test_an_activity_nobody_spoke_of_is_an_activity_all_the_same(lrs: httpx.Client) -> None:
    unknown = f"http://e.org/{uuid.uuid4()}"
    assert lrs.get(ACTIVITIES, params={"activityId": unknown}).json() == {"objectType": "Activity", "id": unknown}
    assert lrs.head(ACTIVITIES, params={"activityId": unknown}).status_code == 200


def test_nobody_is_told_what_others_say_of_an_activity_nor_what_may_define_nothing(
    hub: RunningHub, lrs: httpx.Client
) -> None:
    named = activity(name={"en": "a name"})
    bare = {"objectType": "Activity", "id": named["id"]}
    with hub.client(hub.program("statements/write", "statements/read/mine")) as other:
        post(other, statement(object=named))
        assert other.get(ACTIVITIES, params={"activityId": str(named["id"])}).json() == bare
        assert lrs.get(ACTIVITIES, params={"activityId": str(named["id"])}).json() == bare
        post(lrs, statement(object=named))
        assert other.get(ACTIVITIES, params={"activityId": str(named["id"])}).json() == bare
        assert lrs.get(ACTIVITIES, params={"activityId": str(named["id"])}).json() == named


@pytest.mark.parametrize(
    "agent",
    [{"mbox": "mailto:a@e.org"}, {"mbox_sha1sum": "0" * 40}, {"openid": "http://e.org/a"},
     {"account": {"homePage": "http://e.org", "name": "rick"}}],
)  # fmt: skip
def test_a_person_has_what_is_known_of_the_agent_as_lists(lrs: httpx.Client, agent: JsonDict) -> None:
    asked = {"objectType": "Agent", "name": "Rick", **agent}
    told = lrs.get(AGENTS, params={"agent": json.dumps(asked)}).json()
    assert told == {"objectType": "Person", "name": ["Rick"], **{key: [value] for key, value in agent.items()}}
    assert "name" not in lrs.get(AGENTS, params={"agent": json.dumps(agent)}).json()


@pytest.mark.parametrize(
    ("path", "params"),
    [(AGENTS, {}), (AGENTS, {"agent": "{}"}), (AGENTS, {"agent": "x"}),
     (AGENTS, {"Agent": '{"mbox":"mailto:a@e.org"}'}),
     (AGENTS, {"agent": '{"objectType":"Group","mbox":"mailto:a@e.org"}'}), (ACTIVITIES, {}),
     (ACTIVITIES, {"activityId": "true"}), (ACTIVITIES, {"activityid": "http://e.org"}),
     (ACTIVITIES, {"activityId": "http://e.org", "since": "2026-01-01T00:00:00Z"})],
)  # fmt: skip
def test_a_question_that_cannot_be_understood_is_refused(
    lrs: httpx.Client, path: str, params: dict[str, str]
) -> None:
    assert lrs.get(path, params=params).status_code == 400


@pytest.mark.parametrize("path", [AGENTS, ACTIVITIES])
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_no_other_method_is_known(lrs: httpx.Client, path: str, method: str) -> None:
    assert lrs.request(method, path).status_code == 405
