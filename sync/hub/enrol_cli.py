"""`schoolbox-hub enrol read | list | bind`: boxes that ask on a stick to be taken in (PROTOCOL 13).

    schoolbox-hub enrol read /media/USB --school Agimi --municipality Gjilan --data DIR
"""

import argparse
from pathlib import Path

from content_packs.durable import Disk
from sync.enrolment_files import ANSWER_ENDING, FILE_BYTES_MAX
from sync.hub.command_line import Commands, add_command, add_noun, answer
from sync.hub.errors import OUTCOMES, BadRequestError
from sync.hub.opening import opened
from sync.hub.request_sticks import OnStick, read_request_stick
from sync.hub.requests import Asked, Requests


def add_enrol_commands(commands: Commands) -> None:
    """Describe the commands."""
    enrol = add_noun(commands, "enrol", "boxes that ask on a stick to be taken in")
    read = add_command(enrol, "read", "take requests of a stick, and put the answers on it", _read)
    read.add_argument("place", type=Path, metavar="PATH", help="the stick, or the file of a request")
    add_command(enrol, "list", "the boxes that asked and wait for a school", _list)
    bind = add_command(enrol, "bind", "take a box in that asked, and write its answer into a file", _bind)
    bind.add_argument("--box", required=True, metavar="NUMBER", help="its number, as enrol list says it")
    bind.add_argument("--folder", type=Path, default=Path(), metavar="DIR", help="where to write the answer")
    for command, needed in ((read, False), (bind, True)):
        command.add_argument("--school", required=needed, metavar="NAME", help="the school the box is for")
        command.add_argument("--municipality", required=needed, metavar="NAME")


def _read(arguments: argparse.Namespace) -> int:
    given = (arguments.school, arguments.municipality)
    if any(given) and not all(given):
        raise BadRequestError("Say both the school and the municipality, or neither.")
    school = (given[0], given[1]) if all(given) else None
    with opened(arguments.data) as hub:
        if arguments.place.is_dir():
            found = read_request_stick(hub.requests, arguments.place, school)
        else:
            found = [_file(hub.requests, arguments.place, school)]
    told = "\n".join(_told(each) for each in found)
    answer(
        arguments,
        [{"box": each.box, "problem": each.problem, "written": each.written, **_facts(each.asked)} for each in found],
        told or "There is no request there. Have the box write one: schoolbox enrol request PATH",
    )
    return OUTCOMES[BadRequestError].exit_code if any(each.problem for each in found) else 0


def _file(requests: Requests, path: Path, school: tuple[str, str] | None) -> OnStick:
    """Take a request that lies anywhere, and put its answer beside it."""
    with path.open("rb") as file:
        asked = requests.take(file.read(FILE_BYTES_MAX + 1))
    if school and asked.answer is None:
        asked = requests.bind(asked.box, *school)
    if asked.answer is not None:
        _write(path.parent, asked)
    return OnStick(asked.box, asked, written=asked.answer is not None)


def _list(arguments: argparse.Namespace) -> int:
    with opened(arguments.data) as hub:
        found = hub.requests.waiting()
    lines = [f"{one.box}  version {one.version}  asked {one.came_at:%Y-%m-%d}" for one in found]
    answer(arguments, [{"box": one.box, **_facts(one)} for one in found], "\n".join(lines) or "No box waits.")
    return 0


def _bind(arguments: argparse.Namespace) -> int:
    with opened(arguments.data) as hub:
        asked = hub.requests.bind(arguments.box, arguments.school, arguments.municipality)
    path = _write(arguments.folder, asked)
    text = f"The answer is in {path}. Take it to the box. Check number: {asked.check_number}"
    answer(arguments, {"file": str(path), **_facts(asked)}, text)
    return 0


def _write(folder: Path, asked: Asked) -> Path:
    path = folder / f"{asked.box}{ANSWER_ENDING}"
    Disk().write_file(path, asked.answer or b"")
    return path


def _told(each: OnStick) -> str:
    """Say what became of one request."""
    if each.problem:
        return f"{each.box}: not taken. {each.problem}"
    if each.asked is None or each.asked.answer is None:
        return f"{each.box}: waits for a school. Say which: schoolbox-hub enrol bind --box {each.box}"
    written = "Its answer is written." if each.written else "Its answer could not be written."
    return f"{each.box}: taken in. {written} Tell the school this check number: {each.asked.check_number}"


def _facts(asked: Asked | None) -> dict[str, str | bool]:
    if asked is None:
        return {"answered": False}
    return {"answered": asked.answer is not None, "check_number": asked.check_number}
