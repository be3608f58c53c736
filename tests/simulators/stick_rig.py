"""Sticks for a box: folders that are put in, pulled out and put back elsewhere, by renaming them.

A renamed folder is gone from its old name at once, as an unmounted stick is; files that are open go on being readable,
which a real stick would not allow: `SlowShelf` tests and the ones on a real file system cover that.

    [stick] = put_in(box, ministry.folder); order(box, stick, "mash:thyesat-6"); work(box)
"""

import threading
from pathlib import Path

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
