"""Boxes are named, moved, replaced and taken in on the hub's pages: who may, what it changes, who is said to do it."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import msgspec
import pytest

from sync.enrolment import BoxIdentity, Enrolment, enrol
from sync.errors import EnrolmentError
from sync.hub.cli import main
from sync.hub.errors import BadRequestError, NotFoundError
from sync.hub.reports.places import EVERYTHING
from sync.ports import Credentials
from sync.transport import HubTransport
from tests.integration.test_hub_boxes import WELL
from tests.integration.test_hub_pages import sign_in, token
from tests.simulators.clock import HandClock
from tests.simulators.courier_rig import courier_box
from tests.simulators.hub import RunningHub, running_hub
from tests.simulators.learning import WALL_AT, Classroom
from tests.simulators.postgres import Postgres

PASSWORD = "tri fjalë të gjata"
OLD = "0000000000000000000000000000000a"


@dataclass
class Ministry:
    """A hub with two municipalities, and somebody at each level."""

    hub: RunningHub

    @contextmanager
    def signed_in(self, name: str) -> Iterator[httpx.Client]:
        with self.hub.client() as client:
            assert sign_in(client, name, PASSWORD).status_code == 303
            yield client

    def post(self, client: httpx.Client, path: str, **form: str) -> httpx.Response:
        """Send a form as its page would, and look at what comes after it."""
        mark = token(client.get("/boxes"))
        answer = client.post(path, data={"csrf_token": mark, **form})
        return client.get(answer.headers["Location"]) if answer.status_code == 303 else answer

    def box(self, school: str = "Agimi", municipality: str = "Gjilan") -> tuple[str, Enrolment]:
        box_id = secrets.token_hex(16)
        return box_id, self.hub.enrol(school, box_id, municipality=municipality)

    def redeem(self, code: str, box_id: str) -> Enrolment:
        with HubTransport() as transport:
            box = BoxIdentity(box_id, "0.1.0")
            return enrol(self.hub.url, code, box, transport, token_urlsafe=secrets.token_urlsafe)

    def told(self, credentials: Credentials, *raws: bytes) -> None:
        with self.hub.client(credentials) as box:
            if raws:
                answer = box.post("/xapi/statements", json=[msgspec.json.decode(raw) for raw in raws])
                assert answer.status_code == 200, answer.text
            assert box.put("/box/v1/status", content=msgspec.json.encode(WELL)).status_code == 200

    def recorded_at(self, school: str) -> int:
        query = "SELECT count(*) FROM statement t JOIN school s ON s.id = t.school WHERE s.name = ?"
        with self.hub.hub.database.read() as db:
            return int(db.execute(query, (school,)).fetchone()[0])


@pytest.fixture(scope="module")
def ministry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ministry]:
    with running_hub(tmp_path_factory.mktemp("hub") / "data", HandClock(WALL_AT)) as hub:
        for school, municipality in (("Agimi", "Gjilan"), ("Drita", "Gjilan"), ("Ura", "Prizren")):
            hub.enrol(school, municipality=municipality)
        places = hub.hub.places
        people = {
            "Ministria": EVERYTHING, "Komuna": places.municipality("Gjilan"),
            "Prizreni": places.municipality("Prizren"), "Shkolla": places.school_named("Agimi", "Gjilan"),
        }  # fmt: skip
        for name, place in people.items():
            hub.hub.admins.add(name, PASSWORD, secrets.token_bytes(16), place)
        yield Ministry(hub)


def test_a_box_has_a_name_that_people_give_it_and_who_gave_it_is_said(ministry: Ministry) -> None:
    box_id, _ = ministry.box()
    with ministry.signed_in("Komuna") as client:
        page = ministry.post(client, f"/boxes/{box_id}/rename", name=" Laboratori  2 ").text
        assert "The box has its new name." in page
        assert "named “Laboratori 2”" in page
        assert "Komuna" in page
        assert ">Laboratori 2</a>" in client.get("/boxes").text
        assert "Nothing was changed." in ministry.post(client, f"/boxes/{box_id}/rename", name="x" * 81).text
    assert ministry.hub.hub.boxes.one(box_id).label == "Laboratori 2"


@pytest.mark.parametrize(("who", "status"), [("Shkolla", 403), ("Prizreni", 404)])
@pytest.mark.parametrize("deed", ["rename", "move", "replace", "withdraw"])
def test_a_school_only_looks_and_for_another_municipality_the_box_is_not_there(
    ministry: Ministry, deed: str, who: str, status: int
) -> None:
    box_id, _ = ministry.box()
    with ministry.signed_in(who) as client:
        form = {"name": "x", "school": "Drita", "municipality": "Gjilan"}
        assert ministry.post(client, f"/boxes/{box_id}/{deed}", **form).status_code == status
        assert "Care for this box" not in client.get(f"/boxes/{box_id}").text
    found = ministry.hub.hub.boxes.one(box_id)
    assert (found.label, found.school, found.withdrawn) == ("", "Agimi", False)
    assert ministry.hub.hub.deeds.of_box(box_id) == []


def test_what_a_box_recorded_stays_with_the_school_where_it_was_also_if_it_arrives_later(ministry: Ministry) -> None:
    box_id, given = ministry.box("Bjeshka")
    there = Classroom(box_id=box_id, school_id=given.school_id)
    ministry.told(given.credentials, there.watched(1))
    with ministry.signed_in("Ministria") as client:
        page = ministry.post(client, f"/boxes/{box_id}/move", school="Ura", municipality="Prizren").text
        assert "belongs to its new school" in page
        assert "moved to Ura, Prizren" in page
    new_school = ministry.hub.hub.places.school_named("Ura", "Prizren").school_id
    here = Classroom(box_id=box_id, school_id=new_school)
    stranger = Classroom(box_id=box_id, school_id=ministry.hub.hub.places.school_named("Drita", "Gjilan").school_id)
    ministry.told(given.credentials, there.watched(2), here.watched(3), stranger.watched(4))
    assert (ministry.recorded_at("Bjeshka"), ministry.recorded_at("Ura"), ministry.recorded_at("Drita")) == (2, 2, 0)
    with ministry.signed_in("Komuna") as client:
        assert client.get(f"/boxes/{box_id}").status_code == 404


def test_a_box_hears_of_its_move_and_records_for_its_new_school(ministry: Ministry, tmp_path: Path) -> None:
    with courier_box(tmp_path / "box", ministry.hub) as school:
        assert school.over_the_line().ok
        before = school.box.uplink.place().school_id
        ministry.hub.hub.care.move(school.box_id, ("Drita", "Gjilan"), by="test")
        school.learn(1)
        assert school.over_the_line().push.sent == 1
        assert school.box.uplink.place().school_id not in (None, before)
        at_drita = ministry.recorded_at("Drita")
        school.learn(2)
        assert school.over_the_line().push.sent == 2
        assert ministry.recorded_at("Drita") == at_drita + 2


def test_a_municipality_moves_boxes_within_itself_and_a_mistyped_school_is_not_made(ministry: Ministry) -> None:
    box_id, _ = ministry.box()
    with ministry.signed_in("Komuna") as client:
        for school in ("Ura", "Drta", ""):
            page = ministry.post(client, f"/boxes/{box_id}/move", school=school, municipality="Prizren").text
            assert "Nothing was changed." in page
        ministry.post(client, f"/boxes/{box_id}/move", school="Lisi", municipality="Prizren", new="on")
    found = ministry.hub.hub.boxes.one(box_id)
    assert (found.school, found.municipality) == ("Lisi", "Gjilan")


def test_the_successor_of_a_dead_box_takes_its_place_and_the_old_key_ends(ministry: Ministry) -> None:
    dead, given = ministry.box("Lisi")
    ministry.told(given.credentials, Classroom(box_id=dead, school_id=given.school_id).watched(1))
    with ministry.signed_in("Komuna") as client:
        ministry.post(client, f"/boxes/{dead}/rename", name="Kati 2")
        page = ministry.post(client, f"/boxes/{dead}/replace").text
        code = re.search(r"Code: ([0-9A-Z]{4}-[0-9A-Z]{4})", page)
        assert code
        assert code[1] not in client.get(f"/boxes/{dead}").text
        with ministry.hub.client(given.credentials) as old:
            assert old.put("/box/v1/status", content=msgspec.json.encode(WELL)).status_code == 401
        new = secrets.token_hex(16)
        taken = ministry.redeem(code[1], new)
        ministry.told(taken.credentials)
        assert f"/boxes/{new}" in client.get(f"/boxes/{dead}").text
        listed = client.get("/boxes").text
    assert dead not in listed
    found, gone = ministry.hub.hub.boxes.one(new), ministry.hub.hub.boxes.one(dead)
    assert (found.school, found.label, gone.successor, gone.pupils) == ("Lisi", "Kati 2", new, 0)
    assert found.pupils == 28
    assert ministry.recorded_at("Lisi") == 1


def test_a_box_that_was_taken_in_already_can_take_the_place_of_a_dead_one(
    ministry: Ministry, capsys: pytest.CaptureFixture[str]
) -> None:
    (dead, _), (new, _) = ministry.box("Migjeni"), ministry.box("Drita")
    data = str(ministry.hub.folder)
    assert main(["box", "replace", "--box", dead, "--by", dead, "--data", data]) == 2
    assert main(["box", "replace", "--box", dead, "--by", new, "--data", data]) == 0
    found, gone = ministry.hub.hub.boxes.one(new), ministry.hub.hub.boxes.one(dead)
    assert (found.school, gone.successor, gone.withdrawn) == ("Migjeni", new, True)
    with pytest.raises(BadRequestError):
        ministry.hub.hub.care.replace_by(new, dead, by="test")
    with pytest.raises(NotFoundError):
        ministry.hub.hub.care.replace_by(OLD, new, by="test")
    capsys.readouterr()
    assert main(["box", "list", "--data", data]) == 0
    assert f"replaced by {new}" in capsys.readouterr().out
    assert main(["deed", "list", "--data", data]) == 0
    assert f"schoolbox-hub  replaced  {dead}  {new}" in capsys.readouterr().out


def test_a_dead_box_that_comes_back_with_a_code_is_itself_again(ministry: Ministry) -> None:
    dead, _ = ministry.box()
    ministry.redeem(ministry.hub.hub.care.replace(dead, by="test").code, dead)
    found = ministry.hub.hub.boxes.one(dead)
    assert (found.successor, found.withdrawn) == (None, False)


def test_a_withdrawn_box_is_neither_silent_nor_counted(ministry: Ministry) -> None:
    box_id, _ = ministry.box("Teuta", "Prizren")
    with ministry.signed_in("Prizreni") as client:
        assert "never heard from" in client.get("/boxes").text
        assert "may no longer send" in ministry.post(client, f"/boxes/{box_id}/withdraw").text
        school = ministry.hub.hub.boxes.one(box_id).school_id
        assert box_id not in client.get(f"/schools/{school}").text
        assert 'class="tag">withdrawn' in client.get("/boxes").text


def test_a_request_is_brought_bound_and_answered_on_the_page(ministry: Ministry, tmp_path: Path) -> None:
    with courier_box(tmp_path / "box", ministry.hub, enrolled=False) as far, ministry.signed_in("Komuna") as client:
        raw = far.box.enrolment_files.request()
        mark = token(client.get("/enrolment"))
        files = [("request", ("box.request", raw)), ("request", ("x.jpg", b"no request"))]
        answer = client.post("/enrolment", data={"csrf_token": mark}, files=files)
        page = client.get(answer.headers["Location"]).text
        assert f"The request of box {far.box_id[:8]} is here." in page
        assert "This cannot be read" in page
        bind = re.search(r'action="(/enrolment/([0-9a-f]{64})/bind)"', page)
        assert bind
        assert "1 waits" in client.get("/boxes").text
        for name, sees in (("Ministria", 303), ("Prizreni", 404), ("Shkolla", 403)):
            with ministry.signed_in(name) as other:
                assert (far.box_id in other.get("/enrolment").text) == (sees == 303)
                assert other.get(f"/enrolment/{bind[2]}/answer").status_code == (404 if sees == 303 else sees)
                if name != "Ministria":
                    assert ministry.post(other, bind[1], school="Ura").status_code == sees
        assert client.get(f"/enrolment/{bind[2]}/answer").status_code == 404
        page = ministry.post(client, bind[1], school="Bjeshka", municipality="Prizren").text
        number = re.search(r"check number by telephone: ([0-9A-Z-]{14})", page)
        assert number
        given = far.box.enrolment_files.take(client.get(f"/enrolment/{bind[2]}/answer").content, number[1])
        assert (given.school, given.municipality) == ("Bjeshka", "Gjilan")
        assert "taken in for Bjeshka, Gjilan" in client.get(f"/boxes/{far.box_id}").text


def test_a_code_is_made_on_the_page_and_one_in_a_request_is_enough(ministry: Ministry, tmp_path: Path) -> None:
    with courier_box(tmp_path / "box", ministry.hub, enrolled=False) as far, ministry.signed_in("Ministria") as client:
        page = ministry.post(client, "/enrolment/code", school="Ura", municipality="Prizren").text
        code = re.search(r"Code: ([0-9A-Z]{4}-[0-9A-Z]{4})", page)
        assert code
        for raw, said in ((far.box.enrolment_files.request(code[1]), "tell the school this check number"), (
            far.box.enrolment_files.request(code[1], anew=True), "The code in this request is not good",
        )):  # fmt: skip
            mark = token(client.get("/enrolment"))
            answer = client.post("/enrolment", data={"csrf_token": mark}, files={"request": ("box.request", raw)})
            assert said in client.get(answer.headers["Location"]).text
        page = ministry.post(client, "/enrolment/code", school=" ", municipality="Prizren").text
        assert "Nothing was changed" in page
    assert ministry.hub.hub.boxes.one(far.box_id).school == "Ura"


def test_care_and_orders_are_the_same_where_a_server_keeps_the_records(postgres: Postgres, tmp_path: Path) -> None:
    address = postgres.address(postgres.database())
    with running_hub(tmp_path / "data", HandClock(WALL_AT), database=address) as running, courier_box(
        tmp_path / "box", running
    ) as school:
        care, orders, box_id = running.hub.care, running.hub.orders, school.box_id
        care.rename(box_id, "Kati 2", by="test")
        care.move(box_id, ("Drita", "Gjilan"), by="test", is_new=True)
        orders.set_all("m:Gjilan", {"send_kbit": "64"}, by="test")
        orders.add_notice("m:Gjilan", "staff", {"sq": "Njoftim"}, WALL_AT.date().isoformat(), by="test")
        school.learn(1)
        assert school.over_the_line().push.sent == 1
        assert (school.box.line_rules.rules().send_kbit, len(orders.notices("m:Gjilan"))) == (64, 1)
        assert school.over_the_line().ok
        assert orders.standing(box_id).follows == 1
        code = care.replace(box_id, by="test").code
        new = Ministry(running).redeem(code, "d" * 32)
        Ministry(running).told(new.credentials)
        found, gone = running.hub.boxes.one("d" * 32), running.hub.boxes.one(box_id)
        assert (found.school, found.label, gone.successor, gone.withdrawn) == ("Drita", "Kati 2", "d" * 32, True)
        care.told_apart(box_id, by="test")
        assert [deed.what for deed in running.hub.deeds.of_box(box_id)][:2] == ["told-apart", "code-for-successor"]


def test_a_code_that_went_astray_is_withdrawn_by_whoever_cares_for_its_school(ministry: Ministry) -> None:
    code = ministry.hub.hub.enrolments.make_code("Zogaj", "Gjilan").code
    ministry.hub.hub.enrolments.make_code("Zhur", "Prizren")
    with ministry.signed_in("Komuna") as client:
        page = client.get("/enrolment").text
        assert "Withdraw the code for Zogaj" in page
        assert "Zhur" not in page
        assert code not in page
        [path] = re.findall(r'action="(/enrolment/codes/\w+/withdraw)"', page)
        with ministry.signed_in("Prizreni") as stranger:
            assert ministry.post(stranger, path).status_code == 404
        with ministry.signed_in("Shkolla") as school:
            assert ministry.post(school, path).status_code == 403
        assert "Zogaj, Gjilan lets no box in any more" in ministry.post(client, path).text
        assert ministry.post(client, path).status_code == 404
    with pytest.raises(EnrolmentError) as refused:
        ministry.redeem(code, secrets.token_hex(16))
    assert refused.value.reason == "code-withdrawn"
    newest = ministry.hub.hub.deeds.all()[0]
    assert (newest.what, newest.by, newest.detail) == ("code-withdrawn", "Komuna", "Zogaj, Gjilan")


def test_a_school_gets_another_name_and_keeps_what_was_learnt_there(ministry: Ministry) -> None:
    box_id, given = ministry.box("Emin Duraku")
    ministry.told(given.credentials, Classroom(box_id=box_id, school_id=given.school_id).watched(5))
    path = f"/schools/{given.school_id}"
    for who, status in (("Shkolla", 404), ("Prizreni", 404)):
        with ministry.signed_in(who) as client:
            assert ministry.post(client, f"{path}/rename", name="x").status_code == status
    with ministry.signed_in("Komuna") as client:
        assert "Nothing was changed." in ministry.post(client, f"{path}/rename", name=" Drita ").text
        page = ministry.post(client, f"{path}/rename", name=" Hasan  Prishtina ").text
        assert "The school is called “Hasan Prishtina” from now on." in page
        assert "Emin Duraku" not in client.get("/boxes").text
    with ministry.signed_in("Shkolla") as client:
        own = ministry.hub.hub.places.school_named("Agimi", "Gjilan").path
        assert "Rename the school" not in client.get(own).text
        assert ministry.post(client, f"{own}/rename", name="x").status_code == 403
    assert ministry.recorded_at("Hasan Prishtina") == 1
    assert ministry.hub.hub.boxes.one(box_id).school == "Hasan Prishtina"
    assert ministry.hub.hub.deeds.all()[0].detail == "Emin Duraku, Gjilan: Hasan Prishtina"


def test_codes_and_schools_are_looked_after_by_commands_too(
    ministry: Ministry, capsys: pytest.CaptureFixture[str]
) -> None:
    data = ("--data", str(ministry.hub.folder))
    place = ("--school", "Rrezja", "--municipality", "Gjilan")
    assert main(["code", "create", *place, *data]) == 0
    assert main(["code", "list", *data]) == 0
    [mark] = re.findall(r"(\w{16})  [\d-]{10}  Gjilan, Rrezja", capsys.readouterr().out)
    assert main(["code", "withdraw", "--mark", mark, *data]) == 0
    assert main(["code", "withdraw", "--mark", mark, *data]) == 4
    assert main(["school", "rename", *place, "--name", "Rrezja e re", *data]) == 0
    assert main(["school", "rename", *place, "--name", "Rrezja e re", *data]) == 0  # it is called so already
    assert main(["school", "list", *data]) == 0
    assert "Gjilan, Rrezja e re\n" in capsys.readouterr().out


def test_who_says_the_old_name_of_a_school_means_the_same_school(ministry: Ministry) -> None:
    hub = ministry.hub.hub
    first = hub.enrolments.make_code("Emri i vjetër", "Gjilan")
    hub.care.rename_school(first.school_id, "Emri i ri", by="test")
    hub.care.rename_school(first.school_id, "Emri i tretë", by="test")
    for name in ("Emri i vjetër", "Emri i ri", "Emri i tretë"):
        again = hub.enrolments.make_code(name, "Gjilan")
        assert (again.school_id, again.school) == (first.school_id, "Emri i tretë")
        assert hub.places.school_named(name, "Gjilan").school_id == first.school_id
    assert hub.enrolments.make_code("Emri i vjetër", "Kamenicë").school_id != first.school_id
    box_id, _ = ministry.box("Diku")
    hub.care.move(box_id, ("Emri i vjetër", "Gjilan"), by="test")
    assert hub.boxes.one(box_id).school == "Emri i tretë"
    assert hub.deeds.of_box(box_id)[0].detail == "Emri i tretë, Gjilan"


def test_a_name_that_another_school_has_today_is_that_schools(ministry: Ministry) -> None:
    hub = ministry.hub.hub
    first, second = (hub.enrolments.make_code(name, "Gjilan") for name in ("Liria", "Besa"))
    hub.care.rename_school(first.school_id, "Liria 1", by="test")
    with pytest.raises(BadRequestError):
        hub.care.rename_school(second.school_id, "Liria 1", by="test")
    hub.care.rename_school(second.school_id, "Liria", by="test")
    assert hub.enrolments.make_code("Liria", "Gjilan").school_id == second.school_id
    hub.care.rename_school(second.school_id, "Besa", by="test")
    assert hub.enrolments.make_code("Liria", "Gjilan").school_id == second.school_id
    assert hub.enrolments.make_code("Liria 1", "Gjilan").school_id == first.school_id
