"""What is drawn on the paper of a worksheet: marked text, fraction bars, pizzas, number lines, graphs, clocks, code.

Everything is a vector, in millimetres, so that it prints sharply; colours are light enough for a school's printer.
"""

import math
from itertools import pairwise
from typing import ClassVar, TypeAlias

from fpdf import FPDF

from content_packs.samples.make.draw.palette import Area, colour
from content_packs.samples.make.draw.rich import Atom, lines_of, width_of
from content_packs.samples.make.lesson import Source

MM = 0.3528
_FINE = 20
"""Widths are measured at many times the size, because fonts on a screen are rounded to whole dots."""


class Paper(FPDF):
    """A page that knows the colours of its learning area and can write marked text."""

    area: Area = "math"

    def ink(self, name: str) -> tuple[int, int, int]:
        """Look up a colour of the pages."""
        return colour(name, self.area, on_board=False)

    def shape(self, points: list[tuple[float, float]], fill: str, line: str = "") -> None:
        """Draw a filled polygon."""
        self.set_fill_color(*self.ink(fill))
        self.set_draw_color(*self.ink(line or fill))
        self.set_line_width(0.3)
        self.polygon(points, style="DF" if line else "F")

    def stroke(self, a: tuple[float, float], b: tuple[float, float], name: str = "fg", width: float = 0.3) -> None:
        """Draw a straight line."""
        self.set_draw_color(*self.ink(name))
        self.set_line_width(width)
        self.line(*a, *b)

    def words(  # noqa: PLR0913 - a place, a size and a look
        self, x: float, y: float, text: str, pt: float, name: str = "fg", *, face: str = "plain", align: str = "left"
    ) -> None:
        """Write one line on its baseline."""
        self.set_font("mono" if face == "mono" else "sans", "" if face == "plain" else "B", pt)
        self.set_text_color(*self.ink(name))
        wide = self.get_string_width(text)
        self.text(x - {"left": 0.0, "center": wide / 2, "right": wide}[align], y, text)

    def marked_height(self, text: str, width: float, pt: float) -> float:
        """Measure how high a marked text will be."""
        size = pt * MM
        return sum(_tall(line, size) for line in lines_of(text, size * _FINE, width * _FINE))

    def first_tall(self, text: str, pt: float) -> float:
        """Measure the height of the first line of a marked text."""
        return _tall(lines_of(text, pt * MM * _FINE, (210 - 50) * _FINE)[0], pt * MM)

    def marked(self, x: float, y: float, text: str, width: float, pt: float) -> float:
        """Write a marked text below `y` and give back where it ends."""
        size = pt * MM
        for line in lines_of(text, size * _FINE, width * _FINE):
            tall, at = _tall(line, size), x
            for atom in line:
                self._atom(atom, (at, y + tall / 2), size)
                at += width_of(atom, size * _FINE) / _FINE
            y += tall
        return y

    def _atom(self, atom: Atom, at: tuple[float, float], size: float) -> None:
        x, middle = at
        base, pt = middle + size * 0.36, size / MM
        if atom.style == "fraction":
            self.fraction(x + width_of(atom, size * _FINE) / _FINE / 2, middle, (atom.text, atom.under), pt * 0.82)
        elif atom.style == "code":
            self.words(x + size * 0.2, base, atom.text, pt * 0.92, face="mono")
        elif atom.style == "bold":
            self.words(x, base, atom.text, pt, "area", face="bold")
        elif atom.style == "plain":
            self.words(x, base, atom.text, pt)

    def fraction(self, x: float, y: float, parts: tuple[str, str], pt: float) -> None:
        """Write a stacked fraction around its middle."""
        size = pt * MM
        self.words(x, y - size * 0.26, parts[0], pt, face="bold", align="center")
        self.words(x, y + size * 1.02, parts[1], pt, face="bold", align="center")
        half = max(self.get_string_width(part) for part in parts) / 2 + size * 0.1
        self.stroke((x - half, y), (x + half, y), width=0.35)


def _tall(line: list[Atom], size: float) -> float:
    return size * (2.3 if any(atom.style == "fraction" for atom in line) else 1.5)


class Figure(Source, frozen=True, kw_only=True, tag_field="kind", tag=str.lower):
    """A drawing of an exercise, `HEIGHT` millimetres high; several of one exercise stand side by side."""

    HEIGHT: ClassVar[float] = 14

    @property
    def height(self) -> float:
        """How much of the page it needs, in millimetres."""
        return self.HEIGHT

    def draw(self, page: Paper, x: float, y: float, w: float) -> None:
        """Draw it into the given place."""
        raise NotImplementedError


class Bar(Figure, frozen=True, kw_only=True):
    """A strip in equal parts, the first ones coloured."""

    parts: int
    taken: int = 0

    def draw(self, page: Paper, x: float, y: float, w: float) -> None:
        """Draw the parts."""
        cell = (w - 6) / self.parts
        for i in range(self.parts):
            left, right = x + i * cell, x + (i + 1) * cell
            box = [(left, y + 2), (right, y + 2), (right, y + 11), (left, y + 11)]
            page.shape(box, "gold" if i < self.taken else "card", "fg")


class Pie(Figure, frozen=True, kw_only=True):
    """A disc in equal parts, the first ones coloured."""

    HEIGHT: ClassVar[float] = 30
    parts: int
    taken: int = 0

    def draw(self, page: Paper, x: float, y: float, w: float) -> None:
        """Draw the slices."""
        middle, r = (x + w / 2 - 3, y + 14.5), 13.0
        for i in range(self.parts):
            turn = [math.radians((i + k / 24) * 360 / self.parts - 90) for k in range(25)]
            rim = [(middle[0] + r * math.cos(a), middle[1] + r * math.sin(a)) for a in turn]
            page.shape([middle, *rim], "gold" if i < self.taken else "card", "fg")


class NumberLine(Figure, frozen=True, kw_only=True):
    """The number line from 0 to 1 in equal parts, only its ends numbered."""

    HEIGHT: ClassVar[float] = 17
    parts: int

    def draw(self, page: Paper, x: float, y: float, w: float) -> None:
        """Draw the line, its ticks and its ends."""
        x, w = x + 4, w - 24
        page.stroke((x - 3, y + 6), (x + w + 10, y + 6), width=0.5)
        page.shape([(x + w + 13, y + 6), (x + w + 9, y + 4.6), (x + w + 9, y + 7.4)], "fg")
        for i in range(self.parts + 1):
            reach = 2.4 if i in (0, self.parts) else 1.6
            at = x + w * i / self.parts
            page.stroke((at, y + 6 - reach), (at, y + 6 + reach), width=0.5)
        page.words(x, y + 14, "0", 11, face="bold", align="center")
        page.words(x + w, y + 14, "1", 11, face="bold", align="center")


class Graph(Figure, frozen=True, kw_only=True):
    """Axes on squared paper, empty or with a line through points."""

    HEIGHT: ClassVar[float] = 56
    x_max: int
    y_max: int
    y_step: int
    x_label: str = "t (s)"
    y_label: str = "s (m)"
    points: tuple[tuple[float, float], ...] = ()

    def draw(self, page: Paper, x: float, y: float, w: float) -> None:
        """Draw grid, axes, numbers and the line."""
        left, low, wide, high = x + 10, y + 48, min(w - 34, 100.0), 40.0
        rows = self.y_max // self.y_step
        for i in range(self.x_max + 1):
            at = left + wide * i / self.x_max
            page.stroke((at, low), (at, low - high), "line", 0.2)
            page.words(at, low + 5, str(i), 9, "mute", align="center")
        for i in range(1, rows + 1):
            at = low - high * i / rows
            page.stroke((left, at), (left + wide, at), "line", 0.2)
            page.words(left - 2, at + 1.2, str(i * self.y_step), 9, "mute", align="right")
        page.stroke((left, low), (left + wide + 6, low), width=0.5)
        page.stroke((left, low), (left, low - high - 5), width=0.5)
        page.words(left + wide + 7, low + 1, self.x_label, 10, face="bold")
        page.words(left + 2, low - high - 2.5, self.y_label, 10, face="bold")
        spots = [(left + wide * a / self.x_max, low - high * b / self.y_max) for a, b in self.points]
        for a, b in pairwise(spots):
            page.stroke(a, b, "area", 0.8)


class Clock(Figure, frozen=True, kw_only=True):
    """A clock; without hands where the pupil draws them."""

    HEIGHT: ClassVar[float] = 34
    hour: int = 0
    minute: int = 0
    hands: bool = True

    def draw(self, page: Paper, x: float, y: float, w: float) -> None:
        """Draw the face, the numbers and the hands."""
        mx, my, r = x + w / 2 - 3, y + 16, 15.0
        page.set_draw_color(*page.ink("solid"))
        page.set_line_width(0.7)
        page.circle(mx, my, r, style="D")
        for i in range(12):
            a = math.radians(i * 30 - 90)
            spot = (mx + 12 * math.cos(a), my + 12 * math.sin(a) + 1.1)
            page.words(*spot, str(i or 12), 8.5, face="bold", align="center")
        if self.hands:
            for degrees, reach, width in ((self.hour * 30 + self.minute / 2, 6.5, 1.0), (self.minute * 6, 9.5, 0.6)):
                a = math.radians(degrees - 90)
                page.stroke((mx, my), (mx + reach * math.cos(a), my + reach * math.sin(a)), width=width)
        page.set_fill_color(*page.ink("gold-2"))
        page.circle(mx, my, 0.9, style="F")


class Code(Figure, frozen=True, kw_only=True):
    """A program in a frame."""

    text: str

    @property
    def height(self) -> float:
        """As high as it has lines."""
        return 6.2 * len(self.text.strip("\n").split("\n")) + 8

    def draw(self, page: Paper, x: float, y: float, w: float) -> None:
        """Draw the frame and the lines."""
        page.set_fill_color(*page.ink("paper"))
        page.set_draw_color(*page.ink("edge"))
        page.set_line_width(0.3)
        page.rect(x, y, w - 6, self.height - 4, style="DF", round_corners=True, corner_radius=2)
        for i, line in enumerate(self.text.strip("\n").split("\n")):
            page.words(x + 4, y + 6.4 + 6.2 * i, line, 11, face="mono")


class Words(Figure, frozen=True, kw_only=True):
    """A frame of words to choose from."""

    HEIGHT: ClassVar[float] = 13
    text: str

    def draw(self, page: Paper, x: float, y: float, w: float) -> None:
        """Draw the frame and the words."""
        page.set_fill_color(*page.ink("tint"))
        page.rect(x, y, w - 6, 9.5, style="F", round_corners=True, corner_radius=2)
        page.words(x + w / 2 - 3, y + 6.4, self.text, 11.5, face="bold", align="center")


AnyFigure: TypeAlias = Bar | Pie | NumberLine | Graph | Clock | Code | Words
