"""A second reader of our PDFs: finds pages by the table at the end, and reads text and QR codes off their drawing.

    [page] = pages(pdf)
    page.lines       # ["Shkolla „Agimi”, klasa 6/2", "Arta", ...]
    page.codes()     # ["http://192.168.8.1/card/..."]
"""

import re
import zlib
from dataclasses import dataclass
from itertools import pairwise

import zxingcpp
from PIL import Image, ImageDraw

_OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
_TEXT = re.compile(r"/(F\d) ([\d.]+) Tf ([\d.]+) ([\d.]+) Td <([0-9a-f]*)> Tj")
_SQUARE = re.compile(r"([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) re")
_SCALE = 3
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


@dataclass(frozen=True)
class Printed:
    """One page: its lines of text in the order they were drawn, and what was drawn."""

    lines: tuple[str, ...]
    drawn: str
    size_pt: tuple[float, float]

    def codes(self) -> list[str]:
        """The QR codes a camera reads off the page, sorted; of other kinds it would find some by chance."""
        width, height = (int(side * _SCALE) for side in self.size_pt)
        paper = Image.new("L", (width, height), 255)
        pen = ImageDraw.Draw(paper)
        for found in _SQUARE.findall(self.drawn):
            x, y, wide, high = (float(number) * _SCALE for number in found)
            pen.rectangle((round(x), round(height - y - high), round(x + wide) - 1, round(height - y) - 1), fill=0)
        return sorted(read.text for read in zxingcpp.read_barcodes(paper, formats=_QR))


def pages(pdf: bytes) -> list[Printed]:
    """Read every page of a file."""
    assert pdf.startswith(b"%PDF-1.5")
    objects = _objects(pdf)
    letters = {name: _letters(objects, number) for name, number in _fonts(objects)}
    [tree] = [body for body in objects.values() if b"/Type /Pages" in body]
    kids = re.findall(rb"(\d+) 0 R", tree.partition(b"/Kids [")[2].partition(b"]")[0])
    box = [float(part) for part in tree.partition(b"/MediaBox [")[2].partition(b"]")[0].split()]
    return [_page(objects, int(kid), letters, (box[2], box[3])) for kid in kids]


def _objects(pdf: bytes) -> dict[int, bytes]:
    """Every object, each where the table at the end says that it is."""
    table = int(pdf.rpartition(b"startxref\n")[2].split()[0])
    begins = [int(row[:10]) for row in pdf[table:].splitlines() if row.endswith(b" n ")]
    found: dict[int, bytes] = {}
    for begin, end in pairwise([*begins, table]):
        matched = _OBJECT.match(pdf[begin:end])
        assert matched, f"no object at {begin}"
        found[int(matched[1])] = matched[2]
    return found


def _stream(body: bytes) -> bytes:
    length = int(body.partition(b"/Length ")[2].split()[0])
    return zlib.decompress(body.partition(b"stream\n")[2][:length])


def _fonts(objects: dict[int, bytes]) -> list[tuple[str, int]]:
    [tree] = [body for body in objects.values() if b"/Type /Pages" in body]
    return [(name.decode(), int(number)) for name, number in re.findall(rb"/(F\d) (\d+) 0 R", tree)]


def _letters(objects: dict[int, bytes], font: int) -> dict[str, str]:
    number = int(objects[font].partition(b"/ToUnicode ")[2].split()[0])
    pairs = re.findall(rb"<([0-9a-f]{4})> <([0-9a-f]+)>\n", _stream(objects[number]) + b"\n")
    return {glyph.decode(): bytes.fromhex(letter.decode()).decode("utf-16-be") for glyph, letter in pairs}


def _page(
    objects: dict[int, bytes], number: int, letters: dict[str, dict[str, str]], size_pt: tuple[float, float]
) -> Printed:
    content = int(objects[number].partition(b"/Contents ")[2].split()[0])
    drawn = _stream(objects[content]).decode("ascii")
    lines = tuple(
        "".join(letters[font][glyphs[at : at + 4]] for at in range(0, len(glyphs), 4))
        for font, _, _, _, glyphs in _TEXT.findall(drawn)
    )
    return Printed(lines, drawn, size_pt)
