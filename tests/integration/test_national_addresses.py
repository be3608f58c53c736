"""Addresses for the whole country on a box: asked for where the school allows it and there is a line (PROTOCOL 10)."""

import json
import secrets
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from content_packs.clock import SystemClock
from schoolbox.errors import NotFoundError
from schoolbox.services.national_addresses import NationalAddressStatus
from schoolbox.services.people_rows import NewPerson
from schoolbox.services.policy import Allowed
from schoolbox.services.roster_fields import field_of
from schoolbox.web.i18n import catalogue_of
from schoolbox.wiring import Box
from sync.enrolment import Enrolment
from sync.errors import StrangerError
from sync.identity.folder import OfficeFolder
from sync.identity.services import OfficeServices
from sync.identity_client import AGAIN_S, NEWS_S, OfficeErrand, office_url
from sync.identity_wire import ASKED_MAX
from sync.ports import Credentials
from sync.transport import HubTransport
from tests.simulators.clock import HandClock
from tests.simulators.device import shown
from tests.simulators.hub import CuttingLine, Portal, RunningHub, Scripted, running_hub
from tests.simulators.office import DOMAIN, beside_a_hub, talk
from tests.simulators.printed import pages as printed
from tests.simulators.rooms import TECHNICIAN, Pages, open_pages
from tests.simulators.two_schools import two_schools

ASK = b" /identity/v1/addresses"


@pytest.fixture
def carrier() -> Iterator[HubTransport]:
    with HubTransport(timeout=httpx.Timeout(20.0)) as line:
        yield line


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    beside_a_hub(tmp_path / "hub", tmp_path / "office")
    with running_hub(tmp_path / "hub") as running:
        yield running


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with open_pages(tmp_path / "school", pupils=2, clock=HandClock()) as opened:
        yield opened


def enrol(box: Box, hub: RunningHub, school: str = "Agimi") -> None:
    box.uplink.remember(hub.enrol(school, box.school.facts().box_id))


def allow(box: Box, *, consent_first: bool = False) -> None:
    box.policy.set(Allowed(national_addresses=True, consent_first=consent_first), by=1)


def at(local: str) -> str:
    return f"{local}@{DOMAIN}"


def known(tmp_path: Path) -> bytes:
    """Every byte that the office keeps."""
    return b"".join(file.read_bytes() for file in sorted((tmp_path / "office").glob("identity.db*")))


def status(box: Box) -> NationalAddressStatus:
    return box.national_addresses.status()


def test_pupils_and_teachers_get_an_address_and_everything_shows_it(
    pages: Pages, hub: RunningHub, carrier: HubTransport
) -> None:
    box, pupil = pages.box, pages.seeded.pupils[0]
    enrol(box, hub)
    allow(box)
    desk = pages.staff(TECHNICIAN)
    assert status(box).waiting == 4, "two pupils, two teachers; nobody for the technician"
    assert talk(box, carrier).ok
    assert (status(box).given, status(box).waiting) == (4, 0)
    assert box.national_addresses.of(pupil.person_id) == at("nxenes0.krasniqi")
    assert at("nxenes0.krasniqi") in shown(desk, f"/people/{pupil.person_id}")
    assert at("nxenes0.krasniqi") in shown(desk, f"/privacy/people/{pupil.person_id}")
    assert "4 given" in shown(desk, "/status")
    assert "Nobody waits." in shown(desk, "/status")
    assert box.people_search.by_login(at("nxenes0.krasniqi")).id == pupil.person_id
    assert box.people_search.find("nxenes0.krasniqi@").all == 1
    phone = pages.device()
    phone.sign_in(pupil)
    assert at("nxenes0.krasniqi") in phone.text("/my-progress")
    teacher = pages.device()
    assert teacher.sign_in_staff(f" {at('vlora.gashi').upper()} ").status_code == 303
    assert at("nxenes0.krasniqi") in teacher.text(f"/classes/{pages.class_id}/pupils/{pupil.person_id}")
    for wrong in (at("vlora.gashi2"), "vlora.gashi@elsewhere.example", f"@{DOMAIN}", at("nxenes0.krasniqi")):
        assert pages.device().sign_in_staff(wrong).status_code == 401, wrong
    assert "name and surname, a random number and the school" in shown(pages.device(), "/privacy?lang=en")
    with pytest.raises(NotFoundError):
        box.people_search.by_login(at("nobody"))


def test_the_list_that_is_taken_out_and_cards_tell_the_address_and_the_list_comes_in_again(
    pages: Pages, hub: RunningHub, carrier: HubTransport
) -> None:
    box, teacher, cards = pages.box, pages.staff(pages.seeded.teacher), f"/classes/{pages.class_id}/cards"
    heading = "Address for the whole country"
    assert heading not in box.roster_export.write("csv").content.decode()
    assert 'name="nationwide"' not in teacher.text(cards)
    enrol(box, hub)
    allow(box)
    assert talk(box, carrier).ok
    taken = box.roster_export.write("csv").content
    assert heading in taken.decode()
    assert at("nxenes0.krasniqi") in taken.decode()
    again = box.roster.load(taken, dry_run=False)
    assert (again.added, again.changed, again.problems) == (0, 0, ())
    for tag in ("sq", "sr-Latn", "sr-Cyrl", "bs", "tr", "rom"):
        assert not field_of(catalogue_of(tag).gettext(heading)), tag

    for ticked, expected in (({}, False), ({"nationwide": "1"}, True)):
        teacher.post(cards, {"pins": "", **ticked})
        lines = [line for page in printed(teacher.get(f"{cards}/sheet").data) for line in page.lines]
        assert (at("nxenes0.krasniqi") in lines) == expected


def test_a_school_that_has_not_allowed_it_sends_no_name_and_nothing_waits(
    pages: Pages, hub: RunningHub, carrier: HubTransport, tmp_path: Path
) -> None:
    enrol(pages.box, hub)
    assert not Allowed().national_addresses, "names leave a school only where somebody has decided so"
    assert talk(pages.box, carrier).ok
    assert status(pages.box) == NationalAddressStatus(allowed=False, given=0, undecided=0, waiting=0, problem_text="")
    assert b"krasniqi" not in known(tmp_path)
    assert not (pages.seeded.data / "keys" / "identity.json").exists()
    assert "Addresses in the country" not in shown(pages.staff(TECHNICIAN), "/status")
    assert "Names stay in this box." in shown(pages.device(), "/privacy?lang=en")


def test_without_an_office_or_with_an_older_hub_they_wait_and_nothing_is_wrong(
    pages: Pages, tmp_path: Path, carrier: HubTransport
) -> None:
    allow(pages.box)
    desk = pages.staff(TECHNICIAN)
    assert "4 addresses wait for a line." in shown(desk, "/status")
    with running_hub(tmp_path / "plain") as plain:
        enrol(pages.box, plain)
        errand = OfficeErrand(
            pages.box.national_addresses, carrier, pages.box.clock, token_urlsafe=secrets.token_urlsafe
        )
        assert talk(pages.box, carrier, errand=errand).ok
    assert (status(pages.box).waiting, status(pages.box).problem_text) == (4, "")
    assert "4 addresses wait for the ministry's identity office." in shown(desk, "/status")
    with Portal([Scripted(405)]).open() as url:
        errand.run(Credentials(f"{url}/xapi/", "key", "secret"), should_stop=lambda: False)
        assert status(pages.box).problem_text == "", "it was told an hour ago that there is none"


def test_an_answer_that_is_lost_is_given_again(pages: Pages, hub: RunningHub, tmp_path: Path) -> None:
    box = pages.box
    enrol(box, hub)
    allow(box)
    line = CuttingLine(lambda: ("127.0.0.1", int(hub.url.rpartition(":")[2])), cut_at=ASK)
    with line.open() as url, HubTransport(timeout=httpx.Timeout(20.0)) as weak:
        given = box.uplink.credentials()
        assert given is not None
        through = Credentials(f"{url}/xapi/", given.key, given.secret)
        errand = OfficeErrand(box.national_addresses, weak, box.clock, token_urlsafe=secrets.token_urlsafe)
        line.cuts = 1
        errand.run(through, should_stop=lambda: False)
        assert b"nxenes0.krasniqi" in known(tmp_path), "the office has stored it"
        assert (status(box).given, status(box).waiting) == (0, 4)
        assert "no line to it" in status(box).problem_text
        box.erasures.erase(pages.seeded.pupils[1].person_id, by=0)
        errand.run(through, should_stop=lambda: False)
        assert status(box).given == 0, "it waits a little"
        assert isinstance(box.clock, HandClock)
        box.clock.tick(AGAIN_S + 1)
        errand.run(through, should_stop=lambda: False)
    assert box.national_addresses.of(pages.seeded.pupils[0].person_id) == at("nxenes0.krasniqi")
    assert b"nxenes1" not in known(tmp_path), "whoever was asked for is erased, though the box never heard the address"
    assert (status(box).given, status(box).waiting, status(box).problem_text) == (3, 0, "")


def test_who_is_erased_is_erased_at_hub_and_office_each_until_it_says_so(
    pages: Pages, hub: RunningHub, carrier: HubTransport, tmp_path: Path
) -> None:
    box, pupil = pages.box, pages.seeded.pupils[0]
    enrol(box, hub)
    allow(box)
    assert talk(box, carrier).ok
    desk, path = pages.staff(TECHNICIAN), f"/privacy/people/{pupil.person_id}/erase"
    assert desk.post(path, {"login": at("nxenes0.krasniqi")}, on=path).status_code == 303
    assert "1 erased person waits for the hub." in shown(desk, "/privacy/people")
    allow_none = Allowed()
    box.policy.set(allow_none, by=1)
    with Portal([Scripted(200, (("X-Experience-API-Version", "1.0.3"),), b"{}"), Scripted(503)]).open() as url:
        errand = OfficeErrand(box.national_addresses, carrier, box.clock, token_urlsafe=secrets.token_urlsafe)
        errand.run(Credentials(f"{url}/xapi/", "other", "secret"), should_stop=lambda: False)
    assert len(box.national_addresses.to_erase()) == 1
    assert b"nxenes0" in known(tmp_path)
    assert talk(box, carrier).ok
    assert box.national_addresses.to_erase() == []
    assert box.erasures.waiting() == []
    assert b"nxenes0" not in known(tmp_path), "also where the school no longer lets names go"
    assert "waits for the hub" not in shown(desk, "/privacy/people")


def test_whose_parents_take_it_back_is_erased_there_and_gets_another_later(
    pages: Pages, hub: RunningHub, carrier: HubTransport, tmp_path: Path
) -> None:
    box, pupil = pages.box, pages.seeded.pupils[0].person_id
    enrol(box, hub)
    allow(box, consent_first=True)
    assert status(box).waiting == 2, "the teachers; parents have not said anything yet"
    box.consents.record([pupil], "upstream", given=True, by=0)
    assert talk(box, carrier).ok
    assert box.national_addresses.of(pupil) == at("nxenes0.krasniqi")
    assert b"nxenes1" not in known(tmp_path)
    box.consents.record([pupil], "upstream", given=False, by=0)
    assert box.national_addresses.of(pupil) == ""
    assert talk(box, carrier).ok
    assert b"nxenes0" not in known(tmp_path)
    box.consents.record([pupil], "upstream", given=False, by=0)
    box.consents.record([pupil], "upstream", given=True, by=0)
    assert talk(box, carrier).ok
    assert box.national_addresses.of(pupil) == at("nxenes0.krasniqi2")


def test_a_pupil_who_changes_schools_keeps_the_address(
    hub: RunningHub, carrier: HubTransport, tmp_path: Path
) -> None:
    with two_schools(tmp_path) as (agimi, dituria):
        for school, name in ((agimi, "Agimi"), (dituria, "Dituria")):
            enrol(school.box, hub, name)
            allow(school.box)
            assert talk(school.box, carrier).ok
        arta = agimi.school.arta
        assert agimi.box.national_addresses.of(arta.person_id) == at("arta.krasniqi")
        assert dituria.box.national_addresses.of(dituria.school.arta.person_id) == at("arta.krasniqi2")
        file, code = agimi.hand_over(arta)
        arrival = dituria.take_in(file, code)
        agimi.end(arrival.code)
        assert agimi.box.national_addresses.to_erase() == [], "it goes on at the other school"
        assert talk(dituria.box, carrier).ok
        assert talk(agimi.box, carrier).ok
        [moved] = [
            one
            for one in dituria.box.people_search.find("arta krasniqi").rows
            if one.id != dituria.school.arta.person_id
        ]
        assert moved.address == at("arta.krasniqi")
        assert moved.login == "arta.krasniqi2", "the school counts for itself"
        assert b"arta.krasniqi" in known(tmp_path)


def test_a_box_that_is_introduced_anew_keeps_every_address(
    pages: Pages, hub: RunningHub, carrier: HubTransport
) -> None:
    box = pages.box
    enrol(box, hub)
    allow(box)
    assert talk(box, carrier).ok
    before = {one.id: one.address for one in box.people_search.find("").rows}
    file = pages.seeded.data / "keys" / "identity.json"
    assert file.stat().st_mode & 0o777 == 0o600
    for trouble in ("gone", "damaged", "other secret", "other hub"):
        if trouble == "gone":
            file.unlink()
        elif trouble == "damaged":
            file.write_text("{", encoding="utf-8")
        elif trouble == "other secret":
            file.write_text(json.dumps({**json.loads(file.read_text()), "secret": "x" * 43}), encoding="utf-8")
        else:
            enrol(box, hub)
        assert talk(box, carrier).ok
        assert status(box).problem_text == "", trouble
        assert {one.id: one.address for one in box.people_search.find("").rows} == before, trouble
        assert status(box).given == 4, trouble


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Scripted(200, body=b"<html>"), "not the hub"),
        (Scripted(200, body=b'{"url":"","introduction":"{}","signature":"00"}'), "not the hub"),
        (Scripted(302), "not the hub"),
        (Scripted(503, (("Retry-After", "900"),)), "busy"),
        (Scripted(401), "does not accept this box"),
    ],
)
def test_whatever_answers_in_place_of_an_office_is_told_no_name_and_asked_again_later(
    pages: Pages, carrier: HubTransport, answer: Scripted, told: str
) -> None:
    box = pages.box
    allow(box)
    portal = Portal([answer])
    with portal.open() as url:
        errand = OfficeErrand(box.national_addresses, carrier, box.clock, token_urlsafe=secrets.token_urlsafe)
        at_hub = Credentials(f"{url}/xapi/", "key", "secret")
        errand.run(at_hub, should_stop=lambda: False)
        errand.run(at_hub, should_stop=lambda: False)
        assert [path for path, _ in portal.requests] == ["/box/v1/identity"]
        assert told in status(box).problem_text
        assert isinstance(box.clock, HandClock)
        box.clock.tick(901.0)
        errand.run(at_hub, should_stop=lambda: False)
        assert len(portal.requests) == 2
    desk = pages.staff(TECHNICIAN)
    box.uplink.remember(_enrolment(at_hub))
    assert "does not answer as it should" in shown(desk, "/status")


def _enrolment(credentials: Credentials) -> Enrolment:
    return Enrolment(credentials, "s1", "Agimi", "Gjilan", "Komuna")


def test_names_do_not_go_over_an_open_line_where_the_hub_is_spoken_to_over_tls() -> None:
    safe, plain = (Credentials(f"{scheme}://hub.example/xapi/", "key", "secret") for scheme in ("https", "http"))
    assert office_url("", safe) == "https://hub.example/identity/v1/"
    assert office_url("https://id.example/v1/", plain) == "https://id.example/v1/"
    assert office_url("http://id.example/v1/", plain) == "http://id.example/v1/"
    with pytest.raises(StrangerError):
        office_url("http://id.example/v1/", safe)


def test_five_thousand_pupils_are_asked_for_a_hundred_at_a_time_over_a_line_that_keeps_breaking(
    tmp_path: Path, hub: RunningHub
) -> None:
    with open_pages(tmp_path / "large", pupils=1, clock=HandClock()) as pages:
        box = pages.box
        names = [NewPerson("pupil", f"Arta{chr(97 + one % 26)}", "Krasniqi") for one in range(5_000)]
        box.people.add_all([(new, ("", "")) for new in names])
        enrol(box, hub)
        allow(box)
        line = CuttingLine(lambda: ("127.0.0.1", int(hub.url.rpartition(":")[2])), cut_at=ASK)
        with line.open() as url, HubTransport(timeout=httpx.Timeout(20.0)) as weak:
            known_by = box.uplink.credentials()
            assert known_by is not None
            through = Credentials(f"{url}/xapi/", known_by.key, known_by.secret)
            for cuts in (1, 1, 0):
                line.cuts = cuts
                OfficeErrand(box.national_addresses, weak, box.clock, token_urlsafe=secrets.token_urlsafe).run(
                    through, should_stop=lambda: False
                )
        assert (status(box).given, status(box).waiting) == (5_003, 0)
        asked = [answer for answer in line.seen if b'"undecided"' in answer]
        assert len(asked) == -(-5_003 // ASKED_MAX) + 2, "each answer that was lost costs one more"
        every = [one.address for one in box.people_search.find("").rows]
        addresses = box.database.fetch_sql(str, "SELECT address FROM national_address")
        assert len(set(addresses)) == 5_003
        assert every


def test_news_of_the_office_come_once_an_hour(pages: Pages, hub: RunningHub, carrier: HubTransport) -> None:
    box = pages.box
    enrol(box, hub)
    allow(box)
    errand = OfficeErrand(box.national_addresses, carrier, box.clock, token_urlsafe=secrets.token_urlsafe)
    assert talk(box, carrier, errand=errand).ok
    office = OfficeFolder(Path(hub.hub.settings.values.identity))
    services = OfficeServices.open(office, SystemClock())
    try:
        services.office.rename(at("nxenes0.krasniqi"), "nxenes.krasniqi")
    finally:
        services.close()
    pupil = pages.seeded.pupils[0].person_id
    assert talk(box, carrier, errand=errand).ok
    assert box.national_addresses.of(pupil) == at("nxenes0.krasniqi")
    assert isinstance(box.clock, HandClock)
    box.clock.tick(NEWS_S + 1)
    assert talk(box, carrier, errand=errand).ok
    assert box.national_addresses.of(pupil) == at("nxenes.krasniqi")
