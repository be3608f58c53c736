"""`schoolbox-hub index` and `db upkeep`: one more worker that makes rows, and partitions for them (PostgreSQL only)."""

import argparse
import signal
import threading

from sync.hub.command_line import answer, say
from sync.hub.errors import BadRequestError
from sync.hub.landing.refusals import refused
from sync.hub.opening import opened


def add_index_words(words: argparse.ArgumentParser) -> None:
    """Describe the words of the command."""
    words.add_argument("--once", action="store_true", help="end when nothing waits any more, instead of going on")


def upkeep(arguments: argparse.Namespace) -> int:
    """Make partitions ahead, and pack those that are quiet."""
    with opened(arguments.data) as hub:
        if hub.partitions is None:
            raise BadRequestError("This hub keeps its records in a file and has no partitions.")
        kept = hub.partitions.keep_up()
    made, packed = (", ".join(names) or "none" for names in (kept.made, kept.packed))
    answer(arguments, kept, f"Partitions made: {made}. Packed: {packed}.")
    return 0


def list_refused(arguments: argparse.Namespace) -> int:
    """Show statements of boxes that were landed and could not be stored, and batches that could not be read."""
    with opened(arguments.data) as hub:
        found, aside = refused(hub.database), hub.aside.all() if hub.aside else []
    lines = [f"{one.refused_at:%Y-%m-%d}  box {one.box}  {one.id}  {one.reason}" for one in found]
    lines += [
        f"{one.came_at:%Y-%m-%d}  box {one.box}  batch {one.number}, {one.statements} statements: {one.reason}."
        " Try again: schoolbox-hub db retry"
        for one in aside
    ]
    answer(arguments, {"statements": found, "batches": aside}, "\n".join(lines) or "Every statement could be stored.")
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
