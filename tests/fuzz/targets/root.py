"""Roots: only one that the right people signed follows, and one they did sign keeps every rule (FORMAT 5.2, 6.1, 6.2).

The first byte chooses: offered as the next root, as a first root, as a copy of the current one, or signed by those who
may.
"""

from content_packs.errors import ForkedMetadataError, MetadataError, NotSignedError
from content_packs.trust.metadata import read_root
from content_packs.trust.registry import accept_registry
from content_packs.trust.roots import next_root, pin_root, same_root
from tests.fuzz.json_mutations import with_head
from tests.fuzz.signed import ANA, BESA, CEN, registries, resigned, root, roots
from tests.fuzz.target import Target


def run(data: bytes) -> None:
    way, raw = data[:1], data[1:]
    really_signed = [read_root("root.json", each).signed_bytes for each in roots()]
    if way == b"\1":
        assert pin_root(raw).signed_bytes in really_signed
    elif way == b"\2":
        same_root(root(), raw)
        assert read_root("1.root.json", raw).signed_bytes == root().signed_bytes
    elif way == b"\3":
        following = next_root(root(), resigned(raw, ANA, BESA, CEN))
        assert following.version == 2
        assert all(key.keytype == "ed25519" for key in following.signed.keys.values())
        for registry in registries():
            accept_registry(following, registry, held=None)
    else:
        assert next_root(root(), raw).signed_bytes == really_signed[1]


TARGET = Target(
    run=run,
    allowed=(MetadataError, NotSignedError, ForkedMetadataError),
    seeds=lambda: [bytes([way]) + raw for way in range(4) for raw in roots()],
    mutate=with_head(1),
    max_bytes=8192,
    runs=60,
)
