"""The list of a school's people as a file that imports again without a change, for the office and for other programs.

A cell that begins with = + - @ would be worked out as a formula by a spreadsheet, whoever wrote it: in CSV it is
written behind an apostrophe, which importing takes away; in a workbook every cell is plain text, which also keeps 6/2
from becoming a date. CSV has a mark of UTF-8 and semicolons, as spreadsheets here expect. Secrets are in no list.
"""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import msgspec

from schoolbox.db.database import Database
from schoolbox.services.events import Events
from schoolbox.services.folding import alphabetical
from schoolbox.services.kept_fields import KeptFields
from schoolbox.services.roster_told import FIELD_NAMES, ROLE_NAMES
from schoolbox.services.school import School
from schoolbox.services.shifts import SHIFT_NAMES, shift_of
from schoolbox.services.text_workbook import write_workbook

Format = Literal["csv", "xlsx"]
MIMETYPES: Mapping[Format, str] = {
    "csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
_COLUMNS = (
    "role", "given_name", "surname", "parent_name", "class", "grade", "shift", "language", "phone", "school",
    "municipality", "login",
)  # fmt: skip
_OPTIONAL = ("parent_name", "phone", "language")
_RISKY = ("=", "+", "-", "@", "\t", "\r")
_SQL = """
SELECT p.role, p.given_name, p.surname, p.parent_name, coalesce(group_concat(c.name, '|'), ''),
       CASE WHEN count(c.id) = 1 THEN coalesce(p.grade, max(c.grade)) ELSE '' END,
       CASE WHEN count(c.id) = 1 THEN max(c.shift) ELSE '' END, p.language, p.phone, p.login,
       coalesce(min(c.grade), -1), coalesce(min(c.name), ''), p.id
  FROM person p
  LEFT JOIN membership m ON m.person_id = p.id
  LEFT JOIN school_class c ON c.id = m.class_id AND c.archived_at IS NULL
 WHERE p.archived_at IS NULL GROUP BY p.id
"""
_WIDTHS = {"role": 12, "class": 10, "grade": 8, "language": 10, "shift": 12}


class ExportedList(msgspec.Struct, frozen=True):
    """A file to hand out."""

    name: str
    mimetype: str
    content: bytes


class RosterExport:
    """Writes the list."""

    def __init__(self, db: Database, *, school: School, kept: KeptFields, events: Events) -> None:
        self._db = db
        self._events = events
        self._school = school
        self._kept = kept

    def write(
        self, form: Format, translate: Callable[[str], str] = str, *, by: int | None = None
    ) -> ExportedList:
        """Write everybody who is not archived, with headings in the reader's language; it is noted who took it."""
        kept = self._kept.kept()
        columns = [name for name in _COLUMNS if name not in _OPTIONAL or name in kept]
        heading = [translate(FIELD_NAMES[name]) for name in columns]
        rows = [[values[name] for name in columns] for values in self._people(translate)]
        widths = [_WIDTHS.get(name, 20) for name in columns]
        content = _csv([heading, *rows]) if form == "csv" else write_workbook([heading, *rows], widths)
        self._events.note_done("roster_taken", by=by, people=len(rows))
        return ExportedList(f"schoolbox-people.{form}", MIMETYPES[form], content)

    def _people(self, translate: Callable[[str], str]) -> list[dict[str, str]]:
        facts = self._school.facts()
        roles = {role: translate(words) for role, words in ROLE_NAMES.items()}

        def values(*cells: str | int) -> dict[str, str]:
            texts = [str(cell) for cell in cells]
            texts[0], shift = roles[texts[0]], shift_of(texts[6])
            texts[6] = translate(SHIFT_NAMES[shift]) if shift else texts[6]
            return dict(zip(_COLUMNS, [*texts[:9], facts.name, facts.municipality, texts[9]], strict=True))

        rows = self._db.fetch_sql(lambda *cells: cells, _SQL)
        return [values(*row[:-3]) for row in sorted(rows, key=_place)]


def _place(row: tuple[str | int, ...]) -> tuple[bool, int, str, tuple[str, str, int]]:
    """Where a person stands in the list: staff first, then class by class."""
    role, given_name, surname, grade, class_name, number = (*row[:3], *row[-3:])
    return role == "pupil", int(grade), str(class_name), alphabetical(str(surname), str(given_name), int(number))


def harmless(cell: str) -> str:
    """A cell of CSV that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_RISKY) else cell


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")
