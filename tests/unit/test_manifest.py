"""What a manifest must be (FORMAT.md section 3)."""

from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from content_packs.errors import ManifestError
from content_packs.manifest import MANIFEST_BYTES_MAX, File, Item, Manifest, Unit, decode_manifest, encode_manifest

SHA = "ab" * 32
VIDEO = File(role="video", sha256=SHA, ext="mp4", size_bytes=10)
ITEM = Item(id="mash:hyrje", kind="video", title={"sq": "Hyrje"}, files=(VIDEO,))
UNIT = Unit(slug="nje", title={"sq": "Një"}, items=(ITEM,))
PACK = Manifest(
    format=1,
    pack="mash:thyesat",
    version=1,
    title={"sq": "Thyesat"},
    summary={"sq": "Provë"},
    language="sq",
    subject="mathematics",
    area="math",
    grades=(6,),
    licence="CC0-1.0",
    authors=("Vlora",),
    released_at="2026-09-01T08:00:00Z",
    units=(UNIT,),
)


def with_item(**changes: object) -> Manifest:
    """The pack with its one item changed."""
    item = msgspec.structs.replace(ITEM, **changes)
    return msgspec.structs.replace(PACK, units=(msgspec.structs.replace(UNIT, items=(item,)),))


def with_file(**changes: object) -> Manifest:
    """The pack with its one file changed."""
    return with_item(files=(VIDEO, msgspec.structs.replace(VIDEO, **{"sha256": "cd" * 32, **changes})))


def test_a_manifest_survives_encoding_and_decoding() -> None:
    assert decode_manifest(encode_manifest(PACK)) == PACK


def test_the_encoding_has_sorted_keys_and_no_defaults() -> None:
    raw = encode_manifest(PACK)
    assert raw.startswith(b'{"area":"math","authors":["Vlora"],"format":1')
    assert b"teacher_only" not in raw


def test_size_and_files_count_each_distinct_file_once() -> None:
    twice = msgspec.structs.replace(ITEM, id="mash:dy")
    pack = msgspec.structs.replace(PACK, units=(msgspec.structs.replace(UNIT, items=(ITEM, twice)),))
    assert (pack.size_bytes, list(pack.files())) == (10, [SHA])


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda: with_item(id="qendra:hyrje"), "does not belong to publisher mash"),
        (lambda: with_item(replaces=("qendra:vjeter",)), "does not belong to publisher mash"),
        (lambda: with_item(title={}), "has no title"),
        (lambda: with_item(files=()), "0 files of role video"),
        (lambda: with_item(kind="quiz"), "0 files of role quiz"),
        (lambda: with_file(ext="exe"), "kind .exe"),
        (lambda: with_file(role="document", ext="json"), "role document of kind .json"),
        (lambda: with_file(role="captions", ext="vtt"), "captions without a language"),
        (lambda: with_file(sha256=SHA, size_bytes=11), "described in two ways"),
        (lambda: msgspec.structs.replace(PACK, units=(UNIT, UNIT)), "same slug"),
        (lambda: msgspec.structs.replace(PACK, title={}), "no title"),
        (lambda: msgspec.structs.replace(PACK, summary={}), "no summary"),
        (lambda: msgspec.structs.replace(PACK, units=(msgspec.structs.replace(UNIT, title={}),)), "nje has no title"),
        (lambda: with_file(size_bytes=2**32), "<= 4294967295"),
        (lambda: msgspec.structs.replace(PACK, released_at="1.9.2026"), "released_at"),
        (
            lambda: msgspec.structs.replace(PACK, units=(msgspec.structs.replace(UNIT, items=(ITEM, ITEM)),)),
            "stands twice",
        ),
    ],
)
def test_what_contradicts_itself_is_refused(make: Callable[[], Manifest], problem: str) -> None:
    with pytest.raises(ManifestError, match=problem):
        decode_manifest(encode_manifest(make()))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"format":1', b'"format":2'),
        (b'"version":1', b'"version":0'),
        (b'"version":1', b'"version":1,"extra":1'),
        (b'"grades":[6]', b'"grades":[14]'),
        (b'"area":"math"', b'"area":"magic"'),
        (b'{"sq":"Thyesat"}', b'{"../sq":"Thyesat"}'),
        (b"mash:thyesat", b"mash:../x"),
        (SHA.encode(), SHA.upper().encode()),
        (b'"ext":"mp4"', b'"ext":"../x"'),
        (b'"units":[', b'"units":[],"x":['),
        (b"mash:thyesat", b"mash:thyesat\\n"),
        (b"mash:hyrje", b"mash:hyrje\\n"),
        (SHA.encode(), SHA.encode() + b"\\n"),
        (b'"language":"sq"', b'"language":"sq\\n"'),
        (b"2026-09-01T08:00:00Z", "٢026-09-01T08:00:00Z".encode()),
    ],
)
def test_what_is_not_as_the_format_says_is_refused(old: bytes, new: bytes) -> None:
    raw = encode_manifest(PACK)
    assert old in raw
    with pytest.raises(ManifestError):
        decode_manifest(raw.replace(old, new, 1))


@pytest.mark.parametrize(
    "hidden", ["\\u001b[2J", "\\r", "\\u0000", "\\u009b", "\\u202e", "\\u2066", "\\u2028", "\u202e", "\x85"]
)
@pytest.mark.parametrize("words", ["Thyesat", "Vlora", "CC0-1.0", "Hyrje"])
def test_words_that_could_hide_what_they_say_are_refused(words: str, hidden: str) -> None:
    """FORMAT 3.3."""
    raw = encode_manifest(PACK)
    assert f'"{words}"'.encode() in raw
    with pytest.raises(ManifestError):
        decode_manifest(raw.replace(f'"{words}"'.encode(), f'"{words}{hidden}"'.encode(), 1))


@pytest.mark.parametrize("allowed", ["a\\nb", "a\\tb", "„ë”", "\u200f", "\u00ad", "😀"])
def test_words_of_every_language_are_taken(allowed: str) -> None:
    raw = encode_manifest(PACK).replace(b'"Thyesat"', f'"{allowed}"'.encode(), 1)
    assert decode_manifest(raw).title["sq"]


def test_a_manifest_above_its_cap_is_not_parsed() -> None:
    with pytest.raises(ManifestError, match="larger than"):
        decode_manifest(b" " * (MANIFEST_BYTES_MAX + 1))


def test_a_bomb_of_brackets_is_refused() -> None:
    with pytest.raises(ManifestError):
        decode_manifest(b"[" * 1_000_000)


@given(st.binary(max_size=400))
def test_no_bytes_at_all_cause_another_error(raw: bytes) -> None:
    with pytest.raises(ManifestError):
        decode_manifest(raw)
