"""`schoolbox person add`: one person, with the secret that is shown once."""

import sys
from pathlib import Path

from schoolbox.cli.asked import Asked, Parsers, noun, verb
from schoolbox.cli.outcome import Outcome
from schoolbox.errors import BadInputError, NotFoundError
from schoolbox.services.people import ClassRow, NewPerson


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
    words.add_argument("--password-file", metavar="FILE", help="first line is the password; - is standard input")


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


def _class(known: dict[str, ClassRow], name: str) -> ClassRow:
    if name not in known:
        raise NotFoundError(kind="class", key=name)
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
