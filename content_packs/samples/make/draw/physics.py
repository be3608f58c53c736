"""Drawings for motion and forces: things that move and leave drops, graphs, blocks, a spring balance."""

from typing import ClassVar

from content_packs.samples.make.draw.canvas import Canvas, Point
from content_packs.samples.make.draw.element import Element


class Mover(Element, frozen=True):
    """A car, a bicycle or a ball that moves from `x1` to `x2` on a road at `y`, leaving a drop at each equal time.

    `bend` of 1 is even motion; larger starts slowly and gets faster.
    """

    SECONDS: ClassVar[float] = 4.0
    LINEAR: ClassVar[bool] = True
    x1: float
    x2: float
    y: float
    shape: str = "bike"
    drops: int = 0
    bend: float = 1.0
    road: bool = True
    color: str = "solid"

    def draw(self, canvas: Canvas, p: float) -> None:
        """Draw the road, the drops so far and the thing itself."""
        if self.road:
            canvas.path([(24, self.y + 2), (616, self.y + 2)], "edge", width=3)
        for i in range(self.drops + 1 if self.drops else 0):
            share = i / self.drops
            if share <= p + 1e-6:
                canvas.circle(self.x1 + (self.x2 - self.x1) * share**self.bend, self.y + 16, 6, "gold-2")
        x = self.x1 + (self.x2 - self.x1) * p**self.bend
        {"bike": bike, "car": car, "ball": ball}[self.shape](canvas, x, self.y, self.color)


def bike(canvas: Canvas, x: float, y: float, ink: str) -> None:
    """Draw a cyclist whose wheels stand on `y`, around `x`."""
    back, front, seat, bars = (x - 24, y - 15), (x + 24, y - 15), (x - 9, y - 38), (x + 16, y - 42)
    for wheel in (back, front):
        canvas.circle(*wheel, 14, "", line="fg", width=3)
    pedal = (x - 2, y - 15)
    for a, b in ((back, pedal), (back, seat), (seat, pedal), (pedal, bars), (seat, (x + 15, y - 36)), (bars, front)):
        canvas.path([a, b], ink, width=3.5)
    hip, chest = (x - 9, y - 44), (x + 4, y - 66)
    canvas.path([hip, chest], "gold-2", width=9)
    canvas.path([chest, (x + 12, y - 54), (x + 18, y - 46)], "gold-2", width=5)
    canvas.path([hip, (x + 5, y - 33), pedal], "fg", width=5)
    canvas.circle(x + 9, y - 78, 8.5, "#e2b08a")
    canvas.slice(x + 9, y - 80, 10, (270, 450), "area")


def car(canvas: Canvas, x: float, y: float, ink: str) -> None:
    """Draw a small car whose wheels stand on `y`, around `x`."""
    canvas.poly([(x - 22, y - 32), (x - 12, y - 50), (x + 14, y - 50), (x + 26, y - 32)], ink)
    canvas.poly([(x - 15, y - 33), (x - 8, y - 45), (x, y - 45), (x, y - 33)], "#dfeaf2")
    canvas.poly([(x + 4, y - 33), (x + 4, y - 45), (x + 11, y - 45), (x + 18, y - 33)], "#dfeaf2")
    canvas.rounded(x - 40, y - 33, 80, 22, r=8, fill=ink)
    canvas.circle(x + 37, y - 25, 3.5, "gold")
    for wheel in (x - 22, x + 22):
        canvas.circle(wheel, y - 10, 10.5, "#1a2420")
        canvas.circle(wheel, y - 10, 4.5, "line")


def ball(canvas: Canvas, x: float, y: float, ink: str) -> None:
    """Draw a ball that lies on `y`."""
    canvas.circle(x, y - 18, 17, ink)
    canvas.circle(x - 6, y - 24, 5, "tint")


class Graph(Element, frozen=True):
    """Two axes with a grid and numbers; `x`, `y` is the origin at the bottom left."""

    x: float
    y: float
    w: float
    h: float
    x_max: float
    y_max: float
    x_step: float
    y_step: float
    x_label: str
    y_label: str

    def draw(self, canvas: Canvas, p: float) -> None:  # noqa: ARG002 - comes in whole
        """Draw grid, axes, numbers and the names of the axes."""
        for i in range(1, int(self.x_max / self.x_step + 1e-9) + 1):
            x = self.x + self.w * i * self.x_step / self.x_max
            canvas.path([(x, self.y), (x, self.y - self.h)], "line", width=1.2)
            canvas.text(x, self.y + 24, f"{i * self.x_step:g}", 19, "mute", anchor="ms")
        for i in range(1, int(self.y_max / self.y_step + 1e-9) + 1):
            y = self.y - self.h * i * self.y_step / self.y_max
            canvas.path([(self.x, y), (self.x + self.w, y)], "line", width=1.2)
            canvas.text(self.x - 9, y + 7, f"{i * self.y_step:g}", 19, "mute", anchor="rs")
        canvas.text(self.x - 9, self.y + 22, "0", 19, "mute", anchor="rs")
        canvas.arrow((self.x, self.y), (self.x + self.w + 22, self.y), "fg", width=3)
        canvas.arrow((self.x, self.y), (self.x, self.y - self.h - 20), "fg", width=3)
        canvas.text(self.x + self.w + 26, self.y - 8, self.x_label, 20, "fg", face="bold", anchor="ls")
        canvas.text(self.x + 12, self.y - self.h - 10, self.y_label, 20, "fg", face="bold", anchor="ls")


class Plot(Element, frozen=True):
    """A line drawn on a graph of the same place and scale, through points, growing from the left."""

    SECONDS: ClassVar[float] = 1.6
    LINEAR: ClassVar[bool] = True
    x: float
    y: float
    w: float
    h: float
    x_max: float
    y_max: float
    points: tuple[tuple[float, float], ...]
    color: str = "solid"
    line: bool = True
    dots: bool = True

    def draw(self, canvas: Canvas, p: float) -> None:
        """Draw the line up to where it has grown, and the points it has passed."""
        spots = [(self.x + self.w * a / self.x_max, self.y - self.h * b / self.y_max) for a, b in self.points]
        reach = spots[0][0] + (spots[-1][0] - spots[0][0]) * p
        seen = [spots[0]]
        for a, b in zip(spots, spots[1:], strict=False):
            if b[0] <= reach + 1e-6:
                seen.append(b)
            elif a[0] < reach:
                share = (reach - a[0]) / (b[0] - a[0])
                seen.append((reach, a[1] + (b[1] - a[1]) * share))
        if self.line and len(seen) > 1:
            canvas.path(seen, self.color, width=4.5)
        if self.dots:
            for x, y in spots:
                if x <= reach + 1e-6:
                    canvas.circle(x, y, 6.5, "gold", line="fg", width=2)


class Block(Element, frozen=True):
    """A wooden block that stands on the floor at `y`, sliding by `slide` while it grows."""

    LINEAR: ClassVar[bool] = True
    x: float
    y: float
    w: float = 110
    h: float = 70
    label: str = ""
    slide: float = 0
    floor: bool = True

    def draw(self, canvas: Canvas, p: float) -> None:
        """Draw the floor, then the block where it has got to."""
        x = self.x + self.slide * p * p
        if self.floor:
            floor(canvas, self.y)
        canvas.rounded(x, self.y - self.h, self.w, self.h, r=6, fill="#c99a5b", line="#8a6109")
        canvas.path([(x + 10, self.y - self.h * 0.66), (x + self.w - 10, self.y - self.h * 0.66)], "#b5843f", width=2)
        canvas.path([(x + 10, self.y - self.h * 0.3), (x + self.w - 10, self.y - self.h * 0.3)], "#b5843f", width=2)
        if self.label:
            canvas.text(x + self.w / 2, self.y - self.h / 2 + 9, self.label, 24, "#2a1c00", face="bold", anchor="ms")


def floor(canvas: Canvas, y: float) -> None:
    """Draw a floor with strokes below it."""
    canvas.path([(36, y + 2), (604, y + 2)], "edge", width=4)
    for x in range(48, 604, 22):
        canvas.path([(x, y + 12), (x + 8, y + 4)], "line", width=2)


class Dynamometer(Element, frozen=True):
    """A spring balance that hangs at (`x`, `y`) and is pulled down to a number of newtons, with a weight on its hook."""

    SECONDS: ClassVar[float] = 1.4
    x: float
    y: float
    newtons: float
    full: int = 5
    h: float = 124

    def draw(self, canvas: Canvas, p: float) -> None:
        """Draw the case, the scale, the spring stretched so far and the weight."""
        top, span = self.y + 22, self.h - 36
        reach = top + 14 + (span - 14) * self.newtons * p / self.full
        canvas.path([(self.x - 40, self.y), (self.x + 40, self.y)], "edge", width=6)
        canvas.rounded(self.x - 30, self.y + 8, 60, self.h, r=10, fill="card", line="edge")
        canvas.path(_spring((self.x - 10, top - 6), (self.x - 10, reach)), "edge", width=2.5)
        for i in range(self.full + 1):
            y = top + 14 + (span - 14) * i / self.full
            canvas.path([(self.x + 8, y), (self.x + 20, y)], "fg", width=2)
        canvas.poly([(self.x - 10, reach - 5), (self.x + 8, reach), (self.x - 10, reach + 5)], "bad")
        low = self.y + self.h + 10 + (reach - top) * 0.35
        canvas.path([(self.x, self.y + self.h + 8), (self.x, low + 10)], "fg", width=3)
        if self.newtons:
            canvas.rounded(self.x - 24, low + 8, 48, 40, r=6, fill="solid")


def _spring(a: Point, b: Point) -> list[Point]:
    turns = 14
    zigzag = [(a[0] + (6 if i % 2 else -6), a[1] + (b[1] - a[1]) * i / turns) for i in range(1, turns)]
    return [a, *zigzag, b]


class Table(Element, frozen=True):
    """A table whose first row is its head; `cells` holds the rows, `hide` empties the last columns."""

    x: float
    y: float
    cells: tuple[tuple[str, ...], ...]
    col: float = 70
    first: float = 110
    row: float = 40
    size: float = 22

    def draw(self, canvas: Canvas, p: float) -> None:  # noqa: ARG002 - comes in whole
        """Draw the rows; the first column names them."""
        wide = self.first + self.col * (len(self.cells[0]) - 1)
        canvas.rounded(self.x, self.y, wide, self.row * len(self.cells), r=10, fill="card", line="line")
        canvas.rounded(self.x, self.y, self.first, self.row * len(self.cells), r=10, fill="tint")
        for i, cells in enumerate(self.cells):
            y = self.y + self.row * i
            if i:
                canvas.path([(self.x, y), (self.x + wide, y)], "line", width=1.5)
            for k, cell in enumerate(cells):
                x = self.x + (self.first / 2 if k == 0 else self.first + self.col * (k - 0.5))
                canvas.text(x, y + self.row / 2 + self.size * 0.36, cell, self.size, "fg", face="plain" if k else "bold", anchor="ms")
