"""Copies of what a distant shelf gave take no more room than they may, whatever it gives."""

import hashlib
from pathlib import Path

from content_packs.durable import Disk
from content_packs.shelf.kept import MANIFESTS_BYTES_MAX, META_BYTES_MAX, Kept, KeptIndex

PIECE_BYTES = 4 * 1024 * 1024


def piece(number: int) -> bytes:
    return number.to_bytes(4, "big") + bytes(PIECE_BYTES - 4)


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


def test_metadata_beyond_the_cap_is_not_kept_until_the_index_names_other_lists(tmp_path: Path) -> None:
    kept, count = Kept(tmp_path, Disk()), META_BYTES_MAX // PIECE_BYTES
    sums = [hashlib.sha256(piece(number)).hexdigest() for number in range(count + 1)]
    for number in range(count + 1):
        kept.put("meta", piece(number))

    assert [kept.get("meta", sha256) is not None for sha256 in sums] == [True] * count + [False]
    Kept(tmp_path, Disk()).put("meta", piece(count))
    assert size(tmp_path / "meta") == META_BYTES_MAX
    kept.put_index(KeptIndex("hub", "", b"{}"), {sums[0]})
    kept.put("meta", piece(count))
    assert [kept.get("meta", sha256) is not None for sha256 in (sums[0], sums[1], sums[count])] == [True, False, True]


def test_manifests_beyond_the_cap_take_the_place_of_all_before(tmp_path: Path) -> None:
    kept, count = Kept(tmp_path, Disk()), MANIFESTS_BYTES_MAX // PIECE_BYTES
    for number in range(count + 1):
        kept.put("manifests", piece(number))

    assert size(tmp_path / "manifests") == PIECE_BYTES
    assert kept.get("manifests", hashlib.sha256(piece(count)).hexdigest()) == piece(count)
