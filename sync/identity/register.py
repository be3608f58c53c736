"""The register: which number has which address, who may ask, what a box has not heard yet (PROTOCOL.md section 10).

Promises: one transaction an answer, durable before it is given, so that a box whose answer was lost is told the same
again. A number whose name the asking box does not know is told to nobody but its holder until a person has decided.

    register.ask(asker, AddressesAsked(since=0, people=(...,))).addresses
    register.erase(asker, ["0011...ff"])
"""

import sqlite3
from collections.abc import Sequence

import msgspec

from content_packs.clock import Clock
from sync.hub.engines.sqlite import SqliteDatabase
from sync.hub.keyed import Keyed
from sync.hub.throttle import Throttle
from sync.identity.boxes import Asker
from sync.identity.names import Names
from sync.identity_wire import NEWS_MAX, AddressesAsked, AddressesGiven, PersonAsked, PersonGiven

UNKNOWN_NAMES_FREE = 20
"""So many numbers whose name a box does not know cost it nothing; then it waits longer and longer between requests."""
_NEWS = """
SELECT n.number, m.local, n.changed FROM number n JOIN name m ON m.person = n.person AND m.main = 1
 WHERE n.registration = ? AND n.changed > ? ORDER BY n.changed LIMIT ?
"""
_HELD = """
SELECT n.number, n.person FROM number n JOIN registration r ON r.id = n.registration WHERE n.number = ? AND r.box = ?
"""


class _Known(msgspec.Struct, frozen=True):
    """A number that the office knows."""

    person: int
    wish: str
    registration: int


class Register:
    """The addresses of one office."""

    def __init__(self, database: SqliteDatabase, keyed: Keyed, clock: Clock, throttle: Throttle) -> None:
        self._database = database
        self._clock = clock
        self._throttle = throttle
        self.names = Names(keyed)

    def ask(self, asker: Asker, asked: AddressesAsked) -> AddressesGiven:
        """Allot and look up.

        Raises:
            TooManyTriesError: This box asked for too many numbers whose name it does not know.
        """
        guard = f"names {asker.box}"
        self._throttle.check(guard, free=UNKNOWN_NAMES_FREE)
        with self._database.write() as db:
            now = self._clock.now().isoformat()
            given = {one.number: self._one(db, asker, one, now) for one in asked.people}
            domain = domain_of(db)
            told = {number: local for number, local in given.items() if local is not None}
            news = db.execute(_NEWS, (asker.registration, asked.since, NEWS_MAX + 1)).fetchall()
            told.update((str(row[0]), str(row[1])) for row in news[:NEWS_MAX])
            since = int(news[NEWS_MAX - 1][2]) if len(news) > NEWS_MAX else last_change(db)
        undecided = tuple(number for number, local in given.items() if local is None)
        for _ in undecided:
            self._throttle.failed(guard)
        if not undecided:
            self._throttle.harmless(guard)
        return AddressesGiven(
            addresses=tuple(PersonGiven(number=number, address=f"{local}@{domain}") for number, local in told.items()),
            undecided=undecided, since=since, more=len(news) > NEWS_MAX,
        )  # fmt: skip

    def erase(self, asker: Asker, numbers: Sequence[str]) -> None:
        """Forget people whom this box was the last to ask for; whatever else is left as it is."""
        with self._database.write(overwriting=True) as db:
            for number in numbers:
                db.execute(
                    "DELETE FROM undecided WHERE number = ? AND registration IN"
                    " (SELECT id FROM registration WHERE box = ?)",
                    (number, asker.box),
                )
                row = db.execute(_HELD, (number, asker.box)).fetchone()
                if row is not None:
                    self.forget(db, number, int(row[1]))
        self._database.truncate_log()

    def forget(self, db: sqlite3.Connection, number: str, person: int) -> None:
        """Take a number out, and with the last one everything but the keyed hashes. Only inside a write."""
        db.execute("DELETE FROM number WHERE number = ?", (number,))
        if db.execute("SELECT 1 FROM number WHERE person = ?", (person,)).fetchone() is None:
            self.names.forget(db, person)
            db.execute("DELETE FROM person WHERE id = ?", (person,))

    def _one(self, db: sqlite3.Connection, asker: Asker, asked: PersonAsked, now: str) -> str | None:
        """The part before the @ of one number; None if a person must decide."""
        row = db.execute(
            "SELECT person, wish, registration FROM number WHERE number = ?", (asked.number,)
        ).fetchone()
        if row is None:
            return self._allot(db, asker, asked, now)
        known = _Known(int(row[0]), str(row[1]), int(row[2]))
        if known.registration != asker.registration:
            if not self._knows_name(db, asked, known):
                db.execute(
                    "INSERT OR IGNORE INTO undecided (number, registration, wish, asked_at) VALUES (?, ?, ?, ?)",
                    (asked.number, asker.registration, asked.wish, now),
                )
                return None
            hand_over(db, asked.number, asker.registration, asked.wish)
        return self.names.main(db, known.person)

    def _allot(self, db: sqlite3.Connection, asker: Asker, asked: PersonAsked, now: str) -> str:
        """Make a person; an address that the box has from before a copy was restored is taken up again if free."""
        person = int(db.execute("INSERT INTO person (allotted_at) VALUES (?)", (now,)).lastrowid or 0)
        db.execute(
            "INSERT INTO number (number, person, wish, registration, changed) VALUES (?, ?, ?, ?, ?)",
            (asked.number, person, asked.wish, asker.registration, next_change(db)),
        )
        local, _, domain = asked.have.partition("@")
        if local and domain == domain_of(db) and self.names.take(db, person, local):
            return local
        return self.names.allot(db, person, asked.wish)

    def _knows_name(self, db: sqlite3.Connection, asked: PersonAsked, known: _Known) -> bool:
        """Whether another box than the holder knows whom it asks for: one wrong name, and nobody is told any more."""
        if db.execute("SELECT 1 FROM undecided WHERE number = ?", (asked.number,)).fetchone() is not None:
            return False
        if asked.have:
            return self.names.has(db, known.person, asked.have.partition("@")[0])
        return asked.wish == known.wish


def hand_over(db: sqlite3.Connection, number: str, registration: int, wish: str) -> None:
    """Let another box hold a number from now on; it hears the address as news. Only inside a write."""
    db.execute(
        "UPDATE number SET registration = ?, wish = ?, changed = ? WHERE number = ?",
        (registration, wish, next_change(db), number),
    )


def domain_of(db: sqlite3.Connection) -> str:
    """What stands behind the @."""
    return str(db.execute("SELECT value FROM setting WHERE key = 'domain'").fetchone()[0])


def last_change(db: sqlite3.Connection) -> int:
    """How many changes there were."""
    row = db.execute("SELECT value FROM setting WHERE key = 'changes'").fetchone()
    return int(row[0]) if row else 0


def next_change(db: sqlite3.Connection) -> int:
    """Count one more change. Only inside a write."""
    number = last_change(db) + 1
    db.execute("INSERT OR REPLACE INTO setting VALUES ('changes', ?)", (str(number),))
    return number
