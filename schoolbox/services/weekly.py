"""What a class did in a week beside the week before, as rules over values.

Nobody is ranked: pupils stay in the order of the class.

Counted are: minutes in which a pupil watched, opened or answered something (each minute once, whatever was done in
it); items finished for the first time; tries at quizzes that were finished, with the answers that were right.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

import msgspec

from schoolbox.services.school_days import Week, local_day


class Work(msgspec.Struct, frozen=True):
    """What was done in some days: by one pupil, or by all together (`days` are then days of pupils)."""

    minutes: int = 0
    days: int = 0
    finished: int = 0
    tries: int = 0
    right: int = 0
    asked: int = 0

    def __add__(self, other: "Work") -> "Work":
        return Work(
            self.minutes + other.minutes, self.days + other.days, self.finished + other.finished,
            self.tries + other.tries, self.right + other.right, self.asked + other.asked,
        )  # fmt: skip


class DayRow(msgspec.Struct, frozen=True):
    """What one pupil did on one day."""

    person_id: int
    day: date
    minutes: int
    finished: int


class Try(msgspec.Struct, frozen=True):
    """A finished try at a quiz."""

    person_id: int
    finished_at: datetime
    right: int
    asked: int


class WeekWork(msgspec.Struct, frozen=True):
    """A class in a week and the week before: by pupil, and the minutes of each day of both."""

    week: Week
    now: Mapping[int, Work]
    before: Mapping[int, Work]
    minutes: Mapping[date, int]

    def total(self, people: Sequence[int]) -> tuple[Work, Work]:
        """All of them together, this week and before."""
        return _sum(self.now.get(each) for each in people), _sum(self.before.get(each) for each in people)

    @property
    def active(self) -> int:
        """How many did anything this week."""
        return sum(1 for work in self.now.values() if work != Work())

    @property
    def active_before(self) -> int:
        """How many did anything the week before."""
        return sum(1 for work in self.before.values() if work != Work())


def week_work(week: Week, days: Sequence[DayRow], tries: Sequence[Try]) -> WeekWork:
    """Put days and tries of a week and the one before together."""
    now: dict[int, Work] = defaultdict(Work)
    before: dict[int, Work] = defaultdict(Work)
    minutes: dict[date, int] = defaultdict(int)
    for row in days:
        minutes[row.day] += row.minutes
        side = now if Week.of(row.day) == week else before
        side[row.person_id] += Work(row.minutes, 1, row.finished)
    for one in tries:
        side = now if Week.of(local_day(one.finished_at)) == week else before
        side[one.person_id] += Work(tries=1, right=one.right, asked=one.asked)
    return WeekWork(week, dict(now), dict(before), dict(minutes))


def _sum(works: Iterable[Work | None]) -> Work:
    total = Work()
    for work in works:
        total += work or Work()
    return total
