"""Teachers look after the pupils of their own classes: add, correct, put away; as far as the school allows."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from schoolbox.errors import NotAllowedError, NotFoundError
from schoolbox.services.class_desk import PupilWish
from schoolbox.services.groups import GroupWish
from schoolbox.services.policy import Allowed
from tests.simulators.device import Device, shown
from tests.simulators.rooms import STRANGER, TECHNICIAN, Pages, open_pages
from tests.simulators.seeded import Pupil


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with open_pages(tmp_path) as opened:
        yield opened


@pytest.fixture
def desk(pages: Pages) -> Device:
    return pages.staff(pages.seeded.teacher)


def teacher(pages: Pages) -> int:
    return pages.seeded.pupils[0].person_id - 1


def stranger(pages: Pages) -> int:
    return pages.box.people_search.by_login(STRANGER).id


def allow(pages: Pages, *, teachers_add_pupils: bool = True, teachers_put_away: bool = False) -> None:
    allowed = Allowed(teachers_add_pupils=teachers_add_pupils, teachers_put_away=teachers_put_away)
    pages.box.policy.set(allowed, by=1)


def log(pages: Pages) -> set[tuple[int, str]]:
    """Who of the staff did what."""
    return set(pages.box.database.fetch_sql(_pair, "SELECT by_id, code FROM audit"))


def _pair(by: int, code: str) -> tuple[int, str]:
    return by, code


def names(pages: Pages) -> list[str]:
    return [row.short_name for row in pages.box.people.pupils(pages.class_id)]


def test_a_teacher_adds_a_pupil_whose_pin_is_shown_once_and_works(pages: Pages, desk: Device) -> None:
    page = f"/classes/{pages.class_id}/pupils"
    assert f'href="{page}"' in desk.text(f"/classes/{pages.class_id}")
    made = desk.post(page, {"given_name": "Dea", "surname": " Limani "}, on=page).headers["Location"]
    words = shown(desk, made)
    pin = words.split("The new PIN is ")[1][:4]
    assert "Dea Limani" in words
    assert "The new PIN is" not in shown(desk, made)
    phone = pages.device("10.0.1.1")
    person_id = int(made.rpartition("/")[2])
    assert phone.sign_in_pupil(Pupil(person_id, pages.class_id, pin)).status_code == 303
    assert (teacher(pages), "person_added") in log(pages)


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"given_name": "", "surname": "Limani"}, "A name has 1 to 80 letters."),
        ({"given_name": "Dea", "surname": "x" * 81}, "A name has 1 to 80 letters."),
        ({"given_name": "NXËNËS0", "surname": "krasniqi"}, "A pupil of this name is in the class already."),
    ],
)
def test_a_name_that_makes_no_sense_or_is_there_is_told(
    pages: Pages, desk: Device, form: dict[str, str], told: str
) -> None:
    page, before = f"/classes/{pages.class_id}/pupils", names(pages)
    back = desk.post(page, form, on=page).headers["Location"]
    assert told in shown(desk, back)
    assert names(pages) == before


def test_a_name_and_a_grade_are_corrected_and_nothing_else_changes(pages: Pages, desk: Device) -> None:
    one = pages.seeded.pupils[0]
    page = f"/classes/{pages.class_id}/pupils/{one.person_id}"
    before = pages.box.people_search.one(one.person_id)
    desk.post(page, {"given_name": "Ana", "surname": "Hoxha"}, on=page)
    after = pages.box.people_search.one(one.person_id)
    assert (after.name, after.login, after.classes, after.grade) == ("Ana Hoxha", before.login, "6/2", None)
    desk.post(page, {"given_name": "Ana", "surname": "Hoxha", "grade": "7"}, on=page)
    assert pages.box.people_search.one(one.person_id).grade == 7
    assert "Grade of the pupil" in shown(desk, f"/classes/{pages.class_id}/pupils")
    desk.post(page, {"given_name": "Ana", "surname": "Hoxha", "grade": "15"}, on=page)
    assert "A grade is a number from 0 to 13." in shown(desk, page)
    phone = pages.device("10.0.1.1")
    phone.sign_in(one)
    assert (teacher(pages), "person_changed") in log(pages)


def test_a_pupil_who_left_is_put_away_only_where_the_school_allows_it(pages: Pages, desk: Device) -> None:
    one = pages.seeded.pupils[0]
    page, whole = f"/classes/{pages.class_id}/pupils/{one.person_id}", f"/classes/{pages.class_id}/pupils"
    assert "Has left the class?" not in shown(desk, page)
    assert desk.post(f"{page}/left", {}, on=page).status_code == 403
    assert len(names(pages)) == 4
    allow(pages, teachers_put_away=True)
    phone = pages.device("10.0.1.1")
    phone.sign_in(one)
    desk.post(f"{page}/left", {}, on=page)
    assert "Put away. Everything learnt is kept; the technician can bring the pupil back." in shown(desk, whole)
    assert len(names(pages)) == 3
    assert phone.get("/my-progress").status_code == 303, "signed out"
    assert desk.get(page).status_code == 404
    assert (teacher(pages), "person_archived") in log(pages)
    pages.box.people_desk.restore(one.person_id, by=1)
    assert len(names(pages)) == 4


def test_a_pupil_of_two_classes_leaves_only_the_one_and_its_groups(pages: Pages) -> None:
    allow(pages, teachers_put_away=True)
    one = pages.seeded.pupils[0].person_id
    other = pages.box.people.class_add("Kori", 6)
    pages.box.people.join(other, one)
    pages.box.groups.add(teacher(pages), pages.class_id, GroupWish("Readers", (one,)))
    assert not pages.box.class_desk.leave(teacher(pages), pages.class_id, one)
    assert [row.person_id for row in pages.box.people.pupils(other)] == [one]
    assert pages.box.groups.of_class(pages.class_id)[0].pupils == frozenset()
    assert not pages.box.people_search.one(one).archived


def test_where_the_school_leaves_it_to_the_technician_teachers_only_look(pages: Pages, desk: Device) -> None:
    office = pages.device("10.0.0.9")
    office.sign_in_staff(TECHNICIAN)
    office.post("/school", {"guests_watch": "1"}, on="/school")
    page = f"/classes/{pages.class_id}/pupils"
    words = shown(desk, page)
    assert "The technician adds pupils and corrects names in this school." in words
    assert "Add a pupil" not in words
    one = f"{page}/{pages.seeded.pupils[0].person_id}"
    assert "Correct the name" not in shown(desk, one)
    form = {"given_name": "Dea", "surname": "Limani"}
    assert desk.post(page, form).status_code == desk.post(one, form).status_code == 403
    assert len(names(pages)) == 4


def test_for_a_teacher_of_another_class_neither_class_nor_pupil_exists(pages: Pages) -> None:
    allow(pages, teachers_put_away=True)
    mine, wish = pages.seeded.pupils[0].person_id, PupilWish("Dea", "Limani")
    other = pages.box.people.class_add("7/1", 7)
    pages.box.people.join(other, stranger(pages))
    service = pages.box.class_desk
    for change in (
        lambda: service.add(stranger(pages), pages.class_id, wish),
        lambda: service.correct(stranger(pages), pages.class_id, mine, wish),
        lambda: service.correct(stranger(pages), other, mine, wish),
        lambda: service.leave(stranger(pages), other, mine),
        lambda: service.page(stranger(pages), pages.class_id),
    ):
        with pytest.raises(NotFoundError):
            change()
    allow(pages, teachers_add_pupils=False)
    with pytest.raises(NotAllowedError):
        service.add(teacher(pages), pages.class_id, wish)
    assert len(names(pages)) == 4
