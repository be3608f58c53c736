"""The one cookie of the box: what arrives late must not undo what a page has just put into it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from schoolbox.config import Config
from schoolbox.web.app import create_app
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
