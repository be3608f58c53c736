"""What an address of the permission table asks for: a lesson, a test, a quiz, an upload; made if it is not there.

    given(pages)     # the number of a lesson of the teacher's class
"""

from schoolbox.services.class_test_rows import TestWish
from schoolbox.services.groups import GroupWish
from schoolbox.services.lesson_rows import LessonWish
from schoolbox.services.own_files import CourseDraft
from schoolbox.services.own_quizzes import with_question
from schoolbox.services.quiz_draft import Draft
from schoolbox.services.tailoring import SCHOOL, Scope
from schoolbox.services.upload_facts import Chosen
from tests.simulators.rooms import Pages
from tests.simulators.seeded import QUIZ, VIDEO


def uploaded(pages: Pages) -> str:
    """An upload of the teacher; another one if somebody was allowed to give it up."""
    chosen = Chosen(kind="zip", name="MASHT.zip", size_bytes=100, mark="00000000")
    return pages.box.uploads.begin(chosen, by=pages.seeded.pupils[0].person_id - 1).id


def given(pages: Pages) -> int:
    """A lesson of the teacher's class; another one if somebody was allowed to delete it."""
    return pages.box.lessons.make(pages.seeded.pupils[0].person_id - 1, pages.class_id, LessonWish(items=(VIDEO,)))


def grouped(pages: Pages) -> int:
    """A group of the teacher's class; another one if somebody was allowed to delete it."""
    found = pages.box.groups.of_class(pages.class_id)
    wish = GroupWish("Grupi i leximit", ())
    return found[0].id if found else pages.box.groups.add(pages.seeded.pupils[0].person_id - 1, pages.class_id, wish)


def held(pages: Pages) -> int:
    """A test of the teacher's class that is open for all."""
    teacher_id = pages.seeded.pupils[0].person_id - 1
    for test in pages.box.class_tests.of_class(teacher_id, pages.class_id)[1]:
        if test.state == "open":
            pages.box.class_tests.close(teacher_id, test.id)
        if test.state in ("open", "closed"):
            pages.box.class_tests.show(teacher_id, test.id)
    test_id = pages.box.class_tests.make(teacher_id, pages.class_id, TestWish(QUIZ))
    pages.box.class_tests.open(teacher_id, test_id)
    return test_id


def written(pages: Pages) -> int:
    """A quiz of the teacher, with one question."""
    draft = with_question(Draft(title="Provë"), "true_false")
    return pages.box.own_quizzes.make(pages.seeded.pupils[0].person_id - 1, draft)


def put_together(pages: Pages) -> int:
    """A course of the teacher's own files, with none in it; another one if somebody was allowed to delete it."""
    teacher_id = pages.seeded.pupils[0].person_id - 1
    found = pages.box.own_files.all(teacher_id)
    return found[0].id if found else pages.box.own_files.make(teacher_id, CourseDraft("Punët tona"))


def gathered(pages: Pages, rule: str) -> int:
    """A collection of the class, or of the school for the page that everybody may open."""
    scope = Scope("class", pages.class_id) if "tailoring" in rule else SCHOOL
    return pages.box.collections.make(scope, "Java")
