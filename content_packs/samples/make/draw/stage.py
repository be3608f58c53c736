"""The stage: gives the picture of a lesson at any moment, each drawing moving in with its step.

    stage = Stage(lesson, timeline)
    stage.picture(12.5).save("frame.png")
"""

from collections.abc import Iterator
from typing import NamedTuple

from PIL import Image

from content_packs.samples.make.draw.canvas import HEIGHT, WIDTH, Canvas, text_width
from content_packs.samples.make.draw.element import FADE_S
from content_packs.samples.make.draw.rich import Place, write
from content_packs.samples.make.lesson import Drawing, Lesson, Slide
from content_packs.samples.make.timeline import Timeline

FPS = 20
BLEND_S = 0.3
RISE = 9
_TRY = {"sq": "Provo vetë", "en": "Try it yourself"}


class _Cast(NamedTuple):
    """A drawing with the times between which it is seen."""

    drawing: Drawing
    enters_s: float
    leaves_s: float
    fades: bool
    """False for one that takes the place of another of its kind: then only what is new in it moves."""

    @property
    def settles_s(self) -> float:
        """How long it takes until it stands still."""
        return max(FADE_S if self.fades else 0.0, self.drawing.grows_s)


class Stage:
    """Draws one lesson. What stands still is kept, so that only what moves is drawn again."""

    def __init__(self, lesson: Lesson, timeline: Timeline) -> None:
        self._lesson = lesson
        self._timeline = timeline
        self._casts = [self._cast(i) for i in range(len(lesson.slides))]
        self._grounds = [self._ground(i, slide) for i, slide in enumerate(lesson.slides)]
        self._standing: tuple[tuple[int, ...], Canvas] | None = None

    def _cast(self, number: int) -> list[_Cast]:
        starts = [b.start_s for b in self._timeline.beats if b.slide == number]
        found = []
        places: set[tuple[object, ...]] = set()
        for index, step in enumerate(self._lesson.slides[number].steps):
            for drawing in step.show:
                last = index + drawing.stay if drawing.stay else len(starts)
                leaves = starts[last] if last < len(starts) else float("inf")
                place = (type(drawing), getattr(drawing, "x", drawing), getattr(drawing, "y", drawing))
                found.append(_Cast(drawing, starts[index] + drawing.delay, leaves, place not in places))
                places.add(place)
        return found

    def _slide_at(self, now: float) -> int:
        return max(i for i, start in enumerate(self._timeline.slide_starts_s) if start <= now + 1e-6)

    def picture(self, now: float) -> Image.Image:
        """Give the picture at a moment in seconds, 640 x 360."""
        number = self._slide_at(now)
        seen = [c for c in self._casts[number] if c.enters_s <= now < c.leaves_s]
        done = 0
        while done < len(seen) and now - seen[done].enters_s >= seen[done].settles_s:
            done += 1
        canvas = self._stand(number, seen[:done])
        for cast in seen[done:]:
            canvas = _enter(canvas, cast, now)
        return canvas.small()

    def _stand(self, number: int, seen: list[_Cast]) -> Canvas:
        """Draw what has come in for good, or take it from the last time it was asked for."""
        key = (number, *(id(c.drawing) for c in seen))
        if self._standing and self._standing[0] == key:
            return self._standing[1]
        canvas = self._grounds[number].copy()
        for cast in seen:
            cast.drawing.draw(canvas, 1.0)
        self._standing = (key, canvas)
        return canvas

    def frames(self) -> Iterator[bytes]:
        """Give every frame as RGB bytes; one slide dissolves into the next."""
        starts = self._timeline.slide_starts_s
        ends = [self.picture(start - 0.01) for start in starts[1:]]
        key: object = None
        raw = b""
        for i in range(round(self._timeline.duration_s * FPS)):
            now = i / FPS
            number = self._slide_at(now)
            blend = (now - starts[number]) / BLEND_S if number else 1.0
            fresh = (number, blend if blend < 1 else 1.0, *self._growths(number, now))
            if fresh != key:
                image = self.picture(now)
                raw = (image if blend >= 1 else Image.blend(ends[number - 1], image, blend)).tobytes()
                key = fresh
            yield raw

    def _growths(self, number: int, now: float) -> list[tuple[int, float]]:
        """Say how far everything that is seen has come in: the same answer means the same picture."""
        found = []
        for i, cast in enumerate(self._casts[number]):
            if cast.enters_s <= now < cast.leaves_s:
                found.append((i, min(now - cast.enters_s, cast.settles_s)))
        return found

    def _ground(self, number: int, slide: Slide) -> Canvas:
        if slide.kind == "title":
            return _title(self._lesson)
        on_board = slide.kind == "try"
        canvas = Canvas.empty(self._lesson.area, ground="board" if on_board else "paper")
        if on_board:
            _pill(canvas, slide.heading or _TRY[self._lesson.language])
        else:
            canvas.lozenge(34, 38, 11, "solid")
            canvas.lozenge(34, 38, 4.5, "paper")
            canvas.text(56, 47, slide.heading, 26, "fg", face="bold")
        _progress(canvas, number - 1, len(self._lesson.slides) - 1)
        weave(canvas, HEIGHT - 12, 12)
        return canvas


def _enter(canvas: Canvas, cast: _Cast, now: float) -> Canvas:
    """Draw one drawing that is still coming in: it fades in, rises and grows."""
    age = now - cast.enters_s
    share = min(1.0, age / FADE_S) if cast.fades else 1.0
    eased = 1 - (1 - share) ** 3
    after = canvas.copy(dy=RISE * (1 - eased))
    cast.drawing.draw(after, cast.drawing.growth(age))
    if eased < 1:
        after.image = Image.blend(canvas.image, after.image, eased)
    return Canvas(after.image, canvas.area, on_board=canvas.on_board)


def _title(lesson: Lesson) -> Canvas:
    canvas = Canvas.empty(lesson.area, ground="board")
    for r, fill in ((134, "gold"), (130.5, "board"), (123, "solid")):
        canvas.lozenge(502, 152, r, fill)
    canvas.lozenge(38, 43, 9, "gold")
    canvas.lozenge(38, 43, 3.6, "board")
    canvas.text(56, 50, lesson.publisher, 19, "chalk-2")
    canvas.text(30, 104, lesson.kicker, 20, "gold", face="bold")
    write(canvas, lesson.title, Place(29, 114, 336), size=lesson.title_size, fill="chalk", bold=True)
    _band(canvas, HEIGHT - 46, 30)
    return canvas


def _pill(canvas: Canvas, text: str) -> None:
    wide = text_width(text, 22, "bold") + 62
    canvas.rounded(28, 20, wide, 38, r=19, fill="gold")
    canvas.lozenge(50, 39, 8, "on-gold")
    canvas.text(68, 47, text, 22, "on-gold", face="bold")


def _progress(canvas: Canvas, number: int, count: int) -> None:
    """Draw one lozenge a slide: full for those that were, half for this one, an outline for those to come."""
    ink, ground = ("gold", "board") if canvas.on_board else ("solid", "paper")
    for i in range(count):
        x, y = WIDTH / 2 + (i - (count - 1) / 2) * 24, HEIGHT - 28
        canvas.lozenge(x, y, 8, ink)
        if i >= number:
            canvas.lozenge(x, y, 5, ground)
        if i == number:
            canvas.poly([(x - 5, y), (x + 5, y), (x, y + 5)], ink)


def weave(canvas: Canvas, y: float, h: float) -> None:
    """Draw the narrow woven band: dark lozenges on gold."""
    canvas.poly([(0, y), (WIDTH, y), (WIDTH, y + h), (0, y + h)], "gold")
    for i in range(int(WIDTH / h) + 1):
        canvas.lozenge(i * h + h / 2, y + h / 2, h / 2, "board-2")


def _band(canvas: Canvas, y: float, h: float) -> None:
    """Draw the wide woven band of a title: lozenges in lozenges between two threads."""
    canvas.poly([(0, y), (WIDTH, y), (WIDTH, y + h), (0, y + h)], "board-2")
    for i in range(int(WIDTH / h) + 2):
        x, middle = i * h, y + h / 2
        for r, fill in ((h / 2, "gold"), (h / 2 - 4, "board-2"), (h / 2 - 8.5, "gold")):
            canvas.lozenge(x, middle, r, fill)
        for edge in (y + 1, y + h - 1):
            canvas.lozenge(x + h / 2, edge, 5.5, "mint")
    for edge in (y - 3, y + h):
        canvas.poly([(0, edge), (WIDTH, edge), (WIDTH, edge + 3), (0, edge + 3)], "gold-2")
    canvas.poly([(0, y + h + 3), (WIDTH, y + h + 3), (WIDTH, HEIGHT), (0, HEIGHT)], "board")
    canvas.poly([(0, y - 12), (WIDTH, y - 12), (WIDTH, y - 3), (0, y - 3)], "board")
