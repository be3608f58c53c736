"""What the hub notes of activities when statements name them: titles, languages of items, subjects of courses.

    note_activities(db, terms, [one.facts])
"""

from collections.abc import Sequence

from sync.hub.database import Sql
from sync.hub.lrs.facts import Facts
from sync.hub.terms import Terms


def note_activities(db: Sql, terms: Terms, facts: Sequence[Facts]) -> None:
    """Keep the latest of each; what is the same is not written again."""
    titles = {(terms[iri], tag): text for one in facts for iri, texts in one.titles for tag, text in texts.items()}
    db.executemany(
        "INSERT INTO title (term, language, text) VALUES (?, ?, ?)"
        " ON CONFLICT (term, language) DO UPDATE SET text = excluded.text WHERE title.text <> excluded.text",
        [(term, tag, text) for (term, tag), text in sorted(titles.items())],
    )
    languages = {
        (terms[one.pack], terms[one.item]): one.language for one in facts if one.pack and one.item and one.language
    }
    db.executemany(
        "INSERT INTO item_language (pack, item, language) VALUES (?, ?, ?) ON CONFLICT (pack, item)"
        " DO UPDATE SET language = excluded.language WHERE item_language.language <> excluded.language",
        [(*key, language) for key, language in sorted(languages.items())],
    )
    subjects = {terms[one.pack]: one.subject for one in facts if one.pack and one.subject}
    db.executemany(
        "INSERT INTO pack_subject (pack, subject) VALUES (?, ?) ON CONFLICT (pack)"
        " DO UPDATE SET subject = excluded.subject WHERE pack_subject.subject <> excluded.subject",
        sorted(subjects.items()),
    )
