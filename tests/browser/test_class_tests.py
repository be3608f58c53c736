"""A new teacher makes a quiz of every kind on a phone and holds a test with it; pupils answer, also without a line."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Devices
from tests.browser.reading import fits
from tests.simulators.programs import running_box
from tests.simulators.seeded import PASSWORD, QUIZ, Pupil, seed

DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""A PNG of one dot."""


@dataclass(frozen=True)
class School:
    """A running box with a teacher and a class."""

    url: str
    teacher: str
    pupils: tuple[Pupil, ...]


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    seeded = seed(tmp_path, pupils=2)
    with running_box(seeded.data, "--sync", "no") as box:
        yield School(box.url, seeded.teacher, seeded.pupils)


def teacher_in(page: Page, school: School) -> None:
    page.goto(f"{school.url}/sign-in/staff?lang=en")
    page.locator("input[name=login]").fill(school.teacher)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Class 6/2")


def pupil_in(page: Page, school: School, number: int) -> None:
    pupil = school.pupils[number]
    page.goto(f"{school.url}/sign-in/{pupil.class_id}/{pupil.person_id}?lang=en")
    for digit in pupil.pin:
        page.get_by_role("button", name=digit, exact=True).tap()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Welcome")


def ask(page: Page, kind: str, prompt: str) -> None:
    """Begin a question of a kind."""
    page.get_by_label("What kind of question comes next?").select_option(label=kind)
    page.get_by_role("button", name="Write a question").tap()
    expect(page.locator("#prompt")).to_be_visible()
    page.locator("#prompt").fill(prompt)
    assert fits(page)


def keep(page: Page) -> None:
    page.locator(".dock").get_by_role("button", name="Save", exact=True).tap()
    expect(page.get_by_role("heading", name="Questions")).to_be_visible()


def write_every_kind(page: Page) -> None:
    """One question of each kind, typed on a phone."""
    ask(page, "One right answer", "2 + 2?")
    for place, text in enumerate(("4", "5"), 1):
        page.get_by_label(f"Answer {place}", exact=True).fill(text)
    page.locator(".dock").get_by_role("button", name="Save", exact=True).tap()
    expect(page.locator("main")).to_contain_text("Tick the answer that is right.")
    page.get_by_label("Answer 1 is right").check()
    page.get_by_text("Picture", exact=True).tap()
    page.locator("#file").set_input_files({"name": "dot.png", "mimeType": "image/png", "buffer": DOT})
    page.get_by_label("What the picture shows, in words").fill("A red dot")
    keep(page)
    ask(page, "Several right answers", "Which are even?")
    for place, text in enumerate(("4", "5", "6"), 1):
        page.get_by_label(f"Answer {place}", exact=True).fill(text)
    for place in (1, 3):
        page.get_by_label(f"Answer {place} is right").check()
    page.get_by_text("Picture of answer 1", exact=True).tap()
    page.locator("[name=row_picture_0]").set_input_files({"name": "dot.png", "mimeType": "image/png", "buffer": DOT})
    page.get_by_label("What picture 1 shows, in words").fill("A dot beside a four")
    keep(page)
    ask(page, "True or false", "Seven is odd.")
    page.get_by_label("True", exact=True).check()
    keep(page)
    ask(page, "A number", "Half of seven?")
    page.get_by_label("The right number").fill("3,5")
    keep(page)
    ask(page, "A word or two", "The upper number is the …?")
    page.get_by_label("The right answer").fill("numerator\nthe numerator")
    keep(page)
    ask(page, "Bring in order", "From small to large")
    for place, text in enumerate(("one", "two", "three"), 1):
        page.get_by_label(f"Place {place}").fill(text)
    keep(page)
    ask(page, "What belongs together", "Find the name")
    for place, (left, right) in enumerate((("half", "1/2"), ("quarter", "1/4")), 1):
        page.get_by_label(f"Left {place}").fill(left)
        page.get_by_label(f"Right {place}").fill(right)
    keep(page)
    ask(page, "Fill the gaps", "The capital of Albania is [Tirana|Tiranë].")
    page.get_by_label("Wrong words to choose from (may stay empty)").fill("Durrës\nShkodra")
    keep(page)


CHOSEN = {"2 + 2?": ("4",), "Which are even?": ("4", "6"), "Seven is odd.": ("True",)}
TYPED = {"Half of seven?": "3.5", "The upper number": "Numerator"}
PLACED = {"From small": {"one": "1", "two": "2", "three": "3"}, "Find the name": {"half": "1/2", "quarter": "1/4"}}


def answer_every_kind(page: Page) -> None:
    """Answer a test, all of it right; each page stays in its frame."""
    for number in range(1, 9):
        expect(page.locator("main")).to_contain_text(f"Question {number} of 8")
        words = page.locator("fieldset").inner_text()
        assert fits(page)
        for right in next((said for text, said in CHOSEN.items() if text in words), ()):
            page.locator("label.opt", has_text=right).tap()
        for text in (said for question, said in TYPED.items() if question in words):
            page.locator("fieldset input.in").fill(text)
        if "The capital" in words:
            page.get_by_label("Gap 1").select_option(label="Tirana")
        if "Which are even?" in words:
            expect(page.get_by_role("img", name="A dot beside a four")).to_be_visible()
        for left, right in next((said for text, said in PLACED.items() if text in words), {}).items():
            page.locator("div.opt", has_text=left).first.locator("select").select_option(label=right)
        page.get_by_role("button", name="Save and go on").tap()


def open_test_of_own_quiz(phone: Page, school: School) -> str:
    """A teacher writes a quiz on a phone, looks at it and opens it as a test; the address of the test."""
    teacher_in(phone, school)
    phone.get_by_role("link", name="Tests").tap()
    phone.get_by_role("link", name="My quizzes").tap()
    phone.get_by_label("What is the new quiz called?").fill("Numbers")
    phone.get_by_role("button", name="Begin a quiz").tap()
    write_every_kind(phone)
    phone.get_by_role("link", name="Title and settings").tap()
    expect(phone.get_by_text("Only in tests")).to_be_visible()
    assert fits(phone)
    phone.get_by_text("Only in tests").tap()
    phone.get_by_role("button", name="Save").tap()
    expect(phone.get_by_role("heading", name="Questions")).to_be_visible()
    phone.get_by_role("link", name="See it as a pupil").tap()
    expect(phone.get_by_role("img", name="A red dot")).to_be_visible()
    for number in range(2, 9):
        phone.get_by_role("link", name="Next").tap()
        expect(phone.locator("main")).to_contain_text(f"Question {number} of 8")
        assert fits(phone)
    phone.get_by_role("navigation", name="Where you are").get_by_role("link").tap()
    phone.get_by_role("button", name="Make it ready for use").tap()
    expect(phone.locator("main")).to_contain_text("The quiz can be used now.")
    phone.get_by_role("link", name="Hold a test").tap()
    phone.get_by_role("link", name="6/2").tap()
    phone.get_by_label("Minutes for each pupil").fill("20")
    phone.get_by_role("button", name="Open the test now").tap()
    expect(phone.locator("main")).to_contain_text("0 of 2")
    return phone.url


def test_a_new_teacher_makes_a_quiz_on_a_phone_and_holds_a_test(school: School, devices: Devices) -> None:
    test = open_test_of_own_quiz(devices.phone(), school)
    first, second = devices.phone(), devices.phone()
    for number, page in enumerate((first, second)):
        pupil_in(page, school, number)
        page.get_by_role("link", name="To the test").tap()
        page.get_by_role("button", name="Begin the test").tap()
        expect(page.locator("label.opt").first).to_be_visible()
    expect(first.get_by_role("img", name="A red dot")).to_be_visible()
    answer_every_kind(first)
    first.get_by_role("button", name="Hand in", exact=True).tap()
    expect(first.locator("main")).to_contain_text("Your answers are in the box.")
    second.locator("label.opt", has_text="5").tap()
    second.get_by_role("button", name="Save and go on").tap()
    expect(second.locator("main")).to_contain_text("Question 2 of 8")

    laptop = devices.laptop()
    teacher_in(laptop, school)
    laptop.goto(test)
    expect(laptop.locator("main")).to_contain_text("1 of 8 answered")
    expect(laptop.locator("main")).not_to_contain_text("8 right")
    laptop.get_by_role("link", name="Show me right and wrong").click()
    expect(laptop.locator("main")).to_contain_text("8 right")
    laptop.get_by_role("button", name="Close the test").click()
    expect(laptop.get_by_role("button", name="Show the results to the pupils")).to_be_visible()
    second.locator("label.opt", has_text="4").tap()
    second.get_by_role("button", name="Save and go on").tap()
    expect(second.locator("main")).to_contain_text("Your answers are in the box.")
    laptop.get_by_role("button", name="Show the results to the pupils").click()
    expect(laptop.locator("main")).to_contain_text("Results shown")
    assert fits(laptop)
    for page, right in ((first, "8 of 8 right"), (second, "0 of 8 right")):
        page.goto(f"{school.url}/")
        page.get_by_role("link", name="See what was right").tap()
        expect(page.locator("main")).to_contain_text(right)
        assert fits(page)


def test_an_answer_stays_on_the_page_while_the_line_is_gone(school: School, devices: Devices) -> None:
    laptop, phone = devices.laptop(), devices.phone()
    teacher_in(laptop, school)
    laptop.goto(f"{school.url}/quizzes/{QUIZ}/tests")
    laptop.get_by_role("link", name="6/2").click()
    laptop.get_by_role("button", name="Open the test now").click()
    expect(laptop.locator("main")).to_contain_text("0 of 2")
    pupil_in(phone, school, 0)
    phone.get_by_role("link", name="To the test").tap()
    phone.get_by_role("button", name="Begin the test").tap()
    phone.locator("label.opt").nth(1).tap()
    phone.context.set_offline(offline=True)
    phone.get_by_role("button", name="Save and go on").tap()
    expect(phone.locator("[data-lost]")).to_contain_text("Not saved yet: the box does not answer.")
    assert phone.locator("label.opt input").nth(1).is_checked()
    assert phone.evaluate("() => Object.keys(localStorage).length + Object.keys(sessionStorage).length") == 0
    devices.complaints.clear()  # the browser itself says that the line is gone
    phone.context.set_offline(offline=False)
    phone.get_by_role("button", name="Save and go on").tap()
    expect(phone.locator("main")).to_contain_text("Question 2 of 40")
    expect(laptop.locator("main")).to_contain_text("1 of 40 answered")  # the page looks by itself
