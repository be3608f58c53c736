"""What every kind of shelf must do (FORMAT.md section 2). A new kind joins by adding its maker to `KINDS`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from content_packs.errors import (
    MetadataTooLargeError,
    MissingOnShelfError,
    ShelfGoneError,
    UnsafePathError,
)
from content_packs.shelf import read_up_to
from tests.simulators.shelf_kinds import (
    Kind,
    Stand,
    by_rsync,
    by_rsync_over_ssh,
    in_a_folder,
    in_a_huge_archive,
    in_a_row,
    in_an_archive,
    under_a_hub,
    under_http,
)

SHA = "ab" * 32
CONTENT = bytes(range(256)) * 1000
KINDS: list[Kind] = [
    in_a_folder, under_http, under_a_hub, in_an_archive, in_a_huge_archive, in_a_row, by_rsync, by_rsync_over_ssh,
]  # fmt: skip


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


@pytest.fixture(params=KINDS, ids=lambda kind: kind.__name__)
def stand(request: pytest.FixtureRequest, folder: Path, tmp_path: Path) -> Iterator[Stand]:
    """The shelf, of every kind there is; what a test changes in the folder it changes before it opens it."""
    kind: Kind = request.param
    with kind(folder, tmp_path) as stand:
        yield stand


def test_metadata_is_listed_and_strange_names_are_passed_over(stand: Stand, folder: Path) -> None:
    for name in ("._registry.json", "0.root.json", "Thumbs.db", "cat/MASH.json", "cat/.hidden.json"):
        (folder / "meta" / name).write_bytes(b"")
    assert stand.open().meta_names() == ("1.root.json", "cat/mash.json", "registry.json")


def test_metadata_is_read_whole_up_to_its_cap(stand: Stand) -> None:
    shelf = stand.open()
    assert shelf.read_meta("registry.json", 8) == b"registry"
    with pytest.raises(MetadataTooLargeError) as caught:
        shelf.read_meta("registry.json", 7)
    assert (caught.value.name, caught.value.cap_bytes) == ("registry.json", 7)


def test_manifests_and_blobs_are_opened_by_hash(stand: Stand) -> None:
    shelf = stand.open()
    with shelf.open_manifest(SHA) as manifest:
        assert read_up_to(manifest, 100) == b"manifest"
    with shelf.open_blob(SHA, "mp4") as blob:
        assert read_up_to(blob, len(CONTENT) + 1) == CONTENT


def test_blobs_are_opened_at_an_offset(stand: Stand) -> None:
    shelf = stand.open()
    with shelf.open_blob(SHA, "mp4", offset=1001) as blob:
        assert read_up_to(blob, len(CONTENT)) == CONTENT[1001:]
    with shelf.open_blob(SHA, "mp4", offset=len(CONTENT)) as blob:
        assert read_up_to(blob, 1) == b""


def test_reading_stops_at_the_limit(stand: Stand) -> None:
    shelf = stand.open()
    with shelf.open_blob(SHA, "mp4") as blob:
        assert read_up_to(blob, 3) == CONTENT[:3]


def test_what_is_not_there_is_told_by_its_name(stand: Stand) -> None:
    shelf = stand.open()
    with pytest.raises(MissingOnShelfError) as caught:
        shelf.open_blob("cd" * 32, "mp4")
    assert caught.value.name == f"blobs/cd/{'cd' * 32}.mp4"
    with pytest.raises(MissingOnShelfError):
        shelf.open_manifest("cd" * 32)
    with pytest.raises(MissingOnShelfError):
        shelf.read_meta("cat/qendra.json", 9)


def test_a_manifest_that_is_there_is_never_denied(stand: Stand) -> None:
    """Without asking for it nobody can always tell that one is missing; that costs a request, no more."""
    assert stand.open().has_manifest(SHA)


@pytest.mark.parametrize("name", ["../secret", "cat/../../secret", "/etc/passwd", "registry.json/..", "cat/x/y.json"])
def test_names_that_lead_elsewhere_are_refused(stand: Stand, name: str) -> None:
    shelf = stand.open()
    with pytest.raises(UnsafePathError):
        shelf.read_meta(name, 100)


@pytest.mark.parametrize(
    ("sha256", "ext"), [("../" * 8, "mp4"), (SHA, "mp4/../../x"), (SHA, "sh"), (SHA.upper(), "mp4")]
)
def test_hashes_and_extensions_that_lead_elsewhere_are_refused(stand: Stand, sha256: str, ext: str) -> None:
    shelf = stand.open()
    with pytest.raises(UnsafePathError):
        shelf.open_blob(sha256, ext)


def test_a_shelf_without_catalogues_is_a_shelf(stand: Stand, folder: Path) -> None:
    (folder / "meta" / "cat" / "mash.json").unlink()
    (folder / "meta" / "cat").rmdir()
    assert stand.open().meta_names() == ("1.root.json", "registry.json")


def test_a_shelf_that_goes_away_is_a_passing_trouble(stand: Stand) -> None:
    shelf = stand.open()
    shelf.read_meta("registry.json", 100)
    stand.take_away()
    for attempt in (
        lambda: shelf.open_blob(SHA, "mp4"),
        lambda: shelf.open_manifest(SHA),
        shelf.meta_names,
    ):
        with pytest.raises(ShelfGoneError) as caught:
            attempt()
        assert caught.value.transient
