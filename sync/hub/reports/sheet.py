"""The paper of a place: what its page says, on A4 in grey, to be printed and sent.

A pure drawing: what stands on it is passed in, in the reader's language. Tables flow over as many pages as they need;
each page has its number, the place and the rule of small groups.

    draw(Sheet(language="sq", title="Gjilan", ...))
"""

from collections.abc import Sequence

import msgspec

from sync.pdf import HEIGHT_MM, PT, WIDTH_MM, Pdf
from sync.typeface import fitting_pt, typeface, wrapped

MARGIN_MM, FOOT_MM = 16.0, 18.0
INNER_MM = WIDTH_MM - 2 * MARGIN_MM
BOTTOM_MM = HEIGHT_MM - FOOT_MM
BAND_MM = 4.0
CHART_MM = 26.0
LINE_MM, ROW_MM = 4.2, 6.2
TEXT_PT, SMALL_PT = 9.0, 7.5
NUMBER_MM = 24.0
"""The width of a column that is not the first one."""


class Fact(msgspec.Struct, frozen=True):
    """A large number, what it counts, and a word beside it."""

    label: str
    number: str
    note: str


class WeekBar(msgspec.Struct, frozen=True):
    """One week: its part of the tallest, from 0 to 1, and the name of a month that begins."""

    part: float
    month: str


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A table: the first column is text and as wide as there is room, the others stand to the right."""

    heading: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """All that stands on the paper of one place; `page` has marks for a number and of how many."""

    language: str
    hub: str
    title: str
    below: str
    facts: tuple[Fact, ...]
    weeks_heading: str
    weeks: tuple[WeekBar, ...]
    tables: tuple[Table, ...]
    foot: str
    page: str


def draw(sheet: Sheet) -> bytes:
    """Draw the paper as a PDF."""
    paper = Pdf(f"{sheet.title} · {sheet.hub}", language=sheet.language)
    flow = _Flow(paper)
    _head(flow, sheet)
    _facts(flow, sheet.facts)
    if any(week.part for week in sheet.weeks):
        _weeks(flow, sheet)
    for table in sheet.tables:
        _table(flow, table)
    for number in range(paper.pages):
        paper.turn_to(number)
        _foot(paper, sheet, number + 1)
    return paper.to_bytes()


class _Flow:
    """Where on the paper the next thing goes."""

    def __init__(self, paper: Pdf) -> None:
        self.paper = paper
        self.y = 0.0
        self._turn()

    def need(self, height_mm: float) -> bool:
        """Begin a new page if so much has no room on this one, and say whether that was so."""
        if self.y + height_mm <= BOTTOM_MM:
            return False
        self._turn()
        return True

    def _turn(self) -> None:
        self.paper.page()
        self.y = MARGIN_MM + 6


def _head(flow: _Flow, sheet: Sheet) -> None:
    paper = flow.paper
    paper.lozenges(MARGIN_MM, MARGIN_MM - 4, INNER_MM, BAND_MM)
    paper.text(MARGIN_MM, MARGIN_MM + 7, sheet.hub, size_pt=TEXT_PT)
    title_pt = fitting_pt(sheet.title, typeface(bold=True), INNER_MM * PT, largest_pt=22)
    paper.text(MARGIN_MM, MARGIN_MM + 16, sheet.title, size_pt=title_pt, bold=True)
    paper.text(MARGIN_MM, MARGIN_MM + 22, sheet.below, size_pt=TEXT_PT)
    flow.y = MARGIN_MM + 28


def _facts(flow: _Flow, facts: Sequence[Fact]) -> None:
    width = INNER_MM / len(facts)
    for place, fact in enumerate(facts):
        left, room = MARGIN_MM + place * width, (width - 4) * PT
        _fitted(flow.paper, (left, flow.y + 3), fact.label, room, TEXT_PT)
        _fitted(flow.paper, (left, flow.y + 11), fact.number, room, 16, bold=True)
        for line, words in enumerate(wrapped(fact.note, typeface(bold=False), SMALL_PT, room)[:2]):
            flow.paper.text(left, flow.y + 15.5 + 3.6 * line, words, size_pt=SMALL_PT)
    flow.y += 25


def _weeks(flow: _Flow, sheet: Sheet) -> None:
    _heading(flow, sheet.weeks_heading, CHART_MM + 8)
    paper, step, base = flow.paper, INNER_MM / len(sheet.weeks), flow.y + CHART_MM
    for place, week in enumerate(sheet.weeks):
        left, height = MARGIN_MM + place * step, week.part * CHART_MM
        if height:
            paper.fill(left, base - height, step * 0.8, height, grey=0.35)
        if week.month:
            paper.text(left, base + 4, week.month, size_pt=SMALL_PT)
    paper.fill(MARGIN_MM, base, INNER_MM, 0.2, grey=0.5)
    flow.y = base + 8


def _table(flow: _Flow, table: Table) -> None:
    _heading(flow, table.heading, 3 * ROW_MM)
    for line in wrapped(table.note, typeface(bold=False), SMALL_PT, INNER_MM * PT) if table.note else ():
        flow.paper.text(MARGIN_MM, flow.y, line, size_pt=SMALL_PT)
        flow.y += 3.8
    _columns(flow, table.head)
    first = INNER_MM - NUMBER_MM * (len(table.head) - 1) - 3
    for row in table.rows:
        lines = wrapped(row[0], typeface(bold=False), TEXT_PT, first * PT)
        if flow.need(ROW_MM + LINE_MM * (len(lines) - 1)):
            _columns(flow, table.head)
        for number, line in enumerate(lines):
            _fitted(flow.paper, (MARGIN_MM, flow.y + LINE_MM * (number + 1)), line, first * PT, TEXT_PT)
        _numbers(flow, row, flow.y + LINE_MM, bold=False)
        flow.y += ROW_MM + LINE_MM * (len(lines) - 1)
        flow.paper.fill(MARGIN_MM, flow.y - 0.6, INNER_MM, 0.1, grey=0.75)
    flow.y += 4


def _columns(flow: _Flow, head: Sequence[str]) -> None:
    room = (INNER_MM - NUMBER_MM * (len(head) - 1) - 3) * PT
    _fitted(flow.paper, (MARGIN_MM, flow.y + LINE_MM), head[0], room, TEXT_PT, bold=True)
    _numbers(flow, head, flow.y + LINE_MM, bold=True)
    flow.y += ROW_MM
    flow.paper.fill(MARGIN_MM, flow.y - 0.6, INNER_MM, 0.3, grey=0.35)


def _numbers(flow: _Flow, row: Sequence[str], y: float, *, bold: bool) -> None:
    """Write what stands behind the first column, each with its end under the one above."""
    face = typeface(bold=bold)
    for place, words in enumerate(reversed(row[1:])):
        size_pt = fitting_pt(words, face, (NUMBER_MM - 2) * PT, largest_pt=TEXT_PT)
        right = MARGIN_MM + INNER_MM - place * NUMBER_MM
        flow.paper.text(right - face.width_pt(words, size_pt) / PT, y, words, size_pt=size_pt, bold=bold)


def _heading(flow: _Flow, text: str, follows_mm: float) -> None:
    """Write a heading where what follows it has room, too."""
    flow.need(10 + follows_mm)
    _fitted(flow.paper, (MARGIN_MM, flow.y + 4), text, INNER_MM * PT, 13, bold=True)
    flow.y += 9


def _foot(paper: Pdf, sheet: Sheet, number: int) -> None:
    y = HEIGHT_MM - FOOT_MM + 6
    paper.fill(MARGIN_MM, y - 4, INNER_MM, 0.1, grey=0.6)
    page = sheet.page % {"number": number, "all": paper.pages}
    wide = typeface(bold=False).width_pt(page, SMALL_PT) / PT
    paper.text(MARGIN_MM + INNER_MM - wide, y, page, size_pt=SMALL_PT)
    _fitted(paper, (MARGIN_MM, y), f"{sheet.title} · {sheet.foot}", (INNER_MM - wide - 4) * PT, SMALL_PT)


def _fitted(
    paper: Pdf, at: tuple[float, float], text: str, room_pt: float, largest_pt: float, *, bold: bool = False
) -> None:
    size_pt = fitting_pt(text, typeface(bold=bold), room_pt, largest_pt=largest_pt)
    paper.text(*at, text, size_pt=size_pt, bold=bold)
