"""The technician's room: the facts of a real box, and actions that do what they say."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from schoolbox.db.rescue import Rescue
from schoolbox.jobs.snapshots import SnapshotJob
from schoolbox.services.pack_checks import PackChecks
from tests.simulators.device import Device
from tests.simulators.rooms import TECHNICIAN, Pages, open_pages
from tests.simulators.seeded import PACK, VIDEO
from tests.simulators.waiting import eventually


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with open_pages(tmp_path) as opened:
        yield opened


@pytest.fixture
def desk(pages: Pages) -> Device:
    device = pages.device()
    assert device.sign_in_staff(TECHNICIAN).status_code == 303
    return device


def test_the_page_tells_packs_people_and_where_the_box_is_reached(pages: Pages, desk: Device) -> None:
    text = desk.get("/status").text
    for word in ("Thyesat", PACK, "4 nxënës", "në 1 klasë", "Kutia punon.", '<svg class="qr"'):
        assert word in text
    assert all(f"http://{address}/" in text for address in pages.box.addresses())
    assert "Krasniqi" not in text


def test_the_page_speaks_english_too(desk: Device) -> None:
    text = desk.get("/status?lang=en").text
    assert "This box teaches." in text
    assert "Pack “Fractions” installed, version 1" in text


def test_a_box_without_a_hub_leads_to_the_page_where_its_code_is_typed(desk: Device) -> None:
    text = desk.get("/status?lang=en").text
    assert "Ask the ministry for a code, then type it at “Set up this box”." in text
    assert "schoolbox sync enrol" not in text
    assert 'href="/setup#st-hub"' in text
    assert 'id="st-hub"' in desk.get("/setup").text


def test_a_pack_with_a_changed_byte_is_found_and_named(pages: Pages, desk: Device) -> None:
    [video] = pages.box.library.item(VIDEO, staff=False).of_role("video")
    path = pages.box.store.path(video.sha256, video.ext)
    path.chmod(0o644)
    raw = bytearray(path.read_bytes())
    raw[10] ^= 1
    path.write_bytes(bytes(raw))
    desk.post("/status/packs", on="/status")
    eventually(lambda: not pages.box.status.page().checking)
    text = desk.get("/status?lang=en").text
    assert "A pack is damaged." in text
    assert "1 damaged" in text
    assert "Pack “Fractions” is damaged; files missing: 0, corrupt: 1" in text


def test_sound_packs_are_said_to_be_sound(pages: Pages, desk: Device) -> None:
    for _ in range(3):
        desk.post("/status/packs", on="/status")
    eventually(lambda: not pages.box.status.page().checking)
    [line] = pages.box.status.page().packs
    assert line.check is not None
    assert (line.check.state, line.check.bad) == ("sound", 0)


def test_a_pack_that_goes_while_others_are_checked_is_told_apart_from_a_damaged_one(pages: Pages) -> None:
    checks = PackChecks(pages.box.packs.verify, on_end=pages.box.database.close_thread)
    for pack_id in ("mash:nothing", PACK, PACK):
        checks.start(pack_id)
    eventually(lambda: not checks.busy())
    assert {pack_id: result.state for pack_id, result in checks.results().items()} == {
        "mash:nothing": "failed", PACK: "sound",
    }  # fmt: skip


def test_the_database_is_read_and_the_finding_shown(desk: Device) -> None:
    desk.get("/status?lang=en")
    assert desk.post("/status/database", on="/status").status_code == 303
    text = desk.get("/status?lang=en").text
    assert "The database is whole." in text
    assert "Database checked; problems found: 0" in text


def test_trying_to_sync_says_honestly_whether_anything_can(pages: Pages, desk: Device) -> None:
    desk.get("/status?lang=en")
    desk.post("/status/sync", on="/status")
    assert "syncing is switched off" in desk.get("/status").text
    woken: list[bool] = []
    pages.box.uplink.when_wanted(lambda: woken.append(True))
    desk.post("/status/sync", on="/status")
    assert woken == [True]
    assert "talking to the hub now" in desk.get("/status?lang=en").text


def test_the_page_names_no_pupil_and_nothing_that_does_not_work(desk: Device) -> None:
    text = desk.get("/status?lang=en").text
    assert "Nxënës" not in text
    assert text.count("<form") == text.count("csrf_token")


def test_a_database_that_had_to_be_replaced_is_told_until_a_check_has_found_it_whole(
    pages: Pages, desk: Device
) -> None:
    pages.box.database_care.note_rescue(Rescue(datetime(2026, 9, 24, 8, tzinfo=UTC), 1_234, ("progress",)))
    text = desk.get("/status?lang=en").text
    assert "The database was damaged and has been mended." in text
    assert "the copy of 2026-09-24 08:00 was put back, rows saved: 1234, incomplete: progress" in text
    desk.post("/status/database", on="/status")
    assert "has been mended" not in desk.get("/status?lang=en").text


def test_the_box_copies_its_database_a_while_after_the_start_and_the_page_says_when(
    pages: Pages, desk: Device
) -> None:
    assert "A copy is made every day" in desk.get("/status?lang=en").text
    for _ in range(2):  # the second program finds a copy that is young enough
        stop, job = threading.Event(), SnapshotJob(pages.box.database_care, pages.box.erasures, first_after_s=0.01)
        working = threading.Thread(target=job.run, args=(stop,))
        working.start()
        eventually(lambda: pages.box.database_care.newest_snapshot() is not None)
        working.join(0.3)  # time enough for a second copy, if it made one
        stop.set()
        job.wake()
        working.join()
    newest = pages.box.database_care.newest_snapshot()
    assert newest
    assert newest.number == 1
    assert "Newest copy:" in desk.get("/status?lang=en").text
