"""The power goes while a class is answering: every answered event is in the progress and in the outbox afterwards."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.simulators.browser import Browser
from tests.simulators.ledger import Ledger, missing_from
from tests.simulators.loop_disk import LoopDisk
from tests.simulators.programs import running_box, start_box
from tests.simulators.seeded import PACK, VIDEO, Seeded, seed


def _cut_after(disk: LoopDisk, school: Seeded, answered: int) -> Ledger:
    """Let the class learn until so many events were answered, then take the power away under the running box."""
    ledger = Ledger()
    box = start_box(school.data, "--sync", "no")
    try:
        with ThreadPoolExecutor(max_workers=len(school.pupils)) as pool:
            begun = threading.Barrier(len(school.pupils) + 1)
            for pupil in school.pupils:
                pool.submit(ledger.lesson, box.url, pupil, begun)
            begun.wait(90)
            ledger.wait_for(answered)
            ledger.close()
            disk.cut_power()
            box.kill()
    finally:
        box.end()
    disk.remount()
    return ledger


@pytest.mark.parametrize("answered", [1, 13, 50, 120])
def test_a_power_cut_loses_no_answered_event(tmp_path: Path, answered: int) -> None:
    with LoopDisk(tmp_path, size_mb=64) as disk:
        school = seed(tmp_path / "stick", data=disk.folder / "data", pupils=5)

        ledger = _cut_after(disk, school, answered)

        assert len(ledger.events) >= answered
        assert missing_from(school.data / "box.db", ledger) == []
        with running_box(school.data, "--sync", "no") as box, Browser(box.url) as browser:
            assert httpx.get(f"{box.url}/health", trust_env=False).status_code == 200
            assert browser.get(f"/courses/{PACK}").status_code == 200
            browser.sign_in(school.pupils[0])
            assert browser.watch(VIDEO, segments="20-40", position_s=40).status_code == 204


def test_the_rig_does_lose_what_was_not_flushed(tmp_path: Path) -> None:
    with LoopDisk(tmp_path, size_mb=16) as disk:
        (disk.folder / "not-flushed").write_text("gone")
        disk.cut_power()
        disk.remount()

        assert not (disk.folder / "not-flushed").exists()
