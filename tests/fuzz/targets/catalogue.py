"""A catalogue: only what its publisher signed is believed, and only for its own ids (FORMAT 5.5, 6.3-6.8, 6.11).

The first byte chooses: offered to a box that holds none, to one that holds a newer one, signed by the publisher itself,
or read without being believed.
"""

from content_packs.errors import (
    ForkedMetadataError,
    MetadataError,
    NotSignedError,
    OlderMetadataError,
    OutsidePrefixError,
)
from content_packs.manifest import MANIFEST_BYTES_MAX
from content_packs.paths import manifest_name
from content_packs.trust import Listing
from content_packs.trust.catalogue import accept_catalogue, claimed_listings
from content_packs.trust.metadata import read_catalogue
from content_packs.trust.shapes import VERSION_MAX
from tests.fuzz.json_mutations import with_head
from tests.fuzz.signed import LISTINGS, MASH, NOW, catalogues, registry, resigned
from tests.fuzz.target import Target


def run(data: bytes) -> None:
    way, raw = data[:1], data[1:]
    if way == b"\2":
        catalogue = accept_catalogue(registry(), "mash", resigned(raw, MASH), held=None)
        _check(catalogue.listings, publisher="mash")
        if catalogue.signed_at:
            _ = NOW - catalogue.signed_at
        return
    if way == b"\3":
        _check(claimed_listings("cat/huaj.json", raw), publisher="")
        return
    older, newer = (read_catalogue("cat/mash.json", each).signed_bytes for each in catalogues())
    held = accept_catalogue(registry(), "mash", catalogues()[1], held=None) if way == b"\1" else None
    accepted = accept_catalogue(registry(), "mash", raw, held=held)
    assert accepted.signed_bytes in ((newer,) if held else (older, newer))
    assert set(accepted.listings) <= set(LISTINGS)


def _check(listings: tuple[Listing, ...], *, publisher: str) -> None:
    """Nothing in a listing can lead anywhere but to a manifest, or announce a size that no manifest has."""
    for listing in listings:
        assert listing.pack_id.startswith(f"{publisher}:" if publisher else "")
        assert manifest_name(listing.manifest_sha256).startswith("manifests/")
        assert 1 <= listing.version <= VERSION_MAX
        assert 0 < listing.manifest_bytes <= MANIFEST_BYTES_MAX
        assert ".." not in listing.path
        assert listing.path.count("/") == 2


TARGET = Target(
    run=run,
    allowed=(
        MetadataError, NotSignedError, OlderMetadataError, ForkedMetadataError, OutsidePrefixError,
    ),
    seeds=lambda: [bytes([way]) + raw for way in range(4) for raw in catalogues()],
    mutate=with_head(1),
    max_bytes=8192,
    runs=60,
)  # fmt: skip
