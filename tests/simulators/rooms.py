"""The pages of a real box without a network: Flask's own client per device, forms with their mark.

    device = Device(pages.app)
    device.sign_in_pupil(pages.seeded.pupils[0])
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from werkzeug.test import TestResponse

from schoolbox.config import Config
from schoolbox.services.people import NewPerson
from schoolbox.web.app import create_app
from schoolbox.wiring import Box, open_box
from tests.simulators.seeded import PASSWORD, Pupil, Seeded, seed

_MARK = re.compile(r'name="csrf_token" value="([^"]+)"')
STRANGER = "vlera.other"
TECHNICIAN = "teknik"


@dataclass(frozen=True)
class Pages:
    """A seeded box with its application, and staff who can sign in with `PASSWORD`."""

    box: Box
    app: Flask
    seeded: Seeded

    @property
    def class_id(self) -> int:
        """The class of the teacher and the pupils."""
        return self.seeded.pupils[0].class_id

    def device(self, address: str = "10.0.0.5") -> "Device":
        """Another phone or computer."""
        return Device(self.app, address)


class Device:
    """One browser."""

    def __init__(self, app: Flask, address: str = "10.0.0.5") -> None:
        self.client = app.test_client()
        self._from = {"REMOTE_ADDR": address}

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        return self.client.get(path, environ_base=self._from)

    def post(self, path: str, values: Mapping[str, str] | None = None, *, form: str = "/sign-in/staff") -> TestResponse:
        """Send a form, with the mark of the page `form`."""
        found = _MARK.search(self.get(form).text)
        assert found, f"no form on {form}"
        return self.client.post(path, data={"csrf_token": found[1], **(values or {})}, environ_base=self._from)

    def sign_in_pupil(self, pupil: Pupil, *, pin: str | None = None, following: str = "") -> TestResponse:
        """Type a PIN."""
        path = f"/sign-in/{pupil.class_id}/{pupil.person_id}"
        return self.post(path, {"pin": pupil.pin if pin is None else pin, "next": following}, form=path)

    def sign_in_staff(self, login: str, *, password: str = PASSWORD, following: str = "") -> TestResponse:
        """Type login and password."""
        return self.post("/sign-in/staff", {"login": login, "password": password, "next": following})


@contextmanager
def open_pages(folder: Path, *, pupils: int = 4) -> Iterator[Pages]:
    """A box with a class, a course, its teacher, another teacher and a technician."""
    seeded = seed(folder, pupils=pupils)
    box = open_box(Config(data=seeded.data, reserve_mb=0, announce=False, sync=False))
    try:
        box.people.add(NewPerson("teacher", "Vlera", "Other", login=STRANGER, password=PASSWORD))
        box.people.add(NewPerson("technician", "Besnik", "Krasniqi", login=TECHNICIAN, password=PASSWORD))
        yield Pages(box, create_app(box), seeded)
    finally:
        box.close()
