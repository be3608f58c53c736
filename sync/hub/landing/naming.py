"""Titles, languages and subjects that many statements name: what `noting.note_activities` notes, a query for each.

    note_names(db, numbers, lines)
"""

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter

import msgspec

from sync.hub.landing.lines import Line, Shape
from sync.hub.landing.ports import Beside
from sync.hub.scopes import DEFINE, may

_TITLES = (
    "INSERT INTO title (term, language, text) SELECT w.term, w.language, w.text FROM json_to_recordset(CAST(? AS JSON))"
    " AS w(term BIGINT, language TEXT, text TEXT) WHERE NOT EXISTS (SELECT 1 FROM title t WHERE t.term = w.term"
    " AND t.language = w.language AND t.text = w.text) ORDER BY w.term, w.language"
    " ON CONFLICT (term, language) DO UPDATE SET text = excluded.text"
)
_LANGUAGES = (
    "INSERT INTO item_language (pack, item, language) SELECT w.pack, w.item, w.language"
    " FROM json_to_recordset(CAST(? AS JSON)) AS w(pack BIGINT, item BIGINT, language TEXT)"
    " WHERE NOT EXISTS (SELECT 1 FROM item_language t WHERE t.pack = w.pack AND t.item = w.item"
    " AND t.language = w.language) ORDER BY w.pack, w.item"
    " ON CONFLICT (pack, item) DO UPDATE SET language = excluded.language"
)
_SUBJECTS = (
    "INSERT INTO pack_subject (pack, subject) SELECT w.pack, w.subject FROM json_to_recordset(CAST(? AS JSON))"
    " AS w(pack BIGINT, subject TEXT) WHERE NOT EXISTS (SELECT 1 FROM pack_subject t WHERE t.pack = w.pack"
    " AND t.subject = w.subject) ORDER BY w.pack ON CONFLICT (pack) DO UPDATE SET subject = excluded.subject"
)


_KIND = attrgetter("kind")


class _Title(msgspec.Struct):
    term: int
    language: str
    text: str


class _Language(msgspec.Struct):
    pack: int
    item: int
    language: str


class _Subject(msgspec.Struct):
    pack: int
    subject: str


def note_names(db: Beside, numbers: Mapping[str, int], lines: Sequence[Line]) -> None:
    """Keep the latest of each for what has these numbers; what is the same is neither written nor locked."""
    shapes = list(_last_said(lines))
    titles = {
        (numbers[iri], tag): text for one in shapes for iri, texts in one.facts.titles for tag, text in texts.items()
    }
    languages = {
        (numbers[one.facts.pack], numbers[one.facts.item]): one.facts.language
        for one in shapes
        if one.facts.pack and one.facts.item and one.facts.language
    }
    subjects = {
        numbers[one.facts.pack]: one.facts.subject for one in shapes if one.facts.pack and one.facts.subject
    }
    for query, rows in (
        (_TITLES, [_Title(*key, text) for key, text in titles.items()]),
        (_LANGUAGES, [_Language(*key, text) for key, text in languages.items()]),
        (_SUBJECTS, [_Subject(pack, subject) for pack, subject in subjects.items()]),
    ):  # fmt: skip
        if rows:
            db.execute(query, (msgspec.json.encode(rows).decode(),))


def _last_said(lines: Sequence[Line]) -> Iterable[Shape]:
    """Give the shapes of those who may define activities, each once, in the order in which they were said last."""
    batches = {line.batch.id: line.batch for line in lines}
    mute = {number for number, batch in batches.items() if not may(batch.head.sender.scopes, DEFINE)}
    heard = (line for line in reversed(lines) if line.batch.id not in mute) if mute else reversed(lines)
    return reversed(dict.fromkeys(kind.shape for kind in dict.fromkeys(map(_KIND, heard))))
