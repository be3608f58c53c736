"""Who may have a name: the rules of RFC 6762 sections 8 and 9, on real packets."""

import ipaddress

import pytest

from sync.discovery.announcement import Announcement
from sync.discovery.claim import Claim, Contest
from sync.discovery.dns import (
    ANSWER,
    CLASS_IN,
    QUERY,
    TYPE_A,
    TYPE_ANY,
    DNSAddress,
    DNSIncoming,
    DNSOutgoing,
    DNSQuestion,
    DNSRecord,
    DNSService,
)
from sync.discovery.links import Link
from sync.discovery.probe import CONFLICTS_MAX, INTERVAL_S, PAUSE_S, YIELD_S, Conflicts, Probe, Step

UNIQUE = CLASS_IN | 0x8000


def claim(address: str = "10.0.0.7", *, host: str = "schoolbox", school: str = "Agimi", port: int = 80) -> Claim:
    announcement = Announcement(school=school, version="1", box_id="b1", port=port)
    return Claim.on(Link(2, "eth0", v4=(address,), v6=()), announcement, host=host, instance=school)


def packed(address: str) -> bytes:
    return ipaddress.ip_address(address).packed


OWN = frozenset({packed("10.0.0.7"), packed("192.168.4.1")})


def answer(*records: DNSRecord) -> DNSIncoming:
    out = DNSOutgoing(ANSWER)
    for record in records:
        out.add_answer_at_time(record, 0)
    return DNSIncoming(out.packets()[0])


def address(text: str, *, name: str = "schoolbox.local.", ttl: int = 120) -> DNSRecord:
    return DNSAddress(name, TYPE_A, UNIQUE, ttl, packed(text))


def test_another_address_under_our_name_is_a_contest() -> None:
    assert claim().contested(answer(address("10.0.0.9")), OWN, from_self=False) is Contest.HOST
    assert claim().contested(answer(address("10.0.0.9", name="SchoolBox.local.")), OWN, from_self=False) is Contest.HOST


@pytest.mark.parametrize(
    "record",
    [
        address("10.0.0.7"),
        address("192.168.4.1"),
        address("10.0.0.9", name="schoolbox-2.local."),
        address("10.0.0.9", ttl=0),
    ],
)
def test_our_own_address_another_name_and_a_goodbye_are_no_contest(record: DNSRecord) -> None:
    assert claim().contested(answer(record), OWN, from_self=False) is None


def test_what_this_machine_says_itself_is_no_contest() -> None:
    assert claim().contested(answer(address("172.17.0.1")), OWN, from_self=True) is None


@pytest.mark.parametrize(
    ("server", "port", "contest"),
    [
        ("schoolbox.local.", 80, None),
        ("schoolbox.local.", 81, Contest.INSTANCE),
        ("schoolbox-2.local.", 80, Contest.INSTANCE),
    ],
)
def test_our_service_name_leading_elsewhere_is_a_contest(server: str, port: int, contest: Contest | None) -> None:
    record = DNSService("Agimi._http._tcp.local.", 33, UNIQUE, 120, 0, 0, port, server)
    assert claim().contested(answer(record), OWN, from_self=True) is contest


def test_of_two_who_hold_the_same_service_name_exactly_one_goes_second() -> None:
    low, high = claim(port=8080), claim(port=8090)
    of_low, of_high = (answer(*(info.dns_service() for info in each.infos)) for each in (low, high))
    assert high.goes_second(of_low)
    assert not low.goes_second(of_high)
    assert not low.goes_second(of_low)
    gone = DNSService("Agimi._http._tcp.local.", 33, UNIQUE, 0, 0, 0, 8080, "schoolbox.local.")
    assert not high.goes_second(answer(gone))


def test_of_two_who_ask_at_the_same_moment_exactly_the_later_in_order_wins() -> None:
    low, high = claim("10.0.0.7"), claim("10.0.0.9", school="Dituria")
    assert low.outranked(DNSIncoming(high.probe()[0]), from_self=False)
    assert not high.outranked(DNSIncoming(low.probe()[0]), from_self=False)


def test_bytes_are_compared_as_numbers_not_as_text() -> None:
    low, high = claim("10.0.0.99"), claim("10.0.0.200", school="Dituria")
    assert low.outranked(DNSIncoming(high.probe()[0]), from_self=False)


def test_the_one_with_more_addresses_wins_when_the_rest_is_the_same() -> None:
    announcement = Announcement(school="Agimi", version="1", box_id="b1", port=80)
    two = Claim.on(
        Link(2, "eth0", v4=("10.0.0.7", "10.0.0.8"), v6=()), announcement, host="schoolbox", instance="Agimi"
    )
    assert claim().outranked(DNSIncoming(two.probe()[0]), from_self=False)
    assert not two.outranked(DNSIncoming(claim().probe()[0]), from_self=False)


def test_our_own_question_coming_back_outranks_nobody() -> None:
    mine = claim()
    assert not mine.outranked(DNSIncoming(mine.probe()[0]), from_self=True)
    other_cable = claim("10.0.0.9")
    assert not mine.outranked(DNSIncoming(other_cable.probe()[0]), from_self=True)


def test_a_question_or_an_answer_about_others_outranks_nobody() -> None:
    out = DNSOutgoing(QUERY)
    out.add_question(DNSQuestion("schoolbox.local.", TYPE_ANY, CLASS_IN))
    question = DNSIncoming(out.packets()[0])
    assert not claim().outranked(question, from_self=False)
    assert claim().asks_for_host(question)
    assert not claim().outranked(answer(address("10.0.0.200")), from_self=False)
    assert not claim(host="other").asks_for_host(question)


def test_a_probe_asks_for_unicast_answers_and_fits_one_packet() -> None:
    packets = claim(school="Shkolla e Mesme e Ulët „Përparimi”, Gjilan ëëëëë").probe()
    assert len(packets) == 1
    message = DNSIncoming(packets[0])
    assert all(question.unicast for question in message.questions)
    assert message.num_authorities == 5


def test_a_packet_that_cannot_hold_our_names_is_not_even_read() -> None:
    mine = claim()
    assert mine.concerns(mine.probe()[0])
    assert mine.concerns(mine.probe()[0].upper())
    assert not mine.concerns(answer(address("10.0.0.9", name="printer.local.")).data)


@pytest.mark.parametrize("data", [b"", b"\x00" * 12, b"\x09schoolbox", b"\xff" * 600, b"\0\0\x84\0" + b"\x01" * 60])
def test_a_malformed_packet_decides_nothing(data: bytes) -> None:
    message = DNSIncoming(data)
    assert claim().contested(message, OWN, from_self=False) is None
    assert not claim().outranked(message, from_self=False)
    assert not claim().asks_for_host(message)


def test_a_name_is_free_after_three_questions_and_a_last_wait() -> None:
    probe = Probe(10.0, wait_s=0.1)
    assert probe.step(10.0) is Step.WAIT
    for _ in range(3):
        assert not probe.is_free
        assert probe.step(probe.due_s) is Step.ASK
    assert probe.step(probe.due_s - 0.01) is Step.WAIT
    assert probe.step(probe.due_s) is Step.FREE
    assert probe.is_free


def test_questions_are_a_quarter_of_a_second_apart_however_late_the_machine_is() -> None:
    probe = Probe(0.0, wait_s=0.0)
    assert probe.step(7.0) is Step.ASK
    assert probe.due_s == 7.0 + INTERVAL_S


def test_whoever_loses_to_a_simultaneous_question_starts_again_after_a_second() -> None:
    probe = Probe(0.0, wait_s=0.0)
    probe.step(0.0)
    probe.yield_to_other(0.1)
    assert not probe.has_asked
    assert probe.due_s == 0.1 + YIELD_S


def test_three_contests_within_seconds_are_a_quarrel() -> None:
    conflicts = Conflicts()
    for now_s, expected in ((0.0, False), (2.0, False), (4.0, True), (30.0, False), (32.0, False), (34.0, True)):
        conflicts.add(now_s)
        assert conflicts.is_quarrel is expected


def test_a_quarrel_is_slowed_down() -> None:
    conflicts = Conflicts()
    assert {conflicts.add(number * 0.1) for number in range(CONFLICTS_MAX - 1)} == {0.0}
    assert conflicts.add(2.0) == PAUSE_S
    assert conflicts.add(60.0) == 0.0
