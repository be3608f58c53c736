"""A canvas of 640 x 360 points that is drawn three times as large and then made small, so that every edge is smooth.

All coordinates are points of the finished picture; `dy` shifts everything, which is how things rise into place.

    canvas = Canvas.empty("math", ground="paper")
    canvas.circle(320, 180, 40, "gold")
    canvas.small().save("frame.png")
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from content_packs.samples.make.draw.palette import RGB, Area, colour

WIDTH, HEIGHT, SCALE = 640, 360, 3
FONTS = Path("/usr/share/fonts/truetype/dejavu")
_FACES = {"plain": "DejaVuSans.ttf", "bold": "DejaVuSans-Bold.ttf", "mono": "DejaVuSansMono-Bold.ttf"}

Point = tuple[float, float]


@lru_cache(maxsize=256)
def font(face: str, size: float) -> ImageFont.FreeTypeFont:
    """Load a face (`plain`, `bold`, `mono`) at a size in points of the finished picture."""
    return ImageFont.truetype(str(FONTS / _FACES[face]), round(size * SCALE))


def text_width(text: str, size: float, face: str = "plain") -> float:
    """Measure a line of text, in points."""
    return font(face, size).getlength(text) / SCALE


class Canvas:
    """One picture being drawn; `on_board` says that the ground is the dark green board."""

    def __init__(self, image: Image.Image, area: Area, *, on_board: bool, dy: float = 0.0) -> None:
        self.image = image
        self.area = area
        self.on_board = on_board
        self.dy = dy
        self._pen = ImageDraw.Draw(image)

    @classmethod
    def empty(cls, area: Area, *, ground: str) -> "Canvas":
        """Begin a picture filled with one colour."""
        on_board = ground.startswith("board")
        fill = colour(ground, area, on_board=False)
        return cls(Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), fill), area, on_board=on_board)

    def copy(self, *, dy: float = 0.0) -> "Canvas":
        """Begin a picture with what this one already shows, shifted down by `dy` for what is drawn from now on."""
        return Canvas(self.image.copy(), self.area, on_board=self.on_board, dy=dy)

    def small(self) -> Image.Image:
        """Give the finished picture of 640 x 360."""
        return self.image.reduce(SCALE)

    def rgb(self, name: str) -> RGB:
        """Look up a colour for this ground and learning area."""
        return colour(name, self.area, on_board=self.on_board)

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return x * SCALE, (y + self.dy) * SCALE

    def rounded(  # noqa: PLR0913 - a place, a size and a look
        self, x: float, y: float, w: float, h: float, *, r: float, fill: str, line: str = ""
    ) -> None:
        """Draw a rectangle with round corners, with an outline if `line` names its colour."""
        box = (*self._at(x, y), *self._at(x + w, y + h))
        outline = self.rgb(line) if line else None
        self._pen.rounded_rectangle(box, r * SCALE, fill=self.rgb(fill), outline=outline, width=round(1.5 * SCALE))

    def circle(self, x: float, y: float, r: float, fill: str, *, line: str = "", width: float = 2) -> None:
        """Draw a disc."""
        box = (*self._at(x - r, y - r), *self._at(x + r, y + r))
        outline = self.rgb(line) if line else None
        self._pen.ellipse(box, fill=self.rgb(fill) if fill else None, outline=outline, width=round(width * SCALE))

    def slice(self, x: float, y: float, r: float, turn: Point, fill: str) -> None:
        """Draw a slice of a disc between two angles in degrees, clockwise from the top."""
        box = (*self._at(x - r, y - r), *self._at(x + r, y + r))
        self._pen.pieslice(box, turn[0] - 90, turn[1] - 90, fill=self.rgb(fill))

    def arc(self, x: float, y: float, r: float, turn: Point, fill: str, *, width: float = 3) -> None:
        """Draw an arc between two angles in degrees, clockwise from the top."""
        steps = max(2, int(abs(turn[1] - turn[0]) / 3))
        angles = [math.radians(turn[0] + (turn[1] - turn[0]) * i / steps - 90) for i in range(steps + 1)]
        self.path([(x + r * math.cos(a), y + r * math.sin(a)) for a in angles], fill, width=width)

    def poly(self, points: Sequence[Point], fill: str) -> None:
        """Draw a filled polygon."""
        self._pen.polygon([self._at(*p) for p in points], fill=self.rgb(fill))

    def path(self, points: Sequence[Point], fill: str, *, width: float = 3) -> None:
        """Draw a line through points, with round ends and corners."""
        ink, wide = self.rgb(fill), width * SCALE
        spots = [self._at(*p) for p in points]
        self._pen.line(spots, fill=ink, width=round(wide), joint="curve")
        for sx, sy in (spots[0], spots[-1]):
            self._pen.ellipse((sx - wide / 2, sy - wide / 2, sx + wide / 2, sy + wide / 2), fill=ink)

    def dashes(self, a: Point, b: Point, fill: str, *, width: float = 2) -> None:
        """Draw a dashed line from one point to another."""
        length = math.dist(a, b)
        count = max(1, int(length / 9))
        for i in range(count):
            p, q = i / count, (i + 0.5) / count
            ends = [(a[0] + (b[0] - a[0]) * f, a[1] + (b[1] - a[1]) * f) for f in (p, q)]
            self.path(ends, fill, width=width)

    def lozenge(self, x: float, y: float, r: float, fill: str) -> None:
        """Draw a lozenge around its middle."""
        self.poly([(x, y - r), (x + r, y), (x, y + r), (x - r, y)], fill)

    def arrow(self, a: Point, b: Point, fill: str, *, width: float = 5) -> None:
        """Draw an arrow whose tip is at the second point."""
        length = math.dist(a, b)
        if length < 1:
            return
        ux, uy = (b[0] - a[0]) / length, (b[1] - a[1]) / length
        head = min(width * 2.8, length)
        neck = (b[0] - ux * head * 0.8, b[1] - uy * head * 0.8)
        self.path([a, neck], fill, width=width)
        left = (b[0] - ux * head - uy * head * 0.62, b[1] - uy * head + ux * head * 0.62)
        right = (b[0] - ux * head + uy * head * 0.62, b[1] - uy * head - ux * head * 0.62)
        self.poly([b, left, right], fill)

    def text(  # noqa: PLR0913 - a place, a size and a look
        self, x: float, y: float, text: str, size: float, fill: str, *, face: str = "plain", anchor: str = "ls"
    ) -> None:
        """Draw one line of text; `anchor` is Pillow's: `ls` left on the baseline, `mm` in the middle."""
        self._pen.text(self._at(x, y), text, font=font(face, size), fill=self.rgb(fill), anchor=anchor)
