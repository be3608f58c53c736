"""The pages of the machine and of the box's own Wi-Fi: who sees them, what they have root do, what phones are told."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.raspberrypi.firstboot.network_files import OWN, own_network
from deploy.raspberrypi.helper import network, zone
from deploy.raspberrypi.helper.answering import answer_all
from deploy.raspberrypi.helper.places import Places
from deploy.raspberrypi.helper.verbs import Tools
from schoolbox.config import Config
from schoolbox.services.people_rows import NewPerson
from schoolbox.web.app import create_app
from schoolbox.web.captive import LOOKED_FOR
from schoolbox.wiring import open_box
from tests.simulators.device import Device, shown
from tests.simulators.rooms import Pages, open_pages
from tests.simulators.root_machine import RootMachine
from tests.simulators.seeded import PASSWORD, seed

PHONE = "10.42.0.17"


def put_zones(places: Places, *names: str) -> None:
    """A table of time zones as tzdata has it; a name without a slash is in no country's row."""
    for name in names:
        (places.zones / name).parent.mkdir(parents=True, exist_ok=True)
        (places.zones / name).write_bytes(b"TZif2")
    rows = [f"XX\t+0000+00000\t{name}\tsome words" for name in (*names, "Mars/Olympus") if "/" in name]
    (places.zones / "zone.tab").write_text("\n".join(["# tzdb", *rows, ""]))


class Machine:
    """A box on a machine with root's helper, which answers on a thread of its own."""

    def __init__(self, folder: Path) -> None:
        self.places, self.machine = Places(folder / "root"), RootMachine(folder / "root")
        for each in (self.places.asked, self.places.answered):
            each.mkdir(parents=True)
        network.prepare(self.machine, self.places)
        put_zones(self.places, "Europe/Belgrade", "Europe/Tirane", "Asia/Tokyo", "UTC")
        (folder / "root/etc").mkdir()
        zone.put(self.places)
        seeded = seed(folder, data=self.places.asked.parent)
        config = Config(
            data=seeded.data, reserve_mb=0, announce=False, sync=False, sticks=None, helper=self.places.answered
        )
        self.box = open_box(config)
        self.technician = self.box.people.add(NewPerson("technician", "Besnik", "Krasniqi", password=PASSWORD)).login
        self.pages = Pages(self.box, create_app(self.box), seeded)
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._answer)

    def _answer(self) -> None:
        while not self.stop.wait(0.02):
            answer_all(Tools(self.machine, self.places))

    def own(self) -> bytes:
        return (self.places.connections / OWN).read_bytes()


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    made = Machine(tmp_path_factory.mktemp("machine"))
    made.thread.start()
    yield made
    made.stop.set()
    made.thread.join(45)
    made.box.close()


@pytest.fixture
def desk(machine: Machine) -> Device:
    return machine.pages.staff(machine.technician)


def test_the_status_leads_to_the_machine_where_a_helper_is(machine: Machine, desk: Device) -> None:
    assert 'href="/machine"' in desk.text("/status")
    page = shown(desk, "/machine")
    assert "The box's own Wi-Fi" in page
    assert "anybody near may join" in page
    assert machine.pages.staff(machine.pages.seeded.teacher).get("/machine").status_code == 403


def test_setting_up_leads_to_the_wifi_until_it_has_a_password(desk: Device) -> None:
    for password, is_told in (("", True), ("three good words", False)):
        wished = {"name": "Agimi", "password": password, **({} if password else {"open": "1"})}
        assert desk.post("/machine/network", wished, on="/machine").status_code == 303
        page = desk.text("/setup")
        step = page[page.index('aria-labelledby="st-wifi"') :].partition("</section>")[0]
        assert 'href="/machine"' in step
        assert "<b>Agimi</b>" in step
        assert ("Give the box&#39;s Wi-Fi a password" in step) is is_told
        assert ("Done" in step) is not is_told


def test_without_a_helper_there_is_no_such_page(tmp_path: Path) -> None:
    with open_pages(tmp_path) as pages:
        login = pages.box.people.add(NewPerson("technician", "Arta", "Hoxha", password=PASSWORD)).login
        device = pages.staff(login)
        assert device.get("/machine").status_code == 404
        assert "/machine" not in device.text("/status")
        assert "/machine" not in device.text("/setup")


def test_the_poster_names_the_own_wifi_and_says_when_it_asks_for_no_password(desk: Device) -> None:
    for wished, is_open in (({"name": "A & B", "open": "1"}, True), ({"name": "A & B", "password": "12345678"}, False)):
        assert desk.post("/machine/network", wished, on="/machine").status_code == 303
        poster = desk.text("/poster").partition('class="sheet')[2]
        assert "Join the Wi-Fi A &amp; B." in poster
        assert ("It asks for no password." in poster) is is_open
    other = desk.text("/poster?wifi=Shkolla&host=evil.example").partition('class="sheet')[2]
    assert "Join the Wi-Fi Shkolla." in other
    assert "evil" not in other


@pytest.mark.parametrize(("page", "word"), [("restart", "reboot"), ("off", "poweroff")])
def test_the_machine_is_started_again_or_goes_off(machine: Machine, desk: Device, page: str, word: str) -> None:
    assert desk.post(f"/machine/{page}", on="/machine").status_code == 303
    assert ("systemctl", "--no-block", word) in machine.machine.ran
    assert "from its page" in shown(desk, "/status")


def test_the_wifi_gets_a_name_and_a_password_keeps_it_and_is_opened(machine: Machine, desk: Device) -> None:
    for typed, said in (
        ({"name": "Agimi", "password": "three good words"}, ("Agimi", "three good words")),
        ({"name": "Shkolla „Agimi”", "password": ""}, ("Shkolla „Agimi”", "three good words")),
        ({"name": "Agimi", "password": "", "open": "1"}, ("Agimi", "")),
        ({"name": "Agimi 2", "password": ""}, ("Agimi 2", "")),
    ):
        assert desk.post("/machine/network", typed, on="/machine").status_code == 303
        assert machine.own() == own_network(*said)
    assert 'value="Agimi 2"' in desk.text("/machine")


def test_the_radio_gets_the_country_that_was_chosen_and_the_page_says_which_holds(
    machine: Machine, desk: Device
) -> None:
    assert 'name="country" maxlength="2"' in desk.text("/machine")
    for typed, held in (("DE", "DE"), (" mk ", "MK"), ("XK", "AL")):
        assert desk.post("/machine/network", {"name": "Agimi", "country": typed}, on="/machine").status_code == 303
        assert (machine.places.system / "country").read_text() == f"{held}\n"
        assert ("iw", "reg", "set", held) in machine.machine.ran
        assert f'value="{held}"' in desk.text("/machine")
    assert "Albania's rules hold there" in shown(desk, "/machine")


def test_a_system_that_does_not_say_which_countries_it_knows_keeps_the_one_it_has(
    machine: Machine, desk: Device
) -> None:
    kept = machine.places.network.read_bytes()
    said = json.loads(kept)
    del said["countries"]
    machine.places.network.write_text(json.dumps({**said, "country": "ME"}))
    try:
        assert 'name="country"' not in desk.text("/machine")
        assert desk.post("/machine/network", {"name": "Agimi", "country": "DE"}, on="/machine").status_code == 303
    finally:
        machine.places.network.write_bytes(kept)
    assert (machine.places.system / "country").read_text() == "ME\n"


def test_the_box_gets_the_time_zone_that_was_chosen_and_goes_by_it_at_once(machine: Machine, desk: Device) -> None:
    page = desk.text("/machine")
    assert page.index("Europe/Belgrade") < page.index("Asia/Tokyo")
    assert "Mars/Olympus" not in page
    for chosen in ("Asia/Tokyo", "Europe/Belgrade"):
        assert desk.post("/machine/zone", {"zone": chosen}, on="/machine").status_code == 303
        assert (machine.places.system / "time-zone").read_text() == f"{chosen}\n"
        assert (machine.places.root / "etc/localtime").readlink() == Path(f"/usr/share/zoneinfo/{chosen}")
        page = desk.text("/machine")
        assert f"<option selected>{chosen}</option>" in page
        assert f"The time zone is {chosen}. All pages show it from now on" in page
        assert f"The time zone of the box is now {chosen}" in shown(desk, "/status")


@pytest.mark.parametrize("typed", ["Europe/Pristina", "", "../../etc/passwd", "Mars/Olympus", "UTC"])
def test_a_time_zone_that_is_none_of_the_list_is_refused_and_nothing_is_asked(
    machine: Machine, desk: Device, typed: str
) -> None:
    ran = len(machine.machine.ran)
    answer = desk.post("/machine/zone", {"zone": typed}, on="/machine")
    assert answer.status_code == 400
    assert "The box does not know this time zone. Choose one of the list." in answer.text
    assert len(machine.machine.ran) == ran


def test_a_system_that_does_not_say_which_time_zones_it_knows_is_not_asked_for_one(
    machine: Machine, desk: Device
) -> None:
    away = machine.places.zone.rename(machine.places.zone.with_name("away.json"))
    try:
        assert 'name="zone"' not in desk.text("/machine")
        assert desk.post("/machine/zone", {"zone": "Europe/Tirane"}, on="/machine").status_code == 400
    finally:
        away.rename(machine.places.zone)


@pytest.mark.parametrize(
    "typed",
    [{"name": ""}, {"name": "x" * 33}, {"name": "A", "password": "short"}, {"name": "A", "password": "fjalëkalim"},
     {"name": "A", "country": "ZZ"}, {"name": "A", "country": ""}, {"name": "A", "country": "ALB"}],
)
def test_what_cannot_be_is_said_at_the_form_and_nothing_is_asked(
    machine: Machine, desk: Device, typed: dict[str, str]
) -> None:
    before, ran = machine.own(), len(machine.machine.ran)
    answer = desk.post("/machine/network", typed, on="/machine")
    assert (answer.status_code, "Nothing was changed." in answer.text) == (400, True)
    assert (machine.own(), len(machine.machine.ran)) == (before, ran)


def test_a_system_that_refuses_is_told_as_that(machine: Machine, desk: Device) -> None:
    machine.box.root_work._asked.rename(machine.places.asked.with_name("away"))
    try:
        answer = desk.post("/machine/restart", on="/machine")
    finally:
        machine.places.asked.with_name("away").rename(machine.places.asked)
    assert (answer.status_code, "did not do that" in answer.text) == (503, True)


def test_a_phone_that_looks_for_the_internet_is_welcomed_and_then_stays(machine: Machine) -> None:
    phone = machine.pages.device(PHONE)
    for asked in (*LOOKED_FOR, "", "some/page"):
        answer = phone.get(f"/network-check/{asked}")
        assert (answer.status_code, answer.headers["Location"]) == (302, "http://10.42.0.1/welcome")
    assert json.loads(phone.get("/captive-portal/api").text)["captive"] is True
    assert 'href="/welcome/stay"' in phone.text("/welcome?lang=en")
    assert phone.get("/welcome/stay").status_code == 303
    assert "http://10.42.0.1/" in phone.text("/welcome")
    for asked, (words, _) in LOOKED_FOR.items():
        answer = phone.get(f"/network-check/{asked}")
        assert (answer.status_code, answer.text) == (200 if words else 204, words)
    assert phone.get("/network-check/some/page").headers["Location"] == "http://10.42.0.1/"
    api = phone.get("/captive-portal/api")
    assert (api.mimetype, json.loads(api.text)["captive"]) == ("application/captive+json", False)
    other = machine.pages.device("10.42.0.18")
    assert other.get("/network-check/generate_204").status_code == 302
