"""The rules behind reports, with values alone: charts, the analysis of a quiz, weeks, workbooks."""

import io
import sqlite3
from datetime import date

import msgspec
import openpyxl
import pytest

from content_packs.quiz import Choice, Question
from schoolbox.db.migrate import migrations
from schoolbox.errors import NotFoundError
from schoolbox.services.charts import BASE, TOP, WIDTH, of_bars, share_width
from schoolbox.services.item_analysis import FirstAnswer, analysed
from schoolbox.services.report_files import write_table
from schoolbox.services.school_days import Week, shown_week
from schoolbox.services.weekly import DayRow, Work, week_work


def question(kind: str = "single") -> Question:
    choices = tuple(Choice(one, {"sq": one}) for one in "abc")
    return msgspec.structs.replace(
        Question("q", "single", {"sq": "?"}, ("b",), choices), type=kind
    )  # fmt: skip


def said(*responses: tuple[tuple[str, ...], bool]) -> list[FirstAnswer]:
    return [FirstAnswer(number, "q", response, right) for number, (response, right) in enumerate(responses)]


def test_the_tallest_bar_fills_the_chart_and_bars_stay_inside() -> None:
    chart = of_bars([("Mon", 40, 25), ("Tue", 0, 80), ("Wed", 80, None)])
    assert [bar.height for bar in chart.bars] == [55.0, 0, BASE - TOP]
    assert chart.bars[1].before_height == BASE - TOP
    assert all(bar.before_x >= 0 and bar.x + bar.width <= WIDTH for bar in chart.bars)


def test_a_chart_of_nothing_and_of_zeros_is_drawn_too() -> None:
    assert of_bars([]).bars == ()
    assert [bar.height for bar in of_bars([("Mon", 0, 0)]).bars] == [0]
    assert share_width(0, 0) == 0


def test_a_chart_of_many_days_grows_so_that_names_do_not_run_into_each_other() -> None:
    assert of_bars([(str(day), day, None) for day in range(14)]).width > WIDTH


def test_the_wrong_answer_given_most_is_found_and_ticks_in_another_order_are_the_same() -> None:
    answers = said((("a", "c"), False), (("c", "a"), False), (("a",), False), (("b",), True))
    [one] = analysed([question("multiple")], answers)
    assert (one.answered, one.right, one.wrong, one.worst, one.worst_count) == (4, 1, 3, ("a", "c"), 2)
    assert one.fools
    assert one.beats_right


def test_words_are_the_same_whatever_their_spaces_and_capitals() -> None:
    answers = said((("Dy  treta",), False), (("dy treta",), False), (("x",), False))
    [one] = analysed([question("text")], answers)
    assert (one.worst, one.worst_count) == (("dy treta",), 2)


def test_a_kind_of_question_that_nobody_knows_yet_is_counted_like_any_other() -> None:
    [one] = analysed([question("drawing")], said((("M0 0",), False), (("M0 0",), False), (("M1 1",), True)))
    assert (one.answered, one.right, one.worst, one.worst_count, one.fools) == (3, 1, ("M0 0",), 2, True)


def test_two_pupils_are_too_few_to_speak_of_a_question_that_fools_everyone() -> None:
    [one] = analysed([question()], said((("a",), False), (("a",), False)))
    assert not one.fools
    assert not one.beats_right


def test_a_question_that_nobody_answered_says_so() -> None:
    [one] = analysed([question()], [])
    assert (one.answered, one.right, one.worst, one.worst_count, one.fools) == (0, 0, (), 0, False)


def test_a_week_across_new_year_keeps_its_days_together() -> None:
    week = Week.of(date(2027, 1, 1))
    assert (week.name, week.days[0], week.before.name) == ("2026-W53", date(2026, 12, 28), "2026-W52")
    figures = ((date(2026, 12, 31), 10, 1), (date(2027, 1, 1), 5, 0), (date(2026, 12, 27), 3, 0))
    rows = [DayRow(1, *each) for each in figures]
    work = week_work(week, rows, [])
    assert work.now[1] == Work(minutes=15, days=2, finished=1)
    assert work.before[1] == Work(minutes=3, days=1)


def test_a_monday_morning_shows_the_last_week_with_work_and_a_future_one_only_if_there_is_nothing_else() -> None:
    monday = date(2026, 11, 30)
    assert shown_week("", [Week(2026, 48), Week(2037, 1)], monday) == Week(2026, 48)
    assert shown_week("", [Week(2037, 1)], monday) == Week(2037, 1)
    assert shown_week("", [], monday) == Week(2026, 49)
    assert shown_week("1970-W01", [], monday) == Week(1970, 1)
    with pytest.raises(NotFoundError):
        shown_week("2026-W60", [], monday)


def test_a_workbook_of_a_hundred_columns_opens_with_numbers_as_numbers() -> None:
    rows: list[list[str | int]] = [[f"c{place}" for place in range(100)], [*range(99), "=1+1"]]
    file = write_table("xlsx", "map", rows)
    sheet = openpyxl.load_workbook(io.BytesIO(file.content)).active
    assert sheet is not None
    head, line = list(sheet.iter_rows(values_only=True))
    assert head[99] == "c99"
    assert line == (*range(99), "=1+1")
    assert sheet["CV2"].data_type == "s"


def test_a_file_of_another_form_is_not_there() -> None:
    with pytest.raises(NotFoundError):
        write_table("exe", "map", [["a"]])


def test_what_was_finished_before_this_version_stands_under_its_day_without_minutes() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    known = migrations()
    reports = next(number for number, text in known if "CREATE TABLE work_day" in text)
    connection.executescript("".join(text for number, text in known if number < reports))
    connection.execute(
        "INSERT INTO person (id, actor_id, role, given_name, surname, login, secret_kind, secret, created_at)"
        " VALUES (1, 'a', 'pupil', 'Arta', 'K', 'arta', 'none', '', '')"
    )
    for item, done_at in (("v:1", "2026-10-05T08:00:00.000Z"), ("v:2", "2026-10-05T09:00:00.000Z"), ("v:3", None)):
        connection.execute(
            "INSERT INTO progress (person_id, item_id, state, touched_order, touched_at, done_at)"
            " VALUES (1, ?, ?, 1, '2026-10-05T08:00:00.000Z', ?)", (item, "done" if done_at else "started", done_at),
        )  # fmt: skip
    connection.executescript(next(text for number, text in known if number == reports))
    rows = connection.execute("SELECT day, person_id, minutes, finished FROM work_day").fetchall()
    connection.close()
    assert rows == [("2026-10-05", 1, 0, 2)]
