"""Drawings for everyday English: clocks, people who talk, pictures of a day."""

import math
from typing import ClassVar, Literal

from content_packs.samples.make.draw.canvas import Canvas
from content_packs.samples.make.draw.element import Element
from content_packs.samples.make.draw.rich import Place, lines_of, width_of, write


class Clock(Element, frozen=True, kw_only=True):
    """A clock with hands that turn from `start` (hour, minute) to its time; `sector` shades `past` or `to`."""

    SECONDS: ClassVar[float] = 1.2
    x: float
    y: float
    r: float = 80
    hour: int
    minute: int = 0
    start: tuple[int, int] | None = None
    sector: Literal["", "past", "to"] = ""

    def draw(self, canvas: Canvas, p: float) -> None:
        """Draw the face, the shaded part of the hour, the numbers and both hands."""
        end = self.hour * 60 + self.minute
        begin = end if self.start is None else self.start[0] * 60 + self.start[1]
        now = begin + (end - begin) * p
        canvas.circle(self.x, self.y, self.r, "card", line="solid", width=5)
        if self.sector == "past":
            canvas.slice(self.x, self.y, self.r * 0.93, (0, now % 60 * 6), "tint")
        elif self.sector == "to":
            canvas.slice(self.x, self.y, self.r * 0.93, (now % 60 * 6, 360), "gold-t")
        for i in range(12):
            a = math.radians(i * 30 - 90)
            spot = (self.x + self.r * 0.76 * math.cos(a), self.y + self.r * 0.76 * math.sin(a))
            canvas.text(*spot, str(i or 12), self.r * 0.22, "ink", face="bold", anchor="mm")
        self._hand(canvas, now / 2, 0.46, ("ink", 6))
        self._hand(canvas, now % 60 * 6, 0.64, ("solid", 4))
        canvas.circle(self.x, self.y, self.r * 0.07, "gold-2")

    def _hand(self, canvas: Canvas, degrees: float, reach: float, pen: tuple[str, float]) -> None:
        a = math.radians(degrees - 90)
        tip = (self.x + self.r * reach * math.cos(a), self.y + self.r * reach * math.sin(a))
        canvas.path([(self.x, self.y), tip], pen[0], width=pen[1] * self.r / 80)


class Person(Element, frozen=True, kw_only=True):
    """Head and shoulders of a pupil around (`x`, `y`), `size` points tall."""

    x: float
    y: float
    size: float = 120
    hair: str = "#3a2618"
    shirt: str = "solid"
    skin: str = "#e8b98f"
    long: bool = False
    name: str = ""

    def draw(self, canvas: Canvas, p: float) -> None:  # noqa: ARG002 - comes in whole
        """Draw hair, shoulders, face and name."""
        u = self.size / 120
        x, y = self.x, self.y
        if self.long:
            canvas.rounded(x - 33 * u, y - 42 * u, 66 * u, 74 * u, r=28 * u, fill=self.hair)
        canvas.rounded(x - 46 * u, y + 24 * u, 92 * u, 60 * u, r=30 * u, fill=self.shirt)
        corners = ((-46, 54), (46, 54), (46, 84), (-46, 84))
        canvas.poly([(x + px * u, y + py * u) for px, py in corners], self.shirt)
        canvas.rounded(x - 11 * u, y + 8 * u, 22 * u, 28 * u, r=10 * u, fill="#d9a577")
        canvas.circle(x, y - 10 * u, 30 * u, self.skin)
        canvas.slice(x, y - 14 * u, 32 * u, (274, 446), self.hair)
        for eye in (-11, 11):
            canvas.circle(x + eye * u, y - 7 * u, 3.2 * u, "#16231f")
        canvas.arc(x, y - 2 * u, 12 * u, (125, 235), "#8c3a2a", width=2.8 * u)
        if self.name:
            canvas.text(x, y + 76 * u, self.name, 21 * max(u, 0.85), "chalk", face="bold", anchor="ms")


class Bubble(Element, frozen=True, kw_only=True):
    """What somebody says, in a bubble whose tail points to the left or right speaker; its height follows its words."""

    x: float
    y: float
    w: float
    text: str
    side: Literal["left", "right"] = "left"
    size: float = 23

    def draw(self, canvas: Canvas, p: float) -> None:  # noqa: ARG002 - comes in whole
        """Draw the bubble, its tail and the words."""
        left = self.side == "left"
        fill, line = ("card", "line") if left else ("tint", "tint")
        lines = lines_of(self.text, self.size, self.w - 32)
        wide = max(sum(width_of(a, self.size) for a in row) for row in lines) + 34
        x = self.x if left else self.x + self.w - wide
        tall = len(lines) * self.size * 1.36 + 18
        edge, tip = (x + 3, x - 14) if left else (x + wide - 3, x + wide + 14)
        middle = self.y + tall / 2
        canvas.rounded(x, self.y, wide, tall, r=16, fill=fill, line=line)
        canvas.poly([(edge, middle - 8), (tip, middle + 6), (edge, middle + 10)], fill)
        write(canvas, self.text, Place(x + 17, self.y + 9, self.w - 32), size=self.size, fill="ink")


class Picture(Element, frozen=True, kw_only=True):
    """A small picture of daily life in a rounded square of `size`, with words below if wished."""

    x: float
    y: float
    name: Literal["bed", "cup", "brush", "school", "ball", "book"]
    size: float = 100
    fill: str = "tint"
    label: str = ""

    def draw(self, canvas: Canvas, p: float) -> None:  # noqa: ARG002 - comes in whole
        """Draw the ground, the picture on it and its words."""
        u = self.size / 100
        canvas.rounded(self.x, self.y, self.size, self.size, r=18 * u, fill=self.fill)
        pen = _Pen(canvas, self.x, self.y, u)
        _PICTURES[self.name](pen)
        if self.label:
            middle, base = self.x + self.size / 2, self.y + self.size + 28
            for i, line in enumerate(self.label.split("\n")):
                canvas.text(middle, base + 26 * i, line, 22, "fg", face="bold", anchor="ms")


class _Pen:
    """A canvas in units of a hundredth of the picture's side."""

    def __init__(self, canvas: Canvas, x: float, y: float, u: float) -> None:
        self.canvas, self.x, self.y, self.u = canvas, x, y, u

    def spots(self, *points: tuple[float, float]) -> list[tuple[float, float]]:
        return [(self.x + px * self.u, self.y + py * self.u) for px, py in points]

    def poly(self, fill: str, *points: tuple[float, float]) -> None:
        self.canvas.poly(self.spots(*points), fill)

    def line(self, fill: str, width: float, *points: tuple[float, float]) -> None:
        self.canvas.path(self.spots(*points), fill, width=width * self.u)

    def box(self, fill: str, at: tuple[float, float, float, float], r: float = 4) -> None:
        (x, y), (w, h) = self.spots((at[0], at[1]))[0], (at[2] * self.u, at[3] * self.u)
        self.canvas.rounded(x, y, w, h, r=r * self.u, fill=fill)

    def disc(self, fill: str, x: float, y: float, r: float) -> None:
        spot = self.spots((x, y))[0]
        self.canvas.circle(*spot, r * self.u, fill)


def _bed(pen: _Pen) -> None:
    pen.disc("gold", 76, 26, 11)
    pen.line("solid", 6, (16, 34), (16, 78))
    pen.line("solid", 6, (84, 56), (84, 78))
    pen.box("solid", (16, 60, 68, 12))
    pen.box("chalk", (21, 46, 22, 14), 6)
    pen.box("gold-2", (40, 50, 44, 16), 7)


def _cup(pen: _Pen) -> None:
    pen.disc("solid", 66, 54, 13)
    pen.disc("tint", 66, 54, 7)
    pen.box("solid", (26, 40, 38, 34), 9)
    pen.box("gold-2", (18, 78, 64, 6), 3)
    for x in (36, 45, 54):
        pen.line("edge", 3, (x, 32), (x + 3, 26), (x, 20))


def _brush(pen: _Pen) -> None:
    pen.line("solid", 8, (20, 74), (66, 34))
    pen.line("gold-2", 9, (60, 39), (76, 25))
    pen.poly("chalk", (53, 36), (67, 22), (62, 16), (48, 30))
    for spot in ((32, 34, 5), (22, 46, 4), (40, 22, 4)):
        pen.disc("chalk", *spot)


def _school(pen: _Pen) -> None:
    pen.poly("gold-2", (50, 16), (80, 38), (20, 38))
    pen.box("solid", (18, 38, 64, 42), 3)
    pen.box("chalk", (43, 56, 14, 24), 3)
    for x in (25, 65):
        pen.box("gold-t", (x, 48, 11, 12), 2)
    pen.disc("chalk", 50, 30, 5)


def _ball(pen: _Pen) -> None:
    pen.box("solid", (12, 76, 76, 6), 3)
    pen.disc("ink", 50, 48, 28)
    pen.disc("chalk", 50, 48, 25.5)
    pen.poly("ink", *[(50 + 9 * math.sin(k * 1.2566), 48 - 9 * math.cos(k * 1.2566)) for k in range(5)])

    def spot(turn: float, r: float) -> tuple[float, float]:
        return 50 + r * math.sin(turn * 1.2566), 48 - r * math.cos(turn * 1.2566)

    for k in range(5):
        pen.line("ink", 2.5, spot(k, 9), spot(k, 19))
        pen.disc("ink", *spot(k, 21), 4.5)
        pen.line("ink", 2, spot(k, 20), spot(k + 0.5, 23))


def _book(pen: _Pen) -> None:
    pen.poly("solid", (12, 30), (50, 38), (88, 30), (88, 76), (50, 84), (12, 76))
    pen.poly("chalk", (17, 26), (48, 34), (48, 76), (17, 69))
    pen.poly("chalk", (83, 26), (52, 34), (52, 76), (83, 69))
    for y in (40, 50, 60):
        pen.line("edge", 2.5, (23, y - 3), (42, y + 1))
        pen.line("edge", 2.5, (77, y - 3), (58, y + 1))


_PICTURES = {
    "bed": _bed,
    "cup": _cup,
    "brush": _brush,
    "school": _school,
    "ball": _ball,
    "book": _book,
}
