"""Reports: what pupils really did, as their teacher reads it: right now, the week, question by question, day by day."""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

from schoolbox.errors import NotFoundError
from schoolbox.services.lesson_rows import LessonWish
from schoolbox.services.library import Library
from schoolbox.services.reports import Reports
from schoolbox.services.school_days import Week
from schoolbox.services.weekly import Work
from tests.integration.test_classes import pupil_device, take_quiz, teacher_id
from tests.simulators.clock import HandClock
from tests.simulators.counting_database import CountingDatabase
from tests.simulators.device import Device
from tests.simulators.rooms import Pages, open_pages
from tests.simulators.seeded import PACK, QUESTIONS, QUIZ, VIDEO

FRIDAY = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
DAY_S = 86_400


@pytest.fixture
def clock() -> HandClock:
    return HandClock(FRIDAY)


@pytest.fixture
def pages(tmp_path: Path, clock: HandClock) -> Iterator[Pages]:
    with open_pages(tmp_path, pupils=4, clock=clock) as opened:
        yield opened


def teacher(pages: Pages) -> Device:
    device = pages.device()
    device.sign_in_staff(pages.seeded.teacher)
    return device


def watch(device: Device, upto: int) -> None:
    answered = device.post(
        f"/items/{VIDEO}/watched", {"segments": f"0-{upto}", "position_s": upto, "duration_s": 60}, on="/sign-in/staff"
    )
    assert answered.status_code in (200, 204, 303), answered.text[:300]


def later(clock: HandClock, seconds: int) -> None:
    clock.tick(seconds)
    clock.at += timedelta(seconds=seconds)


def own(pages: Pages, place: int) -> int:
    return pages.seeded.pupils[place].person_id


def test_the_week_counts_minutes_finished_items_and_right_answers_of_each_pupil(pages: Pages, clock: HandClock) -> None:
    first, second = pupil_device(pages, 0), pupil_device(pages, 1)
    watch(first, 20)
    watch(first, 25)
    later(clock, 90)
    watch(first, 60)
    take_quiz(second, right=10)
    page = pages.box.reports.week(teacher_id(pages), pages.class_id)
    assert page.work.week == Week(2026, 48)
    assert page.work.now[own(pages, 0)] == Work(minutes=2, days=1, finished=1)
    assert page.work.now[own(pages, 1)] == Work(minutes=1, days=1, tries=1, right=10, asked=QUESTIONS)
    assert page.work.active == 2
    assert page.total[0] == Work(minutes=3, days=2, finished=1, tries=1, right=10, asked=QUESTIONS)
    assert page.total[1] == Work()


def test_work_of_the_week_before_stands_beside_and_finishing_again_counts_once(pages: Pages, clock: HandClock) -> None:
    watch(pupil_device(pages, 0), 60)
    later(clock, 7 * DAY_S)
    watch(pupil_device(pages, 0), 60)
    page = pages.box.reports.week(teacher_id(pages), pages.class_id)
    assert page.work.now[own(pages, 0)] == Work(minutes=1, days=1)
    assert page.work.before[own(pages, 0)] == Work(minutes=1, days=1, finished=1)
    assert [week.name for week in page.weeks] == ["2026-W49", "2026-W48"]


def test_work_under_a_wrong_clock_is_not_hidden_and_does_not_push_itself_forward(
    pages: Pages, clock: HandClock
) -> None:
    watch(pupil_device(pages, 0), 20)
    for wrong in (datetime(1970, 1, 2, 3, tzinfo=UTC), datetime(2037, 6, 5, 3, tzinfo=UTC)):
        clock.at = wrong
        watch(pupil_device(pages, 1), 20)
    clock.at = FRIDAY
    page = pages.box.reports.week(teacher_id(pages), pages.class_id)
    assert [week.name for week in page.weeks] == ["2037-W23", "2026-W48", "1970-W01"]
    assert page.work.week.name == "2026-W48"
    text = teacher(pages).text(f"/reports/{pages.class_id}/week?week=1970-W01")
    assert "Nxënës1" in text
    days = pages.box.reports.timeline(teacher_id(pages), pages.class_id, own(pages, 1)).days
    assert [day.day for day in days] == [date(2037, 6, 5), date(1970, 1, 2)]


@pytest.mark.parametrize("name", ["2026-W54", "2026-48", "26-W1", "x", "9999-W01", "١٩٧٠-W01"])
def test_what_is_no_week_is_not_there(pages: Pages, name: str) -> None:
    assert teacher(pages).get(f"/reports/{pages.class_id}/week?week={name}").status_code == 404


def test_a_question_that_fools_everyone_is_named_with_the_wrong_answer_given_most(pages: Pages) -> None:
    for place, right in enumerate((0, 1, 1)):
        take_quiz(pupil_device(pages, place), right=right)
    take_quiz(pupil_device(pages, 0), right=QUESTIONS, go=2)
    page = pages.box.reports.quiz(teacher_id(pages), pages.class_id, QUIZ)
    first, second = page.asked[:2]
    assert (first.answered, first.right, first.worst, first.worst_count, first.fools) == (3, 2, ("a",), 1, False)
    assert (second.answered, second.right, second.worst_count, second.fools) == (3, 0, 3, True)
    assert second.beats_right
    assert page.hardest == second
    text = teacher(pages).text(f"/reports/{pages.class_id}/quizzes/{QUIZ}")
    assert "0 nga 3 të sakta" in text
    assert "nga 3 nxënës:" in text


def test_a_try_without_answers_is_no_first_try(pages: Pages) -> None:
    """A pupil began a test that was closed before anything was answered, and answered it another day."""
    take_quiz(pupil_device(pages, 0), right=QUESTIONS)
    database = pages.box.database
    columns = database.fetch_sql(str, "SELECT name FROM pragma_table_info('attempt') WHERE name != 'id'")
    listed = ", ".join(columns)
    copied = f"INSERT INTO attempt (id, {listed}) SELECT -1, {listed} FROM attempt LIMIT 1"
    database.write(lambda: database.run_sql(copied))
    page = pages.box.reports.quiz(teacher_id(pages), pages.class_id, QUIZ)
    assert {one.answered for one in page.asked} == {1}


def test_who_is_here_stuck_or_away_is_told_and_the_page_learns_of_it_in_a_few_bytes(pages: Pages) -> None:
    desk = teacher(pages)
    mark = desk.get(f"/reports/{pages.class_id}/now.json")
    assert len(mark.data) < 100
    assert desk.get(f"/reports/{pages.class_id}/now.json").json == mark.json
    device = pupil_device(pages, 1)
    take_quiz(device, right=10)
    take_quiz(device, right=20, go=2)
    assert desk.get(f"/reports/{pages.class_id}/now.json").json != mark.json
    page = pages.box.reports.now(teacher_id(pages), pages.class_id)
    assert [row.pupil.person_id for row in page.here] == [own(pages, 1)]
    assert [row.pupil.person_id for row in page.stuck] == [own(pages, 1)]
    assert len(page.away) == 3
    text = desk.text(f"/reports/{pages.class_id}/now")
    assert "më së miri 20 nga 40" in text
    assert '<noscript><meta http-equiv="refresh"' in text


def test_help_that_was_asked_for_leads_to_the_lesson_until_the_item_is_done(pages: Pages) -> None:
    lesson = pages.box.lessons.make(teacher_id(pages), pages.class_id, LessonWish(title="Sot", items=(VIDEO,)))
    device = pupil_device(pages, 2)
    device.post(f"/lessons/{lesson}/stuck", {"item": VIDEO, "stuck": "1"}, on=f"/lessons/{lesson}")
    page = pages.box.reports.now(teacher_id(pages), pages.class_id)
    assert [(row.pupil.person_id, row.standing.lesson_id) for row in page.stuck] == [(own(pages, 2), lesson)]
    assert f'href="/lessons/{lesson}"' in teacher(pages).text(f"/reports/{pages.class_id}/now")
    watch(device, 60)
    assert not pages.box.reports.now(teacher_id(pages), pages.class_id).stuck


def test_the_timeline_tells_day_by_day_what_was_finished_and_tried(pages: Pages, clock: HandClock) -> None:
    watch(pupil_device(pages, 0), 60)
    later(clock, DAY_S)
    take_quiz(pupil_device(pages, 0), right=QUESTIONS)
    page = pages.box.reports.timeline(teacher_id(pages), pages.class_id, own(pages, 0))
    assert [(day.minutes, day.finished, [one.what for one in day.happened]) for day in page.days] == [
        (1, 1, ["try"]), (1, 1, ["done"])
    ]  # fmt: skip
    assert (page.days[0].happened[0].right, page.days[0].happened[0].asked) == (QUESTIONS, QUESTIONS)
    assert not page.more
    text = teacher(pages).text(f"/reports/{pages.class_id}/pupils/{own(pages, 0)}")
    assert f"{QUESTIONS} nga {QUESTIONS} të sakta" in text


def test_files_open_in_a_spreadsheet_with_whole_names_real_numbers_and_no_formula(pages: Pages) -> None:
    pages.box.database.write(
        lambda: pages.box.database.run_sql("UPDATE person SET surname = '=1+1' WHERE id = ?", (own(pages, 0),))
    )
    take_quiz(pupil_device(pages, 0), right=10)
    desk = teacher(pages)
    raw = desk.get(f"/reports/{pages.class_id}/week.csv")
    assert raw.data.startswith(b"\xef\xbb\xbf")
    assert raw.headers["Cache-Control"] == "no-store"
    rows = list(csv.reader(io.StringIO(raw.data.decode("utf-8-sig")), delimiter=";"))
    assert rows[0][:4] == ["Mbiemri", "Emri", "Minuta", "Ditë me punë"]
    assert ["'=1+1", "Nxënës0", "1", "1", "0", "1", "10", "40", "0", "0", "0", "0", "0", "0"] in rows
    sheet = openpyxl.load_workbook(io.BytesIO(desk.get(f"/reports/{pages.class_id}/week.xlsx").data)).active
    assert sheet is not None
    line = next(row for row in sheet.iter_rows(values_only=True) if row[0] == "=1+1")
    assert line[:8] == ("=1+1", "Nxënës0", 1, 1, 0, 1, 10, 40)
    assert "10 nga 40" in desk.get(f"/reports/{pages.class_id}/courses/{PACK}/map.csv").data.decode()
    quizzes = desk.get(f"/reports/{pages.class_id}/quizzes.csv").data.decode("utf-8-sig")
    assert "'=1+1;Nxënës0;Kuiz: thyesat;Thyesat;10;40;Jo ende;1" in quizzes
    questions = desk.get(f"/reports/{pages.class_id}/quizzes/{QUIZ}/questions.csv").data.decode("utf-8-sig")
    assert "\r\n12;Sa bëjnë 11?;1;0;4/7;4/14;1\r\n" in questions
    assert desk.get(f"/reports/{pages.class_id}/week.pdf").status_code == 404


def test_each_report_asks_the_database_the_same_few_times_however_many_pupils_there_are(tmp_path: Path) -> None:
    asked: list[list[int]] = []
    for pupils in (2, 12):
        with open_pages(tmp_path / str(pupils), pupils=pupils) as pages:
            for place in range(pupils):
                watch(pupil_device(pages, place), 60)
            pupil = pupil_device(pages, 0)
            take_quiz(pupil, right=3)
            asked.append(_statements(pages))
    assert asked[0] == asked[1]
    assert asked[0] == [2, 3, 4, 3, 2, 4, 4]


def _statements(pages: Pages) -> list[int]:
    """How often each report asks, what the quizzes look up for themselves apart."""
    box, who, class_id = pages.box, teacher_id(pages), pages.class_id
    db = CountingDatabase(box.config.data / "box.db", clock=box.clock)
    db.open()
    counts: list[int] = []
    try:
        library = Library(db, store=box.store)
        reports = Reports(db, boot_id=box.boot_id, clock=box.clock, library=library, quizzes=box.quizzes)
        asks: tuple[Callable[[], object], ...] = (
            lambda: reports.stamp(who, class_id), lambda: reports.now(who, class_id),
            lambda: reports.week(who, class_id), lambda: reports.quizzes(who, class_id),
            lambda: reports.quiz(who, class_id, QUIZ), lambda: reports.timeline(who, class_id, own(pages, 0)),
            lambda: reports.map_sheet(who, class_id, PACK),
        )  # fmt: skip
        for ask in asks:
            before = db.statements
            ask()
            counts.append(db.statements - before)
    finally:
        db.close()
    return counts


def test_a_pupil_of_another_class_has_no_timeline_here(pages: Pages) -> None:
    with pytest.raises(NotFoundError):
        pages.box.reports.timeline(teacher_id(pages), pages.class_id, 10**9)
