"""A new technician, a laptop and the office's workbook: file, columns, check, slips, and the list out and in again."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from schoolbox.config import Config
from schoolbox.services.people_rows import NewPerson
from schoolbox.wiring import open_box
from tests.browser.conftest import Devices
from tests.browser.reading import fits as is_within
from tests.browser.reading import signed_in
from tests.simulators.programs import Program, running_box
from tests.simulators.rosters import text, workbook
from tests.simulators.seeded import PASSWORD

LOGIN = "teknik"
PUPILS = [("Arta", "Kelmendi"), ("Kaltrina", "Hyseni-Bajrami"), ("Đorđe", "Petrović"), ("Işık", "Demir")]
OFFICE = workbook(
    [["SHFMU Agimi", None, None, None, None], [], ["Nxënësi", None, "Prindi", None, "Klasa"],
     ["Emri", "Mbiemri", "Emri", "Telefoni", None],
     *([given, surname, "Agim", "+383 44 123 456", "VI-2"] for given, surname in PUPILS)],
    merge=("A1:E1", "A3:B3", "C3:D3"),
)  # fmt: skip
FITS = """() => {
    const root = document.documentElement;
    const sizes = window.innerWidth < 500 ? ['200%', ''] : [''];  // the rules for wide screens count in text sizes
    const fits = sizes.map((size) => {
        root.style.fontSize = size;
        return root.scrollWidth <= window.innerWidth;
    });
    return fits.every(Boolean);
}"""


def fits(page: Page) -> bool:
    """Whether nothing scrolls sideways, on a phone with text twice as large either."""
    return is_within(page, FITS)


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Program]:
    data = tmp_path / "data"
    opened = open_box(Config(data=data, announce=False, sync=False, sticks=None))
    opened.people.add(NewPerson("technician", "Besnik", "Gashi", login=LOGIN, password=PASSWORD))
    opened.school.set("Shkolla Agimi", "Gjilan")
    opened.close()
    with running_box(data) as program:
        yield program


def sign_in(page: Page, box: Program, language: str) -> None:
    page.goto(f"{box.url}/sign-in/staff?lang={language}")
    page.locator("input[name=login]").fill(LOGIN)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button").click()
    signed_in(page)


def open_people(page: Page, box: Program, language: str) -> None:
    sign_in(page, box, language)
    page.locator("nav a[href='/people']").click()
    page.locator("main .tabs a[href='/rosters']").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def choose(page: Page, raw: bytes, name: str) -> None:
    page.wait_for_load_state()  # its script sends a large list in pieces
    page.locator("input[type=file]").set_input_files(FilePayload(name=name, mimeType="", buffer=raw))
    page.locator("form[data-list] button").click()


@pytest.mark.parametrize("size", ["phone", "laptop"])
@pytest.mark.parametrize("language", ["sq", "en"])
def test_a_list_comes_in_is_taken_out_and_comes_in_again(
    box: Program, devices: Devices, tmp_path: Path, size: str, language: str
) -> None:
    page = devices.phone() if size == "phone" else devices.laptop()
    open_people(page, box, language)
    assert fits(page)
    choose(page, text("Emri;Mbiemri;Klasa", "Arta;;6/2"), "gabim.csv")
    page.wait_for_url("**/rosters/columns")
    page.locator(".dock button").click()
    page.wait_for_url("**/rosters/check")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_text({"sq": "Rreshti 2 · Mbiemri", "en": "Row 2 · Surname"}[language])).to_be_visible()
    assert fits(page)
    page.locator("main a[href='/rosters']").click()

    choose(page, OFFICE, "klasa 6-2.xlsx")
    page.wait_for_url("**/rosters/columns")
    assert [page.locator(f"#column{place}").input_value() for place in range(5)] == [
        "given_name", "surname", "parent_name", "phone", "class",
    ]  # fmt: skip
    assert fits(page)
    page.locator("#column2").select_option("")
    page.locator(".dock button").click()
    page.wait_for_url("**/rosters/check")
    assert fits(page)
    page.locator("form.dock button").click()
    page.wait_for_url("**/rosters/done")
    assert fits(page)
    expect(page.locator(".tbl tbody tr")).to_have_count(len(PUPILS))
    expect(page.locator(".tbl tbody tr", has_text="djordje.petrovic")).to_contain_text(re.compile(r"\d{4}"))
    page.locator("form.dock button").click()
    page.wait_for_url("**/rosters")

    with page.expect_download() as waiting:
        page.locator("a[href$='people.xlsx']").click()
    out = tmp_path / "out.xlsx"
    waiting.value.save_as(out)
    choose(page, out.read_bytes(), "out.xlsx")
    page.wait_for_url("**/rosters/columns")
    page.locator(".dock button").click()
    page.wait_for_url("**/rosters/check")
    assert page.locator(".stat b").all_inner_texts() == ["0", str(len(PUPILS) + 1), "0"]
    page.locator("form.dock button").click()
    page.wait_for_url("**/rosters/done")
    assert page.locator(".tbl").count() == 0


def test_a_list_that_is_larger_than_a_form_comes_in_pieces_and_without_scripts_a_small_one_does(
    box: Program, devices: Devices
) -> None:
    page = devices.laptop()
    open_people(page, box, "en")
    large = text("Emri;Mbiemri;Klasa", *(f"Emri{count};Mbiemri{count};{count % 9 + 1}/7" for count in range(15_000)))
    assert len(large) > 300_000
    choose(page, large, "gjithe.csv")
    page.wait_for_url("**/rosters/columns")
    page.locator(".dock button").click()
    page.wait_for_url("**/rosters/check")
    assert page.locator(".stat b").all_inner_texts()[0] == "15,000"
    plain = devices.laptop(java_script_enabled=False)
    open_people(plain, box, "en")
    choose(plain, OFFICE, "klasa 6-2.xlsx")
    plain.wait_for_url("**/rosters/columns")
    expect(plain.locator("#column0")).to_have_value("given_name")
