"""Text with marks: `{2/7}` a fraction, `**bold**` in the colour of the area, backticks for code; it wraps by itself.

    height = write(canvas, "**Rregulli:** {2/7} + {3/7}", Place(x=40, y=90, width=560), size=26, fill="fg")
"""

import re
from typing import NamedTuple

from content_packs.samples.make.draw.canvas import Canvas, text_width

_MARKS = re.compile(
    r"\{(?P<over>[^{}/]+)/(?P<under>[^{}/]+)\}|\*\*(?P<bold>.+?)\*\*|`(?P<code>.+?)`|(?P<line>\n)|(?P<gap>[ ]+)"
)


class Place(NamedTuple):
    """Where a text stands: `x` is its left edge, middle or right edge by `align`; `width` of 0 never wraps."""

    x: float
    y: float
    width: float = 0
    align: str = "left"


class Atom(NamedTuple):
    """The smallest thing that is never broken: a word, a fraction, a piece of code, a gap or a new line."""

    style: str
    text: str
    under: str = ""


def atoms(text: str) -> list[Atom]:
    """Cut a marked text into atoms."""
    found: list[Atom] = []
    at = 0
    for match in _MARKS.finditer(text):
        if match.start() > at:
            found.append(Atom("plain", text[at : match.start()]))
        at = match.end()
        found += _marked(match)
    if at < len(text):
        found.append(Atom("plain", text[at:]))
    return found


def _marked(match: re.Match[str]) -> list[Atom]:
    kind = match.lastgroup
    if kind == "under":
        return [Atom("fraction", match["over"], match["under"])]
    if kind == "bold":
        return [Atom("bold", a.text) if a.style == "plain" else a for a in atoms(match["bold"])]
    if kind == "code":
        return [Atom("code", match["code"])]
    return [Atom("line", "")] if kind == "line" else [Atom("gap", match[0])]


def width_of(atom: Atom, size: float, *, bold: bool = False) -> float:
    """Measure one atom, in points."""
    if atom.style == "fraction":
        return max(text_width(t, size * 0.82, "bold") for t in (atom.text, atom.under)) + size * 0.3
    if atom.style == "code":
        return text_width(atom.text, size * 0.92, "mono") + size * 0.4
    return text_width(atom.text, size, "bold" if bold or atom.style == "bold" else "plain")


def lines_of(text: str, size: float, width: float, *, bold: bool = False) -> list[list[Atom]]:
    """Wrap a text: the atoms of each line, without the gaps at its ends. Words stay glued to their punctuation."""
    lines: list[list[Atom]] = [[]]
    used = 0.0
    for group in _groups(atoms(text)):
        wide = sum(width_of(atom, size, bold=bold) for atom in group)
        if group[0].style == "line" or (width and used + wide > width and group[0].style != "gap"):
            lines.append([])
            used = 0.0
        if group[0].style == "line" or (group[0].style == "gap" and not lines[-1]):
            continue
        lines[-1] += group
        used += wide
    for line in lines:
        while line and line[-1].style == "gap":
            line.pop()
    return lines


def _groups(found: list[Atom]) -> list[list[Atom]]:
    groups: list[list[Atom]] = []
    for atom in found:
        glue = groups and atom.style not in ("gap", "line") and groups[-1][0].style not in ("gap", "line")
        if glue:
            groups[-1].append(atom)
        else:
            groups.append([atom])
    return groups


def write(canvas: Canvas, text: str, place: Place, *, size: float, fill: str, bold: bool = False) -> float:
    """Write a marked text and give back the height it took, in points."""
    y = place.y
    for line in lines_of(text, size, place.width, bold=bold):
        tall = size * (2.2 if any(a.style == "fraction" for a in line) else 1.36)
        wide = sum(width_of(a, size, bold=bold) for a in line)
        x = place.x - {"left": 0.0, "center": wide / 2, "right": wide}[place.align]
        for atom in line:
            _draw(canvas, atom, (x, y + tall / 2), size=size, fill=fill, bold=bold)
            x += width_of(atom, size, bold=bold)
        y += tall
    return y - place.y


def _draw(canvas: Canvas, atom: Atom, at: tuple[float, float], *, size: float, fill: str, bold: bool) -> None:
    """Draw one atom whose left edge and middle line are given."""
    x, middle = at
    base = middle + size * 0.36
    if atom.style == "fraction":
        fraction(canvas, (x + width_of(atom, size) / 2, middle), (atom.text, atom.under), size=size * 0.82, fill=fill)
    elif atom.style == "code":
        wide = width_of(atom, size)
        canvas.rounded(x, middle - size * 0.64, wide, size * 1.28, r=5, fill="ink-2" if canvas.on_board else "sunk")
        canvas.text(x + size * 0.2, base, atom.text, size * 0.92, "gold" if canvas.on_board else fill, face="mono")
    elif atom.style == "bold":
        canvas.text(x, base, atom.text, size, "area", face="bold")
    elif atom.style == "plain":
        canvas.text(x, base, atom.text, size, fill, face="bold" if bold else "plain")


def fraction(
    canvas: Canvas,
    middle: tuple[float, float],
    parts: tuple[str, str],
    *,
    size: float,
    fill: str,
    inks: tuple[str, str] = ("", ""),
) -> None:
    """Draw a stacked fraction around its middle; `inks` recolours numerator and denominator."""
    x, y = middle
    half = max(text_width(t, size, "bold") for t in parts) / 2 + size * 0.1
    canvas.text(x, y - size * 0.26, parts[0], size, inks[0] or fill, face="bold", anchor="ms")
    canvas.path([(x - half, y), (x + half, y)], fill, width=max(1.6, size * 0.08))
    canvas.text(x, y + size * 1.02, parts[1], size, inks[1] or fill, face="bold", anchor="ms")
