"""A machine takes a newer program, tries it, goes back by itself (UPDATES 6); everything is real but systemd."""

import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from io import FileIO
from pathlib import Path

import pytest

from content_packs.durable import Disk
from content_packs.errors import NotEnoughSpaceError
from content_packs.paths import blob_name
from content_packs.programs.base import BASE
from content_packs.programs.errors import UpdateGoingOnError
from content_packs.programs.manifest import decode_program
from schoolbox import __version__
from schoolbox.updater.main import MISUSED, main
from schoolbox.updater.places import root_file_of
from schoolbox.updater.state import Trying
from schoolbox.updater.system import RealSystem
from tests.simulators.program_publisher import ProgramPublisher
from tests.simulators.programs import ROOT
from tests.simulators.update_rig import WITHIN_S, Machine
from tests.simulators.vector_keys import root_raw


@pytest.fixture(scope="module")
def publisher(tmp_path_factory: pytest.TempPathFactory) -> ProgramPublisher:
    """A publisher with one good version, which changes the database."""
    publisher = ProgramPublisher(tmp_path_factory.mktemp("publisher"))
    publisher.publish("0.2.0", schema=2)
    return publisher


@pytest.fixture
def machine(tmp_path: Path, publisher: ProgramPublisher) -> Iterator[Machine]:
    """A machine that runs the program of its base."""
    machine = Machine(tmp_path / "machine", publisher)
    health = machine.start()
    assert health
    assert health.version == __version__
    yield machine
    machine.system.stop()


def bad(machine: Machine, tmp_path: Path, mood: str) -> ProgramPublisher:
    """The same publisher's shelf with a version 0.3.0 that is not well, on a copy of its own."""
    other = ProgramPublisher.__new__(ProgramPublisher)
    other.folder, other.machines = tmp_path / "bad", machine.publisher.machines
    shutil.copytree(machine.publisher.shelf, other.folder / "programs")
    other.shelf = other.folder / "programs"
    other.publish("0.3.0", mood=mood, schema=3)
    return other


def test_a_newer_program_is_taken_tried_and_kept(machine: Machine) -> None:
    state = machine.update("0.2.0")

    assert state.last
    assert state.last.outcome == "taken"
    assert (state.current, state.floor, state.good, state.failed) == ("0.2.0", "0.2.0", ("0.2.0",), ())
    assert machine.trying() is None
    health = machine.answer()
    assert health
    assert (health.version, health.trial) == ("0.2.0", False)
    assert (machine.schema(), machine.records()) == (2, ["record"])
    assert machine.at.current.readlink() == Path("versions/0.2.0")


def test_it_is_translated_for_the_python_here_and_belongs_to_nobody_who_could_change_it(machine: Machine) -> None:
    machine.update("0.2.0")
    folder = machine.at.versions / "0.2.0"

    assert list(folder.rglob("*.pyc"))
    assert (folder / "bin/schoolbox").stat().st_mode & 0o777 == 0o755
    assert (folder / "lib/schoolbox/__init__.py").stat().st_mode & 0o777 == 0o644


def test_the_same_version_again_is_quiet(machine: Machine) -> None:
    before = machine.update("0.2.0")
    starts = machine.system.starts

    assert machine.update("0.2.0") == before
    assert machine.system.starts == starts


@pytest.mark.parametrize(
    ("mood", "reason"),
    [("dies", "not-ready"), ("silent", "silent"), ("other", "other-version"), ("ill", "database")],
)
def test_one_that_is_not_well_goes_and_the_database_comes_back(
    machine: Machine, tmp_path: Path, mood: str, reason: str
) -> None:
    machine.update("0.2.0")
    shelf = bad(machine, tmp_path, mood).shelf

    state = machine.update("0.3.0", shelf=shelf, within_s=2.0 if mood == "silent" else WITHIN_S)

    assert state.last
    assert (state.last.version, state.last.outcome, state.last.reason) == ("0.3.0", "back", reason)
    assert (state.current, state.failed, state.floor) == ("0.2.0", ("0.3.0",), "0.2.0")
    health = machine.answer()
    assert health
    assert (health.version, health.trial) == ("0.2.0", False)
    assert (machine.schema(), machine.records()) == (2, ["record"])
    assert machine.versions() == ["0.2.0"]


def test_the_box_may_read_how_things_stand_whatever_the_unit_that_settles_lets_its_own_files_be(
    machine: Machine,
) -> None:
    unit = (ROOT / "deploy/raspberrypi/systemd/schoolbox.service").read_text()
    umask = int(unit.partition("UMask=")[2].split()[0], 8)
    machine.bring("0.2.0")
    assert machine.taker().take()
    before = os.umask(umask)
    try:
        for word in ("settle", "started"):
            assert machine.unit(word) == 0
    finally:
        os.umask(before)

    assert umask & 0o004
    for path in (machine.at.state_file, machine.at.trying_file):
        assert path.stat().st_mode & 0o044 == 0o044, path.name


def test_what_failed_once_is_not_taken_again_unless_a_person_says_so(machine: Machine, tmp_path: Path) -> None:
    shelf = bad(machine, tmp_path, "other").shelf
    machine.update("0.3.0", shelf=shelf)
    starts = machine.system.starts

    state = machine.update("0.3.0", shelf=shelf)
    assert state.last
    assert (state.last.outcome, state.last.reason) == ("refused", "failed-before")
    assert machine.system.starts == starts

    state = machine.update("0.3.0", shelf=shelf, again=True)
    assert state.last
    assert state.last.outcome == "back"


def test_nothing_that_was_written_before_the_update_is_lost_by_going_back(machine: Machine, tmp_path: Path) -> None:
    database = sqlite3.connect(machine.at.database)
    database.execute("PRAGMA journal_mode=wal")
    database.execute("INSERT INTO t1 VALUES ('the last lesson')")  # stands in the -wal, as the last records do
    database.commit()

    machine.update("0.3.0", shelf=bad(machine, tmp_path, "ill").shelf)
    database.close()

    assert (machine.schema(), machine.records()) == (1, ["record", "the last lesson"])
    assert machine.state().current == ""


def test_the_version_before_stays_and_older_ones_go(machine: Machine, tmp_path: Path) -> None:
    machine.update("0.2.0")
    other = bad(machine, tmp_path, "well")
    machine.update("0.3.0", shelf=other.shelf)
    other.publish("0.4.0", schema=3)
    state = machine.update("0.4.0", shelf=other.shelf)

    assert state.good == ("0.3.0", "0.4.0")
    assert machine.versions() == ["0.3.0", "0.4.0"]


def test_after_a_power_cut_in_the_middle_of_a_try_the_unit_ends_it(machine: Machine) -> None:
    machine.bring("0.2.0")
    assert machine.taker().take()
    machine.system.stop()
    machine.system.restart_box()
    health = machine.answer()
    assert health
    assert health.trial

    assert machine.unit("watch") == 0

    state = machine.state()
    assert state.last
    assert (state.current, state.last.outcome, machine.trying()) == ("0.2.0", "taken", None)


def test_three_starts_that_fail_later_bring_the_one_before_back(machine: Machine, tmp_path: Path) -> None:
    machine.update("0.2.0")
    other = bad(machine, tmp_path, "well")
    other.publish("0.4.0", mood="late", schema=2)
    state = machine.update("0.4.0", shelf=other.shelf)
    assert state.last
    assert state.last.outcome == "taken"

    health = machine.start()

    state = machine.state()
    assert health
    assert health.version == "0.2.0"
    assert state.last
    assert (state.last.version, state.last.outcome) == ("0.4.0", "crashed")
    assert (state.current, state.failed, state.floor) == ("0.2.0", ("0.4.0",), "0.4.0")


def test_one_that_fails_later_stays_if_no_other_can_read_the_database(machine: Machine, tmp_path: Path) -> None:
    other = bad(machine, tmp_path, "late")
    machine.update("0.3.0", shelf=other.shelf)

    assert machine.start() is None

    state = machine.state()
    assert state.last
    assert (state.last.outcome, state.current) == ("stays", "0.3.0")
    assert (machine.schema(), machine.records()) == (3, ["record"])


def test_a_card_that_was_written_anew_with_a_newer_program_runs_that(machine: Machine) -> None:
    machine.update("0.2.0")
    state = machine.state()
    (machine.at.versions / "0.2.0").rename(machine.at.versions / "0.0.9")
    machine.at.current.unlink()
    machine.at.current.symlink_to("versions/0.0.9")

    machine.system.settler().settle()

    assert not machine.at.current.is_symlink()
    assert machine.state().floor == state.floor


def test_a_second_update_while_one_goes_on_is_refused_and_touches_nothing(machine: Machine) -> None:
    machine.bring("0.2.0")
    machine.book.write_trying(Trying(version="0.2.0", schema=1))

    with pytest.raises(UpdateGoingOnError):
        machine.unit("take")

    assert machine.versions() == []


def refused(machine: Machine, version: str = "0.2.0", *, shelf: Path | None = None) -> str:
    """Why an update was refused, after checking that nothing changed."""
    starts, before = machine.system.starts, machine.versions()
    state = machine.update(version, shelf=shelf)
    assert state.last
    assert state.last.outcome == "refused"
    assert (machine.system.starts, machine.versions(), machine.trying()) == (starts, before, None)
    return state.last.reason


def test_an_older_one_is_refused_also_when_the_card_lost_its_program(machine: Machine, tmp_path: Path) -> None:
    other = bad(machine, tmp_path, "well")
    machine.update("0.3.0", shelf=other.shelf)
    assert refused(machine, "0.2.0", shelf=other.shelf) == "OlderProgramError"

    shutil.rmtree(machine.at.versions)
    machine.at.current.unlink()
    machine.at.versions.mkdir()
    assert refused(machine, "0.2.0", shelf=other.shelf) == "OlderProgramError"


def test_an_older_list_does_not_bring_an_older_program(machine: Machine, tmp_path: Path) -> None:
    old_list = (machine.publisher.shelf / "meta/cat/schoolbox.json").read_bytes()
    other = bad(machine, tmp_path, "well")
    machine.update("0.3.0", shelf=other.shelf)
    (other.shelf / "meta/cat/schoolbox.json").write_bytes(old_list)

    assert refused(machine, "0.2.0", shelf=other.shelf) == "OlderProgramError"


def test_what_one_key_alone_signed_is_refused(machine: Machine, tmp_path: Path) -> None:
    strangers = ProgramPublisher(tmp_path / "strangers")
    strangers.list_signers(["stranger"])
    strangers.publish("0.2.0", by=["stranger"])
    for name in ("1.root.json", "registry.json"):
        shutil.copyfile(machine.publisher.shelf / "meta" / name, strangers.shelf / "meta" / name)

    assert refused(machine, shelf=strangers.shelf) == "NotSignedError"


def test_another_root_on_the_shelf_changes_nothing(machine: Machine, tmp_path: Path) -> None:
    strangers = ProgramPublisher(tmp_path / "strangers")
    root = root_raw(1, by=("stranger",), holders=("stranger",), threshold=1, registry=("registry-2",))
    strangers.list_signers(("mash", "mash-2"), registry="registry-2")
    (strangers.shelf / "meta" / "1.root.json").write_bytes(root)
    strangers.publish("0.2.0")

    assert refused(machine, shelf=strangers.shelf) == "ForkedMetadataError"


def test_without_a_root_of_programs_none_is_taken(machine: Machine) -> None:
    machine.at.root_file.unlink()

    assert refused(machine) == "NoRootError"


def test_a_root_that_was_put_there_by_hand_counts_where_none_came_with_the_system(tmp_path: Path) -> None:
    shipped, system = tmp_path / "lib" / "programs.root.json", tmp_path / "system"
    system.mkdir()
    assert root_file_of(shipped, system) == shipped

    (system / "programs.root.json").write_text("{}")
    assert root_file_of(shipped, system) == system / "programs.root.json"

    shipped.parent.mkdir()
    shipped.write_text("{}")
    assert root_file_of(shipped, system) == shipped


@pytest.mark.parametrize("harm", ["cut off", "changed", "gone", "a link"])
def test_an_archive_that_is_not_whole_or_not_the_one_is_refused(machine: Machine, tmp_path: Path, harm: str) -> None:
    shelf = tmp_path / "harmed"
    shutil.copytree(machine.publisher.shelf, shelf)
    program = decode_program((machine.publisher.folder / "built/0.2.0/program.json").read_bytes())
    blob = shelf / blob_name(program.parts[0].sha256, "xz")
    raw = blob.read_bytes()
    blob.unlink()
    if harm == "cut off":
        blob.write_bytes(raw[:-20])
    elif harm == "changed":
        blob.write_bytes(raw[:90] + bytes([raw[90] ^ 4]) + raw[91:])
    elif harm == "a link":
        blob.symlink_to("/etc/passwd")

    wanted = {"gone": "MissingOnShelfError", "a link": "OddNameError"}
    assert refused(machine, shelf=shelf) == wanted.get(harm, "ProgramBrokenError")


class FullDisk(Disk):
    """A disk that is full already, or becomes so while a program is unpacked."""

    def __init__(self, *, at_once: bool) -> None:
        self.at_once = at_once

    def free_bytes(self, path: Path) -> int:
        """What it says."""
        return 1_000 if self.at_once else super().free_bytes(path)

    def write(self, file: FileIO, data: bytes | memoryview, path: Path) -> None:
        """Let small notes pass, as the blocks that are root's own do."""
        if path.parent.name == "schoolbox" and not self.at_once:
            raise NotEnoughSpaceError(path=path, needs_bytes=len(data), free_bytes=0)
        super().write(file, data, path)


@pytest.mark.parametrize("at_once", [True, False])
def test_on_a_full_disk_nothing_is_begun_and_nothing_is_left(machine: Machine, *, at_once: bool) -> None:
    machine.bring("0.2.0")

    assert not machine.taker(FullDisk(at_once=at_once)).take()

    state = machine.state()
    assert state.last
    assert (state.last.outcome, state.last.reason) == ("refused", "NotEnoughSpaceError")
    assert (machine.versions(), machine.trying(), machine.system.starts) == ([], None, 1)


def test_one_for_another_machine_is_refused(machine: Machine, tmp_path: Path) -> None:
    other = ProgramPublisher(tmp_path / "foreign", machines=("riscv64",))
    other.publish("0.2.0")

    assert refused(machine, shelf=other.shelf) == "OtherMachineError"


@pytest.mark.parametrize("needs", [{"base": BASE + 1}, {"python": "3.99"}], ids=str)
def test_one_that_needs_another_system_is_refused(machine: Machine, tmp_path: Path, needs: dict[str, object]) -> None:
    other = ProgramPublisher(tmp_path / "future")
    other.publish("0.2.0", needs=needs)

    assert refused(machine, shelf=other.shelf) == "BaseTooOldError"
    facts = machine.state().last
    assert facts
    assert facts.facts["needs"] in (str(BASE + 1), "Python 3.99")


def test_a_version_that_the_list_no_longer_names_is_refused(machine: Machine) -> None:
    assert refused(machine, "0.2.9") == "NotSignedError"


def test_the_folder_of_the_box_is_touched_by_a_process_of_its_own_user(machine: Machine, tmp_path: Path) -> None:
    script = tmp_path / "update"
    script.write_text(
        f"import sys\nfrom pathlib import Path\nsys.path[:0] = {sys.path!r}\n"
        "from schoolbox.updater.main import main\nsys.exit(main(sys.argv[1:], Path(__file__)))\n"
    )
    machine.system.stop()
    system = RealSystem(script)
    (machine.at.data / "box-schema1-x.db").write_bytes(machine.at.database.read_bytes())
    database = sqlite3.connect(machine.at.database)
    database.execute("PRAGMA user_version=7")
    database.close()

    assert system.database_schema(machine.at.database) == 7
    system.restore_database(machine.at.database, "box-schema1-x.db")

    assert (machine.schema(), machine.records()) == (1, ["record"])


@pytest.mark.parametrize("words", [[], ["fly"], ["take", "me"], ["restore", "/a/box.db", "../b"]], ids=str)
def test_words_that_are_not_understood_do_nothing(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words, Path("update")) == MISUSED
    assert "settle" in capsys.readouterr().err
