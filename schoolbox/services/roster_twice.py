"""Rows of one list that contradict each other: the same pupil or login twice, one class with two grades."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from schoolbox.services.logins import plain
from schoolbox.services.roster_grades import several
from schoolbox.services.roster_table import RosterProblem

if TYPE_CHECKING:
    from schoolbox.services.roster_file import RosterRow


def twice(rows: Sequence["RosterRow"]) -> Iterator[RosterProblem]:
    """Say of each row which earlier one it contradicts."""
    logins: dict[str, int] = {}
    grades: dict[str, tuple[int, int]] = {}
    pupils: dict[tuple[str, str, str], list[RosterRow]] = {}
    mixed = several(rows)
    for row in rows:
        if row.role == "pupil" and logins.setdefault(row.login or f"row {row.line}", row.line) != row.line:
            yield RosterProblem(row.line, "login", "login_twice", {"row": logins[row.login]})
        for wish in row.classes:
            line, grade = grades.setdefault(wish.key, (row.line, wish.grade))
            if grade != wish.grade and wish.key not in mixed:
                facts: dict[str, str | int] = {"row": line, "name": wish.name, "grade": grade}
                yield RosterProblem(row.line, "grade", "grade_differs", facts)
        if row.role == "pupil":
            yield from _same_pupil(row, pupils)


def _same_pupil(row: "RosterRow", pupils: dict[tuple[str, str, str], list["RosterRow"]]) -> Iterator[RosterProblem]:
    """Two rows of one pupil in one class cannot be told from one row copied twice, unless something else differs."""
    for wish in row.classes:
        earlier = pupils.setdefault((plain(row.given_name), plain(row.surname), wish.key), [])
        same = next((other for other in earlier if not _told_apart(row, other)), None)
        if same:
            yield RosterProblem(row.line, "surname", "twice", {"row": same.line})
        earlier.append(row)


def _told_apart(one: "RosterRow", other: "RosterRow") -> bool:
    parents = plain(one.parent_name), plain(other.parent_name)
    logins = one.login, other.login
    return any(first and second and first != second for first, second in (parents, logins))
