"""`schoolbox-hub code ...` and `school ...`: one-time codes for boxes, and the schools they are for.

    schoolbox-hub code write schools.csv --to cards --address https://hub.example
    schoolbox-hub code withdraw --mark 0123456789abcdef
    schoolbox-hub school rename --school Agimi --municipality Gjilan --name "Agimi i ri"
"""

import argparse
import os
import secrets
from pathlib import Path

from content_packs.durable import Disk
from sync.hub.card_files import COLUMNS, LIST, NAME, CardFiles, checked, read_schools
from sync.hub.command_line import Commands, add_command, add_noun, answer
from sync.hub.config import load_settings
from sync.hub.deeds import COMMAND
from sync.hub.errors import BadRequestError
from sync.hub.folder import DataFolder
from sync.hub.opening import opened
from sync.hub.ownership import become_owner


def add_school_commands(commands: Commands) -> None:
    """Describe the commands."""
    code = add_noun(commands, "code", "one-time codes for boxes")
    create = add_command(code, "create", "make a code for a school", _create)
    _add_write(add_command(code, "write", "make codes for a list of schools, and the files of their cards", _write))
    add_command(code, "list", "codes that nobody has used yet; the codes themselves are not kept", _list)
    withdraw = add_command(code, "withdraw", "end a code that went astray", _withdraw)
    withdraw.add_argument("--mark", required=True, metavar="MARK", help="as code list says it")
    school = add_noun(commands, "school", "schools")
    add_command(school, "list", "every school that a box or a code is for", _schools)
    rename = add_command(school, "rename", "call a school by another name; all it learnt stays with it", _rename)
    rename.add_argument("--name", required=True, metavar="NAME", help="what it is called from now on")
    for command in (create, rename):
        command.add_argument("--school", required=True, metavar="NAME")
        command.add_argument("--municipality", required=True, metavar="NAME")


def _add_write(write: argparse.ArgumentParser) -> None:
    """Describe what holds for the boxes of every school of a list."""
    columns = ", ".join(COLUMNS)
    write.add_argument("list", type=Path, metavar="LIST", help=f"a CSV file with some of these columns: {columns}")
    write.add_argument("--to", required=True, type=Path, metavar="FOLDER", help="a folder that is not there yet")
    write.add_argument("--address", default="", metavar="URL", help="how boxes reach this hub (its public_url)")
    for name in ("language", "country", "time-zone"):
        write.add_argument(f"--{name}", default="", help="where the list does not say it")


def _write(arguments: argparse.Namespace) -> int:
    schools = read_schools(arguments.list.read_bytes())
    become_owner(arguments.data)
    settings = load_settings(DataFolder(arguments.data).settings, os.environ, {})
    address = arguments.address or settings.values.public_url
    if not address.startswith(("http://", "https://")):
        raise BadRequestError("Say how boxes reach this hub: --address https://hub.example")
    common = {name: getattr(arguments, name) for name in ("language", "country", "time_zone")}
    with opened(arguments.data) as hub:
        writing = CardFiles(hub.enrolments, Disk(), secrets.token_bytes)
        cards = writing.write(schools, arguments.to, {**checked(common, "For all"), "hub": address.rstrip("/")})
    text = (
        f"{len(cards)} cards are in {arguments.to}. Copy each folder's {NAME} onto the card of its school, on the part"
        f" that any laptop shows, and start the box. {LIST} there says the claim code of each: with it you make the box"
        " yours, at http://schoolbox.local/claim. Keep both to yourself, and delete them once every box is claimed."
    )
    answer(arguments, {"folder": str(arguments.to), "cards": cards}, text)
    return 0


def _create(arguments: argparse.Namespace) -> int:
    with opened(arguments.data) as hub:
        made = hub.enrolments.make_code(arguments.school, arguments.municipality)
    text = f"Code for {made.school}, {made.municipality}: {made.code}\nIt works once. Type it into the school's box."
    answer(arguments, made, text)
    return 0


def _list(arguments: argparse.Namespace) -> int:
    with opened(arguments.data) as hub:
        codes = hub.codes.open()
    lines = [
        f"{one.mark}  {one.made_at:%Y-%m-%d}  {one.municipality}, {one.school}"
        + (f"  for the successor of {one.replaces}" if one.replaces else "")
        for one in codes
    ]
    answer(arguments, codes, "\n".join(lines) or "Every code was used or withdrawn.")
    return 0


def _withdraw(arguments: argparse.Namespace) -> int:
    with opened(arguments.data) as hub:
        code = hub.codes.withdraw(arguments.mark, by=COMMAND)
    answer(arguments, code, f"The code for {code.school}, {code.municipality} lets no box in any more.")
    return 0


def _schools(arguments: argparse.Namespace) -> int:
    with opened(arguments.data) as hub:
        schools = hub.places.schools()
    answer(arguments, schools, "\n".join(f"{one.municipality}, {one.school}" for one in schools) or "No school yet.")
    return 0


def _rename(arguments: argparse.Namespace) -> int:
    with opened(arguments.data) as hub:
        school = hub.places.school_named(arguments.school, arguments.municipality)
        name = hub.care.rename_school(school.school_id, arguments.name, by=COMMAND)
    text = (
        f"The school is called {name} from now on. Its boxes hear it with the next contact; who still says the old"
        " name means the same school."
    )
    answer(arguments, {"school": name, "municipality": arguments.municipality}, text)
    return 0
