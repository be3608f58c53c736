"""Help on the box: every topic in every language, each step with its picture."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from schoolbox.web.help_pages import PICTURED, size_of_png
from schoolbox.web.help_topics import TOPICS
from sync.languages import LANGUAGES
from tests.simulators.device import Device
from tests.simulators.rooms import TECHNICIAN, Pages, open_pages

STATIC = Path(__file__).parents[2] / "schoolbox" / "static"


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    with open_pages(tmp_path_factory.mktemp("help")) as opened:
        yield opened


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_topic_is_found_from_any_page_and_opens_with_its_pictures(pages: Pages, language: str) -> None:
    device = pages.device()
    assert 'href="/help"' in device.get(f"/?lang={language}").get_data(as_text=True)
    index = device.get(f"/help?lang={language}").get_data(as_text=True)
    for name, topic in TOPICS.items():
        assert f'href="/help/{name}"' in index
        page = device.get(f"/help/{name}?lang={language}").get_data(as_text=True)
        pictures = re.findall(r'<img src="(/static/[^"]+)" width="(\d+)" height="(\d+)"', page)
        assert len(pictures) == sum(1 for step in topic.steps if step.picture)
        for address, width, height in pictures:
            assert address.endswith(f"-{language if language in PICTURED else 'en'}.png")
            assert (width, height) == ("360", "640")
            answer = device.get(address)
            assert (answer.status_code, answer.mimetype) == (200, "image/png")


def test_pictures_are_small_and_none_is_left_over() -> None:
    used = {f"help-{step.picture}-{language}.png" for topic in TOPICS.values() for step in topic.steps
            for language in PICTURED if step.picture}  # fmt: skip
    there = {path.name: path for path in STATIC.glob("help-*.png")}
    assert set(there) == used
    for path in there.values():
        raw = path.read_bytes()
        assert raw.startswith(b"\x89PNG")
        assert size_of_png(raw) == (720, 1280)
        assert len(raw) < 60_000


def test_a_topic_that_is_not_there_is_not_found(pages: Pages) -> None:
    assert pages.device().get("/help/nothing").status_code == 404


def test_what_is_for_whoever_asks_comes_first(pages: Pages) -> None:
    def order(device: Device) -> list[str]:
        return re.findall(r'<h2 id="for-(\w+)">', device.text("/help"))

    technician = pages.device()
    technician.sign_in_staff(TECHNICIAN)
    assert order(pages.device()) == ["pupil", "teacher", "technician"]
    assert order(technician) == ["technician", "teacher", "pupil"]


def test_more_help_is_for_the_same_reader(pages: Pages) -> None:
    more = pages.device().text("/help/signing-in")
    for name, topic in TOPICS.items():
        assert (f'href="/help/{name}"' in more) == (topic.reader == "pupil" and name != "signing-in")
