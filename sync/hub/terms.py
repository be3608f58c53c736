"""Long texts that statements repeat, each stored once and known by a number; the empty text is 0.

    terms = Terms(db)
    terms.learn(["mailto:a@example.org"])
    terms["mailto:a@example.org"]
"""

from collections.abc import Iterable, Sequence

from sync.hub.database import Sql

_CHUNK = 500


class Terms:
    """Numbers of texts within one transaction; with `known` those that were learnt before, for who comes after."""

    def __init__(self, db: Sql, known: dict[str, int] | None = None) -> None:
        self._db = db
        self._known: dict[str, int] = {} if known is None else known
        self._known[""] = 0

    def learn(self, texts: Iterable[str]) -> None:
        """Give every text a number, old or new."""
        wanted = sorted(set(texts) - self._known.keys())
        self._look_up(wanted)
        unknown = [text for text in wanted if text not in self._known]
        self._db.executemany("INSERT INTO term (value) VALUES (?) ON CONFLICT DO NOTHING", [(one,) for one in unknown])
        self._look_up(unknown)

    def _look_up(self, wanted: Sequence[str]) -> None:
        for start in range(0, len(wanted), _CHUNK):
            chunk = wanted[start : start + _CHUNK]
            marks = ",".join("?" * len(chunk))
            rows = self._db.execute(f"SELECT value, id FROM term WHERE value IN ({marks})", chunk)  # noqa: S608  only marks
            self._known.update({str(value): int(number) for value, number in rows})

    def __getitem__(self, text: str) -> int:
        return self._known[text]


def find_term(db: Sql, text: str) -> int | None:
    """Look a text up without making it known."""
    row = db.execute("SELECT id FROM term WHERE value = ?", (text,)).fetchone()
    return int(row[0]) if row else None
