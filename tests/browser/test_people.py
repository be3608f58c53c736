"""A technician adds, puts away and brings back a pupil, and begins a new school year, on a phone and a laptop."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from schoolbox.config import Config
from schoolbox.services.people_rows import NewPerson
from schoolbox.wiring import open_box
from tests.browser.conftest import Devices
from tests.browser.test_rosters import LOGIN, fits, sign_in
from tests.simulators.programs import Program, running_box
from tests.simulators.seeded import PASSWORD

WORDS = {
    "sq": {"people": "Njerëzit", "add": "Shto dikë", "once": "Shënojeni tani: nuk shfaqet më.", "away": "Arkivoje",
           "back": "Ktheje", "classes": "Klasat", "year": "Viti i ri shkollor", "show": "Shfaq çfarë do të ndodhte",
           "leaves": "largohet nga shkolla dhe arkivohet", "begin": "Nise vitin e ri për 2 klasa", "undo": "Zhbëje",
           "done": "Viti i ri nisi për këto klasa.", "undone": "Kalimi u zhbë."},
    "en": {"people": "People", "add": "Add somebody", "once": "Write it down now: it is not shown again.",
           "away": "Put away", "back": "Bring back", "classes": "Classes", "year": "New school year",
           "show": "Show what would happen", "leaves": "leaves the school and is put away",
           "begin": "Begin the new year for 2 classes", "undo": "Take it back",
           "done": "The new year has begun for these classes.", "undone": "The roll-over is taken back."},
}  # fmt: skip


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Program]:
    data = tmp_path / "data"
    opened = open_box(Config(data=data, announce=False, sync=False, sticks=None))
    opened.people.add(NewPerson("technician", "Besnik", "Gashi", login=LOGIN, password=PASSWORD))
    opened.school.set("Shkolla Agimi", "Gjilan")
    for name, grade in (("6/2", 6), ("9/1", 9)):
        class_id = opened.people.class_add(name, grade)
        opened.people.add(NewPerson("pupil", "Arta", "Kelmendi", class_ids=(class_id,)))
    opened.close()
    with running_box(data) as program:
        yield program


@pytest.mark.parametrize(("size", "language"), [("phone", "sq"), ("laptop", "en")])
def test_a_pupil_is_added_put_away_and_brought_back(box: Program, devices: Devices, size: str, language: str) -> None:
    words, page = WORDS[language], devices.phone() if size == "phone" else devices.laptop()
    sign_in(page, box, language)
    page.locator("nav").get_by_role("link", name=words["people"], exact=True).first.click()
    expect(page.get_by_role("link", name=words["add"])).to_be_visible()
    assert fits(page)
    page.get_by_role("link", name=words["add"]).click()
    page.locator("input[name=given_name]").fill("Đorđe")
    page.locator("input[name=surname]").fill("Ilić")
    page.get_by_label("6/2").check()
    page.locator("select[name=grade]").select_option("5")
    expect(page.locator("select[name=grade]")).to_have_value("5")
    assert fits(page)
    page.locator("main form button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đorđe Ilić")
    expect(page.locator("select[name=grade]")).to_have_value("5")
    expect(page.get_by_role("alert")).to_contain_text(words["once"])
    expect(page.get_by_role("alert")).to_contain_text(re.compile(r"djordje\.ilic\s*\d{4}"))
    assert fits(page)
    page.reload()
    expect(page.get_by_role("alert")).to_have_count(0)

    page.get_by_role("button", name=words["away"]).click()
    expect(page.get_by_role("button", name=words["back"])).to_be_visible()
    page.goto(f"{box.url}/people?q=djordje")
    expect(page.locator("main")).not_to_contain_text("Đorđe")
    page.goto(f"{box.url}/people?archived=1")
    page.get_by_role("link", name="Đorđe Ilić").click()
    page.get_by_role("button", name=words["back"]).click()
    expect(page.get_by_label("6/2")).to_be_checked()


@pytest.mark.parametrize(("size", "language"), [("phone", "sq"), ("laptop", "en")])
def test_the_new_year_is_shown_begun_and_taken_back(box: Program, devices: Devices, size: str, language: str) -> None:
    words, page = WORDS[language], devices.phone() if size == "phone" else devices.laptop()
    sign_in(page, box, language)
    page.locator("nav").get_by_role("link", name=words["people"], exact=True).first.click()
    page.locator("main").get_by_role("link", name=words["year"]).click()
    expect(page.locator("input[name=grade]")).not_to_have_count(0)
    for tick in page.locator("input[name=grade]").all():
        tick.check()
    page.get_by_role("button", name=words["show"]).click()
    expect(page.locator("main li", has_text="6/2")).to_contain_text("7/2")
    expect(page.locator("main li", has_text="9/1")).to_contain_text(words["leaves"])
    assert fits(page)
    page.get_by_role("button", name=words["begin"]).click()
    expect(page.locator("main")).to_contain_text(words["done"])
    page.locator("main").get_by_role("link", name=words["classes"], exact=True).click()
    expect(page.locator("main summary")).to_have_count(1)
    expect(page.locator("main summary")).to_contain_text("7/2")
    assert fits(page)
    labels = page.locator("form[action='/people/classes'] label").all_inner_texts()
    assert len(set(labels)) == len(labels) == 3

    page.go_back()
    page.get_by_role("button", name=words["undo"]).click()
    expect(page.locator("main")).to_contain_text(words["undone"])
    page.locator("main").get_by_role("link", name=words["classes"], exact=True).click()
    expect(page.locator("main summary")).to_have_count(2)
    expect(page.locator("main summary").first).to_contain_text("6/2")
