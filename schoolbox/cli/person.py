"""`schoolbox person`: one person: added, corrected, given a password, taken out, erased; what parents agreed to."""

import argparse
import sys
from pathlib import Path

from schoolbox.cli import person_change
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
    words.add_argument("--grade", type=int, help="a pupil's own, where a class has several")
    words.add_argument("--login", default="", help="made from the name if it is left out")
    words.add_argument("--person-language", default="", metavar="LANGUAGE", help="which language the pages speak")
    _add_password_file(words)
    person_change.add(verbs)
    words = verb(verbs, "export", export, "write all that is kept of somebody into one file, for them to have")
    words.add_argument("login", metavar="LOGIN")
    words.add_argument("file", metavar="FILE", type=Path, help="ends in .zip")
    words = verb(verbs, "erase", erase, "erase somebody from the box and ask the hub to do the same; cannot be undone")
    words.add_argument("login", metavar="LOGIN")
    words.add_argument("--yes", action="store_true", help="really do it")
    words = verb(verbs, "consent", consent, "record what parents agreed to or took back; without words say what holds")
    words.add_argument("login", metavar="LOGIN")
    words.add_argument("--records-to-hub", choices=("agreed", "taken-back"))
    words.add_argument("--note", default="", help="where the paper is")
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
                grade=words.grade,
            )
        )  # fmt: skip
        box.audit.note_done(by=0, code="person_added", person_id=added.person_id)
    secret = added.pin or (added.password if not password else "") or ""
    text = f"Login: {added.login}" + (f"\nSecret, shown only now: {secret}" if secret else "")
    return Outcome(
        {"person_id": added.person_id, "login": added.login, "pin": added.pin, "password": added.password}, text
    )


def export(asked: Asked) -> Outcome:
    """Write everything about somebody, readable for whoever runs the command alone."""
    path: Path = asked.words.file
    with asked.box() as box:
        whom = box.people_search.by_login(asked.words.login)
        exported = box.person_export.of(whom.id, str, language="en", by=0)
    try:
        path.touch(mode=0o600)
        path.write_bytes(exported.content)
    except OSError as exc:
        raise BadInputError(field=str(path), problem=f"it cannot be written: {exc.strerror}") from exc
    return Outcome({"person_id": whom.id, "file": str(path)}, f"Written: {path}. It holds personal data.")


def erase(asked: Asked) -> Outcome:
    """Erase somebody."""
    if not asked.words.yes:
        raise BadInputError(field="--yes", problem="nothing was erased: say --yes if you are sure, it cannot be undone")
    with asked.box() as box:
        whom = box.people_search.by_login(asked.words.login)
        box.erasures.erase(whom.id, by=0)
        waiting = len({*box.erasures.waiting(), *box.national_addresses.to_erase()})
    text = f"Erased: person {whom.id}." + (" The hub is asked at the next contact." if waiting else "")
    return Outcome({"person_id": whom.id, "hub_waiting": waiting}, text)


def consent(asked: Asked) -> Outcome:
    """Record or tell whether records of somebody go to the hub."""
    words = asked.words
    with asked.box() as box:
        whom = box.people_search.by_login(words.login)
        if words.records_to_hub:
            given = words.records_to_hub == "agreed"
            box.consents.record([whom.id], "upstream", given=given, by=0, note=words.note)
        sends = box.consents.may_send(whom.id)
    return Outcome(
        {"person_id": whom.id, "records_to_hub": sends}, f"Records go to the hub: {'yes' if sends else 'no'}."
    )


def new_password(asked: Asked) -> Outcome:
    """Replace a password that was forgotten or seen."""
    given = _password(asked.words.password_file)
    with asked.box() as box:
        password = box.people.new_password(asked.words.login, given)
        whom = box.people_search.by_login(asked.words.login)
        box.audit.note_done(by=0, code="pin_given", person_id=whom.id)
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
