"""Drawings for fractions: stacked numbers, pizzas, bars, chocolate, the number line."""

import math
from typing import ClassVar

from content_packs.samples.make.draw.canvas import Canvas
from content_packs.samples.make.draw.element import Element
from content_packs.samples.make.draw.rich import fraction

_GROUPS = ("gold", "solid", "mint")


class Fraction(Element, frozen=True, kw_only=True):
    """A large fraction around its middle; numerator and denominator may have their own colours."""

    x: float
    y: float
    top: str
    bottom: str
    size: float = 54
    color: str = "fg"
    top_color: str = ""
    bottom_color: str = ""

    def draw(self, canvas: Canvas, p: float) -> None:  # noqa: ARG002 - comes in whole
        """Draw numerator, line and denominator."""
        inks = (self.top_color, self.bottom_color)
        fraction(canvas, (self.x, self.y), (self.top, self.bottom), size=self.size, fill=self.color, inks=inks)


class Pie(Element, frozen=True, kw_only=True):
    """A disc or pizza in equal parts; `groups` counts the slices taken, group after group; `out` moves them away."""

    SECONDS: ClassVar[float] = 0.8
    x: float
    y: float
    r: float = 90
    parts: int = 1
    groups: tuple[int, ...] = ()
    out: float = 0
    pizza: bool = True
    done: int = 0
    """How many slices were taken before, so that only the later ones move."""

    def draw(self, canvas: Canvas, p: float) -> None:
        """Draw the slices that stay, then the taken ones on their way out."""
        colours = [c for i, n in enumerate(self.groups) for c in [_GROUPS[i]] * n]
        turn = 360 / self.parts
        for i in range(self.parts):
            share = 1.0 if i < self.done else p
            taken = i < len(colours)
            away = self.out * share if taken else 0.0
            middle = math.radians((i + 0.5) * turn - 90)
            x, y = self.x + away * math.cos(middle), self.y + away * math.sin(middle)
            self._slice(canvas, (x, y), (i * turn, (i + 1) * turn), colours[i] if taken and share > 0.35 else "")
        if self.parts > 1:
            self._cuts(canvas, len(colours) if self.out else 0)

    def _slice(self, canvas: Canvas, at: tuple[float, float], turn: tuple[float, float], fill: str) -> None:
        x, y = at
        if not self.pizza:
            canvas.slice(x, y, self.r, turn, fill or "card")
            canvas.arc(x, y, self.r, turn, "edge", width=2)
            return
        canvas.slice(x, y, self.r, turn, "#c98a3d")
        canvas.slice(x, y, self.r * 0.9, turn, fill or "#f8e3a6")
        for ring, count, size in ((0.62, 9, 0.085), (0.28, 4, 0.085)):
            for i in range(count):
                angle = (i + 0.5) * 360 / count + (7 if ring < 0.5 else 0)
                if turn[0] + 5 < angle < turn[1] - 5:
                    a = math.radians(angle - 90)
                    spot = (x + self.r * ring * math.cos(a), y + self.r * ring * math.sin(a))
                    canvas.circle(*spot, self.r * size, "#c8452f" if fill != "solid" else "#f2c9be")

    def _cuts(self, canvas: Canvas, first: int) -> None:
        for i in range(self.parts):
            if first and 0 < i < first:
                continue
            a = math.radians(i * 360 / self.parts - 90)
            end = (self.x + self.r * math.cos(a), self.y + self.r * math.sin(a))
            canvas.path([(self.x, self.y), end], "card" if self.pizza else "edge", width=3 if self.pizza else 2)


class Bar(Element, frozen=True, kw_only=True):
    """A strip in parts (equal unless `widths` is given), coloured group after group, with a label in each part."""

    SECONDS: ClassVar[float] = 0.8
    x: float
    y: float
    w: float
    h: float = 48
    parts: int = 1
    groups: tuple[int, ...] = ()
    widths: tuple[float, ...] = ()
    label: str = ""

    def draw(self, canvas: Canvas, p: float) -> None:
        """Draw the parts, colouring from the left as it grows."""
        shares = self.widths or (1.0,) * self.parts
        unit = self.w / sum(shares)
        colours = [c for i, n in enumerate(self.groups) for c in [_GROUPS[i]] * n]
        canvas.rounded(self.x, self.y, self.w, self.h, r=3, fill="card")
        x, edge = self.x, self.x + self.w * p if colours else self.x
        for i, share in enumerate(shares):
            wide = share * unit
            if i < len(colours) and edge > x:
                reach = min(x + wide, edge)
                canvas.poly([(x, self.y), (reach, self.y), (reach, self.y + self.h), (x, self.y + self.h)], colours[i])
            if self.label:
                top, bottom = self.label.split("/")
                ink = "chalk" if i < len(colours) and colours[i] == "solid" else "fg"
                fraction(canvas, (x + wide / 2, self.y + self.h / 2), (top, bottom), size=self.h * 0.36, fill=ink)
            x += wide
        self._outline(canvas, [share * unit for share in shares])

    def _outline(self, canvas: Canvas, widths: list[float]) -> None:
        low, right = self.y + self.h, self.x + self.w
        frame = [(self.x, self.y), (right, self.y), (right, low), (self.x, low), (self.x, self.y)]
        ink = "board-2" if canvas.on_board else "fg"
        canvas.path(frame, ink, width=2.5)
        x = self.x
        for wide in widths[:-1]:
            x += wide
            canvas.path([(x, self.y), (x, low)], ink, width=2)


class Chocolate(Element, frozen=True, kw_only=True):
    """A bar of chocolate in rows and columns; the first `taken` pieces are gone, leaving their places."""

    SECONDS: ClassVar[float] = 0.8
    x: float
    y: float
    cols: int
    rows: int
    cell: float = 50
    taken: int = 0

    def draw(self, canvas: Canvas, p: float) -> None:
        """Draw the pieces, column by column."""
        for i in range(self.cols * self.rows):
            x, y = self.x + (i // self.rows) * self.cell, self.y + (i % self.rows) * self.cell
            size = self.cell - 4
            gone = i < self.taken and p * self.taken > i
            canvas.rounded(x, y, size, size, r=6, fill="gold" if gone else "#6b4226")
            canvas.rounded(x + 7, y + 7, size - 14, size - 14, r=4, fill="gold-2" if gone else "#855432")


class NumberLine(Element, frozen=True, kw_only=True):
    """The number line from 0 to `end`, each unit in equal parts, with hops from the left up to `hops` parts."""

    SECONDS: ClassVar[float] = 1.4
    x: float
    y: float
    w: float
    parts: int
    end: int = 1
    hops: int = 0
    labels: bool = True
    size: float = 24

    def draw(self, canvas: Canvas, p: float) -> None:
        """Draw the line and its ticks, then the hops that have been made."""
        count = self.parts * self.end
        step = self.w / count
        canvas.arrow((self.x - 14, self.y), (self.x + self.w + 34, self.y), "fg", width=3.5)
        for i in range(count + 1):
            whole = i % self.parts == 0
            x, reach = self.x + i * step, 12 if whole else 8
            canvas.path([(x, self.y - reach), (x, self.y + reach)], "fg", width=3)
            if whole:
                canvas.text(x, self.y + 44, str(i // self.parts), self.size, "fg", face="bold", anchor="ms")
            elif self.labels:
                fraction(canvas, (x, self.y + 36), (str(i), str(self.parts)), size=self.size * 0.8, fill="mute")
        self._hops(canvas, step, p * self.hops)

    def _hops(self, canvas: Canvas, step: float, made: float) -> None:
        for i in range(self.hops):
            share = max(0.0, min(1.0, made - i))
            if share <= 0:
                return
            x0, spots = self.x + i * step, max(2, int(24 * share))
            arch = [
                (x0 + step * share * k / spots, self.y - 16 - 30 * math.sin(math.pi * share * k / spots))
                for k in range(spots + 1)
            ]
            canvas.path(arch, "area", width=4)
        if self.hops and made >= self.hops:
            canvas.circle(self.x + self.hops * step, self.y, 10, "gold", line="fg", width=3)
