"""What every kind of shelf must do (FORMAT.md section 2). A new kind joins by adding its maker to `KINDS`."""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from content_packs.errors import (
    MetadataTooLargeError,
    MissingOnShelfError,
    OddNameError,
    ShelfGoneError,
    UnsafePathError,
)
from content_packs.shelf import FetchingShelf, read_up_to
from tests.simulators.media import free_box, mp4
from tests.simulators.publisher import Ministry
from tests.simulators.shelf_kinds import (
    Kind,
    Stand,
    by_rsync,
    by_rsync_over_ssh,
    in_a_folder,
    in_a_huge_archive,
    in_an_archive,
    in_an_upload,
    lent_in_a_folder,
    one_of_several,
    one_of_several_that_write,
    under_a_box,
    under_a_hub,
    under_http,
)

KINDS: list[Kind] = [
    in_a_folder, lent_in_a_folder, under_http, under_a_hub, under_a_box, in_an_archive, in_a_huge_archive, in_an_upload,
    by_rsync, by_rsync_over_ssh,
]  # fmt: skip
SUPPLIES: list[Kind] = [*KINDS, one_of_several, one_of_several_that_write]
"""What gives manifests and blobs, though some of them have no metadata."""
FETCHING: list[Kind] = [lent_in_a_folder, by_rsync, by_rsync_over_ssh, one_of_several_that_write]
"""What has a program of its own that writes files."""
FOLLOWING: list[Kind] = [in_a_folder, lent_in_a_folder, under_a_hub, by_rsync, by_rsync_over_ssh, one_of_several]
"""What stands on a folder in which somebody may have put a link."""
CONTENT = mp4() + free_box(bytes(range(256)) * 1000)
BLOB = hashlib.sha256(CONTENT).hexdigest()
NOWHERE = "cd" * 32


@dataclass(frozen=True)
class Goods:
    """The files behind a shelf: one signed pack."""

    folder: Path

    @property
    def manifest(self) -> str:
        """The hash of its manifest."""
        [path] = self.folder.glob("manifests/*.json")
        return path.stem

    @property
    def blob_path(self) -> Path:
        """Where its blob stands."""
        return self.folder / "blobs" / BLOB[:2] / f"{BLOB}.mp4"

    def raw(self, name: str) -> bytes:
        """A file of it."""
        return (self.folder / name).read_bytes()


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    ministry = Ministry(tmp_path_factory.mktemp("ministry"))
    ministry.publish("mash:thyesat", files={"a": CONTENT})
    return ministry.folder


@pytest.fixture
def goods(signed: Path, tmp_path: Path) -> Goods:
    return Goods(Path(shutil.copytree(signed, tmp_path / "shelf")))


@pytest.fixture
def stand(request: pytest.FixtureRequest, goods: Goods, tmp_path: Path) -> Iterator[Stand]:
    """The shelf, of a kind; what a test changes in the folder it changes before it opens it."""
    kind: Kind = request.param
    with kind(goods.folder, tmp_path / "work") as stand:
        yield stand


@pytest.fixture(autouse=True)
def work(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()


def of(kinds: list[Kind]) -> pytest.MarkDecorator:
    """Run a test with each of some kinds."""
    return pytest.mark.parametrize("stand", kinds, ids=lambda kind: kind.__name__, indirect=True)


@of(KINDS)
def test_metadata_is_listed_and_strange_names_are_passed_over(stand: Stand, goods: Goods) -> None:
    for name in ("._registry.json", "0.root.json", "Thumbs.db", "cat/MASH.json", "cat/.hidden.json"):
        (goods.folder / "meta" / name).write_bytes(b"")
    assert stand.open().meta_names() == ("1.root.json", "cat/mash.json", "registry.json")


@of(KINDS)
def test_metadata_is_read_whole_up_to_its_cap(stand: Stand, goods: Goods) -> None:
    shelf, raw = stand.open(), goods.raw("meta/registry.json")
    assert shelf.read_meta("registry.json", len(raw)) == raw
    with pytest.raises(MetadataTooLargeError) as caught:
        shelf.read_meta("registry.json", len(raw) - 1)
    assert (caught.value.name, caught.value.cap_bytes) == ("registry.json", len(raw) - 1)


@of(KINDS)
def test_a_shelf_without_catalogues_is_a_shelf(stand: Stand, goods: Goods) -> None:
    shutil.rmtree(goods.folder / "meta" / "cat")
    assert stand.open().meta_names() == ("1.root.json", "registry.json")


@of(SUPPLIES)
def test_manifests_and_blobs_are_opened_by_hash_at_any_offset_and_read_no_further_than_asked(
    stand: Stand, goods: Goods
) -> None:
    shelf = stand.open()
    assert shelf.has_manifest(goods.manifest), "one that is there is never denied"
    with shelf.open_manifest(goods.manifest) as manifest:
        assert read_up_to(manifest, 1 << 20) == goods.raw(f"manifests/{goods.manifest}.json")
    for offset, limit in ((0, len(CONTENT) + 1), (0, 3), (1001, len(CONTENT)), (len(CONTENT), 1)):
        with shelf.open_blob(BLOB, "mp4", offset=offset) as blob:
            assert read_up_to(blob, limit) == CONTENT[offset : offset + limit]


@of(SUPPLIES)
def test_what_is_not_there_is_told_by_its_name(stand: Stand) -> None:
    shelf = stand.open()
    for name, attempt in (
        (f"blobs/cd/{NOWHERE}.mp4", lambda: shelf.open_blob(NOWHERE, "mp4")),
        (f"manifests/{NOWHERE}.json", lambda: shelf.open_manifest(NOWHERE)),
        ("meta/cat/qendra.json", lambda: shelf.read_meta("cat/qendra.json", 9)),
    ):
        with pytest.raises(MissingOnShelfError) as caught:
            attempt()
        assert caught.value.name == name


@of(SUPPLIES)
def test_names_that_lead_elsewhere_are_refused(stand: Stand) -> None:
    shelf = stand.open()
    for name in ("../secret", "cat/../../secret", "/etc/passwd", "registry.json/..", "cat/x/y.json"):
        with pytest.raises(UnsafePathError):
            shelf.read_meta(name, 100)
    for sha256, ext in (("../" * 8, "mp4"), (BLOB, "mp4/../../x"), (BLOB, "sh"), (BLOB.upper(), "mp4")):
        with pytest.raises(UnsafePathError):
            shelf.open_blob(sha256, ext)


@of(SUPPLIES)
def test_a_shelf_that_goes_away_is_a_passing_trouble(stand: Stand, goods: Goods) -> None:
    shelf, manifest = stand.open(), goods.manifest
    shelf_has_metadata = bool(shelf.meta_names())
    stand.take_away()
    attempts: list[Callable[[], object]] = [
        lambda: shelf.open_blob(BLOB, "mp4"), lambda: shelf.open_manifest(manifest), shelf.meta_names,
    ]  # fmt: skip
    for attempt in attempts if shelf_has_metadata else attempts[:2]:
        with pytest.raises(ShelfGoneError) as caught:
            attempt()
        assert caught.value.transient


@of(SUPPLIES)
def test_a_shelf_that_goes_away_in_the_middle_of_a_file_gives_its_bytes_or_says_so(stand: Stand) -> None:
    """Never fewer, as if the file ended there, and never others."""
    shelf = stand.open()
    with shelf.open_blob(BLOB, "mp4") as blob:
        found = read_up_to(blob, 70_000)
        stand.take_away()
        try:
            found += read_up_to(blob, len(CONTENT))
        except ShelfGoneError as gone:
            assert gone.transient  # noqa: PT017 - either is right
            return
    assert found == CONTENT


@of(FOLLOWING)
def test_a_link_is_not_followed_even_if_it_leads_to_the_right_bytes(
    stand: Stand, goods: Goods, tmp_path: Path
) -> None:
    for name in (f"blobs/{BLOB[:2]}/{BLOB}.mp4", "meta/registry.json"):
        (goods.folder / name).rename(tmp_path / "outside")
        (goods.folder / name).symlink_to(tmp_path / "outside")
    shelf = stand.open()
    with pytest.raises((OddNameError, MissingOnShelfError)):
        shelf.open_blob(BLOB, "mp4")
    with pytest.raises((OddNameError, MissingOnShelfError)):
        shelf.read_meta("registry.json", 1 << 20)


@of(FETCHING)
def test_what_writes_files_itself_appends_what_they_lack_and_counts_it(stand: Stand, tmp_path: Path) -> None:
    shelf, part = stand.open(), tmp_path / "a.part"
    assert isinstance(shelf, FetchingShelf)
    for before in (b"", CONTENT[:1001], CONTENT):
        part.write_bytes(before)
        gained: list[int] = []
        shelf.fetch_blob(BLOB, "mp4", part, size_bytes=len(CONTENT), on_bytes=gained.append)
        assert part.read_bytes() == CONTENT
        assert sum(gained) == len(CONTENT) - len(before)
    part.write_bytes(CONTENT[:1001])
    with pytest.raises(MissingOnShelfError):
        shelf.fetch_blob(NOWHERE, "mp4", part, size_bytes=5000, on_bytes=gained.append)
    stand.take_away()
    with pytest.raises(ShelfGoneError) as caught:
        shelf.fetch_blob(BLOB, "mp4", part, size_bytes=len(CONTENT), on_bytes=gained.append)
    assert caught.value.transient
    assert part.read_bytes() == CONTENT[:1001]
