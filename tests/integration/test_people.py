"""People and classes one by one: added, corrected, put away, brought back; and the new school year."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from schoolbox.errors import BadInputError
from schoolbox.services.class_test_rows import TestWish
from schoolbox.services.lesson_rows import LessonWish
from schoolbox.services.parents import Contact
from schoolbox.services.people_desk import ClassWish
from schoolbox.services.people_rows import NewPerson
from tests.simulators.device import Device, shown
from tests.simulators.rooms import TECHNICIAN, Pages, open_pages
from tests.simulators.seeded import PASSWORD, QUIZ, VIDEO, Pupil

HEAD = b"Emri;Mbiemri;Klasa;Login\n"


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with open_pages(tmp_path) as opened:
        yield opened


@pytest.fixture
def desk(pages: Pages) -> Device:
    device = pages.device("10.0.0.9")
    assert device.sign_in_staff(TECHNICIAN).status_code == 303
    device.get("/?lang=en")
    return device


def pupil(pages: Pages) -> int:
    return pages.seeded.pupils[0].person_id


def names(pages: Pages) -> dict[str, int]:
    """The classes of today with their grades."""
    return {row.name: row.grade for row in pages.box.people.classes()}


def test_somebody_is_added_and_their_secret_is_shown_once(pages: Pages, desk: Device) -> None:
    form = {"role": "pupil", "given_name": "Đorđe", "surname": "Ilić", "language": "sr-Latn", "class": pages.class_id}
    made = desk.post("/people/new", form, on="/people/new").headers["Location"]
    words = shown(desk, made)
    assert "To sign in: djordje.ilic" in words
    pin = words.split("djordje.ilic ")[2].split(" ")[0] if words.count("djordje.ilic ") > 1 else ""
    assert "Write it down now" not in shown(desk, made)
    person_id = int(made.rsplit("/", 1)[1])
    phone = pages.device("10.0.1.1")
    assert phone.sign_in_pupil(Pupil(person_id, pages.class_id, pin)).status_code == 303
    wrong = desk.post("/people/new", {**form, "given_name": " "}, on="/people/new")
    assert "A name has 1 to 80 letters." in shown(desk, wrong.headers["Location"])
    assert desk.post("/people/new", {**form, "class": 99}, on="/people/new").status_code == 404
    assert pages.box.people_search.find("djordje").all == 1


def test_a_name_a_language_and_the_classes_are_corrected_and_the_login_stays(pages: Pages, desk: Device) -> None:
    other = pages.box.people.class_add("6/3", 6)
    path = f"/people/{pupil(pages)}"
    form = {"given_name": " Arta ", "surname": "Krasniqi-Hoxha", "language": "tr", "class": other}
    desk.post(path, form, on=path)
    words = shown(desk, path)
    assert "Saved." in words
    assert "Arta Krasniqi-Hoxha pupil nxenes0.krasniqi 6/3" in words
    assert pages.box.people_search.class_ids(pupil(pages)) == [other]
    desk.post(path, {**form, "surname": ""}, on=path)
    assert "A name has 1 to 80 letters." in shown(desk, path)
    assert desk.post(path, {**form, "class": 99}, on=path).status_code == 404
    assert desk.get("/people/999").status_code == 404


def test_how_parents_are_reached_is_asked_and_shown_only_where_the_school_keeps_it(pages: Pages, desk: Device) -> None:
    person_id, teacher = pupil(pages), pages.staff(pages.seeded.teacher)
    page, seen_by_teacher = f"/people/{person_id}", f"/classes/{pages.class_id}/pupils/{pupil(pages)}"
    names_of = pages.box.people_search.one(person_id)
    form = {
        "given_name": names_of.given_name, "surname": names_of.surname, "class": pages.class_id,
        "parent_name": " Agim  Krasniqi", "phone": "+383 44 123 456",
    }  # fmt: skip
    pages.box.kept_fields.choose(())
    for asked in (page, "/people/new"):
        assert not [name for name in ("parent_name", "phone", "language") if f'name="{name}"' in desk.text(asked)]
    desk.post(page, form)
    assert pages.box.people_search.contact(person_id) == Contact()

    pages.box.kept_fields.choose(("parent_name", "phone"))
    desk.post(page, form)
    assert pages.box.people_search.contact(person_id) == Contact("Agim Krasniqi", "+383 44 123 456")
    assert 'value="+383 44 123 456"' in desk.text(page)
    assert "Agim Krasniqi" in shown(teacher, seen_by_teacher)
    assert 'href="tel:+38344123456"' in teacher.text(seen_by_teacher)
    desk.post(page, {**form, "phone": "pa telefon"})
    assert "Phone: Write 6 to 20 digits" in shown(desk, page)
    desk.post(page, {key: form[key] for key in ("given_name", "surname", "class")})
    assert pages.box.people_search.contact(person_id).phone == "+383 44 123 456", "nothing was said of it"
    made = desk.post("/people/new", {**form, "role": "pupil"}, on="/people/new").headers["Location"]
    assert pages.box.people_search.contact(int(made.rsplit("/", 1)[1])).parent_name == "Agim Krasniqi"
    desk.post(page, {**form, "phone": "", "parent_name": ""})
    assert "tel:" not in teacher.text(seen_by_teacher)


def test_whoever_is_put_away_is_out_at_once_and_comes_back_with_everything(pages: Pages, desk: Device) -> None:
    child = pages.seeded.pupils[0]
    phone = pages.device("10.0.1.1")
    phone.sign_in(child)
    phone.answer(QUIZ, "q0", ["b"])
    path = f"/people/{child.person_id}"
    desk.post(f"{path}/archive", {}, on=path)
    assert phone.get("/my-progress").status_code == 303
    assert phone.get(f"/sign-in/{child.class_id}/{child.person_id}").status_code == 404
    assert "Nxënës0" not in phone.text(f"/sign-in/{pages.class_id}")
    assert "nxenes0.krasniqi" not in desk.text("/people")
    assert "nxenes0.krasniqi" in desk.text("/people?archived=1")
    desk.post(f"{path}/restore", {}, on=path)
    phone.sign_in(child)
    assert pages.box.learning.progress(child.person_id, [QUIZ])[QUIZ].state == "started"


def test_the_last_technician_stays_and_a_teacher_gets_a_new_password(pages: Pages, desk: Device) -> None:
    [technician] = pages.box.people_search.find(TECHNICIAN).rows
    path = f"/people/{technician.id}"
    desk.post(f"{path}/archive", {}, on=path)
    assert "The last technician stays" in shown(desk, path)
    teacher = f"/people/{pupil(pages) - 1}"
    desk.post(f"{teacher}/secret", {}, on=teacher)
    words = shown(desk, teacher)
    assert "Write it down now" in words
    laptop = pages.device("10.0.0.7")
    assert laptop.sign_in_staff(pages.seeded.teacher, password=PASSWORD).status_code == 401


def test_a_class_goes_with_its_own_pupils_and_comes_back_with_them(pages: Pages, desk: Device) -> None:
    both = pages.seeded.pupils[1].person_id
    other = pages.box.people.class_add("Kori", 6)
    pages.box.people.join(other, both)
    page = "/people/classes"
    desk.post(f"{page}/{pages.class_id}/archive", {}, on=page)
    assert list(names(pages)) == ["Kori"]
    assert [row.person_id for row in pages.box.people.pupils(other)] == [both]
    assert pages.box.people_search.find("", archived=True).all == 3
    desk.post(page, {"name": "6/2", "grade": "6"}, on=page)
    desk.post(f"{page}/{pages.class_id}/restore", {}, on=page)
    assert "A class of today has this name." in shown(desk, page)
    new = next(row.id for row in pages.box.people.classes() if row.name == "6/2")
    desk.post(f"{page}/{new}", {"name": "6/2 b", "grade": "6", "shift": "II"}, on=page)
    desk.post(f"{page}/{pages.class_id}/restore", {}, on=page)
    assert names(pages) == {"6/2": 6, "6/2 b": 6, "Kori": 6}
    assert len(pages.box.people.pupils(pages.class_id)) == 4
    assert pages.box.people_search.find("", archived=True).all == 0


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        (ClassWish("Kori", 6, ""), "Another class has this name already."),
        (ClassWish(" ", 6, ""), "A class is called by 1 to 20 letters."),
        (ClassWish("6#2", 6, ""), "A class is called by 1 to 20 letters."),
        (ClassWish("6/2", 14, ""), "A grade is a number from 0 to 13."),
        (ClassWish("6/2", 6, "x" * 21), "A shift is called by at most 20 letters."),
    ],
)
def test_a_class_that_makes_no_sense_is_told_and_nothing_changes(pages: Pages, wish: ClassWish, told: str) -> None:
    pages.box.people.class_add("Kori", 6)
    desk = pages.box.people_desk
    with pytest.raises(BadInputError) as changed:
        desk.change_class(pages.class_id, wish, by=0)
    with pytest.raises(BadInputError) as added:
        desk.add_class(wish, by=0)
    assert changed.value.problem == added.value.problem == told
    assert names(pages) == {"6/2": 6, "Kori": 6}


def test_a_list_brings_back_who_was_put_away_and_doubles_nobody(pages: Pages) -> None:
    pages.box.people_desk.archive(pupil(pages), by=0)
    report = pages.box.roster.load(HEAD + "Nxënës0;Krasniqi;6/2;\n".encode(), dry_run=False)
    assert (report.added, report.known, report.changed) == (0, 1, 1)
    assert [note.code for note in report.notes] == ["comes_back"]
    assert pages.box.people_search.find("nxenes0", archived=False).all == 1
    pages.box.people_desk.archive(pupil(pages), by=0)
    moved = pages.box.roster.load(HEAD + b"Arta;Krasniqi;7/1;nxenes0.krasniqi\n", dry_run=False)
    assert (moved.added, moved.known) == (0, 1)
    [back] = pages.box.people_search.find("arta", archived=False).rows
    assert (back.id, back.classes) == (pupil(pages), "7/1")


def test_a_pupil_who_comes_later_into_a_class_with_pictures_gets_pictures(pages: Pages) -> None:
    pages.box.people.choose_sign_in(pages.class_id, "pictures")
    one = pages.box.people.add(NewPerson("pupil", "Dea", "Limani", class_ids=(pages.class_id,)))
    report = pages.box.roster.load(HEAD + b"Blend;Hoxha;6/2;\n", dry_run=False)
    for secret in (one.pin, report.slips[0].pin):
        assert len((secret or "").split("-")) == 3
    phone = pages.device("10.0.1.1")
    assert phone.sign_in_pupil(Pupil(one.person_id, pages.class_id, one.pin or "")).status_code == 303


def test_the_new_year_takes_classes_up_and_the_last_grade_out_and_can_be_taken_back(
    pages: Pages, desk: Device
) -> None:
    for name, grade in (("7/2", 7), ("8 a", 8), ("Kori", 7)):
        pages.box.people.class_add(name, grade)
    leaver = pages.box.people.class_add("9/1", 9)
    gone = pages.box.people.add(NewPerson("pupil", "Yll", "Dushi", class_ids=(leaver,)))
    lesson = pages.box.lessons.make(pupil(pages) - 1, pages.class_id, LessonWish(items=(VIDEO,)))
    before = names(pages)

    clash = "/people/year?grade=6&last=9"
    assert "6/2 becomes 7/2 4 pupils 7/2 is there already" in shown(desk, clash)
    desk.post("/people/year", {"grade": ["6"], "last": "9"}, on="/people/year?grade=7")
    assert "A name is taken. Nothing was changed." in shown(desk, "/people/year")
    assert names(pages) == before

    plan = "/people/year?grade=6&grade=7&grade=8&grade=9&last=9"
    words = shown(desk, plan)
    assert "9/1 leaves the school and is put away 1 pupil" in words
    assert "Begin the new year for 5 classes" in words
    desk.post("/people/year", {"grade": ["6", "7", "8", "9"], "last": "9"}, on=plan)
    assert "The new year has begun for these classes." in shown(desk, "/people/year")
    assert names(pages) == {"7/2": 7, "8/2": 8, "9 a": 9, "Kori": 8}
    assert len(pages.box.people.pupils(pages.class_id)) == 4
    assert pages.box.people_search.one(gone.person_id).archived
    assert pages.box.lessons.page(pupil(pages) - 1, lesson).lesson.state == "ended"

    assert "The last roll-over can still be taken back." in shown(desk, "/people/year")
    desk.post("/people/year", {"do": "undo"}, on="/people/year")
    assert names(pages) == before
    assert not pages.box.people_search.one(gone.person_id).archived
    assert pages.box.lessons.page(pupil(pages) - 1, lesson).lesson.state == "open"
    assert not pages.box.school_year.can_undo()


def test_a_test_that_is_open_is_closed_as_the_year_ends_and_what_was_answered_counts(pages: Pages) -> None:
    tests, teacher_id = pages.box.class_tests, pupil(pages) - 1
    test = tests.make(teacher_id, pages.class_id, TestWish(QUIZ))
    tests.open(teacher_id, test)
    phone = pages.device("10.0.1.1")
    phone.sign_in(pages.seeded.pupils[0])
    phone.answer(QUIZ, "q0", ["b"])
    guest = pages.device("10.0.1.2")
    assert guest.get(f"/quizzes/{QUIZ}").status_code == 404
    pages.box.school_year.roll([6], by=0, last=6)
    assert guest.get(f"/quizzes/{QUIZ}").status_code == 200, "a class that has left is no reason to hide a quiz"
    pages.box.school_year.undo(by=0)
    [line] = [one for one in tests.page(teacher_id, test).lines if one.tried]
    assert tests.page(teacher_id, test).test.state == "closed"
    assert line.tried is not None
    assert line.tried.finished
    assert line.tried.answered == 1


def test_a_roll_over_cannot_be_taken_back_once_classes_were_changed(pages: Pages) -> None:
    pages.box.school_year.roll([6], by=0, last=13)
    pages.box.people_desk.change_class(pages.class_id, ClassWish("7/x", 7, ""), by=0)
    assert not pages.box.school_year.can_undo()
    with pytest.raises(BadInputError):
        pages.box.school_year.undo(by=0)
    assert names(pages) == {"7/x": 7}
    with pytest.raises(BadInputError):
        pages.box.school_year.roll([1], by=0)


def test_once_the_last_grade_has_left_in_may_the_one_below_goes_up_in_june(pages: Pages, desk: Device) -> None:
    for name, grade in (("11/1", 11), ("12/1", 12)):
        pages.box.people.class_add(name, grade)
    pages.box.school_year.roll([12], by=0)
    assert names(pages) == {"6/2": 6, "11/1": 11}
    words = shown(desk, "/people/year?grade=11")
    assert "11/1 becomes 12/1" in words
    assert "leaves the school" not in words
    desk.post("/people/year", {"grade": ["6", "11"]}, on="/people/year?grade=6&grade=11")
    assert names(pages) == {"7/2": 7, "12/1": 12}


def test_a_roll_over_is_not_taken_back_over_a_class_that_has_the_old_name_by_now(pages: Pages, desk: Device) -> None:
    pages.box.people.class_add("9/1", 9)
    pages.box.school_year.roll([6, 9], by=0)
    for name, grade in (("6/2", 6), ("9/1", 9)):
        made = pages.box.people.class_add(name, grade)
        assert not pages.box.school_year.can_undo()
        before = names(pages)
        desk.post("/people/year", {"do": "undo"}, on="/people/year?grade=6")
        assert "Classes were changed since; this can no longer be undone." in shown(desk, "/people/year")
        assert names(pages) == before
        pages.box.people_desk.change_class(made, ClassWish(f"new {grade}", grade, ""), by=0)
        assert pages.box.school_year.can_undo()
    pages.box.school_year.undo(by=0)
    assert names(pages) == {"6/2": 6, "9/1": 9, "new 6": 6, "new 9": 9}


def test_the_people_of_a_large_school_are_listed_and_found_by_any_spelling(pages: Pages, desk: Device) -> None:
    pages.box.people.add_all([
        (NewPerson("pupil", f"Çlirim{number}", "Šabanović", class_ids=(pages.class_id,)), ("", ""))
        for number in range(1_500)
    ])  # fmt: skip
    words = shown(desk, "/people?q=clirim14+sab")
    assert "Çlirim14 Šabanović" in words
    assert "1 to 50 of 111 Next page" in words
    last = shown(desk, "/people?q=clirim14+sab&page=3")
    assert "101 to 111 of 111 Page before" in last
    assert "Next page" not in last
    assert shown(desk, "/people?q=clirim14+sab&page=99") == last
    other = pages.box.people.class_add("7/1", 7)
    pages.box.people.add(NewPerson("pupil", "Clirim", "Sabani", class_ids=(other,)))
    only = shown(desk, f"/people?q=clirim&class={other}")
    assert "Clirim Sabani clirim.sabani 7/1 pupil 1 person" in only
    assert f'href="/people?class={other}"' in desk.text("/people/classes")
    assert "There is nobody here." in shown(desk, "/people?class=99")
