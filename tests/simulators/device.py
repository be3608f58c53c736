"""One phone or computer on the pages of a box without a network: Flask's own client, forms with their mark.

    device = Device(app)
    device.sign_in(pupil)
    device.text("/courses/mash:thyesat-6")
"""

import html
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.test import TestResponse

from tests.simulators.seeded import PASSWORD, Pupil

if TYPE_CHECKING:
    from flask.testing import FlaskClient

_MARK = re.compile(r'name="csrf_token" value="([^"]+)"')
_TOKEN = re.compile(r'data-csrf="([^"]+)"')


class Device:
    """One browser: keeps cookies, reads the mark of a form before it posts, follows nothing by itself."""

    def __init__(self, app: Flask, address: str = "10.0.0.5") -> None:
        self.client: FlaskClient = app.test_client()
        self._from = {"REMOTE_ADDR": address}

    def get(self, path: str, **headers: str) -> TestResponse:
        """Open a page."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.get(path, headers=sent, environ_base=self._from)

    def text(self, path: str) -> str:
        """The page itself, which must be there."""
        answer = self.get(path)
        assert answer.status_code == 200, (answer.status_code, answer.text)
        return answer.text

    def mark(self, path: str = "/sign-in/staff") -> str:
        """The mark that this browser's forms carry."""
        found = _MARK.search(self.get(path).text)
        assert found, f"no form on {path}"
        return found[1]

    def post(
        self, path: str, values: Mapping[str, object] | None = None, *, on: str = "/sign-in/staff"
    ) -> TestResponse:
        """Send a form that stands on a page."""
        return self.client.post(path, data={"csrf_token": self.mark(on), **(values or {})}, environ_base=self._from)

    def send(self, path: str, data: bytes, *, on: str) -> TestResponse:
        """Send bytes as a script does, with the mark of the forms of a page."""
        found = _TOKEN.search(self.get(on).text)
        headers = {"X-CSRFToken": found[1] if found else "", "Accept": "application/json"}
        kind = "application/octet-stream"
        return self.client.post(path, data=data, content_type=kind, headers=headers, environ_base=self._from)

    def sign_in(self, pupil: Pupil) -> None:
        """Come in with a PIN."""
        assert self.sign_in_pupil(pupil).status_code == 303

    def sign_in_pupil(self, pupil: Pupil, *, pin: str | None = None, following: str = "") -> TestResponse:
        """Type a PIN, right or wrong."""
        path = f"/sign-in/{pupil.class_id}/{pupil.person_id}"
        return self.post(path, {"pin": pupil.pin if pin is None else pin, "next": following}, on=path)

    def sign_in_staff(self, login: str, *, password: str = PASSWORD, following: str = "") -> TestResponse:
        """Type login and password."""
        return self.post("/sign-in/staff", {"login": login, "password": password, "next": following})

    def watch(self, item_id: str, **form: object) -> TestResponse:
        """Report as the player does."""
        found = _TOKEN.search(self.get(f"/items/{item_id}").text)
        body = {"csrf_token": found[1] if found else "", "position_s": "0", "duration_s": "90", **form}
        return self.client.post(f"/items/{item_id}/watched", data=body, environ_base=self._from)

    def answer(self, quiz_id: str, question: str, values: list[str], *, go: int = 1, **form: object) -> TestResponse:
        """Answer a question of a quiz."""
        return self.post(f"/quizzes/{quiz_id}/answer", {"question": question, "answer": values, "go": go, **form})


def shown(device: Device, path: str) -> str:
    """A page as it is read: without markup, with single spaces."""
    text = re.sub(r"<script.*?</script>|<svg.*?</svg>|<[^>]+>", " ", device.text(path), flags=re.DOTALL)
    return " ".join(html.unescape(text).split())
