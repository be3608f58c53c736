"""Worksheets: exercises on A4 with room to write, and a last page with the solutions.

    make_worksheet(Path("worksheets/flete-pune-thyesat.toml"), Path("flete-pune-thyesat.pdf"))
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec

from content_packs.samples.make.draw.canvas import FONTS
from content_packs.samples.make.draw.palette import Area
from content_packs.samples.make.lesson import Source
from content_packs.samples.make.paper import AnyFigure, Paper

LEFT, RIGHT, FOOT = 18.0, 192.0, 280.0
_MADE_AT = datetime(2026, 9, 1, 8, tzinfo=UTC)
_TERMS = {
    "sq": ("Emri dhe mbiemri", "Klasa", "Data", "Zgjidhjet", "Zgjidhi së pari vetë, pastaj kontrollo këtu.", "Faqja"),
    "en": ("Name", "Class", "Date", "Solutions", "First solve them yourself, then check here.", "Page"),
}
_FACES = (
    ("sans", "", "DejaVuSans.ttf"),
    ("sans", "B", "DejaVuSans-Bold.ttf"),
    ("mono", "B", "DejaVuSansMono-Bold.ttf"),
)


class Exercise(Source, frozen=True, kw_only=True):
    """One exercise: what to do, drawings, lines to write on, and its solution."""

    text: str
    answer: str
    lines: int = 0
    figures: tuple[AnyFigure, ...] = ()


class Worksheet(Source, frozen=True, kw_only=True):
    """A worksheet as it is written."""

    title: str
    kicker: str
    publisher: str
    area: Area
    language: Literal["sq", "en"]
    exercises: tuple[Exercise, ...]


class _Sheet(Paper):
    """An A4 page with the head of its worksheet and a foot."""

    def __init__(self, sheet: Worksheet) -> None:
        super().__init__(format="A4")
        self.sheet = sheet
        self.area = sheet.area
        self.set_auto_page_break(auto=False)
        self.set_creation_date(_MADE_AT)
        self.set_title(sheet.title)
        self.set_author(sheet.publisher)
        self.set_lang(sheet.language)
        for family, style, file in _FACES:
            self.add_font(family, style, str(FONTS / file))

    def open_page(self, title: str) -> float:
        """Begin a page with its head and give back where the exercises start."""
        self.add_page()
        self.shape([(0, 0), (210, 0), (210, 27), (0, 27)], "board")
        self.words(LEFT, 11, self.sheet.kicker, 10.5, "gold", face="bold")
        self.words(LEFT, 21, title, 19, "chalk", face="bold")
        self.words(RIGHT, 11, self.sheet.publisher, 9.5, "chalk-2", align="right")
        self.shape([(0, 27), (210, 27), (210, 30), (0, 30)], "gold")
        for i in range(70):
            self.shape([(3 * i, 28.5), (3 * i + 1.5, 27), (3 * i + 3, 28.5), (3 * i + 1.5, 30)], "board-2")
        terms = _TERMS[self.sheet.language]
        self.stroke((LEFT, FOOT + 3), (RIGHT, FOOT + 3), "line")
        self.words(LEFT, FOOT + 8, f"{self.sheet.publisher} · CC BY-SA 4.0", 8.5, "mute")
        self.words(RIGHT, FOOT + 8, f"{terms[5]} {self.page_no()}", 8.5, "mute", align="right")
        return 40.0

    def names(self, y: float) -> float:
        """Draw the line for name, class and date."""
        terms = _TERMS[self.sheet.language]
        for x, term, end in ((LEFT, terms[0], 112.0), (118.0, terms[1], 146.0), (152.0, terms[2], RIGHT)):
            self.words(x, y, term, 10.5, "mute")
            self.stroke((x + self.get_string_width(term) + 2, y + 0.8), (end, y + 0.8), "edge")
        return y + 8

    def number(self, y: float, number: int) -> None:
        """Draw the lozenge with an exercise's number."""
        x, r = LEFT + 4.5, 5.0
        self.shape([(x, y - r), (x + r, y), (x, y + r), (x - r, y)], "solid")
        self.words(x, y + 1.5, str(number), 11 if number < 10 else 9, "chalk", face="bold", align="center")


def make_worksheet(source: Path, out: Path) -> None:
    """Write the PDF of a worksheet.

    Raises:
        msgspec.ValidationError: A field is missing, unknown or of the wrong kind.
    """
    sheet = msgspec.toml.decode(source.read_bytes(), type=Worksheet)
    page = _Sheet(sheet)
    y = page.names(page.open_page(sheet.title))
    for number, exercise in enumerate(sheet.exercises, 1):
        if y + _height(page, exercise) > FOOT:
            y = page.open_page(sheet.title)
        y = _exercise(page, number, exercise, y) + 6
    _solutions(page, sheet)
    out.write_bytes(bytes(page.output()))


def _height(page: Paper, exercise: Exercise) -> float:
    figures = max((figure.height for figure in exercise.figures), default=0.0)
    return page.marked_height(exercise.text, RIGHT - LEFT - 14, 12) + figures + 9 * exercise.lines + 2


def _exercise(page: _Sheet, number: int, exercise: Exercise, y: float) -> float:
    """Draw one exercise and give back where it ends."""
    page.number(y + page.first_tall(exercise.text, 12) / 2, number)
    x = LEFT + 14
    y = page.marked(x, y, exercise.text, RIGHT - x, 12) + 2
    if exercise.figures:
        wide = (RIGHT - x) / len(exercise.figures)
        for i, figure in enumerate(exercise.figures):
            figure.draw(page, x + i * wide, y, wide)
        y += max(figure.height for figure in exercise.figures)
    for _ in range(exercise.lines):
        y += 9
        page.stroke((x, y - 1), (RIGHT, y - 1), "line")
    return y


def _solutions(page: _Sheet, sheet: Worksheet) -> None:
    terms = _TERMS[sheet.language]
    y = page.open_page(terms[3])
    page.words(LEFT, y, terms[4], 10.5, "mute")
    y += 8
    for number, exercise in enumerate(sheet.exercises, 1):
        page.number(y + page.first_tall(exercise.answer, 11.5) / 2, number)
        y = max(page.marked(LEFT + 14, y, exercise.answer, RIGHT - LEFT - 14, 11.5), y + 8) + 4
