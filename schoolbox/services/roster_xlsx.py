"""Reading lists from an Excel workbook (.xlsx), which is XML in a zip file and may come from anybody. Never raises.

Before any XML is parsed: at most `PARTS_MAX` parts, which together unpack to at most `UNPACKED_BYTES_MAX` (unpacking
itself stops there, whatever the archive claims), and none that declares entities (XML bombs). While rows are read: at
most `LINES_MAX` lines of `COLUMNS_MAX` cells, however far away a cell says it stands. Formulas are not worked out: the
result that was saved with the file is read. A merged cell counts for every cell it covers.

Why openpyxl: pure Python (nothing to compile on a Raspberry Pi), a wheel of 250 kB, in use since 2010; it reads what
Excel, LibreOffice and web offices write. Its one dependency, et-xmlfile, is for writing. What it would trust is checked
above.
"""

import datetime
import io
import re
import threading
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from schoolbox.services.roster_table import (
    CELL_CHARS_MAX,
    COLUMNS_MAX,
    ROWS_MAX,
    RosterProblem,
    Table,
    TableRow,
)

PARTS_MAX = 2_000
UNPACKED_BYTES_MAX = 24 * 1024 * 1024
LINES_MAX = 200_000
"""Rows further down are not looked at; by far most of so many are blank."""
SHEETS_MAX = 60
_MERGED = re.compile(rb'mergeCell\s[^>]*?ref\s*=\s*"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_DECLARES = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_PACKING_ERRORS = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, OverflowError,
)  # fmt: skip
_READING_ERRORS = (
    *_PACKING_ERRORS, ParseError, InvalidFileException, KeyError, TypeError, AttributeError, IndexError, AssertionError,
)  # fmt: skip
"""What openpyxl lets through when a part is missing or says something it does not understand."""
_ONE_AT_A_TIME = threading.Lock()
"""For the memory of a small box, and because what is done with warnings holds for all threads."""
Cell = str | float | datetime.datetime | datetime.date | datetime.time | datetime.timedelta | None
Merge = tuple[int, int, int, int]
"""First row, first column, last row, last column; counted from 1."""


def read_xlsx(raw: bytes) -> tuple[Table, ...] | RosterProblem:
    """Read every sheet that holds something, or say why the file cannot be read."""
    try:
        parts = _unpacked(raw)
    except _PACKING_ERRORS:
        return RosterProblem(0, "", "broken_file")
    if isinstance(parts, RosterProblem):
        return parts
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl says what it leaves out of a workbook: colours, pictures, checks
        try:
            return _sheets(raw, parts)
        except _READING_ERRORS:
            return RosterProblem(0, "", "broken_file")


def _unpacked(raw: bytes) -> dict[str, bytes] | RosterProblem:
    """What was said of the sheets without parsing: their XML; a problem if anything in the file goes too far."""
    sheets: dict[str, bytes] = {}
    room = UNPACKED_BYTES_MAX
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        entries = archive.infolist()
        too_far = RosterProblem(0, "", "unpacks_too_far", {"limit": UNPACKED_BYTES_MAX // 1024**2})
        if len(entries) > PARTS_MAX or sum(entry.file_size for entry in entries) > UNPACKED_BYTES_MAX:
            return too_far
        names = {entry.filename for entry in entries}
        if "xl/workbook.xml" not in names and "[Content_Types].xml" not in names:
            return RosterProblem(0, "", "other_format")
        for entry in entries:
            if not entry.filename.lower().endswith((".xml", ".rels")):
                continue
            with archive.open(entry) as part:
                content = part.read(room + 1)
            room -= len(content)
            if room < 0:
                return too_far
            if _DECLARES.search(content) or _DECLARES.search(content.replace(b"\x00", b"")):
                return RosterProblem(0, "", "broken_file")
            if "worksheets/" in entry.filename:
                sheets[entry.filename] = content
    return sheets


def _sheets(raw: bytes, parts: dict[str, bytes]) -> tuple[Table, ...] | RosterProblem:
    tables: list[Table] = []
    with_formulas = any(_FORMULA.search(part) for part in parts.values())
    saved = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
    told = (
        openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=False, keep_links=False)
        if with_formulas
        else saved
    )
    for sheet, formulas in zip(saved.worksheets[:SHEETS_MAX], told.worksheets, strict=False):
        if sheet.sheet_state != "visible":
            continue
        merges = _merges(parts.get(str(sheet._worksheet_path).lstrip("/"), b""))  # noqa: SLF001 - its only name
        table = _table(sheet, formulas if with_formulas else None, merges)
        if isinstance(table, RosterProblem):
            return table
        if table.rows:
            tables.append(table)
    return tuple(tables)


def _table(sheet: Worksheet, formulas: Worksheet | None, merges: list[Merge]) -> Table | RosterProblem:
    rows: list[TableRow] = []
    line = 0
    covered = _covered(merges)
    kept: dict[tuple[int, int], str] = {}
    for line, cells in enumerate(_lines(sheet, formulas), start=1):
        told = _with_merged(line, cells, covered.get(line, []), kept)
        if any(told):
            rows.append(TableRow(line, tuple(told)))
        if len(rows) > ROWS_MAX:
            return RosterProblem(line, "", "too_many_rows", {"limit": ROWS_MAX})
    return Table(sheet.title, tuple(rows), blank_rows=line - len(rows))


def _lines(sheet: Worksheet, formulas: Worksheet | None) -> Iterator[list[str]]:
    """The cells of each line; where a formula's result is not in the file, the formula."""
    values = _values(sheet)
    if formulas is None:
        for row in values:
            yield [] if row.count(None) == len(row) else [_text(value) for value in row]
        return
    for row, told in zip(values, _values(formulas), strict=False):
        yield [_text(said if value is None else value) for value, said in zip(row, told, strict=False)]


def _values(sheet: Worksheet) -> Iterator[tuple[Cell, ...]]:
    rows: Iterator[tuple[Cell, ...]] = sheet.iter_rows(
        min_row=1, max_row=LINES_MAX, min_col=1, max_col=COLUMNS_MAX, values_only=True
    )
    return rows


def _text(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return " ".join(value[:CELL_CHARS_MAX].split())
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)[:CELL_CHARS_MAX]


def _merges(part: bytes) -> list[Merge]:
    found = [(int(top), _column(left), int(bottom), _column(right)) for left, top, right, bottom
             in _MERGED.findall(part)[:ROWS_MAX]]  # fmt: skip
    return [merge for merge in found if merge[0] <= merge[2] and merge[1] <= merge[3] and merge[1] <= COLUMNS_MAX]


def _covered(merges: list[Merge]) -> dict[int, list[Merge]]:
    """The merged cells of each line; a workbook that merges without end is followed for so long and no further."""
    covered: dict[int, list[Merge]] = {}
    room = 2 * ROWS_MAX
    for merge in merges:
        last = min(merge[2], merge[0] + room)
        room -= last - merge[0] + 1
        if room < 0:
            break
        for line in range(merge[0], last + 1):
            covered.setdefault(line, []).append(merge)
    return covered


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _with_merged(
    line: int, cells: list[str], merges: list[Merge], kept: dict[tuple[int, int], str]
) -> list[str]:
    for top, left, _, right in merges[:COLUMNS_MAX]:
        if line == top and left <= len(cells):
            kept[top, left] = cells[left - 1]
        cells += [""] * (min(right, COLUMNS_MAX) - len(cells))
        for column in range(left, min(right, len(cells)) + 1):
            cells[column - 1] = kept.get((top, left), "")
    while cells and not cells[-1]:
        cells.pop()
    return cells
