"""A certificate on its way: printed by the teacher, checked by a stranger's phone, refused when it was changed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from content_packs.sign import KeyChange
from tests.browser.conftest import Devices
from tests.browser.reading import fits
from tests.integration.test_certificates import finish
from tests.integration.test_hub_papers import School
from tests.simulators.hub import make_data, running_hub
from tests.simulators.lessons import LessonBox, lesson_box
from tests.simulators.printed import pages
from tests.simulators.publisher import Ministry
from tests.simulators.seeded import PASSWORD
from tests.simulators.served import served


@pytest.fixture
def school(tmp_path: Path) -> Iterator[tuple[LessonBox, str]]:
    with lesson_box(tmp_path) as opened:
        finish(opened)
        with served(opened.app) as url:
            yield opened, url


@pytest.mark.parametrize("kind", ["phone", "laptop"])
def test_a_teacher_prints_a_certificate_and_a_stranger_checks_it(
    school: tuple[LessonBox, str], devices: Devices, kind: str
) -> None:
    box, url = school
    desk = devices.phone() if kind == "phone" else devices.laptop()
    desk.goto(f"{url}/sign-in/staff")
    desk.locator("input[name=login]").fill(box.teacher)
    desk.locator("input[name=password]").fill(PASSWORD)
    desk.locator("main form button").click()
    desk.get_by_role("link", name="Certifikatat").click()
    expect(desk.locator("main")).to_contain_text("Arta Krasniqi")
    assert fits(desk)
    link = desk.get_by_role("link", name="Shtypni 1 certifikatë").get_attribute("href")
    [paper] = pages(desk.request.get(f"{url}{link}").body())
    [code] = paper.codes()
    path = "/CHECK/" + code.partition("/CHECK/")[2]

    stranger = devices.phone() if kind == "phone" else devices.laptop()
    stranger.goto(f"{url}{path}")
    expect(stranger.get_by_role("status")).to_contain_text("Kjo certifikatë është e vërtetë.")
    expect(stranger.locator("main")).to_contain_text("Arta Krasniqi")
    assert fits(stranger)
    stranger.get_by_label("Teksti i certifikatës").fill(path[:-4] + "AAAA")
    stranger.get_by_role("button", name="Kontrolli").click()
    expect(stranger.get_by_role("alert")).to_contain_text("Kjo nuk është certifikatë e vërtetë.")
    assert fits(stranger)

    passport = desk.request.get(f"{url}/classes/{box.arta.class_id}/pupils/{box.arta.person_id}/passport").body()
    desk.goto(f"{url}/classes/{box.arta.class_id}/pupils/{box.arta.person_id}")
    expect(desk.get_by_role("link", name="Merreni pasaportën")).to_be_visible()
    stranger.get_by_label("Skedari i pasaportës").set_input_files(
        {"name": "passport.txt", "mimeType": "text/plain", "buffer": passport}
    )
    stranger.get_by_role("button", name="Kontrolloni skedarin").click()
    expect(stranger.get_by_role("status")).to_contain_text("Kjo pasaportë është e vërtetë.")
    stranger.get_by_text("Pjesë për pjesë").click()
    expect(stranger.locator("table")).to_contain_text("E kryer")
    assert fits(stranger)


@pytest.mark.parametrize("kind", ["phone", "laptop"])
def test_anybody_checks_a_certificate_at_the_hub_without_signing_in(
    tmp_path: Path, devices: Devices, kind: str
) -> None:
    school, ministry = School(), Ministry(tmp_path / "ministry")
    ministry.desk().add(school.id, names={"sq": "Shkolla Agimi"}, keys=KeyChange(add=[school.key]))
    make_data(tmp_path / "hub")
    (tmp_path / "hub" / "hub.toml").write_text(f'shelf = "{ministry.folder}"\n')
    with running_hub(tmp_path / "hub") as hub:
        page = devices.phone() if kind == "phone" else devices.laptop()
        page.goto(f"{hub.url}/sign-in")
        page.get_by_role("link", name="Kontrolloni një certifikatë").click()
        expect(page.get_by_label("Teksti i certifikatës")).to_be_visible()
        assert fits(page)
        page.get_by_label("Teksti i certifikatës").fill(school.certificate())
        page.get_by_role("button", name="Kontrolli").click()
        expect(page.get_by_role("status")).to_contain_text("E ka nënshkruar Shkolla Agimi")
        assert fits(page)
        passport = {"name": "p.txt", "mimeType": "text/plain", "buffer": school.passport(School().certificate())}
        page.get_by_label("Ose një skedar pasaporte").set_input_files(passport)  # type: ignore[arg-type]
        page.get_by_role("button", name="Kontrolli").click()
        expect(page.get_by_role("list")).to_contain_text("Nënshkruar nga një shkollë që nuk është në regjistër")
        assert fits(page)
