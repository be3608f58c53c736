"""A teacher with a stick and five minutes: three taps, a pulled stick, another page meanwhile, on a small phone."""

import os
import re
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from schoolbox.config import Config
from schoolbox.wiring import open_box
from tests.browser.conftest import Devices
from tests.browser.reading import signed_in
from tests.simulators.national import National
from tests.simulators.programs import Program, start_box
from tests.simulators.seeded import PASSWORD, Seeded, seed
from tests.simulators.waiting import eventually

PACKS = 6
NEW = PACKS - 1
"""One of them is on the box already. The others have hundreds of files: time enough to pull the stick in the middle."""

HURRY = "{ const later = setTimeout; window.setTimeout = (what, ms) => later(what, ms / 20) }"
"""A stick this small is installed in two or three looks at the box: a page that looks more often is seen to move."""
WATCH = """setInterval(() => {
    const bar = document.querySelector('progress[data-share]'), files = document.querySelector('[data-words=files]');
    const moves = bar && bar.value > 0 && bar.value < 100 && files && !files.textContent.startsWith('0 ');
    if (moves) sessionStorage.setItem('moved', 'yes');
}, 10)"""
MOVED = "() => sessionStorage.getItem('moved') === 'yes'"
"""A bar that is in the middle for a second only is noticed by the page itself: a test may ask when it is over."""
FITS = """() => {
    const root = document.documentElement;
    const fits = ['200%', ''].map((size) => {
        root.style.fontSize = size;
        return root.scrollWidth <= window.innerWidth;
    });
    return fits.every(Boolean);
}"""


@dataclass
class School:
    """A running box, its people, and the stick of the ministry, which is not put in yet."""

    box: Program
    seeded: Seeded
    media: Path
    is_counted: bool = False

    def put_in(self, name: str = "MASHT 2026") -> None:
        self.stick().rename(self.media / name)

    def pull(self) -> None:
        self.stick().rename(self.media.parent / "pocket")

    def pull_in_the_middle(self) -> None:
        """Pull it as soon as the first files are on the box: by a thread, a browser would look too late."""
        before = self.files()
        self.is_counted = True
        eventually(lambda: self.files() > before, saying="nothing was copied")
        self.pull()

    def files(self) -> int:
        return sum(1 for _ in (self.seeded.data / "packs" / "blobs").rglob("*"))

    def stick(self) -> Path:
        places = (self.media.parent / "pocket", *self.media.iterdir())
        return next(place for place in places if place.exists())


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> National:
    return National(tmp_path_factory.mktemp("national"), packs=PACKS)


@pytest.fixture
def school(tmp_path: Path, library: National) -> Iterator[School]:
    seeded = seed(tmp_path, pupils=1)
    shutil.rmtree(seeded.data / "trust")
    box = open_box(Config(data=seeded.data, reserve_mb=0))
    box.trust.pin(library.ministry.root)
    box.packs.install(library.shelf, min(library.manifests), progress=lambda _progress: None)
    box.close()
    shutil.copytree(library.ministry.folder, tmp_path / "pocket", copy_function=os.link)
    media = tmp_path / "media"
    media.mkdir()
    running = start_box(seeded.data, "--sync", "no", "--sticks", str(media))
    try:
        yield School(running, seeded, media)
    finally:
        running.end()


def come_in(page: Page, school: School) -> None:
    page.goto(f"{school.box.url}/sign-in/staff?lang=en")
    page.locator("input[name=login]").fill(school.seeded.teacher)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button").click()
    signed_in(page)


def fits(page: Page) -> None:
    """Nothing scrolls sideways, with text twice as large and as it is; a page that goes on may load anew meanwhile."""
    page.wait_for_function(FITS)


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def test_a_teacher_installs_by_three_taps_while_a_pupil_learns(school: School, devices: Devices) -> None:
    teacher, pupil = devices.phone(), devices.phone()
    teacher.add_init_script(HURRY)
    teacher.add_init_script(WATCH)
    come_in(teacher, school)
    teacher.get_by_role("link", name="USB").tap()
    heading(teacher, "Put a stick into the box")
    fits(teacher)
    pupil.goto(f"{school.box.url}/subjects?lang=en")
    school.put_in()
    heading(teacher, "Found the stick “MASHT 2026”")
    fits(teacher)
    button = teacher.locator(".dock button")
    expect(button).to_have_text(re.compile(rf"^Install {NEW} packs · [0-9.]+ kB$"))
    teacher.locator("input[name=pack]:checked").last.uncheck()
    expect(button).to_have_text(re.compile(rf"^Install {NEW - 1} packs · [0-9.]+ kB$"))
    with school.box.slowed():
        button.tap()
        heading(teacher, "Installing from the stick")
        fits(teacher)
        teacher.wait_for_function(MOVED)
    pupil.locator("main a[href^='/subjects/']").first.tap()
    pupil.locator("main a[href^='/courses/']").first.tap()
    pupil.locator("li.item a").first.tap()
    expect(pupil.locator("video")).to_be_visible()
    heading(teacher, "Everything is on the box")
    fits(teacher)
    teacher.locator("main .list a").first.tap()
    teacher.wait_for_url("**/courses/**")


def test_a_stick_that_is_pulled_and_put_back_goes_on_and_the_page_says_so_by_itself(
    school: School, devices: Devices
) -> None:
    teacher = devices.phone()
    teacher.add_init_script(HURRY)
    come_in(teacher, school)
    school.put_in()
    teacher.goto(f"{school.box.url}/sticks")
    heading(teacher, "Found the stick “MASHT 2026”")
    puller = threading.Thread(target=school.pull_in_the_middle)
    puller.start()
    eventually(lambda: school.is_counted, saying="the files of the box were not counted")
    teacher.locator(".dock button").tap()
    heading(teacher, "The stick was pulled out early")
    puller.join()
    expect(teacher.get_by_role("alert")).to_contain_text("Nothing is lost.")
    fits(teacher)
    copied = int(teacher.locator("progress").get_attribute("value") or 0)
    teacher.goto(f"{school.box.url}/subjects")
    teacher.get_by_role("link", name="USB").tap()
    heading(teacher, "The stick was pulled out early")
    school.put_in("other port")
    heading(teacher, "Everything is on the box")
    assert copied < 100


def test_without_scripts_the_same_three_taps_install(school: School, devices: Devices) -> None:
    teacher = devices.phone(java_script_enabled=False)
    come_in(teacher, school)
    school.put_in()
    teacher.get_by_role("link", name="USB").tap()
    heading(teacher, "Found the stick “MASHT 2026”")
    expect(teacher.locator("input[name=pack]").first).to_be_visible()
    teacher.get_by_role("button", name="Install what is ticked").tap()
    heading(teacher, "Everything is on the box")


def test_units_are_chosen_in_a_fold_and_counted_on_the_button(school: School, devices: Devices) -> None:
    laptop = devices.laptop()
    come_in(laptop, school)
    school.put_in()
    laptop.goto(f"{school.box.url}/sticks")
    heading(laptop, "Found the stick “MASHT 2026”")
    expect(laptop.locator("input[name=pack]:checked")).to_have_count(NEW)
    for box in laptop.locator("input[name=pack]:checked").all()[::-1]:
        box.uncheck()
    button = laptop.locator(".dock button")
    expect(button).to_have_text("Nothing is ticked")
    expect(button).to_be_disabled()
    laptop.locator("summary", has_text="Choose units").first.click()
    laptop.locator("input[name=unit]").first.check()
    expect(button).to_have_text(re.compile(r"^Install 1 pack · [0-9.]+ kB$"))
    button.click()
    heading(laptop, "Everything is on the box")
    laptop.get_by_role("link", name="Back to the stick").click()
    expect(laptop.locator("main")).to_contain_text("You have some units of it")
