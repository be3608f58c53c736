"""The page of a stick: what is on it, what can be ticked, and how an order goes to its end."""

import logging
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from schoolbox.services.shelf_jobs import Order, Wish
from schoolbox.services.stick_listing import Need
from tests.integration.test_content_packs_parts import PACK as PHYSICS_IN_UNITS
from tests.integration.test_content_packs_parts import publish as publish_units
from tests.simulators.clock import HandClock
from tests.simulators.device import Device, shown
from tests.simulators.national import National
from tests.simulators.publisher import Ministry
from tests.simulators.rooms import TECHNICIAN, Pages, open_pages
from tests.simulators.seeded import PACK, publish_lesson
from tests.simulators.stick_rig import order, put_in, work

PHYSICS, MUSIC = "mash:fizika-8", "mash:muzika-6"


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with open_pages(tmp_path) as opened:
        yield opened


@pytest.fixture
def desk(pages: Pages) -> Device:
    device = pages.device()
    assert device.sign_in_staff(pages.seeded.teacher).status_code == 303
    assert device.get("/?lang=en").status_code == 200
    return device


@pytest.fixture
def ministry(pages: Pages) -> Ministry:
    return pages.seeded.ministry


def goes_to(device: Device, path: str) -> str:
    answer = device.get(path)
    assert answer.status_code == 303, (answer.status_code, answer.text)
    return answer.headers["Location"]


def ticked(page: str) -> list[str]:
    boxes = re.findall(r'<input type="checkbox" name="pack"[^>]+>', page)
    return [re.findall(r'value="([^"]+)"', box)[0] for box in boxes if " checked" in box]


def stamp_on(device: Device, path: str) -> str:
    [stamp] = re.findall(r'data-stamp="([^"]*)"', device.text(path))
    return str(stamp)


def test_without_a_stick_the_page_says_what_to_do_and_what_is_on_the_box(desk: Device) -> None:
    words = shown(desk, "/sticks")
    assert "Put a stick into the box" in words
    assert "Fractions version 1" in words
    assert '<noscript><meta http-equiv="refresh"' in desk.text("/sticks")


def test_one_stick_that_is_put_in_is_what_the_page_shows(pages: Pages, desk: Device, ministry: Ministry) -> None:
    before = desk.get("/sticks/live").json
    ministry.publish(PHYSICS)
    [stick] = put_in(pages.box, ministry.folder)
    assert desk.get("/sticks/live").json != before
    assert goes_to(desk, "/sticks") == f"/sticks/{stick.id}"
    page, words = desk.text(f"/sticks/{stick.id}"), shown(desk, f"/sticks/{stick.id}")
    assert ticked(page) == [PHYSICS]
    assert "Found the stick “shelf”" in words
    assert "2 packs. 1 can be installed now." in words
    assert "Paketa fizika-8 New 2 videos" in words
    assert "signed by Publisher mash" in words
    assert "Fractions The same You have it already, nothing is needed" in words


def test_what_happens_elsewhere_does_not_load_the_page_of_a_stick_anew(
    pages: Pages, desk: Device, ministry: Ministry
) -> None:
    ministry.publish(PHYSICS)
    old = ministry.copy("MASHT 2025")
    ministry.publish(MUSIC)
    [stick] = put_in(pages.box, ministry.folder)
    page = f"/sticks/{stick.id}"
    stamp, address = stamp_on(desk, page), f"{page}/live"
    assert desk.get(address).json == {"stamp": stamp} != {"stamp": ""}
    put_in(pages.box, old)
    pages.box.jobs.ask(Order("elsewhere", "USB", (Wish("mash:x", 1, "0" * 64, {}, Need(1, 1)),)), by=None)
    pages.box.packs.remove(PACK)
    assert desk.get(address).json == {"stamp": ""}
    assert stamp_on(desk, page) == ""
    pages.box.sticks.look()
    changed = stamp_on(desk, page)
    assert changed not in ("", stamp)
    ministry.folder.rename(ministry.folder.with_name("pulled"))
    pages.box.sticks.look()
    assert desk.get(address).json == {"stamp": "gone"}


def test_three_taps_install_and_the_end_leads_to_the_course(pages: Pages, desk: Device, ministry: Ministry) -> None:
    ministry.publish(PHYSICS)
    put_in(pages.box, ministry.folder)
    page = goes_to(desk, "/sticks")
    answer = desk.post(f"{page}/install", {"pack": PHYSICS}, on=page)
    job = answer.headers["Location"]
    assert answer.status_code == 303
    assert goes_to(desk, "/sticks") == goes_to(desk, page) == job
    assert "Waiting for its turn" in shown(desk, job)
    work(pages.box, 1)
    assert "Everything is on the box Pupils see it now." in shown(desk, job)
    assert f'href="/courses/{PHYSICS}"' in desk.text(job)
    assert desk.text(f"/courses/{PHYSICS}")
    assert "There is nothing new on this stick." in shown(desk, page)


def test_a_double_tap_orders_once_and_another_pack_is_a_second_order(
    pages: Pages, desk: Device, ministry: Ministry
) -> None:
    ministry.publish(PHYSICS)
    ministry.publish(MUSIC)
    put_in(pages.box, ministry.folder)
    page = goes_to(desk, "/sticks")
    asked = [
        desk.post(f"{page}/install", {"pack": packs}, on=f"{page}?more=1").headers["Location"]
        for packs in ([PHYSICS], [PHYSICS], [PHYSICS, MUSIC])
    ]
    assert asked == ["/sticks/jobs/1", "/sticks/jobs/1", "/sticks/jobs/2"]
    assert [pack.wish.pack_id for pack in pages.box.jobs.find(2).packs] == [MUSIC]


def test_leaving_it_so_on_an_old_page_does_not_stop_what_a_colleague_had_tried_again(
    pages: Pages, desk: Device, ministry: Ministry
) -> None:
    ministry.publish(PHYSICS)
    [stick] = put_in(pages.box, ministry.folder)
    job_id = order(pages.box, stick, PHYSICS)
    ministry.tamper("blobs/*/*.mp4")
    job = f"/sticks/jobs/{job_id}"
    assert work(pages.box, job_id).state in ("failed", "partly")
    desk.post(f"{job}/again", on=job)
    desk.post(f"{job}/seen", on=job)
    assert pages.box.jobs.find(job_id).state == "waiting"


def test_nothing_ticked_is_said_and_orders_nothing(pages: Pages, desk: Device, ministry: Ministry) -> None:
    put_in(pages.box, ministry.folder)
    page = goes_to(desk, "/sticks")
    answer = desk.post(f"{page}/install", {"pack": [PACK, "mash:made-up"], "unit": [f"{PACK}/hyrje", "x"]}, on=page)
    assert answer.headers["Location"] == page
    assert "Nothing was ticked" in shown(desk, page)
    assert pages.box.jobs.open() == []


def test_a_newer_version_says_which_and_the_page_of_the_pack_goes_back(
    pages: Pages, desk: Device, ministry: Ministry, tmp_path: Path
) -> None:
    publish_lesson(ministry, tmp_path / "second", version=2)
    [stick] = put_in(pages.box, ministry.folder)
    assert "Newer version Version 2, yours is 1" in shown(desk, f"/sticks/{stick.id}")
    work(pages.box, order(pages.box, stick, PACK, by=pages.seeded.pupils[0].person_id - 1))
    assert "Go back to version 1" in shown(desk, f"/packs/{PACK}")
    assert "Pupils then see version 1 instead of 2." in shown(desk, f"/packs/{PACK}/undo")
    assert desk.post(f"/packs/{PACK}/undo", on=f"/packs/{PACK}/undo").status_code == 303
    words = shown(desk, f"/packs/{PACK}")
    assert "version 1" in words
    assert "went back to version 1 Vlora Gashi" in words
    [stick] = put_in(pages.box, ministry.folder)
    page = shown(desk, f"/sticks/{stick.id}")
    assert ticked(desk.text(f"/sticks/{stick.id}")) == []
    assert "Somebody went back from this version; tick it to have it again." in page
    assert "Install what is ticked" in page
    assert "There is nothing new" not in page
    written = shown(desk, f"/sticks/{stick.id}/write")
    assert "Newer on the stick" in written
    assert "Newer than on the stick" not in written
    assert ticked(desk.text(f"/sticks/{stick.id}/write")) == []
    job = desk.post(f"/sticks/{stick.id}/install", {"pack": PACK}, on=f"/sticks/{stick.id}").headers["Location"]
    work(pages.box, int(job.rpartition("/")[2]))
    assert "version 2" in shown(desk, f"/packs/{PACK}")


def test_what_is_not_trusted_is_named_with_the_reason_and_cannot_be_ticked(
    pages: Pages, desk: Device, ministry: Ministry
) -> None:
    ministry.admit("fshat")
    ministry.publish("fshat:kopshti")
    ministry.tamper("meta/cat/fshat.json", at=40)
    [stick] = put_in(pages.box, ministry.folder)
    page, words = desk.text(f"/sticks/{stick.id}"), shown(desk, f"/sticks/{stick.id}")
    assert "1 list was not believed cat/fshat.json" in words
    assert ticked(page) == []
    ministry.revoke("fshat")
    put_in(pages.box, ministry.folder)
    [stick] = pages.box.sticks.present()
    answer = desk.post(f"/sticks/{stick.id}/install", {"pack": "fshat:kopshti"}, on=f"/sticks/{stick.id}")
    assert answer.headers["Location"] == f"/sticks/{stick.id}"
    assert "is not one of those the ministry's registry lists" in shown(desk, f"/sticks/{stick.id}")


def test_an_old_stick_is_only_advised_about(tmp_path: Path) -> None:
    with open_pages(tmp_path, clock=HandClock(at=datetime(2027, 11, 30, tzinfo=UTC))) as pages:
        pages.seeded.ministry.publish(PHYSICS)
        [stick] = put_in(pages.box, pages.seeded.ministry.folder)
        device = pages.device()
        device.sign_in_staff(TECHNICIAN)
        device.get("/?lang=en")
        assert "These packs were signed 14 months ago. They can be installed." in shown(device, f"/sticks/{stick.id}")
        assert ticked(device.text(f"/sticks/{stick.id}")) == [PHYSICS]


def test_a_stick_without_packs_is_named_so_that_nobody_wonders(pages: Pages, desk: Device, tmp_path: Path) -> None:
    photos = tmp_path / "KINGSTON"
    photos.mkdir()
    (photos / "foto.jpg").write_bytes(b"x")
    put_in(pages.box, photos)
    words = shown(desk, "/sticks")
    assert "KINGSTON There are no packs on this stick." in words
    shutil.rmtree(photos)
    pages.box.sticks.look()
    assert "Put a stick into the box" in shown(desk, "/sticks")


def test_sticks_are_all_shown_those_with_the_very_same_lists_too(
    pages: Pages, desk: Device, ministry: Ministry
) -> None:
    old = ministry.copy("MASHT 2025")
    ministry.publish(PHYSICS)
    twin = ministry.copy("twin")
    for folder in (old, ministry.folder, twin):
        put_in(pages.box, folder)
    old_one, first, second = sorted(pages.box.sticks.present(), key=lambda stick: stick.label != "MASHT 2025")
    assert old_one.label == "MASHT 2025"
    assert {first.label, second.label} == {ministry.folder.name, "twin"}
    assert len({stick.id for stick in (old_one, first, second)}) == 3
    assert len({stick.drive for stick in (old_one, first, second)}) == 3
    page = shown(desk, "/sticks")
    assert "MASHT 2025" in page
    assert "twin" in page
    assert "Found the stick" in shown(desk, f"/sticks/{second.id}")


def test_of_equal_sticks_one_that_stays_in_is_called_what_it_was_and_one_that_is_put_in_again_serves_what_waits(
    pages: Pages, ministry: Ministry
) -> None:
    twin = ministry.copy("twin")
    put_in(pages.box, ministry.folder)
    put_in(pages.box, twin)
    [one, other] = pages.box.sticks.present()
    gone, stays = (one, other) if one.label == ministry.folder.name else (other, one)
    ministry.folder.rename(ministry.folder.with_name("pulled"))
    pages.box.sticks.look()
    assert [(stick.id, stick.drive) for stick in pages.box.sticks.present()] == [(stays.id, stays.drive)]
    ministry.folder.with_name("pulled").rename(ministry.folder)
    pages.box.sticks.look()
    assert {stick.id for stick in pages.box.sticks.present()} == {gone.id, stays.id}


def test_while_one_stick_is_awaited_another_that_is_put_in_is_not_hidden(
    pages: Pages, desk: Device, ministry: Ministry
) -> None:
    old = ministry.copy("old")
    ministry.publish(PHYSICS)
    [stick] = put_in(pages.box, ministry.folder)
    job_id = order(pages.box, stick, PHYSICS)
    ministry.folder.rename(ministry.folder.with_name("pulled"))
    put_in(pages.box, old)
    assert work(pages.box, job_id).state == "paused"
    assert "Waits for the stick old" in shown(desk, "/sticks")
    old.rename(old.with_name("gone"))
    pages.box.sticks.look()
    assert goes_to(desk, "/sticks") == f"/sticks/jobs/{job_id}"


def test_a_stick_that_is_gone_leads_back_to_what_to_do(pages: Pages, desk: Device, ministry: Ministry) -> None:
    [stick] = put_in(pages.box, ministry.folder)
    ministry.folder.rename(ministry.folder.with_name("pulled"))
    pages.box.sticks.look()
    assert goes_to(desk, f"/sticks/{stick.id}") == "/sticks"
    assert "Put a stick into the box" in shown(desk, "/sticks")


def test_a_box_that_trusts_nobody_yet_says_so_on_the_page(tmp_path: Path) -> None:
    with open_pages(tmp_path) as pages:
        for root in (pages.box.config.data / "trust").glob("*.root.json"):
            root.unlink()
        [stick] = put_in(pages.box, pages.seeded.ministry.folder)
        device = pages.device()
        device.sign_in_staff(TECHNICIAN)
        device.get("/?lang=en")
        words = shown(device, f"/sticks/{stick.id}")
        assert "This box believes no publisher yet." in words


def test_a_stick_of_another_ministry_is_told_once_and_not_pack_by_pack(
    pages: Pages, desk: Device, tmp_path: Path
) -> None:
    other = Ministry(tmp_path / "other", publishers=("mash", "qendra"))
    for pack_id in (PHYSICS, "mash:biologji-7", "qendra:english"):
        other.publish(pack_id)
    [stick] = put_in(pages.box, other.folder)
    words = shown(desk, f"/sticks/{stick.id}")
    assert words.count("signed under another registry than the one this box trusts") == 1
    assert words.count("Nothing of it was installed") == 1 + words.partition("not believed")[2].count("Nothing of it")
    assert words.count("Not trusted") == 3
    assert "Nothing on this stick can be installed." not in words


def test_units_are_chosen_and_more_of_them_later(pages: Pages, desk: Device, ministry: Ministry) -> None:
    publish_units(ministry, 1, {"forca": {"a": 7}, "levizja": {"b": 8}})
    [stick] = put_in(pages.box, ministry.folder)
    page = f"/sticks/{stick.id}"
    assert "Choose units" in desk.text(page)
    assert "Tick only what you want." in shown(desk, f"{page}/packs/{PHYSICS_IN_UNITS}")
    desk.post(f"{page}/install", {"pack": PHYSICS_IN_UNITS, "unit": f"{PHYSICS_IN_UNITS}/forca"}, on=page)
    work(pages.box, 1)
    assert pages.box.library.pack(PHYSICS_IN_UNITS).items == 1
    words = shown(desk, page)
    assert "In part" in words
    assert "You have some units of it" in words
    words = shown(desk, f"/packs/{PHYSICS_IN_UNITS}")
    assert re.search("Units on this box forca.*“[^”]+” has more units", words, re.IGNORECASE)
    assert "levizja" not in words.lower().partition("units on this box")[2].partition("has more units")[0]
    desk.post(f"{page}/install", {"unit": f"{PHYSICS_IN_UNITS}/levizja"}, on=page)
    work(pages.box, 2)
    assert pages.box.library.pack(PHYSICS_IN_UNITS).items == 2


def test_removing_is_asked_on_a_page_of_its_own_and_says_what_it_frees(
    pages: Pages, desk: Device, ministry: Ministry
) -> None:
    ministry.publish(PHYSICS)
    [stick] = put_in(pages.box, ministry.folder)
    work(pages.box, order(pages.box, stick, PHYSICS))
    before = sum(path.stat().st_size for path in (pages.box.store.folder / "blobs").rglob("*") if path.is_file())
    freed = pages.box.pack_room.freed_by(PHYSICS)
    assert f"This frees {freed} B." in shown(desk, f"/packs/{PHYSICS}/remove")
    assert desk.get(f"/courses/{PHYSICS}").status_code == 200
    desk.post(f"/packs/{PHYSICS}/remove", on=f"/packs/{PHYSICS}/remove")
    after = sum(path.stat().st_size for path in (pages.box.store.folder / "blobs").rglob("*") if path.is_file())
    assert before - after == freed
    words = shown(desk, "/packs")
    assert "“Paketa fizika-8” is removed" in words
    assert "Pack “Paketa fizika-8” removed Vlora Gashi" in words
    assert desk.get(f"/packs/{PHYSICS}").status_code == 404


def test_pupils_and_guests_have_no_place_called_usb(pages: Pages, desk: Device) -> None:
    assert 'href="/sticks"' in desk.text("/subjects")
    assert 'href="/sticks"' not in pages.device().text("/subjects")


def test_a_stick_with_very_many_packs_is_shown_grade_by_grade(tmp_path: Path) -> None:
    national = National(tmp_path / "national", packs=44, units=2)
    with open_pages(tmp_path / "box") as pages:
        data = pages.box.config.data / "trust"
        shutil.rmtree(data)
        pages.box.trust.pin(national.ministry.root)
        [stick] = put_in(pages.box, national.ministry.folder)
        device = pages.device()
        device.sign_in_staff(TECHNICIAN)
        device.get("/?lang=en")
        page = f"/sticks/{stick.id}"
        assert stick.listing is not None
        assert "44 packs. 44 of them can be installed now. There are many packs" in shown(device, page)
        of_grade = [pack.pack_id for pack in stick.listing.packs if 6 in pack.grades]
        assert 0 < len(of_grade) < 20
        assert sorted(ticked(device.text(f"{page}?grade=6"))) == sorted(of_grade)
        assert ticked(device.text(f"{page}?grade=99")) == ticked(device.text(page)) != []


def test_no_page_about_sticks_costs_more_than_a_few_queries(
    pages: Pages, desk: Device, ministry: Ministry, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(9):
        ministry.publish(f"mash:p{number}")
    [stick] = put_in(pages.box, ministry.folder)
    job_id = order(pages.box, stick, *(f"mash:p{number}" for number in range(5)))
    caplog.set_level(logging.DEBUG, logger="peewee")
    for path in (
        "/sticks?all=1", "/sticks/live", f"/sticks/{stick.id}?more=1", f"/sticks/jobs/{job_id}",
        f"/sticks/jobs/{job_id}/live", "/packs", f"/packs/{PACK}", f"/packs/{PACK}/remove",
    ):  # fmt: skip
        caplog.clear()
        assert desk.get(path).status_code == 200
        asked = [record for record in caplog.records if record.name == "peewee"]
        assert 0 < len(asked) <= 8, (path, [record.getMessage() for record in asked])
