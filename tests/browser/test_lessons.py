"""A lesson from the teacher's laptop to the pupil's phone and back: given, stuck, helped, done, ended."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo, Devices
from tests.browser.reading import fits, signed_in
from tests.browser.test_a_school_day import sign_in

pytestmark = pytest.mark.xdist_group("demo")


def sign_in_teacher(page: Page, demo: Demo) -> None:
    slip = demo.facts["teacher"]
    page.goto(f"{demo.box_url}/sign-in/staff")
    page.locator("input[name=login]").fill(slip["login"])
    page.locator("input[name=password]").fill(slip["password"])
    page.locator("main form button").click()
    signed_in(page)


def test_a_lesson_is_given_on_a_laptop_and_done_on_a_phone(demo: Demo, devices: Devices) -> None:
    laptop, phone = devices.laptop(), devices.phone()
    sign_in_teacher(laptop, demo)
    laptop.get_by_role("link", name="6/2").click()
    laptop.get_by_role("link", name="Cakto mësim").click()
    laptop.locator("select[name=course]").select_option("mash:thyesat-6")
    laptop.get_by_role("button", name="Shfaq").click()
    laptop.locator("details[open] input[name=item]").first.check()
    laptop.get_by_label("Titulli (mund të mbetet bosh)").fill("Thyesat sot")
    laptop.get_by_label("Një fjalë për nxënësit (mund të mbetet bosh)").fill("Shikojeni deri në fund.")
    laptop.get_by_role("button", name="Cakto këtë mësim").click()
    expect(laptop.get_by_role("heading", level=1)).to_have_text("Thyesat sot")
    lesson = laptop.url

    sign_in(phone, demo)
    board = phone.locator("section.board")
    expect(board).to_contain_text("Mësimi yt nga Vlora Krasniqi")
    expect(board).to_contain_text("Shikojeni deri në fund.")
    board.get_by_role("link", name="Thyesat sot").tap()
    phone.get_by_role("button", name="Kam ngecur").tap()
    expect(phone.get_by_role("status")).to_contain_text("Mësuesi yt e sheh")

    laptop.reload()
    expect(laptop.locator("section", has_text="Kush kërkon ndihmë")).to_contain_text("Arta K.")
    laptop.get_by_label("Shto nga cilido kurs").fill("lëvizja")
    laptop.get_by_role("button", name="Kërko").click()
    laptop.get_by_role("button", name="Shto").first.click()
    expect(laptop.locator("ol.list > li")).to_have_count(2)
    laptop.get_by_role("button", name="Më herët").click()
    phone.reload()
    expect(phone.locator("ol.items > li")).to_have_count(2)
    for page in (laptop, phone):
        assert fits(page)

    end = laptop.get_by_role("button", name="Mbylle: nxënësit nuk e shohin më")
    end.click()
    expect(end).to_have_count(0)
    phone.goto(f"{demo.box_url}/")
    expect(phone.locator("main")).not_to_contain_text("Thyesat sot")
    laptop.goto(f"{lesson}/delete")
    laptop.get_by_role("button", name="Fshije mësimin").click()
    expect(laptop.locator("main")).to_contain_text("Mësimi u fshi.")


def test_a_lesson_is_prepared_from_an_item_on_a_phone_given_and_copied(demo: Demo, devices: Devices) -> None:
    phone = devices.phone()
    sign_in_teacher(phone, demo)
    phone.goto(f"{demo.box_url}/courses/mash:thyesat-6")
    phone.locator("ol.items a").first.tap()
    phone.get_by_role("link", name="Cakto si mësim").tap()
    phone.get_by_role("link", name="Fillo: Klasa 6/2").tap()
    expect(phone.locator("input[name=item]:checked")).to_have_count(1)
    phone.get_by_label("Titulli (mund të mbetet bosh)").fill("Për nesër")
    phone.get_by_role("button", name="Vetëm përgatite: nxënësit nuk e shohin ende").tap()
    expect(phone.locator("main")).to_contain_text("Ky mësim është i përgatitur.")
    assert fits(phone)
    lesson = phone.url
    phone.get_by_role("button", name="Caktoje tani").tap()
    expect(phone.locator("main")).to_contain_text("Nxënësit e shohin tani këtë mësim.")

    phone.get_by_role("navigation", name="Ku je").get_by_role("link").tap()
    phone.get_by_role("link", name="Kopjo mësime").tap()
    expect(phone.get_by_role("button", name="Përgatit kopjet")).to_be_visible()
    phone.get_by_text("Për nesër").tap()
    expect(phone.get_by_label("Për nesër")).to_be_checked()
    assert fits(phone)
    phone.get_by_role("button", name="Përgatit kopjet").tap()
    expect(phone.locator("main")).to_contain_text("1 mësim është përgatitur.")
    phone.get_by_role("link", name="Për nesër").first.tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Për nesër")
    for address in (phone.url, lesson):
        phone.goto(f"{address}/delete")
        phone.get_by_role("button", name="Fshije mësimin").tap()
        expect(phone.locator("main")).to_contain_text("Mësimi u fshi.")
