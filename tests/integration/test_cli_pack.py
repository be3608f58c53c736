"""Packs on the command line, also while the box runs: what is right shows at once, what is not changes nothing."""

import json
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from content_packs import errors
from schoolbox.messages import message_of
from tests.simulators.browser import Browser
from tests.simulators.programs import command, running_box
from tests.simulators.publisher import Ministry
from tests.simulators.seeded import PACK, lesson_shelf, publish_lesson


class School:
    """A box that trusts a ministry, and the ministry's shelf."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.ministry: Ministry = lesson_shelf(folder)
        self.box("trust", "add", self.ministry.folder / "meta" / "1.root.json")

    def box(self, *words: str | Path) -> CompletedProcess[str]:
        return command("schoolbox", "--data", self.data, *words)

    def install(self, *words: str) -> CompletedProcess[str]:
        return self.box("pack", "install", self.ministry.folder, *words)

    def installed(self) -> dict[str, int]:
        return {row["pack"]: row["version"] for row in json.loads(self.box("pack", "list", "--json").stdout)}

    def offers(self) -> dict[str, str]:
        listed = json.loads(self.box("pack", "list", self.ministry.folder, "--json").stdout)
        return {offer["pack"]: offer["state"] for offer in listed["offers"]}


@pytest.fixture
def school(tmp_path: Path) -> School:
    return School(tmp_path)


def _code(error: type[Exception]) -> int:
    return message_of(error.__new__(error)).exit_code


def test_a_pack_is_installed_checked_and_removed(school: School) -> None:
    assert school.offers() == {PACK: "new"}
    installed = school.install(PACK)
    assert (installed.returncode, installed.stderr) == (0, "")
    assert school.installed() == {PACK: 1}
    assert school.offers() == {PACK: "same"}
    assert school.box("pack", "verify", "--all").stdout.startswith(f"{PACK}: ")

    assert school.box("pack", "remove", PACK).returncode == 0
    assert school.installed() == {}
    assert school.box("pack", "remove", PACK).returncode == _code(errors.NotInstalledError)


def test_a_running_box_shows_a_new_pack_at_once(school: School) -> None:
    with running_box(school.data) as box, Browser(box.url) as browser:
        assert browser.get(f"/courses/{PACK}").status_code == 404

        assert school.install("--all").returncode == 0
        assert browser.get(f"/courses/{PACK}").status_code == 200

        publish_lesson(school.ministry, school.folder / "lesson-2", version=2)
        assert school.install("--all").returncode == 0
        assert school.installed() == {PACK: 2}
        assert browser.get(f"/courses/{PACK}").status_code == 200


def test_installing_everything_when_nothing_is_new_is_fine(school: School) -> None:
    school.install("--all")

    again = school.install("--all")

    assert (again.returncode, again.stdout) == (0, "There is nothing new on this shelf.\n")


def test_without_a_name_and_without_all_nothing_is_installed(school: School) -> None:
    done = school.install()

    assert done.returncode == 19
    assert "name packs, or say --all" in done.stderr
    assert school.installed() == {}


def test_a_folder_that_is_no_shelf_is_said(school: School, tmp_path: Path) -> None:
    done = school.box("pack", "list", tmp_path)

    assert done.returncode == _code(errors.NotAShelfError)
    assert done.stderr.startswith(f"There are no packs in {tmp_path}.")


def test_a_pack_that_the_shelf_does_not_have_is_said(school: School) -> None:
    assert school.install("mash:mungon").returncode == _code(errors.NotOfferedError)


def test_a_box_that_trusts_nobody_installs_nothing(tmp_path: Path) -> None:
    shelf = lesson_shelf(tmp_path).folder

    done = command("schoolbox", "--data", tmp_path / "data", "pack", "install", shelf, "--all")

    assert done.returncode == _code(errors.NoRootError)
    assert "schoolbox trust add ROOT.json" in done.stderr


@pytest.mark.parametrize("pattern", ["blobs/*/*.mp4", "manifests/*.json"])
def test_a_changed_byte_is_refused_with_a_sentence_and_nothing_changes(school: School, pattern: str) -> None:
    school.install(PACK)
    publish_lesson(school.ministry, school.folder / "lesson-2", version=2)
    for path in list(school.ministry.folder.glob(pattern)):
        school.ministry.tamper(str(path.relative_to(school.ministry.folder)))

    done = school.install(PACK)

    assert done.returncode == _code(errors.TamperedError)
    assert done.stderr.startswith("A file on this stick is not the one that was signed")
    assert school.installed() == {PACK: 1}
    assert school.box("pack", "verify", PACK).returncode == 0


def test_a_changed_catalogue_is_refused_with_a_sentence_and_nothing_changes(school: School) -> None:
    school.install(PACK)
    publish_lesson(school.ministry, school.folder / "lesson-2", version=2)
    catalogue = school.ministry.one("meta/cat/*.json")
    catalogue.write_bytes(catalogue.read_bytes().replace(b'"version": 2', b'"version": 3').replace(
        b'"version":2', b'"version":3'))  # fmt: skip

    done = school.install("--all")

    assert done.returncode not in (0, 1, 2)
    assert "Nothing of it was installed: pupils go on with the lessons they had." in done.stdout + done.stderr
    assert school.installed() == {PACK: 1}


def test_an_older_stick_is_no_reason_to_worry(school: School) -> None:
    old = school.ministry.copy("old-stick")
    publish_lesson(school.ministry, school.folder / "lesson-2", version=2)
    school.install("--all")

    done = school.box("pack", "install", old, "--all")
    listed = school.box("pack", "list", old)

    assert done.returncode == 0
    assert school.installed() == {PACK: 2}
    assert "This stick is older than what the box has already seen" in listed.stdout


def test_a_pack_of_an_unknown_publisher_is_refused_and_the_others_are_installed(school: School) -> None:
    stranger = Ministry(school.folder / "stranger", publishers=("tjeter",))
    stranger.publish("tjeter:kurs")
    for path in stranger.folder.rglob("*"):
        target = school.ministry.folder / path.relative_to(stranger.folder)
        if path.is_file() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())

    done = school.install("--all")
    alone = school.install("tjeter:kurs")

    assert done.returncode == 3
    assert "The publisher “tjeter” is not one of those the ministry's registry lists." in done.stdout
    assert alone.returncode == _code(errors.UnknownPublisherError)
    assert school.installed() == {PACK: 1}


def test_a_damaged_file_on_the_box_is_found_and_mended_from_the_stick(school: School) -> None:
    school.install(PACK)
    blob = min((school.data / "packs" / "blobs").rglob("*.mp4"))
    blob.chmod(0o644)
    blob.write_bytes(b"x" * blob.stat().st_size)

    damaged = school.box("pack", "verify", "--all")
    mended = school.install(PACK)

    assert damaged.returncode == _code(errors.MissingBlobError)
    assert "Install the pack again from the stick" in damaged.stderr
    assert (mended.returncode, "mended" in mended.stdout) == (0, True)
    assert school.box("pack", "verify", "--all").returncode == 0


def test_another_root_is_refused_and_the_first_one_stays(school: School, tmp_path: Path) -> None:
    other = Ministry(tmp_path / "other")

    refused = school.box("trust", "add", other.folder / "meta" / "1.root.json")

    assert refused.returncode == _code(errors.RootPinnedError)
    assert school.offers() == {PACK: "new"}
    shown = json.loads(school.box("trust", "show", "--json").stdout)
    assert [publisher["id"] for publisher in shown["publishers"]] == ["mash"]


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b"[" * 100_000])
def test_a_file_that_is_no_root_is_refused(tmp_path: Path, content: bytes) -> None:
    root = tmp_path / "root.json"
    root.write_bytes(content)

    done = command("schoolbox", "--data", tmp_path / "data", "trust", "add", root)

    assert done.returncode not in (0, 1, 2)
    assert len(done.stderr.splitlines()) == 3
