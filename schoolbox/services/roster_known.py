"""Who in a list is somebody the box knows already, so that a list updates people and does not double them.

Rules, in this order: a login says who it is. Else a teacher or technician is known by name, a pupil by name and class,
whatever the spelling or the script; of two of one name in a class the one with the same parent, and each only once.
A pupil of the same name in another class is somebody else, and is mentioned. Who was archived counts only where nobody
of today fits, and comes back.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import msgspec

from schoolbox.services.logins import plain
from schoolbox.services.roster_class import class_of
from schoolbox.services.roster_file import RosterRow
from schoolbox.services.roster_table import RosterProblem

SQL = """
SELECT p.id, p.role, p.given_name, p.surname, p.login, p.language, p.parent_name, p.phone,
       coalesce(group_concat(c.id, '|'), ''),
       coalesce(group_concat(CASE WHEN c.archived_at IS NULL THEN c.name ELSE c.label END, '|'), ''),
       p.archived_at IS NOT NULL, p.grade
  FROM person p LEFT JOIN membership m ON m.person_id = p.id LEFT JOIN school_class c ON c.id = m.class_id
 GROUP BY p.id ORDER BY p.archived_at IS NOT NULL, p.id
"""


class Known(msgspec.Struct, frozen=True):
    """Somebody the box knows; `class_ids` and `class_names` are joined by `|`."""

    person_id: int
    role: str
    given_name: str
    surname: str
    login: str
    language: str
    parent_name: str
    phone: str
    class_ids: str
    class_names: str
    archived: int = 0
    grade: int | None = None

    @property
    def in_classes(self) -> frozenset[int]:
        """The ids of the classes."""
        return frozenset(int(number) for number in self.class_ids.split("|") if number)


Name = tuple[str, str, str]


class Matched(msgspec.Struct, frozen=True):
    """For each row the person it means, or None for somebody new; and what is to be said of it."""

    pairs: tuple[tuple[RosterRow, Known | None], ...]
    problems: tuple[RosterProblem, ...]
    notes: tuple[RosterProblem, ...]

    @property
    def new(self) -> list[RosterRow]:
        """The rows of people the box does not know."""
        return [row for row, known in self.pairs if known is None]


def match(rows: Sequence[RosterRow], people: Sequence[Known]) -> Matched:
    """Find out who each row is."""
    by_login = {person.login: person for person in people}
    found: dict[int, Known] = {}
    problems: list[RosterProblem] = []
    for row in rows:
        person = by_login.get(row.login) if row.login else None
        if person and person.role == row.role:
            found[row.line] = person
        elif person:
            problems.append(RosterProblem(row.line, "login", "login_other", {"said": row.login}))
    claimed = {person.person_id for person in found.values()}
    by_name: dict[Name, list[Known]] = defaultdict(list)
    for person in people:
        by_name[_name(person)].append(person)
    for row in rows:
        if row.line not in found:
            free = [person for person in by_name[_name(row)] if person.person_id not in claimed]
            best = _best(row, free)
            if best:
                found[row.line] = best
                claimed.add(best.person_id)
    pairs = tuple((row, found.get(row.line)) for row in rows)
    back = (RosterProblem(row.line, "", "comes_back") for row, known in pairs if known and known.archived)
    return Matched(pairs, tuple(problems), (*_namesakes(pairs, by_name, claimed), *back))


def _best(row: RosterRow, people: Sequence[Known]) -> Known | None:
    if row.role != "pupil":
        return people[0] if people else None
    wanted = {wish.key for wish in row.classes}
    near = [person for person in people if wanted & _class_keys(person) and _fits(row, person)]
    return max(near, key=lambda person: (not person.archived, _same_parent(row, person)), default=None)


def _fits(row: RosterRow, person: Known) -> bool:
    """Whether the names of the parents do not say that these are two children."""
    return not row.parent_name or not person.parent_name or _same_parent(row, person)


def _same_parent(row: RosterRow, person: Known) -> bool:
    return plain(row.parent_name) == plain(person.parent_name)


def _class_keys(person: Known) -> set[str]:
    return {class_of(name).key for name in person.class_names.split("|") if name}


def _namesakes(
    pairs: Sequence[tuple[RosterRow, Known | None]], by_name: dict[Name, list[Known]], claimed: set[int]
) -> Iterator[RosterProblem]:
    for row, known in pairs:
        others = [person for person in by_name.get(_name(row), ()) if person.person_id not in claimed]
        if known is None and row.role == "pupil" and others and not row.login:
            facts = {"name": others[0].class_names.replace("|", ", "), "login": others[0].login}
            yield RosterProblem(row.line, "surname", "namesake", facts)


def _name(person: RosterRow | Known) -> Name:
    return person.role, plain(person.given_name), plain(person.surname)
