"""A technician sees a newer program on a stick and has it brought with one tap; the updater takes what was brought."""

import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from content_packs.durable import Disk
from content_packs.errors import NotEnoughSpaceError
from content_packs.programs.base import base_of_this
from content_packs.shelf import DirectoryShelf
from schoolbox import __version__
from schoolbox.config import Config
from schoolbox.services.people_rows import NewPerson
from schoolbox.services.program_shelf import ProgramShelf
from schoolbox.services.programs import HUB, LOOK_EVERY_S
from schoolbox.updater.places import Places
from schoolbox.updater.state import Book, Last, State
from schoolbox.web.app import create_app
from schoolbox.wiring import Box, open_box
from tests.simulators.clock import HandClock
from tests.simulators.courier_rig import Courier
from tests.simulators.device import Device, shown
from tests.simulators.hub import running_hub
from tests.simulators.program_publisher import ProgramPublisher
from tests.simulators.rooms import STRANGER, TECHNICIAN, Pages
from tests.simulators.seeded import PASSWORD, seed
from tests.simulators.update_rig import Machine


@pytest.fixture(scope="module")
def publisher(tmp_path_factory: pytest.TempPathFactory) -> ProgramPublisher:
    """Signs version 0.2.0."""
    publisher = ProgramPublisher(tmp_path_factory.mktemp("publisher"))
    publisher.publish("0.2.0", schema=2)
    return publisher


@dataclass
class School:
    """A box around which an updater is installed, and its technician's computer."""

    pages: Pages
    places: Places
    media: Path
    clock: HandClock
    desk: Device

    @property
    def box(self) -> Box:
        """The box."""
        return self.pages.box

    def plug_in(self, shelf: Path, label: str = "KINGSTON") -> None:
        """Put a stick in, and let the box look."""
        shutil.copytree(shelf, self.media / label / "programs")
        self.box.sticks.announce(self.media / label)
        self.look()

    def look(self) -> None:
        """Let the threads have their turn."""
        self.box.sticks.look()
        self.box.programs.work(threading.Event())

    def state(self, **what: object) -> None:
        """Let the updater have written how things stand."""
        Book(self.places, Disk()).write_state(
            State(base=base_of_this(), base_version=__version__, **what)  # type: ignore[arg-type]  # by name
        )


@pytest.fixture
def school(tmp_path: Path, publisher: ProgramPublisher) -> Iterator[School]:
    """A seeded box; the root of programs and the updater's state are there."""
    seeded = seed(tmp_path, pupils=1)
    media, app = tmp_path / "media", tmp_path / "app"
    media.mkdir()
    app.mkdir()
    clock = HandClock()
    config = Config(
        data=seeded.data, reserve_mb=0, announce=False, sync=False, sticks=media, app=app,
        programs_root=publisher.root_file,
    )  # fmt: skip
    box = open_box(config, clock=clock)
    try:
        box.uploads.open()
        box.people.add(NewPerson("teacher", "Vlera", "Other", login=STRANGER, password=PASSWORD))
        box.people.add(NewPerson("technician", "Besnik", "Krasniqi", login=TECHNICIAN, password=PASSWORD))
        pages = Pages(box, create_app(box), seeded)
        places = Places(app=app, data=seeded.data, base=app, root_file=publisher.root_file)
        school = School(pages, places, media, clock, pages.staff(TECHNICIAN))
        school.state()
        yield school
    finally:
        box.close()


def take(school: School, place: str, version: str = "0.2.0") -> int:
    """Press the button."""
    return school.desk.post("/program/take", {"place": place, "version": version}).status_code


def place_of(page: str) -> str:
    """Which place a page's button names."""
    return page.partition('name="place" value="')[2].partition('"')[0]


def test_a_stick_with_nothing_but_a_program_is_not_asked_for_packs(
    school: School, publisher: ProgramPublisher
) -> None:
    school.plug_in(publisher.shelf)
    for device in (school.desk, school.pages.staff(STRANGER)):
        words = shown(device, "/sticks?all")
        assert "KINGSTON There is a program for the box on this stick, and no packs." in words
        assert "There are no packs on this stick" not in words
        assert ("A newer program is on this stick" in words) is (device is school.desk)
    shutil.rmtree(school.media / "KINGSTON" / "programs")
    (school.media / "KINGSTON" / "foto.jpg").write_bytes(b"x")
    school.look()
    assert "KINGSTON There are no packs on this stick. Was it written" in shown(school.desk, "/sticks?all")


def test_one_tap_brings_it_and_the_updater_takes_what_was_brought(
    school: School, publisher: ProgramPublisher, tmp_path: Path
) -> None:
    school.plug_in(publisher.shelf)
    page = school.desk.get("/sticks?all").text
    assert "A newer program is on this stick: version 0.2.0." in page
    assert "News of 0.2.0." in page

    assert take(school, place_of(page)) == 303
    going = school.desk.get("/program").text
    assert "It is being copied from “KINGSTON”. Leave the stick in." in going
    school.look()

    assert "It is here, and is being unpacked and tried." in school.desk.get("/program").text
    machine = Machine(tmp_path / "machine", publisher)
    shutil.copytree(school.places.brought, machine.at.brought)
    try:
        machine.start()
        assert machine.taker().take()
        assert machine.unit("watch") == 0
        assert machine.state().current == "0.2.0"
    finally:
        machine.system.stop()


def test_only_the_technician_hears_of_it(school: School, publisher: ProgramPublisher) -> None:
    school.plug_in(publisher.shelf)
    teacher = school.pages.staff(STRANGER)

    assert "newer program" not in teacher.get("/sticks?all").text
    assert teacher.get("/program").status_code == 403
    assert teacher.post("/program/take", {"place": "x", "version": "0.2.0"}).status_code == 403


def test_what_is_not_newer_is_no_reason_for_a_word(school: School, publisher: ProgramPublisher) -> None:
    school.state(floor="0.2.0")

    school.plug_in(publisher.shelf)

    assert "program" not in school.desk.get("/sticks?all").text.partition("<main")[2].lower()
    assert "There is no newer program here." in school.desk.get("/program").text


def test_what_is_not_trusted_says_why(school: School, publisher: ProgramPublisher, tmp_path: Path) -> None:
    strangers = ProgramPublisher(tmp_path / "strangers")
    strangers.list_signers(["stranger"])
    strangers.publish("0.2.0", by=["stranger"])
    shutil.copyfile(publisher.shelf / "meta/registry.json", strangers.shelf / "meta/registry.json")

    school.plug_in(strangers.shelf)

    assert "There is a program for the box on this stick, but it is not taken." in school.desk.get("/sticks?all").text
    assert "The signature on cat/schoolbox.json is missing or not right" in school.desk.get("/program").text


def test_a_stick_that_is_pulled_out_too_early_is_told_and_goes_on(school: School, publisher: ProgramPublisher) -> None:
    school.plug_in(publisher.shelf)
    assert take(school, place_of(school.desk.get("/program").text)) == 303
    (school.media / "KINGSTON").rename(school.media.parent / "pocket")

    school.look()
    assert "went" not in school.desk.get("/program").text
    assert not school.places.wanted_file.exists()

    (school.media.parent / "pocket").rename(school.media / "KINGSTON")
    school.look()
    assert take(school, place_of(school.desk.get("/program").text)) == 303
    school.look()
    assert school.places.wanted_file.exists()


def test_how_an_update_went_is_told_once_among_the_events(school: School) -> None:
    school.state(failed=("0.3.0",), last=Last(version="0.3.0", outcome="back", reason="database"))
    school.look()
    school.look()

    codes = [event.code for event in school.box.events.latest(10)]
    assert codes.count("program_went_back") == 1
    page = school.desk.get("/program").text
    assert "Version 0.3.0 was not well: the box went back to the one before." in page
    assert "It could not write to its database." in page
    assert "Version 0.3.0 of the program was not well" in school.desk.get("/status").text


@pytest.mark.parametrize(
    ("last", "said"),
    [
        (Last(version="0.3.0", outcome="taken"), "The last update went well: version 0.3.0."),
        (Last(version="0.3.0", outcome="crashed", reason="not-ready"), "It did not start."),
        (Last(version="0.3.0", outcome="crashed", reason="ended"), "It ended by itself, again and again."),
        (Last(version="0.3.0", outcome="stays", reason="no-copy"), "there was no copy from before"),
        (
            Last(version="0.3.0", outcome="refused", reason="NotEnoughSpaceError",
                 facts={"needs_bytes": 2_000_000_000, "free_bytes": 5_000_000}),
            "This needs 2",
        ),
        (
            Last(version="0.3.0", outcome="refused", reason="BaseTooOldError",
                 facts={"version": "0.3.0", "needs": "2", "has": "1"}),
            "needs a newer system on the card (2; this one is 1)",
        ),
    ],
    ids=lambda value: value.outcome if isinstance(value, Last) else "",
)  # fmt: skip
def test_each_end_of_an_update_has_its_sentences(school: School, last: Last, said: str) -> None:
    school.state(last=last)

    assert said in school.desk.get("/program").text


def test_what_failed_here_before_is_offered_as_that_and_asked_for_again(
    school: School, publisher: ProgramPublisher
) -> None:
    school.state(failed=("0.2.0",))
    school.plug_in(publisher.shelf)
    page = school.desk.get("/program").text
    assert "It was tried on this box before, and was not well." in page
    assert "Try it once more" in page

    take(school, place_of(page))
    school.look()

    wanted = Book(school.places, Disk()).wanted()
    assert wanted
    assert (wanted.version, wanted.again) == ("0.2.0", True)


def test_no_room_is_told_before_anything_is_copied(
    school: School, publisher: ProgramPublisher
) -> None:
    class FullDisk(Disk):
        def free_bytes(self, path: Path) -> int:  # noqa: ARG002 - it is full everywhere
            return 100

    school.plug_in(publisher.shelf)
    own = ProgramShelf(school.places, FullDisk(), reserve_bytes=0)
    shelf = DirectoryShelf(school.media / "KINGSTON" / "programs")
    offered = own.offered(shelf)
    assert offered
    with pytest.raises(NotEnoughSpaceError):
        own.bring(shelf, offered, lambda _: None)
    assert not list(school.places.brought.glob("staging/*"))


def test_after_a_power_cut_the_box_asks_once_more(school: School, publisher: ProgramPublisher) -> None:
    school.plug_in(publisher.shelf)
    take(school, place_of(school.desk.get("/program").text))
    school.look()
    before = school.places.wanted_file.stat().st_ino

    box = open_box(school.box.config, clock=school.clock)
    try:
        box.programs.work(threading.Event())
    finally:
        box.close()

    assert school.places.wanted_file.stat().st_ino != before


def test_where_no_updater_is_there_is_no_such_page(school: School) -> None:
    school.places.state_file.unlink()

    assert school.desk.get("/program").status_code == 404
    assert "/program" not in school.desk.get("/status").text
    school.look()


def test_by_night_only_if_somebody_allowed_it(school: School) -> None:
    assert not school.box.programs.at_night()
    assert school.desk.post("/program/night", {"wished": "on"}).status_code == 303
    assert school.box.programs.at_night()
    assert school.desk.post("/program/night", {}).status_code == 303
    assert not school.box.programs.at_night()
    assert school.desk.post("/program/hub", {}).status_code == 303
    school.look()
    assert HUB not in school.desk.get("/program").text.partition("<main")[2].partition("data-stamp")[0]


def test_a_page_that_is_open_hears_how_far_it_is(school: School, publisher: ProgramPublisher) -> None:
    before = school.desk.get("/program/live").json
    school.plug_in(publisher.shelf)
    after = school.desk.get("/program/live").json

    assert before is not None
    assert after is not None
    assert before["stamp"] != after["stamp"]
    assert after["share"] == 0



def test_the_hub_gives_a_program_to_its_boxes(school: School, publisher: ProgramPublisher, tmp_path: Path) -> None:
    shelf = tmp_path / "shelf"
    shutil.copytree(publisher.shelf, shelf / "programs")
    with running_hub(tmp_path / "hub"):
        (tmp_path / "hub" / "hub.toml").write_text(f'shelf = "{shelf}"\n', encoding="utf-8")
    with running_hub(tmp_path / "hub") as hub:
        Courier(school.box, hub, tmp_path).enrol()
        assert school.desk.post("/program/hub").status_code == 303
        school.look()
        page = school.desk.get("/program").text
        assert "A newer program: version 0.2.0" in page

        assert take(school, HUB) == 303
        school.look()

    wanted = Book(school.places, Disk()).wanted()
    assert wanted
    assert wanted.version == "0.2.0"
    assert len(list(school.places.brought.glob("blobs/*/*.xz"))) == 2


def night(school: School) -> None:
    """Let it be two at night, on a box that knows that and may take programs by itself."""
    assert school.desk.post("/program/night", {"wished": "on"}).status_code == 303
    school.clock.at = datetime(2026, 9, 26, 2, 0).astimezone()
    school.box.wall_clock.heard(school.clock.at)


def wanted(school: School) -> str:
    """Which version the box asked the updater for."""
    note = Book(school.places, Disk()).wanted()
    return note.version if note else ""


def test_by_night_it_comes_by_itself_and_a_line_that_is_away_is_tried_again_the_same_night(
    school: School, publisher: ProgramPublisher, tmp_path: Path
) -> None:
    shutil.copytree(publisher.shelf, tmp_path / "shelf" / "programs")
    with running_hub(tmp_path / "hub") as hub:
        Courier(school.box, hub, tmp_path).enrol()
        school.look()
    (tmp_path / "hub" / "hub.toml").write_text(f'shelf = "{tmp_path / "shelf"}"\n', encoding="utf-8")
    night(school)
    school.look()
    assert wanted(school) == ""

    with running_hub(tmp_path / "hub") as hub:
        Courier(school.box, hub, tmp_path).enrol()
        school.clock.tick(LOOK_EVERY_S)
        school.look()

    assert wanted(school) == "0.2.0"


def test_what_a_person_asked_the_hub_by_day_is_asked_by_night_all_the_same(
    school: School, publisher: ProgramPublisher, tmp_path: Path
) -> None:
    shelf = tmp_path / "shelf"
    with running_hub(tmp_path / "hub"):
        (tmp_path / "hub" / "hub.toml").write_text(f'shelf = "{shelf}"\n', encoding="utf-8")
    (shelf / "programs").mkdir(parents=True)
    with running_hub(tmp_path / "hub") as hub:
        Courier(school.box, hub, tmp_path).enrol()
        assert school.desk.post("/program/hub").status_code == 303
        school.look()
        assert "There is no newer program here." in school.desk.get("/program").text
        shutil.copytree(publisher.shelf, shelf / "programs", dirs_exist_ok=True)
        school.clock.tick(10 * 3600)
        school.look()
        assert wanted(school) == ""
        night(school)
        school.look()

    assert wanted(school) == "0.2.0"
