"""Words of the reports: days as a chart writes them, weeks, and how much more or less than before."""

from collections.abc import Callable, Mapping
from datetime import date

from schoolbox.services.school_days import Week
from schoolbox.web.i18n import _, language
from sync.dates import written


def day_name(day: date) -> str:
    """Write a day as short as a chart needs it: `Mon 23`."""
    return written(day, "EEE d", language())


def whole_day(day: date) -> str:
    """Write a day with its year: a clock that was wrong shows."""
    return written(day, "EEEE d MMMM y", language())


def week_said(week: Week) -> str:
    """Write a week by its days: `23 Nov – 29 Nov 2026`."""
    return f"{written(week.days[0], 'd MMM', language())} – {written(week.days[-1], 'd MMM y', language())}"


def before_said(before: str) -> str:
    """Write what it was the week before."""
    return _("%(figure)s the week before", figure=before)


FILTERS: Mapping[str, Callable[..., object]] = {
    "day_name": day_name, "whole_day": whole_day, "week_said": week_said, "before_said": before_said,
}  # fmt: skip
"""What templates may say with a bar: `{{ page.work.week|week_said }}`."""
