"""`content-packs send`: an archive of packs to the hub of a ministry."""

import argparse
import threading
from pathlib import Path

from content_packs.cli.arguments import Nouns, add_command
from content_packs.cli.messages import TRUST
from content_packs.cli.output import OK, Outcome, Result
from content_packs.publishing_wire import ProposalTold


class ArchiveSent(Result, frozen=True):
    """What the hub says of an archive."""

    archive: str
    hub: str
    number: int
    state: str
    problem: str
    message: str


def add_to(nouns: Nouns) -> None:
    """Add `send` to the command line."""
    about = "Send an archive of packs to the hub of a ministry, which looks at it and publishes it."
    parser = add_command(nouns, "send", _send, about=about)
    parser.add_argument("archive", type=Path, metavar="ARCHIVE.zip", help="as content-packs archive writes it")
    parser.add_argument("--to", required=True, metavar="ADDRESS", help="of the hub: https://hub.example")
    parser.add_argument(
        "--credential", required=True, type=Path, metavar="FILE", help="with the lines key and secret that the hub gave"
    )


def _send(arguments: argparse.Namespace) -> Outcome:
    from content_packs.send import Patience, read_desk, send_archive

    desk = read_desk(arguments.to, arguments.credential)
    told = send_archive(arguments.archive, desk, Patience(threading.Event().wait))
    result = ArchiveSent(
        archive=str(arguments.archive), hub=desk.url, number=told.number, state=told.state, problem=told.problem,
        message=told.message,
    )  # fmt: skip
    return Outcome(_lines(told), result, TRUST if told.state == "refused" else OK)


def _lines(told: ProposalTold) -> tuple[str, ...]:
    """Say where it stands."""
    if told.state == "refused":
        return (f"Number {told.number} was not taken: {told.message}",)
    words = {"waiting": "is right, and waits for the ministry", "published": "is published"}
    return (f"Number {told.number} {words.get(told.state, told.state)}.",)
