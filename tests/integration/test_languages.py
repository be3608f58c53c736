"""Which language a page speaks: what somebody chose, their account, the school, the device, the box; in that order."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from schoolbox.config import Config
from schoolbox.services.people_rows import NewPerson
from schoolbox.web.app import create_app
from schoolbox.wiring import open_box
from sync.languages import LANGUAGES
from tests.simulators.device import Device
from tests.simulators.rooms import TECHNICIAN, Pages, open_pages

PHONE_IN_ALBANIAN = "sq-AL,sq;q=0.9,en;q=0.5"
PHONE_IN_ENGLISH = "en-US,en;q=0.9,sq;q=0.5"


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with open_pages(tmp_path, pupils=1) as opened:
        yield opened


def speaks(device: Device, path: str = "/", accept: str = "") -> str:
    found = re.search(r'<html lang="([^"]+)">', device.get(path, **{"Accept-Language": accept} if accept else {}).text)
    assert found
    return found[1]


def decide(pages: Pages, **form: object) -> None:
    technician = pages.device("10.0.0.9")
    technician.sign_in_staff(TECHNICIAN)
    assert technician.post("/school", {"guests_watch": "1", **form}, on="/school").status_code == 303


def test_a_first_visit_speaks_as_the_device_but_for_english_else_as_the_box(tmp_path: Path) -> None:
    box = open_box(Config(data=tmp_path, language="en", reserve_mb=0, announce=False, sync=False, sticks=None))
    try:
        guest = Device(create_app(box))
        assert speaks(guest) == speaks(guest, accept="xx, *;q=nan, ;;") == "en"
        assert speaks(guest, accept=PHONE_IN_ALBANIAN) == "sq"
        assert speaks(guest, accept=PHONE_IN_ENGLISH) == "sq", "what stands behind English is what the owner reads, too"
        assert "Accept-Language" in guest.get("/").headers["Vary"]
    finally:
        box.close()


def test_the_school_says_what_a_first_visit_speaks_and_a_choice_on_the_device_or_of_the_account_wins(
    pages: Pages,
) -> None:
    guest = pages.device()
    assert speaks(guest, accept="en-US") == "sq"
    decide(pages, first_language="en")
    assert speaks(guest, accept=PHONE_IN_ALBANIAN) == "en"
    assert speaks(guest, "/?lang=sq") == speaks(guest) == "sq"
    decide(pages, first_language="xx")
    assert speaks(pages.device()) == "sq"
    pages.box.people.add(NewPerson("teacher", "Ada", "Lee", login="ada", password="three good words", language="en"))
    teacher = pages.device("10.0.0.7")
    teacher.sign_in_staff("ada", password="three good words")
    assert speaks(teacher, "/classes", accept=PHONE_IN_ALBANIAN) == "en"


def test_only_what_the_school_offers_stands_in_the_menu_and_is_spoken(pages: Pages) -> None:
    guest = pages.device()
    menu = re.compile(r'hreflang="([^"]+)"')
    assert menu.findall(guest.text("/")) == list(LANGUAGES)
    decide(pages, language=["en"])
    assert menu.findall(guest.text("/")) == ["en"]
    assert speaks(guest) == speaks(guest, "/?lang=sq", PHONE_IN_ALBANIAN) == "en"
    decide(pages, language=[])
    assert menu.findall(guest.text("/")) == list(LANGUAGES)
    assert speaks(guest) == "sq"


def test_what_was_decided_about_languages_is_kept_with_the_rest(pages: Pages) -> None:
    decide(pages, language=["sq", "en"], first_language="en", idle_minutes="5")
    kept = replace(pages.box.policy.allowed())
    assert (kept.languages, kept.first_language, kept.idle_minutes) == (("sq", "en"), "en", 5)
    assert (kept.guests_watch, kept.teachers_add_pupils) == (True, False)
    assert pages.box.policy.language() == "en"


def test_serbian_without_its_script_is_kept_as_cyrillic(pages: Pages) -> None:
    technician = pages.staff(TECHNICIAN)
    form = {"given_name": "Ana", "surname": "Ilić", "role": "pupil", "class": pages.class_id, "language": "sr"}
    added = technician.post("/people/new", form, on="/people/new").headers["Location"]
    assert 'value="sr-Cyrl" selected' in technician.text(added)
    technician.post(added, {**form, "language": "sr-Latn"}, on=added)
    assert 'value="sr-Latn" selected' in technician.text(added)
