"""The registry: only what the ministry signed is believed, and nobody in it may sign for another (FORMAT 5.4, 6.3-6.6).

The first byte chooses: offered to a box that holds none, to one that holds a newer one, or signed by the ministry.
"""

import re

from tuf.api.metadata import DelegatedRole

from content_packs.errors import ForkedMetadataError, MetadataError, NotSignedError, OlderMetadataError
from content_packs.paths import is_publisher_id
from content_packs.trust.catalogue import verify_catalogue
from content_packs.trust.metadata import read_registry
from content_packs.trust.registry import accept_registry
from content_packs.trust.shapes import VERSION_MAX
from tests.fuzz.json_mutations import with_head
from tests.fuzz.signed import REGISTRAR, catalogues, registries, resigned, root
from tests.fuzz.target import Target

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")


def run(data: bytes) -> None:
    way, raw = data[:1], data[1:]
    if way == b"\2":
        registry = accept_registry(root(), resigned(raw, REGISTRAR), held=None)
        for publisher in registry.publishers.values():
            assert is_publisher_id(publisher.id)
            role = registry.signed.get_delegated_role(publisher.id)
            assert isinstance(role, DelegatedRole)
            assert role.paths == [f"{publisher.id}/*/*"]
            assert publisher.names
            assert all(_LANGUAGE.fullmatch(language) for language in publisher.names)
            assert 1 <= publisher.min_version <= VERSION_MAX
        if "mash" in registry.publishers:
            verify_catalogue(registry, "mash", catalogues()[0])
        return
    older, newer = (read_registry("registry.json", each).signed_bytes for each in registries())
    held = accept_registry(root(), registries()[1], held=None) if way == b"\1" else None
    accepted = accept_registry(root(), raw, held=held)
    assert accepted.signed_bytes in ((newer,) if held else (older, newer))
    assert 1 <= accepted.version <= VERSION_MAX


TARGET = Target(
    run=run,
    allowed=(MetadataError, NotSignedError, OlderMetadataError, ForkedMetadataError),
    seeds=lambda: [bytes([way]) + raw for way in range(3) for raw in registries()],
    mutate=with_head(1),
    max_bytes=8192,
    runs=60,
)
