"""Parts before the @: given once in a country and never again, not even after whoever had it was erased.

Rules: every one that was ever given is kept as a keyed hash; the words themselves only as long as the person is known.
Who wishes first has the wish as it is, whoever comes next gets 2, 3 and so on behind it. Only inside a transaction.

    names.allot(db, person, "arta.krasniqi")    # "arta.krasniqi2"
"""

import sqlite3

from sync.hub.keyed import Keyed

BASE_LENGTH_MAX = 56
"""So much of a wish is taken, so that a number behind it still fits into 64 (RFC 5321 §4.5.3.1.1)."""


class Names:
    """The names of one office."""

    def __init__(self, keyed: Keyed) -> None:
        self._keyed = keyed

    def allot(self, db: sqlite3.Connection, person: int, wish: str) -> str:
        """Give somebody the next free one of a wish, as the one that counts."""
        base = wish[:BASE_LENGTH_MAX].rstrip(".")
        digest = self._keyed.digest(f"base {base}")
        row = db.execute("SELECT next FROM base WHERE digest = ?", (digest,)).fetchone()
        number = int(row[0]) if row else 1
        while not self.take(db, person, local := base if number == 1 else f"{base}{number}"):
            number += 1
        db.execute("INSERT OR REPLACE INTO base VALUES (?, ?)", (digest, number + 1))
        return local

    def take(self, db: sqlite3.Connection, person: int, local: str) -> bool:
        """Give somebody this one, as the one that counts; False if it was ever given to anybody."""
        made = db.execute(
            "INSERT OR IGNORE INTO name (digest, person, local) VALUES (?, ?, ?)",
            (self._keyed.digest(f"name {local}"), person, local),
        )
        if not made.rowcount:
            return False
        self.count_from_now(db, person, local)
        return True

    def count_from_now(self, db: sqlite3.Connection, person: int, local: str) -> None:
        """Let one of somebody's names be the one that counts; the others stay theirs."""
        db.execute("UPDATE name SET main = 0 WHERE person = ? AND main = 1", (person,))
        db.execute("UPDATE name SET main = 1 WHERE person = ? AND local = ?", (person, local))

    @staticmethod
    def main(db: sqlite3.Connection, person: int) -> str:
        """The one that counts."""
        return str(db.execute("SELECT local FROM name WHERE person = ? AND main = 1", (person,)).fetchone()[0])

    @staticmethod
    def has(db: sqlite3.Connection, person: int, local: str) -> bool:
        """Whether somebody has this one, now or from before."""
        row = db.execute("SELECT 1 FROM name WHERE person = ? AND local = ?", (person, local)).fetchone()
        return row is not None

    @staticmethod
    def forget(db: sqlite3.Connection, person: int) -> None:
        """Leave nothing of somebody's names but the keyed hashes."""
        db.execute("UPDATE name SET person = NULL, local = NULL, main = 0 WHERE person = ?", (person,))
