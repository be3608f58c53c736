"""A class that has been at work, so that a teacher's pages have something to say the first time: class 8/1.

Last week a lesson, yesterday a test whose results are shown, today a lesson with pupils before it, one of them stuck.
Everything goes through the services of the box, each act at its time; the other class begins with nothing.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import msgspec

from content_packs.clock import SystemClock
from content_packs.quiz import Question
from deploy.demo.school import AT_WORK, Demo
from schoolbox.config import Config
from schoolbox.services.class_test_rows import TestWish
from schoolbox.services.lesson_rows import LessonWish
from schoolbox.services.viewers import Viewer
from schoolbox.services.watching import WatchReport
from schoolbox.wiring import Box, open_box

MOTION, GRAPH, TEST = "mash:levizja-dhe-shpejtesia", "mash:diagrami-rruge-kohe", "mash:kuiz-levizja"
FORCE, SUM, SHEET, QUIZ = (
    "mash:cka-eshte-forca", "mash:rezultantja-e-forcave", "mash:flete-pune-levizja-dhe-forca", "mash:kuiz-forca",
)  # fmt: skip
LAST_WEEK, TWO_DAYS_AGO, YESTERDAY = (timedelta(days=days) for days in (7, 2, 1))
EARLIER = (1, 1, 1, 0.4, 1, 0.7, 1, 1, 0, 1, 0.5, 1)
"""How much of last week's videos each pupil saw."""
RIGHT = (
    "111111", "101111", "101101", "100100", "111111", "001011", "101100", "101111", "100010", "111111", "001101",
    "101110",
)  # fmt: skip
"""Which questions of the test each pupil had right: the second fools nearly everybody."""
TODAY = (1, 1, 0.6, 0.3, 1, 0.5, 0.8, 1, 0, 1, 0, 0.4)
"""How much of today's first video each pupil saw; two are not here."""
QUIZ_TODAY = {0: "111111", 1: "110111", 4: "100100", 7: "111101", 9: "101000"}
STUCK = 3
MISTAKES = {"llogarit": "8000", "njesite": "10000", "prehja": "lëvizje", "njesia": "kilogram", "pesha": "70"}
"""What is typed by who does not know better; 99 elsewhere."""
THREADS = 6


class Then(msgspec.Struct):
    """The clock of this machine, set back."""

    back: timedelta = timedelta()

    def now(self) -> datetime:
        """The time at which something is to have happened."""
        return SystemClock().now().astimezone(UTC) - self.back

    def monotonic_s(self) -> float:
        """As this machine says: who signed in is here now."""
        return SystemClock().monotonic_s()


class School(msgspec.Struct, frozen=True):
    """The box, and who was at work."""

    box: Box
    clock: Then
    pool: ThreadPoolExecutor
    teacher_id: int
    class_id: int
    pupils: tuple[Viewer, ...]

    def at(self, back: timedelta, act: Callable[[int], None], who: Iterable[int]) -> None:
        """Let pupils do something at a time, all at once, as a class does."""
        self.clock.back = back
        list(self.pool.map(act, who))


def make_classroom(demo: Demo) -> None:
    """Let the class work."""
    clock = Then(LAST_WEEK)
    slips = json.loads(demo.accounts_file.read_text(encoding="utf-8"))["slips"]
    box = open_box(Config(data=demo.box_data), clock=clock)
    with ThreadPoolExecutor(THREADS) as pool:
        try:
            names = {row.name: row.id for row in box.people.classes()}
            teacher = next(slip["login"] for slip in slips if slip["role"] == "teacher")
            pupils = box.people.pupils(names[AT_WORK])
            tokens = [box.sign_in.start(pupil.person_id, kind="phone") for pupil in pupils]
            viewers = tuple(filter(None, map(box.sign_in.viewer, tokens)))
            [teacher_id] = box.database.fetch_sql(int, "SELECT id FROM person WHERE login = ?", (teacher,))
            school = School(box, clock, pool, teacher_id, names[AT_WORK], viewers)
            _earlier(school)
            _today(school)
            for token, seen in zip(tokens, TODAY, strict=True):
                if not seen:
                    box.sign_in.sign_out(token)
        finally:
            box.close()
    (demo.folder / "classroom").write_text(AT_WORK, encoding="utf-8")


def _earlier(school: School) -> None:
    box, by, class_id = school.box, school.teacher_id, school.class_id
    wish = LessonWish("Lëvizja", "Shikojini të dyja dhe krahasoni.", items=(MOTION, GRAPH))
    lesson = box.lessons.make(by, class_id, wish)
    _watch(school, MOTION, EARLIER, LAST_WEEK)
    _watch(school, GRAPH, [share if place % 3 else share * 0.5 for place, share in enumerate(EARLIER)], TWO_DAYS_AGO)
    box.lessons.end(by, lesson, ended=True)
    school.clock.back = YESTERDAY
    test = box.class_tests.make(by, class_id, TestWish(TEST, "Lëvizja"))
    box.class_tests.open(by, test)
    _answer(school, TEST, dict(enumerate(RIGHT)), YESTERDAY)
    box.class_tests.close(by, test)
    box.class_tests.show(by, test)


def _today(school: School) -> None:
    school.clock.back = timedelta(minutes=32)
    wish = LessonWish("Forca", "Shikojeni videon e parë, pastaj bëjeni kuizin.", items=(FORCE, SUM, SHEET, QUIZ))
    lesson = school.box.lessons.make(school.teacher_id, school.class_id, wish)
    _watch(school, FORCE, TODAY, timedelta(minutes=20))
    _answer(school, QUIZ, QUIZ_TODAY, timedelta(minutes=6))
    school.clock.back = timedelta(minutes=2)
    school.box.my_lessons.say_stuck(school.pupils[STUCK], lesson, FORCE, stuck=True)


def _watch(school: School, item_id: str, shares: Iterable[float], back: timedelta) -> None:
    """Let each pupil see a share of a video, with one report in the middle."""
    length_s = school.box.library.item(item_id, staff=False).item.duration_s
    seen = dict(enumerate(shares))
    for part, later in ((0.5, timedelta()), (1.0, timedelta(minutes=3))):

        def report(place: int, part: float = part) -> None:
            at_s = length_s * seen[place] * part
            told = WatchReport(at_s, length_s, ((0.0, at_s),), ended=at_s >= length_s, left=part == 1.0, sitting="")
            school.box.learning.watch(school.pupils[place], item_id, told)

        school.at(back - later, report, [place for place, share in seen.items() if share])


def _answer(school: School, item_id: str, right: Mapping[int, str], back: timedelta) -> None:
    """Let pupils answer a quiz to its end."""
    quizzes = school.box.quizzes

    def answer(place: int) -> None:
        viewer = school.pupils[place]
        paper = quizzes.paper_for(viewer, item_id)
        for number, question in enumerate(paper.quiz.questions):
            quizzes.answer(viewer, paper, question, _response(question, right=right[place][number] == "1"), go=1)
        quizzes.hand_in(viewer, paper, go=1)

    school.at(back, answer, right)


def _response(question: Question, *, right: bool) -> tuple[str, ...]:
    if question.type in ("number", "text"):
        return (question.correct[0] if right else MISTAKES.get(question.id, "99"),)
    if right:
        return question.correct
    wrong = [choice.id for choice in question.choices if choice.id not in question.correct]
    return (wrong[0],) if wrong else ("false" if question.correct == ("true",) else "true",)
