"""A technician makes a new box of an old one: from the page to root's helper to the next start."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.raspberrypi.helper.answering import answer_all
from deploy.raspberrypi.helper.places import Places
from deploy.raspberrypi.helper.verbs import Tools
from schoolbox.config import Config
from schoolbox.services.people_rows import NewPerson
from schoolbox.web.app import create_app
from schoolbox.wiring import Box, open_box
from tests.simulators.device import Device
from tests.simulators.first_box import FirstBox
from tests.simulators.rooms import TECHNICIAN
from tests.simulators.root_machine import RootMachine
from tests.simulators.seeded import PASSWORD
from tests.simulators.waiting import eventually


@dataclass
class Rig:
    """A box in its machine, and the technician's computer."""

    machine: FirstBox
    box: Box
    desk: Device

    def order(self, said: dict[str, str]) -> tuple[str, RootMachine]:
        """Order a reset on the page, while root's helper does what is asked; gives the page and what root ran."""
        root, places = RootMachine(self.machine.root), Places(self.machine.root)

        def helper() -> None:
            eventually(lambda: any(places.asked.glob("*.json")))
            answer_all(Tools(root, places))

        with ThreadPoolExecutor(1) as pool:
            done = pool.submit(helper)
            page = self.desk.post("/reset", said, on="/reset").text
            done.result()
        return page, root


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    machine = FirstBox(tmp_path / "root")
    machine.start()
    answered = machine.root / "run/schoolbox/answered"
    answered.mkdir(parents=True)
    (machine.places.box / "asked").mkdir()
    box = open_box(Config(data=machine.places.box, helper=answered, reserve_mb=0, announce=False, sticks=None))
    box.first_settings.take()
    box.people.add(NewPerson("technician", "Besnik", "Krasniqi", login=TECHNICIAN, password=PASSWORD))
    desk = Device(create_app(box))
    assert desk.sign_in_staff(TECHNICIAN).status_code == 303
    desk.get("/?lang=en")
    yield Rig(machine, box, desk)
    box.close()


@pytest.mark.parametrize("everything", [False, True])
def test_the_word_makes_a_new_box_at_the_next_start(rig: Rig, *, everything: bool) -> None:
    assert 'href="/reset"' in rig.desk.get("/setup").text
    assert "Everything of people goes for good" in rig.desk.get("/reset").text
    number = rig.machine.kept("machine-id")
    said = {"word": "reset"} | ({"everything": "1"} if everything else {})
    page, root = rig.order(said)
    assert "The box starts again" in page
    assert root.ran == [("systemctl", "--no-block", "reboot")]
    assert rig.box.people.has_technician()
    rig.box.close()
    (rig.machine.places.box / "packs").mkdir(exist_ok=True)
    rig.machine.start()
    assert not (rig.machine.places.box / "box.db").exists()
    assert (rig.machine.places.box / "packs").exists() is not everything
    assert rig.machine.kept("machine-id") != number
    assert rig.machine.handed()["claim"] in rig.machine.said("schoolbox-claim.txt")


@pytest.mark.parametrize("word", ["", "yes", "RESET ALL"])
def test_another_word_changes_nothing(rig: Rig, word: str) -> None:
    page = rig.desk.post("/reset", {"word": word}, on="/reset")
    assert page.status_code == 400
    assert 'id="word-bad"' in page.text
    assert not any((rig.machine.places.box / "asked").glob("*"))
    assert rig.machine.kept("reset.json") == ""


def test_where_no_helper_is_installed_there_is_no_such_page(rig: Rig) -> None:
    assert rig.box.config.helper
    rig.box.config.helper.rmdir()
    assert 'href="/reset"' not in rig.desk.get("/setup").text
    assert rig.desk.get("/reset").status_code == 404
