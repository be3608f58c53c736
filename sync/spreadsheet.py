"""Tables as files for a spreadsheet: CSV as spreadsheets here open it, or a workbook.

A cell that begins with = + - @ would be worked out as a formula by a spreadsheet, whoever wrote it: in CSV it is
written behind an apostrophe; in a workbook every text is plain text, which also keeps 6/2 from becoming a date. CSV has
a mark of UTF-8 and semicolons, as spreadsheets here expect. Numbers are numbers, so that they can be added up.

    write_spreadsheet("csv", [["Name", "Minutes"], ["Arta", 40]])
"""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Literal, TypeGuard

from sync.text_workbook import write_workbook

Format = Literal["csv", "xlsx"]
MIMETYPES: Mapping[Format, str] = {
    "csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
WIDTH_LEAST, WIDTH_MOST = 8, 40
Rows = Sequence[Sequence[str | int]]
_RISKY = ("=", "+", "-", "@", "\t", "\r")


def is_format(form: str) -> TypeGuard[Format]:
    """Say whether there is such a form of a table."""
    return form in MIMETYPES


def write_spreadsheet(form: Format, rows: Rows, widths: Sequence[int] | None = None) -> bytes:
    """Write rows, the first of which is the heading; columns of a workbook are as wide as what stands in them."""
    if form == "xlsx":
        return write_workbook(rows, widths or _widths(rows))
    text = io.StringIO(newline="")
    guarded = ([harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(guarded)
    return text.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    """Give a cell of CSV that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_RISKY) else cell


def _widths(rows: Rows) -> list[int]:
    longest = [max(len(str(row[place])) for row in rows) for place in range(len(rows[0]))]
    return [min(WIDTH_MOST, max(WIDTH_LEAST, letters + 2)) for letters in longest]
