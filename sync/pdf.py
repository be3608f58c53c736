"""Paper of box and hub: a small writer of PDF with text in any of our languages, lines and filled squares.

Promises: A4 pages; the same calls give the same bytes (no date, no random id); text can be searched and copied. Why not
a library: the usual one brings 55 MB of others onto the card and 36 MB into the memory of a box that is to rest under
80 MB, for what stands on this page. Lengths are in millimetres from the upper left corner, sizes of text in points.

    paper = Pdf("Kartelat 6/2", language="sq")
    paper.page()
    paper.text(20, 30, "Arta Krasniqi", size_pt=14, bold=True)
    paper.to_bytes()

Source: ISO 32000-1 §7.5 (file), §8 (drawing), §9.7 (composite fonts).
"""

import zlib
from collections.abc import Iterable
from functools import lru_cache

from sync.typeface import Typeface, typeface

WIDTH_MM, HEIGHT_MM = 210.0, 297.0
PT = 72 / 25.4
_FONTS = (("F1", False), ("F2", True))
_OBJECTS_OF_A_FONT = 5


class Pdf:
    """Pages that are drawn one after the other."""

    def __init__(self, title: str, *, language: str) -> None:
        self._title = title
        self._language = language
        self._pages: list[list[str]] = []
        self._at = 0
        self._used: dict[bool, dict[int, str]] = {False: {}, True: {}}

    def page(self) -> None:
        """Begin a new page; what is drawn goes onto it."""
        self._pages.append([])
        self._at = len(self._pages) - 1

    def turn_to(self, number: int) -> None:
        """Go on drawing on an earlier page; the first is 0."""
        self._at = number

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return len(self._pages)

    def text(self, x_mm: float, y_mm: float, text: str, *, size_pt: float, bold: bool = False) -> None:
        """Write one line; `y_mm` is the line it stands on."""
        face = typeface(bold=bold)
        for letter in text:
            self._used[bold].setdefault(face.glyph(letter), letter)
        glyphs = "".join(f"{face.glyph(letter):04x}" for letter in text)
        font = "F2" if bold else "F1"
        self._draw(f"BT /{font} {size_pt:.2f} Tf {_x(x_mm)} {_y(y_mm)} Td <{glyphs}> Tj ET")

    def dashes(self, x1_mm: float, y1_mm: float, x2_mm: float, y2_mm: float) -> None:
        """Draw a thin broken line: where to cut."""
        self._draw(f"q 0.6 G 0.4 w [3 3] 0 d {_x(x1_mm)} {_y(y1_mm)} m {_x(x2_mm)} {_y(y2_mm)} l S Q")

    def fill(self, x_mm: float, y_mm: float, width_mm: float, height_mm: float, *, grey: float) -> None:
        """Fill a rectangle, from black (0) to white (1)."""
        corner = f"{_x(x_mm)} {_y(y_mm + height_mm)}"
        self._draw(f"q {grey:.2f} g {corner} {width_mm * PT:.3f} {height_mm * PT:.3f} re f Q")

    def lozenges(self, x_mm: float, y_mm: float, width_mm: float, height_mm: float) -> None:
        """Draw a band of lozenges that touch, as on our pages; every third one is filled."""
        count = max(1, round(width_mm / (1.2 * height_mm)))
        step = width_mm / count
        for place in range(count):
            left, middle = x_mm + place * step, y_mm + height_mm / 2
            corners = ((left + step / 2, y_mm), (left + step, middle), (left + step / 2, y_mm + height_mm))
            path = f"{_x(left)} {_y(middle)} m " + " ".join(f"{_x(x)} {_y(y)} l" for x, y in corners)
            self._draw(f"q 0.35 g 0.35 G 0.8 w {path} h {'B' if place % 3 == 1 else 'S'} Q")

    def squares(self, x_mm: float, y_mm: float, side_mm: float, rows: Iterable[Iterable[bool]]) -> None:
        """Fill the dark ones of a square of squares, as a QR code is given, in lines without gaps."""
        marks = [list(row) for row in rows]
        step = side_mm / len(marks)
        runs = [
            f"{_x(x_mm + begin * step)} {_y(y_mm + (row + 1) * step)} {length * step * PT:.3f} {step * PT:.3f} re"
            for row, line in enumerate(marks)
            for begin, length in _runs(line)
        ]
        self._draw(f"{' '.join(runs)} f")

    def to_bytes(self) -> bytes:
        """The whole file."""
        first_page = 3 + _OBJECTS_OF_A_FONT * len(_FONTS)
        kids = " ".join(f"{first_page + 2 * place} 0 R" for place in range(len(self._pages)))
        fonts = " ".join(f"/{name} {3 + _OBJECTS_OF_A_FONT * place} 0 R" for place, (name, _) in enumerate(_FONTS))
        objects = [
            f"<< /Type /Catalog /Pages 2 0 R /Lang {_string(self._language)}"
            " /ViewerPreferences << /DisplayDocTitle true /PrintScaling /None >> >>".encode(),
            f"<< /Type /Pages /Kids [{kids}] /Count {len(self._pages)}"
            f" /MediaBox [0 0 {WIDTH_MM * PT:.2f} {HEIGHT_MM * PT:.2f}]"
            f" /Resources << /Font << {fonts} >> >> >>".encode(),
        ]
        for place, (_, bold) in enumerate(_FONTS):
            objects += _font(typeface(bold=bold), self._used[bold], 3 + _OBJECTS_OF_A_FONT * place)
        for place, drawn in enumerate(self._pages):
            content = first_page + 2 * place + 1
            objects.append(f"<< /Type /Page /Parent 2 0 R /Contents {content} 0 R >>".encode())
            objects.append(_stream("\n".join(drawn).encode()))
        objects.append(f"<< /Title {_string(self._title)} /Producer (Schoolbox) >>".encode())
        return _file(objects)

    def _draw(self, what: str) -> None:
        self._pages[self._at].append(what)


def _runs(line: list[bool]) -> Iterable[tuple[int, int]]:
    """Where dark squares that touch begin, and how many they are."""
    begin = 0
    while begin < len(line):
        end = begin
        while end < len(line) and line[end]:
            end += 1
        if end > begin:
            yield begin, end - begin
        begin = end + 1


def _font(face: Typeface, used: dict[int, str], number: int) -> list[bytes]:
    """The five objects of an embedded font; `number` is that of the first."""
    widths = " ".join(f"{glyph} [{face.widths[glyph]}]" for glyph in sorted(used))
    box = " ".join(map(str, face.box))
    pairs = "\n".join(f"<{glyph:04x}> <{letter.encode('utf-16-be').hex()}>" for glyph, letter in sorted(used.items()))
    to_letters = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Letters def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <ffff> endcodespacerange\n{_in_hundreds(pairs)}\n"
        "endcmap CMapName currentdict /CMap defineresource pop end end"
    )
    return [
        f"<< /Type /Font /Subtype /Type0 /BaseFont /{face.name} /Encoding /Identity-H"
        f" /DescendantFonts [{number + 1} 0 R] /ToUnicode {number + 4} 0 R >>".encode(),
        f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{face.name} /CIDToGIDMap /Identity /DW 600 /W [{widths}]"
        " /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
        f" /FontDescriptor {number + 2} 0 R >>".encode(),
        f"<< /Type /FontDescriptor /FontName /{face.name} /Flags 4 /FontBBox [{box}] /ItalicAngle 0 /StemV 90"
        f" /Ascent {face.ascent} /Descent {face.descent} /CapHeight 729 /FontFile2 {number + 3} 0 R >>".encode(),
        _packed(face.raw),
        _stream(to_letters.encode()),
    ]


def _in_hundreds(pairs: str) -> str:
    """A table of letters may have at most 100 lines at a time (ISO 32000-1 §9.10.3)."""
    lines = pairs.splitlines()
    parts = [lines[begin : begin + 100] for begin in range(0, len(lines), 100)]
    return "\n".join(f"{len(part)} beginbfchar\n{chr(10).join(part)}\nendbfchar" for part in parts)


@lru_cache(maxsize=len(_FONTS))
def _packed(font: bytes) -> bytes:
    """A font, which is the same in every file."""
    return _stream(font, extra=f" /Length1 {len(font)}")


def _stream(raw: bytes, *, extra: str = "") -> bytes:
    packed = zlib.compress(raw, 9)
    return f"<< /Length {len(packed)} /Filter /FlateDecode{extra} >>\nstream\n".encode() + packed + b"\nendstream"


def _file(objects: list[bytes]) -> bytes:
    """Number the objects, and say at the end where each one begins."""
    out = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
    begins = []
    for number, content in enumerate(objects, start=1):
        begins.append(len(out))
        out += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += "".join(f"{begin:010d} 00000 n \n" for begin in begins).encode()
    out += f"trailer << /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R >>\n".encode()
    return bytes(out + f"startxref\n{table}\n%%EOF\n".encode())


def _string(text: str) -> str:
    return f"<{(chr(0xFEFF) + text).encode('utf-16-be').hex()}>"


def _x(x_mm: float) -> str:
    return f"{x_mm * PT:.3f}"


def _y(y_mm: float) -> str:
    return f"{(HEIGHT_MM - y_mm) * PT:.3f}"
