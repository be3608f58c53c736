"""Names on shelves and in sources: no text at all leads out of its folder, or to a name some disk cannot have."""

import re
from contextlib import suppress
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from content_packs.errors import UnsafePathError
from content_packs.paths import blob_name, is_publisher_id, manifest_name, meta_name, packed_name, source_parts
from tests.properties.bounded import bounded

_PIECES = st.sampled_from(
    ("..", ".", "/", "\\", "meta", "blobs", "manifests", "cat", "1.root.json", "registry.json", "a.json", "ab" * 32,
    "mp4", ":",
     "\x00", "\n", " ", "con", "AB" * 32, "ab", "%2e", "‥", "．", "/etc/passwd", "C:\\", "~", "٣.root.json", "é"),
)  # fmt: skip
paths = st.one_of(st.text(max_size=80), st.lists(_PIECES, max_size=8).map("".join), st.lists(_PIECES,
max_size=6).map("/".join))


def stays_inside(name: str) -> None:
    """A path leads down from its folder, on this system and on others, and is written in lower-case ASCII."""
    assert Path("/shelf", name).resolve().is_relative_to("/shelf")
    assert not PurePosixPath(name).is_absolute()
    assert not PureWindowsPath(name).anchor
    assert ".." not in re.split(r"[/\\]", name)
    assert name == name.lower()
    assert re.fullmatch(r"[a-z0-9./-]+", name)


@bounded(200)
@given(paths, paths)
@example("ab" * 32 + "\n", "mp4")
@example("ab" * 32, "mp4\n")
def test_the_name_of_a_blob_manifest_or_metadata_stays_on_the_shelf_or_is_refused(one: str, other: str) -> None:
    made: list[str] = []
    with suppress(UnsafePathError):
        made.append(blob_name(one, other))
    with suppress(UnsafePathError):
        made.append(manifest_name(one))
    with suppress(UnsafePathError):
        made.append(meta_name(one))
    for name in made:
        stays_inside(name)


@bounded(200)
@given(paths)
def test_a_path_of_a_source_stays_in_its_folder_or_is_refused(path: str) -> None:
    try:
        parts = source_parts(path)
    except UnsafePathError:
        return
    assert Path("/source", *parts).resolve().is_relative_to("/source")
    assert "/".join(parts) == path
    assert not any(part in ("", ".", "..") or "\\" in part or "\x00" in part for part in parts)


@bounded(200)
@given(paths)
def test_a_name_in_an_archive_is_one_of_a_shelf_or_passed_over(path: str) -> None:
    found = packed_name(path)
    if found:
        stays_inside(found[1])
        assert "/" not in found[0]


@bounded(200)
@given(st.text(max_size=40))
@example("mash\n")
@example("con")
def test_the_id_of_a_publisher_can_be_the_name_of_a_file_anywhere(text: str) -> None:
    if is_publisher_id(text):
        stays_inside(text)
        assert not re.fullmatch("con|prn|aux|nul|(com|lpt)[0-9]", text)  # `is_reserved` ends with Python 3.15
        assert meta_name(f"cat/{text}.json") == f"meta/cat/{text}.json"


@pytest.mark.parametrize("ext", ["mp4", "zip"])
def test_a_right_name_is_taken(ext: str) -> None:
    assert blob_name("ab" * 32, ext) == f"blobs/ab/{'ab' * 32}.{ext}"
