"""A technician shows, gives out and erases what is kept of a pupil, on a phone and on a laptop."""

import json
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo, Devices
from tests.browser.reading import fits, signed_in

pytestmark = pytest.mark.xdist_group("demo")


def sign_in(page: Page, demo: Demo, language: str) -> None:
    slip = demo.facts["technician"]
    page.goto(f"{demo.box_url}/sign-in/staff?lang={language}")
    page.locator("input[name=login]").fill(slip["login"])
    page.locator("input[name=password]").fill(slip["password"])
    page.locator("main form button").click()
    signed_in(page)


@pytest.mark.parametrize(("device", "language", "letters"), [("phone", "sq", "liridon"), ("laptop", "en", "kovacev")])
def test_a_pupil_is_looked_up_given_out_and_erased(
    demo: Demo, devices: Devices, tmp_path: Path, device: str, language: str, letters: str
) -> None:
    page = devices.phone() if device == "phone" else devices.laptop()
    sq = language == "sq"
    sign_in(page, demo, language)
    page.get_by_role("link", name="Njerëzit" if sq else "People").first.click()
    page.get_by_role("link", name="Të dhënat personale" if sq else "Personal data").click()
    page.locator("input[name=q]").fill(letters)
    page.get_by_role("button", name="Kërko" if sq else "Search").click()
    page.locator("ul.list a").first.click()
    expect(page.locator("input[name=note]")).to_be_visible()
    name = page.get_by_role("heading", level=1).inner_text()
    page.locator("input[name=note]").fill("Dosja 3")
    page.get_by_role("button", name="Prindërit e tërhoqën" if sq else "The parents took it back").click()
    expect(page.locator("main")).to_contain_text("Nuk dërgohen" if sq else "They are not sent")
    with page.expect_download() as download:
        page.get_by_role("button", name="Nxirr gjithçka si skedar" if sq else "Take everything out as a file").click()
    file = tmp_path / "everything.zip"
    download.value.save_as(file)
    with zipfile.ZipFile(file) as archive:
        [person] = json.loads(archive.read("data.json"))["tables"]["person"]
    assert name.startswith(person["given_name"])
    assert fits(page)

    page.get_by_role("link", name="Fshi" if sq else "Erase", exact=True).click()
    page.locator("input[name=login]").fill(person["login"])
    page.get_by_role("button", name="Fshije përgjithmonë" if sq else "Erase for ever").click()
    expect(page.get_by_role("status")).to_contain_text("U fshi nga kjo kuti." if sq else "Erased from this box.")
    page.get_by_role("link", name="Kush pa çfarë" if sq else "Who looked at what").click()
    expect(page.locator("tbody tr").first).to_contain_text("fshiu personin" if sq else "erased the person")
    assert fits(page)
    page.locator("select[name=by]").select_option(index=1)
    page.get_by_role("button", name="Shfaq" if sq else "Show", exact=True).click()
    expect(page.locator("main")).to_contain_text("Shfaqi të gjitha" if sq else "Show all")

    page.goto(f"{demo.box_url}/people/classes")
    page.locator("main summary").first.click()
    page.get_by_role("link", name="Pëlqimi" if sq else "Consent", exact=True).first.click()
    pupils = page.locator("input[name=pupil]")
    expect(pupils).not_to_have_count(0)
    in_class = pupils.count()
    assert in_class > 3
    page.locator("label.pick").first.click()
    page.get_by_role("button", name="Prindërit pëlqyen" if sq else "The parents agreed").click()
    expect(page.locator(".t-ok", has_text="Pëlqyen" if sq else "Agreed")).to_have_count(in_class - 1)
    assert fits(page)
    page.get_by_role("link", name="Çfarë ruhet për ty" if sq else "What is kept of you").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Çfarë ruhet për ty" if sq else "What is kept of you")
    assert fits(page)
