"""The page of the line: what waits, what the hub refused and why, trying again, setting aside, quiet hours, the cap."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from schoolbox.config import Config
from schoolbox.jobs.supervisor import Supervisor
from schoolbox.jobs.sync_loop import SyncJob
from schoolbox.services.drain import LARGE
from schoolbox.services.line_rules import Rules
from schoolbox.wiring import Box, open_box
from sync.cap import UploadCap
from sync.transport import HubTransport
from tests.simulators.clock import HandClock
from tests.simulators.courier_rig import Courier
from tests.simulators.device import Device
from tests.simulators.hub import RunningHub, running_hub
from tests.simulators.programs import command
from tests.simulators.rooms import TECHNICIAN, Pages, open_pages
from tests.simulators.waiting import eventually


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    with running_hub(tmp_path_factory.mktemp("hub") / "data") as running:
        yield running


@dataclass
class School:
    pages: Pages
    courier: Courier
    desk: Device

    @property
    def box(self) -> Box:
        return self.pages.box


@pytest.fixture
def school(hub: RunningHub, tmp_path: Path) -> Iterator[School]:
    with open_pages(tmp_path, pupils=1, anew=True) as pages:
        courier = Courier(pages.box, hub, tmp_path)
        courier.enrol()
        assert courier.over_the_line().ok
        yield School(pages, courier, pages.staff(TECHNICIAN))


def refuse(school: School, times: int = 1) -> None:
    """Record what the hub cannot take, and have it refused."""
    for _ in range(times):
        school.courier.say(school.courier.classroom.passed().replace(b'"scaled":0.8', b'"scaled":8.0'))
    assert school.courier.over_the_line().push.quarantined == times


def test_what_the_hub_refused_is_told_in_words_and_by_number_without_a_name(school: School) -> None:
    school.courier.learn(3)
    refuse(school)
    text = school.desk.get("/line").text
    for words in ("The hub refused 1 statement.", "Quiz passed", "Something in it is not as the hub wants it."):
        assert words in text
    assert "scaled" in text  # what the hub wrote, for the ministry
    [one] = school.box.quarantine.page().refused
    assert one.id in text
    assert "/line" in school.desk.get("/status").text
    assert "Krasniqi" not in text


def test_what_is_tried_again_arrives_once_the_hub_takes_it(school: School) -> None:
    refuse(school, 2)
    db = school.box.database  # as if the hub was mended: the same statement is good now
    db.write(lambda: db.run_sql(
        "UPDATE quarantine SET statement = CAST(replace(CAST(statement AS TEXT), '8.0', '0.8') AS BLOB)"
    ))  # fmt: skip
    first, second = (one.seq for one in school.box.quarantine.page().refused)
    school.desk.post(f"/line/refused/{first}/retry", on="/line")
    assert school.box.outbox.counts().waiting == 1
    school.desk.post("/line/refused/retry", on="/line")
    assert (school.box.outbox.counts().waiting, school.box.outbox.counts().quarantined) == (2, 0)
    report = school.courier.over_the_line()
    assert (report.ok, report.push.sent, report.waiting) == (True, 2, 0)
    gone = school.desk.post(f"/line/refused/{second}/retry", on="/line")
    assert (gone.status_code, "No refused result has this number any more" in gone.text) == (404, True)
    assert "Refused results wait for the hub again: 1" in school.desk.get("/status").text


def test_what_is_set_aside_for_good_stays_with_its_reason_and_troubles_nobody(school: School) -> None:
    refuse(school)
    [one] = school.box.quarantine.page().refused
    done = school.desk.post(f"/line/refused/{one.seq}/keep", {"why": "The ministry\n knows."}, on="/line")
    assert done.status_code == 303
    assert school.box.outbox.counts().quarantined == 0
    assert "quarantined" not in [thing.code for thing in school.box.status.page().verdict.things]
    text = school.desk.get("/line").text
    assert "The hub refused nothing." in text
    assert "Reason: The ministry knows." in text
    [kept] = school.box.quarantine.page(kept=True).refused
    assert (kept.seq, kept.said) == (one.seq, one.said)
    school.desk.post(f"/line/refused/{one.seq}/retry", on="/line")  # a person may think again
    assert school.box.outbox.counts().waiting == 1


def test_a_statement_tried_again_is_not_let_go_by_the_receipt_of_an_older_courier(school: School) -> None:
    """It had a place among those of the courier, but was not in it."""
    refuse(school)
    [one] = school.box.quarantine.page().refused
    before = school.courier.learn(1)
    stick = school.courier.stick()
    school.box.couriers.write(stick)
    school.desk.post(f"/line/refused/{one.seq}/retry", on="/line")
    school.courier.to_town(stick)
    school.box.couriers.read(stick)
    assert school.courier.arrived()[-1] in before
    assert school.box.outbox.counts().waiting == 1


def test_the_commands_list_retry_and_set_aside(school: School) -> None:
    refuse(school, 2)
    first, second = (one.seq for one in school.box.quarantine.page().refused)

    def run(*words: str | int) -> dict[str, object]:
        done = command("schoolbox", "--data", school.pages.seeded.data, "sync", *map(str, words), "--json")
        assert done.returncode == 0, done.stderr
        found: dict[str, object] = json.loads(done.stdout)
        return found

    found = run("refused")
    assert (found["open"], found["set_aside"]) == (2, 0)
    assert run("set-aside", first, "--why", "known") == {"set_aside": 1}
    assert run("refused", "--set-aside")["refused"] == [
        {**one, "reason": "known"} for one in found["refused"] if one["number"] == first  # type: ignore[attr-defined]
    ]
    assert run("retry", "--all") == {"waiting_again": 1}
    assert run("retry", first) == {"waiting_again": 1}
    assert school.box.outbox.counts().waiting == 2
    for words in (("retry",), ("retry", "--all", "7"), ("retry", "999"), ("set-aside", str(second))):
        assert command("schoolbox", "--data", school.pages.seeded.data, "sync", *words).returncode not in (0, 1)


def test_a_large_backlog_shows_how_far_it_is(school: School) -> None:
    raws = [(school.courier.classroom.watched(pupil % 30), 1) for pupil in range(LARGE + 300)]
    db = school.box.database
    db.write(lambda: db.run_many("INSERT INTO outbox (statement, lane) VALUES (?, ?)", raws))
    school.box.outbox.acknowledge([row.seq for row in school.box.outbox.pending(300)])
    for path in ("/line", "/status"):
        assert f"300 of {LARGE + 300:,} are at the hub." in school.desk.get(path).text
    assert re.search(r"Details of what was watched: 2,000\.", school.desk.get("/line").text)


def test_quiet_hours_and_the_cap_are_decided_on_the_page_and_hold_for_both_ways(school: School) -> None:
    typed = {"send_kbit": "64", "pull_kbit": "", "quiet": "7:30-13:30, 14:00-18:00"}
    assert school.desk.post("/line", typed, on="/line").status_code == 303
    rules = school.box.line_rules.rules()
    assert (rules.send_kbit, rules.pull_kbit, rules.quiet_text) == (64, 0, "07:30-13:30,14:00-18:00")
    for wrong in ({"quiet": "noon"}, {"send_kbit": "-1"}, {"pull_kbit": "1e3"}):
        answer = school.desk.post("/line", {**typed, **wrong}, on="/line")
        assert answer.status_code == 400
        assert "This cannot be read:" in answer.text
        assert next(iter(wrong.values())) in answer.text
    assert school.box.line_rules.rules() == rules


def test_a_quiet_hour_holds_results_back_but_not_a_person_a_courier_or_the_heartbeat(school: School) -> None:
    school.box.line_rules.decide(send_kbit="", pull_kbit="", quiet="00:00-12:00,12:00-23:59,23:59-00:00", by=0)
    school.courier.learn(5)
    with HubTransport() as transport:
        report = school.box.session(transport).run_once()
        assert (report.ok, report.push.requests, report.waiting, report.hub_at is not None) == (True, 0, 5, True)
        assert report.quiet_s > 0
        assert "It is a quiet hour" in school.desk.get("/line").text
        assert school.box.couriers.write(school.courier.stick()).statements == 5
        assert school.box.session(transport).run_once(at_once=True).push.sent == 5


def test_where_nobody_confirmed_the_clock_no_hour_is_quiet(tmp_path: Path) -> None:
    clock = HandClock(at=datetime(1970, 1, 1, 9, 0, tzinfo=UTC))
    with open_pages(tmp_path, pupils=1, clock=clock, anew=True) as pages:
        rules = pages.box.line_rules
        rules.decide(send_kbit="", pull_kbit="", quiet="00:00-23:59", by=0)
        assert (rules.quiet_s(), rules.knows_time()) == (0.0, False)
        assert "until then no hour is quiet" in pages.staff(TECHNICIAN).get("/line").text
        pages.box.boots.told(datetime(2026, 9, 25, 9, 0, tzinfo=UTC))
        assert rules.quiet_s() > 0
        assert rules.rules() == Rules(0, 0, rules.rules().quiet)


def test_a_capped_line_carries_the_same_and_takes_its_time(school: School) -> None:
    school.courier.learn(200)
    clock = HandClock()
    began_s = clock.monotonic_s()
    cap = UploadCap(clock, kbit_s=lambda: 8, pause=clock.tick)
    with HubTransport(cap=cap) as transport:
        assert school.box.session(transport).run_once().push.sent == 200
    assert clock.monotonic_s() - began_s > 3  # some 5 kB at a kilobyte a second, of which one goes at once


def test_the_settings_file_holds_until_somebody_decides(tmp_path: Path) -> None:


    box = open_box(Config(data=tmp_path, reserve_mb=0, send_kbit=32, pull_kbit=256, quiet_hours="08:00-13:00"))
    rules = box.line_rules.rules()
    assert (rules.send_kbit, rules.pull_kbit, rules.quiet_text) == (32, 256, "08:00-13:00")
    box.close()




def test_the_running_box_keeps_quiet_hours_until_a_person_says_send_now(school: School) -> None:
    box = school.box
    box.line_rules.decide(send_kbit="8", pull_kbit="", quiet="00:00-12:00,12:00-23:59,23:59-00:00", by=0)
    school.courier.learn(400)
    before = box.uplink.status().last_success_at
    job = SyncJob(
        uplink=box.uplink, landed=box.outbox.landed, session=box.session, line=box.line_rules, clock=box.clock
    )
    supervisor = Supervisor([job], on_end=box.database.close_thread)
    supervisor.start()
    try:
        eventually(lambda: box.uplink.status().last_success_at != before, saying="no heartbeat came")
        assert box.outbox.counts().waiting == 400
        school.desk.post("/line/send", on="/line")
        eventually(lambda: box.outbox.counts().waiting == 0, saying="it was not sent")
    finally:
        supervisor.stop()
