"""Several shelves as one: who is asked first, who next, and what is said when nobody has a file (FORMAT 8.12)."""

import hashlib
from collections.abc import Callable, Sequence, Set
from pathlib import Path

import pytest

from content_packs.durable import Disk
from content_packs.errors import LineLostError, MissingOnShelfError, TamperedError, UnreadableOnShelfError
from content_packs.paths import blob_name, manifest_name
from content_packs.shelf import DirectoryShelf, read_up_to
from content_packs.shelf.several import SeveralShelves, take_together
from tests.simulators.worn_stick import WornStick

CONTENT = bytes(range(200)) * 50
SHA = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    made = [tmp_path / name for name in ("near", "far")]
    for folder in made:
        (folder / "meta").mkdir(parents=True)
        (folder / "meta" / "1.root.json").write_bytes(b"root")
        for name in (blob_name(SHA, "mp4"), manifest_name(SHA)):
            (folder / name).parent.mkdir(parents=True)
            (folder / name).write_bytes(CONTENT)
    return made


def together(
    folders: Sequence[Path],
    on_bytes: Callable[[int, int], None] = lambda *_: None,
    *,
    manifests: Set[str] = frozenset({SHA}),
    avoid: Sequence[Set[str]] = (),
) -> SeveralShelves:
    shelves = [DirectoryShelf(folder) for folder in folders]
    return take_together(
        shelves, manifests=manifests, held=lambda _: None, on_bytes=on_bytes, disk=Disk(), avoid=avoid
    )


def read(shelf: SeveralShelves, *, offset: int = 0) -> bytes:
    with shelf.open_blob(SHA, "mp4", offset=offset) as blob:
        return read_up_to(blob, len(CONTENT) + 1)


def test_the_nearest_is_asked_first_and_one_that_gave_a_file_is_asked_last_for_it_again(folders: list[Path]) -> None:
    gave: list[int] = []
    shelf = together(folders, lambda number, count: gave.append(number) if count else None)

    assert [read(shelf) for _ in range(3)] == [CONTENT] * 3
    assert gave == [0, 1, 0]
    assert [set(shelf.gave(number)) for number in (0, 1)] == [{SHA}, {SHA}]


def test_a_file_that_was_not_read_to_its_end_is_not_counted_as_given(folders: list[Path]) -> None:
    shelf = together(folders)
    with pytest.raises(ZeroDivisionError), shelf.open_blob(SHA, "mp4"):
        raise ZeroDivisionError

    assert shelf.gave(0) == frozenset()


def test_a_shelf_that_crawls_is_left_for_the_next_which_goes_on_where_it_stopped(folders: list[Path]) -> None:
    def crawl(number: int, _count: int) -> None:
        if number == 0:
            raise LineLostError(shelf="near")

    shelf = together(folders, crawl)
    with pytest.raises(LineLostError):
        read(shelf)

    assert ([number for number, _ in shelf.lost], shelf.in_reach) == ([0], 1)
    assert read(shelf, offset=100) == CONTENT[100:]


def test_what_only_a_lost_shelf_has_is_out_of_reach_until_it_is_given_up(folders: list[Path]) -> None:
    def lose(number: int, _count: int) -> None:
        raise LineLostError(shelf=str(number))

    (folders[1] / blob_name(SHA, "mp4")).unlink()
    shelf = together(folders, lose)
    for _ in range(2):
        with pytest.raises(LineLostError):
            read(shelf)

    shelf.give_up(0)
    with pytest.raises(MissingOnShelfError):
        read(shelf)


def test_manifests_that_nobody_wants_are_not_there(folders: list[Path]) -> None:
    shelf = together(folders, manifests=frozenset())

    assert not shelf.has_manifest(SHA)
    with pytest.raises(MissingOnShelfError):
        shelf.open_manifest(SHA)


def test_a_manifest_that_is_wrong_on_one_shelf_is_read_from_the_next(folders: list[Path]) -> None:
    (folders[0] / manifest_name(SHA)).write_bytes(b"something else")

    with together(folders).open_manifest(SHA) as manifest:
        assert read_up_to(manifest, 100_000) == CONTENT


def test_a_shelf_that_gave_a_file_wrong_before_is_not_asked_and_it_is_not_said_to_be_missing(
    folders: list[Path],
) -> None:
    asked: list[int] = []
    shelf = together(folders, lambda number, _: asked.append(number), avoid=[{SHA}])
    assert (read(shelf), set(asked)) == (CONTENT, {1})

    (folders[1] / blob_name(SHA, "mp4")).unlink()
    with pytest.raises(TamperedError):
        read(shelf)


def test_there_is_no_metadata(folders: list[Path]) -> None:
    shelf = together(folders)

    assert shelf.meta_names() == ()
    with pytest.raises(MissingOnShelfError):
        shelf.read_meta("registry.json", 10)


def test_after_a_bad_spot_on_the_nearest_the_next_is_asked(
    folders: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    WornStick(folders[0], monkeypatch).unreadable.add(f"{SHA}.mp4")
    gave: list[int] = []
    shelf = together(folders, lambda number, count: gave.append(number) if count else None)
    with pytest.raises(UnreadableOnShelfError):
        read(shelf)

    assert (read(shelf), gave) == (CONTENT, [1])
    assert [set(shelf.gave(number)) for number in (0, 1)] == [set(), {SHA}]
