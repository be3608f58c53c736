"""The player on a real page: captions, speed, text, keyboard, the end, without a line, without scripts."""

import contextlib
import re
import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo, Devices
from tests.browser.reading import first_moment, note_time, noted_time
from tests.browser.test_a_school_day import sign_in
from tests.simulators.waiting import eventually

pytestmark = pytest.mark.xdist_group("demo")
LESSON = "/items/mash:thyesat-e-barabarta"
TIME = "() => document.querySelector('video').currentTime"


def time_of(page: Page) -> float:
    return float(page.evaluate(TIME))


@pytest.fixture
def laptop(devices: Devices, demo: Demo) -> Page:
    page = devices.laptop()
    page.goto(f"{demo.box_url}{LESSON}")
    expect(page.locator("#begin")).to_be_visible()
    return page


def start(page: Page) -> None:
    page.locator("#go").click()
    eventually(lambda: time_of(page) > 1)


def test_captions_are_drawn_and_the_choice_is_remembered(laptop: Page) -> None:
    start(laptop)
    expect(laptop.locator(".cue span")).to_have_text(re.compile(r"\w"))
    laptop.locator("#cc").click()
    expect(laptop.locator(".cue")).to_be_hidden()
    laptop.reload()
    start(laptop)
    expect(laptop.locator("#cc")).to_have_attribute("aria-pressed", "false")
    expect(laptop.locator("#languages a[aria-current]")).to_have_attribute("data-captions", "off")
    expect(laptop.locator(".cue")).to_be_hidden()


def test_speed_goes_round_and_is_remembered(laptop: Page) -> None:
    start(laptop)
    laptop.locator("#speed").click()
    expect(laptop.locator("#speed")).to_have_text("1,25×")
    laptop.reload()
    start(laptop)
    assert laptop.evaluate("() => document.querySelector('video').playbackRate") == 1.25
    expect(laptop.locator("#speeds a[aria-current]")).to_have_text("1,25×")


def test_a_line_of_the_text_leads_to_its_place_and_is_marked_while_it_is_said(laptop: Page) -> None:
    line = laptop.locator("#lines a").nth(5)
    at = float(line.get_attribute("data-t") or "nan")
    line.click()
    eventually(lambda: at <= time_of(laptop) < at + 3)
    expect(line).to_have_attribute("aria-current", "true")


def test_the_keyboard_is_enough(laptop: Page) -> None:
    start(laptop)
    laptop.locator("#play").focus()
    laptop.keyboard.press("Enter")
    eventually(lambda: bool(laptop.evaluate("() => document.querySelector('video').paused")))
    before = time_of(laptop)
    laptop.keyboard.press("ArrowRight")
    eventually(lambda: abs(time_of(laptop) - before - 5) < 0.6)
    expect(laptop.locator("#play")).to_have_attribute("aria-label", "Luaj")


def test_an_address_may_name_the_second_to_start_from(devices: Devices, demo: Demo) -> None:
    page = devices.laptop()
    page.goto(f"{demo.box_url}{LESSON}?t=0:20")
    eventually(lambda: 20 <= time_of(page) < 25)


def test_a_guest_goes_on_where_this_browser_stopped(laptop: Page) -> None:
    start(laptop)
    laptop.locator("#seek").fill("30")
    eventually(lambda: time_of(laptop) > 31)
    note_time(laptop)
    laptop.reload()
    expect(laptop.locator("#go")).to_contain_text("Vazhdo nga 0:3")
    assert abs(first_moment(laptop, "#go") - noted_time(laptop)) < 2


def test_at_the_end_the_next_lesson_is_offered(laptop: Page) -> None:
    start(laptop)
    laptop.locator("#seek").fill("1000")
    laptop.evaluate("() => { const v = document.querySelector('video'); v.currentTime = v.duration - 0.5 }")
    gold = laptop.locator("#over .btn-gold")
    expect(gold).to_be_visible()
    expect(gold).to_contain_text("Më pas:")
    gold.click()
    laptop.wait_for_url(lambda address: LESSON not in address)


def test_without_a_line_the_page_says_so_and_makes_good_later(demo: Demo, devices: Devices) -> None:
    phone = devices.phone()
    sign_in(phone, demo)
    phone.goto(f"{demo.box_url}{LESSON}")
    phone.route("**/watched", lambda route: route.abort())
    phone.locator("#begin a").first.tap()
    eventually(lambda: time_of(phone) > 2)
    for _ in range(2):
        phone.locator("#play").tap()
        phone.locator("#play").tap()
    expect(phone.locator("#no-line")).to_be_visible()
    phone.unroute("**/watched")
    expect(phone.locator("#no-line")).to_be_hidden()
    left_at = time_of(phone)
    with contextlib.closing(sqlite3.connect(_database(demo))) as box:
        rows = box.execute("SELECT watched_s FROM progress WHERE item_id = ?", (LESSON.rpartition("/")[2],)).fetchall()
    assert rows
    assert max(row[0] for row in rows) > 1.5
    assert left_at > 2
    assert all("ERR_FAILED" in complaint for complaint in devices.complaints)
    devices.complaints.clear()


def test_a_page_that_died_without_a_word_is_resumed_within_two_seconds(demo: Demo, devices: Devices) -> None:
    phone = devices.phone()
    sign_in(phone, demo)
    phone.goto(f"{demo.box_url}/items/mash:numeruesi-dhe-emeruesi")
    phone.evaluate("() => { navigator.sendBeacon = () => true }")  # nothing that is said on leaving gets out
    phone.locator("#begin a").first.tap()
    note_time(phone)
    eventually(lambda: time_of(phone) > 5)
    again = phone.context.new_page()
    phone.close()
    again.goto(f"{demo.box_url}/items/mash:numeruesi-dhe-emeruesi")
    assert abs(first_moment(again, "#go") - noted_time(again)) < 2


def test_a_page_of_somebody_else_says_that_it_no_longer_counts(demo: Demo, devices: Devices) -> None:
    tablet = devices.phone()
    devices.expected = "/watched"  # refused, since it is of who is no longer signed in
    sign_in(tablet, demo)
    tablet.goto(f"{demo.box_url}{LESSON}")
    other = tablet.context.new_page()
    other.goto(f"{demo.box_url}/")
    other.locator("summary.who").last.tap()
    other.locator("form[action$='sign-out'] button").tap()
    expect(other.locator("main").get_by_role("link", name="Hyr me emrin tim")).to_be_visible()
    tablet.locator("#begin a").first.tap()
    eventually(lambda: time_of(tablet) > 1)
    tablet.locator("#play").tap()
    expect(tablet.locator("#signed-out")).to_be_visible()


def test_everything_works_without_scripts(demo: Demo, devices: Devices) -> None:
    phone = devices.phone(java_script_enabled=False)
    phone.goto(f"{demo.box_url}{LESSON}?t=12")
    video = phone.locator("video")
    expect(video).to_have_attribute("controls", "")
    expect(video).to_have_attribute("src", re.compile(r"#t=12"))
    expect(video.locator("track[default]")).to_have_count(1)
    expect(phone.locator("#pbar")).to_be_hidden()
    phone.goto(f"{demo.box_url}/quizzes/mash:kuiz-cka-eshte-thyesa")
    phone.locator("label.opt").first.tap()
    phone.locator(".dock button").tap()
    expect(phone.locator(".msg")).to_be_visible()
    phone.locator(".dock a").tap()
    expect(phone.get_by_text("Pyetja 2 nga")).to_be_visible()


@pytest.mark.parametrize(
    "path",
    ["/", "/subjects", "/subjects/math", "/grades/6", "/courses/mash:thyesat-6", LESSON, "/search?q=thyes",
     "/quizzes/mash:kuiz-cka-eshte-thyesa", "/items/mash:flete-pune-thyesat", "/search?q=xyzzy"],
)  # fmt: skip
def test_no_page_is_wider_than_a_phone_and_gold_stands_once(demo: Demo, devices: Devices, path: str) -> None:
    phone = devices.phone()
    phone.goto(f"{demo.box_url}{path}")
    assert phone.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    assert phone.locator(".btn-gold:visible").count() <= 1
    assert phone.locator("h1").count() == 1


def _database(demo: Demo) -> Path:
    return next(demo.folder.rglob("box.db"))
