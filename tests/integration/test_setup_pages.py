"""The page that leads a technician through a new box: each step with a mark, and what went wrong with the hub."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from schoolbox.config import Config
from schoolbox.services.people_rows import NewPerson
from schoolbox.web.app import create_app
from schoolbox.wiring import Box, open_box
from sync.languages import LANGUAGES
from sync.transport import HubTransport
from tests.simulators.device import Device
from tests.simulators.hub import running_hub
from tests.simulators.programs import free_port
from tests.simulators.rooms import TECHNICIAN
from tests.simulators.seeded import PASSWORD

CODE = "K7PM-2R9X"


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    opened = open_box(Config(data=tmp_path / "data", reserve_mb=0, announce=False, sync=False, sticks=None))
    opened.people.add(NewPerson("technician", "Besnik", "Krasniqi", login=TECHNICIAN, password=PASSWORD))
    yield opened
    opened.close()


@pytest.fixture
def desk(box: Box) -> Device:
    device = Device(create_app(box))
    assert device.sign_in_staff(TECHNICIAN).status_code == 303
    device.get("/?lang=en")
    return device


def test_a_new_box_has_everything_before_it_and_the_status_leads_there(desk: Device) -> None:
    assert 'href="/setup"' in desk.get("/status").text
    page = desk.get("/setup").text
    assert "Done" not in page
    for words in ("Write the name", "Put a stick with packs", "Bring the list of the office", "Address of the hub"):
        assert (words in page) is (words != "Write the name")


def test_the_school_gets_its_name_and_a_name_that_is_none_is_told_beside_its_field(desk: Device, box: Box) -> None:
    empty = desk.post("/setup/school", {"school": " ", "municipality": "Gjilan"}, on="/setup")
    assert empty.status_code == 400
    assert 'id="school-bad"' in empty.text
    assert 'value="Gjilan"' in empty.text
    long = desk.post("/setup/school", {"school": "Agimi", "municipality": "x" * 121}, on="/setup")
    assert 'id="municipality-bad"' in long.text
    assert box.school.name() == ""
    saved = desk.post("/setup/school", {"school": "Shkolla „Agimi”", "municipality": "Gjilan"}, on="/setup")
    assert saved.headers["Location"] == "/setup"
    assert "Done" in desk.get("/setup").text


@pytest.mark.parametrize(
    ("hub", "code", "field"), [("hub.example", CODE, "hub"), ("https://hub.example", "K7PM", "code")]
)
def test_a_wrong_address_or_code_is_told_beside_its_field(
    desk: Device, box: Box, hub: str, code: str, field: str
) -> None:
    page = desk.post("/setup/hub", {"hub": hub, "code": code}, on="/setup")
    assert page.status_code == 400
    assert f'id="{field}-bad"' in page.text
    assert f'value="{hub}"' in page.text
    assert box.hub_asking.waiting() is None


def test_a_hub_that_is_not_there_is_told_and_asked_again_and_then_the_box_belongs_to_it(
    tmp_path: Path, desk: Device, box: Box
) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    assert desk.post("/setup/hub", {"hub": nobody, "code": CODE}, on="/setup").status_code == 303
    page = desk.get("/setup").text
    assert "syncing is switched off" in page
    assert f"The box asks {nobody} to take it in" in page
    with HubTransport() as transport, running_hub(tmp_path / "hub") as hub:
        box.hub_asking.try_now(transport)
        page = desk.get("/setup").text
        assert "Nobody answers at this address." in page
        assert "The box tries again by itself." in page
        desk.post("/setup/hub", {"hub": hub.url, "code": "AAAA-AAAA"}, on="/setup")
        box.hub_asking.try_now(transport)
        page = desk.get("/setup").text
        assert "The hub does not take this code" in page
        assert "tries again by itself" not in page
        assert "AAAA" not in page
        good = hub.hub.enrolments.make_code("Agimi", "Gjilan").code
        desk.post("/setup/hub", {"hub": hub.url, "code": good}, on="/setup")
        box.hub_asking.try_now(transport)
    assert "This box belongs to Komuna e Gjilanit." in desk.get("/setup").text
    assert "Agimi, Gjilan" in desk.get("/setup").text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_speaks_every_language(desk: Device, lang: str) -> None:
    page = desk.get(f"/setup?lang={lang}").text
    assert f'<html lang="{lang}">' in page
    assert ("Set up this box" in page) is (lang == "en")


def test_the_page_of_a_claim_offers_every_language_and_knows_what_the_card_said(tmp_path: Path) -> None:
    opened = open_box(Config(data=tmp_path / "new", reserve_mb=0, announce=False, sync=False, sticks=None))
    try:
        opened.claim.prepare()
        opened.school.set("Shkolla „Agimi”", "Gjilan")
        page = Device(create_app(opened)).get("/claim").text
        assert page.count("hreflang=") == 2 * len(LANGUAGES)
        assert 'value="Shkolla „Agimi”"' in page
    finally:
        opened.close()
