"""Groups within a class: made by ticks, given lessons and tests; whoever leaves the class is out of them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from schoolbox.errors import BadInputError, NotFoundError
from schoolbox.services.groups import GROUPS_MAX, GroupWish
from schoolbox.services.lesson_rows import LessonWish
from schoolbox.services.people_desk import PersonWish
from schoolbox.services.people_rows import NewPerson
from schoolbox.services.tailoring import Scope, Target
from tests.simulators.device import Device, shown
from tests.simulators.rooms import Pages, open_pages
from tests.simulators.seeded import PACK, QUIZ, VIDEO


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with open_pages(tmp_path) as opened:
        yield opened


def teacher(pages: Pages) -> int:
    return pages.seeded.pupils[0].person_id - 1


def ids(pages: Pages) -> list[int]:
    return [pupil.person_id for pupil in pages.seeded.pupils]


def group(pages: Pages, *places: int, name: str = "Readers") -> int:
    members = tuple(ids(pages)[place] for place in places)
    return pages.box.groups.add(teacher(pages), pages.class_id, GroupWish(name, members))


def phone(pages: Pages, number: int) -> Device:
    device = pages.device(f"10.0.1.{number}")
    device.sign_in(pages.seeded.pupils[number])
    device.get("/?lang=en")
    return device


def members(pages: Pages) -> list[set[int]]:
    return [set(one.pupils) for one in pages.box.groups.of_class(pages.class_id)]


def test_a_teacher_makes_a_group_renames_it_changes_who_is_in_it_and_deletes_it(pages: Pages) -> None:
    desk, first, second = pages.staff(pages.seeded.teacher), *ids(pages)[:2]
    page = f"/classes/{pages.class_id}/groups"
    assert f'href="{page}"' in desk.text(f"/classes/{pages.class_id}/pupils")
    desk.post(page, {"name": "  Reading   group ", "pupil": [str(first)]}, on=page)
    assert "Saved. Reading group 1 pupil" in shown(desk, page)
    [made] = pages.box.groups.of_class(pages.class_id)
    desk.post(f"{page}/{made.id}", {"name": "Helpers", "pupil": [str(first), str(second)]}, on=page)
    assert "Saved. Helpers 2 pupils" in shown(desk, page)
    desk.post(f"{page}/{made.id}", {"name": "Helpers", "pupil": [str(second)]}, on=page)
    assert members(pages) == [{second}]
    desk.post(page, {"name": "Helpers"}, on=page)
    assert "Another group of the class has this name already." in shown(desk, page)
    desk.post(f"{page}/{made.id}/delete", {}, on=page)
    assert "The group is deleted. Its lessons stay with its pupils." in shown(desk, page)
    assert members(pages) == []


@pytest.mark.parametrize("name", ["", "  ", "x" * 41, "a\x00b"])
def test_a_name_that_is_none_is_refused(pages: Pages, name: str) -> None:
    with pytest.raises(BadInputError):
        pages.box.groups.add(teacher(pages), pages.class_id, GroupWish(name, ()))
    assert members(pages) == []


def test_a_class_has_so_many_groups_and_no_more(pages: Pages) -> None:
    for number in range(GROUPS_MAX):
        group(pages, name=f"G{number}")
    with pytest.raises(BadInputError):
        group(pages, name="One too many")


def test_only_pupils_of_the_class_can_be_ticked_and_only_groups_of_the_class_be_chosen(pages: Pages) -> None:
    other = pages.box.people.class_add("7/1", 7)
    vlora = pages.box.people.add(NewPerson("teacher", "Drita", "Berisha", class_ids=(other,))).person_id
    guest = pages.box.people.add(NewPerson("pupil", "Yll", "Dushi", class_ids=(other,))).person_id
    with pytest.raises(NotFoundError):
        pages.box.groups.add(teacher(pages), pages.class_id, GroupWish("Readers", (guest,)))
    theirs = pages.box.groups.add(vlora, other, GroupWish("Readers", (guest,)))
    for change in (
        lambda: pages.box.groups.delete(teacher(pages), pages.class_id, theirs),
        lambda: pages.box.groups.change(teacher(pages), pages.class_id, theirs, GroupWish("Mine", ())),
        lambda: pages.box.lessons.make(
            teacher(pages), pages.class_id, LessonWish(items=(VIDEO,), group_id=theirs)
        ),
    ):
        with pytest.raises(NotFoundError):
            change()
    assert [one.name for one in pages.box.groups.of_class(other)] == ["Readers"]


def test_a_lesson_for_a_group_is_seen_and_counted_for_its_pupils_of_today_only(pages: Pages) -> None:
    desk, readers = pages.staff(pages.seeded.teacher), group(pages, 0, 1)
    new = f"/classes/{pages.class_id}/lessons/new?course={PACK}"
    assert "Readers 2" in shown(desk, new)
    made = desk.post(f"/classes/{pages.class_id}/lessons", {"item": [VIDEO], "whom": f"group-{readers}"}, on=new)
    lesson = made.headers["Location"]
    assert "Readers for 2 pupils" in shown(desk, lesson)
    assert "Readers 0 of 2 done" in shown(desk, f"/classes/{pages.class_id}/lessons")
    assert f'name="whom" value="group-{readers}" checked' in desk.text(lesson)
    assert "Your lesson" in shown(phone(pages, 0), "/")
    outside = phone(pages, 2)
    assert "Your lesson" not in shown(outside, "/")
    assert outside.get(lesson).status_code == 404

    pages.box.groups.change(teacher(pages), pages.class_id, readers, GroupWish("Readers", (ids(pages)[2],)))
    assert outside.get(lesson).status_code == 200
    assert phone(pages, 0).get(lesson).status_code == 404
    assert "Readers for 1 pupil" in shown(desk, lesson)
    desk.post(lesson, {"whom": "all"}, on=lesson)
    assert "for 4 pupils" in shown(desk, lesson)
    assert phone(pages, 0).get(lesson).status_code == 200


def test_help_that_was_asked_for_in_a_lesson_counts_only_while_the_lesson_is_for_the_pupil(pages: Pages) -> None:
    desk, readers, first = pages.staff(pages.seeded.teacher), group(pages, 0), phone(pages, 0)
    lesson = pages.box.lessons.make(teacher(pages), pages.class_id, LessonWish(items=(VIDEO,), group_id=readers))
    first.post(f"/lessons/{lesson}/stuck", {"item": VIDEO, "stuck": "1"}, on=f"/lessons/{lesson}")
    now = f"/reports/{pages.class_id}/now"
    assert f'href="/lessons/{lesson}"' in desk.text(now)
    pages.box.groups.change(teacher(pages), pages.class_id, readers, GroupWish("Readers", ()))
    assert f'href="/lessons/{lesson}"' not in desk.text(now)


def test_a_hidden_item_opens_to_the_group_that_was_given_it(pages: Pages) -> None:
    pages.box.tailoring.decide(Scope("class", pages.class_id), Target("item", VIDEO), "hide")
    pages.box.lessons.make(teacher(pages), pages.class_id, LessonWish(items=(VIDEO,), group_id=group(pages, 0)))
    assert phone(pages, 0).get(f"/items/{VIDEO}").status_code == 200
    assert phone(pages, 1).get(f"/items/{VIDEO}").status_code != 200


def test_a_group_that_is_deleted_leaves_its_lessons_to_its_pupils(pages: Pages) -> None:
    readers = group(pages, 0, 1)
    lesson = pages.box.lessons.make(teacher(pages), pages.class_id, LessonWish(items=(VIDEO,), group_id=readers))
    pages.box.groups.delete(teacher(pages), pages.class_id, readers)
    page = pages.box.lessons.page(teacher(pages), lesson)
    assert {line.pupil.person_id for line in page.rows} == set(ids(pages)[:2])
    assert (page.lesson.for_all, page.lesson.group_id) == (False, 0)


def test_a_test_is_for_who_is_in_the_group_when_it_is_made(pages: Pages) -> None:
    desk, readers = pages.staff(pages.seeded.teacher), group(pages, 0)
    new = f"/classes/{pages.class_id}/tests/new?item={QUIZ}"
    made = desk.post(f"/classes/{pages.class_id}/tests", {"item": QUIZ, "whom": f"group-{readers}"}, on=new)
    test_id = int(made.headers["Location"].rpartition("/")[2])
    pages.box.groups.change(teacher(pages), pages.class_id, readers, GroupWish("Readers", ()))
    [line] = pages.box.class_tests.page(teacher(pages), test_id).lines
    assert line.pupil.person_id == ids(pages)[0]
    desk.post(f"/classes/{pages.class_id}/tests", {"item": QUIZ, "whom": f"group-{readers}"}, on=new)
    assert "Nobody is in this group." in shown(desk, new)


def test_who_changes_class_is_out_of_its_groups_and_who_is_put_away_until_they_are_back(pages: Pages) -> None:
    group(pages, 0, 1)
    first, second = ids(pages)[:2]
    other = pages.box.people.class_add("7/1", 7)
    pages.box.people_desk.change(first, PersonWish("Arta", "Krasniqi", "", (other,)), by=1)
    pages.box.people_desk.archive(second, by=1)
    assert members(pages) == [set()]
    [one] = pages.box.groups.of_class(pages.class_id)
    pages.box.groups.change(teacher(pages), pages.class_id, one.id, GroupWish("Readers", ()))
    pages.box.people_desk.restore(second, by=1)
    assert members(pages) == [{second}]
    pages.box.erasures.erase(second, by=1)
    assert members(pages) == [set()]


def test_a_number_that_is_no_group_is_not_found(pages: Pages) -> None:
    desk = pages.staff(pages.seeded.teacher)
    new = f"/classes/{pages.class_id}/lessons/new?course={PACK}"
    for whom in ("group-", "group-x", "group-99", "group-" + "9" * 30):
        answer = desk.post(f"/classes/{pages.class_id}/lessons", {"item": [VIDEO], "whom": whom}, on=new)
        assert answer.status_code == 404


def test_the_database_passes_its_own_check_with_groups_in_it(pages: Pages) -> None:
    group(pages, 0, 1)
    assert pages.box.database_care.check() == []


def test_a_refused_form_comes_back_as_it_was_filled_in_and_an_empty_group_is_told(pages: Pages) -> None:
    desk, first, second = pages.staff(pages.seeded.teacher), *ids(pages)[:2]
    group(pages, 0)
    helpers, page = group(pages, 0, name="Helpers"), f"/classes/{pages.class_id}/groups"
    for url, key in ((page, "nnew"), (f"{page}/{helpers}", f"n{helpers}")):
        form = {"name": "Readers", "pupil": [str(first), str(second)]}
        back = desk.text(desk.post(url, form, on=page).headers["Location"])
        assert "Another group of the class has this name already." in back
        [typed] = re.findall(rf'id="{key}"[^>]*value="Readers">(.*?)</fieldset>', back, re.DOTALL)
        assert typed.count("checked") == 2
    desk.post(page, {"name": "Nobody"}, on=page)
    assert "Nobody is in this group yet: a lesson that is given to it reaches nobody." in shown(desk, page)
