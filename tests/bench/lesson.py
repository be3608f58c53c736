"""How a class fares on a real box: `python -m tests.bench.lesson`. Prints figures, asserts nothing about time.

Start to the first page, memory at rest, forty pupils signing in at once with cards and with PINs, answered events a
second beside the same events with a transaction each, forty quiz answers a second beside what the disk takes to keep
anything meanwhile, and how long pages take.
"""

import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from schoolbox.config import Config
from schoolbox.wiring import open_box
from tests.simulators.browser import Browser
from tests.simulators.programs import Program, start_box
from tests.simulators.seeded import PACK, QUESTIONS, QUIZ, VIDEO, Pupil, Seeded, seed

PUPILS = 40
EVENTS_EACH = 50
PAGES = 100
ALONE = 300
SYNCS = 200


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as work:
        school = seed(Path(work), pupils=PUPILS)
        cards = _cards(school)
        started = time.perf_counter()
        box = start_box(school.data, "--sync", "no")
        try:
            with Browser(box.url) as browser:
                browser.get("/")
            print(f"start to first page: {time.perf_counter() - started:.2f} s")
            print(f"memory at rest: {memory_mib(box):.0f} MiB")
            _cards_at_once(box, cards)
            _lesson(box, list(school.pupils))
            _disk(Path(work))
            print(f"memory after the lesson: {memory_mib(box):.0f} MiB")
        finally:
            box.end()
        _alone(Path(work))


def _cards(school: Seeded) -> list[str]:
    """Print a card for every pupil; the codes on them."""
    box = open_box(Config(data=school.data, reserve_mb=0))
    try:
        teacher_id = box.database.fetch_sql(int, "SELECT id FROM person WHERE login = ?", (school.teacher,))[0]
        return [card.code for card in box.cards.make(teacher_id, school.pupils[0].class_id, with_pins=False)]
    finally:
        box.close()


def _cards_at_once(box: Program, codes: list[str]) -> None:
    browsers = [Browser(box.url, timeout_s=60) for _ in codes]
    with ThreadPoolExecutor(len(codes)) as crowd:
        seconds = _timed(lambda: list(crowd.map(Browser.sign_in_card, browsers, codes)))
    print(f"{len(codes)} pupils sign in at once (card, one tap, home page): {seconds:.2f} s")
    for browser in browsers:
        browser.close()


def _lesson(box: Program, pupils: list[Pupil]) -> None:
    browsers = [Browser(box.url, timeout_s=60) for _ in pupils]
    with ThreadPoolExecutor(len(pupils)) as crowd:
        seconds = _timed(lambda: list(crowd.map(Browser.sign_in, browsers, pupils)))
        print(f"{len(pupils)} pupils sign in at once (class, name and PIN page, home page): {seconds:.2f} s")
        seconds = _timed(lambda: list(crowd.map(_report, browsers)))
        count = len(pupils) * EVENTS_EACH
        print(f"answered events, {len(pupils)} pupils at once: {count / seconds:,.0f} a second")
    _quiz(browsers)
    for path in ("/", f"/courses/{PACK}", f"/items/{VIDEO}", "/search?q=thyes"):
        took = sorted(_timed(lambda path=path: browsers[0].get(path)) for _ in range(PAGES))  # type: ignore[misc]  # bound
        length = len(browsers[0].get(path).content)
        middle, slow = statistics.median(took) * 1000, took[PAGES * 95 // 100 - 1] * 1000
        print(f"page {path}: {middle:.1f} ms median, {slow:.1f} ms p95, {length} bytes of HTML")
    for browser in browsers:
        browser.close()


def _report(browser: Browser) -> None:
    for number in range(EVENTS_EACH):
        answered = browser.watch(VIDEO, segments=f"0-{number + 1}", position_s=float(number), left=True)
        if answered.status_code != 204:
            raise SystemExit(f"an event was answered with {answered.status_code}")


def _quiz(browsers: list[Browser]) -> None:
    """Every pupil answers a question each second; then the rest as fast as they come."""
    took: list[float] = []
    with ThreadPoolExecutor(len(browsers)) as crowd:
        for number in range(QUESTIONS // 2):
            ends = time.perf_counter() + 1
            took += crowd.map(_answer, browsers, [f"q{number}"] * len(browsers))
            time.sleep(max(0.0, ends - time.perf_counter()))
        rest = [f"q{number}" for number in range(QUESTIONS // 2, QUESTIONS)]
        seconds = _timed(lambda: list(crowd.map(lambda browser: [_answer(browser, each) for each in rest], browsers)))
    took.sort()
    middle, slow = statistics.median(took) * 1000, took[len(took) * 99 // 100 - 1] * 1000
    print(
        f"{len(browsers)} quiz answers a second, for {QUESTIONS // 2} s: {middle:.0f} ms median, {slow:.0f} ms p99"
        f" until an answer is on the disk; at most {len(browsers) * len(rest) / seconds:,.0f} a second"
    )


def _disk(work: Path) -> None:
    """What this disk takes to keep 8 kB and nothing else: an answer cannot be faster."""

    def keep() -> None:
        os.pwrite(file, bytes(8192), 0)
        os.fdatasync(file)

    file = os.open(work / "kept", os.O_CREAT | os.O_RDWR)
    took = sorted(_timed(keep) for _ in range(SYNCS))
    os.close(file)
    middle, slow = statistics.median(took) * 1000, took[SYNCS * 99 // 100 - 1] * 1000
    print(f"the disk alone keeps 8 kB in {middle:.1f} ms median, {slow:.1f} ms p99")


def _answer(browser: Browser, question: str) -> float:
    """Answer a question; how long that took, in seconds."""
    started = time.perf_counter()
    answered = browser.answer(QUIZ, question, "b")
    if answered.status_code != 303:
        raise SystemExit(f"an answer was answered with {answered.status_code}")
    return time.perf_counter() - started


def _alone(work: Path) -> None:
    """The same two rows with a transaction for each event: what sharing commits saves."""
    connection = sqlite3.connect(work / "alone.db", isolation_level=None)
    connection.executescript("PRAGMA journal_mode=wal; PRAGMA synchronous=full; CREATE TABLE a(b); CREATE TABLE c(d);")

    def write() -> None:
        for number in range(ALONE):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO a VALUES (?)", (number,))
            connection.execute("INSERT INTO c VALUES (?)", (bytes(600),))
            connection.execute("COMMIT")

    print(f"SQLite alone, one transaction an event, no web: {ALONE / _timed(write):,.0f} a second")
    connection.close()


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def memory_mib(box: Program) -> float:
    status = Path(f"/proc/{box.process.pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


if __name__ == "__main__":
    main()
