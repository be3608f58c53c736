"""A class of 40 whose names are as long as names are here: coming in, a forgotten PIN, a tablet that was left alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from schoolbox.services.people_rows import NewPerson
from tests.browser.conftest import Devices
from tests.simulators.clock import HandClock
from tests.simulators.rooms import open_pages
from tests.simulators.seeded import PASSWORD, VIDEO, Pupil
from tests.simulators.served import served

FITS = "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"
LONG = (
    ("Shpresa-Vjollca", "Kryeziu-Begolli"), ("Александра", "Стојановић-Миленковић"), ("Çlirimtare", "Hysenaj"),
    ("Đurđevka", "Šćekić-Đorđević"), ("Işıl Şükran", "Öztürkoğlu"), ("Ëngjëllushe", "Abdylmexhiti"),
)  # fmt: skip
IDLE_S = 20 * 60.0


@dataclass(frozen=True)
class FullClass:
    """A box with a class of 40, its teacher, and the clock it goes by."""

    url: str
    clock: HandClock
    teacher: str
    pupil: Pupil


@pytest.fixture
def school(tmp_path: Path) -> Iterator[FullClass]:
    clock = HandClock()
    with open_pages(tmp_path, pupils=34, clock=clock) as pages:
        first = pages.seeded.pupils[0]
        for given_name, surname in LONG:
            pages.box.people.add(NewPerson("pupil", given_name, surname, class_ids=(first.class_id,)))
        with served(pages.app) as url:
            yield FullClass(url, clock, pages.seeded.teacher, first)


def fits(page: Page) -> None:
    page.wait_for_load_state()
    assert page.evaluate(FITS), page.url


def teacher_in(page: Page, school: FullClass, lang: str) -> None:
    page.goto(f"{school.url}/sign-in/staff?lang={lang}")
    page.locator("input[name=login]").fill(school.teacher)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("6/2")


def type_pin(page: Page, pin: str) -> None:
    for digit in pin:
        page.get_by_role("button", name=digit, exact=True).click()


@pytest.mark.parametrize(("kind", "lang"), [("phone", "sq"), ("laptop", "en")])
def test_a_class_of_forty_comes_in_and_a_forgotten_pin_costs_four_taps(
    school: FullClass, devices: Devices, kind: str, lang: str
) -> None:
    desk, tablet = (devices.phone() if kind == "phone" else devices.laptop() for _ in range(2))
    tablet.goto(f"{school.url}/sign-in/{school.pupil.class_id}?lang={lang}")
    names = tablet.locator("main .names a, main .pickers a, main li a").all_inner_texts()
    assert len([name for name in names if "Nxënës" in name]) == 34
    for given_name, _ in LONG:
        assert any(given_name in name for name in names)
    fits(tablet)

    teacher_in(desk, school, lang)
    fits(desk)
    desk.locator("main").get_by_role("link", name={"sq": "Nxënësit", "en": "Pupils"}[lang], exact=True).click()
    expect(desk.locator("main")).to_contain_text("Shpresa-Vjollca")
    fits(desk)
    desk.get_by_role("link", name=re.compile("^Nxënës0 ")).click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("Nxënës0")
    fits(desk)
    desk.get_by_role("button", name=re.compile({"sq": "PIN i ri", "en": "new PIN"}[lang])).click()
    expect(desk.get_by_role("alert")).to_contain_text(re.compile(r"\b\d{4}\b"))
    told = re.search(r"\b\d{4}\b", desk.get_by_role("alert").inner_text())
    assert told
    fits(desk)

    tablet.goto(f"{school.url}/sign-in/{school.pupil.class_id}/{school.pupil.person_id}")
    type_pin(tablet, told[0])
    expect(tablet.get_by_role("heading", level=1)).to_contain_text("Nxënës0")

    for path in ("cards", "lessons/new", "groups", "sessions", "sign-in"):
        desk.goto(f"{school.url}/classes/{school.pupil.class_id}/{path}")
        fits(desk)
    for path in ("now", "week", "quizzes"):
        desk.goto(f"{school.url}/reports/{school.pupil.class_id}/{path}")
        fits(desk)


@pytest.mark.parametrize(("kind", "lang"), [("phone", "sq"), ("laptop", "en")])
def test_a_tablet_that_was_left_alone_signs_the_pupil_out_and_the_next_one_goes_on_there(
    school: FullClass, devices: Devices, kind: str, lang: str
) -> None:
    tablet = devices.phone() if kind == "phone" else devices.laptop()
    tablet.goto(f"{school.url}/sign-in/{school.pupil.class_id}/{school.pupil.person_id}?lang={lang}")
    type_pin(tablet, school.pupil.pin)
    expect(tablet.get_by_role("heading", level=1)).to_contain_text("Nxënës0")
    tablet.goto(f"{school.url}/items/{VIDEO}")
    expect(tablet.locator("header")).to_contain_text("Nxënës0")

    school.clock.tick(IDLE_S - 1)
    tablet.reload()
    expect(tablet.locator("header")).to_contain_text("Nxënës0")
    school.clock.tick(IDLE_S + 1)
    tablet.reload()
    expect(tablet.locator("header")).not_to_contain_text("Nxënës0")
    note = tablet.locator("main").get_by_role("status").first
    expect(note).to_contain_text({"sq": "Këtu nuk është më i hyrë askush.", "en": "Nobody is signed in here"}[lang])
    fits(tablet)
    tablet.reload()
    expect(tablet.locator("main").get_by_text(re.compile("Nobody is signed in|nuk është më i hyrë"))).to_have_count(0)

    school.clock.tick(1)
    tablet.goto(f"{school.url}/sign-in/{school.pupil.class_id}/{school.pupil.person_id}?next=/items/{VIDEO}")
    type_pin(tablet, school.pupil.pin)
    expect(tablet.locator("header")).to_contain_text("Nxënës0")
    assert tablet.url.endswith(f"/items/{VIDEO}")
    school.clock.tick(IDLE_S + 1)
    tablet.goto(f"{school.url}/my-progress")
    expect(tablet.get_by_role("heading", level=1)).to_contain_text({"sq": "Zgjidh klasën", "en": "Choose your"}[lang])
    expect(tablet.locator("main").get_by_role("status").first).to_be_visible()
    fits(tablet)


def sheets(page: Page) -> int:
    """How many pages of A4 a page prints."""
    return len(re.findall(rb"/Type /Page\b", page.pdf(prefer_css_page_size=True)))


def test_the_reports_of_a_class_of_forty_fit_a_phone_and_few_sheets(school: FullClass, devices: Devices) -> None:
    own = f"{school.url}/reports/{school.pupil.class_id}"
    for desk, lang in ((devices.phone(), "sq"), (devices.laptop(), "en")):
        teacher_in(desk, school, lang)
        fits(desk)
        assert desk.locator("table.heat tbody tr").count() == 40
        for path in (f"{own}/week", f"{own}/quizzes", f"{own}/pupils/{school.pupil.person_id}", f"{own}/now"):
            desk.goto(path)
            fits(desk)
        expect(desk.locator("main")).to_contain_text("Shpresa-Vjollca")
    desk.goto(f"{school.url}/classes/{school.pupil.class_id}")
    assert sheets(desk) <= 2, "figures, then the whole map on one sheet"
    desk.goto(f"{own}/week")
    assert sheets(desk) <= 3
