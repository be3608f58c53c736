"""Where there is no line: a teacher writes onto a stick, somebody reads it in at the hub, the receipt comes back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from schoolbox.services.people_rows import NewPerson
from sync.courier_folder import couriers_on
from sync.hub.request_sticks import read_request_stick
from tests.browser.conftest import Devices
from tests.browser.reading import fits, signed_in
from tests.simulators.courier_rig import Courier
from tests.simulators.hub import RunningHub, running_hub
from tests.simulators.rooms import Pages, open_pages
from tests.simulators.seeded import PASSWORD
from tests.simulators.served import served
from tests.simulators.stick_rig import put_in


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    with running_hub(tmp_path_factory.mktemp("hub") / "data") as running:
        yield running


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with open_pages(tmp_path, pupils=1, anew=True) as opened:
        yield opened


@pytest.mark.parametrize("kind", ["phone", "laptop"])
def test_results_go_to_town_and_the_receipt_comes_back(
    pages: Pages, hub: RunningHub, devices: Devices, kind: str, tmp_path: Path
) -> None:
    school, stick = Courier(pages.box, hub, tmp_path), pages.seeded.shelf
    school.enrol()
    assert school.over_the_line().ok
    school.learn(12)
    put_in(pages.box, stick)
    page = devices.phone() if kind == "phone" else devices.laptop()
    with served(pages.app) as url:
        page.goto(f"{url}/sign-in/staff?lang={'sq' if kind == 'phone' else 'en'}")
        page.locator("input[name=login]").fill(pages.seeded.teacher)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("main form button").click()
        signed_in(page)
        page.goto(f"{url}/sticks")
        page.locator("a[href='/couriers']").click()
        heading = page.get_by_role("heading", level=2).first
        expect(heading).to_have_text("12 rezultate presin." if kind == "phone" else "12 results wait.")
        assert fits(page)
        page.locator("form[action^='/couriers/sticks/'] button").click()
        expect(page.get_by_role("status")).to_contain_text("12")
        assert fits(page)

        town = devices.phone() if kind == "phone" else devices.laptop()
        town.goto(f"{hub.url}/courier?lang={'sq' if kind == 'phone' else 'en'}")
        assert fits(town)
        [found] = couriers_on(stick, school.box_id)
        wrong = {"name": "notes.courier", "mimeType": "text/plain", "buffer": b"hello"}
        town.locator("input[type=file]").set_input_files(wrong)  # type: ignore[arg-type]
        town.locator("main form button").click()
        expect(town.get_by_role("alert")).to_contain_text(".courier")
        assert fits(town)
        right = {"name": found.name, "mimeType": "application/octet-stream", "buffer": found.raw()}
        town.locator("input[type=file]").set_input_files(right)  # type: ignore[arg-type]
        town.locator("main form button").click()
        expect(town.get_by_role("status")).to_contain_text("12")
        assert fits(town)
        with town.expect_download() as receipt:
            town.locator("a[href^='/courier/receipts/']").click()
        assert set(school.ids) <= set(school.arrived())

        page.locator("input[name=receipt]").set_input_files(
            {"name": "hub.receipt", "mimeType": "text/plain", "buffer": Path(receipt.value.path()).read_bytes()}
        )
        page.locator("form[action='/couriers/receipt'] button").click()
        expect(page.get_by_role("status")).to_contain_text("12")
        done = page.get_by_role("heading", level=2).first
        expect(done).to_have_text("Qendra i ka të gjitha." if kind == "phone" else "The hub has everything.")
        assert fits(page)
    assert school.waiting() == 0


@pytest.mark.parametrize("kind", ["phone", "laptop"])
def test_a_box_without_a_line_is_taken_in_by_stick(pages: Pages, hub: RunningHub, devices: Devices, kind: str) -> None:
    stick, box_id = pages.seeded.shelf, pages.box.school.facts().box_id
    login = pages.box.people.add(NewPerson("technician", "Besnik", "Hoxha", class_ids=(), password=PASSWORD)).login
    put_in(pages.box, stick)
    page = devices.phone() if kind == "phone" else devices.laptop()
    with served(pages.app) as url:
        page.goto(f"{url}/sign-in/staff?lang={'sq' if kind == 'phone' else 'en'}")
        page.locator("input[name=login]").fill(login)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("main form button").click()
        signed_in(page)
        page.goto(f"{url}/couriers")
        assert fits(page)
        page.locator("form[action$='/request'] button").click()
        expect(page.get_by_role("status")).to_be_visible()
        [found] = read_request_stick(hub.hub.requests, stick, ("Agimi", "Gjilan"))
        assert found.asked is not None
        page.locator("input[name=check]").fill("0000-0000-0000")
        with page.expect_navigation():
            page.locator("form[action$='/answer'] button").click()
        assert pages.box.uplink.credentials() is None
        assert fits(page)
        page.locator("input[name=check]").fill(found.asked.check_number)
        page.locator("form[action$='/answer'] button").click()
        expect(page.get_by_role("status")).to_contain_text("Komuna e Gjilanit")
        assert fits(page)
    assert hub.hub.boxes.one(box_id).school == "Agimi"
