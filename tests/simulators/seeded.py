"""A school that is ready for a lesson: one class of pupils with PINs, a teacher, a signed pack with a video and a quiz.

Everything goes through the box's own services and a ministry that really signs; the video is a few hundred bytes.

    school = seed(tmp_path, pupils=6)
    school.pupils[0].pin
"""

import json
import tarfile
from dataclasses import dataclass, replace
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from content_packs.build import build_pack
from content_packs.durable import Disk
from content_packs.sign import sign_pack
from schoolbox.config import Config
from schoolbox.services.people_rows import NewPerson
from schoolbox.wiring import open_box
from tests.simulators.media import mp4
from tests.simulators.publisher import Ministry

PACK = "mash:thyesat-6"
VIDEO = "mash:pjeset"
QUIZ = "mash:kuiz-thyesat"
QUESTIONS = 40
PASSWORD = "mali-lumi-guri"


@dataclass(frozen=True)
class Pupil:
    """Somebody who can sign in with a PIN."""

    person_id: int
    class_id: int
    pin: str


@dataclass(frozen=True)
class Seeded:
    """The data folder of a box, the ministry whose shelf filled it, and who is in the class."""

    data: Path
    ministry: Ministry
    pupils: tuple[Pupil, ...]
    teacher: str

    @property
    def shelf(self) -> Path:
        """The folder of the shelf."""
        return self.ministry.folder


def seed(folder: Path, *, data: Path | None = None, pupils: int = 3) -> Seeded:
    """Make a box with a class and a course; `folder` is for the shelf, `data` for the box."""
    ministry = lesson_shelf(folder)
    data = data or folder / "data"
    box = open_box(Config(data=data, reserve_mb=0))
    try:
        box.school.set("Shkolla „Agimi”", "Gjilan")
        box.trust.pin(ministry.root)
        box.packs.install(ministry.shelf, PACK, progress=lambda _progress: None)
        class_id = box.people.class_add("6/2", 6)
        teacher = NewPerson("teacher", "Vlora", "Gashi", class_ids=(class_id,), password=PASSWORD)
        login = box.people.add(teacher).login
        new = [NewPerson("pupil", f"Nxënës{n}", "Krasniqi", class_ids=(class_id,)) for n in range(pupils)]
        added = [box.people.add(each) for each in new]
        people = tuple(Pupil(each.person_id, class_id, each.pin or "") for each in added)
        return Seeded(data=data, ministry=ministry, pupils=people, teacher=login)
    finally:
        box.close()


def seed_as_before(folder: Path, *, pupils: int) -> Seeded:
    """Give a school as `seed` makes it, with the keys, numbers and PINs that the first one had in this test process.

    Half of the time of tests with pages was making the same school again. Two in one test would be the same box.
    """
    first, files = _first(pupils)
    with tarfile.open(fileobj=BytesIO(files)) as packed:
        packed.extractall(folder, filter="fully_trusted")  # noqa: S202 - this process has packed it
    return replace(first, data=folder / "data", ministry=first.ministry.moved(folder))


@cache
def _first(pupils: int) -> tuple[Seeded, bytes]:
    """Make the school once; its folder is kept in memory, and nobody changes the one that is given."""
    with TemporaryDirectory() as made, BytesIO() as files:
        seeded = seed(Path(made), pupils=pupils)
        with tarfile.open(fileobj=files, mode="w") as packed:
            packed.add(made, arcname=".")
        return seeded, files.getvalue()


def lesson_shelf(folder: Path, *, version: int = 1) -> Ministry:
    """A shelf with one course: a video of a minute and a quiz of forty questions, where `b` is always right."""
    ministry = Ministry(folder)
    publish_lesson(ministry, folder / f"lesson-{version}", version=version)
    return ministry


def publish_lesson(ministry: Ministry, folder: Path, *, version: int) -> None:
    """Build and sign a version of the course."""
    source = folder / "source"
    source.mkdir(parents=True)
    (source / "pjeset.mp4").write_bytes(mp4(seconds=59 + version))
    (source / "kuiz.json").write_text(json.dumps({"format": 1, "questions": [_question(n) for n in range(QUESTIONS)]}))
    (source / "pack.toml").write_text(_PACK_TOML.format(version=version), encoding="utf-8")
    built = folder / "built"
    build_pack(source, built, Disk())
    sign_pack(built, ministry.folder, [ministry.signers["mash"]], disk=Disk(), clock=ministry.clock)


def _question(number: int) -> dict[str, object]:
    choices = [{"id": "a", "text": {"sq": "{4/14}"}}, {"id": "b", "text": {"sq": "{4/7}"}}]
    return {"id": f"q{number}", "type": "single", "prompt": {"sq": f"Sa bëjnë {number}?"}, "choices": choices,
            "correct": ["b"]}  # fmt: skip


_PACK_TOML = """\
format = 1
pack = "mash:thyesat-6"
version = {version}
released_at = "2026-09-01T08:00:00Z"
language = "sq"
subject = "mathematics"
area = "math"
grades = [6]
licence = "CC-BY-SA-4.0"
authors = ["Vlora"]
title = {{ sq = "Thyesat", en = "Fractions" }}
summary = {{ sq = "Pjesët e një të tëre" }}
[[units]]
slug = "hyrje"
title = {{ sq = "Hyrje" }}
[[units.items]]
slug = "pjeset"
kind = "video"
title = {{ sq = "Pjesët e një të tëre", en = "Parts of a whole" }}
[[units.items.files]]
path = "pjeset.mp4"
role = "video"
[[units.items]]
slug = "kuiz-thyesat"
kind = "quiz"
title = {{ sq = "Kuiz: thyesat", en = "Quiz: fractions" }}
[[units.items.files]]
path = "kuiz.json"
role = "quiz"
"""
