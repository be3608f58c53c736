"""What an address of the permission table asks for: a lesson, a test, a quiz, an upload; made if it is not there.

    given(pages)     # the number of a lesson of the teacher's class
"""

from schoolbox.services.class_test_rows import TestWish
from schoolbox.services.groups import GroupWish
from schoolbox.services.lesson_rows import LessonWish
from schoolbox.services.own_files import CourseDraft
from schoolbox.services.own_quizzes import with_question
from schoolbox.services.people_rows import NewPerson
from schoolbox.services.quiz_draft import Draft
from schoolbox.services.tailoring import SCHOOL, Scope
from schoolbox.services.upload_facts import Chosen
from tests.simulators.rooms import Pages
from tests.simulators.seeded import PACK, QUIZ, VIDEO


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


def address(pages: Pages, method: str, rule: str) -> str:
    """An address of a rule, with something that is there in the place of each of its parts."""
    [video] = pages.box.library.item(VIDEO, staff=False).of_role("video")
    style = next(asset for asset in pages.app.extensions["assets"].by_name.values() if asset.name == "pin.js")
    values = {
        "<area>": "math", "<int:grade>": "6", "<pack_id>": PACK,
        "<item_id>": QUIZ if "quizzes" in rule else VIDEO, "<int:class_id>": str(pages.class_id),
        "<int:person_id>": str(pages.seeded.pupils[1].person_id), "/media/<name>": f"/media/{video.name}",
        "/pictures/<name>": "/pictures/no-such-picture",
        "<stick_id>": pages.box.sticks.present()[0].id, "<int:job_id>": "1", "<upload_id>": uploaded(pages),
        "<int:test_id>": str(held(pages)) if "test_id" in rule else "",
        "<int:quiz_id>": str(written(pages)) if "quiz_id" in rule else "", "<question_id>": "q1",
        "<int:course_id>": str(put_together(pages)) if "course_id" in rule else "", "<int:file_id>": "1",
        "<int:collection_id>": str(gathered(pages, rule)) if "collection_id" in rule else "",
        "<int:group_id>": str(grouped(pages)) if "group_id" in rule else "",
        "<int:lesson_id>": str(given(pages)), "<form>": "csv", "<scope>": f"class-{pages.class_id}",
        "<topic>": "install", "<code>": "no-such-card",
        "<transfer_id>": "no-such-transfer", "<int:seq>": "999999",
        "<int:notice_id>": "1", "/orders/<name>": "/orders/send_kbit",
        "<tag>": style.tag, "<name>": style.name,
    }  # fmt: skip
    if rule in ("/packs/<pack_id>/remove", "/packs/<pack_id>/undo") and method == "POST":
        values["<pack_id>"] = "mash:not-here"
    if rule.startswith("/people/"):  # somebody, and a class, whom nobody misses
        values["<int:person_id>"] = str(pages.box.people.add(NewPerson("pupil", "Yll", "Dushi")).person_id)
        values["<int:class_id>"] = str(pages.box.people.class_add(f"Kori {len(pages.box.people_desk.classes())}", 5))
    for part, value in sorted(values.items(), key=lambda pair: -len(pair[0])):
        rule = rule.replace(part, value)
    return f"{rule}?at=0" if rule.endswith("/piece") else rule
