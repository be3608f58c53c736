"""What a technician is told to look at."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

import schoolbox
from schoolbox.faults import Fault
from schoolbox.services.event_texts import TEXTS, UNKNOWN, facts_of, text_of
from schoolbox.services.events import EventRow
from schoolbox.services.machine import DiskRoom, Machine
from schoolbox.services.transfer_facts import TransferFacts
from schoolbox.services.uplink import UplinkStatus
from schoolbox.services.verdict import ClockFacts, Facts, verdict
from sync.discovery import Reason, State

NOW = datetime(2026, 9, 25, 8, tzinfo=UTC)
GB = 1_000_000_000
FACTS = (
    "added", "known", "person", "pack", "version", "missing", "corrupt", "packs", "hub", "problems", "academy",
    "fingerprint", "names", "copied_bytes", "copied", "rows", "file", "torn", "fields", "people", "cards", "network",
    "statements", "refused", "settings", "setting", "zone",
)  # fmt: skip
UPLINK = UplinkStatus(
    enrolled=True, hub_url="http://hub", hub_name="Hub", last_try_at=NOW, last_success_at=NOW, problem="",
    problem_text="", waiting=0, quarantined=0, sent_total=5, next_try_s=None,
)  # fmt: skip
CLOCK = ClockFacts(NOW, trusted=True, off_s=0.1, at_least=NOW - timedelta(days=20))
WELL = Facts(
    disk=DiskRoom(100 * GB, 50 * GB, GB), clock=CLOCK, uplink=UPLINK,
    network=State(Reason.ANNOUNCED, name="schoolbox.local"),
    temperature_c=50.0, database_problems=None, database_rescued=False, packs=3, packs_hidden=0, packs_damaged=0,
    packs_incomplete=0, packs_overdue=0, packs_waiting=0, jobs_paused=0, jobs_failed=0, pupils=30,
)  # fmt: skip


def codes(facts: Facts) -> list[str]:
    return [thing.code for thing in verdict(facts).things]


def test_a_box_that_is_well_has_nothing_to_look_at() -> None:
    assert verdict(WELL).things == ()
    assert verdict(WELL).teaches


@pytest.mark.parametrize(
    ("facts", "code", "teaches"),
    [
        (replace(WELL, disk=DiskRoom(100 * GB, GB // 4, GB)), "disk_full", False),
        (replace(WELL, disk=DiskRoom(100 * GB, 3 * GB, GB)), "disk_low", True),
        (replace(WELL, packs_overdue=1, packs_waiting=2), "packs_overdue", True),
        (replace(WELL, packs_waiting=2), "packs_waiting", True),
        (replace(WELL, database_problems=2), "database_damaged", False),
        (replace(WELL, database_problems=2, database_rescued=True), "database_damaged", False),
        (replace(WELL, database_rescued=True), "database_rescued", True),
        (replace(WELL, packs_damaged=1), "packs_damaged", True),
        (replace(WELL, packs_hidden=1), "packs_hidden", True),
        (replace(WELL, packs_incomplete=1), "packs_incomplete", True),
        (replace(WELL, jobs_paused=1), "job_paused", True),
        (replace(WELL, jobs_failed=1), "job_failed", True),
        (replace(WELL, temperature_c=80.0), "hot", True),
        (replace(WELL, network=State(Reason.PORT_BUSY)), "name_silent", True),
        (replace(WELL, network=State(Reason.NO_NETWORK)), "no_network", True),
        (replace(WELL, clock=replace(CLOCK, now=NOW - timedelta(days=999))), "clock_wrong", True),
        (replace(WELL, clock=replace(CLOCK, trusted=False, off_s=9_000.0)), "clock_wrong", True),
        (replace(WELL, uplink=replace(UPLINK, enrolled=False)), "not_enrolled", True),
        (replace(WELL, uplink=replace(UPLINK, quarantined=1)), "quarantined", True),
        (replace(WELL, uplink=replace(UPLINK, twin=True)), "twin", True),
        (replace(WELL, uplink=replace(UPLINK, problem="CredentialsError")), "hub_refuses", True),
        (replace(WELL, uplink=replace(UPLINK, waiting=9, last_success_at=NOW - timedelta(days=4))), "offline", True),
        (replace(WELL, transfers=TransferFacts(arrived=1)), "transfer_arrived", True),
        (replace(WELL, transfers=TransferFacts(twice=1)), "transfer_twice", True),
        (replace(WELL, transfers=TransferFacts(stuck=1)), "transfer_stuck", True),
        (replace(WELL, believes=False), "believes_nobody", True),
        (replace(WELL, believes=False, given_root=Fault("MetadataError")), "given_root_wrong", True),
        (replace(WELL, packs=0), "no_packs", True),
        (replace(WELL, pupils=0), "no_pupils", True),
    ],
)
def test_each_trouble_is_named(facts: Facts, code: str, *, teaches: bool) -> None:
    assert codes(facts) == [code]
    assert verdict(facts).teaches is teaches


def test_the_worst_comes_first() -> None:
    facts = replace(WELL, pupils=0, temperature_c=90.0, database_problems=1)
    assert codes(facts) == ["database_damaged", "hot", "no_pupils"]


def test_a_line_that_is_down_for_an_hour_or_with_nothing_to_send_is_no_trouble() -> None:
    down = replace(UPLINK, problem="LineError", waiting=9, last_success_at=NOW - timedelta(hours=1))
    assert codes(replace(WELL, uplink=down)) == []
    assert codes(replace(WELL, uplink=replace(down, waiting=0, last_success_at=None))) == []


def test_a_wrong_clock_does_not_count_days_without_a_line() -> None:
    uplink = replace(UPLINK, waiting=9, last_success_at=NOW)
    woke = replace(CLOCK, now=NOW.replace(year=1970), trusted=False)
    assert codes(replace(WELL, uplink=uplink, clock=woke)) == ["clock_wrong"]


def test_a_clock_that_nobody_confirmed_is_neither_right_nor_wrong() -> None:
    alone = ClockFacts(NOW, trusted=False, off_s=None, at_least=None)
    assert alone.state == "unknown"
    assert codes(replace(WELL, clock=alone)) == []


def test_the_warmest_sensor_counts_and_nonsense_does_not(tmp_path: Path) -> None:
    for number, text in enumerate(["48312\n", "61000\n", "-274000\n", "nonsense", ""]):
        zone = tmp_path / f"thermal_zone{number}"
        zone.mkdir()
        (zone / "temp").write_text(text)
    assert Machine(tmp_path, keep_bytes=0, thermal=tmp_path).temperature_c() == 61.0
    assert Machine(tmp_path, keep_bytes=0, thermal=tmp_path / "none").temperature_c() is None


def test_room_for_packs_is_what_is_free_beyond_the_reserve() -> None:
    assert DiskRoom(100, 30, 10).usable_bytes == 20
    assert DiskRoom(100, 5, 10).usable_bytes == 0


def test_every_event_has_a_sentence_that_its_facts_fill_and_strange_ones_still_show() -> None:
    facts = dict.fromkeys(FACTS, 1)
    for code, text in TEXTS.items():
        event = EventRow(1, NOW, code, facts)
        assert text_of(event) is text
        assert text.what % facts_of(event)
    for strange in (EventRow(1, NOW, "invented", {}), EventRow(1, NOW, "pack_installed", {})):
        assert text_of(strange) is UNKNOWN
        assert strange.code in UNKNOWN.what % facts_of(strange)


def test_every_event_that_the_program_notes_has_its_own_sentence() -> None:
    sources = Path(schoolbox.__file__).parent.rglob("*.py")
    noted = {code for source in sources for code in re.findall(r"\.note(?:_done)?\(\s*\"(\w+)\"", source.read_text())}
    assert noted <= set(TEXTS)
    assert noted >= {"claimed", "pack_damaged", "sign_in_guessing"}
