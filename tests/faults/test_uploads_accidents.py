"""Accidents of a real box with real files: killed in mid-piece, no power under ext4, a disk full on the way."""

import os
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from content_packs.clock import SystemClock
from content_packs.durable import Disk
from content_packs.errors import DiskError
from content_packs.store import Store
from schoolbox.services.uploads import PIECE_BYTES_MAX, Uploads
from tests.simulators.browser import Browser
from tests.simulators.laptop import Direct, Laptop, Wire, choose_file, somebody
from tests.simulators.loop_disk import LoopDisk
from tests.simulators.media import free_box, mp4
from tests.simulators.programs import Program, running_box
from tests.simulators.publisher import Ministry
from tests.simulators.school_box import SchoolBox
from tests.simulators.seeded import PACK, PASSWORD, Seeded, seed
from tests.simulators.waiting import eventually
from tests.simulators.zips import make_zip

PHYSICS = "mash:fizika-8"
MB = 1024 * 1024
TEACHER = somebody(2)


def archive(school: Seeded, *, size_mb: int) -> Path:
    """A zip file of the ministry's shelf with a new pack of that size."""
    school.ministry.publish(PHYSICS, files={"a": mp4() + free_box(os.urandom(size_mb * MB))})
    path = school.ministry.folder.with_name("MASHT.zip")
    return make_zip(path, school.ministry.folder, method=zipfile.ZIP_STORED)


def no_reserve(school: Seeded) -> tuple[str, ...]:
    """Settings for a box on a tiny disk."""
    settings = school.data / "box.toml"
    settings.write_text("reserve_mb = 0\n")
    return ("--sync", "no", "--config", str(settings))


@contextmanager
def desk(box: Program, school: Seeded) -> Iterator[Browser]:
    with Browser(box.url) as browser:
        browser.sign_in_staff(school.teacher, PASSWORD)
        yield browser


def installed(browser: Browser, upload_id: str) -> bool:
    """Install what arrived as its page does, and see the course."""
    stick = f"/sticks/{upload_id}"
    eventually(lambda: 'name="pack"' in browser.get(stick).text)
    browser.load_form(stick)
    answer = browser.post(f"{stick}/install", {"pack": PHYSICS})
    assert answer.status_code == 303, answer.text
    eventually(lambda: browser.get(f"/courses/{PHYSICS}").status_code == 200, saying="it was not installed")
    return True


@pytest.mark.parametrize("pieces", [1, 14])
def test_a_box_that_is_killed_in_mid_piece_goes_on_with_what_it_has(tmp_path: Path, pieces: int) -> None:
    school = seed(tmp_path, pupils=1)
    path = archive(school, size_mb=4)
    sent = iter(range(1000))
    with running_box(school.data, "--sync", "no") as box, desk(box, school) as browser:

        def kill_soon() -> None:
            if next(sent) == pieces:
                threading.Timer(0.002, box.kill).start()

        with pytest.raises(httpx.HTTPError):
            Laptop(Wire(browser), before_piece=kill_soon).send(path)
    with running_box(school.data, "--sync", "no") as again, desk(again, school) as browser:
        laptop = Laptop(Wire(browser))
        upload = laptop.send(path)
        assert upload.state == "whole"
        assert laptop.sent_bytes < path.stat().st_size
        assert installed(browser, upload.id)
        eventually(lambda: not list((school.data / "uploads").iterdir()), saying="the upload was not deleted")


def test_a_power_cut_under_an_upload_costs_what_was_not_flushed(tmp_path: Path) -> None:
    """What arrives is flushed after each MiB here, on a box after each 32: then it is the same with more bytes."""
    ministry = Ministry(tmp_path)
    ministry.publish(PHYSICS, files={"a": mp4() + free_box(os.urandom(3 * MB))})
    path = make_zip(tmp_path / "MASHT.zip", ministry.folder, method=zipfile.ZIP_STORED)
    with LoopDisk(tmp_path / "disk", size_mb=32) as disk:
        before = started(disk.folder, boot_id="monday")
        sent = iter(range(1000))

        def cut() -> None:
            if next(sent) == 10:
                disk.cut_power()

        with pytest.raises(DiskError):
            Laptop(Direct(before, TEACHER), before_piece=cut).send(path)

        disk.remount()
        again = started(disk.folder, boot_id="tuesday")
        [upload] = again.seen_by(TEACHER)
        assert MB <= upload.arrived_bytes < 10 * PIECE_BYTES_MAX
        laptop = Laptop(Direct(again, TEACHER))
        assert laptop.send(path).state == "whole"
        assert laptop.sent_bytes == path.stat().st_size - upload.arrived_bytes
        box = SchoolBox(tmp_path / "box", root=ministry.root)
        assert box.install(again.shelf(upload.id), PHYSICS).changed
        assert box.installer.verify(PHYSICS).sound


def started(folder: Path, *, boot_id: str) -> Uploads:
    """What takes uploads, after a start of the machine."""
    uploads = Uploads(
        folder / "uploads", store=Store(folder / "packs", Disk()), disk=Disk(), clock=SystemClock(), boot_id=boot_id,
        reserve_bytes=0, flush_every_bytes=MB,
    )  # fmt: skip
    uploads.open()
    return uploads


def test_a_disk_that_fills_up_on_the_way_says_so_breaks_nothing_and_goes_on(tmp_path: Path) -> None:
    with LoopDisk(tmp_path, size_mb=32) as disk:
        school = seed(tmp_path / "stick", data=disk.folder / "data", pupils=1)
        path = archive(school, size_mb=4)
        raw = path.read_bytes()
        with running_box(school.data, *no_reserve(school)) as box, desk(box, school) as browser:
            line = Wire(browser)
            upload = line.begin(choose_file(path))
            line.piece(upload.id, raw[:100_000], 0)
            filler = disk.fill()

            refused = browser.send(f"/uploads/{upload.id}/piece?at=100000", raw[100_000:290_000])

            assert refused.status_code == 507
            assert "të lira" in refused.json()["happened"]
            assert browser.get(f"/courses/{PACK}").status_code == 200
            assert browser.get("/uploads").status_code == 200
            filler.unlink()
            laptop = Laptop(line)
            assert laptop.send(path).state == "whole"
            assert laptop.sent_bytes <= len(raw) - 100_000
            assert installed(browser, upload.id)


def test_an_archive_that_does_not_fit_is_refused_before_it_travels(tmp_path: Path) -> None:
    with LoopDisk(tmp_path, size_mb=64) as disk:
        school = seed(tmp_path / "stick", data=disk.folder / "data", pupils=1)
        with running_box(school.data, *no_reserve(school)) as box, desk(box, school) as browser:
            browser.load_form("/uploads")
            refused = browser.post(
                "/uploads",
                {"kind": "zip", "name": "MASHT.zip", "size": 42_000_000, "mark": "00000000",
                 "head": b"PK\3\4".hex(), "end": 1},
            )  # fmt: skip
            assert refused.status_code == 507
            assert "Për „MASHT.zip” kutisë i duhen 84 MB" in refused.text
            assert not (school.data / "uploads").exists()


def test_bodies_stay_in_memory_and_no_temporary_file_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    school = seed(tmp_path, pupils=1)
    path = archive(school, size_mb=2)
    monkeypatch.setenv("TMPDIR", str(tmp_path / "no such folder"))
    monkeypatch.setenv("TEMP", str(tmp_path / "no such folder"))
    with running_box(school.data, "--sync", "no") as box, desk(box, school) as browser:
        open_files = Path(f"/proc/{box.process.pid}/fd")
        seen: set[str] = set()
        upload = Laptop(Wire(browser), before_piece=lambda: seen.update(map(_target, open_files.iterdir()))).send(path)
        assert upload.state == "whole"
        assert {name for name in seen if "deleted" in name or "no such folder" in name} == set()
        too_large = browser.send(f"/uploads/{upload.id}/piece?at=0", bytes(300 * 1024))
        assert too_large.status_code == 413


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:
        return ""
