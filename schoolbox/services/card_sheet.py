"""The sheet of sign-in cards: eight to an A4 page, with lines to cut along.

A pure drawing: what stands on a card is passed in, the words in the language of whoever prints.

    draw([CardText("Arta", "Krasniqi", "http://192.168.8.1/card/3q2-...", "PIN 4711")], words)
"""

from collections.abc import Sequence

import msgspec
import segno

from sync.pdf import HEIGHT_MM, PT, WIDTH_MM, Pdf
from sync.typeface import fitting_pt, typeface, wrapped

COLUMNS, ROWS = 2, 4
CARD_WIDTH_MM, CARD_HEIGHT_MM = 95.0, 66.0
LEFT_MM = (WIDTH_MM - COLUMNS * CARD_WIDTH_MM) / 2
TOP_MM = (HEIGHT_MM - ROWS * CARD_HEIGHT_MM) / 2
PADDING_MM = 6.0
QR_MM = 36.0
_OVER_MM = 4.0


class CardText(msgspec.Struct, frozen=True):
    """What one card tells; `secret` is the line with a PIN or pictures, empty to leave it out.

    So is `nationwide`, the address that the pupil has in the whole country.
    """

    given_name: str
    surname: str
    address: str
    secret: str
    nationwide: str = ""


class SheetWords(msgspec.Struct, frozen=True):
    """The words that stand on every card of a sheet, and the title of the file."""

    title: str
    language: str
    heading: str
    with_camera: str
    without_camera: str


def draw(cards: Sequence[CardText], words: SheetWords) -> bytes:
    """Draw the sheet as a PDF."""
    paper = Pdf(words.title, language=words.language)
    per_page = COLUMNS * ROWS
    for place, card in enumerate(cards):
        if place % per_page == 0:
            paper.page()
            _cut_lines(paper)
        row, column = divmod(place % per_page, COLUMNS)
        _card(paper, LEFT_MM + column * CARD_WIDTH_MM, TOP_MM + row * CARD_HEIGHT_MM, card, words)
    return paper.to_bytes()


def _cut_lines(paper: Pdf) -> None:
    right, bottom = WIDTH_MM - LEFT_MM, HEIGHT_MM - TOP_MM
    for column in range(COLUMNS + 1):
        x = LEFT_MM + column * CARD_WIDTH_MM
        paper.dashes(x, TOP_MM - _OVER_MM, x, bottom + _OVER_MM)
    for row in range(ROWS + 1):
        y = TOP_MM + row * CARD_HEIGHT_MM
        paper.dashes(LEFT_MM - _OVER_MM, y, right + _OVER_MM, y)


def _card(paper: Pdf, left: float, top: float, card: CardText, words: SheetWords) -> None:
    inner = CARD_WIDTH_MM - 2 * PADDING_MM
    beside = inner - QR_MM - 3
    x = left + PADDING_MM
    _line(paper, x, top + 10, words.heading, width_mm=inner, largest_pt=9)
    _line(paper, x, top + 20, card.given_name, width_mm=beside, largest_pt=17, bold=True)
    _line(paper, x, top + 27, card.surname, width_mm=beside, largest_pt=17, bold=True)
    y = top + 34.0
    if card.nationwide:
        _line(paper, x, top + 31.5, card.nationwide, width_mm=beside, largest_pt=7.5)
        y += 2
    for text in wrapped(words.with_camera, typeface(bold=False), 8.5, beside * PT):
        _line(paper, x, y, text, width_mm=beside, largest_pt=8.5)
        y += 4
    if card.secret:
        _line(paper, x, top + 48.5, card.secret, width_mm=beside, largest_pt=15, bold=True)
    y = top + 56.0
    for text in wrapped(words.without_camera, typeface(bold=False), 7.5, inner * PT):
        _line(paper, x, y, text, width_mm=inner, largest_pt=7.5)
        y += 3.6
    code = segno.make(card.address, error="m", micro=False)
    rows = [[bool(dark) for dark in row] for row in code.matrix]
    paper.squares(left + CARD_WIDTH_MM - PADDING_MM - QR_MM, top + 14, QR_MM, rows)


def _line(  # noqa: PLR0913 - a place, a text and how it looks, named
    paper: Pdf, x: float, y: float, text: str, *, width_mm: float, largest_pt: float, bold: bool = False
) -> None:
    size_pt = fitting_pt(text, typeface(bold=bold), width_mm * PT, largest_pt=largest_pt)
    paper.text(x, y, text, size_pt=size_pt, bold=bold)
