"""`schoolbox-hub box ...` and `deed list`: boxes, what is done to them, and who did it.

    schoolbox-hub box move --box NUMBER --school Drita --municipality Gjilan --data DIR
"""

import argparse

from sync.hub.boxes import Box
from sync.hub.command_line import Commands, add_command, add_noun, answer
from sync.hub.deeds import COMMAND
from sync.hub.opening import opened

_NEXT_CODE = "The dead box may no longer send; what it sent stays. Type the code into the box that takes its place."


def add_box_commands(commands: Commands) -> None:
    """Describe the commands."""
    box = add_noun(commands, "box", "boxes")
    add_command(box, "list", "every box and when it was heard", _list)
    rename = add_command(box, "rename", "say what people call a box", _rename)
    rename.add_argument("--name", required=True, metavar="TEXT", help="such as “laboratory”; empty for its number")
    move = add_command(box, "move", "give a box to another school; what it recorded stays with the one before", _move)
    move.add_argument("--school", required=True, metavar="NAME", help="the school it is for now")
    move.add_argument("--municipality", required=True, metavar="NAME")
    move.add_argument("--new", action="store_true", help="the hub does not know this school yet: make it")
    replace = add_command(box, "replace", "end a dead box, and let another take its place", _replace)
    replace.add_argument("--by", metavar="NUMBER", help="a box that was taken in already; without it a code is made")
    withdraw = add_command(box, "withdraw", "let a box in no longer: it was stolen", _withdraw)
    apart = add_command(box, "told-apart", "say that two boxes carry this number no longer", _told_apart)
    for command in (rename, move, replace, withdraw, apart):
        command.add_argument("--box", required=True, metavar="NUMBER", help="its number, as box list says it")
    deed = add_noun(commands, "deed", "what people did to boxes")
    add_command(deed, "list", "who did what, the newest first", _deeds)


def _list(arguments: argparse.Namespace) -> int:
    with opened(arguments.data) as hub:
        boxes = hub.boxes.all()
    answer(arguments, boxes, "\n".join(_line(box) for box in boxes) or "No box has been enrolled yet.")
    return 0


def _line(box: Box) -> str:
    """Say in one line how a box is."""
    called = f" ({box.label})" if box.label else ""
    state = f"heard {box.heard_at or 'never'}  waiting {box.waiting}"
    if box.successor:
        state = f"replaced by {box.successor}"
    elif box.withdrawn:
        state = "withdrawn"
    return f"{box.id}{called}  {box.municipality}, {box.school}  {state}"


def _rename(arguments: argparse.Namespace) -> int:
    with opened(arguments.data) as hub:
        hub.care.rename(arguments.box, arguments.name, by=COMMAND)
    answer(arguments, {"box": arguments.box, "name": arguments.name}, "The box has its new name.")
    return 0


def _move(arguments: argparse.Namespace) -> int:
    school = (arguments.school, arguments.municipality)
    with opened(arguments.data) as hub:
        hub.care.move(arguments.box, school, by=COMMAND, is_new=arguments.new)
    text = (
        f"The box belongs to {', '.join(school)} now and hears of it when it is next heard."
        " What it recorded until then stays with the school before."
    )
    answer(arguments, {"box": arguments.box, "school": school[0], "municipality": school[1]}, text)
    return 0


def _replace(arguments: argparse.Namespace) -> int:
    with opened(arguments.data) as hub:
        if arguments.by:
            hub.care.replace_by(arguments.box, arguments.by, by=COMMAND)
            answer(arguments, {"box": arguments.box, "successor": arguments.by}, f"{arguments.by} has taken its place.")
            return 0
        made = hub.care.replace(arguments.box, by=COMMAND)
    answer(arguments, made, f"Code for {made.school}, {made.municipality}: {made.code}\n{_NEXT_CODE}")
    return 0


def _withdraw(arguments: argparse.Namespace) -> int:
    with opened(arguments.data) as hub:
        hub.care.withdraw(arguments.box, by=COMMAND)
    text = "The box may no longer send. What it sent stays; a new code lets it in again, at any school."
    answer(arguments, {"withdrawn": arguments.box}, text)
    return 0


def _told_apart(arguments: argparse.Namespace) -> int:
    with opened(arguments.data) as hub:
        hub.care.told_apart(arguments.box, by=COMMAND)
    answer(arguments, {"box": arguments.box}, "Noted. If both still speak with one number, that is noticed again.")
    return 0


def _deeds(arguments: argparse.Namespace) -> int:
    with opened(arguments.data) as hub:
        deeds = hub.deeds.all()
    lines = [
        "  ".join(filter(None, (f"{one.at:%Y-%m-%d %H:%M}", one.by, one.what, one.box, one.detail))) for one in deeds
    ]
    answer(arguments, deeds, "\n".join(lines) or "Nothing was done to a box yet.")
    return 0
