"""Finding people by name, login or address, for whoever looks after their data: folded, so that `sh` finds `Š` and `Ç`.

    search.find("kras").rows
"""

import msgspec

from schoolbox.db.database import Database
from schoolbox.errors import NotFoundError
from schoolbox.services.folding import alphabetical, fold
from schoolbox.services.parents import CONTACT_SQL, Contact

SHOWN = 50
_ALL = """
SELECT p.id, p.given_name, p.surname, p.login, p.role, p.language, p.archived_at IS NOT NULL,
       coalesce((SELECT group_concat(CASE WHEN c.archived_at IS NULL THEN c.name ELSE c.label END, ', ')
                   FROM membership m JOIN school_class c ON c.id = m.class_id
                  WHERE m.person_id = p.id AND (c.archived_at IS NULL OR p.archived_at IS NOT NULL)), ''), p.grade,
       coalesce((SELECT a.address FROM national_address a WHERE a.person_id = p.id), '')
  FROM person p {where}
"""
_WANTED = "WHERE (?1 = 0 OR p.id IN (SELECT person_id FROM membership WHERE class_id = ?1))"
_AWAY = {None: "", True: " AND p.archived_at IS NOT NULL", False: " AND p.archived_at IS NULL"}


class FoundPerson(msgspec.Struct, frozen=True):
    """Somebody of the school; `classes` are names with commas between, `grade` is an own one (None: the class's).

    `address` is the one that holds in the whole country, empty if there is none.
    """

    id: int
    given_name: str
    surname: str
    login: str
    role: str
    language: str
    archived: bool
    classes: str
    grade: int | None = None
    address: str = ""

    @property
    def name(self) -> str:
        """The whole name."""
        return f"{self.given_name} {self.surname}".strip()


class FoundPeople(msgspec.Struct, frozen=True):
    """At most `SHOWN` people, how many there are in all, and which page of them this is."""

    rows: tuple[FoundPerson, ...]
    all: int
    page: int = 1

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.all // SHOWN))

    @property
    def first(self) -> int:
        """The number of the first one shown, 1 for the very first."""
        return (self.page - 1) * SHOWN + 1


class PeopleSearch:
    """Looks people up."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def find(self, query: str, *, archived: bool | None = None, class_id: int = 0, page: int = 1) -> FoundPeople:
        """Everybody whose name, login, address or class has all the words of a query; an empty one finds everybody.

        Args:
            query: Words, in any spelling.
            archived: Only those who are put away, or who are not.
            class_id: Only those of one class; 0 for all.
            page: Which `SHOWN` of them; behind the last page the last one.
        """
        words = fold(query).split()
        everybody = self._all(_WANTED + _AWAY[archived], class_id)
        found = [one for one in everybody if all(word in _words(one) for word in words)] if words else everybody
        shown = min(max(page, 1), FoundPeople((), len(found)).pages)
        return FoundPeople(tuple(found[(shown - 1) * SHOWN : shown * SHOWN]), len(found), shown)

    def one(self, person_id: int) -> FoundPerson:
        """One person.

        Raises:
            NotFoundError: There is none of that number.
        """
        found = self._db.fetch_sql(_person, _ALL.format(where="WHERE p.id = ?"), (person_id,))
        if not found:
            raise NotFoundError(kind="person", key=str(person_id))
        return found[0]

    def staff(self) -> list[FoundPerson]:
        """Teachers and technicians, by surname."""
        return self._all("WHERE p.role != 'pupil' AND p.archived_at IS NULL")

    def _all(self, where: str, *values: int) -> list[FoundPerson]:
        found = self._db.fetch_sql(_person, _ALL.format(where=where), values)
        return sorted(found, key=lambda one: alphabetical(one.surname, one.given_name, one.id))

    def contact(self, person_id: int) -> Contact:
        """How the parents of somebody are reached; empty for whom nothing is kept."""
        return next(iter(self._db.fetch_sql(Contact, CONTACT_SQL, (person_id,))), Contact())

    def class_ids(self, person_id: int) -> list[int]:
        """The classes that somebody belongs to."""
        return self._db.fetch_sql(int, "SELECT class_id FROM membership WHERE person_id = ?", (person_id,))

    def by_login(self, login: str) -> FoundPerson:
        """One person, by login or address.

        Raises:
            NotFoundError: Nobody has it, or two have this address, of whom the office says that they are one.
        """
        where = "WHERE p.login = ?"
        if "@" in login:
            where = "WHERE p.id IN (SELECT person_id FROM national_address WHERE address = ?)"
        found = self._db.fetch_sql(_person, _ALL.format(where=where), (login.strip().casefold(),))
        if len(found) != 1:
            raise NotFoundError(kind="person", key=login)
        return found[0]


def _words(one: FoundPerson) -> str:
    return fold(f"{one.given_name} {one.surname} {one.login} {one.classes} {one.address}")


def _person(number: int, *rest: str | int | None) -> FoundPerson:
    given_name, surname, login, role, language, archived, classes, grade, address = rest
    return FoundPerson(
        number, str(given_name), str(surname), str(login), str(role), str(language), bool(archived), str(classes),
        None if grade is None else int(grade), str(address),
    )  # fmt: skip
