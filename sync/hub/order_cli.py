"""`schoolbox-hub order ...` and `notice ...`: settings and notices for all boxes, those of a municipality, or one.

    schoolbox-hub order set --municipality Gjilan --send-kbit 64 --data DIR
"""

import argparse

from sync.hub.command_line import Commands, add_command, add_noun, answer
from sync.hub.deeds import COMMAND
from sync.hub.errors import BadRequestError
from sync.hub.opening import opened
from sync.hub.orders import EVERYWHERE, scope_of_box, scope_of_place
from sync.hub.services import Hub
from sync.orders import AUDIENCES, SETTINGS

_WHEN = "It goes down when each box is next heard."


def add_order_commands(commands: Commands) -> None:
    """Describe the commands."""
    order = add_noun(commands, "order", "settings that boxes are given")
    given = add_command(order, "set", "set something on boxes; a technician there may refuse it", _set)
    for name in SETTINGS:
        given.add_argument(f"--{name.replace('_', '-')}", metavar="VALUE", help="empty: leave it to the schools")
    listed = add_command(order, "list", "what is set", _list)
    notice = add_noun(commands, "notice", "short texts for people who work at schools")
    add = add_command(notice, "add", "write one", _add)
    add.add_argument("--text", action="append", required=True, metavar="LANGUAGE=TEXT", help="sq=…, once a language")
    add.add_argument("--until", required=True, metavar="DAY", help="the last day on which it is shown: 2026-12-31")
    add.add_argument("--for", dest="audience", choices=AUDIENCES, default=AUDIENCES[0], help="staff, if not said")
    shown = add_command(notice, "list", "those that are shown", _notices)
    end = add_command(notice, "end", "show one no longer", _end)
    end.add_argument("--number", required=True, type=int, metavar="N", help="as notice list says it")
    for command in (given, listed, add, shown):
        where = command.add_mutually_exclusive_group()
        where.add_argument("--municipality", metavar="NAME", help="only the boxes there; all without it")
        where.add_argument("--box", metavar="NUMBER", help="only this box")


def _scope(hub: Hub, arguments: argparse.Namespace) -> str:
    """Find for whom something is."""
    if arguments.box:
        return scope_of_box(hub.boxes.one(arguments.box).id)
    return scope_of_place(hub.places.municipality(arguments.municipality)) if arguments.municipality else EVERYWHERE


def _set(arguments: argparse.Namespace) -> int:
    values = {name: value for name in SETTINGS if (value := getattr(arguments, name)) is not None}
    if not values:
        raise BadRequestError("Say what to set: --send-kbit, --pull-kbit, --quiet-hours or --subscriptions.")
    with opened(arguments.data) as hub:
        hub.orders.set_all(_scope(hub, arguments), values, by=COMMAND)
    answer(arguments, values, _WHEN)
    return 0


def _list(arguments: argparse.Namespace) -> int:
    with opened(arguments.data) as hub:
        wishes = hub.orders.wishes(_scope(hub, arguments))
    answer(arguments, wishes, "\n".join(f"{one.name} = {one.value}" for one in wishes) or "Nothing is set there.")
    return 0


def _add(arguments: argparse.Namespace) -> int:
    texts = dict(each.partition("=")[::2] for each in arguments.text)
    with opened(arguments.data) as hub:
        scope = _scope(hub, arguments)
        number = hub.orders.add_notice(scope, arguments.audience, texts, arguments.until, by=COMMAND)
    answer(arguments, {"number": number}, f"Notice {number} is written. {_WHEN}")
    return 0


def _notices(arguments: argparse.Namespace) -> int:
    with opened(arguments.data) as hub:
        shown = hub.orders.notices(_scope(hub, arguments))
    lines = [
        f"{one.notice.id}  {one.notice.audience}  until {one.notice.until}  {next(iter(one.notice.texts.values()))}"
        for one in shown
    ]
    answer(arguments, shown, "\n".join(lines) or "No notice is shown there.")
    return 0


def _end(arguments: argparse.Namespace) -> int:
    with opened(arguments.data) as hub:
        hub.orders.end_notice(arguments.number, by=COMMAND)
    answer(arguments, {"ended": arguments.number}, f"Notice {arguments.number} is shown no longer. {_WHEN}")
    return 0
