"""Sticks for a box: folders that are put in, pulled out and put back elsewhere, by renaming them.

A renamed folder is gone from its old name at once, as an unmounted stick is. It lies in one thing: a file that is open
goes on being readable. What happens in the middle of a file is tested on a real file system.

    [stick] = put_in(box, ministry.folder); order(box, stick, "mash:thyesat-6"); work(box)
"""

import threading
from collections.abc import Callable
from io import FileIO
from pathlib import Path

from content_packs.durable import Disk
from schoolbox.services.shelf_jobs import Job
from schoolbox.services.stick_order import make_order
from schoolbox.services.sticks import Stick
from schoolbox.wiring import Box


def put_in(box: Box, folder: Path) -> tuple[Stick, ...]:
    """Put a stick in and let the box look; returns all that are in."""
    box.sticks.announce(folder)
    box.sticks.look()
    return box.sticks.present()


def order(box: Box, stick: Stick, *packs: str, units: tuple[str, ...] = (), by: int | None = None) -> int:
    """Order packs of a stick as its page does."""
    assert stick.listing is not None
    job_id = box.jobs.ask(make_order(stick, stick.listing, packs=packs, units=units), by=by)
    assert job_id is not None
    return job_id


def work(box: Box, job_id: int) -> Job:
    """Let the box do what it can do now; returns the order as it then stands."""
    never = threading.Event()
    while box.job_runner.run_next(never) == 0.0:
        box.sticks.look()
    box.sticks.look()
    return box.jobs.find(job_id)


class Meddler(Disk):
    """The real disk, on which something happens at the nth write into the store: a stick is pulled, say."""

    def __init__(self) -> None:
        self._at: dict[int, Callable[[], None]] = {}
        self.writes = 0

    def at_write(self, number: int, call: Callable[[], None]) -> None:
        """Call this just before the nth write of a piece of a file, counted from now."""
        self._at[self.writes + number] = call

    def write(self, file: FileIO, data: bytes | memoryview, path: Path) -> None:
        """Write; what is not a piece of a pack's file does not count."""
        if path.suffix == ".part":
            self.writes += 1
            self._at.pop(self.writes, _nothing)()
        super().write(file, data, path)


def _nothing() -> None:
    """Nothing happens at most writes."""
