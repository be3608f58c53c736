"""A school's list as rows of cells, whatever kind of file it came in; and how something wrong with it is told.

A cell is text without needless spaces. Numbers are written without a needless `.0`, dates as `2026-02-06`; a formula
whose result the file does not hold is its own text, which begins with `=`; an error of a spreadsheet is `#REF!` and
the like. Rows with nothing in them are left out; the others keep their number.
"""

from collections.abc import Mapping

import msgspec

FILE_BYTES_MAX = 16 * 1024 * 1024
"""Larger files are not looked at."""
TEXT_BYTES_MAX = 5 * 1024 * 1024
"""Most of a text that is read, blanks at its end not counted."""
ROWS_MAX = 20_000
COLUMNS_MAX = 60
CELL_CHARS_MAX = 200
"""More of a cell is cut off: no name, phone or class has so much."""


class TableRow(msgspec.Struct, frozen=True):
    """One row that holds something; `line` is its number in the spreadsheet or text."""

    line: int
    cells: tuple[str, ...]


class Table(msgspec.Struct, frozen=True):
    """One sheet, or a whole text; `codec` and `separator` are empty for a spreadsheet, `blank_rows` were left out.

    `sheets` are the names of several sheets that are read together (`roster_sheets`).
    """

    name: str
    rows: tuple[TableRow, ...]
    codec: str = ""
    separator: str = ""
    blank_rows: int = 0
    sheets: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """How many columns the widest row has."""
        return max((len(row.cells) for row in self.rows), default=0)


class RosterProblem(msgspec.Struct, frozen=True):
    """What is wrong in one row, or worth a look; `code` is looked up in `roster_told`, `facts` fill its sentences.

    Line 0 is the file as a whole, an empty field the row as a whole; `sheet` is empty where only one is read.
    """

    line: int
    field: str
    code: str
    facts: Mapping[str, str | int] = msgspec.field(default_factory=dict)
    sheet: str = ""
