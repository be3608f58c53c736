"""Two shifts and one class of several grades; questions that are drawn; a child that guesses a classmate's PIN."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from schoolbox.config import Config
from schoolbox.services.people_rows import NewPerson
from schoolbox.wiring import open_box
from tests.browser.conftest import Devices
from tests.browser.reading import fits, signed_in
from tests.simulators.programs import running_box
from tests.simulators.seeded import PASSWORD, Pupil, seed

VILLAGE = "Emri;Mbiemri;Klasa;Niveli\nBlend;Hoxha;Fshati;1\nDea;Limani;Fshati;2\nEma;Berisha;Fshati;3\n"


@dataclass(frozen=True)
class School:
    """A running box, and who may come in."""

    url: str
    teacher: str
    technician: str
    pupils: tuple[Pupil, ...]


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    seeded = seed(tmp_path, pupils=2)
    box = open_box(Config(data=seeded.data, announce=False, sync=False, sticks=None))
    office = box.people.add(NewPerson("technician", "Besnik", "Gashi", password=PASSWORD)).login
    box.close()
    with running_box(seeded.data, "--sync", "no") as running:
        yield School(running.url, seeded.teacher, office, seeded.pupils)


def staff_in(page: Page, school: School, login: str) -> None:
    page.goto(f"{school.url}/sign-in/staff?lang=en")
    page.locator("input[name=login]").fill(login)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button").click()
    signed_in(page)


def open_name(page: Page, school: School, class_name: str, name: str) -> None:
    """Go from the first page to the own name, as a pupil does."""
    page.goto(f"{school.url}/?lang=en")
    page.get_by_role("link", name="Sign in").first.click()
    page.get_by_role("link", name=class_name).click()
    page.get_by_role("link", name=name).click()


def type_pin(page: Page, pin: str) -> None:
    for digit in pin:
        page.get_by_role("button", name=digit, exact=True).click()


@contextmanager
def refused(devices: Devices) -> Iterator[None]:
    """The browser says on its console that pages were refused, and nothing else."""
    yield
    assert all("status of 4" in complaint for complaint in devices.complaints), devices.complaints
    devices.complaints.clear()


@pytest.mark.parametrize("size", ["phone", "laptop"])
def test_a_village_school_has_two_shifts_and_three_grades_in_one_class(
    school: School, devices: Devices, size: str
) -> None:
    office = devices.phone() if size == "phone" else devices.laptop()
    staff_in(office, school, school.technician)
    office.goto(f"{school.url}/rosters")
    raw = FilePayload(name="fshati.csv", mimeType="", buffer=VILLAGE.encode())
    office.locator("input[type=file]").set_input_files(raw)
    office.locator("form[data-list] button").click()
    office.wait_for_url("**/rosters/columns")
    office.locator(".dock button").click()
    office.wait_for_url("**/rosters/check")
    expect(office.locator("main")).not_to_contain_text("needs a cure")
    assert fits(office)
    office.locator(".dock button").click()
    expect(office.locator("main table, main .list").first).to_contain_text("Blend")
    slips = office.locator("main").inner_text()
    assert fits(office)

    office.goto(f"{school.url}/people/classes")
    for name, shift in (("6/2", "Afternoon"), ("Fshati", "Morning")):
        card = office.locator("details", has=office.get_by_role("heading", name=name, exact=True))
        card.locator("summary").click()
        card.get_by_label("Shift").select_option(label=shift)
        expect(card.get_by_label("Shift")).to_be_visible()
        assert fits(office)
        card.get_by_role("button", name="Save").click()
        card = office.locator("details", has=office.get_by_role("heading", name=name, exact=True))
        expect(card.locator("summary")).to_contain_text(shift)

    office.goto(f"{school.url}/people?q=ema")
    expect(office.locator("main")).to_contain_text("Grade 3")
    office.get_by_role("link", name="Ema Berisha").click()
    office.get_by_label("Grade of the pupil").select_option(label="Grade 2")
    office.get_by_role("button", name="Save", exact=True).first.click()
    expect(office.locator("main")).to_contain_text("Grade 2")

    pupil = devices.phone() if size == "phone" else devices.laptop()
    pupil.goto(f"{school.url}/sign-in?lang=en")
    # A signed-in member of the staff told the box what time it is, so one of the classes stands below.
    expect(pupil.get_by_role("heading", name="Classes of the other shift")).to_be_visible()
    assert fits(pupil)
    open_name(pupil, school, "Fshati", "Dea L.")
    pin = slips.partition("Dea Limani")[2]
    type_pin(pupil, next(word for word in pin.split() if word.isdigit() and len(word) == 4))
    expect(pupil.get_by_role("heading", level=1)).to_contain_text("Welcome")


def test_a_child_that_guesses_waits_and_nobody_else_does(school: School, devices: Devices) -> None:
    guesser, child, classmate, laptop = devices.phone(), devices.phone(), devices.phone(), devices.laptop()
    mine, other = school.pupils
    open_name(guesser, school, "6/2", "Nxënës0")
    wrong = next(pin for pin in ("1357", "2468") if pin != mine.pin)
    with refused(devices):
        for _try in range(5):
            with guesser.expect_navigation():
                type_pin(guesser, wrong)
            expect(guesser.get_by_role("alert")).to_contain_text("This PIN is not right.")
        type_pin(guesser, mine.pin)
        expect(guesser.get_by_role("alert")).to_contain_text("That was tried many times in a short while.")
        expect(guesser.get_by_role("alert")).to_contain_text("Nothing is locked, and nobody else is affected.")
        assert fits(guesser)
    for page, who, name in ((child, mine, "Nxënës0"), (classmate, other, "Nxënës1")):
        open_name(page, school, "6/2", name)
        type_pin(page, who.pin)
        expect(page.get_by_role("heading", level=1)).to_contain_text("Welcome")
    with refused(devices):
        laptop.goto(f"{school.url}/sign-in/staff?lang=en")
        for _try in range(6):
            laptop.locator("input[name=login]").fill(school.teacher)
            laptop.locator("input[name=password]").fill("gabim-gabim-gabim")
            with laptop.expect_navigation():
                laptop.locator("main form button").click()
            expect(laptop.get_by_role("alert")).to_be_visible()
        expect(laptop.get_by_role("alert")).to_contain_text("seconds, then try again slowly.")
        assert fits(laptop)


def ask_true(page: Page, prompt: str, group: str) -> None:
    page.get_by_label("What kind of question comes next?").select_option(label="True or false")
    page.get_by_role("button", name="Write a question").click()
    expect(page.locator("#prompt")).to_be_visible()
    page.locator("#prompt").fill(prompt)
    page.get_by_label("True", exact=True).check()
    drawn = page.locator("details", has_text="Drawn at random")
    if not drawn.evaluate("it => it.open"):
        drawn.locator("summary").click()
    page.get_by_label("Group of this question").select_option(label=group)
    expect(page.get_by_label("Group of this question")).to_be_visible()
    assert fits(page)
    page.locator(".dock").get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Questions")).to_be_visible()


@pytest.mark.parametrize("size", ["phone", "laptop"])
def test_of_two_groups_of_questions_each_pupil_gets_some(school: School, devices: Devices, size: str) -> None:
    teacher = devices.phone() if size == "phone" else devices.laptop()
    staff_in(teacher, school, school.teacher)
    teacher.goto(f"{school.url}/my-quizzes")
    teacher.get_by_label("What is the new quiz called?").fill("Two groups")
    teacher.get_by_role("button", name="Begin a quiz").click()
    for number in range(2):
        ask_true(teacher, f"Easy {number}", "Group 1")
        ask_true(teacher, f"Hard {number}", "Group 2")
    teacher.get_by_role("link", name="Title and settings").click()
    teacher.get_by_label("How many questions of group 1 are asked").fill("3")
    teacher.get_by_label("How many questions of group 2 are asked").fill("1")
    teacher.get_by_role("button", name="Save").click()
    expect(teacher.locator("main")).to_contain_text("There are fewer questions than should be asked.")
    assert fits(teacher)
    teacher.get_by_role("link", name="Title and settings").click()
    teacher.get_by_label("How many questions of group 1 are asked").fill("1")
    teacher.get_by_role("button", name="Save").click()
    teacher.get_by_role("link", name="See it as a pupil").click()
    expect(teacher.locator("main")).to_contain_text("Of these, 2 questions are drawn anew for each try.")
    assert fits(teacher)
    teacher.get_by_role("navigation", name="Where you are").get_by_role("link").click()
    teacher.get_by_role("button", name="Make it ready for use").click()
    pupil = devices.phone() if size == "phone" else devices.laptop()
    open_name(pupil, school, "6/2", "Nxënës0")
    type_pin(pupil, school.pupils[0].pin)
    expect(pupil.get_by_role("heading", level=1)).to_contain_text("Welcome")
    pupil.goto(f"{school.url}/search?q=Two+groups")
    pupil.locator("main").get_by_role("link", name="Two groups").first.click()
    pupil.locator("main").get_by_role("link", name="Begin").click()
    asked: list[str] = []
    for number in range(1, 3):
        expect(pupil.locator("main")).to_contain_text(f"Question {number} of 2")
        asked.append(pupil.locator("fieldset").first.inner_text())
        pupil.locator("label.opt", has_text="True").click()
        pupil.get_by_role("button", name="Check").click()
        pupil.get_by_role("link", name="Next").or_(pupil.get_by_role("link", name="See the result")).first.click()
    assert sorted(word for said in asked for word in ("Easy", "Hard") if word in said) == ["Easy", "Hard"]
    expect(pupil.locator("main")).to_contain_text("2 of 2")
    assert fits(pupil)
