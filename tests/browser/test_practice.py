"""A practice with mastery as a pupil lives it: a row that grows, breaks, and goes on after the power went."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Devices
from tests.browser.test_quiz_kinds import PAGE, School, answer, fits, sign_in
from tests.simulators.lessons import lesson_box
from tests.simulators.programs import running_box
from tests.simulators.quiz_kinds import KINDS, RIGHT, WRONG

ASKED = ("nje", "vertet", "numer", "fjale")


def go_on(page: Page, words: dict[str, list[str]], *, row: int) -> None:
    """Answer the question on the page, and see how long the row of right ones is."""
    expect(page.get_by_role("alert")).to_have_count(0)
    kind = page.locator("input[name=question]").get_attribute("value") or ""
    fits(page)
    answer(page, words[kind], taps=False)
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("img", name=f"Të sakta radhazi: {row} nga 3")).to_be_visible()
    fits(page)
    page.locator(".dock a").click()


@pytest.mark.parametrize("kind", ["phone", "laptop"])
def test_a_row_grows_breaks_and_survives_the_power(tmp_path: Path, devices: Devices, kind: str) -> None:
    with lesson_box(tmp_path) as made:
        made.install(2, questions=[one for one in KINDS if one["id"] in ASKED], mode="practice", mastery=3)
        pupils = (made.arta, made.blend, made.blend)
    page = devices.phone() if kind == "phone" else devices.laptop()
    with running_box(tmp_path / "box", "--sync", "no") as box:
        sign_in(page, School(box.url, pupils), made.arta)
        page.goto(f"{box.url}{PAGE}")
        go_on(page, RIGHT, row=1)
        go_on(page, RIGHT, row=2)
        go_on(page, WRONG, row=0)
        expect(page.locator("main")).to_contain_text("Të sakta radhazi: 0 nga 3")
        go_on(page, RIGHT, row=1)
        expect(page.get_by_role("alert")).to_have_count(0)
        page.wait_for_load_state()
        devices.expected = box.url  # a picture of the next question may still be on its way
        box.kill()
    with running_box(tmp_path / "box", "--sync", "no") as box:
        page.goto(f"{box.url}/")
        sign_in(page, School(box.url, pupils), made.arta)
        page.goto(f"{box.url}{PAGE}")
        expect(page.locator("main")).to_contain_text("Të sakta radhazi: 1 nga 3")
        go_on(page, RIGHT, row=2)
        go_on(page, RIGHT, row=3)
        expect(page.locator("main")).to_contain_text("3 përgjigje të sakta radhazi: tani këtë e di.")
        fits(page)
        page.get_by_role("button", name="Ushtrohu përsëri").click()
        expect(page.locator("main")).to_contain_text("Të sakta radhazi: 0 nga 3")
        page.wait_for_load_state()  # the pictures of its question
