"""`/usr/lib/schoolbox/update WORD`: what the units call, as root.

    settle      before each start of the box          started     when it is ready        stopped     after its end
    take        take what the box wants, watch it     watch       after a start of the machine: end what was begun
    schema, restore: ourselves again, as the user of the box

Exit codes: 0 done, or nothing to do; 1 not well; 2 not understood; 3 another update is going on.
"""

import json
import logging
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from content_packs.durable import Disk
from content_packs.errors import PackError
from content_packs.programs.errors import UpdateGoingOnError
from schoolbox.updater.database import restore, schema_of
from schoolbox.updater.places import Places
from schoolbox.updater.settle import Settler
from schoolbox.updater.state import Book
from schoolbox.updater.system import RealSystem, System

LOG = logging.getLogger(__name__)
DONE, NOT_WELL, MISUSED, GOING_ON = 0, 1, 2, 3


def main(words: Sequence[str], script: Path) -> int:
    """Do what one word asks for.

    Args:
        words: The word, and what belongs to it.
        script: The program that called this.
    """
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.getLogger("tuf").setLevel(logging.WARNING)  # names each holder who need not sign as if something were wrong
    if words[:1] == ["schema"] and len(words) == 2:
        sys.stdout.write(json.dumps(schema_of(Path(words[1]))))
        return DONE
    if words[:1] == ["restore"] and len(words) == 3 and "/" not in words[2]:
        database = Path(words[1])
        restore(database, database.with_name(words[2]), Disk())
        return DONE
    if len(words) != 1 or words[0] not in ("settle", "started", "stopped", "take", "watch"):
        sys.stderr.write(f"{__doc__}\n")
        return MISUSED
    try:
        return run(words[0], Places.under(Path("/")), RealSystem(script))
    except UpdateGoingOnError:
        LOG.info("another update is going on")
        return GOING_ON
    except (PackError, OSError):
        LOG.exception("update word=%s failed", words[0])
        return NOT_WELL


def run(word: str, places: Places, system: System) -> int:
    """Do it; whatever comes into being may be read by all."""
    with _readable():
        return _run(word, places, system)


@contextmanager
def _readable() -> Iterator[None]:
    """Let the box read what root keeps here (UPDATES 6.1): what settles runs with the UMask of the box's own unit."""
    before = os.umask(0o022)
    try:
        yield
    finally:
        os.umask(before)


def _run(word: str, places: Places, system: System) -> int:
    disk = Disk()
    book = Book(places, disk)
    settler = Settler(places, book, system, disk)
    if word == "settle":
        settler.settle()
        return DONE
    if word in ("started", "stopped"):
        settler.started() if word == "started" else settler.stopped()
        return DONE
    # These load what reads signatures, which the start of a box does not wait for.
    from schoolbox.updater.take import Taker
    from schoolbox.updater.watch import Watcher

    taker = Taker(places, book, settler, system, disk)
    if word == "take" and not taker.take():
        return DONE
    if book.trying() is None:
        return DONE
    return DONE if Watcher(book, taker, system, monotonic=time.monotonic).watch() else NOT_WELL
