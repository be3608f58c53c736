"""What somebody types into the search field: the database understands every query made of it, and folding is stable."""

import re
import sqlite3
from functools import cache

from schoolbox.services.folding import QUERY_CHARS_MAX, WORDS_MAX, fold, marked, match_query
from tests.fuzz.target import Target

_FOLDED = re.compile(r"(?:[^\W_]+(?: [^\W_]+)*)?")


@cache
def _index() -> sqlite3.Connection:
    """A full-text table like the box's own, with two entries."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE entry USING fts5(title, words, marks)")
    connection.executemany("INSERT INTO entry VALUES (?, ?, ?)", [("thyesat", "pjeset", "kind0video"), ("a", "b", "c")])
    return connection


def run(data: bytes) -> None:
    typed = data.decode("utf-8", "surrogateescape")
    folded = fold(typed)
    assert _FOLDED.fullmatch(folded)
    assert fold(folded) == folded
    query = match_query(typed)
    assert query.count(" AND ") < WORDS_MAX
    assert len(query) < QUERY_CHARS_MAX * 60
    if query:
        for whole in (query, marked(query, kind="video", staff=False), marked(query, staff=True)):
            _index().execute("SELECT count(*) FROM entry WHERE entry MATCH ?", (whole,)).fetchall()


TARGET = Target(
    run=run,
    allowed=(),
    seeds=lambda: [
        text.encode()
        for text in (
            "Thyesat në KUZHINË", "Отпор", 'title:"x" OR NEAR(a b)', "Đorđe ђ", "a* AND ^b -c", "ﷺ½Ⅷ", "",
        )
    ],
    words=(
        b'"', b" OR ", b" NOT ", b"NEAR(", b"*", "ё".encode(), b"\xcc\x81\xcc\xa3", "İ".encode(), "ß".encode(), b"\0",
    ),
    max_bytes=65_536,
    runs=2000,
)  # fmt: skip
