"""A teacher gathers lessons in a collection, on a phone and on a laptop."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Demo, Devices
from tests.browser.reading import fits, signed_in

pytestmark = pytest.mark.xdist_group("demo")


@pytest.mark.parametrize(("device", "language"), [("phone", "sq"), ("laptop", "en")])
def test_a_teacher_gathers_lessons_of_several_courses(
    demo: Demo, devices: Devices, device: str, language: str
) -> None:
    page = devices.phone() if device == "phone" else devices.laptop()
    sq = language == "sq"
    slip = demo.facts["teacher"]
    page.goto(f"{demo.box_url}/sign-in/staff?lang={language}")
    page.locator("input[name=login]").fill(slip["login"])
    page.locator("input[name=password]").fill(slip["password"])
    page.locator("main form button").click()
    signed_in(page)
    page.goto(f"{demo.box_url}/tailoring")
    page.locator("main .btn-line").first.click()
    page.get_by_role("link", name="Koleksionet" if sq else "Collections").click()
    page.locator("main input[name=title]").fill(f"Java e leximit {device}")
    page.get_by_role("button", name="Nise koleksionin" if sq else "Begin a collection").click()
    for word in ("thyes", "lëviz"):
        page.locator("main input[name=q]").fill(word)
        page.get_by_role("button", name="Kërko" if sq else "Search", exact=True).click()
        page.get_by_role("button", name="Shto" if sq else "Add").first.click()
    expect(page.locator("main ol > li")).to_have_count(2)
    assert fits(page)
    page.get_by_role("button", name="Më vonë" if sq else "Later").click()
    page.locator("main input[name=says]").fill("Për këtë javë.")
    page.get_by_role("button", name="Ruaje" if sq else "Save", exact=True).click()
    expect(page.get_by_role("status")).to_be_visible()
    page.locator("main .sec-h a").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Java e leximit {device}")
    expect(page.locator("main ol > li")).to_have_count(2)
    assert fits(page)
    page.goto(f"{demo.box_url}/")
    page.get_by_role("link", name=f"Java e leximit {device}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Java e leximit {device}")
