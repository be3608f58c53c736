"""`schoolbox audit list`: who of the staff looked at or changed what is kept of whom."""

from schoolbox.cli.asked import Asked, Parsers, noun, verb
from schoolbox.cli.outcome import Json, Outcome, table
from schoolbox.services.audit import AuditFilter
from schoolbox.services.audit_words import CODES


def add(nouns: Parsers) -> None:
    """Declare the noun."""
    verbs = noun(nouns, "audit", "who looked at or changed what is kept of people")
    words = verb(verbs, "list", list_entries, "list the newest entries")
    words.add_argument("--limit", type=int, default=100, metavar="N", help="how many; 100 if nothing is said")
    words.add_argument("--person", type=int, default=0, metavar="ID", help="only about this person")


def list_entries(asked: Asked) -> Outcome:
    """List the newest entries; numbers stand for people who were erased."""
    with asked.box() as box:
        page = box.audit.page(AuditFilter(person_id=asked.words.person), limit=max(1, asked.words.limit))
    rows = [
        (f"{row.happened_at:%Y-%m-%d %H:%M}", row.by_name or (f"person {row.by_id}" if row.by_id else "command line"),
         CODES.get(row.code, row.code), row.person_name or (f"person {row.person_id}" if row.person_id else ""),
         row.class_name)
        for row in page.rows
    ]  # fmt: skip
    data: Json = [
        {"id": row.id, "at": row.happened_at.isoformat(), "code": row.code, "by": row.by_id, "person": row.person_id,
         "class": row.class_id}
        for row in page.rows
    ]  # fmt: skip
    return Outcome(data, table([("when", "who", "what", "of whom", "class"), *rows]) if rows else "Nothing yet.")
