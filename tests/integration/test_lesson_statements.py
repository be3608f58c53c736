"""What the hub hears of lessons: that a class was given one, that a pupil is done; nobody's words (PROTOCOL 2.12)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from schoolbox.services.class_test_rows import TestWish
from schoolbox.services.lesson_rows import LessonWish
from schoolbox.services.viewers import Viewer
from schoolbox.services.watching import WatchReport
from sync import iris
from tests.integration.test_quizzes import take
from tests.simulators.lesson_source import QUIZ
from tests.simulators.lessons import LessonBox, lesson_box

SHEET, RECORDING = "mash:fleta", "mash:kuzhina"


@pytest.fixture
def school(tmp_path: Path) -> Iterator[LessonBox]:
    with lesson_box(tmp_path) as opened:
        yield opened


def given(school: LessonBox, *items: str, pupils: tuple[int, ...] = (), now: bool = True) -> int:
    wish = LessonWish("Titulli im", "Fjalët e mia.", "2026-12-01", pupils, items=items or (SHEET, RECORDING))
    return school.box.lessons.make(teacher(school), school.arta.class_id, wish, given=now)


def teacher(school: LessonBox) -> int:
    return school.blend.person_id + 1


def listen(school: LessonBox, viewer: Viewer) -> None:
    length_s = school.box.library.item(RECORDING, staff=False).item.duration_s
    report = WatchReport(length_s, length_s, ((0.0, length_s),), ended=True, left=True, sitting="")
    school.box.learning.watch(viewer, RECORDING, report)


def of_lessons(school: LessonBox) -> list[tuple[str, str]]:
    """Verb and number of the lesson, of every statement about one."""
    told = [(verb, thing) for verb, thing, _ in school.told() if thing.startswith(iris.LESSON)]
    return [(verb, thing.rpartition("/")[2]) for verb, thing in told]


def test_a_lesson_is_told_when_pupils_begin_to_see_it_without_a_word_of_its_teacher(school: LessonBox) -> None:
    lesson = given(school, now=False)
    assert of_lessons(school) == []
    for _ in range(2):
        school.box.lessons.give(teacher(school), lesson)
    at_once = given(school)
    assert of_lessons(school) == [(iris.ASSIGNED, str(lesson)), (iris.ASSIGNED, str(at_once))]
    [_, _, raw], _ = school.told()
    assert f'"homePage":"{iris.BOX_HOME}","name":"{school.box.school.facts().box_id}"' in raw
    assert f'"other":[{{"id":"{iris.ITEM}{SHEET}"' in raw
    for word in ("Titulli", "mia", "2026-12-01", "Vlora", school.teacher):
        assert word not in raw


def test_a_pupil_completes_a_lesson_with_the_last_of_its_items_and_once(school: LessonBox) -> None:
    lesson, arta = str(given(school)), school.viewer(school.arta)
    listen(school, arta)
    assert (iris.COMPLETED, lesson) not in of_lessons(school)
    for _ in range(3):
        school.box.learning.opened_document(arta, SHEET)
    listen(school, arta)
    assert of_lessons(school) == [(iris.ASSIGNED, lesson), (iris.COMPLETED, lesson)]
    [raw] = [raw for verb, thing, raw in school.told() if verb == iris.COMPLETED and thing.startswith(iris.LESSON)]
    assert f'"homePage":"{iris.ACTOR_HOME}","name":"{arta.actor_id}"' in raw


def test_a_quiz_completes_its_lesson_when_it_is_passed_for_the_first_time(school: LessonBox) -> None:
    lesson, device = str(given(school, QUIZ)), school.device()
    device.sign_in(school.arta)
    for go, right in enumerate((1, 4, 4), start=1):
        take(device, right=right, go=go)
        device.post(f"/quizzes/{QUIZ}/again", {"go": go})
    assert [verb for verb, thing in school.statements() if thing == QUIZ] == ["failed", "passed", "passed"]
    assert of_lessons(school) == [(iris.ASSIGNED, lesson), (iris.COMPLETED, lesson)]


def test_the_result_of_a_test_completes_a_lesson_once_its_teacher_shows_it(school: LessonBox) -> None:
    lesson, device, tests = str(given(school, QUIZ)), school.device(), school.box.class_tests
    test = tests.make(teacher(school), school.arta.class_id, TestWish(QUIZ))
    tests.open(teacher(school), test)
    device.sign_in(school.arta)
    take(device, right=4)
    tests.close(teacher(school), test)
    assert (iris.COMPLETED, lesson) not in of_lessons(school)
    for _ in range(2):
        tests.show(teacher(school), test)
    assert of_lessons(school) == [(iris.ASSIGNED, lesson), (iris.COMPLETED, lesson)]


def test_a_lesson_that_was_ended_or_is_for_others_is_not_completed(school: LessonBox) -> None:
    ended, others = given(school, SHEET), given(school, SHEET, pupils=(school.blend.person_id,))
    school.box.lessons.end(teacher(school), ended, ended=True)
    school.box.learning.opened_document(school.viewer(school.arta), SHEET)
    school.box.learning.opened_document(school.viewer(school.blend), SHEET)
    assert [one for one in of_lessons(school) if one[0] == iris.COMPLETED] == [(iris.COMPLETED, str(others))]


def test_what_nobody_can_open_does_not_keep_a_lesson_from_being_completed(school: LessonBox) -> None:
    lesson = given(school, SHEET, RECORDING)
    school.box.database.write(
        lambda: school.box.database.run_sql("UPDATE lesson_item SET item_id = 'mash:ka-qene' WHERE item_id = ?",
                                            (RECORDING,))
    )  # fmt: skip
    school.box.learning.opened_document(school.viewer(school.arta), SHEET)
    assert (iris.COMPLETED, str(lesson)) in of_lessons(school)
