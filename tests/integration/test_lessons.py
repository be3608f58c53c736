"""Lessons: a teacher gives them, pupils see them first, both see how it goes; items that are gone are told."""

import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from schoolbox.errors import NotFoundError
from schoolbox.services.groups import GroupWish
from schoolbox.services.lesson_rows import ITEMS_MAX, LessonWish
from schoolbox.services.people_rows import NewPerson
from tests.simulators.clock import HandClock
from tests.simulators.device import Device, shown
from tests.simulators.media import mp4
from tests.simulators.one_video import publish_video
from tests.simulators.rooms import STRANGER, TECHNICIAN, Pages, open_pages
from tests.simulators.seeded import PACK, QUIZ, VIDEO


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with open_pages(tmp_path) as opened:
        yield opened


@pytest.fixture
def desk(pages: Pages) -> Device:
    device = pages.device()
    assert device.sign_in_staff(pages.seeded.teacher).status_code == 303
    device.get("/?lang=en")
    return device


def teacher(pages: Pages) -> int:
    return pages.seeded.pupils[0].person_id - 1


def phone(pages: Pages, number: int = 0) -> Device:
    device = pages.device(f"10.0.1.{number}")
    device.sign_in(pages.seeded.pupils[number])
    device.get("/?lang=en")
    return device


def given(pages: Pages, *items: str, **wish: object) -> int:
    lesson = LessonWish(items=items or (VIDEO, QUIZ), **wish)  # type: ignore[arg-type]
    return pages.box.lessons.make(teacher(pages), pages.class_id, lesson)


def test_a_lesson_is_made_of_ticks_and_stands_first_on_the_page_of_every_pupil(pages: Pages, desk: Device) -> None:
    new = f"/classes/{pages.class_id}/lessons/new?course={PACK}"
    assert "Parts of a whole" in shown(desk, new)
    form = {"item": [VIDEO, QUIZ], "title": " Fractions \n today", "note": "Watch it, then the quiz.",
            "due_on": "2026-09-25", "whom": "all", "course": PACK}  # fmt: skip
    made = desk.post(f"/classes/{pages.class_id}/lessons", form, on=new)
    assert made.status_code == 303
    words = shown(desk, made.headers["Location"])
    assert "The pupils see this lesson now." in words
    assert "Fractions today 2 parts for 4 pupils until Friday 25 September" in words

    pupil = phone(pages)
    words = shown(pupil, "/")
    assert "Your lesson from Vlora Gashi Fractions today 2 parts until Friday 25 September" in words
    assert "Watch it, then the quiz." in words
    assert f'href="/items/{VIDEO}"' in pupil.text("/")
    pupil.watch(VIDEO, position_s="60", segments="0-60", sitting="01890000-0000-7000-8000-000000000001", ended="1")
    assert "1 of 2 done" in shown(pupil, "/")
    assert "0 of 4 done" in shown(desk, f"/classes/{pages.class_id}/lessons")


def test_who_is_stuck_says_so_and_the_teacher_sees_it_until_it_is_done(pages: Pages, desk: Device) -> None:
    lesson = given(pages)
    pupil = phone(pages)
    pupil.post(f"/lessons/{lesson}/stuck", {"item": VIDEO, "stuck": "1"}, on=f"/lessons/{lesson}")
    words = shown(pupil, f"/lessons/{lesson}")
    assert "Your teacher sees that you want help." in words
    assert "You asked for help" in words
    assert "Who wants help 1 pupil" in shown(desk, f"/lessons/{lesson}")
    pupil.post(f"/lessons/{lesson}/stuck", {"item": VIDEO, "stuck": "0"}, on=f"/lessons/{lesson}")
    assert "Who wants help" not in shown(desk, f"/lessons/{lesson}")
    pupil.post(f"/lessons/{lesson}/stuck", {"item": VIDEO, "stuck": "1"}, on=f"/lessons/{lesson}")
    pupil.watch(VIDEO, position_s="60", segments="0-60", sitting="01890000-0000-7000-8000-000000000001", ended="1")
    assert "Who wants help" not in shown(desk, f"/lessons/{lesson}")


def test_a_lesson_for_some_is_seen_by_these_only(pages: Pages, desk: Device) -> None:
    first, second = (pupil.person_id for pupil in pages.seeded.pupils[:2])
    lesson = given(pages, pupils=(first,))
    assert "for 1 pupil" in shown(desk, f"/lessons/{lesson}")
    assert "Your lesson" in shown(phone(pages, 0), "/")
    other = phone(pages, 1)
    assert "Your lesson" not in shown(other, "/")
    assert other.get(f"/lessons/{lesson}").status_code == 404
    desk.post(f"/lessons/{lesson}", {"whom": "some", "pupil": [str(second)]}, on=f"/lessons/{lesson}")
    assert other.get(f"/lessons/{lesson}").status_code == 200
    assert phone(pages, 0).get(f"/lessons/{lesson}").status_code == 404


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({}, "Tick at least one item."),
        ({"item": [VIDEO], "whom": "some"}, "Tick whom it is for."),
        ({"item": [VIDEO], "note": "x" * 501}, "The text is too long, or has signs that cannot be shown."),
        ({"item": [VIDEO], "title": "a\x00b"}, "The text is too long, or has signs that cannot be shown."),
        ({"item": [VIDEO], "due_on": "tomorrow"}, "This is no day."),
        ({"item": [f"mash:i{n}" for n in range(ITEMS_MAX + 1)]}, "A lesson has at most 40 items."),
    ],
)
def test_a_form_that_makes_no_sense_comes_back_with_what_is_wrong(
    pages: Pages, desk: Device, form: dict[str, object], sentence: str
) -> None:
    new = f"/classes/{pages.class_id}/lessons/new?course={PACK}"
    answer = desk.post(f"/classes/{pages.class_id}/lessons", form, on=new)
    assert sentence in shown(desk, answer.headers["Location"])
    assert pages.box.lessons.of_class(teacher(pages), pages.class_id)[1] == ()


def test_items_and_pupils_of_others_are_not_found(pages: Pages) -> None:
    for items, pupils in ((("mash:none",), ()), ((VIDEO,), (999,))):
        with pytest.raises(NotFoundError):
            given(pages, *items, pupils=pupils)


def test_items_are_moved_added_from_other_courses_and_taken_out(pages: Pages, desk: Device) -> None:
    pages.seeded.ministry.publish("mash:fizika-8", files={"forca": mp4(seconds=9)})
    pages.box.packs.install(pages.seeded.ministry.shelf, "mash:fizika-8", progress=lambda _: None)
    [force] = [item.id for item in pages.box.library.outline("mash:fizika-8", staff=False).items]
    lesson = given(pages)
    page = f"/lessons/{lesson}"

    def now() -> list[str]:
        return [part.item_id for part in pages.box.lessons.page(teacher(pages), lesson).parts]

    assert f'value="add {force}"' in desk.text(f"{page}?q=forca")
    assert f'value="add {VIDEO}"' not in desk.text(f"{page}?q=pjeset")
    for do, wanted in (
        (f"add {force}", [VIDEO, QUIZ, force]), (f"add {force}", [VIDEO, QUIZ, force]),
        (f"up {force}", [VIDEO, force, QUIZ]), (f"down {force}", [VIDEO, QUIZ, force]),
        (f"down {force}", [VIDEO, QUIZ, force]), (f"remove {VIDEO}", [QUIZ, force]),
        (f"remove {force}", [QUIZ]), (f"remove {QUIZ}", [QUIZ]),
    ):  # fmt: skip
        desk.post(f"{page}/items", {"do": do}, on=page)
        assert now() == wanted
    assert "A lesson needs at least one item." in shown(desk, page)
    assert desk.post(f"{page}/items", {"do": "add mash:none"}, on=page).status_code == 404
    assert desk.post(f"{page}/items", {"do": "steal"}, on=page).status_code == 400


def test_an_item_that_is_gone_is_told_and_its_replacement_is_taken_in_one_tap(pages: Pages, desk: Device) -> None:
    publish_video(pages.box, 1, "mash:forca-e-vjeter")
    lesson = given(pages, "mash:forca-e-vjeter", VIDEO)
    publish_video(pages.box, 2, "mash:forca-e-re", replaces=("mash:forca-e-vjeter",))
    page = f"/lessons/{lesson}"
    words = shown(desk, page)
    assert "“Forca” is no longer in the library. “Forca” has taken its place. Take the new one" in words
    pupil = phone(pages)
    assert "0 of 1 done" in shown(pupil, page)
    assert "not on the box just now" in shown(pupil, page)
    copy = pages.box.lesson_copies.one(teacher(pages), lesson, pages.class_id).lesson_id
    desk.post(f"{page}/items", {"do": "replace mash:forca-e-vjeter"}, on=page)
    for number in (lesson, copy):
        parts = pages.box.lessons.page(teacher(pages), number).parts
        assert [part.item_id for part in parts] == ["mash:forca-e-re", VIDEO]
    assert "0 of 2 done" in shown(pupil, page)
    assert desk.post(f"{page}/items", {"do": f"replace {VIDEO}"}, on=page).status_code == 404


def test_an_item_whose_pack_was_removed_comes_back_with_it(pages: Pages, desk: Device) -> None:
    lesson = given(pages)
    page = f"/lessons/{lesson}"
    pages.box.packs.remove(PACK)
    assert "It comes back with its pack." in shown(desk, page)
    assert "Your lesson" not in shown(phone(pages), "/")
    pages.box.packs.install(pages.seeded.ministry.shelf, PACK, progress=lambda _: None)
    assert "0 of 2 done" in shown(phone(pages), page)


def test_a_lesson_that_ended_is_gone_from_the_pupils_pages_and_comes_back(pages: Pages, desk: Device) -> None:
    lesson = given(pages)
    page, pupil = f"/lessons/{lesson}", phone(pages)
    desk.post(f"{page}/end", {"ended": "1"}, on=page)
    assert pupil.get(page).status_code == 404
    assert "Your lesson" not in shown(pupil, "/")
    assert "1 ended lesson" in shown(desk, f"/classes/{pages.class_id}/lessons")
    desk.post(f"{page}/end", {"ended": "0"}, on=page)
    assert pupil.get(page).status_code == 200


def test_deleting_is_asked_and_what_pupils_did_stays(pages: Pages, desk: Device) -> None:
    lesson = given(pages)
    pupil = phone(pages)
    pupil.watch(VIDEO, position_s="60", segments="0-60", sitting="01890000-0000-7000-8000-000000000001", ended="1")
    pupil.post(f"/lessons/{lesson}/stuck", {"item": QUIZ, "stuck": "1"}, on=f"/lessons/{lesson}")
    assert "What they did is kept" in shown(desk, f"/lessons/{lesson}/delete")
    desk.post(f"/lessons/{lesson}/delete", on=f"/lessons/{lesson}/delete")
    assert desk.get(f"/lessons/{lesson}").status_code == 404
    person = pages.seeded.pupils[0].person_id
    assert pages.box.learning.progress(person, [VIDEO])[VIDEO].done


def test_a_copy_goes_to_another_class_of_the_same_teacher_only(pages: Pages, desk: Device) -> None:
    people = pages.box.people
    own, strange = people.class_add("7/1", 7), people.class_add("9/1", 9)
    people.join(own, teacher(pages))
    people.add(NewPerson("pupil", "Drin", "Berisha", class_ids=(own,)))
    lesson = given(pages, title="Fractions", note="Watch", pupils=(pages.seeded.pupils[0].person_id,))
    page = f"/lessons/{lesson}"
    made = desk.post(f"{page}/copy", {"class": str(own)}, on=page)
    copy = pages.box.lessons.page(teacher(pages), int(made.headers["Location"].rpartition("/")[2]))
    assert (copy.lesson.class_id, copy.lesson.title, copy.lesson.note, copy.lesson.for_all) == (
        own, "Fractions", "Watch", True
    )  # fmt: skip
    assert desk.post(f"{page}/copy", {"class": str(strange)}, on=page).status_code == 404


@pytest.mark.parametrize("login", [STRANGER, TECHNICIAN])
def test_other_staff_find_no_lesson_of_this_class(pages: Pages, login: str) -> None:
    lesson = given(pages)
    device = pages.device()
    device.sign_in_staff(login)
    assert device.get(f"/lessons/{lesson}").status_code in (403, 404)
    assert device.get(f"/classes/{pages.class_id}/lessons").status_code in (403, 404)


def test_a_wrong_clock_hides_no_lesson(tmp_path: Path) -> None:
    clock = HandClock(datetime(2026, 9, 25, 8, tzinfo=UTC))
    with open_pages(tmp_path, clock=clock) as pages:
        given(pages, due_on="2026-09-25")
        for year in (1970, 2106):
            clock.at = datetime(year, 1, 1, tzinfo=UTC)
            assert "Your lesson" in shown(phone(pages), "/")


def test_the_pages_cost_as_many_queries_for_a_dozen_lessons_as_for_one(
    pages: Pages, desk: Device, caplog: pytest.LogCaptureFixture
) -> None:
    pupil = phone(pages)
    desk.get(f"/classes/{pages.class_id}/lessons")  # the first look within an hour is written into the log
    caplog.set_level(logging.DEBUG, logger="peewee")
    costs: list[list[int]] = []
    for _ in range(2):
        given(pages)
        costs.append([])
        for device, path in ((pupil, "/"), (desk, f"/classes/{pages.class_id}/lessons")):
            caplog.clear()
            device.get(path)
            costs[-1].append(len([record for record in caplog.records if record.name == "peewee"]))
        for _ in range(11):
            given(pages)
    assert costs[0] == costs[1]
    assert max(costs[0]) < 24


def test_a_prepared_lesson_is_seen_by_its_teacher_only_until_it_is_given(pages: Pages, desk: Device) -> None:
    new = f"/classes/{pages.class_id}/lessons/new?course={PACK}"
    form = {"item": [VIDEO], "title": "Tomorrow", "whom": "all", "course": PACK, "give": "0"}
    made = desk.post(f"/classes/{pages.class_id}/lessons", form, on=new).headers["Location"]
    assert "The lesson is prepared. Pupils do not see it yet." in shown(desk, made)
    assert "Prepared: pupils do not see them yet Tomorrow" in shown(desk, f"/classes/{pages.class_id}/lessons")
    pupil = phone(pages)
    assert "Tomorrow" not in pupil.text("/")
    assert pupil.get(made).status_code == 404
    desk.post(f"{made}/give", {}, on=made)
    assert "The pupils see this lesson now." in shown(desk, made)
    assert "Give it now" not in desk.text(made)
    assert "Tomorrow" in pupil.text("/")


def test_an_item_is_added_to_a_lesson_from_its_own_page(pages: Pages, desk: Device) -> None:
    lesson, ended = given(pages, VIDEO, title="Today"), given(pages, VIDEO, title="Long ago")
    pages.box.lessons.end(teacher(pages), ended, ended=True)
    assert f'href="/items/{QUIZ}/lessons"' in desk.text(f"/quizzes/{QUIZ}")
    assert f'href="/items/{VIDEO}/lessons"' in desk.text(f"/items/{VIDEO}")
    assert "/lessons" not in phone(pages).text(f"/items/{VIDEO}")
    choose = f"/items/{QUIZ}/lessons"
    assert "A new lesson Begin Today 1 part Add" in shown(desk, choose)
    assert "Long ago" not in shown(desk, choose)
    desk.post(f"/lessons/{lesson}/items", {"do": f"add {QUIZ}"}, on=choose)
    assert "Today 2 parts in it" in shown(desk, choose)
    assert [part.item_id for part in pages.box.lessons.page(teacher(pages), lesson).parts] == [VIDEO, QUIZ]
    assert "checked" in desk.text(f"/classes/{pages.class_id}/lessons/new?course={PACK}&item={QUIZ}")
    assert desk.get("/items/mash:no-such/lessons").status_code == 404


def test_many_lessons_are_copied_at_once_and_come_prepared(pages: Pages, desk: Device) -> None:
    for title in ("First", "Second", "Third"):
        given(pages, title=title, note="Read it.", due_on="2026-01-15")
    other = pages.box.people.class_add("6/3", 6)
    pages.box.people.join(other, teacher(pages))
    lines = pages.box.lessons.of_class(teacher(pages), pages.class_id)[1]
    ticked = [str(line.lesson.id) for line in lines if line.lesson.title != "Second"]
    page = f"/classes/{pages.class_id}/lessons/copy"
    desk.post(page, {"lesson": [], "class": str(other)}, on=page)
    assert "Tick at least one lesson." in shown(desk, page)
    copied = desk.post(page, {"lesson": ticked, "class": str(other)}, on=page)
    assert "2 lessons are prepared." in shown(desk, copied.headers["Location"])
    made = pages.box.lessons.of_class(teacher(pages), other)[1]
    assert [(one.lesson.title, one.lesson.note, one.lesson.due_on, one.lesson.state) for one in made] == [
        ("Third", "Read it.", None, "prepared"), ("First", "Read it.", None, "prepared"),
    ]  # fmt: skip
    assert [part.item_id for part in made[0].parts] == [VIDEO, QUIZ]
    foreign = pages.box.people.class_add("9/1", 9)
    assert desk.post(page, {"lesson": ticked, "class": str(foreign)}, on=page).status_code == 404


def test_a_copy_goes_to_the_group_of_the_same_name_and_is_else_prepared_for_all(pages: Pages, desk: Device) -> None:
    first, people = pages.seeded.pupils[0].person_id, pages.box.people
    with_one, without = people.class_add("7/1", 7), people.class_add("7/2", 7)
    for class_id in (with_one, without):
        people.join(class_id, teacher(pages))
        people.join(class_id, first)
    own = pages.box.groups.add(teacher(pages), pages.class_id, GroupWish("Readers", (first,)))
    theirs = pages.box.groups.add(teacher(pages), with_one, GroupWish("readers", (first,)))
    page = f"/lessons/{given(pages, group_id=own)}"
    assert re.findall(r'<option value="(\d+)"', desk.text(page)) == [str(with_one), str(without), str(pages.class_id)]
    for class_id, group_id, state, words in (
        (with_one, theirs, "open", "the pupils of the group “Readers” see it now"),
        (without, 0, "prepared", "prepared for the whole class: the lesson was for some pupils"),
        (pages.class_id, own, "open", "the pupils of the group “Readers” see it now"),
    ):
        made = desk.post(f"{page}/copy", {"class": str(class_id)}, on=page).headers["Location"]
        copy = pages.box.lessons.page(teacher(pages), int(made.rpartition("/")[2])).lesson
        assert (copy.group_id, copy.state, words in shown(desk, made)) == (group_id, state, True)
    several, ticked = f"/classes/{pages.class_id}/lessons/copy", page.rpartition("/")[2]
    back = desk.post(several, {"lesson": [ticked], "class": str(without)}, on=several).headers["Location"]
    assert "1 of them was for some pupils and is for the whole class now" in shown(desk, back)
