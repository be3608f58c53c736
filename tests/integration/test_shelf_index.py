"""The index of sticks: it saves looking again, it can go at any time, and a power cut never leaves half of it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from content_packs.durable import Disk
from schoolbox.config import Config
from schoolbox.services.shelf_index import LISTINGS_MAX, ShelfIndex
from schoolbox.services.stick_listing import Listing
from schoolbox.services.sticks import Stick
from schoolbox.wiring import Box, open_box
from tests.simulators.cut_disk import CutDisk, Left, PowerCut
from tests.simulators.publisher import Ministry
from tests.simulators.stick_rig import put_in


@pytest.fixture
def ministry(tmp_path: Path) -> Ministry:
    ministry = Ministry(tmp_path)
    for name in ("fizika-8", "muzika-6"):
        ministry.publish(f"mash:{name}")
    ministry.tamper("manifests/*.json")
    return ministry


def open_one(tmp_path: Path) -> Box:
    return open_box(Config(data=tmp_path / "data", reserve_mb=0, sticks=None))


@pytest.fixture
def box(tmp_path: Path, ministry: Ministry) -> Iterator[Box]:
    opened = open_one(tmp_path)
    opened.trust.pin(ministry.root)
    yield opened
    opened.close()


def roomless(sticks: Sequence[Stick]) -> list[Stick]:
    """Sticks without the room on them, which changes by itself."""
    return [replace(stick, room=None) for stick in sticks]


def test_the_index_can_be_deleted_at_any_time(tmp_path: Path, box: Box, ministry: Ministry) -> None:
    [before] = put_in(box, ministry.folder)
    assert before.listing is not None
    file = tmp_path / "data" / "cache" / "shelves.json"
    file.unlink()
    again = open_one(tmp_path)
    try:
        again.sticks.look()
        assert roomless(again.sticks.present()) == roomless([before])
    finally:
        again.close()
    assert ShelfIndex(file.parent, Disk()).find(before.id, basis=before.listing.basis) == before.listing


def test_a_start_takes_what_is_known_without_reading_the_packs_again(
    tmp_path: Path, box: Box, ministry: Ministry
) -> None:
    [before] = put_in(box, ministry.folder)
    for manifest in (ministry.folder / "manifests").iterdir():
        manifest.unlink()
    again = open_one(tmp_path)
    try:
        again.sticks.look()
        assert roomless(again.sticks.present()) == roomless([before])
    finally:
        again.close()


def test_an_index_that_makes_no_sense_counts_as_none(tmp_path: Path, box: Box, ministry: Ministry) -> None:
    for nonsense in (b"", b"{", b"[]", b'{"listing":{"1":{"fingerprint":"x","basis":7}}}'):
        (tmp_path / "data" / "cache").mkdir(exist_ok=True)
        (tmp_path / "data" / "cache" / "shelves.json").write_bytes(nonsense)
        assert ShelfIndex(tmp_path / "data" / "cache", Disk()).find("x", basis="b") is None
    [stick] = put_in(box, ministry.folder)
    assert stick.listing is not None


def test_only_the_last_few_sticks_are_remembered(tmp_path: Path) -> None:
    index = ShelfIndex(tmp_path, Disk())
    for number in range(LISTINGS_MAX + 3):
        index.keep(Listing(f"stick-{number}", "b"))
    known = [number for number in range(LISTINGS_MAX + 3) if index.find(f"stick-{number}", basis="b")]
    assert known == list(range(3, LISTINGS_MAX + 3))


@pytest.mark.parametrize("left", ["lost", "kept", "torn"])
def test_a_power_cut_leaves_the_old_index_or_the_new(tmp_path: Path, left: Left) -> None:
    old, new = Listing("a", "old", age_days=3), Listing("a", "new", age_days=4)
    for step in range(60):
        folder = tmp_path / f"{left}-{step}"
        ShelfIndex(folder, Disk()).keep(old)
        disk = CutDisk(step, left, tmp_path / f"attic-{left}-{step}")
        try:
            ShelfIndex(folder, disk).keep(new)
        except PowerCut:
            found = [ShelfIndex(folder, Disk()).find("a", basis=basis) for basis in ("old", "new")]
            assert found in ([old, None], [None, new])
            ShelfIndex(folder, Disk()).keep(new)
        else:
            assert step > 3
            assert ShelfIndex(folder, Disk()).find("a", basis="new") == new
            return
    raise AssertionError("the sweep did not come to its end")
