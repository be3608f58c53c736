"""All that the box keeps of one person, as a file to take along: for the person, or for the parents of a child.

A ZIP archive with `data.json` (every row of every table of `personal_tables`) and `read-me.html` (the same for people,
without scripts). It is made in memory: nothing of it is left on the box.

    exports.of(person_id, translate).content
"""

import io
import zipfile
from collections.abc import Callable, Mapping

import msgspec

from content_packs.clock import Clock
from schoolbox.db.database import Database, Value
from schoolbox.db.models import Person
from schoolbox.errors import NotFoundError
from schoolbox.services.audit import Audit
from schoolbox.services.export_page import Reader, write_page
from schoolbox.services.personal_tables import PERSONAL
from schoolbox.services.school import School
from schoolbox.services.texts import read_texts, write_json
from sync.languages import best_text, reading

_TITLES = """
SELECT i.id, i.title FROM (SELECT id, title FROM item UNION ALL SELECT id, title FROM gone_item) i
 WHERE i.id IN (SELECT value FROM json_each(?))
"""
_COUNTS = " UNION ALL ".join(
    f"SELECT '{name}', count(*) FROM ({table.sql})" for name, table in PERSONAL.items()  # noqa: S608 - all constants
)
_Row = dict[str, Value]


class Exported(msgspec.Struct, frozen=True):
    """The archive, and what it is called: a login name, no name of a file a person would type."""

    name: str
    content: bytes


class PersonExport:
    """Writes these archives."""

    def __init__(self, db: Database, *, clock: Clock, school: School, audit: Audit) -> None:
        self._db = db
        self._clock = clock
        self._school = school
        self._audit = audit

    def tables(self, person_id: int) -> dict[str, list[_Row]]:
        """Every row of a person, by table; tables without any are there, too.

        Raises:
            NotFoundError: There is no such person.
        """
        tables = {name: self._db.fetch_named(table.sql, (person_id,)) for name, table in PERSONAL.items()}
        if not tables["person"]:
            raise NotFoundError(kind="person", key=str(person_id))
        return tables

    def counts(self, person_id: int) -> dict[str, int]:
        """How many rows there are of a person, by table.

        Raises:
            NotFoundError: There is no such person.
        """
        counts = dict(self._db.fetch_sql(_count, _COUNTS, (person_id,)))
        if not counts["person"]:
            raise NotFoundError(kind="person", key=str(person_id))
        return counts

    def of(self, person_id: int, translate: Callable[[str], str], *, language: str, by: int) -> Exported:
        """Write the archive in the language of the page, and keep in the log who asked for it.

        Raises:
            NotFoundError: There is no such person.
            WriteFailedError: It could not be noted who asked; nothing is given out.
        """
        tables = self.tables(person_id)
        self._audit.note(by=by, code="person_exported", person_id=person_id)
        login = self._db.fetch(str, Person.select(Person.login).where(Person.id == person_id))[0]
        made = {"school": self._school.name(), "made_at": self._clock.now().isoformat(timespec="seconds")}
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("data.json", msgspec.json.format(msgspec.json.encode({**made, "tables": tables}), indent=2))
            reader = Reader(translate, language, made["school"], self._titles(tables, language))
            packed.writestr("read-me.html", write_page(tables, reader))
        return Exported(f"{login}.zip", archive.getvalue())

    def _titles(self, tables: Mapping[str, list[_Row]], language: str) -> dict[str, str]:
        """What the items are called of which something is kept."""
        ids = sorted({str(row["item_id"]) for rows in tables.values() for row in rows if "item_id" in row})
        found = self._db.fetch_sql(_titled, _TITLES, (write_json(ids),))
        return {item_id: best_text(texts, reading(language)) for item_id, texts in found}


def _count(name: str, rows: int) -> tuple[str, int]:
    return name, rows


def _titled(item_id: str, title: str) -> tuple[str, dict[str, str]]:
    return item_id, read_texts(title)
