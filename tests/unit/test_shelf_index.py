"""The index of a shelf is a hint that is written last and can be read safely (FORMAT 2.8, 2.9)."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from content_packs.durable import Disk
from content_packs.errors import MetadataError, MetadataTooLargeError
from content_packs.shelf.index import INDEX_BYTES_MAX, MANIFESTS_LISTED_MAX, Entry, decode_index, encode_index
from content_packs.sign.index import write_index
from content_packs.trust.metadata import CATALOGUES_MAX, ROOTS_MAX
from tests.simulators import harms
from tests.simulators.publisher import Ministry
from tests.unit.test_format_text import example

SHA = "ab" * 32


def test_the_example_in_the_text_is_what_is_written() -> None:
    manifest = hashlib.sha256(example("json manifest")).hexdigest()
    assert encode_index([("cat/mash.json", b""), ("1.root.json", b"Agimi")], [manifest]) == example("json index")
    assert decode_index(example("json index")).files["1.root.json"].size_bytes == 5
    assert decode_index(example("json index")).manifests == frozenset({manifest})


def test_names_that_do_not_belong_there_are_passed_over() -> None:
    names = ["registry.json", "../secret", "index.json", "cat/MASH.json", "0.root.json", "cat/mash.json", ""]
    raw = json.dumps({"format": 1, "files": {name: {"sha256": SHA, "size_bytes": 1} for name in names}}).encode()
    assert decode_index(raw).files == {"cat/mash.json": Entry(SHA, 1), "registry.json": Entry(SHA, 1)}


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"null", b"[]", b"{}", b'{"format":1}', b'{"format":2,"files":{}}', b'{"format":1,"files":[]}',
        b'{"format":1,"files":{},"more":1}', b'{"format":1,"files":{"registry.json":"x"}}', b"\xff\xfe", b"[" * 9_000,
        b'{"format":1,"files":{"registry.json":{"sha256":"short","size_bytes":1}}}',
        b'{"format":1,"files":{},"manifests":["short"]}', b'{"format":1,"files":{},"manifests":3}',
        b'{"format":1,"files":{"registry.json":{"sha256":"%s","size_bytes":-1}}}' % SHA.encode(),
    ],
)  # fmt: skip
def test_what_is_no_index_is_refused(raw: bytes) -> None:
    with pytest.raises(MetadataError):
        decode_index(raw)


def test_the_largest_shelf_that_is_allowed_has_an_index_below_the_cap() -> None:
    roots = [f"{9_999_999_999 - number}.root.json" for number in range(ROOTS_MAX)]
    catalogues = [f"cat/{number:032}.json" for number in range(CATALOGUES_MAX)]
    names = (*roots, *catalogues, "registry.json")
    manifests = [f"{number:064x}" for number in range(MANIFESTS_LISTED_MAX)]
    raw = encode_index(((name, bytes(10_000)) for name in names), manifests)
    assert len(decode_index(raw).files) == len(names)
    assert decode_index(raw).manifests == frozenset(manifests)
    with pytest.raises(MetadataTooLargeError):
        decode_index(raw.ljust(INDEX_BYTES_MAX + 1))


def test_more_manifests_than_can_be_listed_are_left_to_asking() -> None:
    raw = encode_index([], [f"{number:064x}" for number in range(MANIFESTS_LISTED_MAX + 1)])
    assert decode_index(raw).manifests is None


def named(ministry: Ministry) -> dict[str, int]:
    raw = (ministry.folder / "meta" / "index.json").read_bytes()
    return {name: entry.size_bytes for name, entry in decode_index(raw).files.items()}


def there(ministry: Ministry) -> dict[str, int]:
    return {name: (ministry.folder / "meta" / name).stat().st_size for name in ministry.shelf.meta_names()}


def test_everything_that_changes_metadata_renews_the_index(tmp_path: Path) -> None:
    ministry = Ministry(tmp_path, publishers=())
    assert named(ministry) == there(ministry)
    ministry.admit("mash")
    assert named(ministry) == there(ministry)
    ministry.publish("mash:thyesat")
    assert named(ministry) == there(ministry)
    raw = (ministry.folder / "meta" / "index.json").read_bytes()
    assert decode_index(raw).manifests == frozenset(path.stem for path in (ministry.folder / "manifests").iterdir())
    ministry.revoke("mash")
    assert named(ministry) == there(ministry)


def test_signing_the_same_again_writes_an_index_where_none_was_and_else_nothing(tmp_path: Path) -> None:
    ministry = Ministry(tmp_path)
    ministry.publish("mash:thyesat")
    index = ministry.folder / "meta" / "index.json"
    written = index.stat().st_mtime_ns
    write_index(ministry.folder, Disk())
    assert index.stat().st_mtime_ns == written
    index.unlink()
    write_index(ministry.folder, Disk())
    assert named(ministry) == there(ministry)


def test_what_no_reader_would_take_is_left_out(tmp_path: Path) -> None:
    ministry = Ministry(tmp_path)
    (ministry.folder / "meta" / "cat" / "large.json").write_bytes(bytes(3 * 1024 * 1024))
    (ministry.folder / "meta" / "cat" / "link.json").symlink_to(ministry.folder / "meta" / "registry.json")
    write_index(ministry.folder, Disk())
    assert set(named(ministry)) == {"1.root.json", "registry.json"}


@pytest.mark.parametrize("harm", [harms.pipe, harms.device, harms.zeros, harms.link, harms.huge])
def test_what_stands_in_place_of_an_index_is_not_read_and_gives_way(
    tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    ministry = Ministry(tmp_path)
    index = ministry.folder / "meta" / "index.json"
    before = index.read_bytes()
    harm(index)
    write_index(ministry.folder, Disk())
    assert not index.is_symlink()
    assert index.read_bytes() == before
