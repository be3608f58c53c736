"""What every library must do for the installer (FORMAT 8.2)."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from content_packs.clock import SystemClock
from content_packs.durable import Disk
from content_packs.library import InstalledPack, Library, Previous, Publication
from content_packs.manifest import File, Item, Manifest, Unit
from content_packs.selection import holding_of
from schoolbox.db.database import Database
from schoolbox.services.pack_library import PackLibrary
from tests.simulators.library import JsonLibrary

Maker = Callable[[Path], AbstractContextManager[Library]]


@contextmanager
def _json_library(folder: Path) -> Iterator[Library]:
    yield JsonLibrary(folder / "packs.json", Disk())


@contextmanager
def _box_library(folder: Path) -> Iterator[Library]:
    db = Database(folder / "box.db", clock=SystemClock())
    db.open()
    try:
        yield PackLibrary(db, clock=SystemClock())
    finally:
        db.close()


KINDS: list[Maker] = [_json_library, _box_library]


def publication(pack_id: str, version: int, *blobs: str) -> Publication:
    """A pack of one item for each blob."""
    items = tuple(
        Item(
            id=f"mash:{pack_id.partition(':')[2]}-{blob}",
            kind="video",
            title={"sq": blob},
            files=(File(role="video", sha256=blob * 64, ext="mp4", size_bytes=1),),
        )
        for blob in blobs
    )
    manifest = Manifest(
        format=1,
        pack=pack_id,
        version=version,
        title={"sq": "Prova"},
        summary={"sq": "Provë"},
        language="sq",
        subject="mathematics",
        area="math",
        grades=(6,),
        licence="CC0-1.0",
        authors=(),
        released_at="2026-09-01T08:00:00Z",
        units=(Unit(slug="nje", title={"sq": "Një"}, items=items),),
    )
    holding = holding_of(tuple(manifest.items()), units=None, good=lambda _: True)
    return Publication(manifest, f"{version}" * 64, {"sq": "Ministria"}, 1, holding)


@pytest.fixture(params=KINDS)
def library(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Library]:
    """An empty library, of every kind there is."""
    make: Maker = request.param
    with make(tmp_path) as made:
        yield made


ONE, TWO, THREE = ("1" * 64, "2" * 64, "3" * 64)
"""The manifests of versions 1, 2 and 3."""


def partly(publication: Publication, *items: str, units: tuple[str, ...] | None = None) -> Publication:
    """The same pack of which only some items are whole."""
    wanted = tuple(publication.manifest.items())
    good = {item.files[0].sha256 for item in wanted if item.id in items}
    return replace(publication, holding=holding_of(wanted, units=units, good=lambda file: file.sha256 in good))


def test_an_empty_library_has_nothing(library: Library) -> None:
    assert dict(library.installed()) == {}
    assert library.in_use() == library.hashes_of("mash:a") == library.in_use({ONE}) == set()
    assert library.shown_items("mash:a") == frozenset()


def test_publishing_makes_a_pack_its_items_and_its_files_known(library: Library) -> None:
    library.publish(publication("mash:a", 1, "8", "9"))
    assert library.installed()["mash:a"] == InstalledPack("mash:a", 1, ONE)
    assert library.in_use() == library.hashes_of("mash:a") == {"8" * 64, "9" * 64, ONE}
    assert library.in_use({"8" * 64, "7" * 64}) == {"8" * 64}
    assert library.shown_items("mash:a") == {"mash:a-8", "mash:a-9"}


def test_publishing_keeps_the_version_before_and_no_older_one(library: Library) -> None:
    library.publish(publication("mash:a", 1, "7"))
    library.publish(publication("mash:a", 2, "8"))
    assert library.installed()["mash:a"] == InstalledPack("mash:a", 2, TWO, previous=Previous(1, ONE))
    assert library.in_use() == library.hashes_of("mash:a") == {"7" * 64, ONE, "8" * 64, TWO}
    library.publish(publication("mash:a", 3, "9"))
    assert library.installed()["mash:a"].previous == Previous(2, TWO)
    assert library.in_use() == {"8" * 64, TWO, "9" * 64, THREE}


def test_publishing_the_same_again_is_harmless(library: Library) -> None:
    library.publish(publication("mash:a", 1, "7"))
    same = publication("mash:a", 2, "8")
    library.publish(same)
    before = library.installed(), library.in_use()
    library.publish(same)
    assert (library.installed(), library.in_use()) == before


def test_a_pack_may_show_a_part_and_more_of_it_later(library: Library) -> None:
    library.publish(publication("mash:a", 1, "7"))
    two = publication("mash:a", 2, "8", "9")
    library.publish(partly(two, "mash:a-8", units=("nje",)))
    pack = library.installed()["mash:a"]
    assert (pack.units, pack.missing, pack.previous) == (("nje",), 1, Previous(1, ONE))
    assert library.shown_items("mash:a") == {"mash:a-8"}
    assert "9" * 64 not in library.in_use()
    library.publish(two)
    assert library.installed()["mash:a"] == InstalledPack("mash:a", 2, TWO, previous=Previous(1, ONE))
    assert library.shown_items("mash:a") == {"mash:a-8", "mash:a-9"}


def test_going_back_holds_the_newer_version_back_until_another_comes(library: Library) -> None:
    one, two = publication("mash:a", 1, "7"), publication("mash:a", 2, "8")
    library.publish(one)
    library.publish(two)
    library.publish(replace(one, undo=True))
    assert library.installed()["mash:a"] == InstalledPack("mash:a", 1, ONE, previous=Previous(2, TWO), held_back=2)
    library.publish(publication("mash:a", 3, "9"))
    assert library.installed()["mash:a"].held_back == 0


def test_what_could_only_be_undone_can_be_given_up(library: Library) -> None:
    library.publish(publication("mash:a", 1, "7"))
    library.publish(publication("mash:a", 2, "8"))
    library.give_up_previous()
    assert library.installed()["mash:a"] == InstalledPack("mash:a", 2, TWO)
    assert library.in_use() == {"8" * 64, TWO}


def test_a_file_two_packs_share_stays_in_use_until_both_are_withdrawn(library: Library) -> None:
    library.publish(publication("mash:a", 1, "0"))
    library.publish(publication("mash:b", 2, "0"))
    library.withdraw("mash:a")
    assert library.in_use() == {"0" * 64, TWO}
    library.withdraw("mash:b")
    library.withdraw("mash:b")
    assert library.in_use() == set()
    assert dict(library.installed()) == {}
