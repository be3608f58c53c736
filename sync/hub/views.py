"""What pages show, worked out before a template sees it: when a box was heard, a chart in numbers.

    boxes_view(boxes, now, silent_days=7)[0].silent
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from sync.hub.boxes import Box
from sync.hub.reports.figures import Square, Week
from sync.hub.reports.sources import Source
from sync.hub.texts import AREAS

_LEFT, _STEP, _SIZE, _HEIGHT = 190, 44, 32, 34
GRADES = range(13)
NEEDS = ("silent", "twin", "refused", "disk", "hot", "clock")
"""Why somebody should look after a box, the most urgent first."""
DISK_LEAST = 0.03
HOT_C = 80.0
CLOCK_ERROR_MOST_S = 600
BOXES_A_PAGE = 100
BOXES_SHOWN = 40
"""More than these stand on a page of their own only."""
_WEEK_STEP, _WEEKS_TOP, _WEEKS_HEIGHT = 14, 22, 90
_STRIP_STEP, _STRIP_TOP, _STRIP_HEIGHT = 46, 26, 34
_STRIP_WEEK = 10.5
SOURCES_SHOWN = 12
"""More languages or publishers stand in the tables only."""


class BoxView(msgspec.Struct, frozen=True):
    """A box, how many days it has been silent (None if it was never heard from), and why it needs a person.

    `needs` are words of `NEEDS`, the most urgent first.
    """

    box: Box
    silent_days: int | None
    silent: bool
    needs: tuple[str, ...]

    @property
    def name(self) -> str:
        """What a person calls this box: its name, or the first digits of its number."""
        return self.box.label or self.box.id[:8]


class Bar(msgspec.Struct, frozen=True):
    """One square of the chart, in the units of its drawing; `percent` None is hidden, `taught` False is dashed."""

    grade: int
    x: int
    y: int
    value_y: float
    value_height: float
    percent: int | None
    taught: bool


class ChartRow(msgspec.Struct, frozen=True):
    """One learning area of the chart."""

    area: str
    text_y: int
    bars: tuple[Bar, ...]


class WeekBar(msgspec.Struct, frozen=True):
    """One week of the chart over time, in the units of its drawing; `month` where a new one begins."""

    week: Week
    x: int
    y: float
    height: float
    month: bool


class StripBar(msgspec.Struct, frozen=True):
    """One week of a strip, in the units of its drawing."""

    x: float
    y: float
    height: float


class Strip(msgspec.Struct, frozen=True):
    """One language or publisher of the chart over time: its weeks, one bar each where anything was watched.

    `most` is how many minutes the tallest bar stands for.
    """

    source: Source
    text_y: int
    base_y: int
    most: int
    bars: tuple[StripBar, ...]


class Strips(msgspec.Struct, frozen=True):
    """Strips below each other; `months` are places where a month begins, and its first day.

    Each has a scale of its own, so that a language of few is seen to come and go like that of most; how large each is
    stands beside it, and in the table below.
    """

    height: int
    strips: tuple[Strip, ...]
    months: tuple[tuple[float, date], ...]


def boxes_view(boxes: Sequence[Box], now: datetime, silent_days: int) -> list[BoxView]:
    """Say of every box how long it has been silent; one that was withdrawn needs nobody."""
    views = []
    for box in boxes:
        days = max(0, (now - box.heard_at).days) if box.heard_at else None
        silent = not box.withdrawn and (days is None or days >= silent_days)
        needs = {
            "silent": silent,
            "twin": box.twin_at is not None,
            "refused": box.quarantined > 0,
            "disk": box.disk_total_bytes > 0 and box.disk_free_bytes < DISK_LEAST * box.disk_total_bytes,
            "hot": box.temperature_c is not None and box.temperature_c >= HOT_C,
            "clock": abs(box.clock_error_s or 0) > CLOCK_ERROR_MOST_S,
        }
        views.append(BoxView(box, days, silent, tuple(word for word in NEEDS if needs[word] and not box.withdrawn)))
    return views


def needy_boxes(boxes: Sequence[BoxView]) -> list[BoxView]:
    """Give the boxes that need a person, those first that need one most."""
    return sorted((view for view in boxes if view.needs), key=lambda view: [NEEDS.index(word) for word in view.needs])


def silent_boxes(boxes: Sequence[BoxView]) -> list[BoxView]:
    """Give the boxes a person should look after."""
    return [view for view in boxes if view.silent]


def silent_by_place(boxes: Sequence[BoxView]) -> Counter[str]:
    """Count silent boxes by the name of a municipality and by the number of a school."""
    return Counter(
        name for view in silent_boxes(boxes) for name in (f"m:{view.box.municipality}", f"s:{view.box.school_id}")
    )


def chart(squares: Sequence[Square]) -> list[ChartRow]:
    """Lay out areas by grades; empty if nothing was learnt yet."""
    known = {(square.area, square.grade): square.percent for square in squares}
    if not known:
        return []
    return [ChartRow(area, 48 + 46 * row, _bars(known, area, 26 + 46 * row)) for row, area in enumerate(AREAS)]


def _bars(known: dict[tuple[str, int], int | None], area: str, top: int) -> tuple[Bar, ...]:
    """Lay out one row."""
    bars = []
    for grade in GRADES:
        share = known.get((area, grade))
        height = _HEIGHT * (share or 0) / 100
        bars.append(
            Bar(grade, _LEFT + _STEP * grade, top, round(top + _HEIGHT - height, 1), round(height, 1), share,
                taught=(area, grade) in known)
        )  # fmt: skip
    return tuple(bars)


def weeks_chart(weeks: Sequence[Week]) -> list[WeekBar]:
    """Lay out minutes a week, the tallest as high as the chart; empty if nothing was watched."""
    most = max((week.minutes for week in weeks), default=0)
    if not most:
        return []
    bars = []
    for place, week in enumerate(weeks):
        height = round(_WEEKS_HEIGHT * week.minutes / most, 1)
        bars.append(
            WeekBar(week, _WEEK_STEP * place, round(_WEEKS_TOP + _WEEKS_HEIGHT - height, 1), height,
                month=place > 0 and week.monday.month != weeks[place - 1].monday.month)
        )  # fmt: skip
    return bars


def strips_chart(sources: Sequence[Source]) -> Strips | None:
    """Lay out a strip of weeks for each language or publisher; None if nothing was watched."""
    drawn = [source for source in sources[:SOURCES_SHOWN] if any(week.minutes for week in source.weeks)]
    if not drawn:
        return None
    mondays = [week.monday for week in sources[0].weeks]
    months = tuple(
        (_LEFT + _STRIP_WEEK * place, day)
        for place, day in enumerate(mondays)
        if place > 0 and day.month != mondays[place - 1].month
    )
    strips = tuple(_strip(source, _STRIP_TOP + _STRIP_STEP * row) for row, source in enumerate(drawn))
    return Strips(_STRIP_TOP + _STRIP_STEP * len(drawn), strips, months)


def _strip(source: Source, top: int) -> Strip:
    """Lay out one strip."""
    base, bars = top + _STRIP_HEIGHT, []
    most = max(week.minutes for week in source.weeks)
    for place, week in enumerate(source.weeks):
        if week.minutes:
            height = round(max(1.0, _STRIP_HEIGHT * week.minutes / most), 1)
            bars.append(StripBar(_LEFT + _STRIP_WEEK * place, round(base - height, 1), height))
    return Strip(source, top + 15, base, most, tuple(bars))
