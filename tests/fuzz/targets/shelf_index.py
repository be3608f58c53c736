"""The index of a shelf: names that belong there and hashes, or an error; it is only a hint (FORMAT 2.8, 2.9)."""

import hashlib

from content_packs.errors import MetadataError
from content_packs.paths import META_PATTERN, manifest_name
from content_packs.shelf.index import decode_index, encode_index
from tests.fuzz.json_mutations import mutate_json
from tests.fuzz.target import Target

_MANIFESTS = tuple(hashlib.sha256(bytes([number])).hexdigest() for number in range(3))


def run(data: bytes) -> None:
    index = decode_index(data)
    for name, entry in index.files.items():
        assert META_PATTERN.fullmatch(name)
        assert len(bytes.fromhex(entry.sha256)) == 32
        assert entry.size_bytes >= 0
    for sha256 in index.manifests or ():
        manifest_name(sha256)


TARGET = Target(
    run=run,
    allowed=(MetadataError,),
    seeds=lambda: [
        encode_index([("1.root.json", b"a"), ("registry.json", b"b"), ("cat/mash.json", b"c")], manifests=_MANIFESTS),
        encode_index([], manifests=()),
    ],
    mutate=mutate_json,
    max_bytes=8192,
    runs=1500,
)
