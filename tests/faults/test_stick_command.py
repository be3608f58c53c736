"""Hostile and unlucky sticks at the command line: `schoolbox pack install` says what it is and gives its exit code."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from content_packs import errors
from content_packs.manifest import decode_manifest
from content_packs.paths import blob_name
from schoolbox.messages import message_of
from tests.simulators import harms
from tests.simulators.programs import command
from tests.simulators.publisher import Ministry
from tests.simulators.seeded import PACK, lesson_shelf, publish_lesson


@dataclass(frozen=True)
class Scene:
    """The data of a box with version 1, a stick of that time, and the ministry whose stick brings version 2."""

    data: Path
    old: Path
    ministry: Ministry


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """A box that installed the first version."""
    folder = tmp_path_factory.mktemp("school")
    ministry, data = lesson_shelf(folder), folder / "data"
    assert command("schoolbox", "--data", data, "trust", "add",
    ministry.folder / "meta" / "1.root.json").returncode == 0
    assert command("schoolbox", "--data", data, "pack", "install", ministry.folder, PACK).returncode == 0
    old = ministry.copy("old")
    publish_lesson(ministry, folder / "lesson-2", version=2)
    return Scene(data, old, ministry)


def _newest_manifest(stick: Path) -> Path:
    """The manifest of version 2."""
    return next(path for path in stick.glob("manifests/*.json") if b'"version":2' in path.read_bytes())


def _video(stick: Path) -> Path:
    """The video of version 2."""
    manifest = decode_manifest(_newest_manifest(stick).read_bytes())
    (video,) = (file for file in manifest.files().values() if file.role == "video")
    return stick / blob_name(video.sha256, video.ext)


def _in_place(harm: Callable[[Path], None], find: Callable[[Path], Path]) -> Callable[[Path], None]:
    """A harm to one file of a stick."""
    return lambda stick: harm(find(stick))


def _meta(name: str) -> Callable[[Path], Path]:
    """A file of metadata."""
    return lambda stick: stick / "meta" / name


CASES: dict[str, tuple[Callable[[Path], None], type[errors.PackError], str]] = {
    "a changed video": (
        _in_place(harms.changed_byte, _video), errors.TamperedError,
        "A file on this stick is not the one that was signed",
    ),
    "a video that was not copied": (
        _in_place(harms.gone, _video), errors.MissingOnShelfError, "A file of this pack is missing on the stick",
    ),
    "a video that is a link": (
        _in_place(harms.zeros, _video), errors.OddNameError, "Something on this stick is not a plain file",
    ),
    "a changed catalogue": (
        _in_place(harms.changed_date, _meta("cat/mash.json")), errors.NotSignedError, "somebody may have changed it",
    ),
    "a catalogue of 64 GiB": (
        _in_place(harms.huge, _meta("cat/mash.json")), errors.MetadataTooLargeError, "is far too large to be real",
    ),
    "no packs at all": (
        lambda stick: shutil.rmtree(stick / "meta"), errors.NotAShelfError, "There are no packs in",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_stick_is_refused_with_its_code_and_sentence_and_installs_once_it_is_mended(
    tmp_path: Path, template: Scene, name: str
) -> None:
    harm, error, sentence = CASES[name]
    data, stick = tmp_path / "data", tmp_path / "stick"
    shutil.copytree(template.data, data)
    shutil.copytree(template.ministry.folder, stick)
    harm(stick)

    done = command("schoolbox", "--data", data, "pack", "install", stick, PACK)

    assert done.returncode == message_of(error.__new__(error)).exit_code
    assert sentence in done.stdout + done.stderr
    assert _versions(data) == {PACK: 1}
    shutil.rmtree(stick)
    shutil.copytree(template.ministry.folder, stick)
    mended = command("schoolbox", "--data", data, "pack", "install", stick, PACK, "--json")
    assert (mended.returncode, mended.stderr) == (0, "")
    assert [(each["pack"], each["version"]) for each in json.loads(mended.stdout)["installed"]] == [(PACK, 2)]


def test_what_a_hostile_stick_is_called_does_not_steer_the_terminal(tmp_path: Path, template: Scene) -> None:
    stick = tmp_path / "\x1b[2J\u202eshkolla\r"
    stick.mkdir()

    done = command("schoolbox", "--data", template.data, "pack", "install", stick, PACK)

    assert done.returncode == message_of(errors.NotAShelfError(shelf="")).exit_code
    assert "There are no packs in" in done.stderr
    assert all(letter.isprintable() or letter == "\n" for letter in done.stdout + done.stderr)


def _versions(data: Path) -> dict[str, int]:
    listed = json.loads(command("schoolbox", "--data", data, "pack", "list", "--json").stdout)
    return {row["pack"]: row["version"] for row in listed}
