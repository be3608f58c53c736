"""What every library must do for the installer (FORMAT 8.2)."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from content_packs.clock import SystemClock
from content_packs.durable import Disk
from content_packs.library import InstalledPack, Library, Publication
from content_packs.manifest import File, Item, Manifest, Unit
from schoolbox.db.database import Database
from schoolbox.services.packs import PackLibrary
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
        summary={},
        language="sq",
        subject="mathematics",
        area="math",
        grades=(6,),
        licence="CC0-1.0",
        authors=(),
        released_at="2026-09-01T08:00:00Z",
        units=(Unit(slug="nje", title={"sq": "Një"}, items=items),),
    )
    return Publication(manifest, f"{version}" * 64, {"sq": "Ministria"}, 1, manifest.size_bytes)


@pytest.fixture(params=KINDS)
def library(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Library]:
    """An empty library, of every kind there is."""
    make: Maker = request.param
    with make(tmp_path) as made:
        yield made


def test_an_empty_library_has_nothing(library: Library) -> None:
    assert dict(library.installed()) == {}
    assert library.blobs_in_use() == set()


def test_publishing_makes_a_pack_and_its_blobs_known(library: Library) -> None:
    library.publish(publication("mash:a", 1, "0", "1"))
    assert library.installed()["mash:a"] == InstalledPack("mash:a", 1, "1" * 64)
    assert library.blobs_in_use() == {"0" * 64, "1" * 64}


def test_publishing_replaces_the_version_before(library: Library) -> None:
    library.publish(publication("mash:a", 1, "0", "1"))
    library.publish(publication("mash:a", 2, "1", "2"))
    assert library.installed()["mash:a"].version == 2
    assert library.blobs_in_use() == {"1" * 64, "2" * 64}


def test_publishing_the_same_again_is_harmless(library: Library) -> None:
    same = publication("mash:a", 1, "0")
    library.publish(same)
    library.publish(same)
    assert set(library.installed()) == {"mash:a"}


def test_a_blob_two_packs_share_stays_in_use_until_both_are_withdrawn(library: Library) -> None:
    library.publish(publication("mash:a", 1, "0"))
    library.publish(publication("mash:b", 1, "0"))
    library.withdraw("mash:a")
    assert library.blobs_in_use() == {"0" * 64}
    library.withdraw("mash:b")
    library.withdraw("mash:b")
    assert library.blobs_in_use() == set()
    assert dict(library.installed()) == {}
