"""Two schools with no line between them, and a technician at each who carries a stick and a paper.

    with two_schools(tmp_path) as (agimi, dituria):
        file, code = agimi.hand_over(agimi.school.arta)
        arrival = dituria.take_in(file, code)
        agimi.end(arrival.code)
"""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from werkzeug.test import TestResponse

from content_packs.clock import Clock
from schoolbox.services.arrivals import Arrival
from schoolbox.services.people_rows import NewPerson
from schoolbox.wiring import Box
from tests.simulators.device import Device, shown
from tests.simulators.lessons import LessonBox, lesson_box
from tests.simulators.seeded import PASSWORD, Pupil

_CODE = re.compile(r'class="q code">([0-9A-Z-]{14})<')
TECHNICIAN = "teknik"


@dataclass
class SchoolDesk:
    """A school, and its technician at a computer who reads English."""

    school: LessonBox
    desk: Device
    technician: int

    @property
    def box(self) -> Box:
        return self.school.box

    def make(self, person_id: int, meant_for: str = "") -> str:
        """Make the file, and read the code off the page."""
        path = f"/people/{person_id}/transfer"
        assert self.desk.post(path, {"school": meant_for}, on=path).status_code == 303
        found = _CODE.search(self.desk.text(path))
        assert found is not None
        assert _CODE.search(self.desk.text(path)) is None, "the code is shown once"
        return found[1]

    def hand_over(self, pupil: Pupil, meant_for: str = "") -> tuple[bytes, str]:
        """The file and its code."""
        code = self.make(pupil.person_id, meant_for)
        return self.desk.get(f"/people/{pupil.person_id}/transfer/file").data, code

    def open(self, file: bytes, code: str) -> TestResponse:
        """Choose a file and type a code."""
        form = {"transfer": (io.BytesIO(file), "transfer.schoolbox"), "code": code}
        return self.desk.post("/transfers", form, on="/transfers")

    def refused(self, file: bytes, code: str) -> str:
        """What the page says where a file is not opened."""
        answer = self.open(file, code)
        assert answer.headers["Location"] == "/transfers"
        return shown(self.desk, "/transfers")

    def take_in(self, file: bytes, code: str, *, join: int = 0, renamed: bool = False) -> Arrival:
        """Open a file and put the pupil into the class 6/2."""
        assert self.open(file, code).headers["Location"] == "/transfers/arriving"
        return self.take_in_opened(join=join, renamed=renamed)

    def take_in_opened(self, *, join: int = 0, renamed: bool = False) -> Arrival:
        """Put the pupil of the file that is open into the class 6/2."""
        form: dict[str, object] = {"class": self.school.arta.class_id, "join": join}
        if renamed:
            form["renamed"] = "1"
        answer = self.desk.post("/transfers/arriving", form, on="/transfers/arriving")
        assert answer.status_code == 303, answer.text
        return self.box.arrivals.one(answer.headers["Location"].rpartition("/")[2])

    def end(self, receipt: str, file: bytes = b"") -> str:
        """Enter a receipt, and read what the page says."""
        form = {"receipt": receipt, "file": (io.BytesIO(file), "receipt.txt")}
        assert self.desk.post("/transfers/end", form, on="/transfers").status_code == 303
        return shown(self.desk, "/transfers")


@contextmanager
def desk_of(
    folder: Path, name: str, clock: Clock | None = None, *, data: Path | None = None
) -> Iterator[SchoolDesk]:
    """One school; `data` is where its box is, if not in the folder."""
    with lesson_box(folder, clock=clock, data=data) as school:
        school.box.school.set(name, "Gjilan")
        added = school.box.people.add(NewPerson("technician", "Besnik", "Gashi", login=TECHNICIAN, password=PASSWORD))
        desk = school.device()
        assert desk.sign_in_staff(TECHNICIAN).status_code == 303
        desk.get("/?lang=en")
        yield SchoolDesk(school, desk, added.person_id)


@contextmanager
def two_schools(folder: Path, clock: Clock | None = None) -> Iterator[tuple[SchoolDesk, SchoolDesk]]:
    """The old school and the new one; each has an Arta and a Blend of its own."""
    with desk_of(folder / "old", "Agimi", clock) as old, desk_of(folder / "new", "Dituria", clock) as new:
        yield old, new
