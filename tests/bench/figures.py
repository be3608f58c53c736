"""How long the pages of a hub take with a whole country: `python -m tests.bench.figures`. Prints, asserts nothing.

The 1,000 schools of `make hub-demo`, on a real hub over HTTP: each view of a ministry, a municipality and a school, the
same as tables, on paper and for programs.
"""

import re
import statistics
import sys
import tempfile
import time
from pathlib import Path

import httpx

from deploy.demo.country import SCHOOL_COUNT, make_country
from tests.integration.test_hub_pages import sign_in
from tests.simulators.hub import basic, running_hub

PASSWORD = "tri fjalë të gjata"
ROUNDS = 20
VIEWS = (
    "{at}/", "{at}?period=year", "{at}?grade=6&area=math", "{at}/report.pdf", "{at}/courses/mash:thyesat-6",
    "{at}/tables/places.xlsx", "{at}/tables/languages.csv",
)  # fmt: skip
FOR_PROGRAMS = ("place", "courses", "courses/mash:thyesat-6", "languages", "publishers")


def main(schools: int = SCHOOL_COUNT) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as work:
        make_country(Path(work) / "hub", PASSWORD, schools=schools)
        with running_hub(Path(work) / "hub") as hub:
            with hub.client() as client:
                sign_in(client, "ministria", PASSWORD)
                school = re.search(r'href="(/schools/[0-9a-f]+)"', client.get("/municipalities/Gjilan").text)
                places = ("", "/municipalities/Gjilan", school[1] if school else "")
                for path in [view.format(at=at) for at in places for view in VIEWS]:
                    _measure(client, path.removesuffix("/") or "/")
                for path in ("/boxes", "/sendings"):
                    _measure(client, path)
            program = hub.program("figures/read")
            with hub.client() as client:
                client.headers.update(basic(program.key, program.secret))
                for name in FOR_PROGRAMS:
                    _measure(client, f"/figures/v1/{name}")


def _measure(client: httpx.Client, path: str) -> None:
    took: list[float] = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        answer = client.get(path)
        took.append((time.perf_counter() - started) * 1000)
        if answer.status_code != 200:
            print(f"{path} was answered with {answer.status_code}")
            return
    took.sort()
    size = len(answer.content)
    print(f"{path}: {statistics.median(took):.0f} ms median, {took[-1]:.0f} ms slowest of {ROUNDS}, {size} bytes")


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
