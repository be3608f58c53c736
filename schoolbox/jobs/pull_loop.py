"""Takes what the box subscribes to, by itself: seldom, quietly, and soon after the line came back.

`pull_hours` says how often (0: never), `pull_from` which places beside the hub, `pull_neighbours` whether boxes nearby
are asked; `services.line_rules` how much of the line it may fill, and when it leaves it to the pupils, unless a person
asks. It works at low priority, and a person who installs comes first.
"""

import logging
import os
import random
import sys
import threading
from contextlib import suppress

import msgspec

from content_packs.clock import Clock
from content_packs.copying import Progress
from content_packs.errors import PackError
from schoolbox import logs
from schoolbox.config import Config
from schoolbox.errors import BoxError
from schoolbox.services.line_rules import LineRules
from schoolbox.services.pull import Puller
from schoolbox.services.pull_notes import PullNotes
from schoolbox.services.pull_pace import Pace
from schoolbox.services.pull_report import PullReport
from schoolbox.services.pull_sources import PullAsk
from schoolbox.services.pull_when import BETWEEN_S, Moment, wait_s
from schoolbox.services.uplink import Uplink

LOG = logging.getLogger(__name__)
LOOK_S = 60.0
"""How often it looks whether there is a place now: another program may enrol the box."""
NICENESS = 10


class PullJobParts(msgspec.Struct, frozen=True, kw_only=True):
    """What the job works with."""

    puller: Puller
    notes: PullNotes
    uplink: Uplink
    config: Config
    clock: Clock
    line: LineRules


class PullJob:
    """The background job around `Puller`."""

    name = "pull"

    def __init__(self, parts: PullJobParts) -> None:
        self._of = parts
        self._woken = threading.Event()
        self._asked = False
        self._hub_heard_s: float | None = None
        self._began_s = parts.clock.monotonic_s()
        self._not_before_s = 0.0
        self._chance = 0.0
        parts.notes.when_wanted(self._ask)
        parts.uplink.when_heard(self._heard)

    def run(self, stop: threading.Event) -> None:
        """Wait and pull until stopped."""
        _be_quiet()
        self._began_s = self._of.clock.monotonic_s()
        self._chance = random.random()  # noqa: S311 - spreads boxes in time, keeps no secret
        while not stop.is_set():
            wait = self._wait_s()
            if wait == 0:
                self._pull(stop)
                continue
            self._woken.wait(LOOK_S if wait is None else min(wait, LOOK_S))
            self._woken.clear()

    def wake(self) -> None:
        """Look at `stop` now."""
        self._woken.set()

    def _ask(self) -> None:
        """A person wants packs now."""
        self._asked = True
        self._woken.set()

    def _heard(self) -> None:
        """The hub answered: there is a line."""
        self._hub_heard_s = self._of.clock.monotonic_s()
        self._woken.set()

    def _wait_s(self) -> float | None:
        """How long to wait; whatever happens to a pull, the next is not at once, unless somebody asks for it."""
        if self._asked:
            return 0.0
        wait = wait_s(self._moment())
        quiet_s = self._of.line.quiet_s()
        if quiet_s and wait is not None:
            return max(wait, quiet_s)
        return None if wait is None else max(wait, self._not_before_s - self._of.clock.monotonic_s())

    def _moment(self) -> Moment:
        status, now_s = self._of.notes.status(), self._of.clock.monotonic_s()
        heard_s = self._hub_heard_s
        since_hub_s = None if heard_s is None else now_s - heard_s
        since_try_s = self._since_try_s()
        is_news = since_hub_s is not None and (since_try_s is None or since_hub_s < since_try_s)
        return Moment(
            hours=self._of.config.pull_hours,
            has_place=bool(self._of.config.pull_from) or self._of.uplink.credentials() is not None,
            up_s=now_s - self._began_s,
            since_try_s=since_try_s,
            failed_in_a_row=status.failed_in_a_row,
            since_hub_s=since_hub_s if is_news else None,
            chance=self._chance,
        )

    def _since_try_s(self) -> float | None:
        """How long ago it was tried, by the clock that runs evenly, or by the wall if the hub confirms it."""
        status = self._of.notes.status()
        if status.since_try_s is not None or status.last_try_at is None:
            return status.since_try_s
        return self._of.uplink.trusted_age_s(status.last_try_at)

    def _pull(self, stop: threading.Event) -> None:
        """Pull once."""
        asked, self._asked = self._asked, False
        self._chance = random.random()  # noqa: S311 - as above
        self._not_before_s = self._of.clock.monotonic_s() + BETWEEN_S
        config = self._of.config
        addresses = tuple(config.pull_from.split())
        ask = PullAsk(addresses=addresses, neighbours=config.pull_neighbours, by_itself=not asked)
        line = self._of.line
        pace = Pace(
            stop, clock=self._of.clock, kbit_s=line.rules().pull_kbit,
            must_end=lambda: not asked and line.quiet_s() > 0,
        )  # fmt: skip
        try:
            report = self._of.puller.pull(ask, pace, show=_see_nothing)
        except (PackError, BoxError) as exc:
            LOG.info(logs.line("pull_failed", problem=type(exc).__name__))
        else:
            self._log(report)

    @staticmethod
    def _log(report: PullReport) -> None:
        """Write a line if there is something to tell."""
        problems = report.problems()
        if problems or report.came:
            LOG.info(
                logs.line(
                    "pull", problem=type(problems[0]).__name__ if problems else "none", came=len(report.came),
                    bytes=sum(place.file_bytes for place in report.places), stopped=report.stopped,
                )
            )  # fmt: skip


def _be_quiet() -> None:
    """Let everything else on this machine come first; on Linux a thread has a priority of its own."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


def _see_nothing(_progress: Progress) -> None:
    """Nobody looks on."""
