"""The one cookie of the box: what arrives late must not undo what a page has just put into it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from schoolbox.config import Config
from schoolbox.web.app import create_app
from schoolbox.web.cookies import Cookies
from schoolbox.wiring import open_box


@pytest.fixture
def client(tmp_path: Path) -> Iterator[FlaskClient]:
    box = open_box(Config(data=tmp_path / "box"))
    with create_app(box).test_client() as opened:
        yield opened
    box.close()


def test_a_picture_or_script_that_arrives_late_brings_no_older_cookie(client: FlaskClient) -> None:
    page = client.get("/?lang=en")
    assert "Set-Cookie" in page.headers
    script = next(part for part in page.text.split('"') if part.endswith("schoolbox.css"))
    assert "Set-Cookie" not in client.get(script).headers
    assert "Set-Cookie" not in client.get("/?lang=en").headers


def test_a_session_that_has_ended_leaves_the_cookie_to_the_next_sign_in(client: FlaskClient) -> None:
    with client.session_transaction() as session:
        session["token"] = "of yesterday"
    assert "Set-Cookie" not in client.get("/health").headers


def test_the_cookie_holds_no_date_because_the_box_may_believe_another_year(client: FlaskClient) -> None:
    cookie = client.get("/sign-in/staff").headers["Set-Cookie"]
    assert "Max-Age=2678400" in cookie
    assert "Expires" not in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    with client.session_transaction() as session:
        assert isinstance(client.application.session_interface, Cookies)
        assert session["device"]
    value = cookie.partition("=")[2].partition(";")[0]
    assert value.count(".") == 1 + value.startswith(".")  # what it holds and its signature, no time between them


def test_a_cookie_that_somebody_changed_is_none(client: FlaskClient) -> None:
    client.get("/sign-in/staff")
    given = client.get_cookie("schoolbox")
    assert given is not None
    for forged in (f"x{given.value}", "", "..", given.value[:-1]):
        client.set_cookie("schoolbox", forged)
        with client.session_transaction() as session:
            assert "device" not in session


@pytest.mark.parametrize("words", ["_method=POST", "endpoint=x", "_scheme=https", "_external=1", "_anchor=x", "self=1"])
def test_words_in_an_address_never_reach_the_links_of_a_page_as_orders(client: FlaskClient, words: str) -> None:
    page = client.get(f"/?{words}&lang=en")
    assert page.status_code == 200
    assert all(link.startswith(("/", "#", "?")) for link in re.findall(r' href="([^"]*)"', page.text))


def test_the_link_to_another_language_keeps_everything_that_was_asked_for(client: FlaskClient) -> None:
    assert 'href="/search?q=a+b&amp;said=x&amp;said=y&amp;lang=en"' in client.get("/search?q=a+b&said=x&said=y").text
