"""What boxes sent and the hub could not store, as a ministry sees it; and guessing at several workers at once."""

import json
import re
import secrets
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from msgspec import Raw

from sync.hub.errors import TooManyTriesError
from sync.hub.throttle import FREE_TRIES, WAIT_MAX_S, Throttle
from tests.integration.test_hub_pages import sign_in
from tests.simulators.clock import HandClock
from tests.simulators.hub import RunningHub, index_all, make_data, open_hub, running_hub
from tests.simulators.learning import WALL_AT, Classroom
from tests.simulators.postgres import Postgres


@pytest.fixture(scope="module")
def hub(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    address = postgres.address(postgres.database())
    with running_hub(tmp_path_factory.mktemp("refused") / "hub", database=address) as running:
        yield running


@pytest.fixture
def ministry(hub: RunningHub) -> Iterator[httpx.Client]:
    with hub.client() as client:
        sign_in(client)
        yield client


def test_where_everything_could_be_stored_it_says_so(ministry: httpx.Client) -> None:
    page = ministry.get("/refused")
    assert page.status_code == 200
    assert "Everything could be stored" in page.text
    assert "/refused" in ministry.get("/boxes").text


def test_a_statement_with_the_number_of_another_is_listed_until_somebody_lets_it_go(
    hub: RunningHub, ministry: httpx.Client
) -> None:
    box_id, first = secrets.token_hex(16), Classroom().passed(1)
    hub.enrol(box_id=box_id)
    other = json.dumps({**json.loads(first), "result": {"success": False}}).encode()
    _send(hub, box_id, first)
    _send(hub, box_id, other)
    listed = ministry.get("/refused").text
    assert json.loads(first)["id"] in listed
    assert f"/boxes/{box_id}" in listed
    assert json.loads(first)["actor"]["account"]["name"] not in listed
    mark = re.search(r'name="mark" value="([^"]+)"', listed)
    assert mark
    for wrong in ("", "x/1", f"{mark[1]}0", "/", f"{secrets.token_hex(16)}/\u0663"):
        assert _press(ministry, "/refused/let-go", mark=wrong).status_code == 303
    assert json.loads(first)["id"] in ministry.get("/refused").text
    assert _press(ministry, "/refused/let-go", mark=mark[1]).status_code == 303
    page = ministry.get("/refused").text
    assert "has let go of it" in page
    assert json.loads(first)["id"] not in page
    assert "a statement that could not be stored was let go of" in ministry.get(f"/boxes/{box_id}").text


def test_a_batch_that_was_set_aside_is_tried_again_by_a_button(hub: RunningHub, ministry: httpx.Client) -> None:
    hub.enrol("Drita", box_id := secrets.token_hex(16))
    before = hub.count()
    sender = hub.hub.accounts.sender_of_box(box_id)
    assert sender
    hub.hub.intake.take([Raw(Classroom().passed(1))], sender)
    with hub.hub.database.write() as db:
        number = db.execute("UPDATE landed SET waits = 2 WHERE waits = 1 RETURNING id").fetchone()[0]
        db.execute("INSERT INTO aside (landed, reason) VALUES (?, 'KeyError')", (number,))
    page = ministry.get("/refused").text
    assert "KeyError" in page
    assert "Drita" in page
    assert _press(ministry, "/refused/again").status_code == 303
    assert "1 batch is being read again" in ministry.get("/refused").text
    index_all(hub.hub)
    assert hub.count() == before + 1
    assert "Everything could be stored" in ministry.get("/refused").text


def _send(hub: RunningHub, box_id: str, raw: bytes) -> None:
    sender = hub.hub.accounts.sender_of_box(box_id)
    assert sender
    hub.hub.intake.take([Raw(raw)], sender)
    index_all(hub.hub)


def _press(client: httpx.Client, path: str, **fields: str) -> httpx.Response:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/orders").text)
    assert token
    return client.post(path, data={**fields, "csrf_token": token[1]})


def test_guessing_at_two_workers_is_counted_together_and_forgotten_after_a_while(
    postgres: Postgres, tmp_path: Path
) -> None:
    clock = HandClock(WALL_AT)
    folder = make_data(tmp_path / "hub", postgres.address(reached := postgres.database()))
    workers = [open_hub(folder, clock) for _ in range(2)]
    for number in range(FREE_TRIES):
        workers[number % 2].throttle.check("sign-in 10.0.0.7 drita")
        workers[number % 2].throttle.failed("sign-in 10.0.0.7 drita")
    waits = [_wait(worker.throttle) for worker in workers]
    assert waits[0] == waits[1] > 0
    workers[0].throttle.check("sign-in 10.0.0.8 drita")
    assert "drita" not in str(postgres.ask(reached, "SELECT encode(digest, 'escape') FROM guess"))
    for _ in range(10):
        workers[1].throttle.failed("sign-in 10.0.0.7 drita")
    assert _wait(workers[0].throttle) == WAIT_MAX_S + 1
    clock.at += timedelta(seconds=WAIT_MAX_S)
    workers[0].throttle.check("sign-in 10.0.0.7 drita")
    workers[0].throttle.succeeded("sign-in 10.0.0.7 drita")
    workers[1].throttle.failed("sign-in 10.0.0.7 drita")
    workers[1].throttle.check("sign-in 10.0.0.7 drita")
    clock.at += timedelta(hours=1)
    workers[1].throttle.failed("courier 10.0.0.9")
    assert postgres.ask(reached, "SELECT count(*) FROM guess") == [["1"]]
    clock.at -= timedelta(hours=2)
    workers[1].throttle.check("courier 10.0.0.9", free=0)
    for worker in workers:
        worker.close()


def _wait(throttle: Throttle) -> int:
    with pytest.raises(TooManyTriesError) as caught:
        throttle.check("sign-in 10.0.0.7 drita")
    return caught.value.retry_after_s
