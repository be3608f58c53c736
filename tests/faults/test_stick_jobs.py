"""What can happen to an order: the stick is pulled, the store busy, the disk full, a file missing."""

import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from content_packs.durable import Disk, locked
from content_packs.errors import NotEnoughSpaceError
from schoolbox.config import Config
from schoolbox.faults import Fault
from schoolbox.wiring import open_box
from tests.simulators.publisher import Ministry
from tests.simulators.stick_rig import order, put_in, work
from tests.simulators.stick_scene import FILES, MUSIC, PHYSICS, Scene, open_scene, publish
from tests.simulators.told import told_of


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with open_scene(tmp_path) as scene:
        yield scene


def test_a_stick_pulled_out_and_put_back_under_another_folder_goes_on_where_it_was(scene: Scene) -> None:
    job_id = order(scene.box, scene.put_in(), PHYSICS, MUSIC)
    kept: list[Path] = []
    scene.disk.at_write(FILES + 3, lambda: kept.append(scene.pull()))
    job = work(scene.box, job_id)
    assert scene.states(job) == ["paused", "done", "waiting"]
    assert job.packs[1].done.files == 3
    assert [pack.pack_id for pack in scene.box.packs.list()] == [PHYSICS]
    before = scene.disk.writes
    scene.put_in(kept[0])
    assert scene.states(work(scene.box, job_id)) == ["done", "done", "done"]
    assert scene.disk.writes - before == FILES - 3
    assert scene.parts() == []


def test_an_order_waits_while_its_stick_is_out_and_one_of_another_stick_is_done_meanwhile(scene: Scene) -> None:
    first = order(scene.box, scene.put_in(), PHYSICS)
    light = scene.without_physics()
    scene.pull()
    second = order(scene.box, scene.put_in(light), MUSIC)
    assert scene.states(work(scene.box, second)) == ["done", "done"]
    assert scene.states(scene.box.jobs.find(first)) == ["paused", "waiting"]


def test_an_order_that_waits_for_its_stick_ends_when_a_newer_version_came_from_another(scene: Scene) -> None:
    old = scene.ministry.copy("old")
    first = order(scene.box, scene.put_in(old), PHYSICS)
    old.rename(old.with_name("lost"))
    publish(scene.ministry, PHYSICS, 2)
    second = order(scene.box, scene.put_in(), PHYSICS, MUSIC)
    job = work(scene.box, second)
    assert {(pack.wish.pack_id, pack.wish.version, pack.state) for pack in job.packs} == {
        (PHYSICS, 2, "done"), (MUSIC, 1, "done"),
    }  # fmt: skip
    assert {pack.pack_id: pack.version for pack in scene.box.packs.list()} == {PHYSICS: 2, MUSIC: 1}
    overtaken = scene.box.jobs.find(first)
    assert scene.states(overtaken) == ["failed", "failed"]
    said = told_of(overtaken.packs[0].fault)
    assert f"USB-ja ka versionin 1 të paketës {PHYSICS}, kurse kutia tashmë ka versionin 2." in said


def test_another_stick_with_the_very_same_pack_brings_it_too(scene: Scene) -> None:
    job_id = order(scene.box, scene.put_in(), PHYSICS)
    twin = scene.ministry.copy("twin")
    scene.pull()
    (twin / "meta" / "cat" / "nobody.json").write_bytes(b"{}")
    scene.box.sticks.look()
    assert work(scene.box, job_id).state == "paused"
    assert scene.put_in(twin).id != scene.box.jobs.find(job_id).stick_id
    assert scene.states(work(scene.box, job_id)) == ["done", "done"]


def test_while_packs_are_copied_the_sticks_stay_on_their_pages_and_none_is_read_again(scene: Scene) -> None:
    other = scene.without_physics()
    stick = scene.put_in()
    scene.put_in(other)
    job_id = order(scene.box, stick, PHYSICS, MUSIC)
    index = scene.box.config.data / "cache" / "shelves.json"
    before, seen = index.stat().st_mtime_ns, list[bool]()

    def look() -> None:
        scene.box.sticks.look()
        seen.extend(each.listing is not None for each in scene.box.sticks.present())
        assert index.stat().st_mtime_ns == before
        again = scene.box.sticks.find(stick.id)
        assert order(scene.box, again, MUSIC) == job_id  # more can be ordered meanwhile

    scene.disk.at_write(FILES + 1, look)
    work(scene.box, job_id)
    assert seen == [True, True]
    assert index.stat().st_mtime_ns != before
    states = {each.id: [pack.state for pack in each.listing.packs] if each.listing else [] for each in
              scene.box.sticks.present()}  # fmt: skip
    assert states[stick.id] == ["same", "same"]


def test_a_pack_that_cannot_be_installed_does_not_stop_the_next(scene: Scene) -> None:
    stick = scene.put_in()
    job_id = order(scene.box, stick, PHYSICS, MUSIC)
    for blob in _blobs(scene, PHYSICS):
        blob.write_bytes(blob.read_bytes()[:-1] + b"?")
    job = work(scene.box, job_id)
    assert scene.states(job) == ["partly", "failed", "done"]
    assert "Një skedar në këtë USB nuk është ai që u nënshkrua" in told_of(job.packs[0].fault)
    assert [pack.pack_id for pack in scene.box.packs.list()] == [MUSIC]
    assert [each.id for each in scene.box.jobs.unread()] == [job_id]


def test_one_file_that_is_missing_leaves_a_pack_in_part_until_another_stick_brings_it(scene: Scene) -> None:
    whole = scene.ministry.copy("whole")
    job_id = order(scene.box, scene.put_in(), PHYSICS)
    _blobs(scene, PHYSICS)[2].unlink()
    job = work(scene.box, job_id)
    assert scene.states(job) == ["partly", "partly"]
    assert job.packs[0].missing == 1
    assert "Një skedar i kësaj pakete mungon në USB" in told_of(job.packs[0].fault)
    [gap] = scene.box.packs.gaps(PHYSICS)
    assert not gap.shown
    (whole / "meta" / "cat" / "nobody.json").write_bytes(b"{}")
    scene.pull()
    stick = scene.put_in(whole)
    assert stick.listing is not None
    offer = stick.listing.find(PHYSICS)
    assert offer is not None
    assert (offer.state, offer.need.files) == ("incomplete", 1)
    before = scene.disk.writes
    assert scene.states(work(scene.box, order(scene.box, stick, PHYSICS))) == ["done", "done"]
    assert scene.disk.writes - before == 1
    assert scene.box.packs.gaps(PHYSICS) == ()


def test_an_order_waits_while_another_program_installs(scene: Scene) -> None:
    """It holds what a person's command holds; a pull, which holds only the store, is given time to stop."""
    job_id = order(scene.box, scene.put_in(), PHYSICS)
    with locked(scene.box.config.data / "person.lock", wait=False), scene.box.store.writing():
        assert scene.states(work(scene.box, job_id)) == ["waiting", "waiting"]
    assert scene.states(work(scene.box, job_id)) == ["done", "done"]


def test_while_another_program_installs_an_order_that_waits_writes_nothing_more(scene: Scene) -> None:
    order(scene.box, scene.put_in(), PHYSICS, MUSIC)
    with closing(sqlite3.connect(scene.box.database.path)) as reader, locked(
        scene.box.config.data / "person.lock", wait=False
    ):
        assert scene.box.job_runner.run_next(threading.Event()) > 0
        version = reader.execute("PRAGMA data_version").fetchone()
        for _ in range(2):
            assert scene.box.job_runner.run_next(threading.Event()) > 0
        assert reader.execute("PRAGMA data_version").fetchone() == version


def test_an_order_that_was_through_when_the_program_ended_ends_without_its_stick(scene: Scene) -> None:
    stick = scene.put_in()
    assert stick.listing is not None
    job_id = order(scene.box, stick, PHYSICS)
    [pack] = scene.box.jobs.find(job_id).packs
    scene.box.jobs.note(scene.box.jobs.find(job_id), [pack.stands("done", pack.wish.need)], state="running")
    scene.pull()
    scene.box.sticks.look()
    scene.box.jobs.begin_anew()
    assert scene.states(work(scene.box, job_id)) == ["done", "done"]


def test_what_nobody_foresaw_stops_one_pack_and_neither_the_next_nor_another_order(scene: Scene) -> None:
    def break_down() -> None:
        raise ZeroDivisionError

    stick = scene.put_in()
    first, second = order(scene.box, stick, MUSIC), order(scene.box, stick, PHYSICS)
    scene.disk.at_write(2, break_down)
    assert scene.states(work(scene.box, first)) == ["failed", "failed"]
    assert scene.box.jobs.find(first).packs[0].fault == Fault("", {})
    assert scene.states(work(scene.box, second)) == ["done", "done"]
    scene.box.jobs.try_again(first)
    assert scene.states(work(scene.box, first)) == ["done", "done"]


def test_a_stick_that_was_swapped_for_one_with_another_version_is_waited_for(scene: Scene, tmp_path: Path) -> None:
    first = scene.ministry.copy("first")
    publish(scene.ministry, PHYSICS, 2)
    usb = first.rename(tmp_path / "USB")
    job_id = order(scene.box, scene.put_in(usb), PHYSICS)
    pocket = usb.rename(tmp_path / "pocket")
    other = scene.ministry.copy("other").rename(usb)
    assert scene.box.job_runner.run_next(threading.Event()) > 0
    assert scene.states(scene.box.jobs.find(job_id)) == ["paused", "waiting"]
    assert scene.states(work(scene.box, job_id)) == ["paused", "waiting"]
    assert scene.box.packs.list() == []
    other.rename(tmp_path / "away")
    pocket.rename(usb)
    scene.box.sticks.look()
    assert scene.states(work(scene.box, job_id)) == ["done", "done"]
    assert [(pack.pack_id, pack.version) for pack in scene.box.packs.list()] == [(PHYSICS, 1)]


def test_the_end_of_an_order_is_put_aside_but_not_an_order_that_is_tried_again(scene: Scene) -> None:
    job_id = order(scene.box, scene.put_in(), PHYSICS)
    for blob in _blobs(scene, PHYSICS):
        blob.unlink()
    assert work(scene.box, job_id).state == "failed"
    scene.box.jobs.give_up(job_id)
    assert [each.id for each in scene.box.jobs.unread()] == [job_id]
    scene.box.jobs.try_again(job_id)
    scene.box.jobs.put_aside(job_id)
    assert scene.states(scene.box.jobs.find(job_id)) == ["waiting", "waiting"]
    assert work(scene.box, job_id).state == "failed"
    scene.box.jobs.put_aside(job_id)
    assert (scene.box.jobs.unread(), scene.box.jobs.find(job_id).state) == ([], "failed")


def test_what_failed_can_be_tried_again(scene: Scene) -> None:
    stick = scene.put_in()
    job_id = order(scene.box, stick, PHYSICS)
    blobs = _blobs(scene, PHYSICS)
    good = [blob.read_bytes() for blob in blobs]
    for blob in blobs:
        blob.write_bytes(b"")
    assert scene.states(work(scene.box, job_id)) == ["failed", "failed"]
    for blob, content in zip(blobs, good, strict=True):
        blob.write_bytes(content)
    scene.box.jobs.try_again(job_id)
    assert scene.states(work(scene.box, job_id)) == ["done", "done"]
    assert scene.box.jobs.unread() == []


def test_what_is_done_is_done_also_if_the_note_about_it_cannot_be_kept(scene: Scene, tmp_path: Path) -> None:
    def no_notes() -> None:
        scene.box.database.run_sql("ALTER TABLE event RENAME TO event_kept")

    scene.box.database.write(no_notes)
    assert scene.states(work(scene.box, order(scene.box, scene.put_in(), PHYSICS))) == ["done", "done"]
    publish(scene.ministry, PHYSICS, 2)
    assert scene.states(work(scene.box, order(scene.box, scene.put_in(), PHYSICS))) == ["done", "done"]
    stick = tmp_path / "stick"
    stick.mkdir()
    written = scene.box.stick_writing.write(stick, [PHYSICS], progress=lambda _progress: None)
    assert [pack.pack_id for pack in written.packs] == [PHYSICS]
    assert scene.box.packs.undo(PHYSICS).version == 1
    assert scene.box.packs.remove(PHYSICS) > 0
    assert scene.box.packs.list() == []


def test_too_little_room_is_a_fault_with_its_numbers_and_the_smaller_pack_still_comes(tmp_path: Path) -> None:
    ministry = Ministry(tmp_path)
    publish(ministry, PHYSICS)
    ministry.publish(MUSIC)
    disk = _Tight(300_000)
    box = open_box(Config(data=tmp_path / "data", reserve_mb=0, sticks=None), disk=disk)
    try:
        box.trust.pin(ministry.root)
        disk.tight = True
        [stick] = put_in(box, ministry.folder)
        job = work(box, order(box, stick, PHYSICS, MUSIC))
        by_id = {pack.wish.pack_id: pack for pack in job.packs}
        fault = by_id[PHYSICS].fault
        assert fault is not None
        assert fault.name == NotEnoughSpaceError.__name__
        assert re.match(r"Për këtë duhen 1\.\d MB, por në kuti janë të lira vetëm 300 kB\.\n", told_of(fault))
        assert int(fault.facts["needs_bytes"]) > 1_000_000
        assert fault.facts["free_bytes"] == 300_000
        assert (job.state, by_id[MUSIC].state) == ("partly", "done")
    finally:
        box.close()


def test_an_order_that_was_running_when_the_program_ended_goes_on(scene: Scene, tmp_path: Path) -> None:
    class Gone(BaseException):
        """The program is no more."""

    def end() -> None:
        raise Gone

    job_id = order(scene.box, scene.put_in(), PHYSICS)
    scene.disk.at_write(3, end)
    with pytest.raises(Gone):
        work(scene.box, job_id)
    assert scene.states(scene.box.jobs.find(job_id)) == ["running", "running"]
    again = open_box(Config(data=tmp_path / "data", reserve_mb=0, sticks=None))
    try:
        again.jobs.begin_anew()
        assert scene.states(again.jobs.find(job_id)) == ["waiting", "waiting"]
        again.sticks.look()
        assert scene.states(work(again, job_id)) == ["done", "done"]
    finally:
        again.close()


class _Tight(Disk):
    """A disk that has little room once it is told to."""

    def __init__(self, room_bytes: int) -> None:
        self.tight = False
        self._room_bytes = room_bytes

    def free_bytes(self, path: Path) -> int:
        """Say how much room there is."""
        return self._room_bytes if self.tight else super().free_bytes(path)


def _blobs(scene: Scene, pack_id: str) -> list[Path]:
    """The files of a pack on the stick."""
    mark = f"{pack_id} 1 ".encode()
    found = [path for path in scene.ministry.folder.glob("blobs/*/*.mp4") if mark in path.read_bytes()]
    assert len(found) == FILES
    return sorted(found)
