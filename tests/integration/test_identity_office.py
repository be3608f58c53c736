"""The identity office: one address a person in a country, told to nobody who does not know the name (PROTOCOL 10)."""

import dataclasses
import secrets
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.hub.errors import (
    BadRequestError,
    ConfigError,
    DataError,
    IntroductionError,
    NotFoundError,
    NotSignedInError,
    TooManyTriesError,
)
from sync.identity.folder import OfficeFolder
from sync.identity.office import check_domain
from sync.identity.register import UNKNOWN_NAMES_FREE
from sync.identity_wire import AddressesAsked, AddressesGiven, PersonAsked
from sync.wire import decode_record
from tests.simulators.clock import HandClock
from tests.simulators.office import DOMAIN, Desk, make_office, number, office

PROTOCOL = (Path(__file__).parents[2] / "sync" / "PROTOCOL.md").read_text(encoding="utf-8")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with office(tmp_path) as found:
        yield found


def at(local: str) -> str:
    return f"{local}@{DOMAIN}"


def test_who_comes_first_has_the_name_and_the_others_get_numbers_in_the_whole_country(desk: Desk) -> None:
    agimi, dituria = desk.box("Agimi"), desk.box("Dituria")
    assert agimi.ask("arta.krasniqi", 1) == at("arta.krasniqi")
    assert dituria.ask("arta.krasniqi", 2) == at("arta.krasniqi2")
    assert agimi.ask("arta.krasniqi", 3) == at("arta.krasniqi3")
    assert agimi.ask("arta.krasniqi", 1) == at("arta.krasniqi"), "asking again changes nothing"
    assert dituria.ask("arta.krasniqi2", 4) == at("arta.krasniqi22"), "a wish that was given as a number is taken"
    long = dituria.ask(f"{'a' * 31}.{'b' * 32}", 5)
    assert dituria.ask(f"{'a' * 31}.{'b' * 32}", 6) == (long or "").replace("@", "2@")
    assert len((long or "").partition("@")[0]) <= 64


def test_two_boxes_that_wish_for_the_same_at_once_get_two(desk: Desk) -> None:
    boxes = [desk.box(f"Shkolla {which}") for which in range(4)]
    ready, given = threading.Barrier(4), [""] * 100

    def ask(which: int) -> None:
        people = tuple(PersonAsked(number=number(1000 * which + one), wish="ana.berisha") for one in range(25))
        ready.wait()
        for one, told in enumerate(boxes[which].hear(*people).addresses):
            given[25 * which + one] = told.address

    threads = [threading.Thread(target=ask, args=(which,)) for which in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert set(given) == {at("ana.berisha"), *(at(f"ana.berisha{one}") for one in range(2, 101))}


def test_who_is_erased_leaves_hashes_alone_and_the_address_is_never_given_again(desk: Desk) -> None:
    agimi = desk.box("Agimi")
    assert agimi.ask("xhevahire.mustafa", 7) == at("xhevahire.mustafa")
    assert agimi.ask("ana.berisha", 8)
    assert b"xhevahire" in desk.bytes()
    agimi.erase(7)
    agimi.erase(7)
    assert number(7).encode() not in desk.bytes()
    assert b"xhevahire" not in desk.bytes()
    assert b"ana.berisha" in desk.bytes()
    assert agimi.ask("xhevahire.mustafa", 9) == at("xhevahire.mustafa2")
    assert agimi.ask("xhevahire.mustafa", 7) == at("xhevahire.mustafa3"), "a number that comes back is somebody new"


def test_another_box_cannot_learn_whose_number_it_is_nor_erase_it(desk: Desk) -> None:
    agimi, thief = desk.box("Agimi"), desk.box("Thief")
    assert agimi.ask("arta.krasniqi", 1) == at("arta.krasniqi")
    assert thief.ask("ana.berisha", 1) is None
    assert thief.ask("arta.krasniqi", 1) is None, "one wrong name, and a right one comes too late"
    assert thief.ask("arta.krasniqi", 1, have=at("arta.krasniqi")) is None
    assert thief.hear().addresses == ()
    thief.erase(1)
    assert agimi.ask("arta.krasniqi", 1) == at("arta.krasniqi"), "whoever holds it is answered as before"


def test_a_pupil_who_moves_takes_the_address_along(desk: Desk) -> None:
    agimi, dituria, third = desk.box("Agimi"), desk.box("Dituria"), desk.box("Bardhi")
    agimi.ask("arta.krasniqi", 9)
    assert agimi.ask("arta.krasniqi", 1) == at("arta.krasniqi2")
    assert dituria.ask("arta.krasniqi", 1) == at("arta.krasniqi2"), "it knows the name"
    [holding] = desk.services.office.one(at("arta.krasniqi2")).numbers
    assert holding.school == "Dituria"
    agimi.erase(1)
    assert dituria.ask("arta.krasniqi", 1) == at("arta.krasniqi2"), "the old school's slip of the hand erases nothing"
    assert third.ask("arta.berisha", 1, have=at("arta.krasniqi2")) == at("arta.krasniqi2"), "it knows the address"


def test_somebody_decides_where_the_name_was_written_otherwise(desk: Desk) -> None:
    agimi, dituria = desk.box("Agimi"), desk.box("Dituria")
    agimi.ask("arta.krasniqi", 1)
    assert dituria.ask("arta.krasniqi.gashi", 1) is None
    [waiting] = desk.services.office.undecided()
    assert (waiting.address, waiting.held_by) == (at("arta.krasniqi"), "Agimi, Gjilan")
    assert (waiting.wish, waiting.asked_by) == ("arta.krasniqi.gashi", "Dituria, Gjilan")
    desk.services.office.refuse(waiting.number)
    assert dituria.hear().addresses == ()
    assert dituria.ask("arta.krasniqi.gashi", 1) is None
    dituria.anew()  # it was introduced anew in between
    desk.services.office.allow(number(1))
    assert desk.services.office.undecided() == []
    assert [one.address for one in dituria.hear().addresses] == [at("arta.krasniqi")]
    for decide in (desk.services.office.allow, desk.services.office.refuse):
        with pytest.raises(NotFoundError):
            decide(number(1))


def test_a_box_that_asks_for_many_whose_name_it_does_not_know_must_wait(tmp_path: Path) -> None:
    clock = HandClock()
    with office(tmp_path, clock) as desk:
        agimi, curious = desk.box("Agimi"), desk.box("Curious")
        people = range(UNKNOWN_NAMES_FREE + 1)
        agimi.hear(*(PersonAsked(number=number(one), wish="arta.krasniqi") for one in people))
        guess = tuple(PersonAsked(number=number(one), wish="ana.berisha") for one in people)
        assert len(curious.hear(*guess).undecided) == len(people)
        with pytest.raises(TooManyTriesError):
            curious.hear(PersonAsked(number=number(0), wish="arta.krasniqi"))
        assert agimi.ask("arta.krasniqi", 0), "nobody else waits"
        clock.tick(120)
        assert curious.hear().undecided == ()


def test_two_numbers_of_one_person_are_put_together_and_both_boxes_hear_it(desk: Desk) -> None:
    agimi, dituria = desk.box("Agimi"), desk.box("Dituria")
    agimi.ask("arta.krasniqi", 1)
    dituria.ask("arta.krasniqi", 2)
    merged = desk.services.office.merge(keep=at("arta.krasniqi2"), gone="arta.krasniqi")
    assert (merged.address, merged.others) == (at("arta.krasniqi2"), (at("arta.krasniqi"),))
    assert [one.school for one in merged.numbers] == ["Agimi", "Dituria"]
    for box, which in ((agimi, 1), (dituria, 2)):
        assert [(one.number, one.address) for one in box.hear().addresses] == [(number(which), at("arta.krasniqi2"))]
        assert box.hear().addresses == ()
    with pytest.raises(BadRequestError):
        desk.services.office.merge(keep=at("arta.krasniqi"), gone=at("arta.krasniqi2"))
    agimi.erase(1)
    assert dituria.ask("arta.krasniqi", 2) == at("arta.krasniqi2"), "the other school still has the pupil"
    dituria.erase(2)
    assert b"arta" not in desk.bytes()
    assert agimi.ask("arta.krasniqi", 3) == at("arta.krasniqi3")


def test_a_new_address_leaves_the_old_one_theirs(desk: Desk) -> None:
    agimi = desk.box("Agimi")
    agimi.ask("arta.krasniqi", 1)
    agimi.ask("ana.berisha", 2)
    found = desk.services.office.rename(at("arta.krasniqi"), "arta.berisha")
    assert (found.address, found.others) == (at("arta.berisha"), (at("arta.krasniqi"),))
    assert agimi.ask("arta.krasniqi", 3) == at("arta.krasniqi2"), "nobody else gets the old one"
    assert agimi.ask("arta.krasniqi", 1) == at("arta.berisha")
    assert desk.services.office.rename(at("arta.berisha"), "arta.krasniqi").address == at("arta.krasniqi")
    for bad in ("ana.berisha", "Arta", "arta krasniqi", "a..b", ".a", "x" * 65, "a@b", ""):
        with pytest.raises(BadRequestError):
            desk.services.office.rename(at("arta.krasniqi"), bad)
    with pytest.raises(NotFoundError):
        desk.services.office.rename("arta.krasniqi@elsewhere.example", "arta.gashi")
    assert [one.address for one in desk.services.office.find("BERISHA")] == [at("ana.berisha"), at("arta.krasniqi")]
    assert desk.services.office.find("a%a") == []
    desk.services.office.erase("arta.krasniqi")
    with pytest.raises(NotFoundError):
        desk.services.office.one(at("arta.berisha"))


def test_another_domain_is_heard_by_every_box_page_by_page(desk: Desk) -> None:
    agimi = desk.box("Agimi")
    for start in range(0, 300, 100):
        agimi.hear(*(PersonAsked(number=number(one), wish="arta.gashi") for one in range(start, start + 100)))
    desk.services.office.set_domain("shkolla.example")
    first = agimi.hear()
    second = agimi.hear()
    assert (len(first.addresses), first.more, len(second.addresses), second.more) == (200, True, 100, False)
    told = {one.number: one.address for one in (*first.addresses, *second.addresses)}
    assert len(told) == 300
    assert {address.partition("@")[2] for address in told.values()} == {"shkolla.example"}
    for bad in ("shkolla", "Shkolla.example", "-a.example", "a..example", "a.example.", "a b.example", "a.1", ""):
        with pytest.raises(BadRequestError):
            check_domain(bad)


def test_an_office_restored_from_an_older_copy_learns_from_its_boxes(desk: Desk, tmp_path: Path) -> None:
    agimi = desk.box("Agimi")
    given = [agimi.ask("arta.krasniqi", one) for one in (1, 2, 3)]
    with office(tmp_path / "restored") as older:
        other, box = older.box("Dituria"), older.box("Agimi")
        key = box.introduce().key
        assert other.ask("arta.krasniqi", 50) == at("arta.krasniqi")
        assert older.services.boxes.withdraw_all() == 2
        with pytest.raises(NotSignedInError):
            older.services.boxes.asker(key, box.secret)
        other.anew()
        assert other.ask("arta.krasniqi", 51) == at("arta.krasniqi102"), "newcomers stay out of the way"
        box.anew()
        asked = [box.ask("arta.krasniqi", one, have=have or "") for one, have in zip((1, 2, 3), given, strict=True)]
        assert asked[1:] == given[1:], "what is free is theirs again"
        assert asked[0] == at("arta.krasniqi103"), "what was given to somebody else by then is not"


def test_only_a_box_that_a_trusted_hub_introduces_may_ask(desk: Desk) -> None:
    agimi = desk.box("Agimi")
    good = agimi.shown()
    stranger = dataclasses.replace(desk, hub=Ed25519PrivateKey.generate()).box
    with pytest.raises(IntroductionError) as unknown:
        stranger("Agimi")
    assert unknown.value.reason == "hub-unknown"
    for forged, reason in (
        (msgspec.structs.replace(good, introduction=good.introduction.replace("Agimi", "Bardhi")), "hub-unknown"),
        (msgspec.structs.replace(good, secret=secrets.token_urlsafe(32)), "introduction-forged"),
    ):
        with pytest.raises(IntroductionError) as refused:
            desk.services.boxes.introduce(forged)
        assert refused.value.reason == reason
    key = agimi.introduce().key
    assert agimi.introduce().key == key, "the same words, the same answer"
    for wrong in ((key, "x" * 43), ("idn-nobody", agimi.secret)):
        with pytest.raises(NotSignedInError):
            desk.services.boxes.asker(*wrong)
    assert [(box.school, box.people) for box in desk.services.boxes.all()] == [("Agimi", 0)]


def test_a_stolen_card_is_let_in_no_more_and_what_it_has_cannot_be_shown_again(desk: Desk) -> None:
    agimi = desk.box("Agimi")
    agimi.ask("arta.krasniqi", 1)
    old, key = agimi.shown(), agimi.introduce().key
    agimi.anew()
    with pytest.raises(NotSignedInError):
        desk.services.boxes.asker(key, old.secret)
    with pytest.raises(IntroductionError) as ended:
        desk.services.boxes.introduce(old)
    assert ended.value.reason == "introduction-ended"
    assert agimi.hear().addresses == (), "a new introduction alone tells nothing"
    assert agimi.ask("arta.krasniqi", 1, have=at("arta.krasniqi")) == at("arta.krasniqi")
    assert desk.services.boxes.withdraw(agimi.box_id) == 1
    with pytest.raises(IntroductionError):
        agimi.introduce()
    with pytest.raises(NotFoundError):
        desk.services.boxes.withdraw(agimi.box_id)
    agimi.anew()
    agimi.erase(1)
    assert b"arta" not in desk.bytes(), "erasing reaches what an older introduction asked for"


def test_no_secret_of_a_box_is_kept_and_nothing_is_decided_by_a_clock(tmp_path: Path) -> None:
    clock = HandClock()
    with office(tmp_path, clock) as desk:
        agimi = desk.box("Agimi")
        clock.at = datetime(1993, 11, 28, tzinfo=UTC)
        assert agimi.ask("arta.krasniqi", 1) == at("arta.krasniqi")
        assert agimi.secret.encode() not in desk.bytes()


def test_the_vectors_are_what_is_asked_and_answered(desk: Desk) -> None:
    asked, given = (
        PROTOCOL.partition(f"```json vector:{name}\n")[2].partition("\n```")[0].encode()
        for name in ("addresses_asked", "addresses_given")
    )
    assert msgspec.json.encode(decode_record(asked, AddressesAsked)) == asked
    assert msgspec.json.encode(decode_record(given, AddressesGiven)) == given
    [person] = decode_record(asked, AddressesAsked).people
    assert desk.box("Agimi").hear(person).addresses[0].address == at("arta.krasniqi")


def test_an_office_that_cannot_be_used_says_so_and_changes_nothing(tmp_path: Path) -> None:
    folder = make_office(tmp_path / "office")
    with pytest.raises(DataError):
        make_office(tmp_path / "office")
    with pytest.raises(DataError):
        OfficeFolder(tmp_path / "nowhere").open_database()
    for text in ("ports = 1\n", "port = 'x'\n", "hubs = ['zz']\n", "["):
        folder.settings.write_text(text, encoding="utf-8")
        with pytest.raises(ConfigError):
            folder.values()
    folder.key.write_text("no key", encoding="utf-8")
    with pytest.raises(DataError):
        folder.open_keyed()
