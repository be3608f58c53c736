"""A class with cards, as its teacher and a pupil live it: print, point the camera, one tap, hand the tablet on."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo, Devices
from tests.browser.reading import fits
from tests.simulators.printed import pages

pytestmark = pytest.mark.xdist_group("demo")
PHONE_SAYS = "Mozilla/5.0 (Linux; Android 6.0; J5) AppleWebKit/537.36 Chrome/61.0.3163.98 Mobile Safari/537.36"


def sign_in_teacher(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.box_url}/sign-in/staff")
    page.get_by_label("Emri i hyrjes").fill(demo.facts["teacher"]["login"])
    page.get_by_label("Fjalëkalimi").fill(demo.facts["teacher"]["password"])
    page.get_by_role("button", name="Hyr").click()
    page.locator("main").get_by_role("link", name=demo.facts["pupil"]["class"]).first.click()
    page.wait_for_url("**/classes/*")


def test_a_teacher_prints_cards_and_a_pupil_comes_in_with_one(demo: Demo, devices: Devices) -> None:
    desk, phone = devices.laptop(), devices.phone(user_agent=PHONE_SAYS)
    sign_in_teacher(desk, demo)
    desk.get_by_role("link", name="Kartelat e hyrjes").click()
    desk.get_by_role("button", name="Bëni kartela të reja").click()
    sheet = desk.get_by_role("link", name="Hapni fletën (PDF)")
    expect(sheet).to_be_visible()
    printed = pages(desk.request.get(demo.box_url + str(sheet.get_attribute("href"))).body())
    codes = [page.codes() for page in printed]
    assert [len(page) for page in codes[:-1]] == [8] * (len(codes) - 1)
    path = "/card/" + codes[0][0].partition("/card/")[2]

    phone.goto(demo.box_url + path)
    assert phone.url == f"{demo.box_url}/card"
    assert fits(phone)
    shot(phone, "ask")
    phone.get_by_role("button", name="Po, unë jam").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Mirë se erdhe")
    phone.go_back()
    phone.reload()
    expect(phone.get_by_role("button", name="Po, unë jam")).to_have_count(0)

    desk.get_by_role("link", name="Kthehu te klasa").click()
    desk.get_by_role("link", name="Kush ka hyrë dhe ku").click()
    expect(desk.get_by_role("main")).to_contain_text("Telefon")
    shot(desk, "sessions")
    desk.get_by_role("button", name="Nxirrini të gjithë").click()
    expect(desk.get_by_role("main")).to_contain_text("Askush nga kjo klasë nuk ka hyrë.")
    phone.goto(f"{demo.box_url}/")
    expect(phone.locator("main").get_by_role("link", name="Hyr me emrin tim")).to_be_visible()


@pytest.mark.parametrize("kind", ["phone", "laptop"])
@pytest.mark.parametrize("language", ["sq", "en"])
def test_the_page_of_the_cards_fits_every_screen(demo: Demo, devices: Devices, kind: str, language: str) -> None:
    page = devices.phone() if kind == "phone" else devices.laptop()
    sign_in_teacher(page, demo)
    page.get_by_role("link", name="Kartelat e hyrjes").click()
    page.wait_for_url("**/cards")
    page.goto(f"{page.url}?lang={language}")
    assert fits(page)
    shot(page, f"cards-{kind}-{language}")
    page.goto(f"{demo.box_url}/help/cards?lang={language}")
    assert fits(page)
    shot(page, f"help-{kind}-{language}")


def test_small_pupils_touch_three_pictures(demo: Demo, devices: Devices) -> None:
    desk, phone = devices.laptop(), devices.phone()
    sign_in_teacher(desk, demo)
    desk.goto(f"{demo.box_url}/classes")
    names = [text.split()[0] for text in desk.locator("main .big-n").all_inner_texts()]
    [class_name, *_] = [name for name in names if name != demo.facts["pupil"]["class"]]  # its PIN is for other tests
    desk.locator("main").get_by_role("link", name=class_name).first.click()
    desk.get_by_role("link", name="PIN apo figura").click()
    desk.get_by_label("Me tri figura").check()
    shot(desk, "kind")
    desk.get_by_role("button", name="Jepuni të gjithëve").click()
    first = desk.get_by_role("row").nth(1)
    expect(first.get_by_role("img")).to_be_visible()
    name = first.get_by_role("rowheader").inner_text()
    pictures = str(first.get_by_role("img").get_attribute("aria-label")).split(", ")
    shot(desk, "given")
    try:
        phone.goto(f"{demo.box_url}/sign-in")
        phone.get_by_role("link", name=class_name).first.click()
        phone.get_by_role("link", name=name).click()
        for place, picture in enumerate(pictures):
            expect(phone.get_by_role("button", name=picture)).to_be_visible()
            assert fits(phone)
            shot(phone, f"touched-{place}")
            phone.get_by_role("button", name=picture).click()
        expect(phone.get_by_role("heading", level=1)).to_contain_text("Mirë se erdhe")
    finally:
        desk.get_by_label("Me një PIN").check()
        desk.get_by_role("button", name="Jepuni të gjithëve").click()
    expect(desk.get_by_role("row").nth(1)).to_contain_text(name)


def shot(page: Page, name: str) -> None:
    if folder := os.environ.get("CARD_SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
