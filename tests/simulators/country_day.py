"""A day of many schools, as their boxes send it: batches of real statements, the same for the same number.

Each pupil says 200 things a day: lessons of a class are watched in pieces, finished, asked about and scored. It lies in
being the same mix at every school, and in every school being at work at the same minutes.

    for batch in CountryDay(schools=4).batches():      # the next batch of each school in turn
        batch.school, batch.raws
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sync.statements import (
    EventStamp,
    ItemRef,
    Learner,
    Occasion,
    Place,
    QuizAnswer,
    Score,
    Watched,
    quiz_answered,
    quiz_failed,
    quiz_passed,
    video_completed,
    video_terminated,
)
from sync.uuid7 import format_uuid7
from tests.simulators.curriculum import NAMES, SUBJECTS

PUPILS, CLASS_SIZE, A_DAY = 300, 25, 200
AT_ONCE, HOURS = 75, 10
"""So many pupils of a school are at work at once; a pupil's day is spread over so many lessons."""
ITEMS_IN_PACK = 20
MORNING = datetime(2026, 11, 27, 7, 30, tzinfo=UTC)
_AREAS = {subject: area for area, subjects in SUBJECTS.items() for subject in subjects}
_KINDS = ("terminated",) * 11 + ("completed",) * 3 + ("answered",) * 5 + ("scored",)
"""Of twenty statements so many of each; who finishes a video does so in the sitting begun last."""


@dataclass(frozen=True)
class Batch:
    """What a box sends in one request; `box` is its number, as an enrolled box has it."""

    school: int
    box: str
    raws: list[bytes]


class CountryDay:
    """One day of so many schools, `days` after a fixed one."""

    def __init__(self, *, schools: int, days: int = 0, size: int = 500) -> None:
        self._schools = schools
        self._days = days
        self._size = size

    def boxes(self) -> list[str]:
        """The numbers of the boxes, one a school."""
        return [random.Random(f"box {number}").randbytes(16).hex() for number in range(self._schools)]

    def batches(self) -> Iterator[Batch]:
        """Give the batches of the whole day, one of each school in turn."""
        schools = [self._school(number, box) for number, box in enumerate(self.boxes())]
        while schools:
            for school in list(schools):
                batch = next(school, None)
                if batch:
                    yield batch
                else:
                    schools.remove(school)

    def _school(self, number: int, box: str) -> Iterator[Batch]:
        raws: list[bytes] = []
        for raw in _School(number, box, self._days).day():
            raws.append(raw)
            if len(raws) == self._size:
                yield Batch(number, box, raws)
                raws = []
        if raws:
            yield Batch(number, box, raws)


class _School:
    """One school: who is in which class, and what each class learns today."""

    def __init__(self, number: int, box: str, days: int) -> None:
        self._place = Place(box_id=box, school_id=f"s{number}")
        who = random.Random(f"pupils {number}")
        self._pupils = [
            Learner(actor_id=who.randbytes(16).hex(), class_id=f"c{one // CLASS_SIZE}", grade=1 + one // CLASS_SIZE % 9)
            for one in range(PUPILS)
        ]
        self._chance = random.Random(f"{number} {days}")
        self._start62 = self._chance.getrandbits(62)
        self._begins = MORNING + timedelta(days=days)
        self._sittings: dict[str, str] = {}
        self._seq = days * PUPILS * A_DAY

    def day(self) -> Iterator[bytes]:
        """Say everything, in the order in which it happened: minute by minute, pupil by pupil."""
        gap = timedelta(hours=6) / (PUPILS * A_DAY)
        at, in_lesson = self._begins, A_DAY // HOURS
        for hour in range(HOURS):
            for first in range(0, PUPILS, AT_ONCE):
                for turn in range(in_lesson):
                    for pupil in self._pupils[first : first + AT_ONCE]:
                        yield self._said(pupil, hour * in_lesson + turn, at)
                        at += gap

    def _said(self, pupil: Learner, turn: int, at: datetime) -> bytes:
        chance = self._chance
        item = _item(pupil.grade or 1, f"{pupil.class_id} {self._begins:%j} {turn // 20}", turn % 20 // 5)
        kind = chance.choice(_KINDS)
        occasion = self._occasion(pupil, at)
        if kind in ("terminated", "completed"):
            start = round(chance.uniform(0, 400), 1)
            ends = round(min(420.0, start + chance.uniform(3, 200)), 1)
            if kind == "terminated" or pupil.actor_id not in self._sittings:
                self._sittings[pupil.actor_id] = format_uuid7(int(at.timestamp() * 1000), 0, chance.getrandbits(62))
            session = self._sittings[pupil.actor_id]
            watched = Watched(time_s=ends, length_s=420.0, segments=[(start, ends)], session_id=session)
            return (video_terminated if kind == "terminated" else video_completed)(occasion, item("video"), watched)
        if kind == "answered":
            answer = QuizAnswer(
                question_id=f"q{chance.randint(1, 5)}", question_type="single", response=(chance.choice("abcd"),),
                success=chance.random() < 0.7,
            )  # fmt: skip
            return quiz_answered(occasion, item("quiz"), answer)
        right = chance.randint(0, 5)
        return (quiz_passed if right >= 3 else quiz_failed)(occasion, item("quiz"), Score(raw=right, max=5))

    def _occasion(self, learner: Learner, at: datetime) -> Occasion:
        self._seq += 1
        unix_ms = int(at.timestamp() * 1000)
        stamp = EventStamp(
            seq=self._seq, boot_id=f"{self._begins:%j}", monotonic_s=round((at - self._begins).total_seconds(), 3),
            wall_at=at, clock_trusted=True,
        )  # fmt: skip
        number = format_uuid7(unix_ms, self._seq, self._start62)
        return Occasion(statement_id=number, stamp=stamp, learner=learner, place=self._place)


class _Lesson:
    """One lesson of the curriculum, a video and its quiz."""

    def __init__(self, grade: int, subject: str, number: int) -> None:
        self._grade = grade
        self._subject = subject
        self._number = number

    def __call__(self, kind: str) -> ItemRef:
        sq, en = NAMES[self._subject]
        pack = f"min:{self._subject}-{self._grade}"
        return ItemRef(
            id=f"{pack}-{self._number}{'-kuiz' if kind == 'quiz' else ''}", kind="quiz" if kind == "quiz" else "video",
            title={"sq": f"{sq} {self._number}", "en": f"{en} {self._number}"}, pack=pack, pack_version=1,
            pack_title={"sq": f"{sq} {self._grade}", "en": f"{en} {self._grade}"}, area=_AREAS[self._subject],
            subject=self._subject, language="sq",
        )  # fmt: skip


def _item(grade: int, lesson: str, part: int) -> _Lesson:
    """Choose what a class does in a lesson, the same for the whole class."""
    chance = random.Random(lesson)
    return _Lesson(grade, chance.choice(sorted(_AREAS)), (chance.randrange(100) + part) % 100)
