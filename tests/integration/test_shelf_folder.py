"""What only a folder can do to us: links, pipes, folders in place of files (FORMAT 2.4)."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from content_packs.errors import NotAShelfError, OddNameError, ShelfError, ShelfGoneError
from content_packs.shelf import DirectoryShelf, is_shelf

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
