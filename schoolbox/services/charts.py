"""Charts as plain numbers, for a template that draws them as SVG on the server.

Promises: no colours and no styles here, only places; every bar carries its label and its number, so that a chart says
the same in black on paper, and `of_bars` never divides by nothing. The table beside a chart is its text.

    chart = of_bars([("Mon", 40, 25), ("Tue", 0, 10)])
    chart.bars[0].height, chart.bars[0].value
"""

from collections.abc import Sequence

import msgspec

WIDTH, HEIGHT = 300, 150
TOP, BASE = 18, 128
STEP_WIDTH = 42
"""The least width of a step, so that a number and a short name fit over and under it."""
SHARE_WIDTH = 200


class Bar(msgspec.Struct, frozen=True):
    """One bar and the paler one before it; `middle` is where label and number stand."""

    label: str
    value: int
    before: int | None
    x: float
    width: float
    y: float
    height: float
    before_x: float
    before_y: float
    before_height: float
    middle: float


class BarChart(msgspec.Struct, frozen=True):
    """Bars on a common line, `base`."""

    width: int
    height: int
    base: int
    bars: tuple[Bar, ...]


def of_bars(figures: Sequence[tuple[str, int, int | None]]) -> BarChart:
    """Place a bar for each label with its value, and a paler one for the value before, where there is one."""
    width = max(WIDTH, STEP_WIDTH * len(figures))
    highest = max((max(value, before or 0) for _, value, before in figures), default=0) or 1
    step = width / max(1, len(figures))
    return BarChart(width, HEIGHT, BASE, tuple(
        _bar(label, value, before, left=place * step, step=step, scale=(BASE - TOP) / highest)
        for place, (label, value, before) in enumerate(figures)
    ))  # fmt: skip


def _bar(
    label: str, value: int, before: int | None, *, left: float, step: float, scale: float
) -> Bar:
    thick = step * (0.36 if before is not None else 0.6)
    start = left + step * (0.14 if before is not None else 0.2)
    x = start + thick if before is not None else start
    height, before_height = round(value * scale, 1), round((before or 0) * scale, 1)
    return Bar(
        label, value, before, round(x, 1), round(thick, 1), round(BASE - height, 1), height, round(start, 1),
        round(BASE - before_height, 1), before_height, round(left + step / 2, 1),
    )  # fmt: skip


def share_width(part: int, whole: int) -> float:
    """How wide a part is in a bar of `SHARE_WIDTH`; nothing where there is no whole."""
    return round(SHARE_WIDTH * part / whole, 1) if whole else 0.0
