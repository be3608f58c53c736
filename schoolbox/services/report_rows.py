"""What the pages of the reports show: plain records."""

import zlib
from collections.abc import Mapping
from datetime import date, datetime

import msgspec

from schoolbox.services.item_analysis import Asked
from schoolbox.services.outline import Entry, ItemPage
from schoolbox.services.people_rows import ClassRow
from schoolbox.services.school_days import Week
from schoolbox.services.texts import write_json
from schoolbox.services.weekly import WeekWork, Work

FAILED_TRIES = 2


class Listed(msgspec.Struct, frozen=True):
    """A pupil of the class: under a short name on pages, under the whole name in files."""

    person_id: int
    short_name: str
    given_name: str
    surname: str


class Roll(msgspec.Struct, frozen=True):
    """A class of the teacher who asks, with its pupils in alphabetical order."""

    school_class: ClassRow
    pupils: tuple[Listed, ...]

    @property
    def ids(self) -> list[int]:
        """Who is in it."""
        return [pupil.person_id for pupil in self.pupils]

    @property
    def ids_json(self) -> str:
        """Who is in it, as queries take it."""
        return write_json(self.ids)


class Standing(msgspec.Struct, frozen=True):
    """Where a pupil is right now: connected or not, what was touched last, and what help is asked for with.

    `handed_in`: that is a test that was handed in, whose results are not shown yet.
    """

    person_id: int
    here: bool
    item_id: str
    done: bool
    touched_at: datetime | None
    best_correct: int
    questions: int
    passed: bool
    attempts: int
    lesson_id: int
    asked_item_id: str
    handed_in: bool = False

    @property
    def failed(self) -> bool:
        """Whether what was touched last is a quiz that was finished twice or more and never passed."""
        return bool(self.questions) and self.attempts >= FAILED_TRIES and not self.passed


class NowRow(msgspec.Struct, frozen=True):
    """A pupil right now; `at` and `asked` are None where there is nothing, or it is no longer on this box."""

    pupil: Listed
    standing: Standing
    at: Entry | None
    asked: Entry | None

    @property
    def stuck(self) -> bool:
        """Asks for help, or does not get through a quiz."""
        return bool(self.standing.lesson_id) or self.standing.failed


class NowPage(msgspec.Struct, frozen=True):
    """Who is here and who is stuck."""

    roll: Roll
    rows: tuple[NowRow, ...]
    stamp: str

    @property
    def here(self) -> tuple[NowRow, ...]:
        """Who opened a page in the last minutes."""
        return tuple(row for row in self.rows if row.standing.here)

    @property
    def away(self) -> tuple[NowRow, ...]:
        """Who did not."""
        return tuple(row for row in self.rows if not row.standing.here)

    @property
    def stuck(self) -> tuple[NowRow, ...]:
        """Who is stuck: those who are here first."""
        return tuple(row for row in (*self.here, *self.away) if row.stuck)


class WeekPage(msgspec.Struct, frozen=True):
    """What a class did in a week; `weeks` are all that hold work, the newest first."""

    roll: Roll
    work: WeekWork
    weeks: tuple[Week, ...]

    @property
    def total(self) -> tuple[Work, Work]:
        """All pupils together, this week and the week before."""
        return self.work.total(self.roll.ids)

    @property
    def active_before(self) -> int:
        """How many did anything the week before."""
        return self.work.active_before

    @property
    def rows(self) -> tuple[tuple[Listed, Work, Work], ...]:
        """Each pupil with this week and the week before."""
        return tuple(
            (one, self.work.now.get(one.person_id, Work()), self.work.before.get(one.person_id, Work()))
            for one in self.roll.pupils
        )


class Result(msgspec.Struct, frozen=True):
    """What a pupil reached in a quiz: the best try."""

    item_id: str
    person_id: int
    right: int
    questions: int
    passed: bool
    attempts: int


class QuizLine(msgspec.Struct, frozen=True):
    """A quiz and how the class fared: `finished` and `passed` count pupils, right and asked their best tries."""

    entry: Entry
    finished: int
    passed: int
    right: int
    asked: int


class QuizzesPage(msgspec.Struct, frozen=True):
    """The quizzes that a class has finished tries at, the last first; `gone` counts those no longer on the box."""

    roll: Roll
    lines: tuple[QuizLine, ...]
    gone: int


class ResultsSheet(msgspec.Struct, frozen=True):
    """The same quizzes in the same order, with the result of each pupil, for a file."""

    page: QuizzesPage
    results: Mapping[tuple[str, int], Result]


class QuizPage(msgspec.Struct, frozen=True):
    """One quiz, question by question; `pupils` answered anything of this version of it."""

    roll: Roll
    page: ItemPage
    asked: tuple[Asked, ...]
    pupils: int

    @property
    def hardest(self) -> Asked | None:
        """The question that fewest got right; None if none is one to talk about."""
        fooling = [one for one in self.asked if one.fools]
        return min(fooling, key=lambda one: one.right / one.answered) if fooling else None


class Happened(msgspec.Struct, frozen=True):
    """Something a pupil did: `what` is `try`, `done` or `started`; right and asked are of a try."""

    what: str
    item_id: str
    at: datetime
    right: int
    asked: int
    entry: Entry | None = None


class PupilDay(msgspec.Struct, frozen=True):
    """A day of a pupil."""

    day: date
    minutes: int
    finished: int
    happened: tuple[Happened, ...]


class TimelinePage(msgspec.Struct, frozen=True):
    """What a pupil did when, the newest day first; `more` says that there are earlier days or things."""

    roll: Roll
    pupil: Listed
    days: tuple[PupilDay, ...]
    more: bool


def stamp_of(standings: tuple[Standing, ...]) -> str:
    """A short mark that changes when anything of what the page says changes."""
    return f"{zlib.crc32(repr(standings).encode()):08x}"
