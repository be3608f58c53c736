"""The disk is full: events are refused with a sentence, nothing is half done, pages still open, and it recovers."""

import json
import sqlite3
from pathlib import Path

import httpx
import pytest

from content_packs.errors import NotEnoughSpaceError
from schoolbox.config import Config
from schoolbox.errors import WriteFailedError
from schoolbox.messages import message_of
from schoolbox.web.app import create_app
from schoolbox.wiring import Box, open_box
from tests.simulators.browser import Browser
from tests.simulators.device import Device
from tests.simulators.ledger import Ledger, missing_from
from tests.simulators.loop_disk import LoopDisk
from tests.simulators.programs import command, running_box
from tests.simulators.seeded import PACK, QUIZ, VIDEO, publish_lesson, seed
from tests.simulators.waiting import eventually


def _rows(database: Path) -> tuple[int, int]:
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        answers = connection.execute("SELECT count(*) FROM answer").fetchone()[0]
        return int(answers), int(connection.execute("SELECT count(*) FROM outbox").fetchone()[0])
    finally:
        connection.close()


def test_a_full_disk_refuses_calmly_and_recovers(tmp_path: Path) -> None:
    with LoopDisk(tmp_path, size_mb=32) as disk:
        school = seed(tmp_path / "stick", data=disk.folder / "data", pupils=1)
        ledger, pupil = Ledger(), school.pupils[0]
        with running_box(school.data, "--sync", "no") as box, Browser(box.url) as browser:
            browser.sign_in(pupil)
            ledger.answered(pupil, "q0", browser.answer(QUIZ, "q0", "b"))
            filler = disk.fill()

            refused = _until_refused(browser)

            assert refused.status_code == 507
            assert "disku" in refused.text
            before = _rows(school.data / "box.db")
            assert browser.answer(QUIZ, "q39", "b").status_code == 507
            assert _rows(school.data / "box.db") == before
            assert browser.get(f"/courses/{PACK}").status_code == 200
            assert browser.get(f"/items/{VIDEO}").status_code == 200
            assert httpx.get(f"{box.url}/health", trust_env=False).status_code == 200

            filler.unlink()
            eventually(lambda: browser.watch(VIDEO, segments="0-20", position_s=20).status_code == 204)
            ledger.answered(pupil, "q39", browser.answer(QUIZ, "q39", "b"))

        assert len(ledger.events) == 2
        assert missing_from(school.data / "box.db", ledger) == []


def test_installing_on_a_full_disk_changes_nothing_and_works_once_there_is_room(tmp_path: Path) -> None:
    with LoopDisk(tmp_path, size_mb=96) as disk:
        school = seed(tmp_path / "stick", data=disk.folder / "data", pupils=1)
        publish_lesson(school.ministry, tmp_path / "lesson-2", version=2)
        filler = disk.fill()
        install = ("schoolbox", "--data", school.data, "pack", "install", school.shelf, PACK)

        refused = command(*install)

        assert refused.returncode == message_of(NotEnoughSpaceError(path=Path(), needs_bytes=0, free_bytes=0)).exit_code
        assert "Pupils can go on; only new packs wait." in refused.stderr
        assert _version(school.data) == 1

        filler.unlink()
        (school.data / "box.toml").write_text("reserve_mb = 0\n")
        done = command(*install, "--config", school.data / "box.toml")
        assert (done.returncode, done.stderr) == (0, "")
        assert _version(school.data) == 2


def test_on_a_full_disk_a_pack_can_be_removed_and_the_room_is_kept_for_the_next_time(tmp_path: Path) -> None:
    with LoopDisk(tmp_path, size_mb=96) as disk:
        school = seed(tmp_path / "stick", data=disk.folder / "data", pupils=1)
        config = Config(data=school.data, reserve_mb=0, announce=False, sync=False, sticks=None)
        box = open_box(config)
        try:
            teacher = Device(create_app(box))
            assert teacher.sign_in_staff(school.teacher).status_code == 303
            assert (school.data / "spare").exists()
            page = f"/packs/{PACK}/remove"
            mark = teacher.mark(page)
            filler = disk.fill()
            with pytest.raises(WriteFailedError):
                _write_until_refused(box)

            assert teacher.client.post(page, data={"csrf_token": mark}).status_code == 303

            assert box.packs.list() == []
            assert not (school.data / "spare").exists()
            filler.unlink()
        finally:
            box.close()
        open_box(config).close()
        assert (school.data / "spare").exists()


def _write_until_refused(box: Box) -> None:
    """Note things: what SQLite has room for in its own files is taken, then it refuses."""
    for number in range(5_000):
        box.events.note("test", text="x" * 4_000, number=number)


def _version(data: Path) -> int:
    listed = json.loads(command("schoolbox", "--data", data, "pack", "list", "--json").stdout)
    return int(listed[0]["version"])


def _until_refused(browser: Browser) -> httpx.Response:
    """Go on answering: what SQLite has room for in its own files is taken, then it refuses."""
    for number in range(1, 39):
        for seconds in range(3):
            answer = browser.watch(VIDEO, segments=f"{number}-{number + 1 + seconds}", position_s=number)
            if answer.status_code != 204:
                return answer
        answer = browser.answer(QUIZ, f"q{number}", "b")
        if answer.status_code != 303:
            return answer
    raise AssertionError("the disk never got full")
