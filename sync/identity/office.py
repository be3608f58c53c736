"""What people of the office do: look somebody up, put two together, give a new address, decide who may ask, erase.

Every change is told to the boxes that hold the people, with their next contact.

    office.merge(keep="arta.krasniqi@nxenes.example", gone="arta.krasniqi7@nxenes.example")
    office.undecided(); office.allow("0011...ff")
"""

import re
import sqlite3
from collections.abc import Iterable

import msgspec

from content_packs.clock import Clock
from sync.hub.engines.sqlite import SqliteDatabase
from sync.hub.errors import BadRequestError, NotFoundError
from sync.identity.register import Register, domain_of, hand_over, next_change
from sync.identity_wire import DOMAIN_PATTERN, LOCAL_PATTERN

FOUND_MAX = 50
_NUMBERS = """
SELECT n.number, r.school, r.municipality, r.box FROM number n JOIN registration r ON r.id = n.registration
 WHERE n.person = ? ORDER BY n.number
"""
_UNDECIDED = """
SELECT u.number, m.local, h.school, h.municipality, u.wish, r.school, r.municipality, u.asked_at
  FROM undecided u JOIN registration r ON r.id = u.registration JOIN number n ON n.number = u.number
  JOIN registration h ON h.id = n.registration JOIN name m ON m.person = n.person AND m.main = 1
 ORDER BY u.asked_at, u.number
"""
_ASKED = """
SELECT coalesce((SELECT c.id FROM registration c WHERE c.box = r.box AND c.ended_at IS NULL), r.id), u.wish
  FROM undecided u JOIN registration r ON r.id = u.registration WHERE u.number = ?
"""


class Holding(msgspec.Struct, frozen=True):
    """A number of somebody, and the school that asked for it last."""

    number: str
    school: str
    municipality: str
    box: str


class FoundAddress(msgspec.Struct, frozen=True):
    """Somebody as the office knows them; `others` are older addresses that are still theirs."""

    address: str
    others: tuple[str, ...]
    numbers: tuple[Holding, ...]


class Undecided(msgspec.Struct, frozen=True, kw_only=True):
    """A number that a school asked for under another name than the office knows."""

    number: str
    address: str
    held_by: str
    wish: str
    asked_by: str
    asked_at: str


class Office:
    """The commands of one office."""

    def __init__(self, database: SqliteDatabase, register: Register, clock: Clock) -> None:
        self._database = database
        self._register = register
        self._clock = clock

    def domain(self) -> str:
        """What stands behind the @."""
        with self._database.read() as db:
            return domain_of(db)

    def set_domain(self, domain: str) -> None:
        """Let another domain stand behind the @ of everybody.

        Raises:
            BadRequestError: It is no domain.
        """
        check_domain(domain)
        with self._database.write() as db:
            db.execute("INSERT OR REPLACE INTO setting VALUES ('domain', ?)", (domain,))
            _tell(db, [int(row[0]) for row in db.execute("SELECT id FROM person ORDER BY id").fetchall()])

    def find(self, words: str) -> list[FoundAddress]:
        """People with these letters in an address, at most `FOUND_MAX`."""
        local = words.strip().casefold().partition("@")[0]
        marks = re.sub(r"([%_\\])", r"\\\1", local)
        query = (
            "SELECT DISTINCT person FROM name WHERE local LIKE ? ESCAPE '\\' AND person IS NOT NULL"
            " ORDER BY local LIMIT ?"
        )
        with self._database.read() as db:
            people = [int(row[0]) for row in db.execute(query, (f"%{marks}%", FOUND_MAX)).fetchall()]
            return [_found(db, person) for person in people]

    def one(self, address: str) -> FoundAddress:
        """Somebody, by any address of theirs.

        Raises:
            NotFoundError: Nobody has it.
        """
        with self._database.read() as db:
            return _found(db, _person(db, address))

    def merge(self, keep: str, gone: str) -> FoundAddress:
        """Put two together who are one person; both addresses are theirs from now on, `keep` is the one that counts.

        Raises:
            NotFoundError: Nobody has one of the two.
            BadRequestError: They are one already.
        """
        with self._database.write() as db:
            person, other = _person(db, keep), _person(db, gone)
            if person == other:
                raise BadRequestError("These are two addresses of one person already.")
            db.execute("UPDATE number SET person = ? WHERE person = ?", (person, other))
            db.execute("UPDATE name SET person = ?, main = 0 WHERE person = ?", (person, other))
            db.execute("DELETE FROM person WHERE id = ?", (other,))
            self._register.names.count_from_now(db, person, _local(db, keep))
            _tell(db, [person])
            return _found(db, person)

    def rename(self, address: str, local: str) -> FoundAddress:
        """Give somebody another address; what they had stays theirs. One of their own older ones may count again.

        Raises:
            NotFoundError: Nobody has the address.
            BadRequestError: The new part before the @ cannot be one, or was given to somebody before.
        """
        if re.fullmatch(LOCAL_PATTERN, local) is None:
            raise BadRequestError("Before the @ there are small letters a to z, digits and dots, at most 64.")
        with self._database.write() as db:
            person, names = _person(db, address), self._register.names
            if names.has(db, person, local):
                names.count_from_now(db, person, local)
            elif not names.take(db, person, local):
                raise BadRequestError("This was given to somebody before; no address is given twice.")
            _tell(db, [person])
            return _found(db, person)

    def erase(self, address: str) -> None:
        """Forget somebody whose box is gone; keyed hashes stay, so that the address is never given again.

        Raises:
            NotFoundError: Nobody has it.
        """
        with self._database.write(overwriting=True) as db:
            person = _person(db, address)
            for row in db.execute("SELECT number FROM number WHERE person = ?", (person,)).fetchall():
                self._register.forget(db, str(row[0]), person)
        self._database.truncate_log()

    def undecided(self) -> list[Undecided]:
        """What somebody must decide, the oldest first."""
        with self._database.read() as db:
            domain, rows = domain_of(db), db.execute(_UNDECIDED).fetchall()
        return [
            Undecided(
                number=str(row[0]), address=f"{row[1]}@{domain}", held_by=f"{row[2]}, {row[3]}", wish=str(row[4]),
                asked_by=f"{row[5]}, {row[6]}", asked_at=str(row[7]),
            )
            for row in rows
        ]  # fmt: skip

    def allow(self, number: str) -> None:
        """Let the school that asked have the number: it is the same person, whose name was written otherwise.

        Raises:
            NotFoundError: There is nothing to decide about this number.
        """
        with self._database.write() as db:
            registration, wish = _asked(db, number)
            hand_over(db, number, registration, wish)
            db.execute("DELETE FROM undecided WHERE number = ?", (number,))

    def refuse(self, number: str) -> None:
        """Leave the number where it is; who asks under another name again stands in the list again.

        Raises:
            NotFoundError: There is nothing to decide about this number.
        """
        with self._database.write() as db:
            _asked(db, number)
            db.execute("DELETE FROM undecided WHERE number = ?", (number,))


def check_domain(domain: str) -> None:
    """Refuse what is no domain.

    Raises:
        BadRequestError: It is none.
    """
    if re.fullmatch(DOMAIN_PATTERN, domain) is None:
        raise BadRequestError("This is no domain: small letters, digits, hyphens and at least one dot.")


def _asked(db: sqlite3.Connection, number: str) -> tuple[int, str]:
    row = db.execute(_ASKED, (number,)).fetchone()
    if row is None:
        raise NotFoundError("There is nothing to decide about this number.")
    return int(row[0]), str(row[1])


def _local(db: sqlite3.Connection, address: str) -> str:
    """The part before the @ of what somebody typed, if the domain is ours or left out; else what nobody has."""
    local, _, domain = address.strip().casefold().partition("@")
    return local if domain in ("", domain_of(db)) else ""


def _person(db: sqlite3.Connection, address: str) -> int:
    row = db.execute(
        "SELECT person FROM name WHERE local = ? AND person IS NOT NULL", (_local(db, address),)
    ).fetchone()
    if row is None:
        raise NotFoundError("Nobody has this address.")
    return int(row[0])


def _found(db: sqlite3.Connection, person: int) -> FoundAddress:
    domain = domain_of(db)
    names = db.execute("SELECT local, main FROM name WHERE person = ? ORDER BY main DESC, local", (person,)).fetchall()
    first, *others = [f"{row[0]}@{domain}" for row in names]
    numbers = [Holding(*map(str, row)) for row in db.execute(_NUMBERS, (person,)).fetchall()]
    return FoundAddress(first, tuple(others), tuple(numbers))


def _tell(db: sqlite3.Connection, people: Iterable[int]) -> None:
    """Mark that the boxes that hold these people must hear of a change."""
    for person in people:
        for row in db.execute("SELECT number FROM number WHERE person = ?", (person,)).fetchall():
            db.execute("UPDATE number SET changed = ? WHERE number = ?", (next_change(db), str(row[0])))
