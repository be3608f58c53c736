"""A teacher adds own files from a phone and from a laptop, and a guest opens them."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Demo, Devices
from tests.browser.reading import fits, signed_in
from tests.simulators.media import filmed, pdf, png
from tests.simulators.waiting import eventually

SAMPLE = Path(__file__).parents[2] / "content_packs" / "samples" / "qendra" / "english-6" / "my-morning.mp4"
pytestmark = pytest.mark.xdist_group("demo")


def broken_off(page: Page, devices: Devices, send: str, *, by_itself: bool) -> None:
    """The Wi-Fi goes in the middle of a file: for a moment, or until somebody opens the page anew."""
    devices.expected, sent = "/piece", 0

    def third_is_lost(route: Route) -> None:
        nonlocal sent
        sent += 1
        if sent == 3 or (sent > 3 and not by_itself):
            route.abort("connectionfailed")
        else:
            route.continue_()

    page.route("**/piece?*", third_is_lost)
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name=send).click()
    if not by_itself:
        page.unroute("**/piece?*")
        page.reload()


@pytest.mark.parametrize(("device", "language"), [("phone", "sq"), ("laptop", "en")])
def test_own_files_become_a_course(
    demo: Demo, devices: Devices, tmp_path: Path, device: str, language: str
) -> None:
    page = devices.phone() if device == "phone" else devices.laptop()
    sq = language == "sq"
    send, title = "Dërgoje skedarin" if sq else "Send the file", f"Natyra {device}"
    slip = demo.facts["teacher"]
    page.goto(f"{demo.box_url}/sign-in/staff?lang={language}")
    page.locator("input[name=login]").fill(slip["login"])
    page.locator("input[name=password]").fill(slip["password"])
    page.locator("main form button").click()
    signed_in(page)
    page.goto(f"{demo.box_url}/classes")
    page.get_by_role("link", name="Skedarët e mi" if sq else "My files").click()
    page.locator("input[name=title]").fill(title)
    page.locator("select[name=subject]").select_option("biology")
    with page.expect_navigation():  # its script sends the files in pieces
        page.get_by_role("button", name="Nise kursin" if sq else "Begin a course").click()
    for name, raw in [
        ("mali.mp4", filmed(SAMPLE.read_bytes())), ("fleta.pdf", pdf()), ("lulja.png", png()), ("prishur.pdf", b"MZ"),
    ]:  # fmt: skip
        file = tmp_path / name
        file.write_bytes(raw)
        page.locator("input[type=file]").set_input_files(file)
        if name == "mali.mp4":
            broken_off(page, devices, send, by_itself=device == "laptop")
        if name != "mali.mp4":
            page.get_by_role("button", name=send).click()
        elif device == "phone":
            page.locator("input[type=file]").set_input_files(file)
            with page.expect_request(f"**/piece?at={2 * 128 * 1024}&*"):  # it goes on where it was
                page.get_by_role("button", name=send).click()
        told = page.get_by_role("status")
        if name == "prishur.pdf":
            expect(told).to_contain_text("nuk është PDF" if sq else "not a PDF")
        else:
            expect(page.locator(f"main input[name=title][value='{name[:-4]}']")).to_have_count(1)
    page.locator("input[name=says]").fill("Një lule e kuqe")
    with page.expect_navigation():
        page.get_by_role("button", name="Ruaje" if sq else "Save").nth(2).click()
    page.get_by_role("button", name="Vëre në bibliotekë" if sq else "Put it into the library").click()
    opened = page.get_by_role("link", name="Hape kursin" if sq else "Open the course")
    expect(opened).to_be_visible()
    assert fits(page)
    opened.click()
    page.get_by_role("link", name="mali").first.click()
    expect(page.locator("video")).to_be_visible()
    page.evaluate("document.querySelector('video').play()")
    eventually(lambda: page.evaluate("document.querySelector('video').currentTime > 0.5"), saying="it does not play")
    page.go_back()
    page.get_by_role("link", name="lulja").first.click()
    expect(page.get_by_alt_text("Një lule e kuqe")).to_be_visible()
    assert fits(page)
