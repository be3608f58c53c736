"""Texts that a database cannot keep: refused where they are to be found again, kept where they are only words."""

import json
from collections.abc import Callable, Iterator

import httpx
import pytest

from sync import iris
from sync.hub.check import check
from tests.simulators.hub import running_hub
from tests.simulators.record_store import JsonDict, post, statement


@pytest.fixture(scope="module")
def lrs(tmp_path_factory: pytest.TempPathFactory, new_database: Callable[[], str]) -> Iterator[httpx.Client]:
    data = tmp_path_factory.mktemp("hub") / "data"
    with running_hub(data, database=new_database()) as hub, hub.client(hub.program()) as client:
        yield client
        assert check(hub.hub.database).problems == ()


@pytest.mark.parametrize("place", ["actor", "verb", "object", "title"])
def test_the_character_that_no_database_takes_is_refused_where_a_text_is_to_be_found_again(
    lrs: httpx.Client, place: str
) -> None:
    sent, good = statement(), statement()
    odd: JsonDict = {
        "actor": {"account": {"homePage": "https://x.example", "name": "a\0b"}},
        "verb": {"id": "https://x.example/a\0b"},
        "object": {"id": "https://x.example/a\0b"},
        "title": {"id": f"{iris.ITEM}a:b", "definition": {"name": {"sq": "a\0b"}}},
    }
    sent[{"title": "object"}.get(place, place)] = odd[place]
    assert post(lrs, sent, good).status_code == 400
    assert lrs.get("/xapi/statements", params={"statementId": str(good["id"])}).status_code == 404


def test_the_same_character_in_an_answer_or_an_extension_is_kept(lrs: httpx.Client) -> None:
    sent = statement()
    sent["result"] = {"response": "a\0b"}
    assert post(lrs, sent).status_code == 200
    assert lrs.get("/xapi/statements", params={"statementId": str(sent["id"])}).json()["result"] == sent["result"]


def test_asking_for_the_character_that_no_database_takes_is_refused(lrs: httpx.Client) -> None:
    agent = json.dumps({"account": {"homePage": "https://x.example", "name": "a\0b"}})
    for query in ({"agent": agent}, {"verb": "https://x.example/a\0b"}, {"activity": "https://x.example/a\0b"}):
        assert lrs.get("/xapi/statements", params=query).status_code == 400
    place = {"activityId": "https://x.example/", "profileId": "a\0b"}
    assert lrs.get("/xapi/activities/profile", params=place).status_code == 400
