"""Puts the machine's clock forward once the hub, or a device of the staff, told the box what time it really is.

Root's helper does it, where one is installed, and checks it anew: never back, not beyond 2100, not where the internet
says the time (deploy/raspberrypi/README.md). Times that are right already do not depend on it.

    machine_clock.put_right()
"""

import logging

from schoolbox import logs
from schoolbox.errors import NotDoneError
from schoolbox.services.root_work import RootWork
from schoolbox.services.wall_clock import TOLERANCE_S, WallClock

LOG = logging.getLogger(__name__)
NO_NEED = "no_need"
"""A word of root's helper: the internet says the time, or the clock was put right meanwhile."""


class MachineClock:
    """Has the clock put."""

    def __init__(self, wall_clock: WallClock, root_work: RootWork) -> None:
        self._wall = wall_clock
        self._root_work = root_work

    def put_right(self) -> bool:
        """Have the clock put forward if it is behind; says whether it was put."""
        behind_s = self._wall.behind_s()
        if behind_s <= TOLERANCE_S or not self._root_work.is_there:
            return False
        at, _ = self._wall.best()
        try:
            self._root_work.ask("clock", at=int(at.timestamp()))
        except NotDoneError as exc:
            LOG.log(
                logging.INFO if exc.why == NO_NEED else logging.WARNING, logs.line("clock_not_put", problem=exc.why)
            )
            return False
        self._wall.was_put()
        LOG.info(logs.line("clock_put_forward", by_s=round(behind_s)))
        return True
