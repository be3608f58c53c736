"""A box out of its carton: its owner claims it, brings a class in, and the first pupil comes in with a card."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from sync.languages import LANGUAGES
from tests.browser.conftest import Devices
from tests.browser.test_rosters import OFFICE, choose, fits
from tests.browser.test_signing_in import refused
from tests.simulators.printed import pages
from tests.simulators.programs import Program, running_box
from tests.simulators.rosters import text

PASSWORD = "tri fjalë të lehta"
TEACHERS = text("Mësimdhënësi;Klasat", "Vlora Gashi;6/2")
CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b")
SEEN = "(cell) => cell.getBoundingClientRect().right <= document.documentElement.clientWidth"


@dataclass(frozen=True)
class Words:
    """What stands on buttons, in one language."""

    yours: str
    lists: str
    add: str
    make: str
    sheet: str
    welcome: str
    yes: str


WORDS = {
    "sq": Words("Bëjeni tuajën", "Listat", "Shto dikë", "Bëni kartela të reja", "Hapni fletën", "Mirë se erdhe, Arta",
                "Po, unë jam"),
    "en": Words("Make it yours", "Lists", "Add somebody", "Make new cards", "Open the sheet", "Welcome, Arta",
                "Yes, I am"),
}  # fmt: skip


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def box(data: Path) -> Iterator[Program]:
    with running_box(data) as program:
        yield program


@pytest.mark.parametrize(("kind", "lang"), [("phone", "sq"), ("laptop", "en")])
def test_a_new_box_is_claimed_gets_a_class_and_lets_the_first_pupil_in(
    box: Program, data: Path, devices: Devices, kind: str, lang: str
) -> None:
    words = WORDS[lang]
    speaks_every_language(devices.phone(), f"{box.url}/claim")
    office, desk, tablet = (devices.phone() if kind == "phone" else devices.laptop() for _ in range(3))
    claim(office, box, devices, CODE.findall((data / "CLAIM.txt").read_text(encoding="utf-8"))[0], lang)

    speaks_every_language(office, f"{box.url}/setup")
    office.goto(f"{box.url}/setup?lang={lang}")
    office.locator("main").get_by_role("link", name=words.lists, exact=True).click()
    for field in ("parent_name", "phone"):
        office.locator(f"input[name=field][value={field}]").check()
    office.locator("form", has=office.locator("input[name=field]")).get_by_role("button").click()
    expect(office.get_by_role("status")).to_be_visible()
    slips = bring_in(office, box, OFFICE, "klasa 6-2.xlsx")
    assert re.fullmatch(r"\d{4}", slips["Arta Kelmendi"])

    parents_are_corrected(office, box)
    password = bring_in(office, box, TEACHERS, "mësuesit.csv")["Vlora Gashi"]
    desk.goto(f"{box.url}/sign-in/staff?lang={lang}")
    desk.locator("input[name=login]").fill("vlora.gashi")
    desk.locator("input[name=password]").fill(password)
    desk.locator("main form button").click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("6/2")
    desk.locator("main a[href$='/pupils']").click()
    desk.get_by_role("link", name="Arta K.").click()
    expect(desk.locator("main a[href='tel:+38349000111']")).to_have_text("+383 49 000 111")
    assert fits(desk)

    desk.locator("main a[href*='/cards']").click()
    desk.get_by_role("button", name=words.make).click()
    expect(desk.get_by_role("link", name=words.sheet)).to_be_visible()
    sheet = desk.get_by_role("link", name=words.sheet).get_attribute("href")
    [printed] = pages(desk.request.get(f"{box.url}{sheet}").body())
    assert printed.lines.count("Arta") == 1
    tablet.goto(f"{box.url}/card/{printed.codes()[0].partition('/card/')[2]}?lang={lang}")
    tablet.get_by_role("button", name=words.yes).click()
    expect(tablet.get_by_role("heading", level=1)).to_contain_text(words.welcome)


def speaks_every_language(page: Page, address: str) -> None:
    """The pages of a new box fit onto the screen, whatever they speak."""
    for tag in LANGUAGES:
        page.goto(f"{address}?lang={tag}")
        expect(page.locator("html")).to_have_attribute("lang", tag)
        assert fits(page), (address, tag)


def claim(page: Page, box: Program, devices: Devices, code: str, lang: str) -> None:
    """Find on the first page that nobody owns the box, and take it; a wrong code is told beside its field."""
    page.goto(f"{box.url}/?lang={lang}")
    page.locator("main").get_by_role("link", name=WORDS[lang].yours).click()
    page.locator("#school").fill("SHFMU „Selami Hallaçi”")
    page.locator("#municipality").fill("Gjilan")
    for wrong in (True, False):
        page.locator("#code").fill("2222-2222" if wrong else code)
        page.locator("#password").fill(PASSWORD)
        if wrong:
            with refused(devices, 401):
                page.locator("main form button").click()
                expect(page.locator("#code-bad")).to_contain_text("K7PM-2R9X")
            assert fits(page)
        else:
            page.locator("main form button").click()
    page.wait_for_url("**/setup")
    assert fits(page)


def bring_in(page: Page, box: Program, raw: bytes, name: str) -> dict[str, str]:
    """Bring a list in; the secret of each person, every one of them in sight."""
    page.goto(f"{box.url}/rosters")
    choose(page, raw, name)
    page.wait_for_url("**/rosters/columns")
    page.locator(".dock button").click()
    page.wait_for_url("**/rosters/check")
    page.locator("form.dock button").click()
    page.wait_for_url("**/rosters/done")
    rows = page.locator(".tbl tbody tr").all()
    assert all(row.locator("td").last.evaluate(SEEN) for row in rows)
    slips = {row.locator("th").inner_text().split("\n")[0]: row.locator("td").last.inner_text() for row in rows}
    page.locator("form.dock button").click()
    page.wait_for_url("**/rosters")
    return slips


def parents_are_corrected(page: Page, box: Program) -> None:
    """What the list said of the parents stands on the page of the person, and is put right there."""
    page.goto(f"{box.url}/people?q=arta")
    page.locator("main ul.list a").click()
    expect(page.locator("input[name=parent_name]")).to_have_value("Agim")
    page.locator("input[name=phone]").fill("+383 49 000 111")
    page.locator("main form.card button").click()
    expect(page.get_by_role("status")).to_be_visible()
    expect(page.locator("input[name=phone]")).to_have_value("+383 49 000 111")
    assert fits(page)
