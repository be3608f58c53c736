"""What stands on a stick already, in the place of what is to be written: links, pipes, folders, bad spots (FORMAT 2.4,
2.13 to 2.15).
"""

import errno
from collections.abc import Callable
from io import FileIO
from pathlib import Path

import pytest

from content_packs.durable import Disk
from content_packs.errors import DiskError, OddNameError
from content_packs.export import Options
from content_packs.export.errors import StickError, StickFolderFullError, StickGoneError, StickUnreliableError
from content_packs.export.writer import StickWriter
from tests.simulators import harms
from tests.simulators.stick_desk import OTHER, PACK, Desk, files_below


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.write(PACK)
    return desk


@pytest.mark.parametrize("harm", [harms.pipe, harms.socket, harms.device, harms.zeros, harms.loop, harms.huge])
def test_what_is_no_plain_file_is_neither_read_nor_waited_for_and_gives_way(
    desk: Desk, harm: Callable[[Path], None]
) -> None:
    before = desk.on_stick()
    for path in [*files_below(desk.stick)]:
        harm(path)
    assert desk.write(PACK).whole
    assert not [path for path in desk.stick.rglob("*") if path.is_symlink()]
    assert desk.on_stick() == before


def test_a_folder_where_a_file_must_be_is_told_by_its_name_before_anything_is_written(desk: Desk) -> None:
    for name in desk.on_stick():
        harms.folder(desk.stick / name)
        (desk.stick / name / "klasa.jpg").write_bytes(b"somebody's own")
        before = desk.on_stick()
        with pytest.raises(OddNameError) as caught:
            desk.write()
        assert (caught.value.name, desk.on_stick()) == (name, before)
        (desk.stick / name / "klasa.jpg").unlink()
        (desk.stick / name).rmdir()
    assert desk.write().whole


@pytest.mark.parametrize("only", [False, True])
def test_folders_with_names_of_ours_that_are_in_nobodys_way_stay(desk: Desk, *, only: bool) -> None:
    names = (
        "contents/a.b.html", f"manifests/{'ab' * 32}.json", "meta/cat/nobody.json", "meta/9.root.json",
        f"blobs/ab/{'ab' * 32}.mp4", f"staging/{'ab' * 32}.mp4.part", ".film.9.new",
    )  # fmt: skip
    for name in names:
        (desk.stick / name).mkdir(parents=True)
    assert desk.write(OTHER, options=Options(only=only)).whole
    assert all((desk.stick / name).is_dir() for name in names)


class FatDisk(Disk):
    """The real disk, which calls the stick's file system by the name of FAT."""

    def kind(self, folder: Path) -> str:  # noqa: ARG002 - of the real one
        """Lie."""
        return "vfat"


@pytest.mark.parametrize("folder", ["manifests", "contents"])
def test_more_files_in_a_folder_than_fat_allows_are_refused_before_anything_is_written(desk: Desk, folder: str) -> None:
    """Names of 69 letters take seven entries of a folder, so 9,353 of them leave next to nothing."""
    names = [f"{number:064x}.json" for number in range(9_353)]
    for name in names:
        (desk.stick / folder / name).touch()
    desk.box.disk = FatDisk()
    before = {path.name for path in (desk.stick / folder).iterdir()}
    with pytest.raises(StickFolderFullError) as caught:
        desk.write()
    assert caught.value.folder == folder
    assert {path.name for path in (desk.stick / folder).iterdir()} == before
    assert desk.write(PACK).whole
    for name in names[:3]:
        (desk.stick / folder / name).unlink()
    assert desk.write().whole


class WornDisk(Disk):
    """The real disk, where whatever has a word in its path cannot be written."""

    def __init__(self, word: str) -> None:
        self._word = word

    def write(self, file: FileIO, data: bytes | memoryview, path: Path) -> None:
        """Fail as the system does at a bad spot, and of a stick that was torn out."""
        if self._word in str(path):
            raise DiskError(path=path, problem="Input/output error") from OSError(errno.EIO, "Input/output error")
        super().write(file, data, path)


def written_on(desk: Desk, disk: Disk) -> StickError:
    writer = StickWriter(store=desk.box.store, trust=desk.box.trust, disk=disk)
    with pytest.raises(StickError) as caught:
        writer.write(desk.stick, desk.box.library.installed().values(), progress=lambda _: None)
    return caught.value


def test_a_bad_spot_is_not_taken_for_a_stick_that_was_pulled_out(desk: Desk) -> None:
    error = written_on(desk, WornDisk("qendra.json"))
    assert isinstance(error, StickUnreliableError)
    assert error.name.startswith("meta/cat/.qendra.json")
    assert not [*desk.stick.glob(".*.new")]


def test_a_stick_on_which_nothing_can_be_written_any_more_is_gone(desk: Desk) -> None:
    assert isinstance(written_on(desk, WornDisk(str(desk.stick))), StickGoneError)


def test_whatever_else_the_system_says_is_told_with_the_name_of_the_file(desk: Desk) -> None:
    page = desk.stick / "contents" / "mash.thyesat.html"
    harms.folder(page)
    writer = StickWriter(store=desk.box.store, trust=desk.box.trust, disk=desk.box.disk)
    with pytest.raises(StickError) as caught:
        writer.write(desk.stick, [desk.box.library.installed()[OTHER]], progress=lambda _: None)
    assert caught.value.problem == "contents/mash.thyesat.html: Is a directory"
