"""`schoolbox stick write`: what it says, what it leaves on the stick, what the box remembers of it."""

import json
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from content_packs import errors
from content_packs.export import errors as stick_errors
from schoolbox.cli.stick_folder import no_stick
from schoolbox.config import Config
from schoolbox.errors import BadInputError
from schoolbox.messages import message_of
from schoolbox.services.event_texts import text_of
from schoolbox.wiring import open_box
from tests.simulators.programs import command
from tests.simulators.seeded import PACK, lesson_shelf


class School:
    """A box with one course, and an empty stick."""

    def __init__(self, folder: Path) -> None:
        self.data, self.stick = folder / "data", folder / "stick"
        self.stick.mkdir()
        shelf = lesson_shelf(folder).folder
        self.root = shelf / "meta" / "1.root.json"
        self.box("trust", "add", self.root)
        self.box("pack", "install", shelf, PACK)

    def box(self, *words: str | Path) -> CompletedProcess[str]:
        return command("schoolbox", "--data", self.data, *words)

    def write(self, *words: str | Path) -> CompletedProcess[str]:
        return self.box("stick", "write", self.stick, *words)


@pytest.fixture
def school(on_disk: Path) -> School:
    return School(on_disk)  # folders of the system, `/dev/shm` too, are no sticks


def _code(error: type[Exception]) -> int:
    return message_of(error.__new__(error)).exit_code


def test_a_written_stick_fills_another_box(school: School, tmp_path: Path) -> None:
    done = school.write("--all")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{PACK}: version 1 is on the stick\n")
    other = tmp_path / "other"
    command("schoolbox", "--data", other, "trust", "add", school.root)
    assert command("schoolbox", "--data", other, "pack", "install", school.stick, "--all").returncode == 0
    listed = json.loads(command("schoolbox", "--data", other, "pack", "list", "--json").stdout)
    assert [row["pack"] for row in listed] == [PACK]


def test_the_box_remembers_what_was_written(school: School) -> None:
    school.write(PACK)
    box = open_box(Config(data=school.data))
    try:
        event = next(event for event in box.events.latest(5) if event.code == "stick_written")
    finally:
        box.close()
    assert (event.facts["packs"], event.facts["names"]) == (1, PACK)
    assert "by" not in event.facts
    assert text_of(event).what % dict(event.facts) == f"Written onto a stick: {PACK}"


def test_a_program_is_answered_with_all_that_was_done(school: School) -> None:
    told = json.loads(school.write("--all", "--json").stdout)
    assert told["failed"] == told["refused"] == []
    (pack,) = told["written"]
    assert (pack["pack"], pack["version"], pack["files"], pack["missing"]) == (PACK, 1, 2, [])


def test_a_part_is_a_part(school: School) -> None:
    mixed = school.write(PACK, "mash:mungon")
    assert mixed.returncode == 3
    assert "The pack mash:mungon is not installed." in mixed.stdout
    blob = next((school.data / "packs" / "blobs").glob("*/*.mp4"))
    blob.unlink()
    assert school.write("--all").returncode == 0, "it is on the stick already"
    for path in (school.stick / "blobs").glob("*/*.mp4"):
        path.unlink()
    lacking = school.write("--all", "--json")
    assert lacking.returncode == 3
    told = json.loads(lacking.stdout)
    assert told["written"][0]["missing"] == [f"blobs/{blob.parent.name}/{blob.name}"]
    assert told["failed"][0]["error"] == "MissingBlobError"


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("mash:mungon",), errors.NotInstalledError),
        ((), None),
    ],
)
def test_nothing_to_write_is_no_success(school: School, words: tuple[str, ...], error: type[Exception] | None) -> None:
    done = school.write(*words)
    assert done.returncode == (_code(error) if error else 19)
    assert list(school.stick.iterdir()) == []


def test_a_stick_that_is_not_there_is_said(school: School) -> None:
    school.stick.rmdir()
    done = school.write("--all")
    assert done.returncode == _code(stick_errors.NoStickError)
    assert done.stderr.startswith(f"There is no stick or folder {school.stick}.\n")


def test_what_cannot_be_a_stick_is_refused_by_its_name(school: School) -> None:
    done = school.box("stick", "write", "/dev/../dev", "--all")
    assert done.returncode == _code(BadInputError)
    assert "/dev is a folder of the system and no stick." in done.stderr
    assert "Name the folder under which the stick is mounted" in done.stderr
    assert not Path("/dev/meta").exists()


@pytest.mark.parametrize(
    "folder",
    ["/", "/proc", "/sys/class", "/dev/input", "/etc", "/boot/firmware", "/usr/share", "/run", "/run/media", "/media",
     "/mnt", "/home", "/srv/box", "/srv/box/packs", "/srv"],
)  # fmt: skip
def test_folders_of_the_system_and_of_the_box_are_no_sticks(folder: str) -> None:
    assert no_stick(Path(folder), data=Path("/srv/box"))


@pytest.mark.parametrize("folder", ["/media/usb", "/mnt/stick", "/run/media/vlora/MASHT", "/srv/sticks/1", "/home/a/b"])
def test_where_sticks_are_mounted_they_are_written(folder: str) -> None:
    assert no_stick(Path(folder), data=Path("/srv/box")) == ""


def test_a_link_to_a_folder_of_the_system_is_no_stick(tmp_path: Path) -> None:
    (tmp_path / "stick").symlink_to("/etc")
    assert no_stick(tmp_path / "stick", data=Path("/srv/box")).startswith("/etc is a folder of the system")


def test_options_may_stand_before_behind_and_between_the_names_of_packs(school: School) -> None:
    for words in (("--quick", school.stick, PACK), (school.stick, "--quick", PACK), (school.stick, PACK, "--quick")):
        assert school.box("stick", "write", *words).returncode == 0
    done = school.box("stick", "write", school.stick, PACK, "--json", "mash:mungon")
    assert [each["pack"] for each in json.loads(done.stdout)["failed"]] == ["mash:mungon"]


def test_only_and_quick_are_passed_on(school: School) -> None:
    school.write("--all")
    other = school.stick / "blobs" / "ab" / f"{'ab' * 32}.mp4"
    other.parent.mkdir(exist_ok=True)
    other.write_bytes(bytes(2000))
    assert "2 kB of other packs taken off" in school.write("--all", "--only", "--quick").stdout
    assert not other.exists()
