"""`schoolbox-hub code ...` and `school ...`: one-time codes for boxes, and the schools they are for.

    schoolbox-hub code withdraw --mark 0123456789abcdef
    schoolbox-hub school rename --school Agimi --municipality Gjilan --name "Agimi i ri"
"""

import argparse

from sync.hub.command_line import Commands, add_command, add_noun, answer
from sync.hub.deeds import COMMAND
from sync.hub.opening import opened


def add_school_commands(commands: Commands) -> None:
    """Describe the commands."""
    code = add_noun(commands, "code", "one-time codes for boxes")
    create = add_command(code, "create", "make a code for a school", _create)
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
        f"The school is called {name} here from now on. Its box shows the name that the school gave it: a technician"
        " changes that there."
    )
    answer(arguments, {"school": name, "municipality": arguments.municipality}, text)
    return 0
