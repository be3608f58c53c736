"""Hours of the day in which the line belongs to the pupils: read from a setting, and asked by local time.

Rules: `07:30-13:30`, several with a comma between; one that ends before it begins goes over midnight. Where nobody
knows what time it is, no hour is quiet: what was learnt had better travel at a bad hour than never.

    left_s(read_hours("07:30-13:30"), datetime(2026, 9, 25, 12, 30))        # 3600.0
"""

import re
from datetime import datetime, time, timedelta

_SPAN = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]?\d|2[0-3]):([0-5]\d)")
SPANS_MAX = 6

Hours = tuple[tuple[time, time], ...]


def read_hours(text: str) -> Hours:
    """Read the setting; empty for none.

    Raises:
        ValueError: It makes no sense.
    """
    spans: list[tuple[time, time]] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        found = _SPAN.fullmatch(part)
        if found is None or len(spans) == SPANS_MAX:
            raise ValueError(part)
        begins, ends = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
        if begins == ends:
            raise ValueError(part)
        spans.append((begins, ends))
    return tuple(spans)


def write_hours(hours: Hours) -> str:
    """Write the setting as it is read."""
    return ",".join(f"{begins:%H:%M}-{ends:%H:%M}" for begins, ends in hours)


def left_s(hours: Hours, local: datetime | None) -> float:
    """Say how long it stays quiet; 0 if it is not, or if nobody knows the time."""
    if local is None:
        return 0.0
    return max((_left_of(begins, ends, local) for begins, ends in hours), default=0.0)


def _left_of(begins: time, ends: time, local: datetime) -> float:
    now = local.time()
    within = begins <= now < ends if begins < ends else now >= begins or now < ends
    if not within:
        return 0.0
    end = datetime.combine(local.date(), ends)
    if end <= local.replace(tzinfo=None):
        end += timedelta(days=1)
    return (end - local.replace(tzinfo=None)).total_seconds()
