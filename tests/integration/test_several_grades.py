"""A village school: pupils of several grades in one class, each with a grade of their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from schoolbox.errors import BadInputError
from schoolbox.services.lesson_rows import LessonWish
from schoolbox.services.people_desk import PersonWish
from schoolbox.services.people_rows import NewPerson
from schoolbox.services.policy import Allowed
from schoolbox.services.roster import RosterReport
from schoolbox.services.tailoring import Scope, Target
from tests.simulators.device import Device, shown
from tests.simulators.rooms import TECHNICIAN, Pages, open_pages
from tests.simulators.seeded import PACK, VIDEO

HEAD = "Emri;Mbiemri;Klasa;Niveli;Login"
VILLAGE = ("Arta;Gashi;Fshati;1;", "Blend;Hoxha;Fshati;2;", "Dea;Limani;Fshati;3;", "Ema;Berisha;Fshati;3;")


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with open_pages(tmp_path) as opened:
        yield opened


@pytest.fixture
def desk(pages: Pages) -> Device:
    return pages.staff(TECHNICIAN)


def load(pages: Pages, *rows: str) -> RosterReport:
    return pages.box.roster.load("\n".join((HEAD, *rows)).encode(), dry_run=False)


def grades(pages: Pages, class_name: str = "Fshati") -> dict[str, int | None]:
    """The own grades of the pupils of a class, by login."""
    rows = pages.box.people_search.find(class_name, archived=False).rows
    return {row.login: row.grade for row in rows if row.role == "pupil"}


def codes(report: RosterReport) -> list[tuple[int, str]]:
    return [(one.line, one.code) for one in report.problems]


def teacher(pages: Pages) -> int:
    return pages.seeded.pupils[0].person_id - 1


def test_a_list_with_several_grades_in_a_class_gives_each_pupil_their_own(pages: Pages) -> None:
    report = load(pages, *VILLAGE)
    assert codes(report) == []
    assert {row.name: row.grade for row in pages.box.people.classes()}["Fshati"] == 1
    assert grades(pages) == {"arta.gashi": None, "blend.hoxha": 2, "dea.limani": 3, "ema.berisha": 3}
    [phone] = [
        pages.box.sign_in.viewer(pages.box.sign_in.start(row.id)) for row in pages.box.people_search.find("dea").rows
    ]
    assert phone is not None
    assert (phone.class_name, phone.grade) == ("Fshati", 3)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_list_that_is_taken_out_comes_in_again_without_a_change(pages: Pages, form: str) -> None:
    load(pages, *VILLAGE)
    before = grades(pages)
    taken = pages.box.roster_export.write("csv" if form == "csv" else "xlsx")
    again = pages.box.roster.load(taken.content, dry_run=False)
    assert (again.problems, again.added, again.changed) == ((), 0, 0)
    assert grades(pages) == before


def test_a_corrected_list_changes_the_grade_and_one_without_that_column_leaves_it(pages: Pages) -> None:
    load(pages, *VILLAGE)
    assert load(pages, "Blend;Hoxha;Fshati;1;blend.hoxha", "Dea;Limani;Fshati;4;dea.limani").changed == 2
    assert grades(pages) == {"arta.gashi": None, "blend.hoxha": None, "dea.limani": 4, "ema.berisha": 3}
    # A row of one pupil is enough, since the box knows that several grades learn there.
    assert codes(load(pages, "Fatos;Krasniqi;Fshati;5;")) == []
    pages.box.roster.load(b"Emri;Mbiemri;Klasa;Login\nDea;Limani;6/2;dea.limani\n", dry_run=False)
    assert grades(pages, "6/2")["dea.limani"] is None, "another class, another grade"


def test_one_pupil_with_another_grade_in_a_class_named_by_its_grade_is_a_mistake(pages: Pages) -> None:
    rows = [f"Nx{n};Gashi;8/1;8;" for n in range(8)]
    assert codes(load(pages, *rows, "Blend;Hoxha;8/1;7;")) == [(10, "grade_differs")]
    assert codes(load(pages, *rows, *(f"Ny{n};Hoxha;8/1;7;" for n in range(4)))) == []
    assert list(grades(pages, "8/1").values()).count(7) == 4
    assert codes(load(pages, *(f"Nz{n};Hoxha;6/2;7;" for n in range(2)))) == [(2, "grade_known"), (3, "grade_known")]


def test_the_technician_sees_and_corrects_the_grade_of_one_pupil(pages: Pages, desk: Device) -> None:
    person_id = pages.seeded.pupils[0].person_id
    page = f"/people/{person_id}"
    form = {"given_name": "Arta", "surname": "Krasniqi", "class": str(pages.class_id)}
    desk.post(page, {**form, "grade": "7"}, on=page)
    assert "pupil nxenes0.krasniqi 6/2 Grade 7" in shown(desk, page)
    assert "6/2 Grade 7" in shown(desk, "/people?q=nxenes0")
    assert "Grade 7" in shown(pages.staff(pages.seeded.teacher), f"/classes/{pages.class_id}/pupils/{person_id}")
    desk.post(page, {**form, "grade": "14"}, on=page)
    assert "A grade is a number from 0 to 13." in shown(desk, page)
    for same in ("6", ""):
        desk.post(page, {**form, "grade": same}, on=page)
        assert pages.box.people_search.one(person_id).grade is None
    added = desk.post("/people/new", {**form, "role": "pupil", "grade": "5"}, on="/people/new")
    assert "6/2 Grade 5" in shown(desk, added.headers["Location"])
    staff = desk.post("/people/new", {**form, "role": "teacher", "grade": "5"}, on="/people/new")
    assert pages.box.people_search.one(int(staff.headers["Location"].rpartition("/")[2])).grade is None


def test_what_is_hidden_from_a_grade_is_hidden_from_its_pupils_in_a_class_of_several(pages: Pages) -> None:
    pages.box.tailoring.decide(Scope("grade", 7), Target("pack", PACK), "hide")
    one = pages.seeded.pupils[0]
    phone = pages.device("10.0.1.1")
    phone.sign_in(one)
    assert phone.get(f"/courses/{PACK}").status_code == 200
    person = pages.box.people_search.one(one.person_id)
    pages.box.roster.load(
        f"{HEAD}\n{person.given_name};{person.surname};6/2;7;{person.login}\nYll;Dushi;6/2;7;\n".encode(), dry_run=False
    )
    assert phone.get(f"/courses/{PACK}").status_code == 200, "a list with two of 6/2 in grade 7 is refused"
    pages.box.people.add(NewPerson("pupil", "Yll", "Dushi", class_ids=(pages.class_id,), grade=7))
    load(pages, f"{person.given_name};{person.surname};6/2;7;{person.login}")
    assert phone.get(f"/courses/{PACK}").status_code != 200


def test_in_a_new_year_the_class_stays_and_its_pupils_go_up_in_their_grades(pages: Pages, desk: Device) -> None:
    load(pages, *VILLAGE)
    [class_id] = [row.id for row in pages.box.people.classes() if row.name == "Fshati"]
    pages.box.people.join(class_id, teacher(pages))
    lesson = pages.box.lessons.make(teacher(pages), class_id, LessonWish(items=(VIDEO,)))
    assert pages.box.school_year.grades() == [1, 2, 3, 6]
    plan = "/people/year?grade=1&grade=2&grade=3&last=3"
    words = shown(desk, plan)
    assert "Fshati Grade 3 leaves the school and is put away 2 pupils" in words
    assert "Fshati Grade 2 goes up, the class stays 1 pupil" in words
    assert "Begin the new year for 1 class" in words
    desk.post("/people/year", {"grade": ["1", "2", "3"], "last": "3"}, on=plan)
    assert grades(pages) == {"arta.gashi": 2, "blend.hoxha": 3}
    assert {row.name: row.grade for row in pages.box.people.classes()} == {"6/2": 6, "Fshati": 1}
    assert pages.box.people_search.find("dea", archived=True).all == 1
    assert pages.box.lessons.page(teacher(pages), lesson).lesson.state == "ended"

    desk.post("/people/year", {"do": "undo"}, on="/people/year")
    assert grades(pages) == {"arta.gashi": None, "blend.hoxha": 2, "dea.limani": 3, "ema.berisha": 3}
    assert pages.box.lessons.page(teacher(pages), lesson).lesson.state == "open"


def test_nobody_goes_up_beside_a_grade_that_stays_behind(pages: Pages, desk: Device) -> None:
    load(pages, *VILLAGE)
    before = grades(pages)
    plan = "/people/year?grade=2&last=9"
    assert "Grade 3 stays behind" in shown(desk, plan)
    desk.post("/people/year", {"grade": ["2"], "last": "9"}, on="/people/year?grade=3")
    assert "A grade of the same class stays behind. Nothing was changed." in shown(desk, "/people/year")
    assert grades(pages) == before
    with pytest.raises(BadInputError):
        pages.box.school_year.roll([1, 2], by=0, last=9)
    pages.box.school_year.roll([3], by=0, last=9)
    assert grades(pages)["dea.limani"] == 4
    pages.box.school_year.roll([2], by=0, last=9)
    assert grades(pages) == {"arta.gashi": None, "blend.hoxha": 3, "dea.limani": 4, "ema.berisha": 4}


def test_a_class_in_which_one_pupil_has_another_grade_goes_up_as_a_class_and_the_pupil_with_it(pages: Pages) -> None:
    one = pages.seeded.pupils[0].person_id
    pages.box.people_desk.correct(one, "Arta", "Krasniqi", 5, by=0)
    assert pages.box.school_year.grades() == [6]
    pages.box.school_year.roll([6], by=0, last=9)
    assert {row.name: row.grade for row in pages.box.people.classes()} == {"7/2": 7}
    assert pages.box.people_search.one(one).grade == 6
    assert list(grades(pages, "7/2").values()).count(None) == 3
    pages.box.school_year.undo(by=0)
    assert (pages.box.people_search.one(one).grade, pages.box.people_search.one(one).classes) == (5, "6/2")


def test_pupils_leave_after_the_highest_grade_the_school_ever_had(pages: Pages) -> None:
    load(pages, *VILLAGE)
    assert pages.box.school_year.ends() == 6
    load(pages, "Fatos;Krasniqi;Fshati;9;")
    assert pages.box.school_year.ends() == 9
    [line] = pages.box.school_year.plan([9]).own
    assert line.leaves


def with_klub(pages: Pages) -> tuple[int, int]:
    """A class of grades 1 and 2, one pupil of which is in a club of grade 6, too: that pupil, and the club."""
    load(pages, "Arta;Gashi;Kombi;1;", "Hana;Hoxha;Kombi;2;", "Dea;Limani;Kombi;2;")
    klub = pages.box.people.class_add("Klub", 6)
    hana = pages.box.people_search.by_login("hana.hoxha").id
    pages.box.people.join(klub, hana)
    return hana, klub


@pytest.mark.parametrize("others", [0, 2])
def test_a_pupil_of_two_classes_goes_up_once_and_not_with_the_club(pages: Pages, others: int) -> None:
    _hana, klub = with_klub(pages)
    for n in range(others):
        pages.box.people.add(NewPerson("pupil", f"Nx{n}", "Krasniqi", class_ids=(klub,)))
    pages.box.school_year.roll([6], by=0, last=9)
    assert grades(pages, "Kombi")["hana.hoxha"] == 2
    pages.box.school_year.roll([1, 2], by=0, last=9)
    assert grades(pages, "Kombi") == {"arta.gashi": 2, "hana.hoxha": 3, "dea.limani": 3}
    pages.box.school_year.undo(by=0)
    assert grades(pages, "Kombi") == {"arta.gashi": None, "hana.hoxha": 2, "dea.limani": 2}


@pytest.mark.parametrize("order", [[[6], [5]], [[5], [6]], [[5, 6]]])
def test_a_pupil_with_an_own_grade_goes_up_with_the_class_of_that_grade(pages: Pages, order: list[list[int]]) -> None:
    one, klub = pages.seeded.pupils[0].person_id, pages.box.people.class_add("5/9", 5)
    pages.box.people.add(NewPerson("pupil", "Yll", "Dushi", class_ids=(klub,)))
    wish = PersonWish("Ana", "Krasniqi", "", (pages.class_id, klub), 6)
    pages.box.people_desk.change(one, wish, by=0)
    for together in order:
        pages.box.school_year.roll(together, by=0, last=9)
    assert pages.box.people_search.one(one).grade == 7
    assert "7/2" in {row.name for row in pages.box.people.classes()}


def test_a_pupil_of_two_classes_keeps_an_own_grade_that_is_that_of_one_of_them(pages: Pages) -> None:
    hana, klub = with_klub(pages)
    [kombi] = [row.id for row in pages.box.people.classes() if row.name == "Kombi"]
    pages.box.people_desk.change(hana, PersonWish("Hana", "Hoxha", "", (kombi, klub), 1), by=0)
    assert pages.box.people_search.one(hana).grade == 1
    pages.box.school_year.roll([1, 2], by=0, last=9)
    assert grades(pages, "Kombi") == {"arta.gashi": 2, "hana.hoxha": 2, "dea.limani": 3}


def test_of_a_class_of_several_grades_the_last_grade_is_left_and_leaves_in_its_turn(pages: Pages) -> None:
    load(pages, "Arta;Gashi;Fshati;4;", "Blend;Hoxha;Fshati;4;", "Dea;Limani;Fshati;5;")
    assert {row.name: row.grade for row in pages.box.people.classes()}["Fshati"] == 4
    pages.box.school_year.roll([4, 5], by=0, last=5)
    assert grades(pages) == {"arta.gashi": 5, "blend.hoxha": 5}
    assert pages.box.school_year.grades() == [5, 6]
    with pytest.raises(BadInputError):
        pages.box.school_year.roll([4], by=0, last=5)
    pages.box.school_year.roll([5], by=0, last=5)
    assert grades(pages) == {}
    assert pages.box.people_search.find("arta.gashi", archived=True).all == 1


def test_who_leaves_a_club_keeps_the_grade_that_counts_in_the_class(pages: Pages) -> None:
    hana, klub = with_klub(pages)
    pages.box.people.join(klub, teacher(pages))
    pages.box.policy.set(Allowed(teachers_put_away=True), by=1)
    assert not pages.box.class_desk.leave(teacher(pages), klub, hana)
    assert grades(pages, "Kombi")["hana.hoxha"] == 2
    pages.box.people.join(klub, hana)
    [kombi] = [row.id for row in pages.box.people.classes() if row.name == "Kombi"]
    pages.box.people_desk.change(hana, PersonWish("Hana", "Hoxha", "", (kombi, klub), 1), by=0)
    assert not pages.box.class_desk.leave(teacher(pages), klub, hana)
    assert grades(pages, "Kombi")["hana.hoxha"] is None, "that of the one class that is left needs no own"


def test_the_plan_names_who_has_another_grade_than_the_class_and_the_last_grade_leaves(
    pages: Pages, desk: Device
) -> None:
    year, one = pages.box.school_year, pages.seeded.pupils[0].person_id
    pages.box.people_desk.correct(one, "Arta", "Krasniqi", 9, by=0)
    assert "Arta Krasniqi Grade 9 leaves the school and is put away" in shown(desk, "/people/year?grade=6&last=9")
    year.roll([6], by=0, last=9)
    assert pages.box.people_search.one(one).archived
    year.undo(by=0)
    assert not pages.box.people_search.one(one).archived
    pages.box.people_desk.correct(one, "Arta", "Krasniqi", 5, by=0)
    assert "Arta Krasniqi goes up from Grade 5 with class 6/2" in shown(desk, "/people/year?grade=6&last=9")
    words = shown(desk, "/people/year?grade=6&last=6")
    assert "Arta Krasniqi leaves with class 6/2 is in Grade 5; move to another class first" in words


def test_single_pupils_stand_in_the_order_of_the_alphabet(pages: Pages) -> None:
    wishes = ("Çela", "Zeka", "Dauti")
    for pupil, surname in zip(pages.seeded.pupils, wishes, strict=False):
        pages.box.people_desk.correct(pupil.person_id, "Arta", surname, 5, by=0)
    names = [stray.name for stray in pages.box.school_year.plan([6]).strays]
    assert names == ["Arta Çela", "Arta Dauti", "Arta Zeka"]


def test_a_pupil_without_an_own_grade_is_in_the_grade_of_the_class_and_not_of_a_mixed_club(pages: Pages) -> None:
    load(pages, "Arta;Gashi;Klubi;1;", "Hana;Hoxha;Klubi;2;", "Dea;Limani;Klubi;2;")
    [klub] = [row.id for row in pages.box.people.classes() if row.name == "Klubi"]
    guest = pages.seeded.pupils[0].person_id
    pages.box.people.join(klub, guest)
    pages.box.school_year.roll([1, 2], by=0, last=9)
    assert pages.box.people_search.one(guest).grade is None
    assert grades(pages, "Klubi")["arta.gashi"] == 2
    pages.box.school_year.roll([6], by=0, last=9)
    one = pages.box.people_search.one(guest)
    assert (one.grade, one.classes) == (None, "7/2, Klubi")


def test_a_plan_without_a_tick_says_what_is_missing(desk: Device) -> None:
    assert "Tick at least one grade that has classes." not in shown(desk, "/people/year")
    assert "Tick at least one grade that has classes." in shown(desk, "/people/year?last=9")
