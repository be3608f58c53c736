"""The index of a shelf: what metadata and manifests there are, as a hint that saves requests (FORMAT 2.8, 2.9).

Promises: bytes in, an `Index` or `MetadataError` out; the same shelf gives the same bytes. Nothing here is trusted: an
index that lies costs a request, or hides what a shelf could have left out anyway.

    encode_index([("registry.json", raw)], manifests=())
    decode_index(raw).files["registry.json"].sha256
"""

import hashlib
from collections.abc import Collection, Iterable
from typing import Annotated, Literal

import msgspec

from content_packs.errors import MetadataError, MetadataTooLargeError
from content_packs.manifest import Sha256
from content_packs.paths import META_PATTERN

INDEX_NAME = "index.json"
INDEX_BYTES_MAX = 1024 * 1024
"""Enough for every root and catalogue that FORMAT 7.1 lets a shelf have, and `MANIFESTS_LISTED_MAX` manifests."""
MANIFESTS_LISTED_MAX = 10_000
"""A shelf with more leaves the list out: then only asking tells."""


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file under meta/."""

    sha256: Sha256
    size_bytes: Annotated[int, msgspec.Meta(ge=0)]


class Index(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is under meta/ by name, and the hashes of the manifests; None if they were left out."""

    format: Literal[1]
    files: dict[str, Entry]
    manifests: frozenset[Sha256] | None = None


def encode_index(files: Iterable[tuple[str, bytes]], manifests: Collection[str]) -> bytes:
    """Write an index.

    Args:
        files: Name under meta/ and content of each.
        manifests: The hashes of those that are there.
    """
    entries = {name: Entry(hashlib.sha256(raw).hexdigest(), len(raw)) for name, raw in files}
    listed = frozenset(manifests) if len(manifests) <= MANIFESTS_LISTED_MAX else None
    return msgspec.json.encode(Index(format=1, files=entries, manifests=listed), order="sorted")


def decode_index(raw: bytes) -> Index:
    """Read an index; names that do not belong under meta/ are passed over.

    Raises:
        MetadataTooLargeError: Above its cap; nothing was parsed.
        MetadataError: It is no index.
    """
    if len(raw) > INDEX_BYTES_MAX:
        raise MetadataTooLargeError(name=INDEX_NAME, cap_bytes=INDEX_BYTES_MAX)
    try:
        index = msgspec.json.decode(raw, type=Index)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise MetadataError(name=INDEX_NAME, problem=str(exc)) from exc
    files = {name: entry for name, entry in sorted(index.files.items()) if META_PATTERN.fullmatch(name)}
    return Index(format=1, files=files, manifests=index.manifests)
