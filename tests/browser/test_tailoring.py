"""A teacher hides a course from the class and puts another first, on a phone and on a laptop."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Demo, Devices
from tests.browser.reading import fits, signed_in
from tests.browser.test_a_school_day import sign_in

pytestmark = pytest.mark.xdist_group("demo")


@pytest.mark.parametrize(("device", "language"), [("phone", "sq"), ("laptop", "en")])
def test_a_teacher_chooses_what_the_class_sees(demo: Demo, devices: Devices, device: str, language: str) -> None:
    page = devices.phone() if device == "phone" else devices.laptop()
    sq = language == "sq"
    slip = demo.facts["teacher"]
    page.goto(f"{demo.box_url}/sign-in/staff?lang={language}")
    page.locator("input[name=login]").fill(slip["login"])
    page.locator("input[name=password]").fill(slip["password"])
    page.locator("main form button").click()
    signed_in(page)
    page.goto(f"{demo.box_url}/classes")
    page.locator("main a[href^='/classes/']").first.click()
    page.get_by_role("link", name="Biblioteka" if sq else "Library", exact=True).click()
    first = page.locator("main li.card").first
    first.get_by_role("button", name="Fshihe" if sq else "Hide").click()
    expect(page.get_by_role("status")).to_be_visible()
    expect(page.locator("main .t-warn")).to_have_text(["fshehur" if sq else "hidden"])
    assert fits(page)
    title = first.locator("a").first.inner_text()
    if device == "phone":
        guest, pupil = devices.phone(), devices.phone()
        sign_in(pupil, demo)
        for reader, courses in ((pupil, 0), (guest, 1)):
            reader.goto(f"{demo.box_url}/search?q={title}")
            expect(reader.locator("main a[href^='/courses/']", has_text=title)).to_have_count(courses)
    with page.expect_navigation():
        first.locator("a").first.click()
    expect(page.locator("main .t-warn")).to_have_count(1)
    page.get_by_role("button", name="Vëre në krye" if sq else "Put first").nth(1).click()
    expect(page.locator("main .t-ok")).not_to_have_count(0)
    assert fits(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Lëre si ishte" if sq else "Leave as it was").nth(1).click()
    page.get_by_role("button", name="Lëre si ishte" if sq else "Leave as it was").first.click()
    expect(page.locator("main .t-warn")).to_have_count(0)
