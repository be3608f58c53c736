"""Reading the sheets of a workbook together, as schools keep them: one sheet a class, all with the same headings.

The sheets that are read together make one more table in front of the others. Its rows are numbered so that sheet and
row can be told again (`placed`): row 14 of the third sheet is 3,000,014. Where no column says the class, the title in
a sheet or the sheet's own name does; a sheet that says it nowhere stays out. A row that stands the same on an earlier
sheet is left out: many workbooks have one sheet for all and one for each class.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from schoolbox.services.roster_columns import Columns, find_columns, headings_of
from schoolbox.services.roster_table import ROWS_MAX, RosterProblem, Table, TableRow

SHEET_LINES = 1_000_000
"""More than a sheet has rows."""
CLASS_HEADING = "Klasa"
_CLASS_FIELDS = {"class", "section", "grade"}
_LINES_IN_FACTS = ("row", "last")


def with_joined(tables: tuple[Table, ...]) -> tuple[Table, ...]:
    """The tables, with those that fit together in front as one more."""
    found = [(table, find_columns(table)) for table in tables]
    fits = [(table, columns) for table, columns in found if columns.headings and _is_list(columns)]
    if not fits:
        return tables
    first = fits[0][1]
    alike = [(table, columns) for table, columns in fits if _fields(columns) == _fields(first)]
    if not _CLASS_FIELDS.intersection(first.fields):
        alike = [(table, columns) for table, columns in alike if columns.class_name]
    if len(alike) < 2 or sum(len(table.rows) for table, _ in alike) > ROWS_MAX:
        return tables
    return (_joined(alike), *tables)


def placed(problems: Sequence[RosterProblem], sheets: Sequence[str]) -> tuple[RosterProblem, ...]:
    """Say of each problem in which sheet and row it is; without sheets nothing changes."""
    if not sheets:
        return tuple(problems)
    return tuple(_placed(problem, sheets) for problem in problems)


def _placed(problem: RosterProblem, sheets: Sequence[str]) -> RosterProblem:
    facts = {
        name: _said(fact, sheets) if name in _LINES_IN_FACTS and isinstance(fact, int) else fact
        for name, fact in problem.facts.items()
    }
    sheet, line = divmod(problem.line, SHEET_LINES)
    return replace(problem, line=line, sheet=sheets[sheet - 1] if sheet else "", facts=facts)


def _said(line: int, sheets: Sequence[str]) -> str | int:
    sheet, row = divmod(line, SHEET_LINES)
    return f"{row} ({sheets[sheet - 1]})" if sheet else row


def _is_list(columns: Columns) -> bool:
    return bool({"given_name", "full_name", "surname_first"}.intersection(columns.fields))


def _fields(columns: Columns) -> tuple[str, ...]:
    """What the columns hold; trailing ones that are not read say nothing."""
    fields = list(columns.fields)
    while fields and not fields[-1]:
        fields.pop()
    return tuple(fields)


def _joined(alike: Sequence[tuple[Table, Columns]]) -> Table:
    first, columns = alike[0]
    width = max(table.width for table, _ in alike)
    with_class = not _CLASS_FIELDS.intersection(columns.fields)
    headings = [*headings_of(first, columns), *[""] * (width - first.width), *[CLASS_HEADING] * with_class]
    top = TableRow(SHEET_LINES + first.rows[columns.headings[-1]].line, tuple(headings))
    rows: list[TableRow] = []
    told: set[tuple[str, ...]] = set()
    for number, (table, own) in enumerate(alike, 1):
        added = [own.class_name] if with_class else []
        cells = [(row.line, (*row.cells, *[""] * (width - len(row.cells)), *added)) for row in table.rows[own.first :]]
        fields = (*own.fields, *[""] * (width - len(own.fields)), *added)
        read = [tuple(value for value, field in zip(row, fields, strict=True) if field) for _, row in cells]
        pairs = zip(cells, read, strict=True)
        rows += [TableRow(number * SHEET_LINES + line, row) for (line, row), key in pairs if key not in told]
        told.update(read)
    return Table("", (top, *rows), sheets=tuple(table.name for table, _ in alike))
