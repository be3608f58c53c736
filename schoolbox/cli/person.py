"""`schoolbox person add`, `schoolbox person password`: one person, with the secret that is shown once."""

import argparse
import sys
from pathlib import Path

from schoolbox.cli.asked import Asked, Parsers, noun, verb
from schoolbox.cli.outcome import Outcome
from schoolbox.errors import BadInputError
from schoolbox.services.people_rows import ClassRow, NewPerson


def add(nouns: Parsers) -> None:
    """Declare the noun."""
    verbs = noun(nouns, "person", "pupils, teachers and technicians")
    words = verb(verbs, "add", add_person, "add somebody; the PIN or password is shown once")
    words.add_argument("--role", choices=("pupil", "teacher", "technician"), required=True)
    words.add_argument("--given-name", required=True)
    words.add_argument("--surname", default="")
    words.add_argument("--class", action="append", default=[], dest="class_names", metavar="NAME")
    words.add_argument("--login", default="", help="made from the name if it is left out")
    words.add_argument("--person-language", default="", metavar="LANGUAGE", help="which language the pages speak")
    _add_password_file(words)
    words = verb(verbs, "password", new_password, "give a teacher or technician another password; it signs them out")
    words.add_argument("login", metavar="LOGIN")
    _add_password_file(words)


def add_person(asked: Asked) -> Outcome:
    """Add somebody."""
    words = asked.words
    password = _password(words.password_file)
    with asked.box() as box:
        known = {row.name: row for row in box.people.classes()}
        added = box.people.add(
            NewPerson(
                role=words.role, given_name=words.given_name, surname=words.surname,
                class_ids=tuple(_class(known, name).id for name in words.class_names),
                language=words.person_language, login=words.login, password=password,
            )
        )  # fmt: skip
    secret = added.pin or (added.password if not password else "") or ""
    text = f"Login: {added.login}" + (f"\nSecret, shown only now: {secret}" if secret else "")
    return Outcome(
        {"person_id": added.person_id, "login": added.login, "pin": added.pin, "password": added.password}, text
    )


def new_password(asked: Asked) -> Outcome:
    """Replace a password that was forgotten or seen."""
    given = _password(asked.words.password_file)
    with asked.box() as box:
        password = box.people.new_password(asked.words.login, given)
    text = "The password is changed." if given else f"Password, shown only now: {password}"
    return Outcome({"login": asked.words.login, "password": None if given else password}, text)


def _add_password_file(words: argparse.ArgumentParser) -> None:
    words.add_argument("--password-file", metavar="FILE", help="first line is the password; - is standard input")


def _class(known: dict[str, ClassRow], name: str) -> ClassRow:
    if name not in known:
        raise BadInputError(field="class", problem=f"there is no class {name}")
    return known[name]


def _password(source: str | None) -> str:
    """Read a password from a file, never from the command line, where every user of the machine can see it."""
    if source is None:
        return ""
    try:
        text = sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise BadInputError(field="password-file", problem=f"it cannot be read: {exc}") from exc
    password = text.partition("\n")[0].rstrip("\r")
    if not password:
        raise BadInputError(field="password-file", problem="it is empty")
    return password
