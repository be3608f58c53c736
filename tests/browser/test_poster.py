"""The poster: what is typed stands on it, a camera reads its code, and it is one page of paper in every language."""

import io
import re

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from sync.languages import LANGUAGES
from tests.browser.conftest import Demo, Devices
from tests.browser.reading import fits
from tests.browser.test_cards import shot, sign_in_teacher

# `innerWidth` of a phone grows with what does not fit; this does not.
FITS = "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"
pytestmark = pytest.mark.xdist_group("demo")


def test_a_teacher_prints_a_poster_that_a_camera_reads(demo: Demo, devices: Devices) -> None:
    desk, phone = devices.laptop(), devices.phone()
    sign_in_teacher(desk, demo)
    desk.get_by_role("link", name="Kartelat e hyrjes").click()
    desk.get_by_role("link", name="Posteri për mur").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Posteri për mur")
    poster = desk.locator(".poster")
    expect(poster).to_contain_text("Lidhu me Wi-Fi-në e shkollës.")
    desk.get_by_label("Emri i Wi-Fi-së").fill("Shkolla <Agimi>")
    desk.get_by_role("button", name="Shfaqe kështu").click()
    expect(poster).to_contain_text("Lidhu me Wi-Fi Shkolla <Agimi>.")
    host = desk.get_by_label("Adresa në kod").input_value()
    assert host[0].isdigit()
    seen = Image.open(io.BytesIO(poster.locator("svg.qr").screenshot()))
    assert [code.text for code in zxingcpp.read_barcodes(seen)] == [f"http://{host}/"]
    shot(desk, "poster")

    sign_in_teacher(phone, demo)
    for language in LANGUAGES:
        for page in (desk, phone):
            page.goto(f"{demo.box_url}/poster?lang={language}&wifi={'W' * 32}")
            assert fits(page, FITS)
        assert len(re.findall(rb"/Type /Page\b", desk.pdf(prefer_css_page_size=True))) == 1, language
    shot(phone, "poster-phone")
