"""A lesson that travels: taken along from a laptop, changed in an editor, brought back on a phone and on a stick."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from content_packs.durable import Disk
from schoolbox.services.lesson_rows import LessonWish
from schoolbox.services.stick_places import Places
from tests.browser.conftest import Devices
from tests.browser.reading import signed_in
from tests.browser.test_rosters import fits
from tests.simulators.programs import Program, running_box
from tests.simulators.rooms import open_pages
from tests.simulators.seeded import PASSWORD, QUIZ, VIDEO
from tests.simulators.waiting import eventually

FOREIGN = '{"item": "qendra:ligji", "title": "Ligji i Omit", "pack_title": "Fizika 8"},\n        {'


@dataclass
class School:
    """A running box, who teaches there, and the class; a stick is in."""

    box: Program
    teacher: str
    class_id: int


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with open_pages(tmp_path) as pages:
        teacher_id = pages.seeded.pupils[0].person_id - 1
        wish = LessonWish("Thyesat sot", "Shikojeni deri në fund.", items=(VIDEO, QUIZ))
        pages.box.lessons.make(teacher_id, pages.class_id, wish)
        stick = tmp_path / "KINGSTON"
        (stick / "lessons").mkdir(parents=True)
        file = pages.box.lesson_files.one(teacher_id, 1, lambda texts, _: texts["sq"])
        (stick / "lessons" / "thyesat.schoolbox-lesson").write_bytes(file.content)
        (stick / "lessons" / "gabim.schoolbox-lesson").write_text('{"format": 1,\n"lessons": [,]}')
        Places(None, notes=pages.seeded.data / "cache" / "sticks", disk=Disk()).announce(stick)
    with running_box(pages.seeded.data) as box:
        yield School(box, pages.seeded.teacher, pages.class_id)


def open_lessons(page: Page, school: School) -> None:
    page.goto(f"{school.box.url}/sign-in/staff?lang=sq")
    page.locator("input[name=login]").fill(school.teacher)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button").click()
    signed_in(page)
    page.goto(f"{school.box.url}/classes/{school.class_id}")
    page.locator("main").get_by_role("link", name="Mësimet").first.click()


def test_a_lesson_goes_home_as_a_file_and_comes_back_changed(school: School, devices: Devices) -> None:
    laptop, phone = devices.laptop(), devices.phone()
    open_lessons(laptop, school)
    laptop.get_by_role("link", name="Thyesat sot").click()
    with laptop.expect_download() as taken:
        laptop.get_by_role("link", name="Merre si skedar").click()
    assert taken.value.suggested_filename == "thyesat-sot.schoolbox-lesson"
    text = taken.value.path().read_text(encoding="utf-8")
    changed = text.replace("Thyesat sot", "Thyesat nesër").replace("{", FOREIGN, 3).replace(FOREIGN, "{", 2)

    open_lessons(phone, school)
    phone.get_by_role("link", name="Nga një skedar").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Sill mësime me skedar")
    assert fits(phone)
    file = FilePayload(name="nesër.schoolbox-lesson", mimeType="", buffer=changed.encode("utf-16"))
    phone.get_by_label("Skedari, nga kjo pajisje").set_input_files(files=[file])
    phone.get_by_role("button", name="Shiko çfarë ka brenda").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("1 mësim në skedar")
    expect(phone.locator("main")).to_contain_text("Ligji i Omit")
    expect(phone.locator("main")).to_contain_text("Vjen me kursin „Fizika 8”.")
    assert fits(phone)
    phone.get_by_label("Deri kur (mund të mbetet bosh)").fill("2026-12-01")
    phone.get_by_role("button", name="Përgatit për këtë klasë").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Thyesat nesër")
    expect(phone.locator("main")).to_contain_text("Ky mësim është i përgatitur.")
    expect(phone.locator("main")).to_contain_text("afati: e martë 1 dhjetor")


def test_files_on_a_stick_and_what_is_wrong_with_them_are_told(school: School, devices: Devices) -> None:
    laptop = devices.laptop()
    open_lessons(laptop, school)
    laptop.get_by_role("link", name="Kopjo mësime").click()
    expect(laptop.get_by_role("button", name="Merri të shënuarat si skedar")).to_be_visible()
    laptop.get_by_text("Thyesat sot").click()
    with laptop.expect_download() as taken:
        laptop.get_by_role("button", name="Merri të shënuarat si skedar").click()
    assert taken.value.suggested_filename == "thyesat-sot.schoolbox-lesson"
    laptop.get_by_role("navigation", name="Ku je").get_by_role("link").click()
    laptop.get_by_role("link", name="Nga një skedar").click()
    eventually(lambda: laptop.reload() and laptop.get_by_text("KINGSTON").count() > 0)
    laptop.get_by_role("button", name="Shiko gabim.schoolbox-lesson").click()
    expect(laptop.get_by_role("alert")).to_contain_text("Rreshti 2: Mungon një presje")
    expect(laptop.get_by_role("alert")).to_contain_text("Asgjë nuk ndryshoi.")
    assert fits(laptop)
    laptop.get_by_role("button", name="Shiko thyesat.schoolbox-lesson").click()
    expect(laptop.get_by_role("checkbox", name="Thyesat sot")).to_be_checked()
    assert fits(laptop)
    laptop.get_by_role("button", name="Largoje skedarin").click()
    expect(laptop.get_by_role("heading", level=1)).to_have_text("Mësimet e klasës 6/2")
    laptop.goto(f"{school.box.url}/sticks?all=1")
    expect(laptop.get_by_role("note")).to_contain_text("Në këtë USB ka 2 skedarë me mësime.")
    assert fits(laptop)
    laptop.goto(f"{school.box.url}/help/lesson-file")
    expect(laptop.get_by_role("heading", level=1)).to_have_text("Përgatitni mësime në shtëpi dhe sillini me skedar")
