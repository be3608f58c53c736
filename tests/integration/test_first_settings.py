"""A box takes what its card said: school, claim code, and its hub once there is a line; and packs that were kept."""

import json
import shutil
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from schoolbox.config import Config
from schoolbox.errors import BadInputError
from schoolbox.jobs.beginning import BeginningJob
from schoolbox.services.claim import Owner
from schoolbox.wiring import Box, open_box
from sync.answers import Answer
from sync.transport import HubTransport
from tests.simulators.hub import RunningHub, running_hub
from tests.simulators.programs import free_port
from tests.simulators.seeded import seed
from tests.simulators.waiting import eventually

DEVICE, PASSWORD = "10.0.0.5/laptop", "tri fjalë të mira"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    with running_hub(tmp_path_factory.mktemp("hub") / "data") as running:
        yield running


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "box").mkdir()
    return tmp_path / "box"


@pytest.fixture
def opened(data: Path) -> Iterator[Callable[[], Box]]:
    boxes: list[Box] = []

    def again() -> Box:
        for box in boxes:
            box.close()
        boxes.append(open_box(Config(data=data, reserve_mb=0, announce=False, sticks=None)))
        return boxes[-1]

    yield again
    boxes[-1].close()


def say(data: Path, **said: str) -> Path:
    file = data / "first-boot.json"
    file.write_text(json.dumps(said), encoding="utf-8")
    return file


def test_the_school_and_the_code_of_the_card_are_the_boxs(data: Path, opened: Callable[[], Box]) -> None:
    file = say(data, school="Shkolla „Agimi”", municipality="Gjilan", claim="9WQ4-T3NB")
    box = opened()
    box.first_settings.take()
    assert not file.exists()
    assert box.school.name() == "Shkolla „Agimi”, Gjilan"
    assert box.claim.prepare() == "9WQ4-T3NB"
    assert box.claim.claim(Owner("9wq4t3nb", "Agimi", "Gjilan", PASSWORD), device=DEVICE)
    say(data, claim="AAAA-AAAA")
    box.first_settings.take()
    assert not box.claim.needed()
    assert not (data / "CLAIM.txt").exists()


def test_a_start_that_is_broken_off_takes_the_file_again(data: Path, opened: Callable[[], Box]) -> None:
    file = say(data, school="Agimi", hub="https://hub.example", code="k7pm-2r9x", claim="9WQ4-T3NB")
    raw = file.read_bytes()
    box = opened()
    box.first_settings.take()
    asked = box.hub_asking.waiting()
    file.write_bytes(raw)  # the power went before the name was gone for good
    box = opened()
    box.first_settings.take()
    assert box.hub_asking.waiting() == asked
    assert box.claim.prepare() == "9WQ4-T3NB"


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'{"school": 1}', b'{"sudo": "yes"}', b'{"hub": "x", "code": "y"}'])
def test_a_file_that_makes_no_sense_stops_nothing_and_goes(data: Path, opened: Callable[[], Box], raw: bytes) -> None:
    file = data / "first-boot.json"
    file.write_bytes(raw)
    box = opened()
    box.first_settings.take()
    assert not file.exists()
    assert box.school.name() == ""
    assert box.hub_asking.waiting() is None


def test_a_later_name_of_the_school_keeps_the_municipality(data: Path, opened: Callable[[], Box]) -> None:
    box = opened()
    box.school.set("Agimi", "Gjilan")
    say(data, school="Agimi i ri")
    box.first_settings.take()
    assert box.school.name() == "Agimi i ri, Gjilan"


def test_a_hub_is_asked_until_it_answers_and_then_never_again(hub: RunningHub, opened: Callable[[], Box]) -> None:
    box = opened()
    code = hub.hub.enrolments.make_code("Agimi", "Gjilan").code
    box.hub_asking.ask(f"http://127.0.0.1:{free_port()}", code)
    with HubTransport() as transport:
        assert not box.hub_asking.try_now(transport)
        waiting = box.hub_asking.waiting()
        assert waiting is not None
        assert (waiting.problem, waiting.told[0]) == ("NobodyThereError", "Nobody answers at this address.")
        box.hub_asking.ask(f"{hub.url}/", code.lower())
        assert box.hub_asking.try_now(transport)
        assert box.hub_asking.waiting() is None
        assert box.hub_asking.try_now(transport)
    assert box.uplink.status().hub_url == hub.url
    assert box.school.name() == "Agimi, Gjilan"


def test_an_answer_that_was_lost_is_asked_for_again_with_the_same_words(
    hub: RunningHub, data: Path, opened: Callable[[], Box]
) -> None:
    box = opened()
    box.hub_asking.ask(hub.url, hub.hub.enrolments.make_code("Drita", "Gjilan").code)
    file = data / "keys" / "hub-asked.json"
    raw = file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with HubTransport() as transport:
        assert box.hub_asking.try_now(transport)
        file.write_bytes(raw)  # the power went before this box knew that it was taken in
        (data / "keys" / "hub.json").unlink()
        box = opened()
        assert box.hub_asking.try_now(transport)
    assert box.uplink.status().enrolled


def test_a_code_that_the_hub_refuses_is_told_and_not_tried_again(hub: RunningHub, opened: Callable[[], Box]) -> None:
    box = opened()
    box.hub_asking.ask(hub.url, "AAAA-AAAA")
    with HubTransport() as transport:
        assert box.hub_asking.try_now(transport)
    waiting = box.hub_asking.waiting()
    assert waiting is not None
    assert waiting.is_refused
    assert waiting.told[1].startswith("Check the code letter by letter")
    assert not box.uplink.status().enrolled


def test_what_a_person_asks_while_another_hub_is_slow_to_answer_is_not_lost(
    hub: RunningHub, opened: Callable[[], Box]
) -> None:
    box = opened()
    box.hub_asking.ask(hub.url, "AAAA-AAAA")

    class Meanwhile(HubTransport):
        """A line on which a person is quicker than the hub."""

        def post_enrolment(self, hub_url: str, body: bytes) -> Answer:
            answer = super().post_enrolment(hub_url, body)
            box.hub_asking.ask(hub.url, "BBBB-BBBB")
            return answer

    with Meanwhile() as transport:
        box.hub_asking.try_now(transport)
    waiting = box.hub_asking.waiting()
    assert waiting is not None
    assert (waiting.code, waiting.problem) == ("BBBBBBBB", "")


@pytest.mark.parametrize(
    ("hub_said", "code", "field"),
    [("hub.example", "K7PM-2R9X", "hub"), ("ftp://x", "K7PM-2R9X", "hub"), ("https://x y", "K7PM-2R9X", "hub"),
     ("https://x", "K7PM", "code"), ("https://x", "K7PM-2R9U", "code")],
)  # fmt: skip
def test_what_is_no_address_or_no_code_is_refused_at_once(
    opened: Callable[[], Box], hub_said: str, code: str, field: str
) -> None:
    with pytest.raises(BadInputError) as caught:
        opened().hub_asking.ask(hub_said, code)
    assert caught.value.field == field


def test_the_running_box_asks_by_itself_and_at_once_when_a_person_wants_it(
    hub: RunningHub, opened: Callable[[], Box]
) -> None:
    box = opened()
    stop = threading.Event()
    job = BeginningJob(box.hub_asking, box.kept_packs, box.uplink)
    thread = threading.Thread(target=job.run, args=(stop,))
    thread.start()
    try:
        box.hub_asking.ask(hub.url, hub.hub.enrolments.make_code("Zhegra", "Gjilan").code)
        box.uplink.try_now()
        eventually(lambda: box.uplink.status().enrolled)
    finally:
        stop.set()
        job.wake()
        thread.join()
    assert box.hub_asking.waiting() is None


def test_packs_that_a_reset_kept_are_published_again_and_nothing_else_is(tmp_path: Path) -> None:
    seeded = seed(tmp_path, pupils=1)
    config = Config(data=seeded.data, reserve_mb=0, announce=False, sticks=None)
    box = open_box(config)
    before = {row.pack_id: (row.version, row.items, row.missing) for row in box.packs.list()}
    box.close()
    assert before
    for path in seeded.data.iterdir():
        if path.name not in ("packs", "trust"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    box = open_box(config)
    try:
        assert box.packs.list() == []
        assert box.kept_packs.publish_again() == 0  # nobody said so: an installation may have been broken off
        (seeded.data / "packs-kept").touch()
        assert box.kept_packs.publish_again() == len(before)
        assert {row.pack_id: (row.version, row.items, row.missing) for row in box.packs.list()} == before
        assert not box.people.has_technician()
        assert not (seeded.data / "packs-kept").exists()
        assert box.kept_packs.publish_again() == 0
    finally:
        box.close()


def test_a_new_box_without_packs_publishes_nothing(opened: Callable[[], Box]) -> None:
    assert opened().kept_packs.publish_again() == 0
