"""`schoolbox-hub`: make and run the hub of a ministry.

Exit codes: 0 done, 1 something unforeseen, 2 wrong arguments or settings, 4 not found, 5 conflict, 6 not allowed,
7 try again later, 8 the data folder cannot be used, 9 a courier was not taken.
"""

import argparse
import importlib.metadata
import logging
import os
import secrets
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from content_packs.clock import SystemClock
from content_packs.durable import Disk
from sync.hub.admin_cli import add_admin_commands, add_password_words, read_password
from sync.hub.admins import Admins
from sync.hub.backup import back_up
from sync.hub.beside import run_office_command
from sync.hub.box_cli import add_box_commands
from sync.hub.check import check, repair_rollups
from sync.hub.command_line import HUB, add_command, add_noun, answer, run_command, say
from sync.hub.config import Settings, Values, load_settings
from sync.hub.courier_cli import add_words, bring, told, write_receipts
from sync.hub.enrol_cli import add_enrol_commands
from sync.hub.errors import OUTCOMES, BadRequestError, CourierRefusedError, DataError, HubError
from sync.hub.folder import DataFolder
from sync.hub.landing.command import add_index_words, index, list_refused, retry
from sync.hub.moving.command import add_move
from sync.hub.opening import opened
from sync.hub.order_cli import add_order_commands
from sync.hub.ownership import become_owner
from sync.hub.retention.command import add_keeping
from sync.hub.school_cli import add_school_commands
from sync.hub.scopes import PROPOSE, SCOPES, STANDARD
from sync.hub.serve import serve
from sync.hub.services import Hub
from sync.hub.shelf_cli import add_shelf_commands

_GIVEN = ("host", "port", "public_url", "title", "threads")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and say how it went; `identity` and what follows belongs to the identity office."""
    words = sys.argv[1:] if argv is None else list(argv)
    if words[:1] == ["identity"]:
        return run_office_command(words[1:])
    arguments = _parser().parse_args(words)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    command: Callable[[argparse.Namespace], int] = arguments.command
    return run_command("schoolbox-hub", command, arguments)


def _parser() -> argparse.ArgumentParser:
    """Describe every command."""
    parser = argparse.ArgumentParser(prog="schoolbox-hub", description="The hub of a ministry: many boxes, one view.")
    version = f"schoolbox-hub {importlib.metadata.version('schoolbox')}"
    parser.add_argument("--version", action="version", version=version)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    init = commands.add_parser("init", help="make a new hub in an empty folder")
    init.add_argument("data", type=Path, nargs="?", default=HUB, metavar="DIR", help="its folder (%(default)s)")
    init.add_argument("--admin", required=True, metavar="NAME", help="who may look at the pages")
    add_password_words(init)
    init.set_defaults(command=_init)
    run = add_command(commands, "serve", "run the hub until it is told to stop", _serve)
    run.add_argument("--host")
    run.add_argument("--port")
    run.add_argument("--title")
    run.add_argument("--threads")
    run.add_argument("--public-url")
    add_index_words(add_command(commands, "index", "make rows of what boxes sent (PostgreSQL only)", index))
    _add_nouns(commands)
    commands.add_parser("identity", help="the identity office, apart from all records: addresses of people")
    return parser


def _add_nouns(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the commands of the form noun verb."""
    add_school_commands(commands)
    add_command(commands, "key", "this hub's public key, for an identity office on another machine", _key)
    credential = add_noun(commands, "credential", "keys and secrets of other programs")
    issue = add_command(credential, "add", "let another program in; its secret is printed this once", _credential_add)
    issue.add_argument("--label", default="", metavar="TEXT", help="what it is for")
    issue.add_argument(
        "--scope", action="append", choices=SCOPES, metavar="SCOPE",
        help=f"what it may do, may be said more than once: {', '.join(SCOPES)} (without it: {', '.join(STANDARD)})",
    )  # fmt: skip
    issue.add_argument("--publisher", default="", metavar="ID", help=f"whose packs it sends, by the scope {PROPOSE}")
    issue.add_argument("--public-url", help="how the other program reaches this hub")
    add_command(credential, "list", "every key, what it is for and what it may do", _credential_list)
    revoke = add_command(credential, "revoke", "end a credential; what it sent stays", _credential_revoke)
    revoke.add_argument("--key", required=True, help="as credential list says it")
    add_admin_commands(commands)
    add_shelf_commands(commands)
    add_box_commands(commands)
    add_enrol_commands(commands)
    add_order_commands(commands)
    courier = add_noun(commands, "courier", "statements that come on a stick, and their receipts")
    add_words(
        add_command(courier, "read", "take in what a stick brings, and put the receipts on it", _courier_read),
        add_command(courier, "receipt", "write the receipts of one box into a file", _courier_receipt),
    )
    copy = add_command(commands, "backup", "make a copy of everything, while the hub runs", _backup)
    copy.add_argument("--to", required=True, type=Path, metavar="DIR", help="where copies are kept, on another disk")
    copy.add_argument("--keep", type=int, default=7, metavar="N", help="how many copies stay (7)")
    database = add_noun(commands, "db", "the database")
    test = add_command(database, "check", "read everything and compare the roll-ups", _db_check)
    add_command(database, "refused", "statements of boxes that could not be stored, the newest first", list_refused)
    add_command(database, "retry", "try again to read batches that were set aside (PostgreSQL only)", retry)
    add_keeping(database)
    add_move(database)
    test.add_argument("--repair", action="store_true", help="make the roll-ups again if they differ")
    add_command(add_noun(commands, "config", "settings"), "show", "every setting and where it came from", _config_show)


def _init(arguments: argparse.Namespace) -> int:
    """Make a hub with one person who may look at it, or go on; nothing is made if the password is too short."""
    password = read_password(arguments.password_file)
    become_owner(arguments.data)
    folder = DataFolder(arguments.data)
    Admins.check(arguments.admin, password)
    try:
        folder.make(Disk(), secrets.token_bytes, load_settings(folder.settings, os.environ, {}).values.database)
    except DataError:
        if not _is_half_made(folder):
            raise
    with opened(folder.path) as hub:
        hub.admins.add(arguments.admin, password, secrets.token_bytes(16))
    say(f"The hub is ready in {folder.path}. Start it: schoolbox-hub serve --data {folder.path}")
    return 0


def _is_half_made(folder: DataFolder) -> bool:
    """Whether there is a hub into which nobody can sign in: whoever made it was stopped before there was a person."""
    try:
        with opened(folder.path) as hub:
            return not hub.admins.all()
    except HubError:
        return False


def _serve(arguments: argparse.Namespace) -> int:
    become_owner(arguments.data)
    settings = _settings(arguments)
    hub = Hub.open(DataFolder(arguments.data), settings, SystemClock(), secrets.token_bytes)
    serve(hub, lambda port: say(f"Listening on http://{settings.values.host}:{port}"))
    return 0


def _key(arguments: argparse.Namespace) -> int:
    with opened(arguments.data) as hub:
        key = hub.introducer.public_key
    answer(arguments, {"key": key}, key)
    return 0


def _credential_add(arguments: argparse.Namespace) -> int:
    settings = _settings(arguments)
    with opened(arguments.data) as hub:
        given = arguments.scope or ([PROPOSE] if arguments.publisher else STANDARD)
        issued = hub.credentials.add(arguments.label, given, secrets.token_urlsafe, publisher=arguments.publisher)
    shown = {"endpoint": f"{settings.root_url}/xapi/", "key": issued.key, "secret": issued.secret}
    text = "\n".join(f"{name}: {value}" for name, value in shown.items())
    answer(arguments, {**shown, "scopes": issued.scopes}, f"{text}\nscopes: {' '.join(issued.scopes)}")
    return 0


def _credential_list(arguments: argparse.Namespace) -> int:
    with opened(arguments.data) as hub:
        known = hub.credentials.all()
    lines = [
        f"{one.key}  {one.label or '-'}  {' '.join(one.scopes)}"
        + (f"  ended {one.revoked_at}" if one.revoked_at else f"  since {one.created_at}")
        for one in known
    ]
    answer(arguments, known, "\n".join(lines) or "No other program has been let in yet.")
    return 0


def _credential_revoke(arguments: argparse.Namespace) -> int:
    with opened(arguments.data) as hub:
        hub.credentials.revoke(arguments.key)
    answer(arguments, {"revoked": arguments.key}, "The program may no longer come in. What it sent stays.")
    return 0


def _courier_read(arguments: argparse.Namespace) -> int:
    with opened(arguments.data) as hub:
        brought = bring(hub, arguments.places)
    answer(arguments, brought, told(brought))
    return OUTCOMES[CourierRefusedError].exit_code if brought.refused else 0


def _courier_receipt(arguments: argparse.Namespace) -> int:
    with opened(arguments.data) as hub:
        path = write_receipts(hub, arguments.box, arguments.folder)
    answer(arguments, {"file": str(path)}, f"The receipts are in {path}. Take them back to the box.")
    return 0


def _backup(arguments: argparse.Namespace) -> int:
    if arguments.keep < 1:
        raise BadRequestError("At least one copy is kept.")
    become_owner(arguments.data)
    folder = DataFolder(arguments.data)
    address = _settings(arguments).values.database
    made = back_up(folder, arguments.to, keep=arguments.keep, clock=SystemClock(), disk=Disk(), address=address)
    text = f"The copy is {made}. To restore it, copy its files into an empty folder."
    if address:
        text += " Then, into an empty database: pg_restore --no-owner --dbname ADDRESS hub.dump"
    answer(arguments, {"copy": str(made)}, text)
    return 0


def _db_check(arguments: argparse.Namespace) -> int:
    with opened(arguments.data) as hub:
        if arguments.repair:
            repair_rollups(hub.database)
        checked = check(hub.database, hub.attachments)
    found = "; ".join(checked.problems) or "all is well"
    answer(arguments, checked, f"{checked.statements} statements in {checked.batches} batches: {found}.")
    return OUTCOMES[DataError].exit_code if checked.problems else 0


def _config_show(arguments: argparse.Namespace) -> int:
    become_owner(arguments.data)
    settings = _settings(arguments)
    rows = {name: (getattr(settings.values, name), settings.origin(name)) for name in Values.__struct_fields__}
    text = "\n".join(f"{name} = {value!r}  ({origin})" for name, (value, origin) in rows.items())
    answer(arguments, rows, text)
    return 0


def _settings(arguments: argparse.Namespace) -> Settings:
    """Read the settings; what was given on the command line wins."""
    given = {name: str(value) for name in _GIVEN if (value := getattr(arguments, name, None)) is not None}
    return load_settings(DataFolder(arguments.data).settings, os.environ, given)


if __name__ == "__main__":
    sys.exit(main())
