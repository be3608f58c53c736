"""`content-packs archive`: packs of a shelf in one file that a box takes, and that is the same on every machine."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from content_packs.archive import write_archive
from content_packs.durable import Disk
from content_packs.errors import MissingOnShelfError, NotOfferedError, NotSignedError, PackError, TamperedError
from content_packs.shelf.archive import ZipShelf
from tests.simulators.packs_command import Run, packs_command
from tests.simulators.publisher import Ministry
from tests.simulators.school_box import SchoolBox

MATHS, PHYSICS, PYTHON = "mash:thyesat", "mash:fizika", "qendra:python"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the program with these arguments."""
    return packs_command(capsys)


@pytest.fixture
def ministry(tmp_path: Path) -> Ministry:
    """A ministry with two publishers and three packs, one of them in two versions."""
    ministry = Ministry(tmp_path, publishers=("mash", "qendra"))
    for pack_id, version in ((MATHS, 1), (MATHS, 2), (PHYSICS, 1), (PYTHON, 1)):
        ministry.publish(pack_id, version)
    return ministry


def names(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def test_a_box_installs_every_pack_of_an_archive(tmp_path: Path, ministry: Ministry, run: Run) -> None:
    out = tmp_path / "all.zip"
    done = run("archive", ministry.folder, out, "--json")
    assert done.code == 0
    assert done.facts["size_bytes"] == out.stat().st_size
    box = SchoolBox(tmp_path / "box", root=ministry.root)
    for pack_id, version in ((MATHS, 2), (PHYSICS, 1), (PYTHON, 1)):
        assert box.installer.install(ZipShelf(out), pack_id, progress=lambda _progress: None).version == version
        assert box.installer.verify(pack_id).sound


def test_only_what_was_asked_for_is_in_it(tmp_path: Path, ministry: Ministry, run: Run) -> None:
    out = tmp_path / "maths.zip"
    told = run("archive", ministry.folder, out, MATHS)
    assert told.code == 0
    assert f"{MATHS} version 2" in told.out
    found = names(out)
    assert [name for name in found if name.startswith("meta/")] == [
        "meta/1.root.json", "meta/cat/mash.json", "meta/registry.json",
    ]  # fmt: skip
    assert sum(name.startswith("manifests/") for name in found) == 1
    assert sum(name.startswith("blobs/") for name in found) == 2
    assert found == sorted(found, key=lambda name: (["meta", "manifests", "blobs"].index(name.split("/")[0]), name))


def test_the_same_packs_give_the_same_bytes(tmp_path: Path, ministry: Ministry) -> None:
    write_archive(ministry.shelf, tmp_path / "a.zip", [], disk=Disk())
    (ministry.folder / "thumbs.db").write_bytes(b"noise")
    for file in ministry.folder.rglob("*.json"):
        file.touch()
    write_archive(ministry.shelf, tmp_path / "b.zip", [PYTHON, PHYSICS, MATHS], disk=Disk())
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


@pytest.mark.parametrize(
    ("harm", "error"),
    [
        (lambda ministry: ministry.tamper("blobs/*/*.mp4"), TamperedError),
        (lambda ministry: ministry.one("blobs/*/*.mp4").unlink(), MissingOnShelfError),
        (lambda ministry: ministry.tamper("manifests/*.json"), PackError),
        (lambda ministry: ministry.write_catalogue("mash", 9, [], signer=ministry.signers["qendra"]), NotSignedError),
    ],
    ids=["changed", "missing", "manifest", "list"],
)
def test_what_is_not_right_is_not_handed_out(
    tmp_path: Path, ministry: Ministry, harm: Callable[[Ministry], object], error: type[PackError]
) -> None:
    harm(ministry)
    with pytest.raises(error):
        write_archive(ministry.shelf, tmp_path / "a.zip", [], disk=Disk())
    assert not list(tmp_path.glob("*.zip*"))


def test_the_bad_list_of_another_publisher_does_not_stop_those_who_ask_for_one_pack(
    tmp_path: Path, ministry: Ministry
) -> None:
    ministry.write_catalogue("qendra", 9, [], signer=ministry.signers["mash"])
    assert write_archive(ministry.shelf, tmp_path / "a.zip", [MATHS], disk=Disk()).files == 2


@pytest.mark.parametrize("asked", ["mash:nothing", "nobody:here"])
def test_a_pack_that_is_not_there_is_named_and_nothing_is_written(
    tmp_path: Path, ministry: Ministry, run: Run, asked: str
) -> None:
    told = run("archive", ministry.folder, tmp_path / "a.zip", MATHS, asked)
    assert told.code == 9
    assert asked in told.err
    with pytest.raises(NotOfferedError):
        write_archive(ministry.shelf, tmp_path / "a.zip", [asked], disk=Disk())
    assert not (tmp_path / "a.zip").exists()


def test_a_file_that_is_there_is_only_replaced_if_that_was_asked_for(
    tmp_path: Path, ministry: Ministry, run: Run
) -> None:
    out = tmp_path / "thesis.zip"
    out.write_bytes(b"somebody's work")
    assert run("archive", ministry.folder, out, PHYSICS).code == 4
    assert out.read_bytes() == b"somebody's work"
    done = run("archive", ministry.folder, out, PHYSICS, "--replace")
    assert done.code == 0
    assert "1 pack, 2 files," in done.out
