"""A technician lets the ministry give addresses; a teacher signs in with hers, a pupil reads his: phone and laptop."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo, Devices
from tests.browser.reading import fits, signed_in
from tests.browser.test_a_school_day import sign_in

pytestmark = pytest.mark.xdist_group("demo")
DOMAIN = "nxenes.example"
BOX = "input[name=national_addresses]"


def come_in(page: Page, demo: Demo, who: str, login: str, language: str) -> None:
    page.goto(f"{demo.box_url}/sign-in/staff?lang={language}")
    page.locator("input[name=login]").fill(login)
    page.locator("input[name=password]").fill(demo.facts[who]["password"])
    page.locator("main form button").click()
    signed_in(page)


def test_addresses_are_allowed_come_over_the_line_and_are_used(demo: Demo, devices: Devices) -> None:
    phone, laptop = devices.phone(), devices.laptop()
    pupil, teacher = demo.facts["pupil"], demo.facts["teacher"]
    come_in(phone, demo, "technician", demo.facts["technician"]["login"], "sq")
    phone.goto(f"{demo.box_url}/status")
    expect(phone.get_by_role("heading", name="Adresat në vend")).to_have_count(0)
    phone.get_by_role("link", name="Çfarë lejon shkolla").click()
    expect(phone.locator(BOX)).not_to_be_checked()
    phone.locator("label.opt", has_text="emri.mbiemri@").click()
    phone.get_by_role("button", name="Ruani çfarë lejohet").click()
    expect(phone.get_by_role("status")).to_be_visible()
    expect(phone.locator(BOX)).to_be_checked()
    assert fits(phone)
    phone.get_by_role("link", name="Më shumë ndihmë").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Adresat për gjithë vendin")
    assert fits(phone)
    phone.goto(f"{demo.box_url}/status")
    with phone.expect_navigation():
        phone.get_by_role("button", name="Provo dërgimin tani").click()
    card = phone.locator("section.stat", has=phone.get_by_role("heading", name="Adresat në vend"))
    for _ in range(180):
        if "Askush nuk pret." in card.inner_text():
            break
        phone.wait_for_timeout(500)
        phone.reload()
    expect(card).to_contain_text("Askush nuk pret.")
    assert fits(phone)
    phone.goto(f"{demo.box_url}/people?q={pupil['login']}@{DOMAIN}")
    phone.locator("main").get_by_role("link", name=pupil["name"]).click()
    expect(phone.locator("main")).to_contain_text(f"{pupil['login']}@{DOMAIN}")
    assert fits(phone)

    come_in(laptop, demo, "teacher", f"{teacher['login']}@{DOMAIN}", "en")
    person = phone.url.rpartition("/")[2]
    laptop.goto(f"{demo.box_url}/privacy")
    expect(laptop.locator("main")).to_contain_text("Name and surname go to one place outside this box.")
    laptop.goto(f"{demo.box_url}/classes/1/pupils/{person}")
    expect(laptop.locator("main")).to_contain_text(f"{pupil['login']}@{DOMAIN}")
    assert fits(laptop)

    tablet = devices.phone()
    sign_in(tablet, demo)
    tablet.goto(f"{demo.box_url}/my-progress")
    expect(tablet.locator("main")).to_contain_text(f"Adresa jote në gjithë vendin: {pupil['login']}@{DOMAIN}")
    assert fits(tablet)

    phone.goto(f"{demo.box_url}/school")
    phone.locator("label.opt", has_text="emri.mbiemri@").click()
    phone.get_by_role("button", name="Ruani çfarë lejohet").click()
    expect(phone.locator(BOX)).not_to_be_checked()
