"""The library as school, grade and class want it: hidden, shown again, put first; staff always find everything."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from content_packs.clock import SystemClock
from schoolbox.services.lesson_rows import LessonWish
from schoolbox.services.library import Library
from schoolbox.services.tailoring import SCHOOL, Scope, Tailoring, Target
from schoolbox.services.tailoring_rules import Rule, view_of
from tests.simulators.counting_database import CountingDatabase
from tests.simulators.device import Device, shown
from tests.simulators.rooms import STRANGER, TECHNICIAN, Pages, open_pages
from tests.simulators.seeded import PACK, QUIZ, VIDEO

LISTS = ("/", "/subjects/math", "/grades/6", "/search?q=thyesat")
SENTENCE = "Shkolla ose mësimdhënësi ka zgjedhur"


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with open_pages(tmp_path, pupils=2) as opened:
        yield opened


def of_class(pages: Pages) -> Scope:
    return Scope("class", pages.class_id)


def pupil(pages: Pages) -> Device:
    device = pages.device()
    device.sign_in(pages.seeded.pupils[0])
    return device


def staff(pages: Pages, login: str) -> Device:
    device = pages.device("10.0.0.9")
    device.sign_in_staff(login)
    return device


def mentions(device: Device, path: str) -> bool:
    page = device.client.get(path, follow_redirects=True).text.partition("<main")[2]
    return any(link in page for link in (f"/courses/{PACK}", f"/items/{VIDEO}", f"/quizzes/{QUIZ}"))


def media(pages: Pages) -> str:
    [video] = pages.box.library.item(VIDEO, staff=False).of_role("video")
    return f"/media/{video.name}"


def test_the_nearest_rule_decides() -> None:
    def rule(scope: str, what: str) -> Rule:
        return Rule(scope, "pack", "a:b", what, 0)  # type: ignore[arg-type]  # short for the table below

    for rules, hidden in [
        ((), False), ((rule("school", "hide"),), True), ((rule("grade", "show"), rule("school", "hide")), False),
        ((rule("class", "hide"), rule("grade", "show"), rule("school", "hide")), True),
        ((rule("school", "show"), rule("class", "pin"), rule("grade", "hide")), False),
    ]:  # fmt: skip
        assert ("a:b" in view_of(rules).packs) is hidden, rules


def test_a_course_hidden_for_a_class_is_nowhere_for_its_pupils_and_everywhere_for_others(pages: Pages) -> None:
    device, guest = pupil(pages), pages.device("10.0.0.6")
    device.post(f"/items/{VIDEO}/watched", {"position_s": "1", "duration_s": "2", "segments": "0-1"})
    assert all(mentions(device, path) for path in LISTS)
    pages.box.tailoring.decide(of_class(pages), Target("pack", PACK), "hide")
    assert not any(mentions(device, path) for path in LISTS)
    for path in (f"/courses/{PACK}", f"/items/{VIDEO}", f"/quizzes/{QUIZ}"):
        answered = device.get(path)
        assert answered.status_code == 410, path
        assert SENTENCE in answered.text
    assert device.get(media(pages)).status_code == 404
    assert device.post(f"/quizzes/{QUIZ}/answer", {"question": "q0", "answer": "b"}).status_code == 404
    assert all(mentions(guest, path) for path in LISTS)
    teacher = staff(pages, pages.seeded.teacher)
    assert all(mentions(teacher, path) for path in LISTS[1:])
    assert "fshehur për klasën" in teacher.text(f"/courses/{PACK}")


def test_guests_see_what_the_school_shows_and_a_class_can_have_it_back(pages: Pages) -> None:
    pages.box.tailoring.decide(SCHOOL, Target("pack", PACK), "hide")
    guest, device = pages.device("10.0.0.6"), pupil(pages)
    assert not any(mentions(each, path) for each in (guest, device) for path in LISTS)
    pages.box.tailoring.decide(of_class(pages), Target("pack", PACK), "show")
    assert all(mentions(device, path) for path in LISTS)
    assert not any(mentions(guest, path) for path in LISTS)
    pages.box.tailoring.decide(SCHOOL, Target("pack", PACK), "clear")
    assert all(mentions(guest, path) for path in LISTS)


def test_what_a_teacher_gave_opens_though_it_is_hidden(pages: Pages) -> None:
    teacher_id = pages.seeded.pupils[0].person_id - 1
    pages.box.tailoring.decide(SCHOOL, Target("pack", PACK), "hide")
    lesson_id = pages.box.lessons.make(teacher_id, pages.class_id, LessonWish(items=(VIDEO,)))
    device = pupil(pages)
    assert f"/items/{VIDEO}" in device.text(f"/lessons/{lesson_id}")
    assert "<video" in device.text(f"/items/{VIDEO}")
    with device.get(media(pages)) as sent:
        assert sent.status_code == 200
    assert device.get(f"/quizzes/{QUIZ}").status_code == 410
    assert pages.device("10.0.0.6").get(f"/items/{VIDEO}").status_code == 410


def test_a_hidden_unit_takes_its_items_and_an_item_only_itself(pages: Pages) -> None:
    outline = pages.box.library.outline(PACK, staff=False)
    device = pupil(pages)
    pages.box.tailoring.decide(of_class(pages), Target("item", VIDEO), "hide")
    seen = device.text(f"/courses/{PACK}")
    assert f"/items/{VIDEO}" not in seen
    assert QUIZ in seen
    unit = outline.unit_of(QUIZ)
    pages.box.tailoring.decide(of_class(pages), Target("unit", unit.items[-1].id), "hide")
    seen = device.text(f"/courses/{PACK}")
    assert not any(item.id in seen for item in unit.items)


def test_what_is_pinned_comes_first_and_changes_places(pages: Pages) -> None:
    unit = pages.box.library.outline(PACK, staff=False).unit_of(VIDEO)
    last, before = unit.items[-1], unit.items[-2]
    tailoring, scope = pages.box.tailoring, of_class(pages)
    tailoring.decide(scope, Target("pack", PACK), "pin")
    assert "Zgjedhur për ty" in pupil(pages).text("/")
    tailoring.decide(scope, Target("item", last.id), "pin")
    tailoring.decide(scope, Target("item", before.id), "pin")

    def order() -> list[str]:
        device = pupil(pages).text(f"/courses/{PACK}").partition('id="units"')[2]
        return sorted((item.id for item in unit.items), key=device.index)

    assert order()[:2] == [last.id, before.id]
    tailoring.decide(scope, Target("item", before.id), "up")
    assert order()[:2] == [before.id, last.id]
    tailoring.decide(scope, Target("item", before.id), "up")
    tailoring.decide(scope, Target("item", "mash:not-pinned"), "down")
    assert order()[:2] == [before.id, last.id]


def test_a_teacher_decides_for_own_classes_and_the_technician_for_the_rest(pages: Pages) -> None:
    teacher, technician = staff(pages, pages.seeded.teacher), staff(pages, TECHNICIAN)
    mine = f"/tailoring/class-{pages.class_id}"
    assert teacher.post(mine, {"target": f"pack {PACK}", "do": "hide"}).status_code == 303
    assert "fshehur" in teacher.text(mine)
    assert teacher.post("/tailoring/school", {"target": f"pack {PACK}", "do": "hide"}).status_code == 404
    assert staff(pages, STRANGER).post(mine, {"target": f"pack {PACK}", "do": "show"}).status_code == 404
    for scope in ("school", "grade-6"):
        path = f"/tailoring/{scope}"
        assert technician.post(path, {"target": f"unit {VIDEO}", "do": "hide", "pack": PACK}).status_code == 303
        assert "fshehur" in technician.text(f"{path}/{PACK}")
    assert technician.post("/tailoring/school", {"target": f"moon {PACK}", "do": "hide"}).status_code == 400
    assert technician.get("/tailoring/grade-99").status_code == 404
    page = technician.text("/tailoring")
    assert [f"/tailoring/{key}" in page for key in ("school", "grade-6", "grade-7")] == [True, True, False]


def test_a_teacher_sees_what_the_school_or_the_grade_decided_and_can_show_it_all_the_same(pages: Pages) -> None:
    teacher, guest, device = staff(pages, pages.seeded.teacher), pages.device("10.0.0.6"), pupil(pages)
    mine = f"/tailoring/class-{pages.class_id}"
    assert 'value="show"' not in teacher.text(mine), "nothing is hidden that could be shown in any case"
    pages.box.tailoring.decide(Scope("grade", 6), Target("unit", VIDEO), "hide")
    pages.box.tailoring.decide(SCHOOL, Target("pack", PACK), "hide")
    assert "fshehur për tërë shkollën" in shown(teacher, mine)
    assert "fshehur për klasën e 6-të" in shown(teacher, f"{mine}/{PACK}")
    answer = teacher.post(mine, {"target": f"pack {PACK}", "do": "show"})
    assert answer.headers["Location"].endswith(f"#pack-{PACK}")
    assert f'id="pack-{PACK}"' in teacher.text(mine)
    assert mentions(device, "/search?q=thyesat")
    assert not mentions(guest, "/search?q=thyesat")
    assert device.get(f"/items/{VIDEO}").status_code != 200, "the grade hides its unit"
    teacher.post(mine, {"target": f"unit {VIDEO}", "do": "show", "pack": PACK})
    assert device.get(f"/items/{VIDEO}").status_code == 200


def test_without_a_rule_the_library_is_asked_as_before_and_with_rules_it_answers_the_same(pages: Pages) -> None:
    library, tailoring = pages.box.library, pages.box.tailoring
    assert library.as_seen_by(tailoring.view(None)) is library
    for target in (Target("pack", "a:b"), Target("item", "a:c"), Target("unit", "a:d")):
        tailoring.decide(SCHOOL, target, "hide")
    seen = library.as_seen_by(tailoring.view(None))
    assert seen is not library
    assert seen.packs() == library.packs()
    assert seen.newest(4) == library.newest(4)
    assert seen.course(PACK, staff=False) == library.course(PACK, staff=False)
    assert seen.search("thyesat", staff=False) == library.search("thyesat", staff=False)


def test_rules_cost_one_query_a_page_however_many_they_are(pages: Pages) -> None:
    db = CountingDatabase(pages.box.config.data / "box.db", clock=SystemClock())
    db.open()
    try:
        tailoring, library = Tailoring(db, classes=pages.box.classes), Library(db, store=pages.box.store)

        def asked() -> int:
            before = db.statements
            seen = library.as_seen_by(tailoring.view(None))
            seen.packs()
            seen.search("thyesat", staff=False)
            return db.statements - before

        without = asked()
        for number in range(30):
            tailoring.decide(SCHOOL, Target("pack", f"a:p{number}"), "hide")
            tailoring.decide(SCHOOL, Target("item", f"a:i{number}"), "hide")
        assert asked() == without
    finally:
        db.close()
