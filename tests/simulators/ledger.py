"""What a box has answered for: every event is written down only after its answer came, and looked up afterwards.

    ledger.lesson(url, pupil, begun)       # in a thread: watch a little, answer question after question until the end
    missing_from(database, ledger)         # what was answered and is not there
"""

import json
import sqlite3
import threading
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.simulators.browser import Browser
from tests.simulators.seeded import QUESTIONS, QUIZ, VIDEO, Pupil
from tests.simulators.waiting import eventually

ENTRY = "https://schoolbox.example/item/"


@dataclass(frozen=True)
class Event:
    """One answered event: a question (`watched_s` is 0) or a place in the video."""

    person_id: int
    question: str = ""
    watched_s: int = 0


class Ledger:
    """The answered events of a class; safe for threads."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.refused: list[httpx.Response] = []
        self.too_late: list[Event] = []
        self._closed = False
        self._lock = threading.Lock()

    def close(self) -> None:
        """Write nothing down from now on: the power is about to go, and a machine without power answers nobody.

        The program under test still runs then, and the kernel may tell an fsync that was under way that all is well
        although its journal was given up; no client of a real box would ever hear of that.
        """
        with self._lock:
            self._closed = True

    def answered(self, pupil: Pupil, question: str, answer: httpx.Response) -> None:
        """Write down an answered question."""
        self._keep(Event(pupil.person_id, question=question), answer, 303)

    def watched(self, pupil: Pupil, seconds: int, answer: httpx.Response) -> None:
        """Write down an answered report of the player."""
        self._keep(Event(pupil.person_id, watched_s=seconds), answer, 204)

    def lesson(self, url: str, pupil: Pupil, begun: threading.Barrier) -> None:
        """Learn until everything is answered or the box is gone."""
        with Browser(url) as browser:
            browser.sign_in(pupil)
            begun.wait(60)
            try:
                self.watched(pupil, 20, browser.watch(VIDEO, segments="0-20", position_s=20))
                for number in range(QUESTIONS):
                    self.answered(pupil, f"q{number}", browser.answer(QUIZ, f"q{number}", "b"))
            except httpx.TransportError:
                return  # no answer came: nothing was promised

    def wait_for(self, count: int) -> None:
        """Wait until the box has answered for so many events."""
        eventually(lambda: len(self.events) >= count, saying=f"only {len(self.events)} events were answered")

    def _keep(self, event: Event, answer: httpx.Response, good: int) -> None:
        with self._lock:
            if answer.status_code != good:
                self.refused.append(answer)
            elif self._closed:
                self.too_late.append(event)
            else:
                self.events.append(event)


def missing_from(database: Path, ledger: Ledger) -> list[str]:
    """The answered events that are not in the progress, or whose statement is not in the outbox."""
    connection = sqlite3.connect(database)
    try:
        actors = dict(connection.execute("SELECT id, actor_id FROM person"))
        answers = set(
            connection.execute("SELECT a.person_id, b.question_id FROM attempt a JOIN answer b ON b.attempt_id = a.id")
        )
        watched = dict(connection.execute("SELECT person_id, watched_s FROM progress WHERE item_id = ?", (VIDEO,)))
        statements = {told(raw) for (raw,) in connection.execute("SELECT statement FROM outbox")}
    finally:
        connection.close()
    missing: list[str] = []
    for event in ledger.events:
        if event.question:
            kept = (event.person_id, event.question) in answers
            sent = (actors[event.person_id], "answered", f"{ENTRY}{QUIZ}/{event.question}") in statements
        else:
            kept = watched.get(event.person_id, 0) >= event.watched_s
            sent = (actors[event.person_id], "terminated", f"{ENTRY}{VIDEO}") in statements
        missing += [f"{event}: kept={kept} sent={sent}"] if not (kept and sent) else []
    return missing


def told(raw: bytes) -> tuple[str, str, str]:
    """Who did what with what, by a statement."""
    statement = json.loads(raw)
    actor = statement["actor"]["account"]["name"]
    return actor, statement["verb"]["id"].rpartition("/")[2], statement["object"]["id"]
