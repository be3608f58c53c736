"""A browser without a screen: keeps cookies, reads the mark of a form before it posts, follows nothing by itself.

    browser = Browser(box.url)
    browser.sign_in(pupil)
    browser.answer("mash:kuiz", "q1", "b")
"""

import re
from collections.abc import Mapping
from types import TracebackType
from typing import Self
from uuid import uuid4

import httpx

from tests.simulators.seeded import Pupil

_MARK = re.compile(r'name="csrf_token" value="([^"]+)"')
Values = Mapping[str, str | int]


class Browser:
    """One device."""

    def __init__(self, url: str, *, timeout_s: float = 60.0) -> None:
        self._client = httpx.Client(base_url=url, trust_env=False, timeout=timeout_s, follow_redirects=False)
        self._mark = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Forget everything."""
        self._client.close()

    def get(self, path: str) -> httpx.Response:
        """Open a page."""
        return self._client.get(path)

    def post(self, path: str, values: Values) -> httpx.Response:
        """Send a form of the page that was loaded last."""
        form = {"csrf_token": self._mark, **{key: str(value) for key, value in values.items()}}
        return self._client.post(path, data=form)

    @property
    def mark(self) -> str:
        """The mark of the forms of the page that was loaded last."""
        return self._mark

    def send_form(self, path: str, values: Mapping[str, str | list[str]]) -> httpx.Response:
        """Send a form as it is filled, fields that stand there several times too."""
        return self._client.post(path, data=dict(values))

    def send_files(
        self, path: str, values: Mapping[str, str], files: Mapping[str, tuple[str, bytes]]
    ) -> httpx.Response:
        """Send a form with files: each has a name and what is in it."""
        return self._client.post(path, data=dict(values), files=dict(files))

    def send(self, path: str, data: bytes) -> httpx.Response:
        """Send bytes as a script of the page that was loaded last does."""
        headers = {"X-CSRFToken": self._mark, "Accept": "application/json", "Content-Type": "application/octet-stream"}
        return self._client.post(path, content=data, headers=headers)

    def load_form(self, path: str) -> httpx.Response:
        """Open a page and remember the mark of its forms."""
        page = self.get(path)
        found = _MARK.search(page.text)
        assert found, f"no form on {path} ({page.status_code})"
        self._mark = found[1]
        return page

    def sign_in(self, pupil: Pupil) -> None:
        """Sign in as a pupil does: class, name, PIN."""
        path = f"/sign-in/{pupil.class_id}/{pupil.person_id}"
        self.load_form(path)
        answered = self.post(path, {"pin": pupil.pin})
        assert answered.status_code == 303, (answered.status_code, answered.text[:500])
        self.load_form("/")

    def sign_in_card(self, code: str) -> None:
        """Sign in as a phone does whose camera saw a card: its address, one tap, the home page."""
        led = self.get(f"/card/{code}")
        assert led.status_code == 303, (led.status_code, led.text[:500])
        self.load_form(led.headers["Location"])
        answered = self.post("/card", {})
        assert answered.status_code == 303, (answered.status_code, answered.text[:500])
        self.load_form("/")

    def sign_in_staff(self, login: str, password: str) -> None:
        """Sign in as a teacher or technician does."""
        self.load_form("/sign-in/staff")
        answered = self.post("/sign-in/staff", {"login": login, "password": password})
        assert answered.status_code == 303, (answered.status_code, answered.text[:500])
        self.load_form("/subjects")

    def watch(self, item_id: str, *, segments: str, position_s: float, left: bool = True) -> httpx.Response:
        """Report what the player does when a page is left in the middle of a video."""
        return self.post(
            f"/items/{item_id}/watched",
            {
                "position_s": str(position_s), "duration_s": "60", "segments": segments, "ended": "0",
                "left": "1" if left else "0", "sitting": str(uuid4()),
            },
        )  # fmt: skip

    def answer(self, item_id: str, question: str, choice: str, *, go: int = 1) -> httpx.Response:
        """Answer a question of a quiz."""
        return self.post(f"/quizzes/{item_id}/answer", {"question": question, "answer": choice, "go": go})
