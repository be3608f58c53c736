"""A box with one small course of every kind of item, and devices that use its pages.

The course is built, signed and installed by the real tools; only its videos are a few hundred bytes. Two units: a video
with captions in two languages and a frame, a recording, a worksheet and the teacher's answers to it; then a quiz with
all four types of question and a last video.

    with lesson_box(tmp_path) as school:
        pupil = school.device(); pupil.sign_in(school.arta)
        pupil.get("/courses/mash:thyesat-6")
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from flask import Flask

from content_packs.build import build_pack
from content_packs.clock import Clock
from content_packs.durable import Disk
from content_packs.install import Installed
from content_packs.sign import sign_pack
from schoolbox.config import Config
from schoolbox.services.people_rows import NewPerson
from schoolbox.services.viewers import Viewer
from schoolbox.web.app import create_app
from schoolbox.wiring import Box, open_box
from tests.simulators.device import Device
from tests.simulators.lesson_source import PACK, QUESTIONS, write_source
from tests.simulators.publisher import Ministry
from tests.simulators.seeded import PASSWORD, Pupil


@dataclass
class LessonBox:
    """The box, the ministry that filled it, and who learns there."""

    folder: Path
    ministry: Ministry
    box: Box
    app: Flask
    arta: Pupil = field(init=False)
    blend: Pupil = field(init=False)
    teacher: str = field(init=False)

    def __post_init__(self) -> None:
        class_id = self.box.people.class_add("6/2", 6)
        self.box.school.set("Shkolla „Agimi”", "Gjilan")
        self.arta, self.blend = (
            self.pupil(given, surname, class_id) for given, surname in (("Arta", "Krasniqi"), ("Blend", "Hoxha"))
        )
        vlora = NewPerson("teacher", "Vlora", "Gashi", (class_id,), password=PASSWORD)
        self.teacher = self.box.people.add(vlora).login

    def device(self) -> Device:
        """A browser nobody has used yet."""
        return Device(self.app)

    def viewer(self, pupil: Pupil) -> Viewer:
        """A pupil as services see them."""
        found = self.box.sign_in.viewer(self.box.sign_in.sign_in_pin(pupil.person_id, pupil.pin, device="test"))
        assert found is not None
        return found

    def install(
        self, version: int = 1, *, questions: list[dict[str, object]] | None = None, **fields: object
    ) -> Installed:
        """Build, sign and install a version of the course; `fields` are those of the quiz beside its questions."""
        source = write_source(self.folder / f"source-{version}", version, questions or QUESTIONS, fields)
        built = self.folder / f"built-{version}"
        build_pack(source, built, Disk())
        signers = [self.ministry.signers["mash"]]
        sign_pack(built, self.ministry.folder, signers, disk=Disk(), clock=self.ministry.clock)
        return self.box.packs.install(self.ministry.shelf, PACK, progress=lambda _: None)

    def statements(self) -> list[tuple[str, str]]:
        """What waits for the hub: the last words of verb and object, oldest first."""
        return [(verb.rpartition("/")[2], item) for verb, item, _ in self.told()]

    def told(self) -> list[tuple[str, str, str]]:
        """What waits for the hub: verb, object, and the whole as text."""
        rows = self.box.outbox.pending(1_000)
        found = [(msgspec.json.decode(row.statement, type=_Statement), row.statement.decode()) for row in rows]
        return [(one.verb.id, one.object.id.rpartition("/item/")[2], raw) for one, raw in found]

    def media(self, item_id: str, role: str, *, staff: bool = False) -> str:
        """The address of an item's first file of a role."""
        return f"/media/{self.box.library.item(item_id, staff=staff).of_role(role)[0].name}"

    def pupil(self, given: str, surname: str, class_id: int) -> Pupil:
        """Somebody more in a class."""
        added = self.box.people.add(NewPerson("pupil", given, surname, (class_id,)))
        assert added.pin is not None
        return Pupil(added.person_id, class_id, added.pin)


class _Thing(msgspec.Struct):
    id: str


class _Statement(msgspec.Struct):
    verb: _Thing
    object: _Thing


@contextmanager
def lesson_box(folder: Path, clock: Clock | None = None, *, data: Path | None = None) -> Iterator[LessonBox]:
    """Open a box with the course on it; `clock` is another than the machine's, `data` where the box is."""
    folder.mkdir(parents=True, exist_ok=True)
    config = Config(data=data or folder / "box", announce=False, sync=False, reserve_mb=0)
    box = open_box(config, clock=clock)
    try:
        ministry = Ministry(folder)
        box.trust.pin(ministry.root)
        school = LessonBox(folder, ministry, box, create_app(box))
        school.install()
        yield school
    finally:
        box.close()
