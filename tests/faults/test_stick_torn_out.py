"""A real file system torn out in the middle of a large file, and a server killed in the middle of installing."""

import random
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from schoolbox.config import Config
from schoolbox.wiring import Box, open_box
from tests.simulators.browser import Browser
from tests.simulators.media import free_box, mp4
from tests.simulators.programs import Program, ready, start_box
from tests.simulators.publisher import Ministry
from tests.simulators.real_stick import RealStick
from tests.simulators.seeded import PASSWORD, seed
from tests.simulators.stick_rig import Meddler, order, work
from tests.simulators.waiting import eventually

BIG = "mash:fizika-8"
MEGA = 1024 * 1024


@pytest.fixture
def ministry(tmp_path: Path) -> Ministry:
    """A ministry with a pack of two videos, the second of 24 MB."""
    ministry = Ministry(tmp_path)
    publish_big(ministry)
    return ministry


def publish_big(ministry: Ministry) -> None:
    noise = random.Random(7).randbytes(24 * MEGA)
    ministry.publish(BIG, files={"a": mp4(seconds=5), "b": mp4(seconds=6) + free_box(noise)})


@pytest.fixture
def disk() -> Meddler:
    return Meddler()


@pytest.fixture
def box(tmp_path: Path, disk: Meddler, ministry: Ministry) -> Iterator[Box]:
    opened = open_box(Config(data=tmp_path / "data", reserve_mb=0, sticks=tmp_path / "media"), disk=disk)
    opened.trust.pin(ministry.root)
    yield opened
    opened.close()


def test_a_stick_torn_out_in_the_middle_of_a_file_goes_on_in_the_middle_of_it(
    tmp_path: Path, box: Box, disk: Meddler, ministry: Ministry
) -> None:
    with RealStick(tmp_path, ministry.folder, size_mb=64) as real:
        box.sticks.look()
        [stick] = box.sticks.present()
        job_id = order(box, stick, BIG)
        disk.at_write(10, real.tear_out)
        job = work(box, job_id)
        assert (job.state, job.packs[0].state) == ("paused", "waiting")
        assert job.packs[0].done.bytes > 8 * MEGA
        assert box.packs.list() == []
        first, before = real.folder, disk.writes
        assert real.put_back("second") != first
        box.sticks.look()
        assert work(box, job_id).state == "done"
        assert disk.writes - before < 24 - 7
        assert [pack.pack_id for pack in box.packs.list()] == [BIG]


def test_a_stick_that_cannot_be_read_any_more_but_still_shows_its_names_makes_nothing_fail(
    tmp_path: Path, box: Box, disk: Meddler, ministry: Ministry
) -> None:
    with RealStick(tmp_path, ministry.folder, size_mb=64) as real:
        box.sticks.look()
        job_id = order(box, box.sticks.present()[0], BIG)
        disk.at_write(3, real.tear_out)
        for _ in range(6):
            job = work(box, job_id)
            assert (job.state, job.packs[0].state, job.packs[0].fault) == ("paused", "waiting", None)


def test_a_server_killed_while_it_installs_goes_on_by_itself_after_the_next_start(tmp_path: Path) -> None:
    school = seed(tmp_path, pupils=1)
    publish_big(school.ministry)
    media = tmp_path / "media"
    media.mkdir()
    school.ministry.folder.rename(media / "MASHT")
    box = ready(Program.start(["python", "-m", "tests.simulators.dying_box", "12", school.data, media]))
    try:
        with Browser(box.url) as browser:
            browser.sign_in_staff(school.teacher, PASSWORD)
            eventually(lambda: browser.get("/sticks").status_code == 303, saying="the stick was not found")
            page = browser.get("/sticks").headers["location"]
            eventually(lambda: 'name="pack"' in browser.get(page).text, saying="the stick was not looked at")
            browser.load_form(page)
            job = browser.post(f"{page}/install", {"pack": BIG}).headers["location"]
            eventually(lambda: box.process.poll() is not None, saying="it did not begin")
        parts = (school.data / "packs" / "staging").glob("*.part")
        assert 8 * MEGA < max(part.stat().st_size for part in parts) < 24 * MEGA
        box = start_box(school.data, "--sync", "no", "--sticks", str(media))
        with Browser(box.url) as browser:
            browser.sign_in_staff(school.teacher, PASSWORD)
            eventually(lambda: browser.get(f"{job}/live").json()["stamp"] == "done.done", saying="it did not go on")
            assert browser.get(f"/courses/{BIG}").status_code == 200
            assert httpx.get(f"{box.url}/health", trust_env=False).status_code == 200
    finally:
        box.end()
