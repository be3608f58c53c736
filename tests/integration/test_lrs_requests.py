"""How programs ask the record store: which xAPI, with which scopes, as forms; for every resource alike (PROTOCOL 7)."""

import json
import uuid
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx
import pytest

from sync.hub.app import make_app
from sync.hub.config import load_settings
from sync.hub.services import Hub
from tests.simulators.clock import HandClock
from tests.simulators.hub import RunningHub, basic, make_data, running_hub
from tests.simulators.learning import WALL_AT
from tests.simulators.record_store import VERSION, JsonDict, found, one, post, statement

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
THROUGH = "X-Experience-API-Consistent-Through"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    with running_hub(tmp_path_factory.mktemp("hub") / "data") as running:
        yield running


@pytest.fixture
def lrs(hub: RunningHub) -> Iterator[httpx.Client]:
    with hub.client(hub.program()) as client:
        yield client


@pytest.fixture
def lrs2(hub: RunningHub) -> Iterator[httpx.Client]:
    with hub.client(hub.program(), version="2.0.0") as client:
        yield client


# Versions

AGENTS: JsonDict = {
    "contextAgents": [{"objectType": "contextAgent", "agent": {"mbox": "mailto:a@e.org"}, "relevantTypes": ["http://e.org/t"]}],
    "contextGroups": [{"objectType": "contextGroup", "group": {"objectType": "Group", "mbox": "mailto:g@e.org"}}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("version", "said", "kept"),
    [("1.0", None, "1.0.0"), ("1.0.3", None, "1.0.0"), ("1.0.3", "1.0.9", "1.0.9"), ("1.0.3", "1.0", "1.0"),
     ("2.0.0", None, "2.0.0"), ("2.0.1", "2.0.0", "2.0.0"), ("2.0.0", "1.0.3", "1.0.3"),
     ("1.0.3", "2.0.0", None), ("1.0.3", "1.1.0", None), ("1.0.3", "0.9.9", None), ("2.0.0", "3.0.0", None)],
)  # fmt: skip
def test_a_statement_keeps_its_version_or_gets_the_one_of_its_request(
    hub: RunningHub, version: str, said: str | None, kept: str | None
) -> None:
    sent = statement(**({"version": said} if said else {}))
    with hub.client(hub.program(), version=version) as client:
        answer = post(client, sent)
        assert answer.status_code == (200 if kept else 400), answer.text
    if kept:
        with hub.client(hub.program(), version="2.0.0") as reader:
            assert one(reader, sent["id"])["version"] == kept


def test_agents_and_groups_of_a_context_are_of_2_0_and_no_reader_of_1_0_is_given_them(
    lrs: httpx.Client, lrs2: httpx.Client
) -> None:
    within = {"objectType": "SubStatement", "actor": {"mbox": "mailto:a@e.org"}, "verb": {"id": "http://e.org/v"},
              "object": {"id": "http://e.org/1"}, "context": AGENTS}  # fmt: skip
    plain, deep = statement(context={**AGENTS, "platform": "x"}), statement(object=within)
    for sent in (plain, deep):
        assert post(lrs, sent).status_code == 400
        assert post(lrs2, sent).status_code == 200
    assert one(lrs2, plain["id"])["context"] == {**AGENTS, "platform": "x"}
    old, old_deep = one(lrs, plain["id"]), one(lrs, deep["id"])
    assert (old["context"], old["version"]) == ({"platform": "x"}, "1.0.3")
    assert old_deep["object"] == {**within, "context": {}}
    ids = one(lrs2, plain["id"], format="ids")["context"]
    assert ids == {**AGENTS, "platform": "x"}


@pytest.mark.parametrize("unsaid", ["1.0.3", "2.0.0"])
def test_which_version_is_answered_to_a_request_that_names_none_is_a_setting(tmp_path: Path, unsaid: str) -> None:
    folder = make_data(tmp_path / "data")
    settings = load_settings(folder.settings, {"SCHOOLBOX_HUB_XAPI_VERSION": unsaid}, {})
    hub = Hub.open(folder, settings, HandClock(WALL_AT), bytes)
    client = make_app(hub).test_client()
    made = hub.credentials.add("x", ["all"], lambda size: "s" * size)
    known = basic(made.key, made.secret)
    for path in ("/xapi/statements", "/xapi/agents", "/xapi/nothing", "/xapi/about"):
        assert client.get(path, headers=known).headers[VERSION] == unsaid
    assert client.get("/xapi/statements", headers=known).status_code == 400
    assert client.get("/xapi/statements", headers={**known, VERSION: "1.0.1"}).headers[VERSION] == "1.0.3"
    assert client.get("/xapi/statements", headers={**known, VERSION: "9.9"}).headers[VERSION] == unsaid
    hub.close()


# Headers of answers

@pytest.mark.parametrize(
    ("params", "status"), [({"limit": "1"}, 200), ({"LIMIT": "1"}, 400), ({"statementId": str(uuid.uuid4())}, 404)]
)
def test_every_answer_to_a_question_for_statements_says_up_to_when_all_is_found(
    lrs: httpx.Client, params: dict[str, str], status: int
) -> None:
    for method in ("GET", "HEAD"):
        answer = lrs.request(method, "/xapi/statements", params=params)
        assert answer.status_code == status
        assert answer.headers[THROUGH].endswith("Z")
    assert THROUGH not in post(lrs).headers


def test_one_statement_says_when_it_was_stored(lrs: httpx.Client) -> None:
    sent = statement()
    post(lrs, sent)
    answer = lrs.get("/xapi/statements", params={"statementId": str(sent["id"])})
    stored = answer.json()["stored"]
    assert parsedate_to_datetime(answer.headers["Last-Modified"]).isoformat()[:19] == stored[:19]


def test_a_hub_under_a_path_gives_the_next_page_under_this_path(tmp_path: Path) -> None:
    folder = make_data(tmp_path / "data")
    hub = Hub.open(
        folder, load_settings(folder.settings, {}, {"public_url": "https://e.example/hub"}), HandClock(WALL_AT), bytes
    )
    client = make_app(hub).test_client()
    made = hub.credentials.add("x", ["all"], lambda size: "s" * size)
    headers = {**basic(made.key, made.secret), VERSION: "1.0.3"}
    assert client.post("/xapi/statements", json=[statement(), statement()], headers=headers).status_code == 200
    answer = client.get("/xapi/statements?limit=1", headers=headers)
    assert json.loads(answer.text)["more"].startswith("/hub/xapi/statements?limit=1&cursor=")
    hub.close()


# Scopes

SCOPES = {
    "statements/write": (200, 403, 403), "statements/read/mine": (403, 0, 403), "statements/read": (403, 1, 403),
    "state": (403, 403, 403), "profile": (403, 403, 403), "define": (403, 403, 403), "all/read": (403, 1, 403),
    "all": (200, 1, 200),
}  # fmt: skip
"""Each scope alone: what a POST is answered, how many statements of others it finds (or 403), and voiding another's."""


@pytest.mark.parametrize("scope", SCOPES)
def test_a_credential_may_do_what_its_scope_says(hub: RunningHub, lrs: httpx.Client, scope: str) -> None:
    writes, reads, voids = SCOPES[scope]
    verb = f"http://e.org/{uuid.uuid4()}"
    theirs = statement(verb={"id": verb})
    post(lrs, theirs)
    with hub.client(hub.program(scope)) as client:
        assert post(client, statement()).status_code == writes
        answer = client.get("/xapi/statements", params={"verb": verb})
        assert (answer.status_code if answer.status_code != 200 else len(answer.json()["statements"])) == reads
        void = statement(verb={"id": "http://adlnet.gov/expapi/verbs/voided"},
                         object={"objectType": "StatementRef", "id": theirs["id"]})  # fmt: skip
        assert post(client, void).status_code == voids


def test_a_revoked_credential_is_let_in_no_longer(hub: RunningHub) -> None:
    given = hub.program()
    with hub.client(given) as client:
        assert post(client).status_code == 200
        hub.hub.credentials.revoke(given.key)
        assert post(client).status_code == 401


# The alternate request syntax

def form(lrs: httpx.Client, method: str, **fields: str) -> httpx.Response:
    return lrs.post("/xapi/statements", params={"method": method}, data=fields)


def test_a_form_in_place_of_a_put_stores_a_statement_and_one_in_place_of_a_get_finds_it(lrs: httpx.Client) -> None:
    sent = statement(actor={"mbox": "mailto:a@e.org", "name": "ë + & ="})
    statement_id = str(sent.pop("id"))
    assert form(lrs, "PUT", statementId=statement_id, content=json.dumps(sent)).status_code == 204
    answer = form(lrs, "GET", statementId=statement_id)
    assert (answer.status_code, answer.json()["actor"]) == (200, sent["actor"])
    assert THROUGH in answer.headers
    page = form(lrs, "GET", limit="1", ascending="true").json()
    assert len(page["statements"]) == 1
    assert lrs.get(page["more"]).status_code == 200
    assert form(lrs, "POST", content=json.dumps([statement()])).status_code == 200


def test_what_a_form_says_stands_in_place_of_headers(hub: RunningHub) -> None:
    given = hub.program()
    said = {"Authorization": basic(given.key, given.secret)["Authorization"], VERSION: "1.0.3"}
    content = {"statementId": str(uuid.uuid4()), "content": json.dumps(statement(id=None) | {"id": str(uuid.uuid4())})}
    content["statementId"] = json.loads(content["content"])["id"]
    with hub.client(version=None) as stranger:
        assert form(stranger, "PUT", **said, **content).status_code == 204
        assert form(stranger, "PUT", **content).status_code == 401
        assert form(stranger, "PUT", Authorization=said["Authorization"], **content).status_code == 400
    with hub.client(given) as client:
        assert form(client, "PUT", **{VERSION: "0.8"}, **content).status_code == 400
        assert form(client, "PUT", **{VERSION: "1.0.1"}, **content).status_code == 204
        kind = {"Content-Type": "text/plain", "content": "[]"}
        assert form(client, "POST", **kind).status_code == 400


def test_a_form_in_place_of_a_head_is_answered_without_a_body_that_a_client_would_wait_for(lrs: httpx.Client) -> None:
    answer = form(lrs, "HEAD", limit="1")
    assert (answer.status_code, answer.content, answer.headers["Content-Length"]) == (200, b"", "0")
    assert THROUGH in answer.headers


@pytest.mark.parametrize(
    ("query", "body", "headers"),
    [
        ({"method": "PUT", "statementId": str(uuid.uuid4())}, b"content=%7B%7D", FORM),
        ({"method": "PUT"}, b"statementId=1", FORM),
        ({"method": "PUT"}, b"", FORM),
        ({"method": "PUT"}, b"", {}),
        ({"method": "PUT"}, b'{"content": "x"}', FORM),
        ({"method": "PUT"}, b"content=%7B%7D", {"Content-Type": "application/json"}),
        ({"method": "PUT"}, b"content=%FF", FORM),
        ({"method": "GET"}, b"limit=1&limit=2", FORM),
        ({"method": "GET"}, b"content=x", FORM),
        ({"method": "get"}, b"limit=1", FORM),
        ({"method": "PATCH"}, b"limit=1", FORM),
        ({"method": "GET"}, b"If-Match=a%0D%0Ab%3A+c", FORM),
        ({"method": "GET"}, b"X-Experience-API-Version=2.0.0&limit=1", FORM),
        ({"method": "GET"}, b"&".join(b"a%d=1" % number for number in range(100)), FORM),
    ],
)
def test_a_form_that_stands_for_no_request_is_refused(
    hub: RunningHub, query: dict[str, str], body: bytes, headers: dict[str, str]
) -> None:
    with hub.client(version=None) as stranger:
        given = hub.program()
        known = {} if b"2.0.0" in body else {VERSION: "1.0.3"}
        headers = {**headers, **known, **basic(given.key, given.secret)}
        answer = stranger.post("/xapi/statements", params=query, content=body, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (400, "bad-request")


def test_a_form_without_content_is_refused_before_anybody_is_asked_for_a_secret(hub: RunningHub) -> None:
    with hub.client(version=None) as stranger:
        answer = stranger.post("/xapi/statements?method=PUT", content=b'{"a":1}', headers=FORM)
    assert answer.status_code == 400


def test_only_a_post_may_stand_for_another_method_and_never_in_2_0(lrs: httpx.Client, lrs2: httpx.Client) -> None:
    assert lrs.get("/xapi/statements", params={"method": "POST"}).status_code == 400
    assert lrs.put("/xapi/statements", params={"method": "POST"}).status_code == 400
    for method in ("GET", "PUT", "POST"):
        assert form(lrs2, method, limit="1").status_code == 400
    assert lrs2.put("/xapi/statements", params={"method": "POST"}, json=statement()).status_code == 400


def test_after_a_form_the_other_statements_are_as_they_were(lrs: httpx.Client) -> None:
    sent = statement()
    post(lrs, sent)
    assert form(lrs, "DELETE", statementId=str(sent["id"])).status_code == 405
    assert sent["id"] in found(lrs)


# Keys that stand twice (xAPI 1.0.3 part 2 §2.4)


@pytest.mark.parametrize(
    ("once", "twice"),
    [('{"actor"', '{"version": "1.0.0", "version": "1.0.0", "actor"'),
     ('"mbox": ', '"mbox": "mailto:b@e.org", "mbox": '), ('"en": "tried"', '"en": "x", "en": "tried"'),
     ('{"actor"', '{"result": {"extensions": {"http://e.org/x": {"a": 1, "a": 1}}}, "actor"')],
)  # fmt: skip
def test_a_key_that_stands_twice_in_one_object_is_refused_by_its_name(
    lrs: httpx.Client, once: str, twice: str
) -> None:
    sent = statement()
    statement_id = str(sent.pop("id"))
    written = json.dumps(sent)
    assert once in written
    doubled, kind = written.replace(once, twice), {"Content-Type": "application/json"}
    for answer in (
        lrs.post("/xapi/statements", content=f"[{doubled}]", headers=kind),
        lrs.put("/xapi/statements", params={"statementId": statement_id}, content=doubled, headers=kind),
    ):
        assert (answer.status_code, "stands twice" in answer.json()["message"]) == (400, True)
    assert lrs.get("/xapi/statements", params={"statementId": statement_id}).status_code == 404
    assert lrs.post("/xapi/statements", content=written, headers=kind).status_code == 200
