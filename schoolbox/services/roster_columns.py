"""Which column of a table holds what: found by its headings, and corrected by a person if need be.

Headings need not be in the first row: of the first `LOOKED_AT` rows the one counts that names most. Of two rows of
headings, as "Pupil | Parent" over "Name | Surname | Name | Phone", both are read together. A title above them may say
the class of everybody, or the name of the sheet.
"""

import re
from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from schoolbox.services.roster_class import class_of, is_date
from schoolbox.services.roster_fields import FIELDS, field_of, tells_teachers
from schoolbox.services.roster_table import COLUMNS_MAX, Table, TableRow

LOOKED_AT = 30
_IS_CLASS = re.compile(r"[0-9]{1,2}(?:/?\w{1,2})?")
_TITLE_CLASS = re.compile(
    r"(?:klasa|klasën|klase|paralelja|class|razred|odj?eljenje|sınıf|разред|одељење)\s*:?\s*"
    r"((?:[0-9]{1,2}|[IVX]{1,4})\s*[-/.]\s*(?:[0-9]{1,2}|[a-dA-D])\b)",
    re.IGNORECASE,
)


class Columns(msgspec.Struct, frozen=True):
    """What the columns of a table hold.

    Attributes:
        headings: The rows of the headings, by their place in `Table.rows`; empty if there are none.
        fields: For each column one of `FIELDS`, or empty for one that is not read.
        role: Who everybody is where no column says it.
        class_name: The class of everybody where no column says it.
        begin: The row of the first person, by its place in `Table.rows`, if somebody said it.
    """

    headings: tuple[int, ...]
    fields: tuple[str, ...]
    role: str = "pupil"
    class_name: str = ""
    begin: int | None = None

    @property
    def first(self) -> int:
        """The row of the first person, by its place in `Table.rows`: where it was said, else below the headings."""
        if self.begin is not None:
            return self.begin
        return self.headings[-1] + 1 if self.headings else 0

    def corrected(self, fields: Sequence[str], *, role: str, class_name: str, begin: int) -> "Columns":
        """The same rows with other columns; no field is no column, of two of one field the first counts."""
        cleaned = [field if field in FIELDS else "" for field in fields[:COLUMNS_MAX]]
        return replace(self, fields=_once(cleaned), role=role, class_name=class_name, begin=begin)


def find_columns(table: Table) -> Columns:
    """Find the headings, and by them the columns."""
    rows = table.rows[:LOOKED_AT]
    best: Columns = Columns((), ("",) * table.width)
    named = 1
    for place, row in enumerate(rows):
        alone = _once([field_of(cell) for cell in row.cells])
        if _count(alone) > named:
            best, named = Columns((place,), _padded(alone, table.width)), _count(alone)
        if place and _could_stand_over(rows[place - 1], row):
            both = _once(_together(rows[place - 1].cells, row.cells))
            if _count(both) > max(named, _count(alone)):
                best, named = Columns((place - 1, place), _padded(both, table.width)), _count(both)
    if not best.headings:
        return best
    best = replace(best, fields=_with_whole_names(best, table))
    names = {"given_name", "full_name", "surname_first"}
    over = zip(best.fields, headings_of(table, best), strict=True)
    if any(field in names and tells_teachers(heading) for field, heading in over):
        best = replace(best, role="teacher")
    if {"class", "section", "grade"}.intersection(best.fields):
        return best
    return replace(best, class_name=_class_in(rows[: best.headings[0]]) or _class_in_name(table.name))


def headings_of(table: Table, columns: Columns) -> tuple[str, ...]:
    """What stands over each column."""
    over = [table.rows[place].cells for place in columns.headings]
    texts = []
    for column in range(table.width):
        words = dict.fromkeys(cells[column] for cells in over if column < len(cells) and cells[column])
        texts.append(" · ".join(words))
    return tuple(texts)


def _with_whole_names(columns: Columns, table: Table) -> tuple[str, ...]:
    """Where no column is for the surname, a column "Name" with two words in most rows holds both."""
    fields = columns.fields
    if "given_name" not in fields or {"surname", "full_name", "surname_first"}.intersection(fields):
        return fields
    place = fields.index("given_name")
    cells = [row.cells[place] for row in table.rows[columns.first :][:LOOKED_AT] if place < len(row.cells)]
    several = sum(1 for cell in cells if " " in cell)
    return tuple("full_name" if at == place and 2 * several > len(cells) else name for at, name in enumerate(fields))


def _together(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Fields of two rows of headings: what both say together, else the lower, else the upper alone."""
    width = max(len(upper), len(lower))
    pairs = zip([*upper, *[""] * (width - len(upper))], [*lower, *[""] * (width - len(lower))], strict=True)
    return [
        (field_of(f"{over} {under}") or field_of(under)) if under and over != under else field_of(over)
        for over, under in pairs
    ]


def _could_stand_over(upper: TableRow, lower: TableRow) -> bool:
    """Whether a row may be the upper half of headings: it stands directly above, and is no title over everything."""
    return lower.line - upper.line == 1 and len({cell for cell in upper.cells if cell}) > 1


def _once(fields: Sequence[str]) -> tuple[str, ...]:
    seen: set[str] = set()
    kept = []
    for field in fields:
        kept.append("" if field in seen else field)
        seen.add(field)
    return tuple(kept)


def _count(fields: Sequence[str]) -> int:
    return sum(1 for field in fields if field)


def _padded(fields: tuple[str, ...], width: int) -> tuple[str, ...]:
    return (*fields, *[""] * (width - len(fields)))[:width]


def _class_in(rows: Sequence[TableRow]) -> str:
    for row in rows:
        for cell in row.cells:
            found = _TITLE_CLASS.search(cell)
            if found and not is_date(found[1]):
                return class_of(found[1]).name
    return ""


def _class_in_name(sheet: str) -> str:
    """The class that the name of a sheet says, as `VI-2` or `Klasa 6.2` do."""
    if not sheet or is_date(sheet):
        return ""
    found = class_of(sheet)
    return found.name if found.grade is not None and found.grade <= 13 and _IS_CLASS.fullmatch(found.name) else ""
