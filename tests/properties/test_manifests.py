"""Manifests: what is written can be read and is the same; what differs has another hash (FORMAT 3)."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content_packs.errors import ManifestError
from content_packs.manifest import Manifest, decode_manifest, encode_manifest
from content_packs.trust import Listing
from tests.properties.bounded import bounded
from tests.properties.values import manifests


@bounded(30)
@given(manifests())
def test_what_is_written_is_read_again_and_written_the_same(manifest: Manifest) -> None:
    raw = encode_manifest(manifest)
    assert decode_manifest(raw) == manifest
    assert encode_manifest(decode_manifest(raw)) == raw
    assert b"\n" not in raw


@bounded(15)
@given(manifests(), manifests())
def test_two_manifests_have_one_hash_only_if_they_are_one(one: Manifest, other: Manifest) -> None:
    hashes = {hashlib.sha256(encode_manifest(each)).digest() for each in (one, other)}
    assert len(hashes) == (1 if one == other else 2)


@bounded(30)
@given(manifests(), st.data())
def test_a_changed_manifest_is_not_the_one_that_was_signed(manifest: Manifest, data: st.DataObject) -> None:
    raw = encode_manifest(manifest)
    listing = Listing(manifest.pack, manifest.version, hashlib.sha256(raw).hexdigest(), len(raw))
    assert listing.open(raw) == manifest
    at = data.draw(st.integers(0, len(raw) - 1))
    changed = raw[:at] + bytes([raw[at] ^ data.draw(st.integers(1, 255))]) + raw[at + 1 :]
    for other in (changed, raw[:at], raw + b" ", b""):
        with pytest.raises(Exception, match=r".") as caught:
            listing.open(other)
        assert type(caught.value).__name__ == "TamperedError"


@bounded(30)
@given(manifests(), st.data())
def test_a_field_that_nobody_knows_is_refused_wherever_it_stands(manifest: Manifest, data: st.DataObject) -> None:
    raw = encode_manifest(manifest)
    places = [at for at, byte in enumerate(raw) if byte == ord("{") and raw[at + 1 : at + 2] == b'"']
    at = data.draw(st.sampled_from(places))
    with pytest.raises(ManifestError):
        decode_manifest(raw[: at + 1] + b'"x-unknown":1,' + raw[at + 1 :])
