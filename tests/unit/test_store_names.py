"""Which names may stand on a shelf or in a source (FORMAT 1.4, 2.2-2.4, 9.1)."""

import pytest

from content_packs.errors import UnsafePathError
from content_packs.paths import blob_name, is_publisher_id, manifest_name, meta_name, source_parts

SHA = "0f" * 32


def test_names_are_built_from_hashes() -> None:
    assert blob_name(SHA, "mp4") == f"blobs/0f/{SHA}.mp4"
    assert manifest_name(SHA) == f"manifests/{SHA}.json"
    assert meta_name("cat/mash.json") == "meta/cat/mash.json"


@pytest.mark.parametrize(
    "name",
    ["", "0.root.json", "root.json", "cat/../registry.json", "cat/a/b.json", "../x", "registry.json\n", "cat/.json"],
)
def test_other_metadata_names_are_refused(name: str) -> None:
    with pytest.raises(UnsafePathError):
        meta_name(name)


@pytest.mark.parametrize(
    ("sha256", "ext"), [(SHA.upper(), "mp4"), (SHA[:-1], "mp4"), ("../" * 20, "mp4"), (SHA, "exe"), (SHA, "mp4/..")]
)
def test_other_blob_names_are_refused(sha256: str, ext: str) -> None:
    with pytest.raises(UnsafePathError):
        blob_name(sha256, ext)


@pytest.mark.parametrize("text", ["mash", "qendra-1", "0"])
def test_publishers_have_short_plain_ids(text: str) -> None:
    assert is_publisher_id(text)


@pytest.mark.parametrize("text", ["", "Mash", "-x", "a" * 33, "root", "targets", "con", "com1", "lpt0", "a/b", "a\n"])
def test_ids_that_a_system_uses_are_no_publishers(text: str) -> None:
    assert not is_publisher_id(text)


@pytest.mark.parametrize(
    "path", ["", "/etc/passwd", "../x", "a/../../x", "a//b", "./a", "a\\b", "C:x", "a\0b", "a\nb", "a/"]
)
def test_source_paths_stay_inside_their_folder(path: str) -> None:
    with pytest.raises(UnsafePathError):
        source_parts(path)


def test_source_paths_may_lie_deeper() -> None:
    assert source_parts("njesia 1/mësimi.mp4") == ("njesia 1", "mësimi.mp4")
