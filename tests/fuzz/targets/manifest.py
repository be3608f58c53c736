"""A manifest: what decodes is bounded, its names lead nowhere else, writing it again changes nothing (FORMAT 3)."""

import re
from pathlib import Path

from content_packs.errors import ManifestError
from content_packs.manifest import decode_manifest, encode_manifest
from content_packs.paths import blob_name
from tests.fuzz.json_mutations import mutate_json
from tests.fuzz.material import manifests
from tests.fuzz.target import Target

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,31}:[a-z0-9][a-z0-9-]{0,63}")
_HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def run(data: bytes) -> None:
    manifest = decode_manifest(data)
    raw = encode_manifest(manifest)
    assert decode_manifest(raw) == manifest
    assert encode_manifest(decode_manifest(raw)) == raw
    ids = [item.id for item in manifest.items()]
    assert all(_ID.fullmatch(each) for each in (manifest.pack, *ids))
    assert len(set(ids)) == len(ids)
    for file in manifest.files().values():
        parts = Path(blob_name(file.sha256, file.ext)).parts
        assert len(parts) == 3
        assert ".." not in parts
        assert file.size_bytes >= 0
    for texts in (manifest.title, manifest.summary, *(item.title for item in manifest.items())):
        assert not any(_HIDDEN.search(words) for words in texts.values()), "a text can hide what it says"


TARGET = Target(run=run, allowed=(ManifestError,), seeds=manifests, mutate=mutate_json, max_bytes=16_384, runs=800)
