"""Reports as files for a spreadsheet: CSV as spreadsheets here open it, or a workbook.

Numbers are numbers, so that they can be added up; a score stands in two columns, or in words ("4 of 5"), because a
spreadsheet would take 4/5 for a date. Cells that look like a formula are guarded as in the list of people
(`roster_export`). Files hold whole names: they are for the teacher's desk, not for the projector.

    write_table("csv", "week", [["Name", "Minutes"], ["Arta", 40]])
"""

import csv
import io
from collections.abc import Sequence

import msgspec

from schoolbox.errors import NotFoundError
from schoolbox.services.roster_export import MIMETYPES, harmless
from schoolbox.services.text_workbook import write_workbook

WIDTH_LEAST, WIDTH_MOST = 8, 40
Rows = Sequence[Sequence[str | int]]


class ReportFile(msgspec.Struct, frozen=True):
    """A file to hand out."""

    name: str
    mimetype: str
    content: bytes


def write_table(form: str, name: str, rows: Rows) -> ReportFile:
    """Write rows, the first of which is the heading.

    Raises:
        NotFoundError: There is no such form.
    """
    if form == "csv":
        return ReportFile(f"schoolbox-{name}.csv", MIMETYPES["csv"], _csv(rows))
    if form == "xlsx":
        return ReportFile(f"schoolbox-{name}.xlsx", MIMETYPES["xlsx"], write_workbook(rows, _widths(rows)))
    raise NotFoundError(kind="page", key=form)


def _csv(rows: Rows) -> bytes:
    text = io.StringIO(newline="")
    guarded = ([harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(guarded)
    return text.getvalue().encode("utf-8-sig")


def _widths(rows: Rows) -> list[int]:
    longest = [max(len(str(row[place])) for row in rows) for place in range(len(rows[0]))]
    return [min(WIDTH_MOST, max(WIDTH_LEAST, letters + 2)) for letters in longest]
