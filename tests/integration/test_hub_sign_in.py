"""Coming into the pages of the hub and leaving them: guessing, tokens, cookies, and where one comes out."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.integration.test_hub_pages import sign_in, token
from tests.simulators.clock import HandClock
from tests.simulators.hub import ADMIN, PASSWORD, RunningHub, running_hub
from tests.simulators.learning import WALL_AT


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    with running_hub(tmp_path_factory.mktemp("hub") / "data") as running:
        yield running


@pytest.fixture
def admin(hub: RunningHub) -> Iterator[httpx.Client]:
    with hub.client() as client:
        assert sign_in(client).status_code == 303
        yield client


@pytest.mark.parametrize(("name", "password"), [(ADMIN, "wrong password"), ("Nobody", PASSWORD), ("", "")])
def test_a_wrong_sign_in_says_what_is_safe_and_keeps_the_name(hub: RunningHub, name: str, password: str) -> None:
    with hub.client() as client:
        answer = sign_in(client, name, password)
        assert answer.status_code == 422
        assert "Nothing is locked" in answer.text
        assert f'value="{name}"' in answer.text
        assert client.get("/").status_code == 303


def test_guessing_a_password_is_slowed_down_but_nobody_is_locked_out(tmp_path: Path) -> None:
    clock = HandClock(WALL_AT)
    with running_hub(tmp_path / "data", clock) as hub, hub.client() as client:
        for _ in range(5):
            assert sign_in(client, password="guess").status_code == 422
        assert sign_in(client).status_code == 429
        clock.monotonic += 61
        assert sign_in(client).status_code == 303


def test_signing_out_ends_the_session(admin: httpx.Client) -> None:
    page = admin.get("/")
    assert admin.post("/sign-out", data={"csrf_token": token(page)}).headers["Location"] == "/sign-in"
    assert admin.get("/").status_code == 303


def test_a_form_without_its_token_does_nothing(admin: httpx.Client) -> None:
    answer = admin.post("/sign-out")
    assert answer.status_code == 400
    assert "open for too long" in answer.text
    assert admin.get("/").status_code == 200


@pytest.mark.parametrize(
    ("target", "to"),
    [("/boxes", "/boxes"), ("https://e.example/", "/"), ("//e.example", "/"), ("/\\e.example", "/"), ("x", "/")],
)
def test_signing_in_goes_back_to_this_hub_only(hub: RunningHub, target: str, to: str) -> None:
    with hub.client() as client:
        assert sign_in(client, next=target).headers["Location"] == to


def test_cookies_are_kept_from_scripts_and_other_sites(hub: RunningHub) -> None:
    with hub.client() as client:
        cookies = [value for value in sign_in(client).headers.get_list("set-cookie") if value.startswith("hub_session")]
    assert cookies
    assert "HttpOnly" in cookies[0]
    assert "SameSite=Lax" in cookies[0]


def test_guessing_with_ever_new_names_is_slowed_down_too(hub: RunningHub) -> None:
    with hub.client() as client:
        statuses = [sign_in(client, f"somebody{number}", "not the password").status_code for number in range(22)]
        assert statuses[-1] == 429
        assert statuses[:20] == [422] * 20
    hub.hub.throttle.succeeded("sign-in from 127.0.0.1")
