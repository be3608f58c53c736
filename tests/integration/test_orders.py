"""What a hub orders goes down with the next contact, and holds on the box unless a technician refuses (PROTOCOL 14)."""

import io
import json
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace

from schoolbox.services.people_rows import NewPerson
from sync.hub.cli import main
from sync.hub.errors import BadRequestError
from sync.hub.orders import EVERYWHERE, scope_of_box
from sync.hub.reports.places import Place
from sync.orders import Orders, read_orders, write_orders
from tests.integration.test_hub_pages import STATUS, sign_in, token
from tests.simulators.clock import HandClock
from tests.simulators.courier_rig import Courier
from tests.simulators.device import Device
from tests.simulators.hub import RunningHub, running_hub
from tests.simulators.learning import WALL_AT
from tests.simulators.rooms import TECHNICIAN, Pages, open_pages
from tests.simulators.seeded import PASSWORD as AT_SCHOOL

PASSWORD = "tri fjalë të gjata"
GJILAN = Place("m:Gjilan", "Gjilan")


@dataclass
class School:
    """A box with people, which its hub has heard once."""

    pages: Pages
    line: Courier
    desk: Device

    @property
    def scope(self) -> str:
        return scope_of_box(self.line.box_id)

    def order(self, **values: str) -> None:
        self.line.hub.hub.orders.set_all(self.scope, values, by="test")

    def settings(self) -> dict[str, str]:
        return dict(self.pages.box.hub_orders.settings())

    def letter(self, number: int, **values: str) -> bytes:
        keys = self.line.hub.hub.keys
        orders = Orders(box=self.line.box_id, number=number, made_at="2026-11-28T09:30:00.000Z", settings=values)
        return write_orders(orders, keys.told.receipts, keys.sign)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    with running_hub(tmp_path_factory.mktemp("hub") / "data", HandClock(WALL_AT)) as running:
        yield running


@pytest.fixture
def school(hub: RunningHub, tmp_path: Path) -> Iterator[School]:
    with at_school(hub, tmp_path) as made:
        yield made


@pytest.fixture
def school_alone(tmp_path: Path) -> Iterator[School]:
    """One whose hub knows no other."""
    with running_hub(tmp_path / "hub" / "data", HandClock(WALL_AT)) as hub, at_school(hub, tmp_path) as made:
        yield made


@contextmanager
def at_school(hub: RunningHub, tmp_path: Path) -> Iterator[School]:
    with open_pages(tmp_path, pupils=1, clock=HandClock(WALL_AT), anew=True) as pages:
        line = Courier(pages.box, hub, tmp_path)
        line.enrol()
        assert line.over_the_line().ok
        yield School(pages, line, pages.staff(TECHNICIAN))


def test_a_setting_goes_down_with_the_next_contact_and_is_confirmed_with_the_one_after(school: School) -> None:
    box, hub = school.pages.box, school.line.hub.hub
    hub.orders.set_all(EVERYWHERE, {"send_kbit": "256", "pull_kbit": "512"}, by="test")
    school.order(send_kbit="64", quiet_hours="7:30-13:30", subscriptions="mash:* mash:x")
    assert school.line.over_the_line().ok
    rules = box.line_rules.rules()
    assert (rules.send_kbit, rules.pull_kbit, rules.quiet_text) == (64, 512, "07:30-13:30")
    assert box.subscriptions.wishes().patterns == {"mash:*": True, "mash:x": True}
    standing = hub.orders.standing(school.line.box_id)
    assert (standing.number, standing.follows) == (1, 0)
    assert school.line.over_the_line().ok
    assert hub.orders.standing(school.line.box_id).follows == 1
    hub.orders.set_all(EVERYWHERE, {"send_kbit": "", "pull_kbit": ""}, by="test")
    school.order(quiet_hours="", subscriptions="")
    assert school.line.over_the_line().ok
    assert school.settings() == {"send_kbit": "64"}
    assert box.subscriptions.wishes().patterns == {}


def test_nothing_is_sent_to_a_box_of_which_nothing_is_wanted_and_nothing_twice(school: School) -> None:
    hub = school.line.hub.hub
    assert hub.orders.standing(school.line.box_id).number == 0
    school.order(send_kbit="64")
    for _ in range(3):
        assert school.line.over_the_line().ok
    assert hub.orders.standing(school.line.box_id).number == 1


@pytest.mark.parametrize("number", [1, 2])
def test_old_orders_are_never_followed_again(school: School, number: int) -> None:
    orders = school.pages.box.hub_orders
    assert orders.came(school.letter(2, send_kbit="64"))
    assert not orders.came(school.letter(number, send_kbit="1"))
    assert school.settings() == {"send_kbit": "64"}
    school.line.enrol()  # the same hub, taken in anew: what was old stays old
    assert not orders.came(school.letter(number, send_kbit="1"))
    assert orders.came(school.letter(3, send_kbit="32"))
    assert school.settings() == {"send_kbit": "32"}


def test_a_hub_that_was_put_back_to_an_older_copy_is_heard_again(school: School) -> None:
    assert school.pages.box.hub_orders.came(school.letter(7, send_kbit="64"))
    school.order(send_kbit="16")
    assert school.line.over_the_line().ok
    assert school.settings() == {"send_kbit": "16"}
    assert school.pages.box.hub_orders.number() == 8


def test_orders_of_another_hub_or_for_another_box_change_nothing(
    school: School, tmp_path_factory: pytest.TempPathFactory
) -> None:
    orders = school.pages.box.hub_orders
    with running_hub(tmp_path_factory.mktemp("other") / "data") as other:
        keys = other.hub.keys
        said = read_orders(school.letter(9, send_kbit="1"), school.line.hub.hub.keys.told.receipts, school.line.box_id)
        assert said is not None
        assert not orders.came(write_orders(said, keys.told.receipts, keys.sign))
        mine = school.line.hub.hub.keys
        assert not orders.came(write_orders(replace(said, box="0" * 32), mine.told.receipts, mine.sign))
        assert school.settings() == {}
        assert orders.came(school.letter(9, send_kbit="64"))
        school.line.hub = other
        school.line.enrol()
        assert (school.settings(), orders.number()) == ({}, 0)  # a new hub begins anew


def test_the_key_of_enrolment_stays_when_the_line_tells_another(school: School) -> None:
    box = school.pages.box
    assert school.line.over_the_line().ok
    report = school.line.over_the_line()
    assert report.courier is not None
    box.uplink.report(replace(report, courier=replace(report.courier, receipts="1" * 64)), next_try_in_s=None)
    keys = box.uplink.courier_keys()
    assert keys is not None
    assert keys.receipts == "1" * 64
    assert box.hub_orders.came(school.letter(1, send_kbit="64"))


def test_a_technician_sees_what_the_hub_set_and_may_refuse_it(school: School) -> None:
    school.order(send_kbit="64", quiet_hours="07:30-13:30")
    assert school.line.over_the_line().ok
    page = school.desk.get("/line").text
    for words in ("What the hub has set on this box", "64", "07:30-13:30", "The hub sets this at present"):
        assert words in page
    school.desk.post("/line", {"send_kbit": "128", "pull_kbit": "", "quiet": ""})
    assert school.pages.box.line_rules.rules().send_kbit == 64
    school.desk.post("/line/orders/send_kbit/refuse")
    assert school.pages.box.line_rules.rules().send_kbit == 128
    assert "refused here" in school.desk.get("/line").text
    assert school.line.over_the_line().ok
    assert school.line.hub.hub.orders.standing(school.line.box_id).refused == ("send_kbit",)
    school.desk.post("/line/orders/send_kbit/follow")
    assert school.pages.box.line_rules.rules().send_kbit == 64
    status = school.desk.get("/status").text
    assert "Somebody decided not to follow the hub in this: send_kbit" in status


def test_what_this_box_cannot_set_is_told_and_the_rest_holds(school: School) -> None:
    assert school.pages.box.hub_orders.came(school.letter(1, send_kbit="64", pull_kbit="many", brightness="9"))
    assert school.settings() == {"send_kbit": "64"}
    assert school.pages.box.uplink.box_status().orders_refused == ("brightness", "pull_kbit")


def test_what_people_at_the_box_leave_alone_the_hub_does_not_bring_back(school: School) -> None:
    school.order(subscriptions="mash:* mash:x")
    assert school.line.over_the_line().ok
    wishes = school.pages.box.subscriptions
    assert wishes.remove("mash:x")
    assert wishes.wishes().patterns == {"mash:*": True, "mash:x": False}


def test_a_notice_stands_on_the_pages_of_those_it_is_for_until_each_has_read_it(school: School) -> None:
    box, hub = school.pages.box, school.line.hub.hub
    box.people.add(NewPerson("technician", "Ilir", "Gashi", login="ilir.gashi", password=AT_SCHOOL))
    day = (WALL_AT + timedelta(days=3)).date().isoformat()
    texts = {"en": "New packs come on Monday.", "sq": "Paketat e reja vijnë të hënën."}
    number = hub.orders.add_notice(school.scope, "technicians", texts, day, by="test")
    hub.orders.add_notice(school.scope, "teachers", {"en": "Only for teachers."}, day, by="test")
    assert school.line.over_the_line().ok
    page = school.desk.get("/status").text
    assert "New packs come on Monday." in page
    assert "Only for teachers." not in page
    assert "New packs" not in Device(school.pages.app).get("/").text
    assert school.desk.post(f"/notices/{number}/dismiss", {"next": "/people"}).headers["Location"] == "/people"
    assert "New packs" not in school.desk.get("/status").text
    assert "New packs" in school.pages.staff("ilir.gashi").get("/status").text
    assert isinstance(box.clock, HandClock)
    box.clock.at += timedelta(days=4)
    assert "New packs" not in school.pages.staff("ilir.gashi").get("/status").text
    hub.orders.end_notice(number, by="test")
    assert school.line.over_the_line().ok
    assert [one.audience for one in box.hub_orders._known().notices] == ["teachers"]


def test_orders_come_back_on_the_stick_that_brought_a_courier(school: School) -> None:
    school.order(send_kbit="64")
    school.line.learn(2)
    stick = school.line.stick()
    school.pages.box.couriers.write(stick)
    school.line.to_town(stick)
    settled = school.pages.box.couriers.read(stick)
    assert (settled.sent, settled.ordered) == (2, True)
    assert not school.pages.box.couriers.read(stick).ordered  # the same again
    assert school.settings() == {"send_kbit": "64"}
    school.line.learn(1)
    school.pages.box.couriers.write(stick)
    school.line.to_town(stick)
    assert school.line.hub.hub.orders.standing(school.line.box_id).follows == 1


def test_orders_come_back_with_the_phone_that_brought_a_courier_to_the_hubs_page(school: School) -> None:
    school.order(send_kbit="48")
    school.line.learn(1)
    taken_along = school.desk.post("/couriers/phone", on="/couriers").data
    with httpx.Client(base_url=school.line.hub.url, timeout=30) as phone:
        form = {"csrf_token": token(phone.get("/courier"))}
        brought = phone.post("/courier", data=form, files={"courier": ("00000001.courier", taken_along)})
        path = re.search(r'/courier/receipts/[^"]+', brought.text)
        assert path, brought.text
        receipt = phone.get(path[0]).content
    given = {"receipt": (io.BytesIO(receipt), f"{school.line.box_id}.receipt")}
    assert school.desk.post("/couriers/receipt", given, on="/couriers").status_code == 303
    page = school.desk.get("/couriers").text
    assert "1 result has arrived at the hub. What the hub has set for this box" in page
    assert school.settings() == {"send_kbit": "48"}


def test_a_notice_that_nobody_could_read_is_refused(hub: RunningHub) -> None:
    day = (WALL_AT + timedelta(days=3)).date().isoformat()
    for audience, texts, until in (
        ("pupils", {"en": "x"}, day), ("staff", {"en": " "}, day), ("staff", {"xx": "x"}, day),
        ("staff", {"en": "x" * 501}, day), ("staff", {"en": "x"}, "2020-01-01"), ("staff", {"en": "x"}, "soon"),
    ):  # fmt: skip
        with pytest.raises(BadRequestError):
            hub.hub.orders.add_notice(EVERYWHERE, audience, texts, until, by="test")


def sent(client: httpx.Client, path: str, **form: str) -> str:
    answer = client.post(path, data={"csrf_token": token(client.get("/boxes")), **form})
    return client.get(answer.headers["Location"]).text if answer.status_code == 303 else f"status {answer.status_code}"


def test_ministry_and_municipality_order_on_pages_each_for_its_own(hub: RunningHub) -> None:
    box_id = secrets.token_hex(16)
    enrolled = hub.enrol("Drita", box_id)
    for name, place in {"Komuna": GJILAN, "Shkolla": hub.hub.places.school(enrolled.school_id)}.items():
        hub.hub.admins.add(name, PASSWORD, secrets.token_bytes(16), place)
    with hub.client() as ministry, hub.client() as office, hub.client() as director:
        sign_in(ministry)
        sign_in(office, "Komuna", PASSWORD)
        sign_in(director, "Shkolla", PASSWORD)
        page = sent(ministry, "/orders", send_kbit="256", quiet_hours="")
        assert "Kept. It goes down when each box is next heard." in page
        assert "Nothing was changed." in sent(ministry, "/orders", send_kbit="much")
        assert "256 (All boxes)" in office.get("/orders").text
        assert 'value="64"' in sent(office, "/orders", send_kbit="64")
        assert "64 (Gjilan)" in office.get(f"/boxes/{box_id}/orders").text
        form = {"audience": "staff", "until": (WALL_AT + timedelta(days=3)).date().isoformat()}
        page = sent(ministry, "/orders/notices", **form, **{"text-sq": "Njoftim"})
        mine = re.search(r"/notices/(\d+)/end", page)
        assert mine
        assert "Njoftim" in office.get("/orders").text
        assert f"/notices/{mine[1]}/end" not in office.get("/orders").text
        assert sent(office, f"/notices/{mine[1]}/end") == "status 404"
        page = sent(office, f"/boxes/{box_id}/orders/notices", **form, **{"text-en": "For this box"})
        theirs = re.search(r"/notices/(\d+)/end", page)
        assert theirs
        assert "The notice ended here" in sent(office, f"/notices/{theirs[1]}/end")
        assert sent(director, f"/boxes/{box_id}/orders", send_kbit="1") == "status 403"
        assert sent(director, "/municipalities/Gjilan/orders", send_kbit="1") == "status 404"
        assert sent(director, "/orders", send_kbit="1") == "status 404"
        assert "notice" in ministry.get(f"/boxes/{box_id}").text
    hub.hub.orders.set_all(EVERYWHERE, {"send_kbit": ""}, by="test")
    hub.hub.orders.set_all("m:Gjilan", {"send_kbit": ""}, by="test")
    hub.hub.orders.end_notice(int(mine[1]), by="test")


def test_the_command_orders_too(hub: RunningHub, capsys: pytest.CaptureFixture[str]) -> None:
    box_id = secrets.token_hex(16)
    hub.enrol("Drita", box_id)
    where = ("--box", box_id, "--data", str(hub.folder))
    assert main(["order", "set", "--send-kbit", "64", "--subscriptions", "mash:*", *where]) == 0
    assert main(["order", "set", "--send-kbit", "many", *where]) == 2
    assert main(["order", "set", *where]) == 2
    capsys.readouterr()
    assert main(["order", "list", *where]) == 0
    assert capsys.readouterr().out == "send_kbit = 64\nsubscriptions = mash:*\n"
    day = (WALL_AT + timedelta(days=300)).date().isoformat()
    until = max(day, "2026-12-31")
    assert main(["notice", "add", "--text", "sq=Njoftim", "--until", until, "--json", *where]) == 0
    number = json.loads(capsys.readouterr().out)["number"]
    assert main(["notice", "list", *where]) == 0
    assert f"{number}  staff  until {until}  Njoftim" in capsys.readouterr().out
    assert main(["notice", "end", "--number", str(number), "--data", str(hub.folder)]) == 0
    assert main(["notice", "end", "--number", str(number), "--data", str(hub.folder)]) == 4
    assert STATUS.orders == 0


def test_a_school_renamed_at_the_hub_is_called_so_on_its_box_unless_a_technician_refuses(school_alone: School) -> None:
    school = school_alone
    box, hub, number = school.pages.box, school.line.hub.hub, school.line.box_id
    own, at_hub = box.school.name(), hub.boxes.one(number)
    assert "school" not in school.settings()
    hub.care.rename_school(at_hub.school_id, "Agimi i ri", by="test")
    assert school.line.over_the_line().ok
    assert box.school.name() == "Agimi i ri, Gjilan"
    page = school.desk.get("/line").text
    assert "The school&#39;s name" in page
    assert "Agimi i ri, Gjilan" in page
    box.school.set("Emri ynë", "Gjilan")
    assert box.school.name() == "Agimi i ri, Gjilan"
    assert box.uplink.box_status().school == "Agimi i ri"
    other = hub.enrolments.make_code("Tjetra", "Gjilan")
    hub.care.rename_school(other.school_id, at_hub.school, by="test")  # the former name is another school's now
    assert school.line.over_the_line().ok
    assert box.school.name() == "Agimi i ri, Gjilan"
    school.desk.post("/line/orders/school/refuse")
    assert box.school.name() == "Emri ynë, Gjilan" != own
    assert school.line.over_the_line().ok
    assert hub.orders.standing(number).refused == ("school",)
    school.desk.post("/line/orders/school/follow")
    assert box.school.name() == "Agimi i ri, Gjilan"
    assert box.hub_orders.came(school.letter(9))  # the hub names it no longer
    assert box.school.name() == "Emri ynë, Gjilan"


def test_a_box_that_moved_is_told_its_school_and_a_stick_brings_it_too(school_alone: School) -> None:
    school = school_alone
    box, hub = school.pages.box, school.line.hub.hub
    hub.care.move(school.line.box_id, ("Bjeshka", "Kamenicë"), by="test", is_new=True)
    school.line.learn(1)
    stick = school.line.stick()
    box.couriers.write(stick)
    school.line.to_town(stick)
    assert box.couriers.read(stick).ordered
    assert box.school.name() == "Bjeshka, Kamenicë"


def test_another_hub_s_name_holds_no_longer_and_people_cannot_order_it(
    school_alone: School, tmp_path_factory: pytest.TempPathFactory
) -> None:
    school, box, own = school_alone, school_alone.pages.box, school_alone.pages.box.school.name()
    with pytest.raises(BadRequestError):
        school.line.hub.hub.orders.set_all(school.scope, {"school": "Emër\nGjilan"}, by="test")
    for unfit in ("Pa komunë", "\nGjilan", "x" * 121 + "\nGjilan", "a\nb\nc"):
        assert box.hub_orders.came(school.letter(box.hub_orders.number() + 1, school=unfit))
        assert (box.school.name(), box.uplink.box_status().orders_refused) == (own, ("school",))
    assert box.hub_orders.came(school.letter(9, school="Emër\nGjilan"))
    assert box.school.name() == "Emër, Gjilan"
    with running_hub(tmp_path_factory.mktemp("other") / "data") as other:
        school.line.hub = other
        school.line.enrol()
    assert box.school.name() == own
