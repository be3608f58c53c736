"""A pupil changes schools, as two technicians do it with a stick and a paper."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Devices
from tests.browser.reading import fits, signed_in
from tests.integration.test_certificates import finish
from tests.simulators.seeded import PASSWORD
from tests.simulators.served import served
from tests.simulators.two_schools import TECHNICIAN, two_schools


@pytest.fixture
def urls(tmp_path: Path) -> Iterator[tuple[str, str]]:
    with ExitStack() as stack:
        old, new = stack.enter_context(two_schools(tmp_path))
        finish(old.school)
        yield stack.enter_context(served(old.school.app)), stack.enter_context(served(new.school.app))


def desk_at(page: Page, url: str) -> Page:
    page.goto(f"{url}/sign-in/staff")
    page.locator("input[name=login]").fill(TECHNICIAN)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button").click()
    signed_in(page)
    return page


@pytest.mark.parametrize("kind", ["phone", "laptop"])
def test_two_technicians_move_a_pupil_with_a_stick_and_a_paper(
    urls: tuple[str, str], devices: Devices, kind: str, tmp_path: Path
) -> None:
    old_url, new_url = urls
    old, new = (desk_at(devices.phone() if kind == "phone" else devices.laptop(), url) for url in urls)
    old.goto(f"{old_url}/people?q=arta")
    old.get_by_role("link", name="Arta Krasniqi").click()
    old.get_by_role("link", name="Në një shkollë tjetër").click()
    old.get_by_label("Në cilën shkollë").fill("Dituria")
    old.get_by_role("button", name="Arkivojeni dhe bëni skedarin").click()
    expect(old.locator(".q.code")).to_be_visible()
    code = old.locator(".q.code").inner_text()
    assert fits(old)
    with old.expect_download() as saving:
        old.get_by_role("link", name="Ruajeni skedarin në USB").click()
    stick = tmp_path / saving.value.suggested_filename
    saving.value.save_as(stick)

    new.goto(f"{new_url}/people")
    new.get_by_role("link", name="Transferimet").click()
    new.get_by_label("Skedari i transferimit").set_input_files(stick)
    new.get_by_label("Kodi").fill("K7PM-2R9X-0QTB")
    new.get_by_role("button", name="Hapeni dhe shikoni").click()
    expect(new.get_by_role("alert")).to_contain_text("Kodi nuk e hap këtë skedar.")
    expect(new.locator("main")).to_contain_text("Skedari është ende këtu, i mbyllur.")
    new.get_by_label("Kodi").fill(code)
    assert fits(new)
    new.get_by_role("button", name="Hapeni dhe shikoni").click()
    expect(new.get_by_role("heading", level=1)).to_contain_text("Arta Krasniqi vjen nga një shkollë tjetër")
    expect(new.locator("main")).to_contain_text("Thyesat")
    assert fits(new)
    new.get_by_label("Në cilën klasë").select_option(label="6/2")
    new.get_by_role("button", name="Pranojeni nxënësin").click()
    expect(new.get_by_role("alert")).to_contain_text("Për të hyrë:")
    assert fits(new)
    receipt = new.locator(".q.code").inner_text()

    old.get_by_role("link", name="Shkruani vërtetimin").click()
    expect(old.get_by_label("Vërtetimi i shkollës tjetër")).to_be_visible()
    assert fits(old)
    old.get_by_label("Vërtetimi i shkollës tjetër").fill(receipt)
    old.get_by_role("button", name="Shkruani vërtetimin dhe fshini").click()
    expect(old.get_by_role("status")).to_contain_text("U fshi nga kjo kuti.")
    expect(old.locator("main")).to_contain_text("Një nxënës u dorëzua më")
    assert fits(old)
    old.goto(f"{old_url}/people?q=arta")
    expect(old.locator("main")).not_to_contain_text("Krasniqi")
