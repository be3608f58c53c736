"""`schoolbox-hub identity`: make and run an identity office, and what its people do.

It opens the office's folder alone, never a hub's. Exit codes are those of `schoolbox-hub`.
"""

import argparse
import logging
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from content_packs.clock import SystemClock
from content_packs.durable import Disk
from sync.hub import command_line
from sync.hub.command_line import add_noun, answer, run_command, say
from sync.hub.errors import BadRequestError
from sync.hub.listening import Place, listen
from sync.hub.ownership import become_owner
from sync.identity.app import SENT_BYTES_MAX, make_app
from sync.identity.folder import OfficeFolder
from sync.identity.office import FoundAddress, check_domain
from sync.identity.services import OfficeServices

OFFICE = Path("/var/lib/schoolbox-identity")
"""Where the service of `deploy/hub` has its office: what a command means that names no folder."""
add_command = partial(command_line.add_command, data=OFFICE)
_Words = argparse.Namespace
TOLD = "The boxes hear it with their next contact."


def main(argv: Sequence[str]) -> int:
    """Run one command and say how it went."""
    words = _parser().parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    command: Callable[[_Words], int] = words.command
    return run_command("schoolbox-hub identity", command, words)


def _parser() -> argparse.ArgumentParser:
    """Describe every command."""
    parser = argparse.ArgumentParser(
        prog="schoolbox-hub identity", description="The identity office: one address a person, apart from all records."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    init = commands.add_parser("init", help="make a new office in an empty folder")
    init.add_argument("data", type=Path, nargs="?", default=OFFICE, metavar="DIR", help="its folder (%(default)s)")
    init.add_argument("--domain", required=True, metavar="DOMAIN", help="what stands behind the @; yours")
    init.set_defaults(command=_init)
    serve = add_command(commands, "serve", "run the office as a program of its own until it is told to stop", _serve)
    serve.add_argument("--host")
    serve.add_argument("--port", type=int)
    domain = add_command(commands, "domain", "show or change what stands behind the @", _domain)
    domain.add_argument("--set", metavar="DOMAIN", help="everybody's address changes with it")
    _add_people(commands)
    asked = add_noun(commands, "asked", "numbers that a school asked for under another name: who is it?")
    add_command(asked, "list", "what waits for a decision", _asked_list)
    for name, about, run in (
        ("allow", "it is the same person: the school that asked is told the address", _asked_allow),
        ("refuse", "it is not: nothing is told", _asked_refuse),
    ):
        add_command(asked, name, about, run).add_argument("--number", required=True, help="as asked list says it")
    box = add_noun(commands, "box", "boxes that may ask")
    add_command(box, "list", "every box, and for how many people it asked", _box_list)
    withdraw = add_command(box, "withdraw", "let a box ask no longer: it was stolen", _box_withdraw)
    which = withdraw.add_mutually_exclusive_group(required=True)
    which.add_argument("--box", metavar="NUMBER", help="its number, as box list says it")
    which.add_argument("--all", action="store_true", help="after restoring a copy: each box introduces itself anew")
    return parser


def _add_people(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the commands about one person."""
    person = add_noun(commands, "person", "people who have an address")
    find = add_command(person, "find", "who has these letters in an address", _find)
    find.add_argument("words", metavar="LETTERS")
    show = add_command(person, "show", "addresses, numbers and schools of one person", _show)
    show.add_argument("address", metavar="ADDRESS")
    merge = add_command(person, "merge", "two addresses are one person's: one counts, the other stays theirs", _merge)
    merge.add_argument("--keep", required=True, metavar="ADDRESS")
    merge.add_argument("--other", required=True, metavar="ADDRESS")
    rename = add_command(person, "rename", "give a new address; the old one stays theirs", _rename)
    rename.add_argument("address", metavar="ADDRESS")
    rename.add_argument("--to", required=True, metavar="NAME.SURNAME", help="the new part before the @")
    erase = add_command(person, "erase", "erase somebody whose box is gone; otherwise the school does it", _erase)
    erase.add_argument("address", metavar="ADDRESS")
    erase.add_argument("--yes", action="store_true", help="really do it")


def _init(words: _Words) -> int:
    check_domain(words.domain)
    become_owner(words.data)
    folder = OfficeFolder(words.data.resolve())
    folder.make(Disk(), secrets.token_bytes, domain=words.domain)
    say(
        f"The identity office is ready in {folder.path}; addresses end in @{words.domain}.\n"
        f'Beside a hub: write identity = "{folder.path}" into its hub.toml.\n'
        f"As a program of its own: write the hubs' keys into {folder.settings}, then:"
        f" schoolbox-hub identity serve --data {folder.path}"
    )
    return 0


def _serve(words: _Words) -> int:
    become_owner(words.data)
    services = OfficeServices.open(OfficeFolder(words.data), SystemClock())
    values = services.values
    place = Place(
        host=words.host or values.host, port=values.port if words.port is None else words.port,
        threads=values.threads, trusted_proxy=values.trusted_proxy, ident="schoolbox-identity",
        body_bytes_max=4 * SENT_BYTES_MAX,
    )  # fmt: skip
    try:
        listen(make_app(services), place, lambda port: say(f"Listening on http://{place.host}:{port}"))
    finally:
        services.close()
    return 0


def _domain(words: _Words) -> int:
    with _opened(words) as services:
        if words.set:
            services.office.set_domain(words.set)
        domain = services.office.domain()
    answer(words, {"domain": domain}, f"Addresses end in @{domain}." + (f" {TOLD}" if words.set else ""))
    return 0


def _find(words: _Words) -> int:
    with _opened(words) as services:
        found = services.office.find(words.words)
    answer(words, found, "\n".join(map(_told, found)) or "Nobody.")
    return 0


def _show(words: _Words) -> int:
    with _opened(words) as services:
        found = services.office.one(words.address)
    answer(words, found, _told(found))
    return 0


def _merge(words: _Words) -> int:
    with _opened(words) as services:
        found = services.office.merge(words.keep, words.other)
    answer(words, found, f"{_told(found)}\n{TOLD}")
    return 0


def _rename(words: _Words) -> int:
    with _opened(words) as services:
        found = services.office.rename(words.address, words.to)
    answer(words, found, f"{_told(found)}\n{TOLD}")
    return 0


def _erase(words: _Words) -> int:
    if not words.yes:
        raise BadRequestError("Nothing was erased: say --yes if you are sure, it cannot be undone.")
    with _opened(words) as services:
        services.office.erase(words.address)
    answer(words, {"erased": True}, "Erased. The address is never given to anybody again.")
    return 0


def _asked_list(words: _Words) -> int:
    with _opened(words) as services:
        waiting = services.office.undecided()
    lines = [
        f"{one.number}  {one.address}, held by {one.held_by}; asked by {one.asked_by} as {one.wish}" for one in waiting
    ]
    answer(words, waiting, "\n".join(lines) or "Nothing waits for a decision.")
    return 0


def _asked_allow(words: _Words) -> int:
    with _opened(words) as services:
        services.office.allow(words.number)
    answer(words, {"allowed": words.number}, f"Allowed. {TOLD}")
    return 0


def _asked_refuse(words: _Words) -> int:
    with _opened(words) as services:
        services.office.refuse(words.number)
    answer(words, {"refused": words.number}, "Refused. Nothing was told to the school that asked.")
    return 0


def _box_list(words: _Words) -> int:
    with _opened(words) as services:
        boxes = services.boxes.all()
    lines = [f"{box.box}  {box.municipality}, {box.school}  {box.people} people" for box in boxes]
    answer(words, boxes, "\n".join(lines) or "No box was introduced yet.")
    return 0


def _box_withdraw(words: _Words) -> int:
    with _opened(words) as services:
        ended = services.boxes.withdraw_all() if words.all else services.boxes.withdraw(words.box)
    told = f"{ended} boxes introduce themselves anew and bring the addresses they have." if words.all else (
        "The box may ask no longer. End its credentials at the hub, too, or the hub introduces it again."
    )  # fmt: skip
    answer(words, {"withdrawn": "all" if words.all else words.box}, told)
    return 0


@contextmanager
def _opened(words: _Words) -> Iterator[OfficeServices]:
    """Give an office that is open while a command works on it."""
    become_owner(words.data)
    services = OfficeServices.open(OfficeFolder(words.data), SystemClock())
    try:
        yield services
    finally:
        services.close()


def _told(found: FoundAddress) -> str:
    """Somebody, for people."""
    lines = [found.address, *(f"  also {other}" for other in found.others)]
    lines += [f"  {one.number}  {one.municipality}, {one.school}" for one in found.numbers]
    return "\n".join(lines)
