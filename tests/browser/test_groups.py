"""A teacher's own class: a group made by ticks and given a lesson; a pupil added, corrected, and put away."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Demo, Devices
from tests.browser.reading import fits, signed_in
from tests.browser.test_a_school_day import sign_in
from tests.browser.test_lessons import sign_in_teacher

pytestmark = pytest.mark.xdist_group("demo")


def test_a_group_is_made_on_a_laptop_and_given_a_lesson_that_its_pupil_sees(demo: Demo, devices: Devices) -> None:
    laptop, phone = devices.laptop(), devices.phone()
    sign_in_teacher(laptop, demo)
    laptop.get_by_role("link", name="6/2").click()
    laptop.get_by_role("link", name="Nxënësit", exact=True).click()
    laptop.get_by_role("link", name="Grupet", exact=True).click()
    laptop.get_by_label("Emri i grupit").fill("Grupi i leximit")
    laptop.get_by_label("Arta K.").check()
    laptop.get_by_role("button", name="Krijo grupin").click()
    expect(laptop.locator("summary", has_text="Grupi i leximit")).to_contain_text("1 nxënës")
    groups = laptop.url

    laptop.get_by_role("navigation", name="Ku je").get_by_role("link").click()
    laptop.get_by_role("link", name="Cakto mësim").click()
    laptop.locator("details[open] input[name=item]").first.check()
    laptop.get_by_label("Titulli (mund të mbetet bosh)").fill("Lexim sot")
    laptop.get_by_label("Grupi i leximit").check()
    laptop.get_by_role("button", name="Cakto këtë mësim").click()
    expect(laptop.locator("main")).to_contain_text("Grupi i leximit")
    expect(laptop.locator("main")).to_contain_text("për 1 nxënës")
    lesson = laptop.url
    sign_in(phone, demo)
    expect(phone.locator("section.board")).to_contain_text("Lexim sot")
    assert fits(laptop)

    teacher = devices.phone()
    sign_in_teacher(teacher, demo)
    teacher.goto(groups)
    teacher.locator("summary", has_text="Grupi i leximit").tap()
    teacher.locator("details[open]").get_by_label("Arta K.").uncheck()
    expect(teacher.locator("details[open]").get_by_label("Arta K.")).not_to_be_checked()
    assert fits(teacher)
    teacher.locator("details[open]").get_by_role("button", name="Ruaj").tap()
    expect(teacher.locator("summary", has_text="Grupi i leximit")).to_contain_text("0 nxënës")
    phone.goto(f"{demo.box_url}/")
    expect(phone.locator("main")).not_to_contain_text("Lexim sot")
    teacher.locator("summary", has_text="Grupi i leximit").tap()
    teacher.get_by_role("button", name="Fshije grupin").tap()
    expect(teacher.locator("main")).to_contain_text("Grupi u fshi.")
    teacher.goto(f"{lesson}/delete")
    teacher.get_by_role("button", name="Fshije mësimin").tap()
    expect(teacher.locator("main")).to_contain_text("Mësimi u fshi.")


@pytest.mark.parametrize("size", ["phone", "laptop"])
def test_a_pupil_is_added_corrected_and_put_away_where_the_school_allows_it(
    demo: Demo, devices: Devices, size: str
) -> None:
    page, office = devices.phone() if size == "phone" else devices.laptop(), devices.laptop()
    technician = demo.facts["technician"]
    office.goto(f"{demo.box_url}/sign-in/staff")
    office.locator("input[name=login]").fill(technician["login"])
    office.locator("input[name=password]").fill(technician["password"])
    office.locator("main form button").click()
    signed_in(office)
    office.goto(f"{demo.box_url}/school")
    office.get_by_label("Mësuesit mund t'i arkivojnë nxënësit").check()
    office.get_by_role("button", name="Ruani çfarë lejohet").click()
    expect(office.get_by_role("status")).to_be_visible()

    sign_in_teacher(page, demo)
    page.get_by_role("link", name="6/2").click()
    page.get_by_role("link", name="Nxënësit", exact=True).click()
    page.get_by_label("Emri", exact=True).fill("Ylberina")
    page.get_by_label("Mbiemri", exact=True).fill("Hyseni-Bajrami")
    expect(page.get_by_role("button", name="Shto")).to_be_visible()
    assert fits(page)
    page.get_by_role("button", name="Shto").click()
    expect(page.get_by_role("alert")).to_contain_text(re.compile(r"PIN-i i ri është \d{4}"))
    page.locator("summary", has_text="Ndreqni emrin").click()
    page.get_by_label("Emri", exact=True).fill("Ylbere")
    expect(page.get_by_label("Emri", exact=True)).to_have_value("Ylbere")
    assert fits(page)
    page.get_by_role("button", name="Ruaj").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ylbere Hyseni-Bajrami")
    page.locator("summary", has_text="U largua nga klasa?").click()
    page.get_by_role("button", name="Arkivojeni: Ylbere").click()
    expect(page.locator("main")).to_contain_text("U arkivua.")
    expect(page.locator("main ul")).not_to_contain_text("Ylbere")
    assert fits(page)
