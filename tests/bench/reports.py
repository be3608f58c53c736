"""How long reports take in a school after years: `python -m tests.bench.reports`. Prints figures, asserts nothing.

1,500 pupils in fifty classes and two million events (rows of progress, tries, answers, days of work), on a real box
over HTTP; then what a day's row adds to writing progress.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

from schoolbox.config import Config
from schoolbox.services.progress import TOUCH, TOUCH_DAY
from schoolbox.wiring import Box, open_box
from tests.simulators.browser import Browser
from tests.simulators.programs import start_box
from tests.simulators.school_year import Year, fill
from tests.simulators.seeded import PACK, PASSWORD, QUIZ, seed

PUPILS, EVENTS = 1_500, 2_000_000
ROUNDS = 60
WRITES = 400


def main(pupils: int = PUPILS, events: int = EVENTS) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as work:
        school = seed(Path(work), pupils=1)
        box = open_box(Config(data=school.data, reserve_mb=0))
        try:
            started = time.perf_counter()
            year = fill(box, pupils=pupils, events=events)
            print(f"{pupils:,} pupils, {year.events:,} events, made in {time.perf_counter() - started:.0f} s")
            _writing(box, year)
        finally:
            box.close()
        program = start_box(school.data, "--sync", "no")
        try:
            with Browser(program.url, timeout_s=60) as browser:
                browser.sign_in_staff(year.login, PASSWORD)
                for path in _paths(year):
                    _page(browser, path)
        finally:
            program.end()


def _paths(year: Year) -> tuple[str, ...]:
    own = f"/reports/{year.class_id}"
    return (
        f"{own}/now.json", f"{own}/now", f"{own}/week", f"{own}/week.xlsx", f"{own}/quizzes",
        f"{own}/quizzes.csv", f"{own}/quizzes/{QUIZ}", f"{own}/pupils/{year.person_id}",
        f"{own}/courses/{PACK}/map.xlsx", f"/classes/{year.class_id}",
    )  # fmt: skip


def _page(browser: Browser, path: str) -> None:
    took: list[float] = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        answer = browser.get(path)
        took.append((time.perf_counter() - started) * 1000)
        if answer.status_code != 200:
            raise SystemExit(f"{path} was answered with {answer.status_code}")
    took.sort()
    name = "/".join(part if not part.isdigit() else "N" for part in path.split("/"))
    size = len(answer.content)
    print(f"{name}: {statistics.median(took):.1f} ms median, {took[ROUNDS * 95 // 100 - 1]:.1f} ms p95, {size} bytes")


def _writing(box: Box, year: Year) -> None:
    """The same touches of progress with the day's row and without, each in a commit of its own."""
    for words, with_day in (("without the day's row", False), ("with it", True)):
        before, started = _written_bytes(), time.perf_counter()
        for number in range(WRITES):
            _touch(box, year, number, with_day=with_day)
        took, wrote = time.perf_counter() - started, _written_bytes() - before
        print(f"progress kept {words}: {WRITES / took:,.0f} a second, {wrote / WRITES / 1024:.1f} KiB each")


def _touch(box: Box, year: Year, number: int, *, with_day: bool) -> None:
    person, at = year.person_id + number % 30, f"2026-11-28T08:{number % 60:02}"
    item = f"mash:touched-{with_day}-{number // 30}"

    def work() -> None:
        if with_day:
            box.database.run_sql(TOUCH_DAY, ("2026-11-28", person, item, "started", at))
        box.database.run_sql(TOUCH, (person, item, "started", at))

    box.database.write(work)


def _written_bytes() -> int:
    lines = Path("/proc/self/io").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("wchar"))


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
