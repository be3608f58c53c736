"""What a teacher reads about a class: right now, a week, its quizzes and their questions, a pupil day by day.

Promises: only for a teacher of the class, anything else is not there; each page reads with one query for the class and
one or two more for what it says (and one for the titles), however large the school is; nobody is ranked; nothing is
left out because of a date, only ordered by it.

    reports.week(teacher_id, class_id, "2026-W48").rows
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

import msgspec
from msgspec.structs import replace

from content_packs.clock import Clock
from schoolbox.db.database import Database
from schoolbox.errors import NotFoundError
from schoolbox.services import reports_sql as sql
from schoolbox.services.class_map import Cell, cell, read_stand
from schoolbox.services.classes import CONNECTED_S
from schoolbox.services.folding import fold
from schoolbox.services.item_analysis import FirstAnswer, analysed
from schoolbox.services.library import Library
from schoolbox.services.outline import Outline
from schoolbox.services.people_rows import ClassRow
from schoolbox.services.quizzes import Quizzes
from schoolbox.services.report_rows import (
    Happened,
    Listed,
    NowPage,
    NowRow,
    PupilDay,
    QuizLine,
    QuizPage,
    QuizzesPage,
    Result,
    ResultsSheet,
    Roll,
    Standing,
    TimelinePage,
    WeekPage,
    stamp_of,
)
from schoolbox.services.school_days import Week, local_day, shown_week
from schoolbox.services.short_names import short_names
from schoolbox.services.texts import read_names, write_json
from schoolbox.services.weekly import DayRow, Try, week_work

DAYS_SHOWN = 40
HAPPENED_SHOWN = 200
ALL_SHOWN = 100_000


class MapSheet(msgspec.Struct, frozen=True):
    """A class and one course, for a file."""

    roll: Roll
    outline: Outline
    cells: tuple[tuple[Cell, ...], ...]


class Reports:
    """Reads what reports say."""

    def __init__(
        self, db: Database, *, boot_id: str, clock: Clock, library: Library, quizzes: Quizzes
    ) -> None:
        self._db = db
        self._boot_id = boot_id
        self._clock = clock
        self._library = library
        self._quizzes = quizzes

    def now(self, teacher_id: int, class_id: int) -> NowPage:
        """Who is here and who is stuck.

        Raises:
            NotFoundError: It is not a class of this teacher.
        """
        self._quizzes.close_overdue()
        roll, standings = self._standings(teacher_id, class_id)
        wanted = {item for one in standings for item in (one.item_id, one.asked_item_id) if item}
        entries = self._library.entries(sorted(wanted), staff=True) if wanted else {}
        by_id = {one.person_id: one for one in standings}
        rows = tuple(
            NowRow(pupil, one, entries.get(one.item_id), entries.get(one.asked_item_id))
            for pupil, one in ((pupil, by_id[pupil.person_id]) for pupil in roll.pupils)
        )
        return NowPage(roll, rows, stamp_of(standings))

    def stamp(self, teacher_id: int, class_id: int) -> str:
        """The mark of `now`, for a page that asks whether it is still true: two queries.

        Raises:
            NotFoundError: It is not a class of this teacher.
        """
        return stamp_of(self._standings(teacher_id, class_id)[1])

    def week(self, teacher_id: int, class_id: int, asked: str = "") -> WeekPage:
        """What a class did in a week, beside the week before.

        Raises:
            NotFoundError: It is not a class of this teacher, or no such week.
        """
        roll = self._roll(teacher_id, class_id)
        self._quizzes.close_overdue()
        worked = sorted({Week.of(day) for day in self._db.fetch_sql(date.fromisoformat, sql.WORKED, (roll.ids_json,))})
        week = shown_week(asked, worked, local_day(self._clock.now()))
        days = write_json([day.isoformat() for each in (week.before, week) for day in each.days])
        rows = self._db.fetch_sql(_day_row, sql.WEEK, (roll.ids_json, days))
        tries = self._db.fetch_sql(_try, sql.TRIES, (roll.ids_json, week.before.bounds[0], week.bounds[1]))
        weeks = sorted({*worked, week}, reverse=True)
        return WeekPage(roll, week_work(week, rows, tries), tuple(weeks))

    def quizzes(self, teacher_id: int, class_id: int) -> QuizzesPage:
        """How the class fared in every quiz that anybody of it finished.

        Raises:
            NotFoundError: It is not a class of this teacher.
        """
        roll = self._roll(teacher_id, class_id)
        self._quizzes.close_overdue()
        rows = self._db.fetch_sql(_quiz_figures, sql.QUIZZES, (roll.ids_json,))
        entries = self._library.entries([item_id for item_id, _ in rows], staff=True) if rows else {}
        lines = [QuizLine(entries[item_id], *figures) for item_id, figures in rows if item_id in entries]
        return QuizzesPage(roll, tuple(lines), len(rows) - len(lines))

    def results(self, teacher_id: int, class_id: int) -> ResultsSheet:
        """The same with the result of each pupil, for a file.

        Raises:
            NotFoundError: It is not a class of this teacher.
        """
        page = self.quizzes(teacher_id, class_id)
        found = self._db.fetch_sql(_result, sql.RESULTS, (page.roll.ids_json,))
        return ResultsSheet(page, {(one.item_id, one.person_id): one for one in found})

    def quiz(self, teacher_id: int, class_id: int, item_id: str) -> QuizPage:
        """One quiz, question by question.

        Raises:
            NotFoundError: It is not a class of this teacher, or there is no such quiz.
            MissingBlobError: Its file is not on the disk.
            QuizError: Its file makes no sense.
        """
        roll = self._roll(teacher_id, class_id)
        paper = self._quizzes.paper(item_id, staff=True)
        values = (roll.ids_json, item_id, paper.sha256)
        answers = self._db.fetch_sql(_first_answer, sql.FIRST_ANSWERS, values)
        asked = analysed(paper.quiz.questions, answers)
        return QuizPage(roll, paper.page, asked, len({one.person_id for one in answers}))

    def timeline(self, teacher_id: int, class_id: int, person_id: int, *, everything: bool = False) -> TimelinePage:
        """What a pupil did, day by day.

        Raises:
            NotFoundError: It is not a class of this teacher, or not a pupil of it.
        """
        roll = self._roll(teacher_id, class_id)
        pupil = next((one for one in roll.pupils if one.person_id == person_id), None)
        if pupil is None:
            raise NotFoundError(kind="pupil", key=str(person_id))
        worked = self._db.fetch_sql(_day, sql.DAYS, (person_id,))
        limit = ALL_SHOWN if everything else HAPPENED_SHOWN
        happened = self._db.fetch_sql(_happened, sql.HAPPENED, (person_id, limit))
        ids = sorted({one.item_id for one in happened})
        entries = self._library.entries(ids, staff=True) if ids else {}
        days = _days(worked, [replace(one, entry=entries.get(one.item_id)) for one in happened])
        shown = days if everything else days[:DAYS_SHOWN]
        return TimelinePage(roll, pupil, shown, len(shown) < len(days) or len(happened) == limit)

    def map_sheet(self, teacher_id: int, class_id: int, pack_id: str) -> MapSheet:
        """A class and a course, for a file.

        Raises:
            NotFoundError: It is not a class of this teacher, or there is no such course.
        """
        roll = self._roll(teacher_id, class_id)
        self._quizzes.close_overdue()
        outline = self._library.outline(pack_id, staff=False)
        items = [item.id for item in outline.items]
        rows = self._db.fetch_sql(read_stand, sql.STANDS, (roll.ids_json, write_json(items)))
        stands = {(row.person_id, row.item_id): row for row in rows}
        cells = tuple(tuple(cell(stands.get((person_id, item))) for item in items) for person_id in roll.ids)
        return MapSheet(roll, outline, cells)

    def _roll(self, teacher_id: int, class_id: int) -> Roll:
        rows = self._db.fetch_sql(_roll_row, sql.ROLL, (teacher_id, class_id))
        if not rows:
            raise NotFoundError(kind="class", key=str(class_id))
        named = [who for _, who in rows if who is not None]
        short = short_names(named)
        pupils = [Listed(number, short[number], given_name, surname) for number, given_name, surname in named]
        pupils.sort(key=lambda one: (fold(one.short_name), one.short_name, one.person_id))
        return Roll(replace(rows[0][0], pupils=len(pupils)), tuple(pupils))

    def _standings(self, teacher_id: int, class_id: int) -> tuple[Roll, tuple[Standing, ...]]:
        roll = self._roll(teacher_id, class_id)
        since_s = self._clock.monotonic_s() - CONNECTED_S
        values = (class_id, roll.ids_json, self._boot_id, since_s)
        return roll, tuple(self._db.fetch_sql(_standing, sql.NOW, values))


def _days(worked: Sequence[tuple[date, int, int]], happened: Sequence[Happened]) -> tuple[PupilDay, ...]:
    """Every day with anything in it, the newest first."""
    by_day: dict[date, list[Happened]] = defaultdict(list)
    for one in happened:
        by_day[local_day(one.at)].append(one)
    counted = {day: (minutes, finished) for day, minutes, finished in worked}
    return tuple(
        PupilDay(day, *counted.get(day, (0, 0)), tuple(by_day.get(day, ())))
        for day in sorted({*counted, *by_day}, reverse=True)
    )


def _roll_row(
    class_id: int, name: str, grade: int, shift: str, person_id: int | None, *names: str
) -> tuple[ClassRow, tuple[int, str, str] | None]:
    who = None if person_id is None else (person_id, names[0], names[1])
    return ClassRow(class_id, name, grade, shift, 0), who


def _standing(person_id: int, here: int, item_id: str, state: str, touched_at: str, *rest: int) -> Standing:
    best, questions, passed, attempts, lesson_id, asked, handed_in = rest
    at = datetime.fromisoformat(touched_at) if touched_at else None
    return Standing(
        person_id, bool(here), item_id, state == "done", at, best, questions, bool(passed), attempts, lesson_id,
        str(asked), bool(handed_in),
    )  # fmt: skip


def _day_row(person_id: int, day: str, minutes: int, finished: int) -> DayRow:
    return DayRow(person_id, date.fromisoformat(day), minutes, finished)


def _try(person_id: int, finished_at: str, right: int, asked: int) -> Try:
    return Try(person_id, datetime.fromisoformat(finished_at), right, asked)


def _quiz_figures(item_id: str, *figures: int) -> tuple[str, tuple[int, int, int, int]]:
    finished, passed, right, asked, _last = figures
    return item_id, (finished, passed, right, asked)


def _result(item_id: str, person_id: int, right: int, questions: int, passed: int, attempts: int) -> Result:
    return Result(item_id, person_id, right, questions, bool(passed), attempts)


def _first_answer(person_id: int, question_id: str, response: str, correct: int, _turn: int) -> FirstAnswer:
    return FirstAnswer(person_id, question_id, read_names(response), bool(correct))


def _day(day: str, minutes: int, finished: int) -> tuple[date, int, int]:
    return date.fromisoformat(day), minutes, finished


def _happened(what: str, item_id: str, at: str, right: int, asked: int) -> Happened:
    return Happened(what, item_id, datetime.fromisoformat(at), right, asked)
