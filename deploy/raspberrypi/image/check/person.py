"""Somebody with a browser that runs no scripts: opens pages of a box, fills their forms in, presses their buttons.

person = Person("http://127.0.0.1:9480")
person.send("/claim", "/claim", code="9WQ4-T3NB", school="Agimi", municipality="Gjilan", login="tek", password="…")
"""

from html.parser import HTMLParser
from urllib.parse import urlsplit

import httpx

from deploy.raspberrypi.image.errors import ImageError

PATIENCE_S = 300.0
"""A page of an emulated machine may take long, the first one above all."""
Fields = dict[str, list[str]]


class Form:
    """A form as it stands on a page: what would be sent if nobody touched it, and what can be chosen."""

    def __init__(self, action: str) -> None:
        self.action, self.fields = action, Fields()
        self.choices, self.boxes = Fields(), Fields()
        self.empty: list[str] = []

    def filled(self, **values: str | list[str]) -> Fields:
        """What is sent: what stands there, then these values; of a choice nobody made the first, else a 1."""
        sent = {name: list(held) for name, held in self.fields.items()}
        for name, choices in self.choices.items():
            sent.setdefault(name, choices[:1])
        for name in self.empty:
            sent[name] = ["1"]
        sent.update({name: [value] if isinstance(value, str) else value for name, value in values.items()})
        return sent


class Forms(HTMLParser):
    """The forms of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.all: list[Form] = []
        self._choosing = ""
        self._inside = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take notice of forms and what is in them."""
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.all.append(Form(urlsplit(said.get("action", "")).path))
            self._inside = True
        elif self._inside and "disabled" not in said:
            self._field(tag, said, self.all[-1])

    def handle_endtag(self, tag: str) -> None:
        """Leave a form."""
        self._inside = self._inside and tag != "form"

    def _field(self, tag: str, said: dict[str, str], form: Form) -> None:
        name, value = said.get("name", ""), said.get("value", "")
        if tag == "select":
            self._choosing = name
        elif tag == "option" and self._choosing and value:
            form.choices.setdefault(self._choosing, []).append(value)
        elif tag == "input" and name:
            self._input(said.get("type", "text"), name, value, form, chosen="checked" in said)

    def _input(self, kind: str, name: str, value: str, form: Form, *, chosen: bool) -> None:
        if kind in ("radio", "checkbox"):
            (form.choices if kind == "radio" else form.boxes).setdefault(name, []).append(value)
        if kind in ("radio", "checkbox") and not chosen:
            return
        if kind == "text" and not value:
            form.empty.append(name)
        else:
            form.fields.setdefault(name, []).append(value)


class Person:
    """One browser, with its cookies."""

    def __init__(self, home: str) -> None:
        self._client = httpx.Client(base_url=home, timeout=PATIENCE_S, follow_redirects=True, trust_env=False)

    def open(self, path: str) -> httpx.Response:
        """Open a page, wherever it leads."""
        return self._client.get(path)

    def send(self, path: str, to: str, **values: str | list[str]) -> httpx.Response:
        """Fill in the form of a page that leads to an address with this end, and press its button.

        Raises:
            ImageError: There is no such form on the page.
        """
        return self.press(self.open(path), to, **values)

    def press(self, page: httpx.Response, to: str, **values: str | list[str]) -> httpx.Response:
        """Do it on a page that is open already."""
        form = next((each for each in Forms(page.text).all if each.action.endswith(to)), None)
        if form is None:
            said = " ".join(page.text.split())[-400:]
            raise ImageError(f"There is no form to {to} on {page.url.path} ({page.status_code}): {said}")
        return self._client.post(form.action, data=form.filled(**values))
