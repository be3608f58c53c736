"""Drawings for coding: an editor in which Python is typed, its output, boxes for variables, a turtle that draws."""

import io
import keyword
import math
import tokenize
from typing import ClassVar

from content_packs.samples.make.draw.canvas import Canvas, text_width
from content_packs.samples.make.draw.element import Element

_INKS = {
    "keyword": "#f6b73c",
    "string": "#9be3a8",
    "number": "#93c3f7",
    "comment": "#8fa39a",
    "call": "#ffd9a0",
    "": "#edf2ee",
}


def inks(line: str) -> list[str]:
    """Name the colour of each character of a line of Python, also of one that is still being typed."""
    colours = [""] * len(line)
    indent = len(line) - len(line.lstrip())
    try:
        for token in tokenize.generate_tokens(io.StringIO(line.strip()).readline):
            first, last = token.start[1], token.end[1]
            colours[first + indent : last + indent] = [_kind(token, line)] * (last - first)
    except (tokenize.TokenError, IndentationError):
        return colours
    return colours


def _kind(token: tokenize.TokenInfo, line: str) -> str:
    if token.type == tokenize.NAME:
        if keyword.iskeyword(token.string):
            return "keyword"
        return "call" if line.strip()[token.end[1] : token.end[1] + 1] == "(" else ""
    return {tokenize.STRING: "string", tokenize.NUMBER: "number", tokenize.COMMENT: "comment"}.get(token.type, "")


class Editor(Element, frozen=True, kw_only=True):
    """A window with Python in it; lines from `typed` on are typed while it grows, line `mark` (from 1) is lit."""

    SECONDS: ClassVar[float] = 0.0
    LINEAR: ClassVar[bool] = True
    x: float
    y: float
    w: float
    h: float
    code: str
    typed: int = 0
    mark: int = 0
    size: float = 22
    title: str = "programi.py"

    @property
    def grows_s(self) -> float:
        """Type about 14 characters a second, unless `over` says otherwise."""
        fresh = self.code.strip("\n").split("\n")[self.typed - 1 :] if self.typed else []
        return self.over or sum(len(line.strip()) for line in fresh) / 14

    def draw(self, canvas: Canvas, p: float) -> None:
        """Draw the window, the lines that stand and as much of the others as has been typed."""
        _window(canvas, (self.x, self.y, self.w, self.h), self.title)
        lines = self.code.strip("\n").split("\n")
        left = round(p * sum(len(line.strip()) for line in lines[self.typed - 1 :])) if self.typed else 0
        step = self.size * 1.5
        for i, line in enumerate(lines):
            fresh = bool(self.typed) and i >= self.typed - 1
            indent = len(line) - len(line.lstrip())
            show = line[: indent + min(left, len(line) - indent)] if fresh else line
            y = self.y + 38 + step * i
            if i + 1 == self.mark:
                canvas.rounded(self.x + 6, y, self.w - 12, step, r=5, fill="#33503f")
            canvas.text(self.x + 30, y + step * 0.7, str(i + 1), self.size * 0.72, "#7f8e86", face="mono", anchor="rs")
            self._line(canvas, line, len(show), y + step * 0.7)
            if fresh:
                if left < len(line) - indent:
                    self._cursor(canvas, len(show), y + step / 2)
                    return
                left -= len(line) - indent

    def _line(self, canvas: Canvas, line: str, shown: int, base: float) -> None:
        cell = text_width("0", self.size, "mono")
        colours = inks(line)
        at = 0
        while at < shown:
            end = at + 1
            while end < shown and colours[end] == colours[at]:
                end += 1
            canvas.text(self.x + 42 + at * cell, base, line[at:end], self.size, _INKS[colours[at]], face="mono")
            at = end

    def _cursor(self, canvas: Canvas, column: int, middle: float) -> None:
        x = self.x + 43 + column * text_width("0", self.size, "mono")
        canvas.path([(x, middle - self.size * 0.55), (x, middle + self.size * 0.55)], "gold", width=2.5)


class Console(Element, frozen=True, kw_only=True):
    """What the program prints; lines come one after the other while it grows."""

    SECONDS: ClassVar[float] = 0.0
    LINEAR: ClassVar[bool] = True
    x: float
    y: float
    w: float
    h: float
    lines: tuple[str, ...] = ()
    size: float = 22
    title: str = "Dalja"

    def draw(self, canvas: Canvas, p: float) -> None:
        """Draw the panel and the lines that have been printed."""
        canvas.rounded(self.x, self.y, self.w, self.h, r=12, fill="card", line="line")
        canvas.text(self.x + 16, self.y + 25, self.title, 18, "#545e58", face="bold")
        shown = math.ceil(p * len(self.lines) - 1e-9)
        for i, line in enumerate(self.lines[:shown]):
            canvas.text(self.x + 16, self.y + 34 + self.size * (1.4 * i + 1), line, self.size, "ink", face="mono")


def _window(canvas: Canvas, at: tuple[float, float, float, float], title: str) -> None:
    x, y, w, h = at
    canvas.rounded(x, y, w, h, r=12, fill="ink")
    canvas.rounded(x, y, w, 32, r=12, fill="ink-2")
    canvas.poly([(x, y + 20), (x + w, y + 20), (x + w, y + 32), (x, y + 32)], "ink-2")
    for i, name in enumerate(("#e2695e", "gold", "#7bd89a")):
        canvas.lozenge(x + 20 + i * 18, y + 16, 6, name)
    canvas.text(x + w / 2 + 10, y + 22, title, 17, "#a8b5ae", anchor="ms")


class Variable(Element, frozen=True, kw_only=True):
    """A box with a name on its front and a value in it, around its middle; the value drops in."""

    SECONDS: ClassVar[float] = 0.7
    x: float
    y: float
    name: str
    value: str
    old: str = ""
    w: float = 150

    def draw(self, canvas: Canvas, p: float) -> None:
        """Draw the value above, then falling behind the front of the box."""
        left, right, top = self.x - self.w / 2, self.x + self.w / 2, self.y
        canvas.poly([(left, top), (right, top), (right - 14, top - 18), (left + 14, top - 18)], "#6c4d0b")
        drop = top - 62 + 40 * p
        wide = text_width(self.value, 24, "mono") + 22
        canvas.rounded(self.x - wide / 2, drop - 20, wide, 40, r=8, fill="card", line="gold-2")
        canvas.text(self.x, drop + 9, self.value, 24, "solid", face="mono", anchor="ms")
        if self.old:
            canvas.text(right + 12, top + 6, self.old, 22, "mute", face="mono")
            half = text_width(self.old, 22, "mono")
            canvas.path([(right + 10, top - 2), (right + 14 + half, top - 2)], "bad", width=3)
        canvas.rounded(left, top - 2, self.w, 58, r=6, fill="solid")
        canvas.text(self.x, top + 35, self.name, 24, "chalk", face="mono", anchor="ms")


class Turtle(Element, frozen=True, kw_only=True):
    """A turtle that draws a regular polygon: `sides` times forward, then left."""

    SECONDS: ClassVar[float] = 5.0
    LINEAR: ClassVar[bool] = True
    x: float
    y: float
    side: float = 110
    sides: int = 4

    def draw(self, canvas: Canvas, p: float) -> None:
        """Draw the sides so far and the turtle at their end, looking ahead."""
        x, y, heading = self.x, self.y, 0.0
        path = [(x, y)]
        for i in range(self.sides):
            share = max(0.0, min(1.0, p * self.sides - i))
            go, turn = min(1.0, share / 0.75), max(0.0, share - 0.75) / 0.25
            x, y = x + self.side * go * math.cos(heading), y - self.side * go * math.sin(heading)
            path.append((x, y))
            heading += turn * 2 * math.pi / self.sides
            if share < 1:
                break
        canvas.path(path, "area", width=4.5)
        ahead = (math.cos(heading), -math.sin(heading))
        side = (-ahead[1], ahead[0])
        for f, s in ((9, 9), (9, -9), (-9, 9), (-9, -9)):
            canvas.circle(x + ahead[0] * f + side[0] * s, y + ahead[1] * f + side[1] * s, 5, "#3a7a2c")
        canvas.circle(x + ahead[0] * 17, y + ahead[1] * 17, 6, "#3a7a2c")
        canvas.circle(x, y, 13, "#5fa348", line="#2a6a1e", width=2)
        canvas.lozenge(x, y, 6, "#2a6a1e")


class Choose(Element, frozen=True, kw_only=True):
    """A fork in the program: a question in a lozenge, the way for yes to the left and for no to the right."""

    x: float
    y: float
    question: str
    yes: str
    no: str
    way: str = ""
    w: float = 200
    words: tuple[str, str] = ("po", "jo")

    def draw(self, canvas: Canvas, p: float) -> None:  # noqa: ARG002 - comes in whole
        """Draw both ways, then the question; the way taken is gold."""
        self._way(canvas, -1, self.yes, self.words[0], taken=self.way == "yes")
        self._way(canvas, 1, self.no, self.words[1], taken=self.way == "no")
        wide, tall = text_width(self.question, 24, "mono") / 2 + 58, 52
        corners = ((0, -tall), (wide, 0), (0, tall), (-wide, 0))
        canvas.poly([(self.x + px, self.y + py) for px, py in corners], "solid")
        canvas.text(self.x, self.y + 9, self.question, 24, "chalk", face="mono", anchor="ms")

    def _way(self, canvas: Canvas, side: int, label: str, word: str, *, taken: bool) -> None:
        x, low = self.x + side * self.w / 2, self.y + 84
        canvas.path([(self.x, self.y), (x, self.y), (x, low)], "gold-2" if taken else "edge", width=6 if taken else 3)
        wide = text_width(label, 25, "mono") + 34
        fill, line = ("gold", "gold-2") if taken else ("card", "line")
        canvas.rounded(x - wide / 2, low, wide, 54, r=12, fill=fill, line=line)
        canvas.text(x, low + 36, label, 25, "ink", face="mono", anchor="ms")
        canvas.text(x + side * 16, low - 22, word, 25, "mute", face="bold", anchor="ls" if side > 0 else "rs")
