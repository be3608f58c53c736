"""A national library, really signed: 14,000 items in 200 packs by eight publishers, made in seconds.

Grades 0 to 12 in seven areas, units of ten items: eight videos with captions and pictures, a document, a quiz. It lies
in its videos, which are real MP4 headers of a second or two, and in its titles, which repeat; every blob is different.

    library = National(tmp_path, packs=20)
    library.renew()     # the next version: one item in a hundred has another content
"""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from content_packs.manifest import Area, File, Item, Manifest, Role, Unit
from content_packs.shelf import DirectoryShelf
from tests.simulators.curriculum import LESSONS, NAMES, SUBJECTS, TOPICS, Words, lesson_title, text
from tests.simulators.media import free_box, jpeg, mp4
from tests.simulators.publisher import Ministry
from tests.simulators.quick_shelf import put_file, put_manifest

if TYPE_CHECKING:
    from content_packs.trust import Listing

PUBLISHERS = ("mash", "ipk", "trokit", "qendra", "atomi", "shkenca", "gjuha", "libri")
GRADES = 13
DOCUMENT, QUIZ = 8, 9
CHANGED_EVERY = 99
"""Every how manieth item has another content in the next version: 1 %, of every kind in turn."""

_QUIZ = (
    b'{"format":1,"questions":[{"id":"q1","type":"single","prompt":{"sq":"%s?"},"choices":[{"id":"a","text":'
    b'{"sq":"Po"}},{"id":"b","text":{"sq":"Jo"}}],"correct":["a"]}]}'
)


@dataclass(frozen=True)
class Course:
    """Where one pack stands in the curriculum."""

    number: int
    publisher: str
    slug: str
    subject: str
    area: Area
    grade: int

    @property
    def pack_id(self) -> str:
        """The id of its pack."""
        return f"{self.publisher}:{self.slug}"


class National:
    """The shelf of a ministry that has everything, and what stands on it."""

    def __init__(self, folder: Path, *, packs: int = 200, units: int = 7) -> None:
        self.ministry = Ministry(folder, publishers=PUBLISHERS[: max(1, min(packs, len(PUBLISHERS)))])
        self.manifests: dict[str, Manifest] = {}
        self._units = units
        self._version = 1
        self._courses = [_course(number) for number in range(packs)]
        self._listings: defaultdict[str, list[Listing]] = defaultdict(list)
        for course in self._courses:
            self._put(self._manifest(course))
        self._sign(1)

    @property
    def shelf(self) -> DirectoryShelf:
        """The shelf as a box opens it."""
        return self.ministry.shelf

    @property
    def items(self) -> int:
        """How many items there are."""
        return len(self._courses) * self._units * len(LESSONS)

    def renew(self) -> dict[str, File]:
        """Sign the next version of every pack that has a changed item; give the new files by their hash."""
        self._version += 1
        fresh: dict[str, File] = {}
        for course in self._courses:
            before = self.manifests[course.pack_id]
            units = tuple(self._renewed(unit, fresh) for unit in self._numbered(course, before))
            if units != before.units:
                self._put(msgspec.structs.replace(before, version=self._version, units=units))
        self._sign(self._version)
        return fresh

    def _manifest(self, course: Course) -> Manifest:
        """Write the blobs of a course and say what it is."""
        name, topics = NAMES[course.subject], TOPICS[course.subject]
        return Manifest(
            format=1,
            pack=course.pack_id,
            version=1,
            title={"sq": f"{name[0]} {course.grade}", "en": f"{name[1]} {course.grade}"},
            summary={"sq": f"{name[0]} për klasën {course.grade}: {topics[0][0].lower()} dhe më tej."},
            language="sq",
            subject=course.subject,
            area=course.area,
            grades=(course.grade,),
            licence="CC-BY-SA-4.0",
            authors=("Vlora Gashi", "Arben Krasniqi"),
            released_at="2026-09-01T08:00:00Z",
            units=tuple(self._unit(course, number, topics[number % len(topics)]) for number in range(self._units)),
            goals={"sq": tuple(f"Të kuptosh: {topic[0].lower()}" for topic in topics[:3])},
        )

    def _unit(self, course: Course, number: int, topic: Words) -> Unit:
        """Write one unit of ten items."""
        items = tuple(self._item(course, number, place, topic) for place in range(len(LESSONS)))
        return Unit(slug=f"kapitulli-{number + 1}", title=text(topic), items=items)

    def _item(self, course: Course, unit: int, place: int, topic: Words) -> Item:
        """Write the files of one item."""
        slug = f"{course.slug}-{unit + 1}-{place + 1}"
        title, summary = lesson_title(topic, LESSONS[place]), {"sq": f"{topic[0]}, mësimi {place + 1}."}
        item_id, role = f"{course.publisher}:{slug}", _role(place)
        main = self._main_file(role, f"{item_id} 1")
        if role == "quiz":
            return Item(id=item_id, kind="quiz", title=title, files=(main,), questions=1)
        if role == "document":
            return Item(id=item_id, kind="document", title=title, files=(main,), summary=summary)
        return Item(
            id=item_id, kind="video", title=title, files=(main, *self._beside(item_id, title["sq"])), summary=summary,
            duration_s=240.0 + place,
        )  # fmt: skip

    def _main_file(self, role: Role, mark: str) -> File:
        """Write what is watched, read or answered."""
        folder, said = self.ministry.folder, mark.encode()
        if role == "quiz":
            return put_file(folder, role, _QUIZ % said, "json")
        if role == "document":
            return put_file(folder, role, said, "txt")
        return put_file(folder, "video", mp4(seconds=240) + free_box(said), "mp4")

    def _beside(self, item_id: str, title: str) -> tuple[File, File]:
        """Write the captions and the picture of a video."""
        folder = self.ministry.folder
        captions = f"WEBVTT\n\n00:00:00.000 --> 00:00:04.000\n{title} ({item_id})\n".encode()
        return (
            put_file(folder, "captions", captions, "vtt", language="sq"),
            put_file(folder, "thumbnail", jpeg() + item_id.encode(), "jpg"),
        )

    def _numbered(self, course: Course, manifest: Manifest) -> list[tuple[int, Unit]]:
        """Every unit with the number of its first item in the whole library."""
        first = course.number * self._units * len(LESSONS)
        return [(first + number * len(LESSONS), unit) for number, unit in enumerate(manifest.units)]

    def _renewed(self, numbered: tuple[int, Unit], fresh: dict[str, File]) -> Unit:
        """Give a unit as it is in the next version."""
        first, unit = numbered
        items = list(unit.items)
        for place, item in enumerate(unit.items):
            if (first + place) % CHANGED_EVERY == 0:
                file = self._main_file(_role(place), f"{item.id} {self._version}")
                fresh[file.sha256] = file
                items[place] = msgspec.structs.replace(item, files=(file, *item.files[1:]))
        return msgspec.structs.replace(unit, items=tuple(items))

    def _put(self, manifest: Manifest) -> None:
        """Write a manifest, to be signed with the next catalogue."""
        self.manifests[manifest.pack] = manifest
        self._listings[manifest.publisher].append(put_manifest(self.ministry.folder, manifest))

    def _sign(self, version: int) -> None:
        """Sign one catalogue a publisher."""
        (self.ministry.folder / "meta" / "cat").mkdir(exist_ok=True)
        for publisher, listings in self._listings.items():
            self.ministry.write_catalogue(publisher, version, listings)


def _course(number: int) -> Course:
    """Give each number its place: all grades of an area, then the next area."""
    areas = list(SUBJECTS)
    area, grade = areas[number // GRADES % len(areas)], number % GRADES
    subjects = SUBJECTS[area]
    subject = subjects[(number // GRADES // len(areas) + grade) % len(subjects)]
    publisher = PUBLISHERS[number % len(PUBLISHERS)]
    return Course(number, publisher, f"{subject}-{grade}-{number + 1}", subject, area, grade)


def _role(place: int) -> Role:
    """Say what the item at a place of a unit is."""
    return {DOCUMENT: "document", QUIZ: "quiz"}.get(place, "video")  # type: ignore[return-value]  # both are roles
