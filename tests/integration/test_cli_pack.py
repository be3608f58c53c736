"""Packs on the command line, also while the box runs: what is right shows at once, what is not changes nothing."""

import json
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from content_packs import errors
from content_packs.export.errors import NoStickError
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


@pytest.mark.parametrize("words", [("install", "--all"), ("install", PACK), ("list",)])
def test_a_folder_that_is_not_there_or_is_a_file_is_no_shelf(school: School, words: tuple[str, ...]) -> None:
    verb, *rest = words
    plain = school.folder / "plain.txt"
    plain.write_text("packs", encoding="utf-8")

    for path in (school.folder / "nowhere", plain):
        done = school.box("pack", verb, path, *rest)

        assert done.returncode == _code(NoStickError)
        assert done.stderr.startswith(f"There is no stick or folder {path}.")


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

    as_json = school.box("pack", "install", old, "--all", "--json")

    assert done.returncode == as_json.returncode == _code(errors.OlderMetadataError)
    assert school.installed() == {PACK: 2}
    for told in (done, listed):
        assert "This stick is older than what the box has already seen" in told.stdout
        assert "Nothing on the box was changed" in told.stdout
        assert "Ask for a newer stick." in told.stdout
    assert "nothing new" not in done.stdout
    refused = json.loads(as_json.stdout)["refused"]
    assert [(each["name"], each["error"]) for each in refused] == [("cat/mash.json", "OlderMetadataError")]


def test_what_an_older_stick_still_brings_is_installed_and_its_age_is_told(school: School) -> None:
    old = school.ministry.copy("old-stick")
    publish_lesson(school.ministry, school.folder / "lesson-2", version=2)
    school.offers()

    done = school.box("pack", "install", old, "--all")

    assert done.returncode == 3
    assert f"{PACK}: version 1 installed" in done.stdout
    assert "This stick is older than what the box has already seen" in done.stdout


@pytest.mark.parametrize("name", ["meta/cat/mash.json", "meta/registry.json"])
def test_a_changed_list_is_told_also_when_the_named_pack_was_there_already(school: School, name: str) -> None:
    school.install(PACK)
    _break_signatures(school.ministry.folder / name)

    named, everything = school.install(PACK), school.install("--all")

    assert named.returncode == everything.returncode == _code(errors.NotSignedError)
    assert f"{PACK}: version 1 was there already; its files on the box are sound" in named.stdout
    for done in (named, everything):
        assert "somebody may have changed it" in done.stdout
        assert "Do not use this stick." in done.stdout


def test_a_pack_mended_from_a_shelf_with_a_changed_list_is_only_partly_right(school: School) -> None:
    school.install(PACK)
    _break_signatures(school.ministry.folder / "meta" / "cat" / "mash.json")
    min((school.data / "packs" / "blobs").rglob("*.mp4")).unlink()

    done = school.install(PACK, "--json")

    assert done.returncode == 3
    told = json.loads(done.stdout)
    assert ([each["pack"] for each in told["installed"]], told["failed"]) == ([PACK], [])
    assert [each["error"] for each in told["refused"]] == ["NotSignedError"]


def test_a_changed_list_of_another_publisher_does_not_touch_the_named_pack(school: School) -> None:
    (school.ministry.folder / "meta" / "cat" / "tjeter.json").write_text("{}", encoding="utf-8")

    done = school.install(PACK)

    assert (done.returncode, "tjeter" in done.stdout) == (0, False)


def _break_signatures(path: Path) -> None:
    """Put signatures on a list that are not its own."""
    signed = json.loads(path.read_bytes())
    for signature in signed["signatures"]:
        signature["sig"] = "0" * len(signature["sig"])
    path.write_text(json.dumps(signed), encoding="utf-8")


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
    content = bytearray(blob.read_bytes())
    content[-1] ^= 1
    blob.write_bytes(content)

    damaged = school.box("pack", "verify", "--all")
    mended = school.install(PACK)

    assert damaged.returncode == _code(errors.MissingBlobError)
    assert "missing or changed on the box" in damaged.stderr
    assert "again from a stick or an upload that has it, or: schoolbox pack install SHELF PACK" in damaged.stderr
    assert (mended.returncode, "mended" in mended.stdout) == (0, True)
    assert school.box("pack", "verify", "--all").returncode == 0


def test_a_changed_contents_list_on_the_box_is_not_blamed_on_a_stick(school: School) -> None:
    school.install(PACK)
    manifest = min((school.data / "packs" / "manifests").rglob("*.json"))
    manifest.chmod(0o644)
    manifest.write_bytes(manifest.read_bytes() + b" ")

    damaged = school.box("pack", "verify", PACK)
    school.install(PACK)

    assert damaged.returncode == _code(errors.MissingBlobError)
    assert "missing or changed on the box" in damaged.stderr
    assert school.box("pack", "verify", PACK).returncode == 0


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


def test_a_lesson_whose_file_is_damaged_waits_while_the_others_are_there(school: School) -> None:
    whole = school.ministry.copy("whole")
    [video] = school.ministry.folder.glob("blobs/*/*.mp4")
    school.ministry.tamper(str(video.relative_to(school.ministry.folder)))

    done = school.install(PACK)
    listed = school.box("pack", "missing", PACK)

    assert done.returncode == 3
    assert f"installed but for 1 file; see: schoolbox pack missing {PACK}" in done.stdout
    assert "not shown" in listed.stdout
    assert [row["missing"] for row in json.loads(school.box("pack", "list", "--json").stdout)] == [1]
    assert school.offers() == {PACK: "incomplete"}
    assert school.box("pack", "install", whole, "--all").returncode == 0
    assert school.box("pack", "missing", PACK).stdout == "Nothing is missing.\n"


def test_one_goes_back_to_the_version_before(school: School) -> None:
    school.install(PACK)
    alone = school.box("pack", "undo", PACK)
    publish_lesson(school.ministry, school.folder / "lesson-2", version=2)
    school.install(PACK)

    done = school.box("pack", "undo", PACK, "--json")

    assert alone.returncode == _code(errors.NothingToUndoError)
    assert json.loads(done.stdout) == {"pack": PACK, "version": 1}
    assert school.installed() == {PACK: 1}


def test_a_unit_is_chosen_by_its_name_and_of_one_pack_only(school: School) -> None:
    offered = json.loads(school.box("pack", "list", school.ministry.folder, "--json").stdout)["offers"]
    [unit] = offered[0]["units"]

    assert school.install("--all", "--unit", unit["unit"]).returncode == 19
    assert school.install(PACK, "--unit", "nuk-ka").returncode == _code(errors.NoSuchUnitError)
    assert school.install(PACK, "--unit", unit["unit"]).returncode == 0
    assert school.installed() == {PACK: 1}
