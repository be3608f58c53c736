r"""Reading a list from a text: which encoding, which separator, which cells. Never raises.

Encodings: UTF-8 and UTF-16 with or without a mark, Windows-1250 (Albanian, Bosnian, Serbian in Latin letters), 1251
(Serbian in Cyrillic), 1254 (Turkish). What is no UTF is told apart by its words: in the right encoding a word is
written in one script, and Turkish words show letters that Windows-1250 has nowhere else.

    read_text("Emri;Mbiemri\nÇlirim;Gashi\n".encode("cp1250"))
"""

import csv
import io
import re

from schoolbox.services.roster_table import (
    CELL_CHARS_MAX,
    COLUMNS_MAX,
    ROWS_MAX,
    TEXT_BYTES_MAX,
    RosterProblem,
    Table,
    TableRow,
)

SEPARATORS = ",;\t|"
_BLANK = b" \t\r\n\x00;,|"
_WORD = re.compile(r"[^\W\d_]+")
_SIGNS_OF_1254 = frozenset("ýţÝŢ")
"""What ı, ş, İ and Ş of Windows-1254 look like in Windows-1250; no language of the schools has these letters."""
_LOOKED_AT = 64 * 1024
_LINES_LOOKED_AT = 40


def read_text(raw: bytes) -> Table | RosterProblem:
    """Read a text, or say why it cannot be one."""
    full = raw.rstrip(_BLANK)
    if len(full) > TEXT_BYTES_MAX:
        return RosterProblem(0, "", "too_large", {"limit": TEXT_BYTES_MAX // 1024**2})
    codec = _codec(full)
    text = _decoded(raw[: (len(full) + 1) // 2 * 2], codec).replace("\x00", "")
    told, text = _told_separator(text)
    separator = told or _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows: list[TableRow] = []
    shift = 1 if told else 0
    blank = 0
    try:
        for cells in reader:
            tidied = tuple(" ".join(cell[:CELL_CHARS_MAX].split()) for cell in cells[:COLUMNS_MAX])
            if any(tidied):
                rows.append(TableRow(reader.line_num + shift, tidied))
            else:
                blank += 1
            if len(rows) > ROWS_MAX:
                return RosterProblem(rows[-1].line, "", "too_many_rows", {"limit": ROWS_MAX})
    except csv.Error:
        return RosterProblem(rows[-1].line + 1 if rows else 1, "", "open_quote")
    blank += raw[len(full) :].count(b"\n")
    return Table("", tuple(rows), codec, separator, blank)


def _codec(raw: bytes) -> str:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    head = raw[:_LOOKED_AT]
    if len(head) >= 4 and head.count(0) > len(head) // 4:
        return "utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"
    try:
        raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _codec_of_windows(head)
    return "utf-8-sig"


def _codec_of_windows(head: bytes) -> str:
    """Tell the encodings of Windows apart: as Cyrillic, a Latin word with ë in it would mix two scripts."""
    latin = cyrillic = 0
    for word in _WORD.findall(head.decode("cp1251", errors="replace")):
        if not word.isascii():
            mixed = any(letter.isascii() for letter in word)
            latin, cyrillic = latin + mixed, cyrillic + (not mixed and len(word) > 1)
    if cyrillic > latin:
        return "cp1251"
    return "cp1254" if _SIGNS_OF_1254.intersection(head.decode("cp1250", errors="replace")) else "cp1250"


def _decoded(raw: bytes, codec: str) -> str:
    return raw.decode(codec, errors="replace").removeprefix("\ufeff")


def _told_separator(text: str) -> tuple[str, str]:
    """A first line `sep=;`, which Excel writes for itself, and the rest."""
    first, _, rest = text.partition("\n")
    found = re.fullmatch(r'"?sep=([,;\t|])"?\r?', first, re.IGNORECASE)
    return (found[1], rest) if found else ("", text)


def _separator(text: str) -> str:
    """The sign that parts most lines into the same number of cells, and into the most."""
    lines = [line for line in text[:_LOOKED_AT].splitlines() if line.strip()][:_LINES_LOOKED_AT]
    return max(SEPARATORS, key=lambda sign: _evenness(sign, lines))


def _evenness(sign: str, lines: list[str]) -> tuple[int, int]:
    counts = [_outside_quotes(line).count(sign) for line in lines]
    parted = [count for count in counts if count]
    usual = max(set(parted), key=parted.count, default=0)
    return parted.count(usual), usual


def _outside_quotes(line: str) -> str:
    return re.sub(r'"[^"]*"', "", line)
