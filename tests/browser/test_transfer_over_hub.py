"""A pupil changes schools over the hub, as two technicians do it who see each other's boxes only through it."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Devices
from tests.browser.reading import fits
from tests.browser.test_transfers import desk_at
from tests.integration.test_certificates import finish
from tests.simulators.hub import ADMIN, running_hub
from tests.simulators.hub import PASSWORD as ADMIN_PASSWORD
from tests.simulators.over_the_hub import SchoolOnHub, on_hub
from tests.simulators.served import served

Five = tuple[SchoolOnHub, str, SchoolOnHub, str, str]


@pytest.fixture
def schools(tmp_path: Path) -> Iterator[Five]:
    with ExitStack() as stack:
        hub = stack.enter_context(running_hub(tmp_path / "hub"))
        old, new = stack.enter_context(on_hub(tmp_path, hub))
        finish(old.desk.school)
        old_url, new_url = (stack.enter_context(served(each.desk.school.app)) for each in (old, new))
        yield old, old_url, new, new_url, hub.url


def at_the_hub(page: Page, url: str) -> Page:
    """Somebody of the ministry looks which schools wait for what."""
    page.goto(f"{url}/sign-in?next=/boxes")
    page.locator("input[name=name]").fill(ADMIN)
    page.locator("input[name=password]").fill(ADMIN_PASSWORD)
    page.locator("main form button").click()
    page.get_by_role("link", name="Nxënës që ndërrojnë shkollë").click()
    expect(page.locator("main")).to_contain_text("Dituria")
    expect(page.locator("main")).not_to_contain_text("Krasniqi")
    assert fits(page)
    return page


def sent_to(old: Page, words: str, *, name: str) -> None:
    """The technician looks for a school, in vain first, and sends the file there."""
    old.get_by_label("Emri i shkollës ose komuna").fill("asnjë e tillë")
    old.get_by_role("button", name="Kërkojeni").click()
    expect(old.locator("main")).to_contain_text("Qendra nuk dërgon në asnjë shkollë me këtë emër.")
    old.get_by_label("Emri i shkollës ose komuna").fill(words)
    old.get_by_role("button", name="Kërkojeni").click()
    expect(old.get_by_label(name)).to_be_checked()
    assert fits(old)
    old.get_by_role("button", name="Dërgojeni").click()


@pytest.mark.parametrize("kind", ["phone", "laptop"])
def test_two_technicians_move_a_pupil_over_the_hub_with_a_paper(
    schools: Five, devices: Devices, kind: str
) -> None:
    old_school, old_url, new_school, new_url, hub_url = schools
    device = devices.phone if kind == "phone" else devices.laptop
    old, new = (desk_at(device(), url) for url in (old_url, new_url))
    old.goto(f"{old_url}/people?q=arta")
    old.get_by_role("link", name="Arta Krasniqi").click()
    old.get_by_role("link", name="Në një shkollë tjetër").click()
    old.get_by_role("button", name="Arkivojeni dhe bëni skedarin").click()
    expect(old.locator(".q.code")).to_be_visible()
    code = old.locator(".q.code").inner_text()
    assert fits(old)
    old.get_by_role("link", name="Dërgojeni nëpërmjet qendrës").click()
    sent_to(old, "ditur", name="Dituria")
    expect(old.locator("main")).to_contain_text("Pret lidhjen me qendrën. Shkon vetë.")
    assert fits(old)
    assert old_school.talk().ok
    old.reload()
    expect(old.locator("main")).to_contain_text("Është në qendër dhe pret shkollën tjetër.")

    ministry = at_the_hub(device(), hub_url)
    expect(ministry.get_by_role("row").nth(1)).to_contain_text("Pret shkollën e re")

    assert new_school.talk().ok
    new.goto(f"{new_url}/status")
    expect(new.locator("main")).to_contain_text("1 nxënës i një shkolle tjetër pret të pranohet.")
    new.goto(f"{new_url}/people")
    new.get_by_role("link", name="Transferimet").click()
    expect(new.locator("main")).to_contain_text("Agimi")
    waiting = new.locator("form", has=new.get_by_label("Pret kodin në letër"))
    waiting.get_by_label("Pret kodin në letër").fill("K7PM-2R9X-0QTB")
    waiting.get_by_role("button", name="Hapeni dhe shikoni").click()
    expect(new.get_by_role("alert")).to_contain_text("Kodi nuk e hap këtë skedar.")
    assert fits(new)
    waiting.get_by_label("Pret kodin në letër").fill(code)
    waiting.get_by_role("button", name="Hapeni dhe shikoni").click()
    new.get_by_label("Në cilën klasë").select_option(label="6/2")
    new.get_by_role("button", name="Pranojeni nxënësin").click()
    expect(new.locator("main")).to_contain_text("Vërtetimi kthehet nëpërmjet qendrës kur ka lidhje.")
    assert fits(new)
    assert new_school.talk().ok
    new.reload()
    expect(new.locator("main")).to_contain_text("Vërtetimi është në qendër.")

    ministry.reload()
    expect(ministry.get_by_role("row").nth(1)).to_contain_text("U pranua")
    assert old_school.talk().ok
    ministry.reload()
    expect(ministry.locator("main")).to_contain_text("Asgjë nuk është rrugës")
    old.goto(f"{old_url}/transfers")
    expect(old.locator("main")).to_contain_text("Një nxënës u dorëzua më")
    old.goto(f"{old_url}/people?q=arta")
    expect(old.locator("main")).not_to_contain_text("Krasniqi")
