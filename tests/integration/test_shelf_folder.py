"""What only a folder can do to us: links, pipes, folders in place of files (FORMAT 2.4)."""

import errno
import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest

from content_packs.errors import NotAShelfError, OddNameError, ShelfError, ShelfGoneError, UnreadableOnShelfError
from content_packs.shelf import DirectoryShelf, is_shelf
from content_packs.shelf.directory import ENTRIES_MAX, can_be_read
from tests.simulators.worn_stick import WornStick

SHA = "ab" * 32


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files of a shelf; what they say does not matter here."""
    folder = tmp_path / "shelf"
    for name in ("meta/1.root.json", "meta/registry.json", f"manifests/{SHA}.json", f"blobs/ab/{SHA}.mp4"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(name.encode())
    return folder


def test_an_empty_mount_point_where_the_stick_was_means_gone(folder: Path) -> None:
    shelf = DirectoryShelf(folder)
    shelf.read_meta("registry.json", 100)
    folder.rename(folder.with_name("pulled out"))
    folder.mkdir()
    with pytest.raises(ShelfGoneError):
        shelf.open_blob(SHA, "mp4")


def test_a_manifest_is_not_said_to_be_missing_where_the_stick_is(folder: Path) -> None:
    shelf = DirectoryShelf(folder)
    shelf.read_meta("registry.json", 100)
    assert not shelf.has_manifest("cd" * 32)
    folder.rename(folder.with_name("pulled out"))
    with pytest.raises(ShelfGoneError):
        shelf.has_manifest(SHA)


def test_a_folder_with_other_things_is_not_a_shelf(tmp_path: Path) -> None:
    assert not is_shelf(tmp_path)
    with pytest.raises(NotAShelfError):
        DirectoryShelf(tmp_path).read_meta("registry.json", 100)


def test_a_folder_with_a_root_looks_like_a_shelf(folder: Path) -> None:
    assert is_shelf(folder)
    assert not is_shelf(folder / "meta" / "1.root.json")


def link_file(path: Path) -> None:
    """Put a link to the same content in place of a file."""
    target = path.with_name("elsewhere")
    path.rename(target)
    path.symlink_to(target)


def link_folder(path: Path) -> None:
    """Put a link in place of the folder of a file."""
    target = path.parent.with_name("elsewhere")
    path.parent.rename(target)
    path.parent.symlink_to(target)


def folder_instead(path: Path) -> None:
    """Put a folder in place of a file."""
    path.unlink()
    path.mkdir()


def pipe_instead(path: Path) -> None:
    """Put a pipe in place of a file: opening it would wait for ever."""
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize("trick", [link_file, link_folder, folder_instead, pipe_instead])
@pytest.mark.parametrize("name", ["meta/registry.json", f"manifests/{SHA}.json", f"blobs/ab/{SHA}.mp4"])
def test_links_folders_and_pipes_are_refused(folder: Path, name: str, trick: Callable[[Path], None]) -> None:
    trick(folder / name)
    shelf = DirectoryShelf(folder)
    attempts: dict[str, Callable[[], object]] = {
        "meta/registry.json": lambda: shelf.read_meta("registry.json", 100),
        f"manifests/{SHA}.json": lambda: shelf.open_manifest(SHA),
        f"blobs/ab/{SHA}.mp4": lambda: shelf.open_blob(SHA, "mp4"),
    }
    with pytest.raises(OddNameError) as caught:
        attempts[name]()
    assert isinstance(caught.value, ShelfError)
    assert not caught.value.transient


def device_instead(path: Path) -> None:
    """Put a device in place of a file."""
    path.unlink()
    os.mknod(path, 0o20600, os.makedev(1, 5))


@pytest.mark.parametrize("trick", [pipe_instead, link_file, folder_instead, device_instead])
def test_looking_whether_a_stick_is_there_opens_nothing_but_plain_files(
    folder: Path, trick: Callable[[Path], None]
) -> None:
    """What waits there is passed over; another list tells."""
    trick(folder / "meta" / "1.root.json")
    assert can_be_read(folder)

    (folder / "meta" / "registry.json").unlink()
    assert not can_be_read(folder)


@pytest.mark.parametrize("name", ["7.root.json", "registry.json", "cat/box-0123456789abcdef0123.json"])
def test_a_shelf_that_begins_later_or_of_an_academy_alone_is_there(folder: Path, name: str) -> None:
    for path in (folder / "meta").iterdir():
        path.unlink()
    assert not can_be_read(folder)
    (folder / "meta" / "cat").mkdir()
    (folder / "meta" / name).write_bytes(b"signed")

    assert can_be_read(folder)


@pytest.mark.parametrize("says", [errno.EIO, errno.EUCLEAN, errno.EBADMSG])
@pytest.mark.parametrize("name", [f"manifests/{SHA}.json", f"blobs/ab/{SHA}.mp4", "blobs/ab"])
def test_a_file_that_cannot_even_be_looked_up_is_on_a_bad_spot_and_the_stick_is_there(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, says: int
) -> None:
    worn, shelf = WornStick(folder, monkeypatch), DirectoryShelf(folder)
    worn.says = says
    worn.unfindable.add(Path(name).name)

    with pytest.raises(UnreadableOnShelfError) as caught:
        shelf.open_manifest(SHA) if name.startswith("manifests") else shelf.open_blob(SHA, "mp4")
    assert caught.value.name.startswith(name)
    assert shelf.has_manifest(SHA)


def test_a_stick_of_which_nothing_can_be_looked_up_is_gone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    worn, shelf = WornStick(folder, monkeypatch), DirectoryShelf(folder)
    worn.unfindable |= {f"{SHA}.mp4", "1.root.json", "registry.json"}

    with pytest.raises(ShelfGoneError):
        shelf.open_blob(SHA, "mp4")


def test_a_bad_spot_on_one_list_is_no_missing_stick(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    worn, shelf = WornStick(folder, monkeypatch), DirectoryShelf(folder)
    worn.unreadable |= {f"{SHA}.mp4", "1.root.json"}

    with shelf.open_blob(SHA, "mp4") as blob, pytest.raises(UnreadableOnShelfError):
        blob.readinto(memoryview(bytearray(9)))
    with pytest.raises(UnreadableOnShelfError):
        shelf.read_meta("1.root.json", 9)
    assert shelf.read_meta("registry.json", 100) == b"meta/registry.json"


class EndlessFolder:
    """A folder in which there is always one name more."""

    def __enter__(self) -> "Iterator[SimpleNamespace]":
        return (SimpleNamespace(name=f"{number:064x}.json") for number in count())

    def __exit__(self, *_: object) -> None: ...


def test_a_folder_with_more_names_than_a_shelf_can_have_is_not_read_to_its_end(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "scandir", lambda _: EndlessFolder())

    assert len(DirectoryShelf(folder).manifest_hashes()) == ENTRIES_MAX
    assert not is_shelf(folder)
    assert not can_be_read(folder)
