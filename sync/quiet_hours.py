"""Hours of the day in which the line belongs to the pupils: read from a setting, and asked by local time.

Rules: `07:30-13:30`, several with a comma between; one that ends before it begins goes over midnight. Days may stand
before it, 1 for Monday to 7 for Sunday: `1-5 07:30-13:30`; over midnight the day is that on which it begins. Where
nobody knows what time it is, no hour is quiet: what was learnt had better travel at a bad hour than never.

    left_s(read_hours("1-5 07:30-13:30"), datetime(2026, 9, 25, 12, 30))        # 3600.0
"""

import re
from datetime import datetime, time, timedelta

import msgspec

_SPAN = re.compile(
    r"(?:([1-7])(?:\s*[-–]\s*([1-7]))?\s+)?([01]?\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]?\d|2[0-3]):([0-5]\d)"
)
SPANS_MAX = 14


class Span(msgspec.Struct, frozen=True):
    """From one time to another, on each of the days from `first` to `last`; 1 is Monday."""

    begins: time
    ends: time
    first: int = 1
    last: int = 7

    def is_on(self, day: int) -> bool:
        """Whether it begins on a day of the week."""
        return self.first <= day <= self.last


Hours = tuple[Span, ...]


def read_hours(text: str) -> Hours:
    """Read the setting; empty for none.

    Raises:
        ValueError: It makes no sense.
    """
    spans: list[Span] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        found = _SPAN.fullmatch(part)
        if found is None or len(spans) == SPANS_MAX:
            raise ValueError(part)
        begins, ends = time(int(found[3]), int(found[4])), time(int(found[5]), int(found[6]))
        first = int(found[1] or 1)
        last = int(found[2] or found[1] or 7)
        if begins == ends or last < first:
            raise ValueError(part)
        spans.append(Span(begins, ends, first, last))
    return tuple(spans)


def write_hours(hours: Hours) -> str:
    """Write the setting as it is read."""
    return ",".join(f"{_days(span)}{span.begins:%H:%M}-{span.ends:%H:%M}" for span in hours)


def left_s(hours: Hours, local: datetime | None) -> float:
    """Say how long it stays quiet; 0 if it is not, or if nobody knows the time."""
    if local is None:
        return 0.0
    return max((_left_of(span, local) for span in hours), default=0.0)


def _days(span: Span) -> str:
    if (span.first, span.last) == (1, 7):
        return ""
    return f"{span.first} " if span.first == span.last else f"{span.first}-{span.last} "


def _left_of(span: Span, local: datetime) -> float:
    now, today = local.time(), local.isoweekday()
    yesterday = today - 1 or 7
    over_midnight = span.ends < span.begins
    if span.is_on(today) and span.begins <= now and (over_midnight or now < span.ends):
        end = datetime.combine(local.date() + timedelta(days=int(over_midnight)), span.ends)
    elif over_midnight and span.is_on(yesterday) and now < span.ends:
        end = datetime.combine(local.date(), span.ends)
    else:
        return 0.0
    return (end - local.replace(tzinfo=None)).total_seconds()
