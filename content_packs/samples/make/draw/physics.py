"""Drawings for motion and forces: things that move and leave drops, graphs, blocks, a spring balance."""

from itertools import pairwise
from typing import ClassVar, Literal

from content_packs.samples.make.draw.canvas import Canvas, Point
from content_packs.samples.make.draw.element import Element


class Mover(Element, frozen=True, kw_only=True):
    """A car or a bicycle that moves evenly from `x1` to `x2` on a road at `y`, leaving a drop at each equal time."""

    SECONDS: ClassVar[float] = 4.0
    LINEAR: ClassVar[bool] = True
    x1: float
    x2: float
    y: float
    shape: Literal["bike", "car"] = "bike"
    drops: int = 0
    road: bool = True
    color: str = "solid"
    size: float = 1.3

    def draw(self, canvas: Canvas, p: float) -> None:
        """Draw the road, the drops so far and the thing itself."""
        if self.road:
            canvas.path([(24, self.y + 2), (616, self.y + 2)], "edge", width=3)
        for i in range(self.drops + 1 if self.drops else 0):
            share = i / self.drops
            if share <= p + 1e-6:
                canvas.circle(self.x1 + (self.x2 - self.x1) * share, self.y + 16, 6, "gold-2")
        x = self.x1 + (self.x2 - self.x1) * p
        {"bike": bike, "car": car}[self.shape](canvas, (x, self.y), self.color, self.size)


def bike(canvas: Canvas, at: Point, ink: str, u: float) -> None:
    """Draw a cyclist whose wheels stand on a point; `u` is the scale."""

    def p(px: float, py: float) -> Point:
        return at[0] + px * u, at[1] + py * u

    back, front, seat, bars, pedal = p(-24, -15), p(24, -15), p(-9, -38), p(16, -42), p(-2, -15)
    for wheel in (back, front):
        canvas.circle(*wheel, 14 * u, "", line="fg", width=3 * u)
    for a, b in ((back, pedal), (back, seat), (seat, pedal), (pedal, bars), (seat, p(15, -36)), (bars, front)):
        canvas.path([a, b], ink, width=3.5 * u)
    hip, chest = p(-9, -44), p(4, -66)
    canvas.path([hip, chest], "#e9a31b", width=9 * u)
    canvas.path([chest, p(12, -54), p(18, -46)], "#e9a31b", width=5 * u)
    canvas.path([hip, p(5, -33), pedal], "#1a2420", width=5 * u)
    canvas.circle(*p(9, -78), 8.5 * u, "#e2b08a")
    canvas.slice(*p(9, -80), 10 * u, (270, 450), "#b24d19")


def car(canvas: Canvas, at: Point, ink: str, u: float) -> None:
    """Draw a small car whose wheels stand on a point."""

    def p(px: float, py: float) -> Point:
        return at[0] + px * u, at[1] + py * u

    canvas.poly([p(-22, -32), p(-12, -50), p(14, -50), p(26, -32)], ink)
    canvas.poly([p(-15, -33), p(-8, -45), p(0, -45), p(0, -33)], "#dfeaf2")
    canvas.poly([p(4, -33), p(4, -45), p(11, -45), p(18, -33)], "#dfeaf2")
    canvas.rounded(*p(-40, -33), 80 * u, 22 * u, r=8 * u, fill=ink)
    canvas.circle(*p(37, -25), 3.5 * u, "gold")
    for wheel in (-22, 22):
        canvas.circle(*p(wheel, -10), 10.5 * u, "#1a2420")
        canvas.circle(*p(wheel, -10), 4.5 * u, "#dcd8cb")


class Graph(Element, frozen=True, kw_only=True):
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


class Plot(Element, frozen=True, kw_only=True):
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
        for a, b in pairwise(spots):
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


class Block(Element, frozen=True, kw_only=True):
    """A wooden block that stands on the floor at `y`, sliding by `slide` while it grows."""

    LINEAR: ClassVar[bool] = True
    x: float
    y: float
    w: float = 110
    h: float = 70
    label: str = ""
    slide: float = 0
    push: float = 0
    """The length of the arrow that pushes it from the left while it starts to slide."""
    floor: bool = True

    def draw(self, canvas: Canvas, p: float) -> None:
        """Draw the floor, then the block where it has got to."""
        x = self.x + self.slide * p * p
        if self.floor:
            floor(canvas, self.y)
        if self.push and p < 0.8:
            canvas.arrow((x - 8 - self.push, self.y - self.h / 2), (x - 8, self.y - self.h / 2), "bad", width=8)
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


class Dynamometer(Element, frozen=True, kw_only=True):
    """A spring balance that hangs at (`x`, `y`) and is pulled from one number of newtons to another by a weight."""

    SECONDS: ClassVar[float] = 1.4
    x: float
    y: float
    newtons: float
    before: float = 0
    full: int = 5
    h: float = 128
    load: str = ""

    def draw(self, canvas: Canvas, p: float) -> None:
        """Draw the case, the scale, the spring stretched so far and the weight."""
        top, span, low = self.y + 34, self.h - 42, self.y + self.h + 8
        reach = top + span * (self.before + (self.newtons - self.before) * p) / self.full
        canvas.path([(self.x - 60, self.y), (self.x + 60, self.y)], "edge", width=6)
        canvas.rounded(self.x - 46, self.y + 8, 92, self.h, r=12, fill="card", line="edge")
        canvas.path(_spring((self.x - 20, self.y + 12), (self.x - 20, reach)), "edge", width=2.5)
        for i in range(self.full + 1):
            y = top + span * i / self.full
            canvas.path([(self.x + 2, y), (self.x + 14, y)], "fg", width=2)
            if i % self.full == 0 or i % 2:
                canvas.text(self.x + 20, y + 6, str(i), 17, "fg", face="bold")
        canvas.poly([(self.x - 22, reach - 7), (self.x + 2, reach), (self.x - 22, reach + 7)], "bad")
        hook = low + 10 + (reach - top) * 0.22
        canvas.path([(self.x, low), (self.x, hook)], "fg", width=3)
        if self.load:
            canvas.rounded(self.x - 42, hook, 84, 38, r=7, fill="solid")
            canvas.text(self.x, hook + 27, self.load, 21, "chalk", face="bold", anchor="ms")


def _spring(a: Point, b: Point) -> list[Point]:
    turns = 14
    zigzag = [(a[0] + (6 if i % 2 else -6), a[1] + (b[1] - a[1]) * i / turns) for i in range(1, turns)]
    return [a, *zigzag, b]


class Table(Element, frozen=True, kw_only=True):
    """A table; each row of `cells` begins with its name."""

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
                base, face = y + self.row / 2 + self.size * 0.36, "plain" if k else "bold"
                canvas.text(x, base, cell, self.size, "fg", face=face, anchor="ms")


class Spring(Element, frozen=True, kw_only=True):
    """A spring fixed on the left and pulled to the right by `stretch` while it grows, with the arrow that pulls."""

    SECONDS: ClassVar[float] = 2.0
    x: float
    y: float
    length: float = 120
    stretch: float = 100

    def draw(self, canvas: Canvas, p: float) -> None:
        """Draw the wall, the windings and the arrow."""
        end = self.x + self.length + self.stretch * p
        canvas.path([(self.x - 6, self.y - 34), (self.x - 6, self.y + 34)], "edge", width=7)
        turns = 16
        first, last = self.x + 8, end - 12
        windings = [(first + (last - first) * i / turns, self.y + (15 if i % 2 else -15)) for i in range(1, turns)]
        canvas.path([(self.x, self.y), (first, self.y), *windings, (last, self.y), (end, self.y)], "fg", width=3.5)
        canvas.circle(end + 4, self.y, 5, "fg")
        if p > 0.02:
            canvas.arrow((end + 14, self.y), (end + 14 + 76 * min(1.0, p * 3), self.y), "bad", width=8)
