"""`schoolbox-hub index`, `db refused` and `db retry`: one more worker, and what could not be made into rows."""

import argparse
import signal
import threading

from sync.hub.command_line import answer, say
from sync.hub.errors import BadRequestError
from sync.hub.landing.refusals import LATE, refused
from sync.hub.opening import opened


def add_index_words(words: argparse.ArgumentParser) -> None:
    """Describe the words of the command."""
    words.add_argument("--once", action="store_true", help="end when nothing waits any more, instead of going on")


def list_refused(arguments: argparse.Namespace) -> int:
    """Show statements of boxes that were landed and could not be stored, and batches that could not be read."""
    with opened(arguments.data) as hub:
        found, late = refused(hub.database), hub.late.boxes()
        aside = hub.aside.all() if hub.aside else []
    lines = [
        f"{one.came_at:%Y-%m-%d}  box {one.box}  {one.statements} statements: {LATE}, made from"
        f" {one.first_at:%Y-%m-%d} to {one.last_at:%Y-%m-%d} (the figures have {one.counted} of its school then). If"
        " these are others:"
        f" schoolbox-hub db count-late --box {one.box}"
        for one in late
    ]
    lines += [f"{one.refused_at:%Y-%m-%d}  box {one.box}  {one.id}  {one.reason}" for one in found]
    lines += [
        f"{one.came_at:%Y-%m-%d}  box {one.box}  batch {one.number}, {one.statements} statements: {one.reason}."
        " Try again: schoolbox-hub db retry"
        for one in aside
    ]
    what = {"late": late, "statements": found, "batches": aside}
    answer(arguments, what, "\n".join(lines) or "Every statement could be stored.")
    return 0


def retry(arguments: argparse.Namespace) -> int:
    """Let batches that were set aside wait for their rows again."""
    with opened(arguments.data) as hub:
        batches = hub.aside.try_again(by="schoolbox-hub") if hub.aside else 0
    answer(arguments, {"batches": batches}, f"{batches} batches wait for their rows again.")
    return 0


def index(arguments: argparse.Namespace) -> int:
    """Index until told to stop, or until nothing waits."""
    with opened(arguments.data) as hub:
        if hub.indexer is None or hub.landings is None:
            raise BadRequestError("This hub keeps its records in a file and makes rows at once.")
        if arguments.once:
            batches = hub.indexer.finish()
            answer(arguments, {"batches": batches}, f"{batches} batches were indexed; nothing waits that nobody has.")
            return 0
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        say("Indexing. Stop with Ctrl-C.")
        hub.indexer.run(stop, threading.Event())
    return 0
