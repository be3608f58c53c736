"""Reports of a school with years of work: every query finds its rows by an index and reads only what its class did."""

from collections.abc import Iterator

import pytest

from schoolbox.config import Config
from schoolbox.services import reports_sql as sql
from schoolbox.services.texts import write_json
from schoolbox.wiring import Box, open_box
from tests.simulators.school_year import Year, fill
from tests.simulators.seeded import QUIZ, seed

BIG = ("progress", "attempt", "answer", "work_day", "membership", "person", "session")


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Box, Year]]:
    folder = tmp_path_factory.mktemp("year")
    box = open_box(Config(data=seed(folder, pupils=1).data, reserve_mb=0))
    try:
        yield box, fill(box, pupils=90, events=9_000)
    finally:
        box.close()


@pytest.mark.parametrize("name", ["ROLL", "NOW", "WORKED", "WEEK", "TRIES", "RESULTS", "QUIZZES", "STANDS",
                                  "FIRST_ANSWERS", "DAYS", "HAPPENED"])  # fmt: skip
def test_no_query_of_a_report_reads_a_whole_table(school: tuple[Box, Year], name: str) -> None:
    box, year = school
    ids, days, items = write_json([year.person_id]), write_json(["2026-11-27"]), write_json([QUIZ])
    values: dict[str, tuple[str | int | float, ...]] = {
        "ROLL": (year.teacher_id, year.class_id), "NOW": (year.class_id, ids, "b", 0.0), "WORKED": (ids,),
        "WEEK": (ids, days), "TRIES": (ids, "2026", "2027"), "RESULTS": (ids,), "QUIZZES": (ids,),
        "STANDS": (ids, items), "FIRST_ANSWERS": (ids, QUIZ, "s"), "DAYS": (year.person_id,),
        "HAPPENED": (year.person_id, 200),
    }  # fmt: skip
    query = f"EXPLAIN QUERY PLAN {getattr(sql, name)}"
    plan = box.database.fetch_sql(lambda *row: str(row[3]), query, values[name])
    aliases = ("c", "t", "m", "p", "r", "s", "a", "w", "n", "l", *BIG)
    read_whole = [step for step in plan if step.startswith("SCAN") and "VIRTUAL" not in step]
    found = [step for step in read_whole if step.split()[1] in aliases and "USING COVERING INDEX" not in step]
    assert found == [], "\n".join(plan)


def test_the_reports_of_a_long_year_agree_with_what_was_put_in(school: tuple[Box, Year]) -> None:
    box, year = school
    week = box.reports.week(year.teacher_id, year.class_id, "2026-W48")
    assert len(week.rows) == 30
    assert week.total[0].days == 30 * 5
    assert week.total[1].days == 30 * 7
    assert week.total[0].finished == 30 * 5 * 2
    assert len(week.weeks) == 28
    results = box.reports.quizzes(year.teacher_id, year.class_id)
    assert [line.finished for line in results.lines] == [30]
    assert results.gone == 9
    quiz = box.reports.quiz(year.teacher_id, year.class_id, QUIZ)
    assert quiz.pupils == 30
    assert [one.answered for one in quiz.asked[:7]] == [30] * 6 + [0]
    timeline = box.reports.timeline(year.teacher_id, year.class_id, year.person_id)
    assert (len(timeline.days), timeline.more) == (40, True)
    everything = box.reports.timeline(year.teacher_id, year.class_id, year.person_id, everything=True)
    assert (len(everything.days), everything.more) == (190, False)
