"""A course of a teacher's own files goes to a neighbour on a stick, and is opened there by a pupil nobody knows."""

import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Devices
from tests.browser.reading import fits, signed_in
from tests.browser.test_transfers import desk_at
from tests.simulators.media import pdf, png
from tests.simulators.seeded import PASSWORD
from tests.simulators.served import served
from tests.simulators.stick_rig import put_in, work
from tests.simulators.two_schools import SchoolDesk, two_schools


@pytest.fixture
def schools(tmp_path: Path) -> Iterator[tuple[SchoolDesk, str, SchoolDesk, str]]:
    with ExitStack() as stack:
        old, new = stack.enter_context(two_schools(tmp_path))
        new.box.trust.pin(old.school.ministry.root, replace=True)  # both are of one ministry
        urls = [stack.enter_context(served(each.school.app)) for each in (old, new)]
        yield old, urls[0], new, urls[1]


def work_on(page: Page, school: SchoolDesk) -> None:
    """Let the box do what the page has just ordered, and look again."""
    page.wait_for_url("**/sticks/jobs/*")
    job = re.search(r"/sticks/jobs/([0-9]+)", page.url)
    assert job is not None, page.url
    work(school.box, int(job[1]))
    page.reload()


def begun_course(teacher: Page, giver: SchoolDesk, url: str, *, sq: bool) -> str:
    """A teacher makes a course of a PDF and a picture; gives the number of the school's box."""
    teacher.goto(f"{url}/sign-in/staff?lang={'sq' if sq else 'en'}")
    teacher.locator("input[name=login]").fill(giver.school.teacher)
    teacher.locator("input[name=password]").fill(PASSWORD)
    teacher.locator("main form button").click()
    signed_in(teacher)
    teacher.goto(f"{url}/my-files")
    teacher.locator("input[name=title]").fill("Lulet tona")
    teacher.locator("select[name=subject]").select_option("biology")
    teacher.get_by_role("button", name="Nise kursin" if sq else "Begin a course").click()
    for name, raw in (("fleta.pdf", pdf()), ("lulja.png", png())):
        file = {"name": name, "mimeType": "application/octet-stream", "buffer": raw}
        teacher.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
        teacher.get_by_role("button", name="Dërgoje skedarin" if sq else "Send the file").click()
        expect(teacher.locator(f"main input[name=title][value='{name[:-4]}']")).to_have_count(1)
    teacher.locator("input[name=says]").fill("Një lule e kuqe")
    with teacher.expect_navigation():
        teacher.get_by_role("button", name="Ruaje" if sq else "Save").nth(1).click()
    with teacher.expect_navigation():
        teacher.get_by_role("button", name="Vëre në bibliotekë" if sq else "Put it into the library").click()
    giver.box.own_file_publishing.run_next(threading.Event())
    teacher.reload()
    assert fits(teacher)
    return teacher.locator("main .code").inner_text()


def written(teacher: Page, giver: SchoolDesk, url: str, *, sq: bool) -> None:
    """The teacher writes that course alone onto the stick that is in."""
    teacher.goto(f"{url}/sticks?all")
    teacher.get_by_role("link", name="Shkruaj paketa në të" if sq else "Write packs onto it").click()
    expect(teacher.locator("main input[type=checkbox]")).not_to_have_count(0)
    for box in teacher.locator("main input[type=checkbox]").all():
        box.set_checked("Lulet tona" in (box.get_attribute("aria-label") or ""))
    teacher.locator(".dock button").click()
    work_on(teacher, giver)
    expect(teacher.locator("main")).to_contain_text("Lulet tona")
    assert fits(teacher)


def accepted(technician: Page, taker: SchoolDesk, number: str, *, sq: bool) -> None:
    """The technician of the neighbour compares the number, trusts that school, and installs its course."""
    expect(technician.locator("main")).to_contain_text("E pabesuar" if sq else "Not trusted")
    expect(technician.locator("main input[type=checkbox]")).to_be_disabled()
    assert fits(technician)
    technician.get_by_role("link", name="E njihni këtë shkollë?" if sq else "Do you know this school?").click()
    expect(technician.locator("main")).to_contain_text("Agimi")
    expect(technician.locator("main")).to_contain_text(number)
    assert fits(technician)
    with technician.expect_navigation():
        technician.locator("main form button").click()
    taker.box.sticks.look()
    technician.reload()
    technician.locator("main input[type=checkbox]").check()
    technician.locator(".dock button").click()
    work_on(technician, taker)
    assert fits(technician)


@pytest.mark.parametrize(("kind", "language"), [("phone", "sq"), ("laptop", "en")])
def test_a_course_goes_to_a_neighbour_whose_technician_rings_up_before_trusting_it(
    schools: tuple[SchoolDesk, str, SchoolDesk, str], devices: Devices, tmp_path: Path, kind: str, language: str
) -> None:
    giver, giver_url, taker, taker_url = schools
    sq, stick = language == "sq", tmp_path / "USB"
    device = devices.phone if kind == "phone" else devices.laptop
    stick.mkdir()
    (stick / "shënime.txt").write_text("e imja")
    teacher = device()
    number = begun_course(teacher, giver, giver_url, sq=sq)
    put_in(giver.box, stick)
    written(teacher, giver, giver_url, sq=sq)

    put_in(taker.box, stick)
    technician = desk_at(device(), taker_url)
    technician.goto(f"{taker_url}/sticks?lang={language}")
    accepted(technician, taker, number, sq=sq)

    guest = device()
    guest.goto(f"{taker_url}/search?q=lulet&lang={language}")
    guest.get_by_role("link", name="Lulet tona").click()
    expect(guest.locator("main")).to_contain_text("Agimi")
    guest.get_by_role("link", name="lulja").first.click()
    expect(guest.get_by_alt_text("Një lule e kuqe")).to_be_visible()
    assert guest.evaluate("[...document.images].every((each) => each.complete && each.naturalWidth)")
    assert fits(guest)
