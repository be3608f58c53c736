"""A pupil changes schools over the hub: sealed up and down, the receipt back, over a line that dies at any moment."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest

from content_packs.letter import write_letter
from content_packs.transfer import RECEIPT_KIND, Receipt, read_receipt
from sync.hub.sendings import GOOD_DAYS
from sync.ports import Credentials
from sync.sending_client import SendingErrand
from sync.sending_wire import PIECE_BYTES, Schools
from tests.integration.test_certificates import finish
from tests.simulators.clock import HandClock
from tests.simulators.device import Device, shown
from tests.simulators.hub import RunningHub, running_hub
from tests.simulators.lesson_source import VIDEO
from tests.simulators.over_the_hub import DyingLine, SchoolOnHub, carried, on_hub, school_on_hub
from tests.simulators.seeded import Pupil

NAME, SURNAME = "Xhevahire", "Mustafa-Kelmendi"
SITTING = "01890000-0000-7000-8000-000000000009"
Two = tuple[SchoolOnHub, SchoolOnHub]


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def hub(tmp_path: Path, clock: HandClock) -> Iterator[RunningHub]:
    with running_hub(tmp_path / "hub", clock) as running:
        yield running


@pytest.fixture
def two(tmp_path: Path, hub: RunningHub, clock: HandClock) -> Iterator[Two]:
    with on_hub(tmp_path, hub, clock) as opened:
        yield opened


def learner(old: SchoolOnHub) -> Pupil:
    """Somebody whose name nobody has at the new school, with a finished course."""
    pupil = old.desk.school.pupil(NAME, SURNAME, old.desk.school.arta.class_id)
    phone = old.desk.school.device()
    phone.sign_in(pupil)
    phone.watch(VIDEO, position_s="30", segments="0-30", sitting=SITTING)
    old.desk.school.arta = pupil
    finish(old.desk.school)
    return pupil


def test_a_pupil_goes_over_the_hub_and_the_receipt_comes_back_and_erases(two: Two, hub: RunningHub) -> None:
    old, new = two
    pupil = learner(old)
    path = f"/people/{pupil.person_id}/transfer"
    code = old.send(pupil, to="ditur")
    assert "Waits for the line to the hub." in shown(old.desk.desk, path)
    assert old.talk().ok
    assert "It is at the hub and waits for the other school." in shown(old.desk.desk, path)
    bare = code.replace("-", "")
    hub_files = [one for one in hub.folder.iterdir() if one.is_file()]
    for held in hub_files:
        for word in (NAME, SURNAME, "xhevahire", code, bare):
            assert word.encode() not in held.read_bytes(), (held, word)

    assert new.talk().ok
    page = shown(new.desk.desk, "/transfers")
    assert "Agimi" in page
    assert "Waits for the code on paper" in page
    assert new.open_sent("K7PM-2R9X-0QTB") == "/transfers"
    page = new.desk.desk.text("/transfers")
    assert "The code does not open this file." in page
    assert "The file is still here, sealed." not in page, "it waits in its list, as before"
    arrival = new.take_in_sent(code)
    assert "The receipt goes back over the hub when there is a line." in shown(
        new.desk.desk, f"/transfers/{arrival.id}"
    )
    assert new.box.deliveries.waiting() == []
    assert old.has(SURNAME), "until the receipt"
    assert old.talk().ok
    assert old.has(SURNAME)

    assert new.talk().ok
    assert "The receipt is at the hub." in shown(new.desk.desk, f"/transfers/{arrival.id}")
    assert carried(hub) == (1, 0), "the sealed file is gone with the receipt"
    assert old.talk().ok
    assert not old.has(SURNAME)
    page = shown(old.desk.desk, "/transfers")
    assert "A pupil was handed over on" in page
    assert "Dituria" in page
    assert carried(hub) == (0, 0)
    assert old.box.erasures.waiting() == [], "the learner goes on under the same number"
    assert [row.pack_id for row in new.box.certificates.record(arrival.person_id)] == ["mash:thyesat-6"]
    for one in two:
        assert one.box.database_care.check() == []
        assert one.talk().ok


@pytest.mark.parametrize("heard", [False, True], ids=["before the hub hears it", "after the hub answered"])
def test_a_line_that_dies_at_every_request_delays_and_loses_nothing(two: Two, hub: RunningHub, heard: bool) -> None:
    old, new = two
    pupil = learner(old)
    code = old.send(pupil, to="Dituria")

    def stubborn(school: SchoolOnHub) -> int:
        """Talk over lines that die at the first, second, third request, until one holds."""
        for at in range(1, 40):
            school.talk(DyingLine(at, heard=heard))
            if len(school.lines[-1].asked) < at:
                return at
        raise AssertionError("the line never held")

    assert stubborn(old) > 3
    assert new.box.deliveries.waiting() == []
    assert stubborn(new) > 2
    [waiting] = new.box.deliveries.waiting()
    assert waiting.is_here
    new.take_in_sent(code)
    assert stubborn(new) > 2
    assert stubborn(old) > 1
    assert not old.has(SURNAME)
    assert new.has(SURNAME)
    assert carried(hub) == (0, 0)
    assert new.box.database.fetch_sql(int, "SELECT count(*) FROM arrival") == [1]


def test_a_large_file_goes_in_pieces_and_goes_on_where_it_stopped(two: Two) -> None:
    old, new = two
    pupil = learner(old)
    old.desk.make(pupil.person_id)
    big = bytes(range(256)) * 820
    old.box.database.write(
        lambda: old.box.database.run_sql("UPDATE departure SET content = ?", (big,))
    )
    old.choose(pupil, to="Dituria")
    pieces = -(-len(big) // PIECE_BYTES)
    assert pieces == 7
    old.talk(DyingLine(6))
    state = old.state(pupil)
    assert state is not None
    assert 0 < state.percent < 100
    assert "On its way to the hub: " in shown(old.desk.desk, f"/people/{pupil.person_id}/transfer")
    assert new.talk().ok
    assert new.box.deliveries.waiting() == [], "not whole: nobody is told"
    line = DyingLine()
    old.talk(line)
    sent = [path for method, path in line.asked if method == "PUT"]
    assert len(sent) - 1 == pieces - state.have_bytes // PIECE_BYTES, "the announcement, and what was missing"
    new.talk(DyingLine(4))
    page = shown(new.desk.desk, "/transfers")
    assert "Still coming: " in page
    [waiting] = new.box.deliveries.waiting()
    form = {"sending": waiting.id, "code": "K7PM-2R9X-0QTB"}
    assert new.desk.desk.post("/transfers", form, on="/transfers").status_code == 404, "nothing to open yet"
    line = DyingLine()
    new.talk(line)
    assert new.box.deliveries.file(waiting.id) == big
    got = [path for method, path in line.asked if method == "GET" and path.count("/") == 2]
    assert len(got) == pieces - waiting.have_bytes // PIECE_BYTES


def test_a_receipt_that_is_forged_or_for_another_pupil_erases_nobody(two: Two, hub: RunningHub) -> None:
    old, new = two
    pupil, blend = learner(old), old.desk.school.blend
    code = old.send(pupil, to="Dituria")
    old.talk()
    new.talk()
    arrival = new.take_in_sent(code)
    [genuine] = [read_receipt(new.box.arrivals.receipt(arrival.id)[1])]
    assert genuine is not None
    forged = msgspec.structs.replace(genuine.said, proof="0" * 12)
    file, other_code = old.desk.hand_over(blend)
    other = new.desk.take_in(file, other_code)
    wrong = [
        new.box.academy.write_letter(RECEIPT_KIND, forged), new.box.arrivals.receipt(other.id)[1],
        write_letter(RECEIPT_KIND, genuine.said, genuine.public, lambda _: bytes(64)),
    ]  # fmt: skip
    state = old.state(pupil)
    assert state is not None
    with hub.client(new.credentials) as client:
        for raw in wrong:
            answer = client.post(f"/box/v1/sendings/{state.id}/receipt", json={"receipt": raw.decode()})
            assert answer.status_code == (400 if raw is wrong[2] else 204), answer.text
            for _ in range(2):
                assert old.talk().ok
            assert old.has(SURNAME)
            assert old.has("Hoxha")
            told = shown(old.desk.desk, f"/people/{pupil.person_id}/transfer")
            assert "Nothing was erased" in told or "No transfer that is open here has this receipt." in told
    assert new.talk().ok
    assert old.talk().ok
    assert not old.has(SURNAME), "the genuine one is the last"
    assert old.has("Hoxha"), "hers is still on paper"


def test_boxes_see_what_is_theirs_and_nothing_else(two: Two, hub: RunningHub, tmp_path: Path) -> None:
    old, new = two
    pupil = learner(old)
    old.send(pupil, to="Dituria")
    old.talk()
    state = old.state(pupil)
    assert state is not None
    path = f"/box/v1/sendings/{state.id}"
    receipt = {"receipt": new.box.academy.write_letter(RECEIPT_KIND, _said()).decode()}
    with school_on_hub(tmp_path / "third", hub, "Zenel Hajdini") as third, hub.client(third.credentials) as stranger:
        assert stranger.get("/box/v1/sendings").json() == {"mine": [], "for_me": []}
        asked: dict[str, str | int] = {"to": "x", "size_bytes": 5, "sha256": "0" * 64}
        assert stranger.get(f"{path}/0").status_code == 404
        assert stranger.put(f"{path}/0", content=b"x").status_code == 404
        assert stranger.post(f"{path}/receipt", json=receipt).status_code == 404
        assert stranger.put(path, json=asked).status_code == 404
        to = msgspec.json.decode(stranger.get("/box/v1/schools").content, type=Schools)
        assert to.schools is not None
        assert {one.name for one in to.schools} == {"Agimi", "Dituria"}
        asked["to"] = next(one.id for one in to.schools if one.name == "Dituria")
        assert stranger.put(path, json=asked).status_code == 409
        assert stranger.delete(path).status_code == 204, "and nothing is deleted"
    with hub.client(old.credentials) as client:
        assert client.get(f"{path}/0").status_code == 404, "the own one is not for the own school"
        assert client.post(f"{path}/receipt", json=receipt).status_code == 404
    with hub.client(new.credentials) as client:
        assert client.put(f"{path}/0", content=b"x").status_code == 404
        assert len(client.get(f"{path}/0").content) > 500
        assert client.delete(path).status_code == 204
        assert len(client.get(f"{path}/0").content) > 500
    with hub.client(hub.program()) as client:
        for method, where in (("GET", "/box/v1/sendings"), ("GET", "/box/v1/schools"), ("GET", f"{path}/0")):
            assert client.request(method, where).status_code == 403
    assert carried(hub)[0] == 1


def _said() -> Receipt:
    return Receipt("0" * 32, "0" * 12, keeps_number=True, school="X", municipality="", taken_on=date(2026, 11, 28))


def test_after_sixty_days_the_hub_drops_the_file_and_the_box_tells_it(
    two: Two, hub: RunningHub, clock: HandClock
) -> None:
    old, new = two
    pupil = learner(old)
    code, path = old.send(pupil, to="Dituria"), f"/people/{pupil.person_id}/transfer"
    old.talk()
    new.talk()
    clock.at += timedelta(days=GOOD_DAYS + 1)
    report = new.talk()
    assert report.ok, report.error
    assert new.box.deliveries.waiting() == [], "what the hub no longer has goes from the box"
    assert carried(hub) == (1, 0)
    for _ in range(2):
        old.talk()
        assert "The hub kept it for 60 days, and nobody was taken in." in shown(_signed_in(old), path)
    assert carried(hub) == (0, 0)
    assert "Over the hub: look at it" in shown(old.desk.desk, "/transfers")
    assert old.has(SURNAME)
    old.choose(pupil, to="Dituria")
    assert "Waits for the line" in shown(old.desk.desk, "/transfers")
    old.talk()
    assert "At the hub" in shown(old.desk.desk, "/transfers")
    new.talk()
    assert _open(new, code) == "/transfers/arriving", "the code on paper is the same"


def _signed_in(school: SchoolOnHub) -> Device:
    school.desk.desk.sign_in_staff("teknik")
    school.desk.desk.get("/?lang=en")
    return school.desk.desk


def _open(school: SchoolOnHub, code: str) -> str:
    _signed_in(school)
    return school.open_sent(code)


def test_what_the_hub_has_lost_is_sent_again(two: Two, hub: RunningHub) -> None:
    old, new = two
    pupil = learner(old)
    code = old.send(pupil, to="Dituria")
    old.talk()
    with hub.hub.database.write() as db:
        db.execute("DELETE FROM sending")
    old.talk()
    new.talk()
    new.take_in_sent(code)
    with hub.hub.database.write() as db:
        db.execute("DELETE FROM sending")
    new.talk()
    assert new.box.deliveries.waiting() == []
    [arrival] = new.box.arrivals.newest()
    assert "The hub no longer carries this transfer." in shown(new.desk.desk, f"/transfers/{arrival.id}")
    old.talk()
    new.talk()
    assert new.box.deliveries.waiting() == [], "it came once more, and the receipt went by itself"
    old.talk()
    assert not old.has(SURNAME)


def test_a_file_made_again_takes_the_place_of_the_older_and_one_taken_back_goes(two: Two, hub: RunningHub) -> None:
    old, new = two
    pupil = learner(old)
    first = old.send(pupil, to="Dituria")
    old.talk()
    new.talk()
    second = old.send(pupil, to="Dituria")
    old.talk()
    new.talk()
    assert carried(hub)[0] == 1
    assert new.open_sent(first) == "/transfers"
    assert new.open_sent(second) == "/transfers/arriving"
    path = f"/people/{pupil.person_id}/transfer"
    old.desk.desk.post(f"{path}/hub", {"do": "back"}, on=path)
    assert old.state(pupil) is None
    old.talk()
    assert carried(hub) == (0, 0)
    old.choose(pupil, to="Dituria")
    old.talk()
    old.desk.desk.post(f"{path}/take-back", {}, on=path)
    old.talk()
    assert carried(hub) == (0, 0)
    new.talk()
    assert new.box.deliveries.waiting() == []
    assert old.has(SURNAME)


def test_a_box_that_was_withdrawn_comes_back_to_its_sendings(two: Two, hub: RunningHub, clock: HandClock) -> None:
    old, new = two
    pupil = learner(old)
    code = old.send(pupil, to="Dituria")
    old.talk()
    box_id = new.box.school.facts().box_id
    hub.hub.care.withdraw(box_id, by="test")
    assert not new.talk().ok
    clock.tick(25 * 3600)
    old.talk()
    assert old.box.sendings.find_schools("Dituria") == ([], 0), "nobody is there to send to"
    new.box.uplink.remember(hub.enrol("Dituria", box_id))
    new.talk()
    _signed_in(new)
    new.take_in_sent(code)
    hub.hub.care.withdraw(old.box.school.facts().box_id, by="test")
    new.talk()
    old.box.uplink.remember(hub.enrol("Agimi", old.box.school.facts().box_id))
    old.talk()
    assert not old.has(SURNAME)


def test_a_hub_of_an_older_version_or_another_record_store_is_no_trouble(two: Two) -> None:
    old, _ = two
    pupil = learner(old)
    path = f"/people/{pupil.person_id}/transfer"
    old.desk.make(pupil.person_id)
    elsewhere = old.credentials
    for endpoint, carries in (("nothing/xapi/", False), ("xapi/", True)):
        root = elsewhere.endpoint.removesuffix("xapi/")
        credentials = Credentials(root + endpoint, elsewhere.key, elsewhere.secret)
        with DyingLine() as line:
            SendingErrand(old.box.sending_book, line).run(credentials, should_stop=lambda: False)
        assert old.box.sending_book.status().carries is carries
        page = shown(old.desk.desk, f"{path}/hub")
        assert ("This hub does not carry transfers. Use a stick." in page) is not carries
