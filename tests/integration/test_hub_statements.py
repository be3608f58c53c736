"""The hub as a Learning Record Store, asked by a plain xAPI client (PROTOCOL section 7)."""

import json
import uuid
from collections.abc import Callable, Iterator

import httpx
import pytest

from sync import iris
from sync.hub.check import check
from tests.simulators.hub import RunningHub, basic, running_hub
from tests.simulators.learning import Classroom
from tests.simulators.record_store import JsonDict, found, one, post, statement


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str]) -> Iterator[RunningHub]:
    with running_hub(tmp_path_factory.mktemp("hub") / "data", database=new_database()) as running:
        yield running


@pytest.fixture
def lrs(hub: RunningHub) -> Iterator[httpx.Client]:
    with hub.client(hub.program()) as client:
        yield client


def test_about_says_the_versions_to_anybody(hub: RunningHub) -> None:
    with hub.client(version=None) as guest:
        answer = guest.get("/xapi/about")
        old = guest.get("/xapi/about", headers={"X-Experience-API-Version": "1.0.2"})
    assert answer.json() == {"version": ["1.0.0", "1.0.1", "1.0.2", "1.0.3", "2.0.0"]}
    assert answer.headers["X-Experience-API-Version"] == "1.0.3"
    assert old.json() == {"version": ["1.0.0", "1.0.1", "1.0.2", "1.0.3"]}


def test_a_statement_comes_back_complete(lrs: httpx.Client) -> None:
    sent = statement()
    assert post(lrs, sent).json() == [sent["id"]]
    answer = lrs.get("/xapi/statements", params={"statementId": str(sent["id"])})
    got = answer.json()
    assert {key: got[key] for key in sent} == sent
    assert got["timestamp"] == got["stored"]
    assert got["version"] == "1.0.0"
    assert got["authority"]["account"]["homePage"] == iris.CREDENTIAL_HOME
    assert "X-Experience-API-Consistent-Through" in answer.headers


def test_a_single_statement_may_be_posted_alone_and_without_id(lrs: httpx.Client) -> None:
    sent = statement()
    del sent["id"]
    given = lrs.post("/xapi/statements", json=sent).json()
    assert uuid.UUID(given[0])
    assert lrs.get("/xapi/statements", params={"statementId": given[0]}).json()["actor"] == sent["actor"]


def test_put_takes_the_id_from_the_address(lrs: httpx.Client) -> None:
    sent = statement()
    statement_id = str(sent.pop("id"))
    assert lrs.put("/xapi/statements", params={"statementId": statement_id}, json=sent).status_code == 204
    assert lrs.put("/xapi/statements", params={"statementId": statement_id}, json=sent).status_code == 204
    assert lrs.get("/xapi/statements", params={"statementId": statement_id}).status_code == 200
    other = {**sent, "id": str(uuid.uuid4())}
    assert lrs.put("/xapi/statements", params={"statementId": statement_id}, json=other).status_code == 400
    assert lrs.put("/xapi/statements", json=sent).status_code == 400


def test_the_same_statement_twice_is_stored_once(hub: RunningHub, lrs: httpx.Client) -> None:
    sent = statement(result={"score": {"raw": 1.0}}, context={"contextActivities": {"parent": {"id": "http://e.org/p"}}})
    again = statement(
        id=str(sent["id"]).upper(), actor=sent["actor"], result={"score": {"raw": 1}}, verb={"id": sent["verb"]["id"]},  # type: ignore[index]
        context={"contextActivities": {"parent": [{"id": "http://e.org/p", "objectType": "Activity"}]}},
        timestamp="2025-01-01T00:00:00Z",
    )  # fmt: skip
    assert post(lrs, sent).status_code == 200
    before = hub.count()
    assert post(lrs, again).status_code == 200
    assert hub.count() == before


def test_a_duration_is_compared_to_its_hundredths_and_kept_as_it_came(lrs: httpx.Client) -> None:
    sent = statement(result={"duration": "PT1H0M12.126S"})
    other = {**sent, "result": {"duration": "PT1H0M12.12999S"}}
    assert [post(lrs, one).status_code for one in (sent, sent, other)] == [200, 200, 200]
    assert one(lrs, sent["id"])["result"] == sent["result"]
    assert post(lrs, {**sent, "result": {"duration": "PT1H0M12.13S"}}).status_code == 409


def test_what_was_stored_when_other_words_counted_is_compared_by_its_words(hub: RunningHub, lrs: httpx.Client) -> None:
    sent = statement(result={"duration": "PT1H0M12.126S"})
    post(lrs, sent)
    with hub.hub.database.write() as db:
        db.execute("UPDATE statement SET digest = ? WHERE id = ?", (b"before", uuid.UUID(str(sent["id"])).bytes))
    assert post(lrs, sent).status_code == 200
    assert post(lrs, {**sent, "result": {"success": True}}).status_code == 409


def test_the_same_id_for_another_statement_is_a_conflict_and_nothing_of_the_batch_is_stored(
    hub: RunningHub, lrs: httpx.Client
) -> None:
    sent = statement()
    post(lrs, sent)
    before = hub.count()
    answer = post(lrs, statement(), {**sent, "object": {"id": "http://example.org/activities/2"}}, statement())
    assert answer.status_code == 409
    assert answer.json()["index"] == 1
    assert hub.count() == before


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"actor": {"name": "Arta"}}, "exactly one of mbox"),
        ({"actor": {"mbox": "mailto:a@e.org", "openid": "http://a.e.org/"}}, "exactly one of mbox"),
        ({"actor": {"mbox": "a@e.org"}}, "actor.mbox"),
        ({"actor": {"objectType": "Group"}}, "group needs"),
        ({"actor": None}, "actor"),
        ({"verb": {"id": "tried"}}, "verb.id"),
        ({"verb": {}}, "id"),
        ({"object": {"id": "x y"}}, "$.id"),
        ({"object": {"objectType": "activity", "id": "http://e.org/1"}}, "objectType"),
        ({"object": {"objectType": "StatementRef", "id": "1"}}, "$.id"),
        ({"timestamp": "yesterday"}, "timestamp"),
        ({"timestamp": "2025-02-30T00:00:00Z"}, "not a time"),
        ({"timestamp": "2025-02-20T00:00:00-00:00"}, "-00:00"),
        ({"surprise": 1}, "surprise"),
        ({"result": {"score": {"scaled": 1.1}}}, "scaled"),
        ({"result": {"score": {"raw": 6, "max": 5}}}, "raw must lie"),
        ({"result": {"success": None}}, "success"),
        ({"result": {"duration": "5 minutes"}}, "duration"),
        ({"result": {"extensions": {"key": 1}}}, "extensions"),
        ({"context": {"registration": "1"}}, "registration"),
        ({"context": {"language": "not a language"}}, "language"),
        ({"context": {"team": {"mbox": "mailto:a@e.org"}}}, "Group"),
        ({"verb": {"id": iris.VOIDED}}, "StatementRef"),
        ({"version": "3.0"}, "version"),
        ({"id": "not-a-uuid"}, "$.id"),
        ({"object": {"id": "http://e.org/1", "definition": {"choices": [{"id": "a"}]}}}, "choices"),
        ({"object": {"objectType": "SubStatement", "actor": {"mbox": "mailto:a@e.org"}, "verb": {"id": "http://e.org/v"},
                     "object": {"id": "http://e.org/1"}, "id": str(uuid.uuid4())}}, "id"),
        ({"attachments": [{"usageType": "http://e.org/u", "display": {"en": "x"}, "contentType": "text/plain",
                           "length": 1, "sha2": "0" * 64}]}, "without a fileUrl"),
    ],
)  # fmt: skip
def test_a_broken_statement_is_refused_with_its_place_and_the_reason(
    hub: RunningHub, lrs: httpx.Client, changes: JsonDict, words: str
) -> None:
    before = hub.count()
    answer = post(lrs, statement(), {**statement(), **changes})
    assert answer.status_code == 400
    refusal = answer.json()
    assert refusal["index"] == 1
    assert refusal["message"].startswith("Statement 2")
    assert words in refusal["message"]
    assert hub.count() == before


@pytest.mark.parametrize(
    "body",
    [b"", b"nonsense", b"[1]", b"[[]]", b"\xff", b'"text"', b"[" * 100_000, b"[{}"],
    ids=["empty", "words", "number", "nested", "bytes", "text", "deep", "open"],
)
def test_a_body_that_is_no_batch_is_refused(lrs: httpx.Client, body: bytes) -> None:
    answer = lrs.post("/xapi/statements", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["message"]


def test_two_statements_with_one_id_in_a_batch_are_refused(lrs: httpx.Client) -> None:
    sent = statement()
    assert post(lrs, sent, sent).status_code == 400


def test_an_empty_batch_is_fine(lrs: httpx.Client) -> None:
    assert post(lrs).json() == []


@pytest.mark.parametrize(
    ("version", "status"), [(None, 400), ("0.9", 400), ("1.0", 200), ("1.0.9", 200), ("2.0.0", 200)]
)
def test_a_request_must_say_which_version_it_speaks(hub: RunningHub, version: str | None, status: int) -> None:
    with hub.client(hub.program(), version=version) as client:
        answer = client.get("/xapi/statements")
    assert answer.status_code == status
    assert answer.headers["X-Experience-API-Version"] == ("2.0.0" if version == "2.0.0" else "1.0.3")


def test_statements_are_found_by_agent_verb_activity_and_registration(lrs: httpx.Client) -> None:
    actor = {"account": {"homePage": "http://e.org", "name": uuid.uuid4().hex}}
    verb, activity, registration = f"http://e.org/{uuid.uuid4()}", f"http://e.org/{uuid.uuid4()}", str(uuid.uuid4())
    one = statement(actor=actor, verb={"id": verb}, object={"id": activity}, context={"registration": registration})
    near = statement(context={"contextActivities": {"grouping": [{"id": activity}]}, "instructor": actor})
    group = statement(actor={"objectType": "Group", "member": [actor]})
    post(lrs, one, near, group)
    assert found(lrs, verb=verb) == [one["id"]]
    assert found(lrs, activity=activity) == [one["id"]]
    assert found(lrs, activity=activity, related_activities="true") == [near["id"], one["id"]]
    assert found(lrs, registration=registration) == [one["id"]]
    assert found(lrs, agent=json.dumps(actor)) == [group["id"], one["id"]]
    assert found(lrs, agent=json.dumps(actor), related_agents="true") == [group["id"], near["id"], one["id"]]
    assert found(lrs, agent=json.dumps(actor), verb=verb, activity="http://e.org/unknown") == []


def test_pages_go_on_where_the_last_one_ended(lrs: httpx.Client) -> None:
    verb = f"http://e.org/{uuid.uuid4()}"
    sent = [statement(verb={"id": verb}) for _ in range(5)]
    post(lrs, *sent)
    ids = [one["id"] for one in sent]
    page = lrs.get("/xapi/statements", params={"verb": verb, "limit": "2", "ascending": "true"}).json()
    seen = [one["id"] for one in page["statements"]]
    while page["more"]:
        page = lrs.get(page["more"]).json()
        seen += [one["id"] for one in page["statements"]]
    assert seen == ids
    assert found(lrs, verb=verb, limit="0") == ids[::-1]


def test_since_and_until_cut_by_the_time_of_storing(lrs: httpx.Client) -> None:
    verb = f"http://e.org/{uuid.uuid4()}"
    first, second = statement(verb={"id": verb}), statement(verb={"id": verb})
    post(lrs, first)
    stored = lrs.get("/xapi/statements", params={"statementId": str(first["id"])}).json()["stored"]
    post(lrs, second)
    assert found(lrs, verb=verb, since=stored) == [second["id"]]
    assert found(lrs, verb=verb, until=stored) == [first["id"]]
    assert found(lrs, verb=verb, since="2999-01-01T00:00:00Z") == []


@pytest.mark.parametrize(
    "params",
    [
        {"unknown": "1"}, {"Verb": "http://e.org/v"}, {"limit": "-1"}, {"limit": "many"}, {"agent": "{}"},
        {"agent": "x"},
        {"since": "today"}, {"ascending": "yes"}, {"format": "short"}, {"verb": "no iri"}, {"registration": "1"},
        {"statementId": "1"}, {"statementId": str(uuid.uuid4()), "voidedStatementId": str(uuid.uuid4())},
        {"statementId": str(uuid.uuid4()), "limit": "1"}, {"attachments": "yes"}, {"cursor": "x"},
    ],
)  # fmt: skip
def test_a_question_that_cannot_be_understood_is_refused(lrs: httpx.Client, params: dict[str, str]) -> None:
    answer = lrs.get("/xapi/statements", params=params)
    assert answer.status_code == 400
    assert answer.json()["error"] == "bad-request"


def test_an_unknown_statement_is_not_found(lrs: httpx.Client) -> None:
    assert lrs.get("/xapi/statements", params={"statementId": str(uuid.uuid4())}).status_code == 404


def test_formats_give_less(lrs: httpx.Client) -> None:
    activity = {"id": "http://e.org/1", "definition": {"name": {"sq": "Thyesat", "en": "Fractions"}}}
    sent = statement(actor={"mbox": "mailto:a@e.org", "name": "A"}, object=activity)
    post(lrs, sent)
    ask = {"statementId": str(sent["id"])}
    ids = lrs.get("/xapi/statements", params={**ask, "format": "ids"}).json()
    assert ids["actor"] == {"mbox": "mailto:a@e.org"}
    assert ids["object"] == {"id": "http://e.org/1"}
    for language, name in (("sq", {"sq": "Thyesat"}), ("en-GB", {"en": "Fractions"}), ("tr", {"sq": "Thyesat"})):
        reader = {"Accept-Language": language}
        answer = lrs.get("/xapi/statements", params={**ask, "format": "canonical"}, headers=reader)
        assert answer.json()["object"]["definition"]["name"] == name


def void(target: object) -> JsonDict:
    return statement(
        verb={"id": iris.VOIDED}, object={"objectType": "StatementRef", "id": target}
    )


@pytest.mark.parametrize("voiding_first", [False, True])
def test_a_voided_statement_is_hidden_whichever_arrives_first(lrs: httpx.Client, voiding_first: bool) -> None:
    sent = statement()
    voiding = void(sent["id"])
    for sending in (voiding, sent) if voiding_first else (sent, voiding):
        assert post(lrs, sending).status_code == 200
    assert lrs.get("/xapi/statements", params={"statementId": str(sent["id"])}).status_code == 404
    assert lrs.get("/xapi/statements", params={"voidedStatementId": str(sent["id"])}).json()["id"] == sent["id"]
    assert lrs.get("/xapi/statements", params={"statementId": str(voiding["id"])}).status_code == 200
    assert post(lrs, void(voiding["id"])).status_code == 200
    assert lrs.get("/xapi/statements", params={"statementId": str(voiding["id"])}).status_code == 200


@pytest.mark.parametrize(
    "header",
    [{}, {"Authorization": "Bearer x"}, {"Authorization": "Basic !!!"}, basic("a", "b"), basic("", "")],
)
def test_without_good_credentials_nothing_is_read_or_written(hub: RunningHub, header: dict[str, str]) -> None:
    before = hub.count()
    with hub.client() as guest:
        reading = guest.get("/xapi/statements", headers=header)
        for answer in (reading, guest.post("/xapi/statements", headers=header, json=[statement()])):
            assert answer.status_code == 401
            assert answer.headers["WWW-Authenticate"].startswith("Basic")
            assert answer.json()["error"] == "not-signed-in"
    assert hub.count() == before


def test_a_secret_is_nowhere_on_the_hub(hub: RunningHub) -> None:
    credentials = hub.program()
    for file in hub.folder.iterdir():
        assert credentials.secret.encode() not in file.read_bytes()


def test_a_box_reads_and_voids_its_own_statements_only(hub: RunningHub) -> None:
    mine, other = hub.enrol("Agimi"), hub.enrol("Drita")
    sent = json.loads(Classroom().passed())
    with hub.client(mine.credentials) as me, hub.client(other.credentials) as stranger:
        assert post(me, sent).status_code == 200
        assert found(me) == [sent["id"]]
        assert found(stranger) == []
        assert stranger.get("/xapi/statements", params={"statementId": sent["id"]}).status_code == 404
        assert post(stranger, void(sent["id"])).status_code == 403
        assert found(me) == [sent["id"]]
        assert post(me, void(sent["id"])).status_code == 200
        assert sent["id"] not in found(me)


@pytest.mark.parametrize("levels", [62, 800, 100_000])
def test_an_extension_nested_without_end_is_refused_and_no_error_of_the_hub(lrs: httpx.Client, levels: int) -> None:
    sent = statement()
    sent["context"] = {"extensions": {"https://x.example/deep": "@"}}
    body = json.dumps([sent]).replace('"@"', "[" * levels + "]" * levels)
    answer = lrs.post("/xapi/statements", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400, answer.text


@pytest.mark.parametrize("cursor", ["-1", "9" * 30])
def test_a_place_no_page_can_go_on_from_is_refused(lrs: httpx.Client, cursor: str) -> None:
    assert lrs.get("/xapi/statements", params={"cursor": cursor}).status_code == 400


def test_a_program_without_read_all_sees_its_own(hub: RunningHub) -> None:
    with hub.client(hub.program("statements/write", "statements/read/mine")) as client:
        sent = statement()
        post(client, sent)
        assert found(client) == [sent["id"]]


def test_the_method_an_address_does_not_know_is_refused_in_json(lrs: httpx.Client) -> None:
    answer = lrs.delete("/xapi/statements")
    assert (answer.status_code, answer.headers["X-Experience-API-Version"]) == (405, "1.0.3")
    assert lrs.get("/xapi/nothing").json()["error"]


def test_afterwards_the_database_is_whole(hub: RunningHub, lrs: httpx.Client) -> None:
    sent = [json.loads(Classroom().passed(pupil)) for pupil in range(7)]
    post(lrs, *sent)
    post(lrs, void(sent[0]["id"]))
    assert check(hub.hub.database).problems == ()
