"""A card that loses pages of the database: the box is whole again after its next start, with all that could be read."""

import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from schoolbox.config import Config
from schoolbox.db import rescue as rescuing
from schoolbox.db.snapshots import Snapshots
from schoolbox.errors import DamagedDatabaseError
from schoolbox.services.people_rows import NewPerson
from schoolbox.services.viewers import Viewer
from schoolbox.services.watching import WatchReport
from schoolbox.wiring import Box, open_box
from tests.simulators.clock import HandClock
from tests.simulators.cut_disk import CutDisk, Left, PowerCut
from tests.simulators.programs import ROOT, command, running_box
from tests.simulators.seeded import VIDEO, Pupil, seed

PAGE_BYTES = 4096
GOLDEN = Path(__file__).parents[1] / "data" / "schema1.sql"
LEFT: tuple[Left, ...] = ("lost", "kept", "torn")
SITTING = "01890000-0000-7000-8000-00000000000{}"


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[Pupil, ...]]:
    """A box with a copy of its database, on which much has happened since the copy was taken."""
    folder = tmp_path_factory.mktemp("damaged")
    seeded = seed(folder, pupils=40)
    box = opened(seeded.data)
    for number, pupil in enumerate(seeded.pupils[:20]):
        watch(box, pupil, number % 9)
    box.database_care.take_snapshot()
    for number, pupil in enumerate(seeded.pupils[20:]):
        watch(box, pupil, number % 9)
    box.people.add(NewPerson("pupil", "Dona", "Berisha", class_ids=(seeded.pupils[0].class_id,)))
    box.close()
    return seeded.data, seeded.pupils


@pytest.fixture
def data(tmp_path: Path, school: tuple[Path, tuple[Pupil, ...]]) -> Path:
    shutil.copytree(school[0], tmp_path / "data")
    return tmp_path / "data"


def opened(data: Path, *, mend: bool = False) -> Box:
    return open_box(Config(data=data, reserve_mb=0), mend=mend)


def watch(box: Box, pupil: Pupil, number: int) -> None:
    name = f"{pupil.person_id:032x}"
    viewer = Viewer(pupil.person_id, "pupil", "Nxënës", "Nxënës K.", name, "sq", pupil.class_id, "6/2", 6)
    report = WatchReport(20.0, 60.0, ((0.0, 20.0),), ended=False, left=True, sitting=SITTING.format(number))
    box.learning.watch(viewer, VIDEO, report)


def count(file: Path, table: str) -> int:
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def pages(data: Path) -> int:
    return (data / "box.db").stat().st_size // PAGE_BYTES


def spoil(data: Path, *numbers: int, with_bytes: bytes = bytes(PAGE_BYTES)) -> None:
    with (data / "box.db").open("r+b") as file:
        for number in numbers:
            file.seek(number * PAGE_BYTES)
            file.write(with_bytes)


def root_page(data: Path, name: str) -> int:
    with closing(sqlite3.connect(data / "box.db")) as connection:
        return int(connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)).fetchone()[0]) - 1


@pytest.mark.parametrize("with_bytes", [bytes(PAGE_BYTES), b"\xff" * 512], ids=["zeros", "ones"])
def test_whatever_page_is_lost_the_box_is_whole_after_its_next_start(data: Path, with_bytes: bytes) -> None:
    sound = (data / "box.db").read_bytes()
    people, progress = count(data / "box.db", "person"), count(data / "box.db", "progress")
    assert (people, progress) == (42, 40)
    mended = 0
    for page in range(pages(data)):
        shutil.rmtree(data / "damaged", ignore_errors=True)
        (data / "box.db").write_bytes(sound)
        spoil(data, page, with_bytes=with_bytes)
        box = opened(data, mend=True)
        try:
            assert box.database_care.check() == []
            assert count(data / "box.db", "pack") == 1
            assert count(data / "box.db", "event") > 1
            torn = str(next((event.facts["torn"] for event in box.events.latest(3) if "torn" in event.facts), ""))
            mended += bool(torn)
            assert count(data / "box.db", "person") == people or "person" in torn
            assert count(data / "box.db", "person") >= people - 1  # the copy knows all but one
            assert count(data / "box.db", "progress") == progress or "progress" in torn or "person" in torn
            assert count(data / "box.db", "progress") >= 20
        finally:
            box.close()
    assert mended > 10


def test_who_was_erased_since_the_copy_does_not_come_back(data: Path, school: tuple[Path, tuple[Pupil, ...]]) -> None:
    gone = school[1][0].person_id
    with closing(sqlite3.connect(data / "box.db")) as connection:
        connection.execute("PRAGMA foreign_keys=1")
        connection.execute("DELETE FROM person WHERE id = ?", (gone,))
        connection.commit()
    spoil(data, root_page(data, "event"))
    box = opened(data, mend=True)
    box.close()
    assert count(data / "box.db", f"person WHERE id = {gone}") == 0
    assert count(data / "box.db", f"progress WHERE person_id = {gone}") == 0
    assert count(data / "box.db", "progress") == 39


@pytest.mark.parametrize("counter", ["kept", "lost"])
def test_numbers_that_were_given_out_are_not_given_out_again(data: Path, counter: str) -> None:
    lost = [root_page(data, "sqlite_sequence")] if counter == "lost" else []
    with closing(sqlite3.connect(data / "box.db")) as connection:
        highest = int(connection.execute("SELECT max(seq) FROM outbox").fetchone()[0])
    spoil(data, root_page(data, "outbox"), *lost)
    box = opened(data, mend=True)
    seq = box.outbox.write(lambda: box.outbox.put(lambda _seq: b"{}"), by=1)
    box.close()
    assert seq > highest if counter == "lost" else seq == highest + 1


def test_without_any_copy_what_can_be_read_is_enough(data: Path) -> None:
    shutil.rmtree(data / "snapshots")
    spoil(data, root_page(data, "progress_recent"), root_page(data, "event"))
    box = opened(data, mend=True)
    assert len(box.people.classes()) == 1
    assert box.library.pack(next(row.pack_id for row in box.packs.list()))
    box.close()
    assert (count(data / "box.db", "person"), count(data / "box.db", "progress")) == (42, 40)


def test_where_nothing_can_be_read_and_no_copy_is_good_nothing_is_changed(data: Path) -> None:
    for copy in (data / "snapshots").iterdir():
        copy.write_bytes(b"no database")
    spoil(data, *range(pages(data)))
    before = (data / "box.db").read_bytes()
    with pytest.raises(DamagedDatabaseError):
        opened(data, mend=True)
    assert (data / "box.db").read_bytes() == before
    assert not [file.name for file in data.iterdir() if ".part" in file.name or ".rescued" in file.name]


def test_of_several_copies_the_newest_good_one_is_taken(data: Path) -> None:
    box = opened(data)
    newest = box.database_care.take_snapshot()
    box.close()
    newest.file.write_bytes(newest.file.read_bytes()[: PAGE_BYTES * 3])
    spoil(data, *range(pages(data)))
    box = opened(data, mend=True)
    box.close()
    assert (count(data / "box.db", "person"), count(data / "box.db", "progress")) == (41, 20)


def test_a_copy_of_an_older_schema_is_brought_up_to_date(data: Path) -> None:
    shutil.rmtree(data / "snapshots")
    (data / "snapshots").mkdir()
    with closing(sqlite3.connect(data / "snapshots" / "box-000001.db")) as connection:
        connection.executescript(GOLDEN.read_text(encoding="utf-8"))
    spoil(data, root_page(data, "event"))
    box = opened(data, mend=True)
    assert box.database_care.check() == []
    box.close()
    assert (count(data / "box.db", "person"), count(data / "box.db", "progress")) == (42, 40)


def test_the_damaged_file_is_kept_and_only_the_last_few(data: Path) -> None:
    sound = (data / "box.db").read_bytes()
    for _ in range(rescuing.KEPT + 2):
        (data / "box.db").write_bytes(sound)
        spoil(data, 0)
        spoilt = (data / "box.db").read_bytes()
        opened(data, mend=True).close()
        newest = max((data / "damaged").iterdir(), key=lambda each: int(each.name))
        assert (newest / "box.db").read_bytes() == spoilt
    assert sorted(each.name for each in (data / "damaged").iterdir()) == ["0003", "0004", "0005"]


@pytest.mark.parametrize("left", LEFT)
def test_power_cut_at_any_step_of_mending(tmp_path: Path, data: Path, left: Left) -> None:
    spoil(data, root_page(data, "event"))
    for cut_at in range(60):
        place = tmp_path / f"case-{cut_at}"
        shutil.copytree(data, place)
        disk = CutDisk(cut_at, left, tmp_path / f"attic-{cut_at}")
        path, snapshots = place / "box.db", Snapshots(place / "snapshots", disk=disk)
        try:
            rescuing.rescue(path, snapshots, folder=place / "damaged", now=HandClock().now(), disk=disk)
            ended = True
        except PowerCut:
            ended = False
        opened(place, mend=True).close()
        assert (count(path, "person"), count(path, "progress")) == (42, 40)
        assert list((place / "damaged").glob("*/box.db"))
        shutil.rmtree(place)
        if ended:
            break
    assert ended
    assert cut_at > 5


def test_what_only_a_thorough_check_finds_is_mended_at_the_next_start(data: Path) -> None:
    with closing(sqlite3.connect(data / "box.db")) as connection:
        connection.execute("PRAGMA writable_schema=1")  # an index that leads elsewhere: the quick check passes
        page = root_page(data, "person") + 1
        other = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'progress_item'").fetchone()[0]
        assert page != other
        connection.execute("UPDATE sqlite_master SET rootpage = ? WHERE name = 'attempt_person'", (other,))
        connection.commit()
    checked = command("schoolbox", "db", "check", "--data", data)
    assert checked.returncode == 12
    with running_box(data, "--sync", "no"):
        pass
    assert command("schoolbox", "db", "check", "--data", data).returncode == 0
    assert (count(data / "box.db", "person"), count(data / "box.db", "progress")) == (42, 40)


def test_a_box_mends_itself_while_it_starts_and_a_command_leaves_it_alone(data: Path) -> None:
    spoil(data, root_page(data, "event"))
    spoilt = (data / "box.db").read_bytes()
    told = command("schoolbox", "class", "list", "--data", data, "--json")
    assert told.returncode == 12
    assert (data / "box.db").read_bytes() == spoilt
    with running_box(data, "--sync", "no") as box:
        assert httpx.get(f"{box.url}/health", trust_env=False).status_code == 200
        listed = command("schoolbox", "class", "list", "--data", data, "--json")
    assert json.loads(listed.stdout)[0]["pupils"] == 41


def test_a_copy_is_made_by_hand_while_the_box_serves(data: Path) -> None:
    with running_box(data, "--sync", "no"):
        told = command("schoolbox", "db", "snapshot", "--data", os.path.relpath(data, ROOT), "--json")
    assert told.returncode == 0
    assert count(ROOT / json.loads(told.stdout)["file"], "person") == 42




def test_what_a_school_no_longer_keeps_is_erased_from_every_copy_too(data: Path) -> None:
    secret = "+383 44 123 456"
    spoil(data, root_page(data, "event"))
    box = opened(data, mend=True)
    box.kept_fields.choose({"phone"})
    box.database.write(lambda: box.database.run_sql("UPDATE person SET phone = ?", (secret,)))
    box.database_care.take_snapshot()
    shutil.copy(data / "snapshots" / "box-000002.db", data / "damaged" / "0001" / "box.db")
    shutil.copy(data / "snapshots" / "box-000002.db", data / "box-schema1-20260901T080000.db")
    copies = [path for path in data.rglob("*.db") if path.name != "box.db" or path.parent != data]
    assert sum(secret.encode() in path.read_bytes() for path in copies) == 3
    box.kept_fields.choose({"language"})
    box.close()
    left = [path for path in data.rglob("*.db") if path.name != "box.db" or path.parent != data]
    assert [path.name for path in left] == ["box-000003.db"]
    assert secret.encode() not in left[0].read_bytes()
    assert count(left[0], "person") == 42
