"""Reports, as a new teacher finds them: right now while a pupil works, the week, a quiz, a pupil."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo, Devices
from tests.browser.reading import fits
from tests.browser.test_a_school_day import sign_in
from tests.browser.test_lessons import sign_in_teacher

pytestmark = pytest.mark.xdist_group("demo")
QUIZ = "mash:kuiz-cka-eshte-thyesa"


def answer_wrong(page: Page, demo: Demo) -> None:
    """Answer the first question of a quiz, whatever is right; once more, if the quiz was done already."""
    page.goto(f"{demo.box_url}/quizzes/{QUIZ}")
    if page.url.endswith("/result"):
        page.get_by_role("button", name="Provo përsëri").tap()
    page.locator("main form label").first.tap()
    page.locator("main form button").first.tap()
    expect(page.locator(".msg")).to_be_visible()


@pytest.mark.parametrize("size", ["phone", "laptop"])
def test_a_teacher_reads_the_week_a_quiz_and_a_pupil(demo: Demo, devices: Devices, size: str) -> None:
    pupil = devices.phone()
    sign_in(pupil, demo)
    answer_wrong(pupil, demo)
    page = devices.phone() if size == "phone" else devices.laptop()
    sign_in_teacher(page, demo)
    page.get_by_role("navigation", name="Kryesor").get_by_role("link", name="Raportet").click()
    page.get_by_role("link", name="6/2").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Java")
    expect(page.get_by_role("img", name="Minutat e punës për çdo ditë")).to_be_visible()
    row = page.locator("table tbody tr", has_text="Arta K.")
    expect(row).to_contain_text(re.compile(r"[1-9]\d* \(më parë: \d+\)"))
    assert fits(page)

    row.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ditë pas dite: Arta Kelmendi")
    expect(page.get_by_role("heading", level=2).nth(1)).to_contain_text(re.compile(r"\b20\d\d\b"))
    assert fits(page)

    page.go_back()
    page.get_by_role("link", name="Kuizet", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kuizet")
    assert fits(page)
    page.goto(f"{page.url}/{QUIZ}")
    expect(page.locator("main ol.stack-s > li").first).to_contain_text(re.compile(r"\d nga [1-9]\d* të sakta"))
    assert fits(page)
    for name, begins in (("Excel", b"PK"), ("CSV", b"\xef\xbb\xbf")):
        with page.expect_download() as taken:
            page.get_by_role("link", name=name).click()
        assert taken.value.path().read_bytes().startswith(begins)


def test_the_class_of_the_demo_that_was_at_work_has_something_to_say(demo: Demo, devices: Devices) -> None:
    page = devices.phone()
    sign_in_teacher(page, demo)
    page.goto(f"{demo.box_url}/reports")
    page.get_by_role("link", name="8/1").tap()
    expect(page.get_by_role("img", name="Minutat e punës për çdo ditë")).to_be_visible()
    page.get_by_role("link", name="Tani").tap()
    stuck = page.locator("section", has=page.get_by_role("heading", name="Kush ka ngecur"))
    expect(stuck).to_contain_text("Kërkon ndihmë me: Çfarë është forca?")
    page.get_by_role("link", name="Kuizet", exact=True).tap()
    page.get_by_role("link", name="Lëvizja dhe diagrami").tap()
    expect(page.get_by_role("note")).to_contain_text("Me cilën formulë llogaritet shpejtësia?")
    assert fits(page)


def test_the_page_of_right_now_learns_by_itself_that_somebody_came(demo: Demo, devices: Devices) -> None:
    laptop, phone = devices.laptop(), devices.phone()
    sign_in_teacher(laptop, demo)
    laptop.goto(f"{demo.box_url}/reports")
    laptop.get_by_role("link", name="6/2").click()
    laptop.wait_for_url("**/week")
    sessions = laptop.url.replace("/reports/", "/classes/").replace("/week", "/sessions")
    now = laptop.url.replace("/week", "/now")
    laptop.goto(sessions)
    if laptop.locator("main form button").count():
        laptop.locator("main form button").last.click()
        expect(laptop.get_by_role("main")).to_contain_text("Askush nga kjo klasë nuk ka hyrë.")
    laptop.goto(now)
    here = laptop.locator("section", has=laptop.get_by_role("heading", name="Kush është këtu"))
    expect(here.locator("li", has_text="Arta K.")).to_have_count(0)
    sign_in(phone, demo)
    expect(here.locator("li", has_text="Arta K.")).to_have_count(1)
    assert fits(laptop)


def test_without_a_script_the_page_of_right_now_loads_itself_anew(demo: Demo, devices: Devices) -> None:
    laptop = devices.laptop(java_script_enabled=False)
    sign_in_teacher(laptop, demo)
    laptop.goto(f"{demo.box_url}/reports")
    laptop.get_by_role("link", name="6/2").click()
    laptop.get_by_role("link", name="Tani").click()
    expect(laptop.locator("meta[http-equiv=refresh]")).to_have_count(1)
    expect(laptop.get_by_role("heading", level=1)).to_have_text("Tani")
