"""The technician sees what waits and what was refused, tries again, and leaves the line to pupils in the morning."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from schoolbox.services.drain import LARGE
from tests.browser.conftest import Devices
from tests.browser.reading import fits
from tests.simulators.courier_rig import Courier
from tests.simulators.hub import RunningHub, running_hub
from tests.simulators.rooms import TECHNICIAN, Pages, open_pages
from tests.simulators.seeded import PASSWORD
from tests.simulators.served import served
from tests.simulators.waiting import eventually


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    with running_hub(tmp_path_factory.mktemp("hub") / "data") as running:
        yield running


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with open_pages(tmp_path, pupils=1, anew=True) as opened:
        yield opened


def sign_in(page: Page, url: str, language: str) -> None:
    page.goto(f"{url}/sign-in/staff?lang={language}")
    page.locator("input[name=login]").fill(TECHNICIAN)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button").click()
    expect(page).to_have_url(re.compile("/status"))


@pytest.mark.parametrize("kind", ["phone", "laptop"])
def test_a_technician_looks_after_the_line(
    pages: Pages, hub: RunningHub, devices: Devices, kind: str, tmp_path: Path
) -> None:
    page = devices.phone() if kind == "phone" else devices.laptop()
    school, is_sq = Courier(pages.box, hub, tmp_path), kind == "phone"
    with served(pages.app) as url:
        sign_in(page, url, "sq" if is_sq else "en")
        eventually(lambda: pages.box.boots.told_by() == "device", saying="the device did not tell the time")
        school.enrol()
        for _ in range(2):
            school.say(school.classroom.passed().replace(b'"scaled":0.8', b'"scaled":8.0'))
        assert school.over_the_line().push.quarantined == 2
        assert pages.box.boots.told_by() == "hub"
        rows = [(school.classroom.watched(pupil % 30), 1) for pupil in range(LARGE + 500)]
        db = pages.box.database
        db.write(lambda: db.run_many("INSERT INTO outbox (statement, lane) VALUES (?, ?)", rows))
        pages.box.outbox.acknowledge([row.seq for row in pages.box.outbox.pending(500)])

        page.goto(f"{url}/status")
        assert fits(page)
        page.locator("a[href='/line#refused']").click()
        title = page.get_by_role("heading", level=1)
        expect(title).to_have_text("Lidhja me qendrën" if is_sq else "The line to the hub")
        expect(page.locator("main progress")).to_have_attribute("value", "20")
        assert fits(page)
        first = page.locator("section.card", has=page.locator("h3")).first
        first.locator("summary").last.click()
        expect(first.locator("input[name=why]")).to_be_visible()
        first.locator("input[name=why]").fill("Ministria e di." if is_sq else "The ministry knows.")
        assert fits(page)
        first.locator("form[action$='/keep'] button").click()
        expect(page.get_by_role("status")).to_contain_text("mënjanë" if is_sq else "Set aside")
        page.locator("form[action='/line/refused/retry'] button").click()
        expect(page.get_by_role("status")).to_contain_text("1")

        devices.expected = "/line"  # the browser tells of every answer 400
        page.locator("input[name=quiet]").fill("noon")
        page.locator("form[action='/line'] button").click()
        expect(page.get_by_role("alert")).to_be_visible()
        page.locator("input[name=quiet]").fill("7:30-13:30")
        page.locator("input[name=send_kbit]").fill("64")
        page.locator("form[action='/line'] button").click()
        expect(page.locator("input[name=quiet]")).to_have_value("07:30-13:30")
        devices.expected = ""
        assert fits(page)
        page.goto(f"{url}/help/line")
        assert fits(page)
    assert pages.box.line_rules.rules().send_kbit == 64
    assert pages.box.outbox.counts().quarantined == 0
