"""A whole country at one hub, to click through: `make hub-demo`.

38 municipalities, 1,000 schools with a box each, a school year of records. The names of the municipalities are real,
everything else is made up, always the same. What a box sends comes in through the doors of the hub, as real statements.

What is made is kept in `.country/`; HUB_PORT chooses the port, COUNTRY_FOLDER another folder.
"""

import json
import os
import random
import secrets
import shutil
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
from msgspec import Raw

from content_packs.clock import SystemClock
from content_packs.durable import Disk, locked
from content_packs.errors import StoreBusyError
from deploy.demo.commands import DemoError, Server
from deploy.demo.country_names import BOX_STATES, COURSES, LANGUAGES, MUNICIPALITIES, SCHOOLS, TIRING, Course
from sync.hub.config import load_settings
from sync.hub.folder import DataFolder
from sync.hub.reports.places import EVERYTHING
from sync.hub.reports.places import Place as HubPlace
from sync.hub.services import Hub
from sync.statements import (
    EventStamp,
    ItemRef,
    Learner,
    Occasion,
    Place,
    Score,
    Watched,
    quiz_failed,
    quiz_passed,
    utc_text,
    video_completed,
    video_terminated,
)
from sync.uuid7 import format_uuid7
from sync.wire import BoxStatus, ClassOnBox, EnrolRequest, PackOnBox

SCHOOL_COUNT = 1000
CLASSES, PUPILS = 3, 14
YEAR_DAYS = 364
HOLIDAY_SHARE = 12
"""One holiday in so many counts as a day of school, so that a summer is thin and not empty."""
SEED = 38
PEOPLE = {"ministria": ("", ""), "gjilani": ("Gjilan", ""), "agimi": ("Gjilan", "Agimi")}
"""Who may look, and at which municipality and school; nothing for everything."""


class _Moment:
    """A clock that stands where it is put, for boxes that were last heard some days ago."""

    def __init__(self) -> None:
        self._real = SystemClock()
        self.days_ago = 0

    def now(self) -> datetime:
        return self._real.now() - timedelta(days=self.days_ago)

    def monotonic_s(self) -> float:
        return self._real.monotonic_s()


def main() -> int:
    """Make the country unless it is there, and serve it until Ctrl-C."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    folder = Path(os.environ.get("COUNTRY_FOLDER", ".country")).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with locked(folder / "lock", wait=False):
            _serve(folder, int(os.environ.get("HUB_PORT", "8081")), stop)
    except StoreBusyError:
        print("The country runs here already. Stop it first (Ctrl-C), or use the address it printed.", file=sys.stderr)
        return 1
    except DemoError as exc:
        print(f"\n{exc}\nTry again with: make hub-demo. To start from nothing: make demo-reset", file=sys.stderr)
        return 1
    return 0


def _serve(folder: Path, port: int, stop: threading.Event) -> None:
    """Serve the country and say who may look."""
    accounts = folder / "accounts.json"
    if not accounts.exists():
        shutil.rmtree(folder / "hub", ignore_errors=True)  # one that broke off
        print(f"Making a country of {SCHOOL_COUNT:,} schools. This takes some minutes, once.", flush=True)
        password = "-".join(secrets.token_hex(2) for _ in range(3))
        make_country(folder / "hub", password)
        Disk().write_file(accounts, json.dumps({"names": list(PEOPLE), "password": password}).encode())
    password = json.loads(accounts.read_text(encoding="utf-8"))["password"]
    server = Server(
        "hub", "schoolbox-hub", "serve", "--data", folder / "hub", "--port", str(port), "--title", "Kosova",
        log=folder / "hub.log",
    )  # fmt: skip
    try:
        server.wait_until_it_answers(f"http://127.0.0.1:{port}/health")
        print(f"\nThe hub of a country: http://127.0.0.1:{port}\n", flush=True)
        for name, where in PEOPLE.items():
            print(f"  {name:<12} {password}   sees {', '.join(filter(None, where)) or 'everything'}", flush=True)
        print("\nStop with Ctrl-C.", flush=True)
        while not stop.wait(0.5):
            server.check()
    finally:
        server.stop()


def make_country(data: Path, password: str, schools: int = SCHOOL_COUNT) -> None:
    """Make the hub's data folder with so many schools."""
    chance, clock = random.Random(SEED), _Moment()  # noqa: S311  the same country each time
    folder = DataFolder(data)
    folder.make(Disk(), secrets.token_bytes)
    hub = Hub.open(folder, load_settings(folder.settings, {}, {}), clock, chance.randbytes)
    try:
        for number, (municipality, school) in enumerate(_schools(schools)):
            if number % 50 == 0:
                print(f"  {number:,} of {schools:,} schools", flush=True)
            clock.days_ago = 0
            spoken = LANGUAGES.get(municipality, ("sq",))
            _School(hub, chance, clock).make(school, municipality, spoken[number % len(spoken)])
        clock.days_ago = 0
        for name, where in PEOPLE.items():
            place = _place(hub, *where)
            hub.admins.add(name, password, secrets.token_bytes(16), place)
        hub.refresher.refresh()
    finally:
        hub.close()


def _place(hub: Hub, municipality: str, school: str) -> HubPlace:
    """Find what somebody may look at."""
    if school:
        return hub.places.school_named(school, municipality)
    return hub.places.municipality(municipality) if municipality else EVERYTHING


def _schools(schools: int) -> Iterator[tuple[str, str]]:
    """Name every school and its municipality; large places have more."""
    weights, left = sum(MUNICIPALITIES.values()), schools
    for after, (municipality, weight) in zip(reversed(range(len(MUNICIPALITIES))), MUNICIPALITIES.items(), strict=True):
        fair = max(1, round(schools * weight / weights))
        count = min(fair, left - after) if after else left
        left -= count
        for number in range(count):
            name, turn = SCHOOLS[number % len(SCHOOLS)], number // len(SCHOOLS)
            yield municipality, f"{name} {turn + 1}" if turn else name


def _days_of_learning(today: date) -> list[date]:
    """Give the days of the last year on which a school learns, oldest first: a calendar of Kosovo, roughly."""
    year = [today - timedelta(days=ago) for ago in range(YEAR_DAYS, -1, -1)]
    return [day for number, day in enumerate(year) if _is_school_day(day) or number % HOLIDAY_SHARE == 0]


def _is_school_day(day: date) -> bool:
    summer = (6, 19) < (day.month, day.day) < (9, 1)
    winter = (day.month, day.day) > (12, 23) or (day.month, day.day) < (1, 11)
    return day.weekday() < 5 and not summer and not winter


class _School:
    """Makes one school: its box, its classes and what they learnt in a year."""

    def __init__(self, hub: Hub, chance: random.Random, clock: _Moment) -> None:
        self._hub = hub
        self._chance = chance
        self._clock = clock
        self._box = chance.randbytes(16).hex()
        self._seq = 0
        self._language = "sq"

    def make(self, name: str, municipality: str, language: str) -> None:
        """Take the box in, send its year in one language, and let it say how it is."""
        chance = self._chance
        self._language = language
        made = self._hub.enrolments.make_code(name, municipality)
        secret = chance.randbytes(24).hex()
        request = EnrolRequest(code=made.code, box_id=self._box, version="0.1.0", secret=secret)
        taken = self._hub.enrolments.redeem(request, "https://hub.example")
        sender = self._hub.accounts.sender(taken.key, secret)
        place = Place(box_id=self._box, school_id=made.school_id)
        classes = [(f"c{number}", chance.choice(range(1, 10))) for number in range(CLASSES)]
        self._clock.days_ago = chance.choices([0, 1, 3, 9, 30], [70, 15, 8, 5, 2])[0]
        raws = [raw for class_id, grade in classes for raw in self._year(place, class_id, grade)]
        self._hub.intake.take([Raw(raw) for raw in raws], sender)
        state = chance.choices(BOX_STATES, [one.weight for one in BOX_STATES])[0]
        self._hub.boxes.heard(sender, BoxStatus(
            version="0.1.0", waiting=chance.choice([0, 0, 0, 12, 310]), quarantined=state.quarantined,
            disk_free_bytes=state.free_bytes, disk_total_bytes=64_000_000_000,
            clock_at=utc_text(self._clock.now()), clock_trusted=state.clock_trusted, school=name,
            municipality=municipality,
            packs=tuple(PackOnBox(id=course.id, version=1) for course in COURSES[:: chance.randint(1, 3)]),
            classes=tuple(
                ClassOnBox(
                    id=class_id, name=f"{grade}/{number + 1}", grade=grade, pupils=PUPILS + chance.randint(0, 12)
                )
                for number, (class_id, grade) in enumerate(classes)
            ),
        ))  # fmt: skip

    def _year(self, place: Place, class_id: str, grade: int) -> Iterator[bytes]:
        """Give what one class did: two courses, some of each by every pupil."""
        chance = self._chance
        diligence = chance.uniform(0.3, 0.95)
        actors = [chance.randbytes(16).hex() for _ in range(PUPILS)]
        days = _days_of_learning(self._clock.now().date())
        for course in chance.sample(self._courses(grade), 2):
            begun = chance.randrange(len(days))
            for actor in actors:
                if chance.random() < diligence:
                    learner = Learner(actor_id=actor, class_id=class_id, grade=grade)
                    yield from self._through(course, learner, place, days[begun:])

    def _courses(self, grade: int) -> list[Course]:
        """Give the courses of a grade in the language of the school."""
        return [one for one in COURSES if grade in one.grades and one.language == self._language]

    def _through(self, course: Course, learner: Learner, place: Place, days: Sequence[date]) -> Iterator[bytes]:
        """Give what one pupil did in one course: the first items more often than the last, one every other day."""
        chance = self._chance
        for number, item in enumerate(course.items()):
            if chance.random() > 0.95 - 0.11 * number:
                return
            now = self._clock.now().astimezone(UTC)
            ago = now.date() - days[min(2 * number, len(days) - 1)]
            at = now - ago - timedelta(hours=chance.random() * 5)
            yield from self._did(item, self._occasion(learner, place, at))

    def _occasion(self, learner: Learner, place: Place, at: datetime) -> Occasion:
        self._seq += 1
        unix_ms = int(at.timestamp() * 1000)
        return Occasion(
            statement_id=format_uuid7(unix_ms, self._seq, self._chance.getrandbits(62)),
            stamp=EventStamp(
                seq=self._seq, boot_id="b1", monotonic_s=float(self._seq), wall_at=at, clock_trusted=True
            ),
            learner=learner, place=place,
        )  # fmt: skip

    def _did(self, item: ItemRef, occasion: Occasion) -> Sequence[bytes]:
        """Say what a pupil did with one item."""
        chance = self._chance
        if item.kind == "quiz":
            right = min(5, max(0, round(chance.gauss(3.6, 1.1))))
            return [(quiz_passed if right >= 3 else quiz_failed)(occasion, item, Score(raw=right, max=5))]
        length_s = 420.0
        watched_s = length_s if chance.random() < (0.25 if item.id in TIRING else 0.7) else chance.uniform(20, 300)
        session_id = format_uuid7(0, 0, chance.getrandbits(62))
        watched = Watched(time_s=watched_s, length_s=length_s, segments=[(0, watched_s)], session_id=session_id)
        ended = video_terminated(occasion, item, watched)
        if watched_s < length_s:
            return [ended]
        again = msgspec.structs.replace(occasion, statement_id=format_uuid7(
            int(occasion.stamp.wall_at.timestamp() * 1000), 0, chance.getrandbits(62)
        ))  # fmt: skip
        return [ended, video_completed(again, item, watched)]


if __name__ == "__main__":
    sys.exit(main())
