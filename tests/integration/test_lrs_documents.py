"""State and profiles: documents that other programs keep at the hub (xAPI 1.0.3 part 3 §2.2 to 2.7).

The numbers are those of the conformance requirements of ADL.
"""

import gzip
import hashlib
import json
import threading
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx
import pytest

from content_packs.clock import SystemClock
from sync.iris import ACTOR_HOME
from sync.ports import Credentials
from tests.simulators.clock import HandClock
from tests.simulators.hub import RunningHub, running_hub
from tests.simulators.learning import WALL_AT
from tests.simulators.record_store import JsonDict

AGENT = json.dumps({"objectType": "Agent", "account": {"homePage": "http://e.org/a", "name": "rick"}})
ACTIVITY = "http://e.org/activity"
STATE, PROFILE, OF_AGENT = "/xapi/activities/state", "/xapi/activities/profile", "/xapi/agents/profile"
BASES: dict[str, dict[str, str]] = {
    STATE: {"activityId": ACTIVITY, "agent": AGENT}, PROFILE: {"activityId": ACTIVITY}, OF_AGENT: {"agent": AGENT},
}  # fmt: skip
NAMES = {STATE: "stateId", PROFILE: "profileId", OF_AGENT: "profileId"}
EVERY = pytest.mark.parametrize("path", list(BASES))
BOTH = pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    with running_hub(tmp_path_factory.mktemp("hub") / "data") as running:
        yield running


@pytest.fixture
def lrs(hub: RunningHub) -> Iterator[httpx.Client]:
    with hub.client(hub.program()) as client:
        yield client


def place(path: str, name: str | None = None, **more: str) -> dict[str, str]:
    """The parameters of one document, new unless it has a name."""
    return {**BASES[path], NAMES[path]: name or str(uuid.uuid4()), **more}


def without(params: dict[str, str], *names: str) -> dict[str, str]:
    return {key: value for key, value in params.items() if key not in names}


@EVERY
@BOTH
def test_a_document_is_stored_read_and_taken_away(hub: RunningHub, path: str, version: str) -> None:
    body = b"\x00\xff any bytes"
    with hub.client(hub.program(), version=version) as lrs:  # XAPI-00187 to 00192, 00271 to 00274, 00290 to 00293
        params = place(path)
        assert lrs.get(path, params=params).status_code == 404
        assert lrs.put(path, params=params, content=body, headers={"Content-Type": "image/x-own"}).status_code == 204
        answer = lrs.get(path, params=params)
        assert (answer.content, answer.headers["Content-Type"]) == (body, "image/x-own")
        assert answer.headers["ETag"] == f'"{hashlib.sha1(body, usedforsecurity=False).hexdigest()}"'
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        head = lrs.head(path, params=params)
        assert (head.status_code, head.content, head.headers["ETag"]) == (200, b"", answer.headers["ETag"])
        known = lrs.get(path, params=params, headers={"If-None-Match": answer.headers["ETag"]})
        assert (known.status_code, known.content) == (304, b"")
        assert lrs.delete(path, params=params).status_code == 204
        assert lrs.get(path, params=params).status_code == 404
        assert lrs.delete(path, params=params).status_code == 204


@EVERY
def test_posting_json_puts_its_fields_in_place_one_level_deep(lrs: httpx.Client, path: str) -> None:
    params = place(path)
    first = {"car": {"make": "Ford", "model": "Escape"}, "driver": "Dale", "n": 12345678901234567890}
    assert lrs.post(path, params=params, json=first).status_code == 204
    assert lrs.get(path, params=params).json() == first
    assert lrs.post(path, params=params, json={"car": {"make": "Dodge"}}).status_code == 204
    assert lrs.get(path, params=params).json() == {**first, "car": {"make": "Dodge"}}
    assert lrs.get(path, params=params).headers["Content-Type"] == "application/json"


@EVERY
@pytest.mark.parametrize(
    ("have", "new"),
    [(("application/json", b'{"a":1}'), ("text/plain", b'{"a":2}')),
     (("text/plain", b"{}"), ("application/json", b"{}")),
     (("application/json", b"[1]"), ("application/json", b'{"a":1}')),
     (("application/json", b'{"a":1}'), ("application/json; charset=utf-8", b"[2]")),
     (("application/json", b'{"a":1}'), ("application/json", b'{"a":')),
     (("application/json", b'{"a":1}'), ("application/json", b'{"a":"\xff"}')),
     (("application/json", b'{"a":1}'), ("application/json", b"[" * 100_000))],
)  # fmt: skip
def test_what_cannot_be_put_together_is_refused_and_nothing_changed(
    lrs: httpx.Client, path: str, have: tuple[str, bytes], new: tuple[str, bytes]
) -> None:
    params = place(path)
    assert lrs.put(path, params=params, content=have[1], headers={"Content-Type": have[0]}).status_code == 204
    answer = lrs.post(path, params=params, content=new[1], headers={"Content-Type": new[0]})
    assert (answer.status_code, answer.json()["error"]) == (400, "bad-request")
    assert lrs.get(path, params=params).content == have[1]


@EVERY
def test_a_posted_document_may_be_anything_but_json_that_is_none(lrs: httpx.Client, path: str) -> None:
    # XAPI-00234, 00281, 00313
    for kind, body, status in (
        ("application/x-www-form-urlencoded", b"true", 204), ("text/html", b"<script>", 204),
        ("application/json", b"[1]", 204), ("application/json", b"{", 400), ("application/json", b"", 400),
    ):  # fmt: skip
        params = place(path)
        assert lrs.post(path, params=params, content=body, headers={"Content-Type": kind}).status_code == status
        assert lrs.get(path, params=params).status_code == (200 if status == 204 else 404)


WRONG: list[tuple[str, JsonDict, tuple[str, ...]]] = [
    (STATE, {}, ("activityId",)), (STATE, {}, ("agent",)), (PROFILE, {}, ("activityId",)), (OF_AGENT, {}, ("agent",)),
    (STATE, {"activityId": "no iri"}, ()), (PROFILE, {"activityId": "no iri"}, ()),
    (STATE, {"agent": "not JSON"}, ()), (STATE, {"agent": "true"}, ()), (OF_AGENT, {"agent": "true"}, ()),
    (OF_AGENT, {"agent": '{"objectType":"Group","member":[{"mbox":"mailto:a@e.org"}]}'}, ()),
    (OF_AGENT, {"agent": '{"mbox":"mailto:a@e.org","openid":"http://e.org/"}'}, ()),
    (STATE, {"registration": "true"}, ()), (STATE, {"surprise": "1"}, ()), (PROFILE, {"agent": AGENT}, ()),
    (STATE, {"StateId": "1"}, ("stateId",)), (PROFILE, {"profileId": ""}, ()),
    (OF_AGENT, {"profileId": "x" * 3000}, ()),
]  # fmt: skip


@pytest.mark.parametrize(("path", "changes", "missing"), WRONG)
@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
def test_wrong_parameters_are_refused_by_every_method(
    lrs: httpx.Client, path: str, changes: dict[str, str], missing: tuple[str, ...], method: str
) -> None:
    params = without({**place(path), **changes}, *missing)
    content = b"{}" if method in ("PUT", "POST") else None
    answer = lrs.request(method, path, params=params, content=content)
    assert answer.status_code == 400, answer.text


@EVERY
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_only_all_of_a_state_may_be_changed_without_a_name(lrs: httpx.Client, path: str, method: str) -> None:
    content = b"{}" if method in ("PUT", "POST") else None
    answer = lrs.request(method, path, params=BASES[path], content=content)
    assert answer.status_code == (204 if (path, method) == (STATE, "DELETE") else 400)
    assert lrs.request(method, path, params={**place(path), "since": "2026-01-01T00:00:00Z"}).status_code == 400


@EVERY
def test_the_names_of_documents_are_listed_also_since_a_time(tmp_path: Path, path: str) -> None:
    clock = HandClock(WALL_AT)
    with running_hub(tmp_path / "data", clock) as hub, hub.client(hub.program()) as lrs:
        first = clock.now().isoformat()
        for name in ("old", "new"):
            assert lrs.put(path, params=place(path, name), content=b"x").status_code == 204
            at = clock.now().isoformat()
            clock.at += timedelta(seconds=60)
        assert lrs.get(path, params=BASES[path]).json() == ["new", "old"]
        hour_ago = (WALL_AT - timedelta(hours=1)).isoformat()
        assert lrs.get(path, params={**BASES[path], "since": hour_ago}).json() == ["new", "old"]
        assert lrs.get(path, params={**BASES[path], "since": first}).json() == ["new"]
        assert lrs.get(path, params={**BASES[path], "since": at}).json() == []
        assert lrs.get(path, params={**BASES[path], "since": "yesterday"}).status_code == 400
        modified = lrs.get(path, params=place(path, "old")).headers["Last-Modified"]
        assert lrs.put(path, params=place(path, "old"), content=b"y", headers={"If-Match": "*"}).status_code == 204
        assert lrs.get(path, params={**BASES[path], "since": at}).json() == ["old"]
        assert lrs.get(path, params=place(path, "old")).headers["Last-Modified"] != modified


def test_a_state_of_a_registration_is_another_and_all_are_listed_and_deleted_together(lrs: httpx.Client) -> None:
    base = {**BASES[STATE], "activityId": f"http://e.org/{uuid.uuid4()}"}
    one, two = {"registration": str(uuid.uuid4())}, {"registration": str(uuid.uuid4())}
    for more, body in (({}, b"none"), (one, b"one"), (two, b"two")):
        assert lrs.put(STATE, params={**base, **more, "stateId": "place"}, content=body).status_code == 204
    assert lrs.put(STATE, params={**base, **one, "stateId": "only"}, content=b"x").status_code == 204
    assert lrs.get(STATE, params={**base, "stateId": "place"}).content == b"none"
    assert lrs.get(STATE, params={**base, **one, "stateId": "place"}).content == b"one"
    assert lrs.get(STATE, params=base).json() == ["only", "place"]
    assert lrs.get(STATE, params={**base, **two}).json() == ["place"]
    assert lrs.delete(STATE, params={**base, **one}).status_code == 204
    assert lrs.get(STATE, params={**base, **one}).json() == []
    assert lrs.get(STATE, params=base).json() == ["place"]
    assert lrs.delete(STATE, params=base).status_code == 204  # XAPI-00194
    assert lrs.get(STATE, params=base).json() == []


def test_an_agent_is_the_same_however_it_is_written(lrs: httpx.Client) -> None:
    named = json.dumps({"account": {"name": "rick", "homePage": "http://e.org/a"}, "name": "Rick"})
    params = place(OF_AGENT)
    assert lrs.put(OF_AGENT, params=params, content=b"x").status_code == 204
    assert lrs.get(OF_AGENT, params={**params, "agent": named}).content == b"x"
    group = json.dumps({"objectType": "Group", "mbox": "mailto:g@e.org"})
    assert lrs.put(OF_AGENT, params={**params, "agent": group}, content=b"x").status_code == 204


# Concurrency (XAPI-00322)

@EVERY
@BOTH
def test_a_put_over_a_document_says_which_one_it_means(hub: RunningHub, path: str, version: str) -> None:
    with hub.client(hub.program(), version=version) as lrs:
        params = place(path)
        lrs.put(path, params=params, content=b"first")
        tag = lrs.get(path, params=params).headers["ETag"]
        unsaid = lrs.put(path, params=params, content=b"second")
        if (path, version) == (STATE, "1.0.3"):
            assert unsaid.status_code == 204
            lrs.put(path, params=params, content=b"first")
        else:
            assert (unsaid.status_code, unsaid.headers["Content-Type"]) == (409, "text/plain; charset=utf-8")
            assert "If-Match" in unsaid.text
        for header in ({"If-Match": '"1111111111111111111111111111111111111111"'}, {"If-Match": "1234"},
                       {"If-None-Match": "*"}, {"If-None-Match": tag}):  # fmt: skip
            answer = lrs.put(path, params=params, content=b"second", headers=header)
            assert (answer.status_code, bool(answer.text)) == (412, True), header
            assert lrs.get(path, params=params).content == b"first"
        for header in ({"If-Match": tag}, {"If-Match": "*"}, {"If-None-Match": '"other"'}):
            assert lrs.put(path, params=params, content=b"first", headers=header).status_code == 204, header
        assert lrs.put(path, params=params, content=b"x", headers={"If-Match": f'"a", W/{tag}'}).status_code == 204


@EVERY
@BOTH
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_a_post_or_delete_may_say_which_document_it_means(
    hub: RunningHub, path: str, version: str, method: str
) -> None:
    with hub.client(hub.program(), version=version) as lrs:
        params = place(path)
        lrs.post(path, params=params, json={"a": 1})
        tag = lrs.get(path, params=params).headers["ETag"]
        body = b'{"b":2}' if method == "POST" else None
        headers = {"Content-Type": "application/json"}
        wrong = lrs.request(method, path, params=params, content=body, headers={**headers, "If-Match": "1234"})
        assert wrong.status_code == 412
        assert lrs.get(path, params=params).json() == {"a": 1}
        good = lrs.request(method, path, params=params, content=body, headers={**headers, "If-Match": tag})
        assert good.status_code == 204
        gone = lrs.request(method, path, params=place(path), content=body, headers={**headers, "If-Match": tag})
        assert gone.status_code == 412


def test_two_writers_at_once_do_not_overwrite_each_other(hub: RunningHub) -> None:
    params = place(PROFILE)
    given = hub.program()
    answers: list[int] = []

    def write(body: bytes) -> None:
        with hub.client(given) as client:
            headers = {"If-None-Match": "*"}
            answers.append(client.put(PROFILE, params=params, content=body, headers=headers).status_code)

    threads = [threading.Thread(target=write, args=(b"%d" % number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [204] + [412] * 7


# Whose they are, how large, how long

SCOPES: dict[str, set[str]] = {
    "state": {STATE}, "profile": {PROFILE, OF_AGENT}, "all": {STATE, PROFILE, OF_AGENT}, "statements/write": set(),
}  # fmt: skip


@EVERY
@pytest.mark.parametrize("scope", SCOPES)
def test_a_credential_writes_what_its_scope_says(hub: RunningHub, path: str, scope: str) -> None:
    with hub.client(hub.program(scope)) as lrs:
        expected = 204 if path in SCOPES[scope] else 403
        assert lrs.put(path, params=place(path), content=b"x").status_code == expected
        assert lrs.get(path, params=BASES[path]).status_code == (200 if expected == 204 else 403)


def test_whoever_may_read_everything_changes_nothing(hub: RunningHub) -> None:
    with hub.client(hub.program("all/read")) as lrs:
        assert lrs.get(STATE, params=BASES[STATE]).status_code == 200
        for method in ("PUT", "POST", "DELETE"):
            assert lrs.request(method, STATE, params=place(STATE)).status_code == 403


@EVERY
def test_no_program_sees_or_changes_documents_of_another(hub: RunningHub, lrs: httpx.Client, path: str) -> None:
    params = place(path, "shared name")
    with hub.client(hub.program()) as other:
        assert lrs.put(path, params=params, content=b"mine").status_code == 204
        assert other.get(path, params=params).status_code == 404
        assert "shared name" not in other.get(path, params=BASES[path]).json()
        assert other.put(path, params=params, content=b"theirs").status_code == 204
        assert other.delete(path, params=params).status_code == 204
        assert lrs.get(path, params=params).content == b"mine"


@EVERY
def test_a_document_that_is_too_large_is_refused_packed_or_not(hub: RunningHub, lrs: httpx.Client, path: str) -> None:
    most = hub.hub.settings.values.document_bytes_max
    params = place(path)
    assert lrs.put(path, params=params, content=b"x" * (most + 1)).status_code == 413
    packed = gzip.compress(b"x" * (most + 1))
    assert lrs.put(path, params=params, content=packed, headers={"Content-Encoding": "gzip"}).status_code == 413
    assert lrs.get(path, params=params).status_code == 404
    packed = gzip.compress(b"x" * most)
    assert lrs.put(path, params=params, content=packed, headers={"Content-Encoding": "gzip"}).status_code == 204
    assert len(lrs.get(path, params=params).content) == most


def test_a_type_that_no_header_may_hold_is_refused(lrs: httpx.Client) -> None:
    answer = lrs.put(STATE, params=place(STATE), content=b"x", headers={"Content-Type": "x" * 300})
    assert answer.status_code == 400
    assert lrs.put(STATE, params=place(STATE), content=b"x").status_code == 204


def test_documents_are_there_after_the_hub_was_started_anew(tmp_path: Path) -> None:
    with running_hub(tmp_path / "data", SystemClock()) as hub:
        given = hub.program()
        with hub.client(given) as lrs:
            assert lrs.put(STATE, params=place(STATE, "kept"), content=b"x").status_code == 204
    with running_hub(tmp_path / "data") as again:
        known = Credentials(f"{again.url}/xapi/", given.key, given.secret)
        with again.client(known) as lrs:
            assert lrs.get(STATE, params=place(STATE, "kept")).content == b"x"


def test_documents_about_a_learner_whom_the_school_erased_are_gone_and_do_not_come_back(tmp_path: Path) -> None:
    number, other = "0123456789abcdef0123456789abcdef", "f" * 32
    with running_hub(tmp_path / "data") as hub, hub.client(hub.program()) as lrs:
        agents = [json.dumps({"account": {"homePage": ACTOR_HOME, "name": name}}) for name in (number, other)]
        for path in (STATE, OF_AGENT):
            for agent in agents:
                params = {**place(path, "d"), "agent": agent}
                assert lrs.put(path, params=params, content=b"secret-bytes").status_code == 204
        with hub.client(hub.enrol().credentials) as box:
            assert box.post("/box/v1/erasures", json={"actors": [number]}).status_code == 200
        for path in (STATE, OF_AGENT):
            answers = [lrs.get(path, params={**place(path, "d"), "agent": agent}).status_code for agent in agents]
            assert answers == [404, 200]
            late = {**place(path, "late"), "agent": agents[0]}
            assert lrs.put(path, params=late, content=b"x").status_code == 204
            assert lrs.post(path, params=late, content=b"x").status_code == 204
            assert lrs.get(path, params=late).status_code == 404
        with hub.hub.database.read() as db:
            assert db.execute("SELECT count(*) FROM term WHERE value LIKE ?", (f"%{number}",)).fetchone()[0] == 0


def test_the_time_of_a_document_is_told_to_the_second(lrs: httpx.Client) -> None:
    params = place(STATE)
    lrs.put(STATE, params=params, content=b"x")
    told = parsedate_to_datetime(lrs.get(STATE, params=params).headers["Last-Modified"])
    assert abs(told - datetime.now(UTC)) < timedelta(minutes=1)
