"""Lessons in files: taken along, brought back on a device or a stick, looked over, prepared; nothing is believed."""

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from content_packs.durable import Disk
from content_packs.lesson_file import FILE_BYTES_MAX, FileItem, FileLesson, read_lessons, write_lessons
from schoolbox.services.brought_files import FILES_MAX, KEPT, BroughtFile, BroughtFiles
from schoolbox.services.lesson_rows import LessonWish
from schoolbox.wiring.build import open_box
from tests.simulators.clock import HandClock
from tests.simulators.device import Device, shown
from tests.simulators.lessons import lesson_box
from tests.simulators.one_video import publish_video
from tests.simulators.rooms import STRANGER, TECHNICIAN, Pages, open_pages
from tests.simulators.seeded import PACK, QUIZ, VIDEO
from tests.simulators.stick_rig import put_in

FOREIGN = FileItem(item="qendra:ligji", title="Ligji i Omit", pack="qendra:fizika-8", pack_title="Fizika 8")


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with open_pages(tmp_path) as opened:
        yield opened


@pytest.fixture
def desk(pages: Pages) -> Device:
    return pages.staff(pages.seeded.teacher)


def teacher(pages: Pages) -> int:
    return pages.seeded.pupils[0].person_id - 1


def given(pages: Pages, *items: str, **wish: str) -> int:
    return pages.box.lessons.make(teacher(pages), pages.class_id, LessonWish(items=items or (VIDEO, QUIZ), **wish))  # type: ignore[arg-type]


def bring(pages: Pages, desk: Device, raw: bytes, *, name: str = "java-12.schoolbox-lesson") -> TestResponse:
    page = f"/classes/{pages.class_id}/lessons/bring"
    return desk.post(page, {"file": (io.BytesIO(raw), name)}, on=page)


def one_lesson(*items: str | FileItem, **words: str) -> bytes:
    named = tuple(item if isinstance(item, FileItem) else FileItem(item=item) for item in items)
    return write_lessons([FileLesson(items=named, **words)])


def test_a_lesson_taken_along_as_a_file_is_brought_back_for_another_class(pages: Pages, desk: Device) -> None:
    other = pages.box.people.class_add("6/3", 6)
    pages.box.people.join(other, teacher(pages))
    lesson = given(pages, title="Thyesat sot", note="Shikoje.", due_on="2026-09-25")
    assert f'href="/lessons/{lesson}/file"' in desk.text(f"/lessons/{lesson}")
    file = desk.get(f"/lessons/{lesson}/file")
    assert file.headers["Content-Disposition"] == 'attachment; filename="thyesat-sot.schoolbox-lesson"'
    assert json.loads(file.data) == {"format": 1, "lessons": [{"title": "Thyesat sot", "note": "Shikoje.", "items": [
        {"item": VIDEO, "title": "Parts of a whole", "pack": PACK, "pack_title": "Fractions"},
        {"item": QUIZ, "title": "Quiz: fractions", "pack": PACK, "pack_title": "Fractions"}]}]}  # fmt: skip

    assert f'href="/classes/{pages.class_id}/lessons/bring"' in desk.text(f"/classes/{pages.class_id}/lessons")
    look = bring(pages, desk, file.data).headers["Location"]
    words = shown(desk, look)
    assert "1 lesson in the file java-12.schoolbox-lesson" in words
    assert "Thyesat sot Shikoje. Parts of a whole Fractions · 1:00" in words
    assert "not on this box" not in words
    kept = desk.post(look, {"lesson": "0", "due0": "2026-10-02", "class": str(other)}, on=look)
    assert "1 lesson is prepared." in shown(desk, kept.headers["Location"])
    page = pages.box.lessons.page(teacher(pages), int(kept.headers["Location"].rpartition("/")[2]))
    assert (page.lesson.title, page.lesson.note, str(page.lesson.due_on), page.lesson.state) == (
        "Thyesat sot", "Shikoje.", "2026-10-02", "prepared"
    )  # fmt: skip
    assert (page.lesson.class_id, [part.item_id for part in page.parts]) == (other, [VIDEO, QUIZ])
    assert desk.get(look).headers["Location"].endswith("/bring")


def test_what_the_box_lacks_is_named_from_the_file_and_left_out(pages: Pages, desk: Device) -> None:
    bare = FileItem(item="mash:nuk-ka")
    look = bring(pages, desk, one_lesson(FOREIGN, VIDEO, bare, title="Omi")).headers["Location"]
    words = shown(desk, look)
    assert "2 items are not on this box and will be left out." in words
    assert "Ligji i Omit Not on this box. It comes with the course “Fizika 8”." in words
    assert "mash:nuk-ka Not on this box." in words
    kept = desk.post(look, {"lesson": "0", "class": str(pages.class_id)}, on=look)
    page = pages.box.lessons.page(teacher(pages), int(kept.headers["Location"].rpartition("/")[2]))
    assert [part.item_id for part in page.parts] == [VIDEO]


def test_an_item_that_was_replaced_comes_as_what_took_its_place(pages: Pages, desk: Device) -> None:
    publish_video(pages.box, 1, "mash:forca-e-vjeter")
    publish_video(pages.box, 2, "mash:forca-e-re", replaces=("mash:forca-e-vjeter",))
    old = FileItem(item="mash:forca-e-vjeter", title="Forca e vjetër")
    look = bring(pages, desk, one_lesson(old)).headers["Location"]
    assert "It has taken the place of “Forca e vjetër”." in shown(desk, look)
    kept = desk.post(look, {"lesson": "0", "class": str(pages.class_id)}, on=look)
    page = pages.box.lessons.page(teacher(pages), int(kept.headers["Location"].rpartition("/")[2]))
    assert [part.item_id for part in page.parts] == ["mash:forca-e-re"]


def test_a_lesson_of_which_nothing_is_here_cannot_be_ticked_and_forms_are_not_believed(
    pages: Pages, desk: Device
) -> None:
    look = bring(pages, desk, one_lesson(FOREIGN)).headers["Location"]
    assert "Nothing of this lesson is on this box." in shown(desk, look)
    assert 'name="lesson"' not in desk.text(look)
    for form in ({"lesson": "0"}, {"lesson": "7"}, {}):
        told = desk.post(look, {"class": str(pages.class_id), **form}, on=look).headers["Location"]
        assert "Tick at least one" in shown(desk, told)
    look = bring(pages, desk, one_lesson(VIDEO)).headers["Location"]
    foreign = pages.box.people.class_add("9/1", 9)
    assert desk.post(look, {"lesson": "0", "class": str(foreign)}, on=look).status_code == 404
    no_day = desk.post(look, {"lesson": "0", "due0": "nesër", "class": str(pages.class_id)}, on=look)
    assert "This is no day." in shown(desk, no_day.headers["Location"])
    assert pages.box.lessons.of_class(teacher(pages), pages.class_id)[1] == ()


def test_what_is_for_teachers_only_is_as_if_it_were_not_here(tmp_path: Path) -> None:
    with lesson_box(tmp_path) as school:
        school.box.lesson_files.take(one_lesson("mash:zgjidhjet", "mash:fleta"), name="x", by=1)
        [lesson] = school.box.lesson_files.looked_over(by=1)
        assert lesson.items == ("mash:fleta",)


def test_several_lessons_travel_in_one_file_and_come_each_with_a_day(pages: Pages, desk: Device) -> None:
    for title in ("E para", "E dyta", "E treta"):
        given(pages, title=title)
    lines = pages.box.lessons.of_class(teacher(pages), pages.class_id)[1]
    ticked = [str(line.lesson.id) for line in lines if line.lesson.title != "E dyta"]
    page, address = f"/classes/{pages.class_id}/lessons/copy", f"/classes/{pages.class_id}/lessons/file"
    assert f'formaction="{address}"' in desk.text(page)
    file = desk.post(address, {"lesson": ticked}, on=page)
    assert 'filename="6-2.schoolbox-lesson"' in file.headers["Content-Disposition"]
    assert [lesson.title for lesson in read_lessons(file.data)] == ["E para", "E treta"]
    assert "Tick at least one lesson." in shown(desk, desk.post(address, {}, on=page).headers["Location"])
    look = bring(pages, desk, file.data).headers["Location"]
    form = {"lesson": ["0", "1"], "due1": "2026-10-02", "class": str(pages.class_id)}
    assert "2 lessons are prepared." in shown(desk, desk.post(look, form, on=look).headers["Location"])
    made = pages.box.lessons.of_class(teacher(pages), pages.class_id)[1][:2]
    assert [(one.lesson.title, str(one.lesson.due_on)) for one in made] == [
        ("E treta", "2026-10-02"), ("E para", "None"),
    ]  # fmt: skip


def test_a_course_is_taken_along_with_a_lesson_for_each_unit(pages: Pages, desk: Device) -> None:
    new = f"/classes/{pages.class_id}/lessons/new?course={PACK}"
    assert f'href="/courses/{PACK}/lesson-file"' in desk.text(new)
    lessons = read_lessons(desk.get(f"/courses/{PACK}/lesson-file").data)
    units = pages.box.library.outline(PACK, staff=False).units
    assert [[item.item for item in lesson.items] for lesson in lessons] == [
        [item.id for item in unit.items] for unit in units
    ]
    assert desk.get("/courses/mash:no-such/lesson-file").status_code == 404


def test_files_on_a_stick_are_listed_and_read_from_it(pages: Pages, desk: Device, tmp_path: Path) -> None:
    stick = tmp_path / "KINGSTON"
    (stick / "lessons").mkdir(parents=True)
    (stick / "lessons" / "java-12.schoolbox-lesson.txt").write_bytes(one_lesson(VIDEO, title="Nga shtëpia"))
    page = f"/classes/{pages.class_id}/lessons/bring"
    assert "put it there into a folder “lessons”" in shown(desk, page)
    [found] = put_in(pages.box, stick)
    assert "1 file of lessons is on this stick." in shown(desk, "/sticks")
    assert "1 file of lessons is on this stick." in shown(desk, f"/sticks/{found.id}/write")
    assert "of lessons is on" not in shown(pages.staff(TECHNICIAN), "/sticks")
    assert "On the stick “KINGSTON” java-12 Look" in shown(desk, page)
    took = desk.post(page, {"on_stick": f"{found.id} java-12.schoolbox-lesson.txt"}, on=page)
    assert "Nga shtëpia" in shown(desk, took.headers["Location"])
    for gone in (f"{found.id} ../../etc/passwd", f"{found.id} other.schoolbox-lesson", "no-such x"):
        told = desk.post(page, {"on_stick": gone}, on=page)
        assert "The file is no longer here." in shown(desk, told.headers["Location"])


def test_a_mistake_is_told_on_the_page_and_nothing_was_changed(pages: Pages, desk: Device) -> None:
    back = bring(pages, desk, one_lesson(VIDEO).replace(b'"format"', b"'format'"), name="E hënë.txt")
    words = shown(desk, back.headers["Location"])
    assert "“E hënë.txt” could not be read. Line 2: A comma, a bracket or a quotation mark is missing" in words
    assert "Look at this line and the one before it." in words
    page = f"/classes/{pages.class_id}/lessons/bring"
    assert "Choose a file first." in shown(desk, desk.post(page, {}, on=page).headers["Location"])
    for size_bytes in (FILE_BYTES_MAX + 1, FILE_BYTES_MAX + 40_000):
        words = shown(desk, bring(pages, desk, bytes(size_bytes)).headers["Location"])
        assert "no file of lessons is" in words or "far too large" in words
    assert pages.box.lessons.of_class(teacher(pages), pages.class_id)[1] == ()


def test_what_was_brought_is_seen_by_who_brought_it_until_it_is_put_away(pages: Pages, desk: Device) -> None:
    look = bring(pages, desk, one_lesson(VIDEO, title="E imja")).headers["Location"]
    stranger = pages.staff(STRANGER)
    own = pages.box.people.class_add("9/1", 9)
    pages.box.people.join(own, pages.seeded.pupils[-1].person_id + 1)
    assert "E imja" not in shown(stranger, f"/classes/{own}/lessons/bring")
    assert stranger.get(f"/classes/{own}/lessons/brought").status_code == 303
    assert "was read and is not prepared yet" in shown(desk, f"/classes/{pages.class_id}/lessons/bring")
    desk.post(look, {"do": "away"}, on=look)
    assert desk.get(look).status_code == 303


def test_what_was_brought_outlives_a_restart_and_goes_with_its_teacher(tmp_path: Path) -> None:
    with open_pages(tmp_path) as pages:
        bring(pages, pages.staff(pages.seeded.teacher), one_lesson(VIDEO, title="E imja"))
        by, config = teacher(pages), pages.box.config
    again = open_box(config)
    try:
        assert again.lesson_files.looked_over(by)[0].title == "E imja"
        again.erasures.erase(by, by=0)
        assert list((config.data / "brought").iterdir()) == []
    finally:
        again.close()


def test_brought_files_are_one_a_teacher_few_in_all_and_old_after_a_week_if_the_time_is_known(pages: Pages) -> None:
    clock, knows = HandClock(datetime(2026, 9, 25, 8, tzinfo=UTC)), [False]
    people, folder = pages.box.people, pages.box.config.data / "others"
    brought = BroughtFiles(folder, disk=Disk(), clock=clock, clock_trusted=lambda: knows[0], people=people)
    for by in (3, *range(100, 100 + FILES_MAX + 4), 103):
        brought.keep(b"{}", name="x", by=by)
    assert sorted(by for by in range(150) if brought.find(by)) == [103, *range(105, 104 + FILES_MAX)]
    first, second = (pupil.person_id for pupil in pages.seeded.pupils[:2])
    brought.keep(b"one\ntwo", name="y", by=first)
    knows[0] = True
    brought.keep(b"a", name="z", by=second)
    clock.at += KEPT + timedelta(seconds=1)
    assert brought.find(second) is None
    assert brought.find(first) == BroughtFile("y", None, b"one\ntwo")
    brought.forget_more()
    assert [path.name.partition("-")[2] for path in folder.iterdir()] == [str(first)]


def test_a_course_of_which_pupils_see_nothing_cannot_be_taken_along(pages: Pages, desk: Device) -> None:
    publish_video(pages.box, 1, "mash:forca", teacher_only=True)
    new = f"/classes/{pages.class_id}/lessons/new"
    assert "/lesson-file" not in desk.text(f"{new}?course=mash:forca-8")
    assert "/lesson-file" in desk.text(f"{new}?course={PACK}")
    assert desk.get("/courses/mash:forca-8/lesson-file").status_code == 404
