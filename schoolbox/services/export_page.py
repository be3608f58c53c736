"""What is kept of one person as a page for people: titles instead of numbers of items, days as they are said, no code.

Promises: every table that has rows stands on it; a column that is empty or that only a program can use
(`_FOR_PROGRAMS`) is left to the file of data beside it, and one that nobody has put into words yet keeps its own name
rather than be left out.

    write_page(tables, Reader(_, language="sq", school="Agimi", titles={}))
"""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from html import escape

import msgspec

from schoolbox.db.database import Value
from schoolbox.marks import N_
from schoolbox.services.audit_words import CODES
from schoolbox.services.personal_tables import PERSONAL
from schoolbox.services.roster_told import ROLE_NAMES
from sync.dates import written

Row = Mapping[str, Value]
_PAGE = """<!doctype html><html lang="{language}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>
<style>body{{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}}h2{{font-size:1.1rem}}
table{{border-collapse:collapse;font-size:14px}}div{{overflow-x:auto}}p{{margin:.4rem 0}}
td,th{{border:1px solid #999;padding:.2rem .5rem;text-align:left;overflow-wrap:break-word}}
@media print{{div{{overflow:visible}}section{{break-inside:avoid-page}}}}</style>
<h1>{title}</h1><p>{lead}</p><p>{more}</p>{body}</html>
"""
_TITLE = N_("What the school's box keeps of you")
_MORE = N_("The file data.json beside this page has the same once more for programs, with the technical numbers.")
_NAMES: Mapping[str, str] = {
    "given_name": N_("Name"), "surname": N_("Surname"), "role": N_("Role"), "login": N_("Login"),
    "language": N_("Language"), "parent_name": N_("Parent's name"), "phone": N_("Phone"), "grade": N_("Grade"),
    "name": N_("Name"), "class_name": N_("Class"), "address": N_("Address"), "item_id": N_("Item"),
    "title": N_("Title"), "note": N_("Note"), "state": N_("Status"), "watched_s": N_("Seconds watched"),
    "best_correct": N_("Right answers, best try"), "questions": N_("Questions"), "attempts": N_("Tries"),
    "minutes": N_("Minutes"), "finished": N_("Items finished"), "day": N_("When"), "question_id": N_("Question"),
    "response": N_("Answered"), "correct": N_("Right"), "school": N_("School"), "municipality": N_("Municipality"),
    "publisher": N_("Publisher"), "from_school": N_("School"), "meant_for": N_("School"), "code": N_("What"),
    "given": N_("The parents agreed"), "finished_at": N_("Finished"), "done_at": N_("Finished"),
    "started_at": N_("When"), "touched_at": N_("When"), "answered_at": N_("When"), "made_at": N_("When"),
    "said_at": N_("When"), "happened_at": N_("When"), "recorded_at": N_("When"), "asked_at": N_("When"),
    "taken_at": N_("When"), "created_at": N_("On the box since"), "seen_at": N_("Last signed in"),
    "device": N_("Device"), "hints": N_("Hints"), "taken": N_("Hints"),
}  # fmt: skip
"""What a column is called where that can be said in a word or two."""
_WORDS: Mapping[str, Mapping[str, str]] = {
    "role": ROLE_NAMES, "state": {"done": N_("Done"), "started": N_("Started")}, "code": CODES,
    "device": {"phone": N_("Phone"), "tablet": N_("Tablet"), "computer": N_("Computer")},
    "correct": {"1": N_("Yes"), "0": N_("Not yet")}, "given": {"1": N_("Yes"), "0": N_("The parents took it back")},
}  # fmt: skip
_FOR_PROGRAMS = frozenset((
    "id", "person_id", "actor_id", "class_id", "group_id", "lesson_id", "test_id", "attempt_id", "pack_id", "by_id",
    "teacher_id", "asked_by", "seq", "lane", "boot", "boot_id", "since_s", "used_s", "limit_s", "seed", "registration",
    "quiz_sha256", "segments", "sitting", "sitting_segments", "sitting_sent", "position_s", "last_correct", "passed",
    "touched_order", "last_minute", "turn", "statement", "kind", "short", "used", "version", "draft", "academy",
))  # fmt: skip


class Reader(msgspec.Struct, frozen=True):
    """For whom the page is: words of the language, the school's name, and what items are called."""

    translate: Callable[[str], str]
    language: str
    school: str
    titles: Mapping[str, str]


def write_page(tables: Mapping[str, list[dict[str, Value]]], reader: Reader) -> str:
    """Write the page; it needs nothing but itself, and no script."""
    body = "".join(_section(name, rows, reader) for name, rows in tables.items() if rows)
    title, more = (escape(reader.translate(text)) for text in (_TITLE, _MORE))
    return _PAGE.format(language=reader.language, title=title, lead=escape(reader.school), more=more, body=body)


def _section(name: str, rows: list[dict[str, Value]], reader: Reader) -> str:
    table = PERSONAL[name]
    about = " ".join(reader.translate(text) for text in (table.why, table.seen_by, table.for_how_long))
    said = f"<section><h2>{escape(reader.translate(table.what))}</h2><p>{escape(about)}</p>"
    told = [column for column in rows[0] if column not in _FOR_PROGRAMS]
    columns = [column for column in told if any(row[column] not in (None, "") for row in rows)]
    if not columns:
        return f"{said}<p>{len(rows)}</p></section>"
    head = "".join(f"<th>{escape(reader.translate(_NAMES.get(column, column)))}</th>" for column in columns)
    lines = "".join(
        f"<tr>{''.join(f'<td>{escape(_said(column, row[column], reader))}</td>' for column in columns)}</tr>"
        for row in rows
    )
    return f"{said}<div><table><tr>{head}</tr>{lines}</table></div></section>"


def _said(column: str, value: Value, reader: Reader) -> str:
    """One value, as a person reads it."""
    if value is None:
        return ""
    text = str(value)
    words = _WORDS.get(column, {}).get(text)
    if words:
        return reader.translate(words)
    if column == "item_id":
        return reader.titles.get(text, text)
    if column == "response":
        return _answer(text)
    return _moment(text, reader.language) if column.endswith("_at") or column in ("day", "due_on") else text


def _answer(raw: str) -> str:
    try:
        given = json.loads(raw)
    except ValueError:
        return raw
    return ", ".join(map(str, given)) if isinstance(given, list) else raw


def _moment(text: str, language: str) -> str:
    """A moment in the box's own time, a day without one; what is neither stays as it is."""
    try:
        if len(text) == len("2026-11-28"):
            return written(date.fromisoformat(text), "d MMMM y", language)
        return written(datetime.fromisoformat(text).astimezone(), "d MMM y, HH:mm", language)
    except ValueError:
        return text
