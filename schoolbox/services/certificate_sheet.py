"""The printed certificate: one A4 page a pupil, with the lozenge band and the code that proves it.

A pure drawing: what stands on it is passed in, the words in the pupil's language.

    draw([CertificateText("Arta Krasniqi", "Thyesat", ..., address="http://192.168.8.1/check/SB1...")])
"""

from collections.abc import Sequence

import msgspec
import segno

from sync.pdf import HEIGHT_MM, PT, WIDTH_MM, Pdf
from sync.typeface import fitting_pt, typeface, wrapped

MARGIN_MM = 24.0
QR_MM = 50.0
QUIET_MM = 4.0
"""What stays white around the code, so that a camera finds it: four of its squares."""
BAND_MM = 6.0
LINES_MAX = 10
"""Most lines of the code as text; a longer one is written smaller."""
MIDDLE_MM = WIDTH_MM / 2
INNER_MM = WIDTH_MM - 2 * MARGIN_MM


class CertificateText(msgspec.Struct, frozen=True):
    """What one certificate tells, line by line; `mastery` is empty for a course without quizzes."""

    language: str
    heading: str
    school: str
    given_to: str
    name: str
    has_finished: str
    course: str
    publisher: str
    day: str
    mastery: str
    teacher: str
    head: str
    how_to_check: str
    address: str
    code: str
    short_label: str
    short: str


def draw(texts: Sequence[CertificateText], *, title: str) -> bytes:
    """Draw the certificates as one PDF, a page each."""
    paper = Pdf(title, language=texts[0].language)
    for text in texts:
        paper.page()
        paper.lozenges(MARGIN_MM, 20, INNER_MM, BAND_MM)
        paper.lozenges(MARGIN_MM, HEIGHT_MM - 26, INNER_MM, BAND_MM)
        _middle(paper, text)
        _signatures(paper, text)
        _proof(paper, text)
    return paper.to_bytes()


def _middle(paper: Pdf, text: CertificateText) -> None:
    _centred(paper, 42, text.school, largest_pt=13)
    _centred(paper, 62, text.heading, largest_pt=34, bold=True)
    _centred(paper, 84, text.given_to, largest_pt=12)
    _centred(paper, 98, text.name, largest_pt=28, bold=True)
    _centred(paper, 113, text.has_finished, largest_pt=12)
    _centred(paper, 127, text.course, largest_pt=22, bold=True)
    _centred(paper, 137, text.publisher, largest_pt=11)
    _centred(paper, 153, text.day, largest_pt=13)
    _centred(paper, 161, text.mastery, largest_pt=13)


def _signatures(paper: Pdf, text: CertificateText) -> None:
    width = 66.0
    for x, label in ((MARGIN_MM, text.teacher), (WIDTH_MM - MARGIN_MM - width, text.head)):
        paper.dashes(x, 189, x + width, 189)
        paper.text(x, 194, label, size_pt=9)


def _proof(paper: Pdf, text: CertificateText) -> None:
    """The QR code, how to use it, and the same as text for a box that the phone cannot reach."""
    code = segno.make(text.address, error="l", micro=False, boost_error=False)
    top, left = 206.0, MARGIN_MM + QR_MM + 6
    paper.squares(MARGIN_MM, top, QR_MM, [[bool(dark) for dark in row] for row in code.matrix])
    if text.short:
        face = typeface(bold=False)
        label_pt = fitting_pt(text.short_label, face, QR_MM * PT, largest_pt=8)
        below = top + QR_MM + QUIET_MM
        paper.text(MARGIN_MM, below + 2.5, text.short_label, size_pt=label_pt)
        paper.text(MARGIN_MM, below + 7.5, text.short, size_pt=12, bold=True)
    y, width = top + 4, INNER_MM - QR_MM - 6
    for line in wrapped(text.how_to_check, typeface(bold=False), 9, width * PT):
        paper.text(left, y, line, size_pt=9)
        y += 4.4
    wide = max(48, -(-len(text.code) // LINES_MAX))
    groups = [text.code[at : at + wide] for at in range(0, len(text.code), wide)]
    y += 2
    for line in groups:
        paper.text(left, y, line, size_pt=fitting_pt(line, typeface(bold=False), width * PT, largest_pt=7.5))
        y += 3.2


def _centred(paper: Pdf, y: float, text: str, *, largest_pt: float, bold: bool = False) -> None:
    face = typeface(bold=bold)
    size_pt = fitting_pt(text, face, INNER_MM * PT, largest_pt=largest_pt)
    paper.text(MIDDLE_MM - face.width_pt(text, size_pt) / PT / 2, y, text, size_pt=size_pt, bold=bold)
