"""The list of a school's people as a file that imports again without a change, for the office and for other programs.

The apostrophe before what a spreadsheet would take for a formula (`sync.spreadsheet`) is taken away by importing.
Secrets are in no list.
"""

from collections.abc import Callable

import msgspec

from schoolbox.db.database import Database
from schoolbox.marks import N_
from schoolbox.services.events import Events
from schoolbox.services.folding import alphabetical
from schoolbox.services.kept_fields import KeptFields
from schoolbox.services.roster_told import FIELD_NAMES, ROLE_NAMES
from schoolbox.services.school import School
from schoolbox.services.shifts import SHIFT_NAMES, shift_of
from sync.spreadsheet import MIMETYPES, Format, write_spreadsheet

_COLUMNS = (
    "role", "given_name", "surname", "parent_name", "class", "grade", "shift", "language", "phone", "school",
    "municipality", "login", "nationwide",
)  # fmt: skip
_OPTIONAL = ("parent_name", "phone", "language")
_NATIONWIDE = N_("Address for the whole country")
"""A column that importing does not read, and that stands only where somebody has such an address."""
_SQL = """
SELECT p.role, p.given_name, p.surname, p.parent_name, coalesce(group_concat(c.name, '|'), ''),
       CASE WHEN count(c.id) = 1 THEN coalesce(p.grade, max(c.grade)) ELSE '' END,
       CASE WHEN count(c.id) = 1 THEN max(c.shift) ELSE '' END, p.language, p.phone, p.login,
       coalesce((SELECT a.address FROM national_address a WHERE a.person_id = p.id), ''),
       coalesce(min(c.grade), -1), coalesce(min(c.name), ''), p.id
  FROM person p
  LEFT JOIN membership m ON m.person_id = p.id
  LEFT JOIN school_class c ON c.id = m.class_id AND c.archived_at IS NULL
 WHERE p.archived_at IS NULL GROUP BY p.id
"""
_WIDTHS = {"nationwide": 36, "role": 12, "class": 10, "grade": 8, "language": 10, "shift": 12}


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
        people = self._people(translate)
        left_out = {name for name in _OPTIONAL if name not in kept}
        if not any(values["nationwide"] for values in people):
            left_out.add("nationwide")
        columns = [name for name in _COLUMNS if name not in left_out]
        heading = [translate(FIELD_NAMES.get(name, _NATIONWIDE)) for name in columns]
        rows = [[values[name] for name in columns] for values in people]
        widths = [_WIDTHS.get(name, 20) for name in columns]
        content = write_spreadsheet(form, [heading, *rows], widths)
        self._events.note_done("roster_taken", by=by, people=len(rows))
        return ExportedList(f"schoolbox-people.{form}", MIMETYPES[form], content)

    def _people(self, translate: Callable[[str], str]) -> list[dict[str, str]]:
        facts = self._school.facts()
        roles = {role: translate(words) for role, words in ROLE_NAMES.items()}

        def values(*cells: str | int) -> dict[str, str]:
            texts = [str(cell) for cell in cells]
            texts[0], shift = roles[texts[0]], shift_of(texts[6])
            texts[6] = translate(SHIFT_NAMES[shift]) if shift else texts[6]
            return dict(zip(_COLUMNS, [*texts[:9], facts.name, facts.municipality, *texts[9:]], strict=True))

        rows = self._db.fetch_sql(lambda *cells: cells, _SQL)
        return [values(*row[:-3]) for row in sorted(rows, key=_place)]


def _place(row: tuple[str | int, ...]) -> tuple[bool, int, str, tuple[str, str, int]]:
    """Where a person stands in the list: staff first, then class by class."""
    role, given_name, surname, grade, class_name, number = (*row[:3], *row[-3:])
    return role == "pupil", int(grade), str(class_name), alphabetical(str(surname), str(given_name), int(number))
