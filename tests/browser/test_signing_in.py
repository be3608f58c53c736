"""Coming in and what the school allows: a teacher's password, a pupil's own PIN, guests, two pupils on one tablet."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo, Devices
from tests.browser.reading import fits
from tests.browser.test_a_school_day import COURSE, short, sign_in

pytestmark = pytest.mark.xdist_group("demo")
GUESTS = "Kushdo në rrjet mund t'i shikojë mësimet pa hyrë"
OWN_PIN = "Nxënësit mund ta ndryshojnë vetë PIN-in"
IDLE = "Nxënësi që nuk bën asgjë del vetë pas"
BOTH = pytest.mark.parametrize("kind", ["phone", "laptop"])


def device(devices: Devices, kind: str) -> Page:
    return devices.phone() if kind == "phone" else devices.laptop()


def type_password(page: Page, login: str, password: str) -> None:
    page.get_by_label("Emri i hyrjes").fill(login)
    page.get_by_label("Fjalëkalimi").fill(password)
    page.get_by_role("button", name="Hyr").click()


def staff_in(page: Page, demo: Demo, who: str) -> None:
    page.goto(f"{demo.box_url}/sign-in/staff")
    type_password(page, demo.facts[who]["login"], demo.facts[who]["password"])
    page.wait_for_url(lambda url: "sign-in" not in url)


@contextmanager
def refused(devices: Devices, status: int) -> Iterator[None]:
    """The browser says on its console that a page was refused, and nothing else."""
    assert devices.complaints == []
    yield
    assert devices.complaints
    assert all(f"status of {status}" in complaint for complaint in devices.complaints)
    devices.complaints.clear()


@BOTH
def test_a_teacher_is_told_that_a_password_is_wrong_and_comes_in_with_the_right_one(
    demo: Demo, devices: Devices, kind: str
) -> None:
    page, teacher = device(devices, kind), demo.facts["teacher"]
    page.goto(f"{demo.box_url}/sign-in")
    page.get_by_role("link", name="Hyrja për mësues").click()
    with refused(devices, 401):
        type_password(page, teacher["login"], "gabim-gabim")
        expect(page.get_by_role("alert")).to_contain_text("nuk përputhen")
    expect(page.get_by_label("Emri i hyrjes")).to_have_value(teacher["login"])
    expect(page.get_by_label("Fjalëkalimi")).to_have_value("")
    assert fits(page)
    shot(page, f"staff-wrong-{kind}")
    type_password(page, teacher["login"], teacher["password"])
    page.wait_for_url("**/classes")
    expect(page.locator("main").get_by_role("link", name=demo.facts["pupil"]["class"]).first).to_be_visible()


@BOTH
def test_a_teacher_signs_one_pupil_out_who_is_told_to_come_in_again(demo: Demo, devices: Devices, kind: str) -> None:
    pupil, desk = devices.phone(), device(devices, kind)
    sign_in(pupil, demo)
    staff_in(desk, demo, "teacher")
    desk.locator("main").get_by_role("link", name=demo.facts["pupil"]["class"]).first.click()
    desk.get_by_role("link", name="Kush ka hyrë dhe ku").click()
    desk.wait_for_url("**/sessions")
    name = short(demo.facts["pupil"]["name"])
    assert fits(desk)
    shot(desk, f"sessions-{kind}")
    devices_of_the_pupil = desk.get_by_role("button", name=f"Nxirreni {name}")
    for left in reversed(range(devices_of_the_pupil.count())):
        devices_of_the_pupil.first.click()
        expect(devices_of_the_pupil).to_have_count(left)
    pupil.goto(f"{demo.box_url}/")
    expect(pupil.locator("main").get_by_role("link", name="Hyr me emrin tim")).to_be_visible()


def allow(page: Page, demo: Demo, *, guests: bool, own_pin: bool) -> None:
    page.goto(f"{demo.box_url}/status")
    page.get_by_role("link", name="Çfarë lejon shkolla").click()
    page.get_by_label(GUESTS).set_checked(guests)
    page.get_by_label(OWN_PIN).set_checked(own_pin)
    page.get_by_label(IDLE).select_option("30")
    page.get_by_role("button", name="Ruani çfarë lejohet").click()
    expect(page.get_by_role("status")).to_contain_text("U ruajt")
    expect(page.get_by_label(GUESTS)).to_be_checked(checked=guests)
    expect(page.get_by_label(OWN_PIN)).to_be_checked(checked=own_pin)
    expect(page.get_by_label(IDLE)).to_have_value("30")


@BOTH
def test_a_technician_closes_the_library_to_guests_and_opens_it_again(demo: Demo, devices: Devices, kind: str) -> None:
    office, guest = device(devices, kind), devices.phone()
    staff_in(office, demo, "technician")
    try:
        allow(office, demo, guests=False, own_pin=False)
        assert fits(office)
        shot(office, f"school-{kind}")
        guest.goto(f"{demo.box_url}/courses/{COURSE}")
        assert "/sign-in" in guest.url
        expect(guest.get_by_role("link", name="Shiko pa hyrë")).to_have_count(0)
    finally:
        allow(office, demo, guests=True, own_pin=False)
    guest.goto(f"{demo.box_url}/courses/{COURSE}")
    expect(guest.locator("li.item").first).to_be_attached()


def change_pin(page: Page, old: str, new: str) -> None:
    page.get_by_label("PIN-i që ke tani").fill(old)
    page.get_by_label("PIN-i i ri, katër shifra").fill(new)
    page.get_by_label("PIN-i i ri edhe një herë").fill(new)
    page.get_by_role("button", name="Merre PIN-in e ri").click()


@BOTH
def test_a_pupil_changes_the_own_pin_where_the_school_allows_it(demo: Demo, devices: Devices, kind: str) -> None:
    office, page, right = devices.laptop(), device(devices, kind), demo.facts["pupil"]["pin"]
    new = "7294" if right != "7294" else "7295"
    staff_in(office, demo, "technician")
    sign_in(page, demo)
    try:
        allow(office, demo, guests=True, own_pin=True)
        page.reload()
        page.locator("summary.who").last.click()
        page.get_by_role("link", name="Ndrysho PIN-in").last.click()
        shot(page, f"pin-{kind}")
        with refused(devices, 401):
            change_pin(page, new, new)
            expect(page.get_by_role("alert")).to_contain_text("PIN-i i vjetër nuk është i saktë")
        assert fits(page)
        shot(page, f"pin-wrong-{kind}")
        change_pin(page, right, new)
        page.wait_for_url(f"{demo.box_url}/")
        page.goto(f"{demo.box_url}/my-pin")
        change_pin(page, new, right)
        page.wait_for_url(f"{demo.box_url}/")
    finally:
        allow(office, demo, guests=True, own_pin=False)
    sign_in(devices.phone(), demo)


def other_pupils(demo: Demo) -> list[dict[str, str]]:
    """Those of the class whom no other test signs in."""
    slips = json.loads((demo.folder / "accounts.json").read_text(encoding="utf-8"))["slips"]
    own = demo.facts["pupil"]
    return [s for s in slips if s["role"] == "pupil" and s["class"] == own["class"] and s["name"] != own["name"]]


def test_a_page_that_one_pupil_left_open_does_nothing_for_the_next_one(demo: Demo, devices: Devices) -> None:
    """The document and the quiz of the first pupil stay open in two tabs of a tablet that the second one takes."""
    tablet, [*_, second, first] = devices.phone(), other_pupils(demo)
    sign_in_as(tablet, demo, first)
    tablet.goto(f"{demo.box_url}/courses/{COURSE}")
    links = [demo.box_url + str(link.get_attribute("href")) for link in tablet.locator("li.item a").all()]
    quiz, document = tablet.context.new_page(), tablet.context.new_page()
    quiz.goto(next(address for address in links if "/quizzes/" in address))
    quiz_address, document_address = quiz.url, document_among(document, links)

    tablet.goto(f"{demo.box_url}/")
    tablet.locator("summary.who").last.tap()
    tablet.locator("form[action$='sign-out'] button").tap()
    expect(tablet.locator("main").get_by_role("link", name="Hyr me emrin tim")).to_be_visible()
    sign_in_as(tablet, demo, second)
    document.locator("form[action$='/open'] button").first.tap()
    expect(document.get_by_role("main")).to_contain_text("Asgjë nuk ndryshoi")
    quiz.locator("input[name=answer]").first.check()
    quiz.get_by_role("button", name="Kontrollo përgjigjen").tap()
    expect(quiz.get_by_role("main")).to_contain_text("ndërkohë ka hyrë këtu dikush tjetër. Asgjë nuk ndryshoi")
    refused = [said for said in devices.complaints if "400 (BAD REQUEST)" in said]
    assert len(refused) == 2, "the browser itself says that both forms were refused"
    assert devices.complaints == refused
    devices.complaints.clear()
    shot(quiz, "left-open")

    tablet.goto(document_address)
    expect(tablet.locator("form[action$='/open'] button").first).to_be_visible()
    expect(tablet.get_by_text("E ke hapur.")).to_have_count(0)
    tablet.goto(quiz_address)
    expect(tablet.get_by_text("Pyetja 1 nga")).to_be_visible()
    expect(tablet.get_by_role("button", name="Kontrollo përgjigjen")).to_be_visible()


def document_among(page: Page, links: list[str]) -> str:
    """Open the first of some items that is a document, and tell its address."""
    for address in links:
        page.goto(address)
        if page.locator("form[action$='/open']").count():
            return page.url
    raise AssertionError(links)


def sign_in_as(page: Page, demo: Demo, slip: dict[str, str]) -> None:
    page.goto(f"{demo.box_url}/sign-in")
    page.get_by_role("link", name=slip["class"]).click()
    page.get_by_role("link", name=short(slip["name"])).click()
    for digit in slip["pin"]:
        page.get_by_role("button", name=digit, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Mirë se erdhe")


def shot(page: Page, name: str) -> None:
    if folder := os.environ.get("SIGN_IN_SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
