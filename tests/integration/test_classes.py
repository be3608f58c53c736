"""The teacher's room: what pupils really did, as their teacher sees it."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from schoolbox.errors import NotFoundError
from schoolbox.services.class_map import Cell
from schoolbox.services.people_rows import NewPerson
from tests.simulators.device import Device
from tests.simulators.rooms import STRANGER, Pages, open_pages
from tests.simulators.seeded import PACK, PASSWORD, QUESTIONS, QUIZ


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with open_pages(tmp_path, pupils=4) as opened:
        yield opened


def teacher_id(pages: Pages) -> int:
    return pages.box.database.fetch_sql(int, "SELECT id FROM person WHERE login = ?", (pages.seeded.teacher,))[0]


def pupil_device(pages: Pages, place: int) -> Device:
    device = pages.device(f"10.0.0.{place}")
    device.sign_in(pages.seeded.pupils[place])
    return device


def take_quiz(device: Device, right: int, *, go: int = 1) -> None:
    if go > 1:
        device.post(f"/quizzes/{QUIZ}/again", on="/")
    for number in range(QUESTIONS):
        answered = device.answer(QUIZ, f"q{number}", ["b" if number < right else "a"], go=go)
        assert answered.status_code in (200, 303), answered.text[:300]


def test_the_map_shows_what_each_pupil_did(pages: Pages) -> None:
    take_quiz(pupil_device(pages, 0), right=QUESTIONS)
    take_quiz(pupil_device(pages, 1), right=10)
    page = pages.box.classes.overview(teacher_id(pages), pages.class_id)
    cells = {row.pupil.person_id: row.cells for row in page.rows}
    ids = [pupil.person_id for pupil in pages.seeded.pupils]
    assert page.course is not None
    assert page.course.id == PACK
    assert cells[ids[0]] == (Cell("none"), Cell("good", f"{QUESTIONS}/{QUESTIONS}"))
    assert cells[ids[1]] == (Cell("none"), Cell("low", f"10/{QUESTIONS}"))
    assert cells[ids[2]] == (Cell("none"), Cell("none"))
    assert (page.begun, page.done) == (2, (0, 1))


def test_who_failed_twice_is_named_with_the_quiz_and_the_wrong_answers(pages: Pages) -> None:
    device = pupil_device(pages, 1)
    take_quiz(device, right=10)
    take_quiz(device, right=QUESTIONS - 20, go=2)
    page = pages.box.classes.overview(teacher_id(pages), pages.class_id)
    person_id = pages.seeded.pupils[1].person_id
    assert [(row.pupil.person_id, row.stuck.why) for row in page.stuck] == [(person_id, "failed")]
    own = pages.box.classes.pupil(teacher_id(pages), pages.class_id, person_id)
    [wrong] = own.wrong
    assert (wrong.wrong, len(wrong.answers), wrong.answers[0].given) == (20, 20, ("a",))
    assert [done.entry.item.id for done in own.done] == [QUIZ]
    shown = pages.device()
    shown.sign_in_staff(pages.seeded.teacher)
    text = shown.get(f"/classes/{pages.class_id}/pupils/{pages.seeded.pupils[1].person_id}").text
    assert "20 përgjigje të gabuara" in text
    assert "Krasniqi" in text


def test_connected_are_those_whose_device_asked_for_something_in_the_last_minutes(pages: Pages) -> None:
    pupil_device(pages, 0)
    device = pupil_device(pages, 2)
    device.post("/sign-out", on="/sign-in/staff")
    page = pages.box.classes.overview(teacher_id(pages), pages.class_id)
    assert [row.person_id for row in page.connected] == [pages.seeded.pupils[0].person_id]
    assert len(page.missing) == 3


def test_a_teacher_with_one_class_opens_it_at_once_and_with_two_chooses(pages: Pages) -> None:
    device = pages.device()
    device.sign_in_staff(pages.seeded.teacher)
    assert device.get("/classes").headers["Location"] == f"/classes/{pages.class_id}"
    second = pages.box.people.class_add("8/1", 8)
    pages.box.people.join(second, teacher_id(pages))
    listed = device.get("/classes")
    assert listed.status_code == 200
    assert f'href="/classes/{second}"' in listed.text
    assert "Në këtë klasë ende nuk ka nxënës." in device.get(f"/classes/{second}").text


def test_the_page_is_a_real_table_with_short_names_and_no_surname(pages: Pages) -> None:
    take_quiz(pupil_device(pages, 0), right=QUESTIONS)
    device = pages.device()
    device.sign_in_staff(pages.seeded.teacher)
    text = device.get(f"/classes/{pages.class_id}?course={PACK}").text
    assert text.count('<th scope="row"><a href=') == 4
    assert text.count('<th scope="col" title=') == 2
    assert f"{QUESTIONS}/{QUESTIONS}" in text
    assert "Krasniqi" not in text


def test_a_course_that_is_not_there_is_not_found(pages: Pages) -> None:
    device = pages.device()
    device.sign_in_staff(pages.seeded.teacher)
    for course in ("mash:nothing", "'; DROP TABLE person", "x" * 2_000):
        assert device.get(f"/classes/{pages.class_id}").status_code == 200
        assert device.client.get(f"/classes/{pages.class_id}", query_string={"course": course}).status_code == 404


def test_a_class_of_somebody_else_and_numbers_that_nobody_has_are_not_found(pages: Pages) -> None:
    device = pages.device()
    device.sign_in_staff(STRANGER)
    for path in (f"/classes/{pages.class_id}", f"/classes/{pages.class_id}/pupils/{pages.seeded.pupils[0].person_id}"):
        assert device.get(path).status_code == 404
    own = pages.device()
    own.sign_in_staff(pages.seeded.teacher)
    for path in (f"/classes/{10**30}", f"/classes/{pages.class_id}/pupils/{10**30}", "/classes/-1"):
        assert own.get(path).status_code == 404


def test_a_new_pin_is_shown_once_and_works_and_the_old_one_does_not(pages: Pages) -> None:
    pupil = pages.seeded.pupils[3]
    device = pages.device()
    device.sign_in_staff(pages.seeded.teacher)
    path = f"/classes/{pages.class_id}/pupils/{pupil.person_id}"
    given = device.post(f"{path}/pin", on=path)
    assert (given.status_code, given.headers["Location"]) == (303, path)
    first = device.get(path).text
    assert "PIN-i i ri është" in first
    pin = first.partition("PIN-i i ri është ")[2][:4]
    assert "PIN-i i ri është" not in device.get(path).text
    assert pages.device("10.0.0.8").sign_in_pupil(pupil, pin=pin).status_code == 303
    if pin != pupil.pin:
        assert pages.device("10.0.0.9").sign_in_pupil(pupil).status_code == 401


def test_a_new_pin_is_shown_to_the_teacher_who_asked_and_to_nobody_else(pages: Pages) -> None:
    pupil = pages.seeded.pupils[3]
    colleague = NewPerson("teacher", "Agron", "Hoti", class_ids=(pages.class_id,), password=PASSWORD)
    other = pages.box.people.add(colleague).person_id
    pages.box.classes.give_new_pin(teacher_id(pages), pages.class_id, pupil.person_id)
    assert pages.box.classes.take_new_pin(other, pupil.person_id) == ""
    assert len(pages.box.classes.take_new_pin(teacher_id(pages), pupil.person_id)) == 4


def test_pupils_of_other_classes_are_out_of_reach(pages: Pages) -> None:
    elsewhere = pages.box.people.class_add("8/1", 8)
    stranger = pages.box.people.add(NewPerson("pupil", "Dren", "Aliu", class_ids=(elsewhere,))).person_id
    with pytest.raises(NotFoundError):
        pages.box.classes.pupil(teacher_id(pages), pages.class_id, stranger)
    with pytest.raises(NotFoundError):
        pages.box.classes.give_new_pin(teacher_id(pages), pages.class_id, stranger)


def test_a_removed_pack_leaves_the_class_page_standing(pages: Pages) -> None:
    take_quiz(pupil_device(pages, 0), right=3)
    pages.box.packs.remove(PACK)
    page = pages.box.classes.overview(teacher_id(pages), pages.class_id)
    assert page.course is None
    own = pages.box.classes.pupil(teacher_id(pages), pages.class_id, pages.seeded.pupils[0].person_id)
    assert (own.done, own.wrong) == ((), ())
    device = pages.device()
    device.sign_in_staff(pages.seeded.teacher)
    assert "Në këtë kuti ende nuk ka kurse." in device.get(f"/classes/{pages.class_id}").text


def test_a_class_page_costs_a_handful_of_queries(pages: Pages, caplog: pytest.LogCaptureFixture) -> None:
    take_quiz(pupil_device(pages, 0), right=3)
    caplog.set_level(logging.DEBUG, logger="peewee")
    caplog.clear()
    pages.box.classes.overview(teacher_id(pages), pages.class_id, PACK)
    assert 0 < len([record for record in caplog.records if record.name == "peewee"]) <= 13
