"""All that the box keeps of one person, as a file to take along: for the person, or for the parents of a child.

A ZIP archive with `data.json` (every row of every table of `personal_tables`) and `read-me.html` (the same for people,
without scripts). It is made in memory: nothing of it is left on the box.

    exports.of(person_id, translate).content
"""

import io
import zipfile
from collections.abc import Callable, Mapping
from html import escape

import msgspec

from content_packs.clock import Clock
from schoolbox.db.database import Database, Value
from schoolbox.db.models import Person
from schoolbox.errors import NotFoundError
from schoolbox.marks import N_
from schoolbox.services.audit import Audit
from schoolbox.services.personal_tables import PERSONAL
from schoolbox.services.school import School

_PAGE = """<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{title}</title>
<style>body{{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}}
table{{border-collapse:collapse;font-size:14px}}
td,th{{border:1px solid #999;padding:.2rem .5rem;text-align:left}}</style>
<h1>{title}</h1><p>{lead}</p>{body}</html>
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
            packed.writestr("read-me.html", _page(tables, translate, language, made["school"]))
        return Exported(f"{login}.zip", archive.getvalue())


def _count(name: str, rows: int) -> tuple[str, int]:
    return name, rows


def _page(tables: Mapping[str, list[_Row]], translate: Callable[[str], str], language: str, school: str) -> str:
    title = translate(N_("What the school's box keeps of you"))
    body = "".join(_section(name, rows, translate) for name, rows in tables.items() if rows)
    return _PAGE.format(language=language, title=escape(title), lead=escape(school), body=body)


def _section(name: str, rows: list[_Row], translate: Callable[[str], str]) -> str:
    table, columns = PERSONAL[name], list(rows[0])
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    lines = "".join(f"<tr>{''.join(map(_cell, row.values()))}</tr>" for row in rows)
    words = "".join(f"<p>{escape(translate(text))}</p>" for text in (table.why, table.seen_by, table.for_how_long))
    return f"<h2>{escape(translate(table.what))}</h2>{words}<table><tr>{head}</tr>{lines}</table>"


def _cell(value: Value) -> str:
    return f"<td>{'' if value is None else escape(str(value))}</td>"
