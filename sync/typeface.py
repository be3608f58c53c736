"""The two typefaces of printed sheets, read as far as a PDF needs them.

They stand in `sync/fonts` with their licence: the fonts that PDF readers have by themselves know no
Cyrillic.

    face = typeface(bold=True)
    face.width_pt("Işık", 12.0)
"""

import struct
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources

import msgspec


class Typeface(msgspec.Struct, frozen=True):
    """A TrueType font: its bytes, and which glyph a letter has; lengths are in thousandths of the size of the text."""

    name: str
    raw: bytes
    glyphs: Mapping[int, int]
    widths: tuple[int, ...]
    box: tuple[int, int, int, int]
    ascent: int
    descent: int

    def glyph(self, letter: str) -> int:
        """The number of a letter's glyph; 0, an empty frame, for a letter the font does not know."""
        return self.glyphs.get(ord(letter), 0)

    def width_pt(self, text: str, size_pt: float) -> float:
        """How long a text is in print."""
        return sum(self.widths[self.glyph(letter)] for letter in text) * size_pt / 1000


@lru_cache(maxsize=2)
def typeface(*, bold: bool) -> Typeface:
    """Read one of the fonts; it stays read, they are small."""
    name = "DejaVuSansCondensed-Bold" if bold else "DejaVuSansCondensed"
    raw = (resources.files("sync") / "fonts" / f"{name}.ttf").read_bytes()
    tables = dict(_tables(raw))
    per_em = struct.unpack_from(">H", raw, tables["head"] + 18)[0]
    corners = struct.unpack_from(">4h", raw, tables["head"] + 36)
    ascent, descent = struct.unpack_from(">2h", raw, tables["hhea"] + 4)
    metrics = struct.unpack_from(">H", raw, tables["hhea"] + 34)[0]
    count = struct.unpack_from(">H", raw, tables["maxp"] + 4)[0]
    widths = [struct.unpack_from(">H", raw, tables["hmtx"] + 4 * place)[0] for place in range(metrics)]
    widths += widths[-1:] * (count - metrics)
    left, bottom, right, top = (1000 * corner // per_em for corner in corners)
    return Typeface(
        name, raw, _letters(raw, tables["cmap"]), tuple(round(1000 * width / per_em) for width in widths),
        (left, bottom, right, top), 1000 * ascent // per_em, 1000 * descent // per_em,
    )  # fmt: skip


def _tables(raw: bytes) -> list[tuple[str, int]]:
    """Where each table begins. Source: OpenType 1.9, "Organization of an OpenType Font"."""
    count = struct.unpack_from(">H", raw, 4)[0]
    rows = (struct.unpack_from(">4s3I", raw, 12 + 16 * place) for place in range(count))
    return [(tag.decode("ascii"), begin) for tag, _, begin, _ in rows]


def _letters(raw: bytes, cmap: int) -> dict[int, int]:
    """Which glyph each letter has. Source: OpenType 1.9, "cmap", format 4: the only one of our fonts."""
    at = cmap + struct.unpack_from(">I", raw, cmap + 8)[0]
    kind, _, _, twice = struct.unpack_from(">4H", raw, at)
    if kind != 4:
        raise LookupError(f"a map of letters in format {kind}")
    count = twice // 2
    ends, starts, deltas, ranges = (
        struct.unpack_from(f">{count}H", raw, begin)
        for begin in (at + 14, at + 16 + twice, at + 16 + 2 * twice, at + 16 + 3 * twice)
    )
    found: dict[int, int] = {}
    for place, (start, end, delta, jump) in enumerate(zip(starts, ends, deltas, ranges, strict=True)):
        for letter in range(start, min(end, 0xFFFE) + 1):
            glyph = letter
            if jump:
                where = at + 16 + 3 * twice + 2 * place + jump + 2 * (letter - start)
                glyph = struct.unpack_from(">H", raw, where)[0]
            found[letter] = (glyph + delta) % 65_536 if glyph else 0
    return found


def wrapped(text: str, face: Typeface, size_pt: float, width_pt: float) -> list[str]:
    """Break a text between words so that no line is longer; a single word may be."""
    words = text.split(" ")
    lines, begin = [], 0
    for end in range(1, len(words) + 1):
        if end == len(words) or face.width_pt(" ".join(words[begin : end + 1]), size_pt) > width_pt:
            lines.append(" ".join(words[begin:end]))
            begin = end
    return lines


def fitting_pt(text: str, face: Typeface, width_pt: float, *, largest_pt: float) -> float:
    """The size at which a text is no longer than a width, at most the largest."""
    wide = face.width_pt(text, 1.0)
    return min(largest_pt, width_pt / wide) if wide else largest_pt
