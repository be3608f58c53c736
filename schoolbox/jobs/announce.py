"""Keeps the box's name on the network, and says it anew when the school's name changed."""

import threading

import schoolbox
from content_packs.clock import Clock
from schoolbox.db.database import Database
from schoolbox.db.models import Setting
from schoolbox.services.reach import Reach
from schoolbox.services.school import School
from sync.discovery import Announcement, Announcer

NAME_KEY = "announced_name"
LOOK_S = 15.0
"""How often it looks whether the school got another name."""


class AnnounceJob:
    """The background job around `Announcer`."""

    name = "announce"

    def __init__(self, *, db: Database, school: School, reach: Reach, clock: Clock, host: str, port: int) -> None:
        self._db = db
        self._school = school
        self._reach = reach
        self._clock = clock
        self._host = host
        self._port = port
        self._woken = threading.Event()

    def run(self, stop: threading.Event) -> None:
        """Announce until stopped, then say goodbye."""
        while not stop.is_set():
            self._announce(self._announcement(), stop)

    def wake(self) -> None:
        """Look at `stop` and at the school's name now."""
        self._woken.set()

    def _announce(self, announcement: Announcement, stop: threading.Event) -> None:
        announcer = Announcer(announcement, last_name=self._last_name(), remember=self._remember, clock=self._clock)
        self._reach.announced_by(lambda: announcer.state)
        try:
            announcer.start()
            while not stop.is_set() and self._announcement() == announcement:
                self._woken.wait(LOOK_S)
                self._woken.clear()
        finally:
            self._reach.announced_by(None)
            announcer.stop()

    def _announcement(self) -> Announcement:
        facts = self._school.facts()
        return Announcement(
            school=self._school.name() or "Schoolbox", version=schoolbox.__version__, box_id=facts.box_id,
            port=self._port, host=self._host,
        )  # fmt: skip

    def _last_name(self) -> str:
        return self._db.first(str, Setting.select(Setting.value).where(Setting.key == NAME_KEY)) or ""

    def _remember(self, label: str) -> None:
        self._db.write(lambda: self._db.run(Setting.insert(key=NAME_KEY, value=label).on_conflict_replace()))
