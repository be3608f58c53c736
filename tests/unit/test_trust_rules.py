"""The rules of trust, as functions of bytes (FORMAT.md sections 5 and 6)."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from securesystemslib.signer import CryptoSigner

from content_packs.errors import (
    ForkedMetadataError,
    FormatError,
    MetadataError,
    MetadataTooLargeError,
    NotSignedError,
    OlderMetadataError,
    OutsidePrefixError,
    PackError,
    UnknownPublisherError,
)
from content_packs.sign.metadata import PublisherKeys, RootKeys, catalogue_bytes, registry_bytes, root_bytes
from content_packs.trust import Listing, Publisher, Registry, Root
from content_packs.trust.catalogue import accept_catalogue
from content_packs.trust.metadata import CATALOGUE_BYTES_MAX, REGISTRY_BYTES_MAX, ROOT_BYTES_MAX
from content_packs.trust.registry import accept_registry
from content_packs.trust.roots import next_root, pin_root, same_root
from tests.simulators.clock import HandClock

NOW = HandClock().now()
A, B, C, REGISTRAR, MASH, QENDRA = (CryptoSigner.generate_ed25519() for _ in range(6))
LISTING = Listing("mash:thyesat", 1, "ab" * 32, 100)


def root_raw(version: int, holders: list[CryptoSigner], signers: list[CryptoSigner], *, minimum: int = 1) -> bytes:
    """A root of threshold two."""
    keys = RootKeys([holder.public_key for holder in holders], 2, [REGISTRAR.public_key], minimum)
    return root_bytes(version, keys, signers, signed_at=NOW)


def registry_raw(version: int, *, minimum: int = 1, signer: CryptoSigner = REGISTRAR) -> bytes:
    """A registry with one publisher."""
    entry = PublisherKeys(Publisher("mash", {"sq": "Ministria"}, minimum), [MASH.public_key])
    return registry_bytes(version, [entry], [signer], signed_at=NOW)


def cat_raw(version: int, *listings: Listing, signer: CryptoSigner = MASH) -> bytes:
    """A catalogue."""
    return catalogue_bytes(version, listings or [LISTING], [signer], signed_at=NOW)


ROOT: Root = pin_root(root_raw(1, [A, B], [A, B]))
REGISTRY: Registry = accept_registry(ROOT, registry_raw(1), held=None)


def resigned(raw: bytes, signer: CryptoSigner, change: Callable[[dict[str, object]], None]) -> bytes:
    """Metadata with its signed part changed and signed anew by a key that may: what a careless signer could make."""
    from securesystemslib.formats import encode_canonical

    whole = cast("dict[str, dict[str, object]]", json.loads(raw))
    change(whole["signed"])
    text = encode_canonical(whole["signed"])
    assert text is not None
    signature = signer.sign(text.encode()).to_dict()
    return json.dumps({"signed": whole["signed"], "signatures": [signature]}).encode()


# Roots


def test_a_root_needs_the_threshold_of_its_own_keys() -> None:
    with pytest.raises(NotSignedError):
        pin_root(root_raw(1, [A, B], [A]))


def test_the_next_root_needs_the_threshold_of_the_old_and_of_its_own_keys() -> None:
    assert next_root(ROOT, root_raw(2, [B, C], [A, B, C])).version == 2
    for signers in ([B, C], [A, B], [A, C]):
        with pytest.raises(NotSignedError):
            next_root(ROOT, root_raw(2, [B, C], signers))


def test_no_root_is_skipped() -> None:
    with pytest.raises(MetadataError, match="holds version 3"):
        next_root(ROOT, root_raw(3, [A, B], [A, B]))


def test_another_root_of_the_same_version_is_noticed() -> None:
    same_root(ROOT, ROOT.raw)
    with pytest.raises(ForkedMetadataError):
        same_root(ROOT, root_raw(1, [B, C], [B, C]))


def test_a_key_under_two_ids_does_not_count_twice() -> None:
    def forge(signed: dict[str, object]) -> None:
        keys = cast("dict[str, object]", signed["keys"])
        keys["f" * 64] = keys[A.public_key.keyid]

    with pytest.raises(MetadataError, match="stands there twice"):
        pin_root(resigned(ROOT.raw, A, forge))


def test_only_ed25519_keys_are_taken() -> None:
    with pytest.raises(MetadataError, match="Invalid enum value"):
        pin_root(root_raw(1, [A, CryptoSigner.generate_ecdsa()], [A, B]))


# Registry


def test_a_registry_signed_by_another_key_is_refused() -> None:
    with pytest.raises(NotSignedError) as caught:
        accept_registry(ROOT, registry_raw(1, signer=MASH), held=None)
    assert caught.value.name == "registry.json"


def test_an_older_registry_is_refused_quietly_and_says_when_it_was_signed() -> None:
    held = accept_registry(ROOT, registry_raw(3), held=None)
    with pytest.raises(OlderMetadataError) as caught:
        accept_registry(ROOT, registry_raw(2), held=held)
    assert (caught.value.version, caught.value.floor, caught.value.signed_at) == (2, 3, NOW)


def test_the_same_registry_again_is_fine() -> None:
    assert accept_registry(ROOT, registry_raw(1), held=REGISTRY).version == 1


def test_the_same_version_with_other_content_is_refused() -> None:
    with pytest.raises(ForkedMetadataError):
        accept_registry(ROOT, registry_raw(1, minimum=2), held=REGISTRY)


def test_without_a_held_registry_the_floor_is_the_minimum_of_the_root() -> None:
    root = pin_root(root_raw(1, [A, B], [A, B], minimum=5))
    with pytest.raises(OlderMetadataError):
        accept_registry(root, registry_raw(4), held=None)
    assert accept_registry(root, registry_raw(5), held=None).version == 5


def registry_with_role(**fields: object) -> bytes:
    """A registry whose one delegation is changed, signed as it should be."""

    def change(signed: dict[str, object]) -> None:
        delegations = cast("dict[str, list[dict[str, object]]]", signed["delegations"])
        delegations["roles"][0].update(fields)

    return resigned(registry_raw(1), REGISTRAR, change)


@pytest.mark.parametrize(
    "raw",
    [
        registry_with_role(paths=["*/*/*"]),
        registry_with_role(paths=["mash/*/*", "qendra/*/*"]),
        registry_with_role(terminating=False),
        registry_with_role(name="../mash", paths=["../mash/*/*"]),
        registry_with_role(name="con", paths=["con/*/*"]),
        registry_with_role(custom={"names": {}}),
        registry_with_role(custom={"names": {"sq": "x"}, "min_version": 0}),
        registry_with_role(custom={}),
    ],
    ids=("everybody's", "another's", "not the last word", "dots", "a device", "no name", "version 0", "nothing"),
)
def test_a_registry_that_lets_a_publisher_out_of_its_ids_is_refused_whole(raw: bytes) -> None:
    with pytest.raises(MetadataError):
        accept_registry(ROOT, raw, held=None)


# Catalogues


def test_a_catalogue_of_an_unknown_publisher_is_refused() -> None:
    with pytest.raises(UnknownPublisherError) as caught:
        accept_catalogue(REGISTRY, "qendra", cat_raw(1), held=None)
    assert caught.value.publisher == "qendra"


def test_a_catalogue_signed_by_another_publisher_is_refused() -> None:
    with pytest.raises(NotSignedError):
        accept_catalogue(REGISTRY, "mash", cat_raw(1, signer=QENDRA), held=None)


def test_signing_outside_the_prefix_makes_the_whole_catalogue_refused() -> None:
    with pytest.raises(OutsidePrefixError) as caught:
        accept_catalogue(REGISTRY, "mash", cat_raw(1, LISTING, Listing("qendra:x", 1, "ab" * 32, 9)), held=None)
    assert (caught.value.publisher, caught.value.path) == ("mash", "qendra/x/1.json")


def test_the_floor_of_a_catalogue_is_the_larger_of_the_held_one_and_the_minimum_of_the_registry() -> None:
    registry = accept_registry(ROOT, registry_raw(2, minimum=7), held=None)
    three = accept_catalogue(REGISTRY, "mash", cat_raw(3), held=None)
    nine = accept_catalogue(REGISTRY, "mash", cat_raw(9), held=None)
    for version, held, floor in ((2, three, 7), (4, three, 7), (6, None, 7), (8, nine, 9)):
        with pytest.raises(OlderMetadataError) as caught:
            accept_catalogue(registry, "mash", cat_raw(version), held=held)
        assert caught.value.floor == floor
    assert accept_catalogue(registry, "mash", cat_raw(7), held=three).version == 7
    assert accept_catalogue(registry, "mash", cat_raw(9), held=nine).version == 9


def test_the_same_catalogue_version_with_other_content_is_refused() -> None:
    held = accept_catalogue(REGISTRY, "mash", cat_raw(1), held=None)
    with pytest.raises(ForkedMetadataError):
        accept_catalogue(REGISTRY, "mash", cat_raw(1, Listing("mash:thyesat", 1, "cd" * 32, 9)), held=held)


@pytest.mark.parametrize(
    "path",
    ["mash/thyesat/0.json", "mash/thyesat/01.json", "mash/../1.json", "mash/Thyesat/1.json", "mash/thyesat/1.exe"],
)
def test_a_target_that_is_no_pack_version_is_refused(path: str) -> None:
    def change(signed: dict[str, object]) -> None:
        signed["targets"] = {path: {"length": 9, "hashes": {"sha256": "ab" * 32}}}

    with pytest.raises(MetadataError):
        accept_catalogue(REGISTRY, "mash", resigned(cat_raw(1), MASH, change), held=None)


@pytest.mark.parametrize(
    "target",
    [
        {"length": 9, "hashes": {"md5": "ab" * 16}},
        {"length": 9, "hashes": {"sha256": "AB" * 32}},
        {"length": 2**40, "hashes": {"sha256": "ab" * 32}},
        {"length": 0, "hashes": {"sha256": "ab" * 32}},
    ],
)
def test_a_target_needs_one_sha256_and_a_size_within_the_cap(target: dict[str, object]) -> None:
    def change(signed: dict[str, object]) -> None:
        signed["targets"] = {"mash/thyesat/1.json": target}

    with pytest.raises(FormatError):
        accept_catalogue(REGISTRY, "mash", resigned(cat_raw(1), MASH, change), held=None)


def test_a_catalogue_may_not_delegate() -> None:
    def change(signed: dict[str, object]) -> None:
        signed["delegations"] = {"keys": {}, "roles": []}

    with pytest.raises(MetadataError, match="must be absent"):
        accept_catalogue(REGISTRY, "mash", resigned(cat_raw(1), MASH, change), held=None)


@pytest.mark.parametrize("version", ["1", True, 0, -1, 2**31 + 1, None])
def test_a_version_that_is_no_proper_number_is_refused(version: object) -> None:
    def change(signed: dict[str, object]) -> None:
        signed["version"] = version

    with pytest.raises((MetadataError, NotSignedError)):
        accept_catalogue(REGISTRY, "mash", resigned(cat_raw(1), MASH, change), held=None)


def test_expired_metadata_is_accepted_because_no_clock_decides() -> None:
    def change(signed: dict[str, object]) -> None:
        signed["expires"] = "1970-01-02T00:00:00Z"

    assert accept_catalogue(REGISTRY, "mash", resigned(cat_raw(1), MASH, change), held=None).version == 1


def test_metadata_above_its_cap_is_not_parsed() -> None:
    with pytest.raises(MetadataTooLargeError):
        pin_root(b"[" * (ROOT_BYTES_MAX + 1))
    with pytest.raises(MetadataTooLargeError):
        accept_registry(ROOT, b"[" * (REGISTRY_BYTES_MAX + 1), held=None)
    with pytest.raises(MetadataTooLargeError):
        accept_catalogue(REGISTRY, "mash", b"[" * (CATALOGUE_BYTES_MAX + 1), held=None)


@pytest.mark.parametrize(
    "raw",
    [b"", b"{}", b"null", b"[" * 60_000, b'{"signed":{"_type":"root"}}', ROOT.raw[:-9]],
    ids=("empty", "object", "null", "deep", "unsigned", "cut off"),
)
def test_what_is_no_metadata_is_refused(raw: bytes) -> None:
    with pytest.raises(MetadataError):
        accept_catalogue(REGISTRY, "mash", raw, held=None)


def test_metadata_of_another_kind_is_refused() -> None:
    with pytest.raises(MetadataError, match="Invalid enum value"):
        accept_registry(ROOT, ROOT.raw, held=None)
    with pytest.raises(MetadataError, match="Invalid enum value"):
        pin_root(registry_raw(1))


@given(st.integers(0, len(cat_raw(1)) - 1), st.integers(1, 255))
def test_no_changed_byte_of_a_catalogue_is_believed_as_something_else(at: int, flip: int) -> None:
    """A flip either breaks the catalogue or leaves exactly what was signed (as in the id of an unused signature)."""
    raw = bytearray(cat_raw(1))
    honest = accept_catalogue(REGISTRY, "mash", bytes(raw), held=None)
    raw[at] ^= flip
    try:
        believed = accept_catalogue(REGISTRY, "mash", bytes(raw), held=None)
    except PackError:
        return
    assert believed.signed_bytes == honest.signed_bytes


def test_the_whole_chain_lies_under_the_size_of_one_page(tmp_path: Path) -> None:
    """What a box asks a slow line for when nothing changed stays small."""
    (tmp_path / "all").write_bytes(ROOT.raw + registry_raw(1) + cat_raw(1))
    assert (tmp_path / "all").stat().st_size < 4096
