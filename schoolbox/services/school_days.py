"""Days and weeks as a school counts them: by the box's own calendar and clock, which may be wrong.

Rules: a day is the box's local day, as pages show times; a week begins on Monday (ISO 8601). What the clock says
decides where work is shown, never whether: every week that holds work can be chosen, also one of 1970 or of the future.

    Week.of(date(2026, 11, 27)).name        # "2026-W48"
    shown_week("", [Week(2026, 47)], today) # the last one up to today with work
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import msgspec

from schoolbox.errors import NotFoundError

FIRST_YEAR, LAST_YEAR = 1970, 9000
DAYS = 7


def local_day(at: datetime) -> date:
    """The box's own day of a moment."""
    return at.astimezone().date()


class Week(msgspec.Struct, frozen=True, order=True):
    """A week of the calendar."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Week":
        """The week of a day."""
        year, number, _ = day.isocalendar()
        return cls(year, number)

    @property
    def name(self) -> str:
        """As addresses write it: `2026-W48`."""
        return f"{self.year:04}-W{self.number:02}"

    @property
    def days(self) -> tuple[date, ...]:
        """Monday to Sunday."""
        monday = date.fromisocalendar(self.year, self.number, 1)
        return tuple(monday + timedelta(days=day) for day in range(DAYS))

    @property
    def before(self) -> "Week":
        """The week before."""
        return Week.of(self.days[0] - timedelta(days=1))

    @property
    def bounds(self) -> tuple[str, str]:
        """The first moment of the week and the first one after it, in UTC as the database writes moments."""
        first, after = self.days[0], self.days[-1] + timedelta(days=1)
        return _moment(first), _moment(after)


def shown_week(asked: str, worked: Sequence[Week], today: date) -> Week:
    """The week asked for; without one the last one up to today that holds work, else today's.

    Raises:
        NotFoundError: What was asked for is no week.
    """
    if asked:
        return _read(asked)
    current = Week.of(today)
    if not worked:
        return current
    return max((week for week in worked if week <= current), default=max(worked))


def _read(name: str) -> Week:
    year, _, number = name.partition("-W")
    if len(name) == len("2026-W48") and (year + number).isascii() and (year + number).isdigit():
        try:
            week = Week(int(year), int(number))
            if FIRST_YEAR <= week.year <= LAST_YEAR and week.days:
                return week
        except ValueError:
            pass
    raise NotFoundError(kind="week", key=name)


def _moment(day: date) -> str:
    return datetime.combine(day, time()).astimezone().astimezone(UTC).isoformat(timespec="milliseconds")[:23]
