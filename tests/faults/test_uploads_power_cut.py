"""The power goes at every single step of an upload; afterwards choosing the same file again brings it to its end."""

from pathlib import Path

import pytest

from content_packs.durable import Disk
from content_packs.store import Store
from schoolbox.services.uploads import Uploads
from tests.simulators.clock import HandClock
from tests.simulators.cut_disk import CutDisk, Left, PowerCut
from tests.simulators.laptop import Direct, Laptop, somebody
from tests.simulators.publisher import Ministry
from tests.simulators.zips import make_zip

VLORA = somebody(2)
LEFT: tuple[Left, ...] = ("lost", "kept", "torn")


@pytest.fixture(scope="module", params=["zip", "folder"])
def source(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ministry")
    ministry = Ministry(folder)
    ministry.publish("mash:thyesat", 1)
    return make_zip(folder / "MASHT.zip", ministry.folder) if request.param == "zip" else ministry.folder


def opened(folder: Path, disk: Disk, *, boot_id: str) -> Uploads:
    uploads = Uploads(
        folder / "uploads", store=Store(folder / "packs", disk), disk=disk, clock=HandClock(), boot_id=boot_id,
        reserve_bytes=0, flush_every_bytes=1500,
    )  # fmt: skip
    uploads.open()
    return uploads


def is_what_was_sent(uploads: Uploads, upload_id: str, source: Path) -> bool:
    shelf = uploads.shelf(upload_id)
    root = shelf.read_meta("1.root.json", 1 << 20)
    return source.suffix == ".zip" or root == (source / "meta" / "1.root.json").read_bytes()


@pytest.mark.parametrize("left", LEFT)
def test_power_cut_at_any_step_of_an_upload(tmp_path: Path, source: Path, left: Left) -> None:
    went_on = 0
    for cut_at in range(1000):
        folder = tmp_path / str(cut_at)
        disk = CutDisk(cut_at, left, folder / "attic")
        try:
            Laptop(Direct(opened(folder, disk, boot_id="monday"), VLORA), 700).send(source)
        except PowerCut:
            again = opened(folder, Disk(), boot_id="tuesday")
            arrived = sum(upload.arrived_bytes for upload in again.seen_by(VLORA))
            laptop = Laptop(Direct(again, VLORA), 700)
            upload = laptop.send(source)
            assert upload.state == "whole", cut_at
            assert is_what_was_sent(again, upload.id, source), cut_at
            assert len(again.seen_by(VLORA)) == 1, cut_at
            went_on += bool(arrived)
            again.give_up(upload.id, VLORA)
            assert list((folder / "uploads").iterdir()) == [], cut_at
            continue
        assert disk.steps == cut_at > 20
        assert went_on > 5
        return
    raise AssertionError("the upload never ended")


@pytest.mark.parametrize("left", LEFT)
def test_power_cut_at_any_step_of_giving_up(tmp_path: Path, source: Path, left: Left) -> None:
    for cut_at in range(100):
        folder = tmp_path / str(cut_at)
        before = opened(folder, Disk(), boot_id="monday")
        upload = Laptop(Direct(before, VLORA)).send(source)
        disk = CutDisk(cut_at, left, folder / "attic")
        try:
            opened(folder, disk, boot_id="monday").give_up(upload.id, VLORA)
        except PowerCut:
            again = opened(folder, Disk(), boot_id="tuesday")
            for found in again.seen_by(VLORA):
                assert is_what_was_sent(again, found.id, source), cut_at
                again.give_up(found.id, VLORA)
            assert list((folder / "uploads").iterdir()) == [], cut_at
            continue
        assert disk.steps == cut_at > 3
        return
    raise AssertionError("giving up never ended")
