"""The doors of a box while its program is tried: shut for everybody but the updater (UPDATES 6.5).

Promises: while the updater's note is there, nothing is read or written for anybody; `/health` says which version this
is, and that the database took a write. Once the note is gone the doors stay open for as long as the program runs.

    trial = Trial(app, note=Path("/var/lib/schoolbox-app/trying.json"), answers=database_takes_a_write)
    trial.going()
"""

import json
import threading
from collections.abc import Callable, Iterable
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from schoolbox import __version__
from schoolbox.marks import N_
from schoolbox.web.i18n import catalogue_of
from sync.languages import LANGUAGES

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

EVERY_S = 1.0
TITLE = N_("In a minute")
WORDS = N_("The box is being updated. What you did is kept; this page goes on by itself.")


class Trial:
    """The pages of the box, behind a door."""

    def __init__(self, app: "WSGIApplication", *, note: Path, answers: Callable[[], bool]) -> None:
        self._app = app
        self._note = note
        self._answers = answers
        self._over = not note.exists()

    def going(self) -> bool:
        """Whether the program is still being tried."""
        if not self._over and not self._note.exists():
            self._over = True
        return not self._over

    def wait(self, stop: threading.Event, *, every_s: float = EVERY_S) -> bool:
        """Wait until it is over; whether it is, and not the program stopped."""
        while self.going() and not stop.wait(every_s):
            pass
        return not stop.is_set()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer the updater, or say to everybody else that it takes a minute."""
        if not self.going():
            return self._app(environ, start_response)
        if environ.get("PATH_INFO") == "/health":
            said = {"ok": self._answers(), "version": __version__, "trial": True}
            return _answer(start_response, "200 OK", "application/json", json.dumps(said).encode())
        return _answer(start_response, "503 Service Unavailable", "text/html; charset=utf-8", _page())


def _answer(start_response: "StartResponse", status: str, mime: str, body: bytes) -> list[bytes]:
    headers = [("Content-Type", mime), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
    start_response(status, [*headers, ("Retry-After", "10")])
    return [body]


def _page() -> bytes:
    """The same words in every language: nothing may be looked up now."""
    said = []
    for tag in LANGUAGES:
        speak = catalogue_of(tag).gettext
        said.append(f'<h2 lang="{tag}">{escape(speak(TITLE))}</h2><p lang="{tag}">{escape(speak(WORDS))}</p>')
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        '<meta http-equiv="refresh" content="10"><title>Schoolbox</title>'
    )
    return f"<!doctype html><html><head>{head}</head><body>{''.join(said)}</body></html>".encode()
