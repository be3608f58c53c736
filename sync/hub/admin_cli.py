"""`schoolbox-hub admin ...`: the people who may look at the hub's pages.

    add_admin_commands(commands)
"""

import argparse
import getpass
import secrets
import sys
from pathlib import Path

from content_packs.paths import is_publisher_id
from sync.hub.command_line import add_command, add_noun, answer
from sync.hub.errors import BadRequestError, DataError
from sync.hub.opening import opened
from sync.hub.reports.places import EVERYTHING, Place
from sync.hub.services import Hub


def add_admin_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the commands."""
    admin = add_noun(commands, "admin", "people who may look at the pages")
    add = add_command(admin, "create", "let a person in: to everything, one municipality or one school", _create)
    add.add_argument("--municipality", metavar="NAME", help="what the person sees: only this municipality")
    add.add_argument("--school", metavar="NAME", help="only this school of the municipality")
    add.add_argument("--publisher", metavar="ID", default="", help="sends packs of it, and sees nothing else")
    add_command(admin, "list", "everybody, and what they see", _list)
    change = add_command(admin, "password", "give a person another password; their sessions end", _set_password)
    gone = add_command(admin, "remove", "let a person in no longer", _remove)
    for command in (add, change, gone):
        command.add_argument("--name", required=True)
    for command in (add, change):
        add_password_words(command)


def add_password_words(command: argparse.ArgumentParser) -> None:
    """Describe where a password comes from: never from the command line, where every user of the machine can see it."""
    about = "the password is its first line; - is standard input; without it you are asked"
    command.add_argument("--password-file", type=Path, metavar="FILE", help=about)


def read_password(path: Path | None) -> str:
    """Read the first line of a file or of standard input, or ask the person at the terminal twice.

    Raises:
        DataError: The file cannot be read.
        BadRequestError: What was typed the second time is another, or there is no terminal to ask at.
    """
    if path is None:
        return _asked_password()
    try:
        text = sys.stdin.read() if path == Path("-") else path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise DataError(f"The password file {path} cannot be read.") from exc
    return text.partition("\n")[0].rstrip("\r")


def _asked_password() -> str:
    if not sys.stdin.isatty():
        raise BadRequestError("There is nobody to ask for a password. Say where it is: --password-file FILE.")
    password = getpass.getpass("Password (10 characters or more): ")
    if getpass.getpass("Once more: ") != password:
        raise BadRequestError("The two passwords differ. Nothing was changed; run the command again.")
    return password


def _create(arguments: argparse.Namespace) -> int:
    password = read_password(arguments.password_file)
    with opened(arguments.data) as hub:
        place, publisher = _place(hub, arguments), _publisher(arguments)
        hub.admins.add(arguments.name, password, secrets.token_bytes(16), place, publisher=publisher)
    sees = _told(place, publisher)
    answer(arguments, {"name": arguments.name, "sees": sees}, f"{arguments.name} may now sign in and sees {sees}.")
    return 0


def _list(arguments: argparse.Namespace) -> int:
    with opened(arguments.data) as hub:
        people = [{"name": one.name, "sees": _told(one.place, one.publisher)} for one in hub.admins.all()]
    answer(arguments, people, "\n".join(f"{one['name']}  {one['sees']}" for one in people))
    return 0


def _set_password(arguments: argparse.Namespace) -> int:
    password = read_password(arguments.password_file)
    with opened(arguments.data) as hub:
        hub.admins.set_password(arguments.name, password, secrets.token_bytes(16))
    answer(arguments, {"name": arguments.name}, f"{arguments.name} has a new password and must sign in again.")
    return 0


def _remove(arguments: argparse.Namespace) -> int:
    with opened(arguments.data) as hub:
        hub.admins.remove(arguments.name)
    answer(arguments, {"removed": arguments.name}, f"{arguments.name} may no longer sign in.")
    return 0


def _place(hub: Hub, arguments: argparse.Namespace) -> Place:
    """Find what a new person shall see."""
    if arguments.school and not arguments.municipality:
        raise BadRequestError("Say the municipality of the school, too: schools of different places share names.")
    if arguments.school:
        return hub.places.school_named(arguments.school, arguments.municipality)
    return hub.places.municipality(arguments.municipality) if arguments.municipality else EVERYTHING


def _publisher(arguments: argparse.Namespace) -> str:
    """Read whose packs a new person sends."""
    publisher = str(arguments.publisher)
    if publisher and (arguments.municipality or not is_publisher_id(publisher)):
        raise BadRequestError("A person sends packs of one publisher (its id, as `mash`), or sees a place: not both.")
    return publisher


def _told(place: Place, publisher: str) -> str:
    """Say a place in words."""
    if publisher:
        return f"what {publisher} sends"
    if place.school_id:
        return f"{place.school}, {place.municipality}"
    return place.municipality or "everything"
