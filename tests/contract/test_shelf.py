"""What every kind of shelf must do (FORMAT.md section 2). A new kind joins by adding its maker to `KINDS`."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from content_packs.errors import (
    MetadataTooLargeError,
    MissingOnShelfError,
    NotAShelfError,
    OddNameError,
    ShelfError,
    ShelfGoneError,
    UnsafePathError,
)
from content_packs.shelf import DirectoryShelf, Shelf, is_shelf, read_up_to

SHA = "ab" * 32
CONTENT = bytes(range(256)) * 1000
Maker = Callable[[Path], Shelf]
KINDS: list[Maker] = [DirectoryShelf]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files behind a shelf; what they say does not matter here."""
    folder = tmp_path / "shelf"
    for name, content in {
        "meta/1.root.json": b"root",
        "meta/registry.json": b"registry",
        "meta/cat/mash.json": b"catalogue",
        f"manifests/{SHA}.json": b"manifest",
        f"blobs/ab/{SHA}.mp4": CONTENT,
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture(params=KINDS)
def shelf(request: pytest.FixtureRequest, folder: Path) -> Shelf:
    """The shelf, of every kind there is."""
    make: Maker = request.param
    return make(folder)


def test_metadata_is_listed_and_strange_names_are_passed_over(shelf: Shelf, folder: Path) -> None:
    for name in ("._registry.json", "0.root.json", "Thumbs.db", "cat/MASH.json", "cat/.hidden.json"):
        (folder / "meta" / name).write_bytes(b"")
    assert shelf.meta_names() == ("1.root.json", "cat/mash.json", "registry.json")


def test_metadata_is_read_whole_up_to_its_cap(shelf: Shelf) -> None:
    assert shelf.read_meta("registry.json", 8) == b"registry"
    with pytest.raises(MetadataTooLargeError) as caught:
        shelf.read_meta("registry.json", 7)
    assert (caught.value.name, caught.value.cap_bytes) == ("registry.json", 7)


def test_manifests_and_blobs_are_opened_by_hash(shelf: Shelf) -> None:
    with shelf.open_manifest(SHA) as manifest:
        assert read_up_to(manifest, 100) == b"manifest"
    with shelf.open_blob(SHA, "mp4") as blob:
        assert read_up_to(blob, len(CONTENT) + 1) == CONTENT


def test_blobs_are_opened_at_an_offset(shelf: Shelf) -> None:
    with shelf.open_blob(SHA, "mp4", offset=1001) as blob:
        assert read_up_to(blob, len(CONTENT)) == CONTENT[1001:]
    with shelf.open_blob(SHA, "mp4", offset=len(CONTENT)) as blob:
        assert read_up_to(blob, 1) == b""


def test_reading_stops_at_the_limit(shelf: Shelf) -> None:
    with shelf.open_blob(SHA, "mp4") as blob:
        assert read_up_to(blob, 3) == CONTENT[:3]


def test_what_is_not_there_is_told_by_its_name(shelf: Shelf) -> None:
    with pytest.raises(MissingOnShelfError) as caught:
        shelf.open_blob("cd" * 32, "mp4")
    assert caught.value.name == f"blobs/cd/{'cd' * 32}.mp4"
    with pytest.raises(MissingOnShelfError):
        shelf.open_manifest("cd" * 32)
    with pytest.raises(MissingOnShelfError):
        shelf.read_meta("cat/qendra.json", 9)


@pytest.mark.parametrize("name", ["../secret", "cat/../../secret", "/etc/passwd", "registry.json/..", "cat/x/y.json"])
def test_names_that_lead_elsewhere_are_refused(shelf: Shelf, name: str) -> None:
    with pytest.raises(UnsafePathError):
        shelf.read_meta(name, 100)


@pytest.mark.parametrize(
    ("sha256", "ext"), [("../" * 8, "mp4"), (SHA, "mp4/../../x"), (SHA, "sh"), (SHA.upper(), "mp4")]
)
def test_hashes_and_extensions_that_lead_elsewhere_are_refused(shelf: Shelf, sha256: str, ext: str) -> None:
    with pytest.raises(UnsafePathError):
        shelf.open_blob(sha256, ext)


def test_a_shelf_without_catalogues_is_a_shelf(shelf: Shelf, folder: Path) -> None:
    (folder / "meta" / "cat" / "mash.json").unlink()
    (folder / "meta" / "cat").rmdir()
    assert shelf.meta_names() == ("1.root.json", "registry.json")


def test_a_shelf_that_goes_away_is_a_passing_trouble(shelf: Shelf, folder: Path) -> None:
    shelf.read_meta("registry.json", 100)
    folder.rename(folder.with_name("pulled out"))
    for attempt in (
        lambda: shelf.open_blob(SHA, "mp4"),
        lambda: shelf.open_manifest(SHA),
        shelf.meta_names,
    ):
        with pytest.raises(ShelfGoneError) as caught:
            attempt()
        assert caught.value.transient


# What only a folder can do to us.


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
