"""Drawings for any subject: words, boxes, arrows, check marks, a note to remember, the pause for thinking."""

from typing import ClassVar

from content_packs.samples.make.draw.canvas import Canvas, text_width
from content_packs.samples.make.draw.element import Element
from content_packs.samples.make.draw.rich import Place, lines_of, write


class Text(Element, frozen=True, kw_only=True):
    """Words with marks; `x` is the left edge, the middle or the right edge by `align`."""

    x: float
    y: float
    text: str
    size: float = 26
    color: str = "fg"
    bold: bool = False
    align: str = "left"
    width: float = 0

    def draw(self, canvas: Canvas, p: float) -> None:  # noqa: ARG002 - words come in whole
        """Write the words."""
        place = Place(self.x, self.y, self.width, self.align)
        write(canvas, self.text, place, size=self.size, fill=self.color, bold=self.bold)


class Box(Element, frozen=True, kw_only=True):
    """A quiet card to stand other drawings on."""

    x: float
    y: float
    w: float
    h: float
    fill: str = "card"
    line: str = "line"
    r: float = 14

    def draw(self, canvas: Canvas, p: float) -> None:  # noqa: ARG002 - comes in whole
        """Draw the card."""
        canvas.rounded(self.x, self.y, self.w, self.h, r=self.r, fill=self.fill, line=self.line)


class Note(Element, frozen=True, kw_only=True):
    """What to remember: a gold card with a lozenge; its height follows its words."""

    x: float
    y: float
    w: float
    text: str
    size: float = 24

    def draw(self, canvas: Canvas, p: float) -> None:  # noqa: ARG002 - comes in whole
        """Draw the card, then the words on it."""
        inner = self.w - 66
        lines = lines_of(self.text, self.size, inner)
        tall = sum(self.size * (2.2 if any(a.style == "fraction" for a in line) else 1.36) for line in lines) + 22
        canvas.rounded(self.x, self.y, self.w, tall, r=14, fill="gold-t", line="gold")
        canvas.lozenge(self.x + 27, self.y + tall / 2, 11, "gold-2")
        canvas.lozenge(self.x + 27, self.y + tall / 2, 4.5, "gold-t")
        write(canvas, self.text, Place(self.x + 50, self.y + 11, inner), size=self.size, fill="on-gold")


class Pill(Element, frozen=True, kw_only=True):
    """A short label on a solid ground, around its middle."""

    x: float
    y: float
    text: str
    size: float = 22
    fill: str = "solid"
    color: str = "chalk"

    def draw(self, canvas: Canvas, p: float) -> None:  # noqa: ARG002 - comes in whole
        """Draw the label."""
        wide, tall = text_width(self.text, self.size, "bold") + self.size * 1.1, self.size * 1.6
        canvas.rounded(self.x - wide / 2, self.y - tall / 2, wide, tall, r=tall / 2, fill=self.fill)
        canvas.text(self.x, self.y + self.size * 0.36, self.text, self.size, self.color, face="bold", anchor="ms")


class Arrow(Element, frozen=True, kw_only=True):
    """An arrow that grows to its tip, with words beside its middle if wished."""

    SECONDS: ClassVar[float] = 0.7
    x1: float
    y1: float
    x2: float
    y2: float
    color: str = "area"
    width: float = 5
    label: str = ""
    label_x: float = 0
    label_y: float = -14
    size: float = 22

    def draw(self, canvas: Canvas, p: float) -> None:
        """Draw as much of the arrow as has grown."""
        tip = (self.x1 + (self.x2 - self.x1) * p, self.y1 + (self.y2 - self.y1) * p)
        canvas.arrow((self.x1, self.y1), tip, self.color, width=self.width)
        if self.label:
            x, y = (self.x1 + self.x2) / 2 + self.label_x, (self.y1 + self.y2) / 2 + self.label_y
            canvas.text(x, y, self.label, self.size, self.color, face="bold", anchor="ms")


class Line(Element, frozen=True, kw_only=True):
    """A straight line that grows; dashed if wished."""

    SECONDS: ClassVar[float] = 0.6
    x1: float
    y1: float
    x2: float
    y2: float
    color: str = "fg"
    width: float = 3
    dashed: bool = False

    def draw(self, canvas: Canvas, p: float) -> None:
        """Draw as much of the line as has grown."""
        tip = (self.x1 + (self.x2 - self.x1) * p, self.y1 + (self.y2 - self.y1) * p)
        if self.dashed:
            canvas.dashes((self.x1, self.y1), tip, self.color, width=self.width)
        else:
            canvas.path([(self.x1, self.y1), tip], self.color, width=self.width)


class Mark(Element, frozen=True, kw_only=True):
    """A check mark, or a cross: right and not right, never by colour alone."""

    x: float
    y: float
    ok: bool = True
    r: float = 17

    def draw(self, canvas: Canvas, p: float) -> None:  # noqa: ARG002 - comes in whole
        """Draw the mark."""
        r = self.r
        canvas.circle(self.x, self.y, r, "#17693a" if self.ok else "#a8231b")
        if self.ok:
            strokes = ((-0.45, 0.02), (-0.1, 0.38), (0.48, -0.36))
            canvas.path([(self.x + r * px, self.y + r * py) for px, py in strokes], "chalk", width=r * 0.2)
        else:
            for way in (-1, 1):
                ends = [(self.x - r * 0.36, self.y - way * r * 0.36), (self.x + r * 0.36, self.y + way * r * 0.36)]
                canvas.path(ends, "chalk", width=r * 0.2)


class Dot(Element, frozen=True, kw_only=True):
    """A point to look at."""

    x: float
    y: float
    r: float = 8
    color: str = "gold"

    def draw(self, canvas: Canvas, p: float) -> None:  # noqa: ARG002 - comes in whole
        """Draw the point with a dark edge."""
        canvas.circle(self.x, self.y, self.r, self.color, line="fg", width=2.5)


class Think(Element, frozen=True, kw_only=True):
    """Time to think: three lozenges that fill one after the other."""

    SECONDS: ClassVar[float] = 3.2
    LINEAR: ClassVar[bool] = True
    x: float
    y: float

    def draw(self, canvas: Canvas, p: float) -> None:
        """Draw the three lozenges, each a third of the time."""
        for i in range(3):
            x, share = self.x + (i - 1) * 34, max(0.0, min(1.0, p * 3 - i))
            canvas.lozenge(x, self.y, 13, "gold")
            canvas.lozenge(x, self.y, 9.5, "board")
            if share > 0:
                canvas.lozenge(x, self.y, 9.5 * share, "gold")
