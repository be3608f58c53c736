"""The weeks that charts over time show: the last 52, the one that runs included.

    first = first_week(today)
    [monday(week) for week in weeks_shown(first)]
"""

from datetime import date, timedelta

from sync.hub.rollup import week_of

WEEKS_SHOWN = 52
_EPOCH = date(1970, 1, 1)


def first_week(today: int) -> int:
    """Give the oldest week that is shown on a day since 1970."""
    return week_of(today) - WEEKS_SHOWN + 1


def weeks_shown(first: int) -> range:
    """Give every week from the oldest on."""
    return range(first, first + WEEKS_SHOWN)


def monday(week: int) -> date:
    """Say when a week begins."""
    return _EPOCH + timedelta(7 * week - 3)
