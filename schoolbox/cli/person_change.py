"""`schoolbox person change`, `archive`, `restore`: one person corrected, put away, brought back."""

import argparse
from typing import TYPE_CHECKING

from schoolbox.cli.asked import Asked, Parsers, verb
from schoolbox.cli.outcome import Json, Outcome
from schoolbox.errors import BadInputError
from schoolbox.services.people_desk import PersonWish
from schoolbox.services.people_search import FoundPerson

if TYPE_CHECKING:
    from schoolbox.wiring import Box

OF_CLASS = "class"


def add(verbs: Parsers) -> None:
    """Declare the verbs."""
    words = verb(verbs, "change", change, "correct somebody; what is not said stays as it is")
    words.add_argument("login", metavar="LOGIN")
    words.add_argument("--given-name")
    words.add_argument("--surname")
    words.add_argument("--class", action="append", dest="class_names", metavar="NAME", help="all classes, one by one")
    words.add_argument("--grade", type=_grade, help="a pupil's own, where a class has several; `class` for that of it")
    words.add_argument("--person-language", metavar="LANGUAGE", help="which language the pages speak")
    words = verb(verbs, "archive", archive, "put somebody away: no more signing in, everything learnt is kept")
    words.add_argument("login", metavar="LOGIN")
    words = verb(verbs, "restore", restore, "bring somebody back who was put away")
    words.add_argument("login", metavar="LOGIN")


def change(asked: Asked) -> Outcome:
    """Correct somebody."""
    words = asked.words
    with asked.box() as box:
        whom = box.people_search.by_login(words.login)
        grade = whom.grade if words.grade is None else words.grade
        box.people_desk.change(
            whom.id,
            PersonWish(
                _or(words.given_name, whom.given_name), _or(words.surname, whom.surname),
                _or(words.person_language, whom.language), _classes(box, whom, words.class_names),
                None if grade == OF_CLASS else grade,
            ),
            by=0,
        )  # fmt: skip
        found = box.people_search.one(whom.id)
    facts: dict[str, Json] = {
        "person_id": found.id, "login": found.login, "name": found.name, "classes": found.classes, "grade": found.grade,
    }  # fmt: skip
    return Outcome(facts, f"Changed: person {found.id}.")


def archive(asked: Asked) -> Outcome:
    """Put somebody away."""
    with asked.box() as box:
        whom = box.people_search.by_login(asked.words.login)
        box.people_desk.archive(whom.id, by=0)
    return Outcome({"person_id": whom.id, "archived": True}, f"Put away: person {whom.id}. Everything learnt is kept.")


def restore(asked: Asked) -> Outcome:
    """Bring somebody back."""
    with asked.box() as box:
        whom = box.people_search.by_login(asked.words.login)
        box.people_desk.restore(whom.id, by=0)
    return Outcome({"person_id": whom.id, "archived": False}, f"Brought back: person {whom.id}.")


def _or(said: str | None, before: str) -> str:
    return before if said is None else said


def _classes(box: "Box", whom: FoundPerson, names: list[str] | None) -> tuple[int, ...]:
    """The classes that were said, or those of today that somebody is in."""
    today = {row.name: row.id for row in box.people.classes()}
    if names is None:
        return tuple(sorted(set(box.people_search.class_ids(whom.id)).intersection(today.values())))
    for name in names:
        if name not in today:
            raise BadInputError(field="class", problem=f"there is no class {name}")
    return tuple(today[name] for name in names)


def _grade(text: str) -> int | str:
    """A number, or the word for the grade of the class.

    Raises:
        argparse.ArgumentTypeError: It is neither.
    """
    if text == OF_CLASS:
        return text
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"{text} is no number and not `{OF_CLASS}`")
    return int(text)
