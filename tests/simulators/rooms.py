"""A box with a class, its teacher, another teacher and a technician, and the devices they use.

    with open_pages(tmp_path) as pages:
        pages.device().sign_in(pages.seeded.pupils[0])
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from content_packs.clock import Clock
from schoolbox.config import Config
from schoolbox.services.people_rows import NewPerson
from schoolbox.web.app import create_app
from schoolbox.wiring import Box, open_box
from tests.simulators.device import Device
from tests.simulators.seeded import PASSWORD, Seeded, seed, seed_as_before

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

    def device(self, address: str = "10.0.0.5") -> Device:
        """Another phone or computer."""
        return Device(self.app, address)

    def staff(self, login: str) -> Device:
        """A computer at which somebody of the staff has signed in and reads English."""
        device = self.device()
        assert device.sign_in_staff(login).status_code == 303
        device.get("/?lang=en")
        return device


@contextmanager
def open_pages(folder: Path, *, pupils: int = 4, clock: Clock | None = None, anew: bool = False) -> Iterator[Pages]:
    """A box with a class, a course, its teacher, another teacher and a technician.

    With `anew` it is a box that no other test has: for those who go to the same hub.
    """
    seeded = seed(folder, pupils=pupils) if anew else seed_as_before(folder, pupils=pupils)
    box = open_box(Config(data=seeded.data, reserve_mb=0, announce=False, sync=False, sticks=None), clock=clock)
    try:
        box.uploads.open()
        box.people.add(NewPerson("teacher", "Vlera", "Other", login=STRANGER, password=PASSWORD))
        box.people.add(NewPerson("technician", "Besnik", "Krasniqi", login=TECHNICIAN, password=PASSWORD))
        yield Pages(box, create_app(box), seeded)
    finally:
        box.close()
