"""Every kind of question on an old phone, with scripts and without: chosen, typed, ordered, matched, filled."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, Devices
from tests.browser.reading import FITS, signed_in
from tests.simulators.lesson_source import QUIZ
from tests.simulators.lessons import lesson_box
from tests.simulators.programs import running_box
from tests.simulators.quiz_kinds import KINDS, RIGHT
from tests.simulators.seeded import Pupil

PAGE = f"/quizzes/{QUIZ}"
TWICE = "() => { document.documentElement.style.fontSize = '200%' }"
BAD = """() => axe.run(document, {resultTypes: ["violations"]}).then(said => said.violations
    .filter(one => ["serious", "critical"].includes(one.impact))
    .map(one => one.id + " " + one.nodes.map(node => node.html).join(" ")))"""


@dataclass(frozen=True)
class School:
    """A running box with a quiz, and three who answer it."""

    url: str
    pupils: tuple[Pupil, Pupil, Pupil]


def opened(folder: Path, **fields: object) -> Iterator[School]:
    with lesson_box(folder) as made:
        made.install(2, questions=KINDS, **fields)
        pupils = (made.arta, made.blend, made.pupil("Dritë", "Gashi", made.arta.class_id))
    with running_box(folder / "box", "--sync", "no") as box:
        yield School(box.url, pupils)


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    yield from opened(tmp_path_factory.mktemp("kinds"))


@pytest.fixture(scope="module")
def hurried_school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    yield from opened(tmp_path_factory.mktemp("hurried"), time_limit_s=10)


@pytest.fixture(scope="module")
def exam_school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    yield from opened(tmp_path_factory.mktemp("end"), reveal="end", time_limit_s=1500, tries=2)


def sign_in(page: Page, school: School, pupil: Pupil) -> None:
    page.goto(f"{school.url}/sign-in/{pupil.class_id}/{pupil.person_id}")
    keys = page.locator(".buttons")
    if keys.is_visible():
        for digit in pupil.pin:
            keys.get_by_role("button", name=digit, exact=True).click()
    else:
        page.locator("input[name=pin]").fill(pupil.pin)
        page.locator(".typed button").click()
    signed_in(page)


def fits(page: Page) -> None:
    page.wait_for_load_state()
    assert page.evaluate(FITS), page.url


def is_good(page: Page) -> None:
    """Nothing scrolls sideways, on a phone with large text either, and nothing shuts somebody out."""
    fits(page)
    assert page.evaluate(BAD) == []
    if page.viewport_size == PHONE:
        page.evaluate(TWICE)
        fits(page)
        page.reload()


def answer(page: Page, words: list[str], *, taps: bool) -> None:
    """Answer the question on the page as somebody with fingers does."""
    form = page.locator("form", has=page.locator("input[name=question]"))
    expect(form.locator("fieldset")).to_be_visible()
    if form.locator("[data-order]").count():
        bring_in_order(form, words, taps=taps)
    elif form.locator("select[name=answer]").count():
        for row, word in zip(form.locator(".opt").all(), words, strict=True):
            row.locator("select").select_option(label=word)
    elif form.locator(".q .in").count():
        fill_gaps(form, words)
    elif form.locator("#answer").count():
        form.locator("#answer").fill(words[0])
    else:
        choose(form, words)
    form.get_by_role("button").first.click()


def fill_gaps(form: Locator, words: list[str]) -> None:
    for gap, word in zip(form.locator(".q .in").all(), words, strict=True):
        if gap.evaluate("one => one.tagName") == "SELECT":
            gap.select_option(label=word)
        else:
            gap.fill(word)


def choose(form: Locator, words: list[str]) -> None:
    for word in words:
        said = form.page.locator(f'[aria-label="{word.replace("/", " mbi ")}"]') if "/" in word else None
        form.locator("label.opt", has=said, has_text=None if said else word).click()


def bring_in_order(form: Locator, words: list[str], *, taps: bool) -> None:
    for place, word in enumerate(words, 1):
        row = form.locator(".opt", has=form.page.get_by_text(word, exact=True))
        if taps:
            row.locator(".q").click()
            expect(row.locator("select")).to_have_value(str(place))
        else:
            row.locator("select").select_option(str(place))
    if taps:
        first = form.locator(".opt", has=form.page.get_by_text(words[0], exact=True))
        first.locator(".q").click()
        expect(first.locator("select")).to_have_value("")
        first.locator(".q").click()
        expect(first).to_have_class("opt is-on")


@pytest.mark.parametrize(("who", "screen", "scripts"), [(0, "phone", True), (1, "phone", False), (2, "laptop", True)])
def test_every_kind_is_answered(school: School, devices: Devices, who: int, screen: str, *, scripts: bool) -> None:
    phone = devices.phone(java_script_enabled=scripts) if screen == "phone" else devices.laptop()
    sign_in(phone, school, school.pupils[who])
    phone.goto(f"{school.url}{PAGE}")
    for number in range(1, len(KINDS) + 1):
        expect(phone.locator("main")).to_contain_text(f"Pyetja {number} nga {len(KINDS)}")
        kind = phone.locator("input[name=question]").get_attribute("value") or ""
        if scripts:
            is_good(phone)
        answer(phone, RIGHT[kind], taps=scripts)
        expect(phone.get_by_role("alert")).to_contain_text("E saktë!")
        if scripts:
            is_good(phone)
        phone.locator(".dock a").click()
    expect(phone.locator(".score")).to_have_text(f"{len(KINDS)} nga {len(KINDS)}")


def test_a_hint_keeps_what_was_chosen_and_an_empty_place_is_named(school: School, devices: Devices) -> None:
    guest = devices.phone(java_script_enabled=False)
    guest.goto(f"{school.url}{PAGE}")
    guest.locator("label.opt").first.click()
    guest.get_by_role("button", name="Një ndihmë").click()
    expect(guest.locator("main")).to_contain_text("Vizato dy torta.")
    expect(guest.locator("label.opt input").first).to_be_checked()
    expect(guest.get_by_role("img", name="Një tortë e ndarë në dysh")).to_be_visible()


def test_a_timed_quiz_is_begun_changed_and_handed_in_on_a_phone(exam_school: School, devices: Devices) -> None:
    school, phone = exam_school, devices.phone()
    sign_in(phone, school, school.pupils[0])
    phone.goto(f"{school.url}{PAGE}")
    expect(phone.locator("main")).to_contain_text("Ke 25 min kohë.")
    phone.get_by_role("button", name="Nise kuizin").click()
    expect(phone.get_by_role("timer")).to_contain_text("Edhe rreth 25 min")
    for number in range(1, len(KINDS)):
        expect(phone.locator("main")).to_contain_text(f"Pyetja {number} nga {len(KINDS)}")
        kind = phone.locator("input[name=question]").get_attribute("value") or ""
        answer(phone, RIGHT[kind], taps=True)
    expect(phone.locator("main")).to_contain_text(f"Pyetja {len(KINDS)} nga {len(KINDS)}")
    phone.get_by_role("link", name="Të gjitha pyetjet").click()
    expect(phone.locator("main")).to_contain_text("1 pyetje është ende pa përgjigje.")
    fits(phone)
    phone.get_by_role("link", name="Pyetja 5").click()
    expect(phone.locator("#answer")).to_have_value("Numëruesi")
    phone.locator("#answer").fill("emëruesi")
    phone.get_by_role("button", name="Ruaje dhe vazhdo").click()
    expect(phone.locator("main")).to_contain_text(f"Pyetja {len(KINDS)} nga {len(KINDS)}")
    phone.get_by_role("link", name="Të gjitha pyetjet").click()
    phone.get_by_role("button", name="Dorëzoje kështu si është").click()
    expect(phone.locator(".score")).to_have_text(f"{len(KINDS) - 2} nga {len(KINDS)}")
    expect(phone.locator("main")).to_contain_text("Mund ta provosh edhe 1 herë.")
    fits(phone)


def test_what_is_on_the_page_when_the_time_is_over_is_sent_and_counts(
    hurried_school: School, devices: Devices
) -> None:
    school, phone = hurried_school, devices.phone()
    sign_in(phone, school, school.pupils[0])
    phone.goto(f"{school.url}{PAGE}")
    phone.get_by_role("button", name="Nise kuizin").click()
    expect(phone.get_by_role("timer")).to_have_text("Edhe më pak se një minutë")
    phone.locator("label.opt", has=phone.locator('[aria-label="1 mbi 2"]')).click()
    expect(phone.get_by_role("alert")).to_contain_text("E saktë!")
    phone.get_by_role("link", name="Shiko rezultatin").click()
    expect(phone.locator(".score")).to_have_text(f"1 nga {len(KINDS)}")
