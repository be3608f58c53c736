"""Whom a new box believes comes with its system; what a person decided, and what is held, stands above it."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from content_packs.trust.roots import pin_root
from schoolbox.cli.main import main
from schoolbox.config import Config
from schoolbox.services.people_rows import NewPerson
from schoolbox.web.app import create_app
from schoolbox.wiring import Box, open_box
from tests.simulators.device import Device, shown
from tests.simulators.programs import Program, command, ready
from tests.simulators.publisher import Ministry
from tests.simulators.rooms import TECHNICIAN, Pages
from tests.simulators.seeded import PACK, PASSWORD, seed

Opened = Callable[[], Box]


@pytest.fixture
def ministry(tmp_path: Path) -> Ministry:
    ministry = Ministry(tmp_path / "ministry")
    ministry.publish("mash:fizika-8")
    return ministry


@pytest.fixture
def given(tmp_path: Path) -> Path:
    return tmp_path / "lib" / "packs.root.json"


@pytest.fixture
def opened(tmp_path: Path, given: Path) -> Iterator[Opened]:
    """The box as each start opens it."""
    boxes: list[Box] = []
    given.parent.mkdir()

    def start() -> Box:
        for box in boxes:
            box.close()
        config = Config(data=tmp_path / "box", packs_root=given, reserve_mb=0, announce=False, sync=False, sticks=None)
        boxes.append(open_box(config))
        boxes[-1].first_root.take_given()
        return boxes[-1]

    yield start
    boxes[-1].close()


def noted(box: Box) -> list[str]:
    return [row.code for row in box.events.latest(50)]


def test_a_new_box_believes_whom_its_system_came_with_and_installs_at_once(
    opened: Opened, given: Path, ministry: Ministry
) -> None:
    given.write_bytes(ministry.root)
    box = opened()
    [note] = box.events.of(("root_came",), 9)
    assert note.facts["fingerprint"] == pin_root(ministry.root).fingerprint
    assert [offer.installable for offer in box.packs.offers(ministry.shelf).offers] == [True]
    assert noted(opened()).count("root_came") == 1, "a later start has nothing to do"


def test_without_a_file_a_new_box_believes_nobody_and_status_says_so(opened: Opened) -> None:
    box = opened()
    assert not box.first_root.is_there()
    assert "believes_nobody" in [thing.code for thing in box.status.page().verdict.things]
    assert "root_came_wrong" not in noted(box)


def test_what_a_person_decided_is_never_replaced(
    opened: Opened, given: Path, ministry: Ministry, tmp_path: Path
) -> None:
    opened().trust.pin(ministry.root)
    given.write_bytes(Ministry(tmp_path / "other").root)
    box = opened()
    assert box.trust.trust().root.raw == ministry.root
    assert "root_came" not in noted(box)
    given.write_text("no root at all")
    things = [thing.code for thing in opened().status.page().verdict.things]
    assert not {"given_root_wrong", "believes_nobody"} & set(things), "what does not count is nobody's trouble"


def test_a_held_root_that_the_card_has_damaged_waits_for_a_person(
    opened: Opened, given: Path, ministry: Ministry, tmp_path: Path
) -> None:
    box = opened()
    box.trust.pin(ministry.root)
    [held] = (tmp_path / "box" / "trust").glob("*.root.json")
    held.write_bytes(held.read_bytes()[:-20])
    given.write_bytes(Ministry(tmp_path / "other").root)
    assert not opened().first_root.is_there(), "the one of the system may be older than the one that was held"


def _cut(ministry: Ministry) -> bytes:
    return ministry.root[:-30]


def _changed(ministry: Ministry) -> bytes:
    return ministry.root.replace(b'"threshold":2', b'"threshold":1', 1)


def _registry(ministry: Ministry) -> bytes:
    return (ministry.folder / "meta" / "registry.json").read_bytes()


@pytest.mark.parametrize("make", [_cut, _changed, _registry, lambda _: b"", lambda _: b"x" * 100_000])
def test_a_file_that_is_no_root_stops_no_box_and_is_told(
    opened: Opened, given: Path, ministry: Ministry, make: Callable[[Ministry], bytes]
) -> None:
    given.write_bytes(make(ministry))
    box = opened()
    assert not box.first_root.is_there()
    assert "root_came_wrong" in noted(box)
    assert "given_root_wrong" in [thing.code for thing in box.status.page().verdict.things]
    given.write_bytes(ministry.root)
    assert opened().first_root.is_there(), "the next start takes what was mended"


def test_a_folder_in_its_place_is_told_too(opened: Opened, given: Path) -> None:
    given.mkdir()
    assert "root_came_wrong" in noted(opened())


def test_status_says_in_words_what_is_wrong_with_the_file(tmp_path: Path, given: Path) -> None:
    seeded = seed(tmp_path)
    shutil.rmtree(seeded.data / "trust")
    given.parent.mkdir()
    given.write_text("{}")
    box = open_box(Config(data=seeded.data, packs_root=given, announce=False, sync=False, sticks=None))
    try:
        box.first_root.take_given()
        pages = Pages(box, create_app(box), seeded)
        box.people.add(NewPerson("technician", "Besnik", "Krasniqi", login=TECHNICIAN, password=PASSWORD))
        desk: Device = pages.staff(TECHNICIAN)
        page = shown(desk, "/status")
        assert "The file that came with the system to say whose packs this box believes is damaged." in page
        assert "(packs.root.json)" in page
        assert PACK in page, "nothing that is here goes"
    finally:
        box.close()


def test_the_program_that_serves_takes_it_before_it_says_that_it_is_ready(
    tmp_path: Path, given: Path, ministry: Ministry
) -> None:
    given.parent.mkdir()
    given.write_bytes(ministry.root)
    settings = tmp_path / "box.toml"
    settings.write_text(f'packs_root = "{given}"')
    words = ("schoolbox", "--config", str(settings), "--data", str(tmp_path / "box"))
    serve = [*words, "--json", "serve", "--host", "127.0.0.1", "--port", "0", "--announce", "no", "--sticks", ""]
    box = ready(Program.start(serve))
    try:
        told = command(*words, "--json", "trust", "show")
    finally:
        box.end()
    assert json.loads(told.stdout)["fingerprint"] == pin_root(ministry.root).fingerprint


def test_after_a_reset_it_is_believed_again(opened: Opened, given: Path, ministry: Ministry, tmp_path: Path) -> None:
    given.write_bytes(ministry.root)
    opened().close()
    shutil.rmtree(tmp_path / "box")
    assert opened().trust.trust().root.raw == ministry.root


def test_the_command_that_pins_one_is_noted_once(tmp_path: Path, ministry: Ministry) -> None:
    words = ["--data", str(tmp_path / "box"), "trust", "add", str(ministry.folder / "meta" / "1.root.json")]
    assert [main(words), main(words)] == [0, 0]
    box = open_box(Config(data=tmp_path / "box", announce=False, sync=False, sticks=None))
    try:
        assert noted(box).count("root_pinned") == 1
    finally:
        box.close()
