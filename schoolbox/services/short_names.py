"""How a pupil is called where others look on: "Arta K.", and "Arta Ka." where two share that.

Rules: never a whole surname on a page that a class sees. The surname is cut after the first letter; among people of
the same given name after as many as tell them apart, at most three and never the whole; a surname of two parts is then
told by the first letters of both, "Arta K.-S." beside "Arta Kel."; after that a number does.

    short_names([(1, "Arta", "Krasniqi"), (2, "Arta", "Kastrati")])   # {1: "Arta Kr.", 2: "Arta Ka."}
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from functools import partial

LETTERS_MAX = 3
Named = tuple[int, str, str]
"""Person id, given name, surname."""


def short_names(people: Sequence[Named]) -> dict[int, str]:
    """Short names of the people of one class, all different."""
    alike: dict[str, list[Named]] = defaultdict(list)
    for person in people:
        alike[person[1].casefold()].append(person)
    names: dict[int, str] = {}
    for group in alike.values():
        names.update(_tell_apart(sorted(group)))
    return names


def _tell_apart(group: Sequence[Named]) -> dict[int, str]:
    names: dict[int, str] = {}
    open_ = list(group)
    ways: list[Callable[[Named], str]] = [partial(_cut, letters=letters) for letters in range(1, LETTERS_MAX + 1)]
    for way in (*ways, _initials):
        cut = {person[0]: way(person) for person in open_}
        counted = Counter(name.casefold() for name in (*cut.values(), *names.values()))
        names.update({key: name for key, name in cut.items() if counted[name.casefold()] == 1})
        open_ = [person for person in open_ if person[0] not in names]
    for number, person in enumerate(open_, start=1):
        names[person[0]] = f"{_cut(person, 1)} {number}"
    return names


def _initials(person: Named) -> str:
    """With the first letters of a surname of two parts; of one part as many letters as may be shown."""
    _id, given_name, surname = person
    parts = re.findall(r"[^\W\d_]+", surname)
    return f"{given_name} {parts[0][0]}.-{parts[1][0]}." if len(parts) > 1 else _cut(person, LETTERS_MAX)


def _cut(person: Named, letters: int) -> str:
    _id, given_name, surname = person
    start = surname[: max(1, min(letters, len(surname) - 1))]
    return f"{given_name} {start}." if start else given_name
