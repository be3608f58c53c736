"""The index of a shelf: what is under meta/, as a hint that saves requests (FORMAT 2.8, 2.9).

Promises: bytes in, entries or `MetadataError` out; the same metadata gives the same bytes. Nothing here is trusted: an
index that lies costs a request, or hides what a shelf could have left out anyway.

    encode_index([("registry.json", raw)])
    decode_index(raw)["registry.json"].sha256
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Annotated, Literal

import msgspec

from content_packs.errors import MetadataError, MetadataTooLargeError
from content_packs.manifest import Sha256
from content_packs.paths import META_PATTERN

INDEX_NAME = "index.json"
INDEX_BYTES_MAX = 512 * 1024
"""Enough for every root and catalogue that FORMAT 7.1 lets a shelf have."""


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file under meta/."""

    sha256: Sha256
    size_bytes: Annotated[int, msgspec.Meta(ge=0)]


class _Index(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file as it is written."""

    format: Literal[1]
    files: dict[str, Entry]


def encode_index(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Write the index of these files, given by name under meta/ and content."""
    entries = {name: Entry(hashlib.sha256(raw).hexdigest(), len(raw)) for name, raw in files}
    return msgspec.json.encode(_Index(format=1, files=entries), order="sorted")


def decode_index(raw: bytes) -> Mapping[str, Entry]:
    """Read an index; names that do not belong under meta/ are passed over.

    Raises:
        MetadataTooLargeError: Above its cap; nothing was parsed.
        MetadataError: It is no index.
    """
    if len(raw) > INDEX_BYTES_MAX:
        raise MetadataTooLargeError(name=INDEX_NAME, cap_bytes=INDEX_BYTES_MAX)
    try:
        index = msgspec.json.decode(raw, type=_Index)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise MetadataError(name=INDEX_NAME, problem=str(exc)) from exc
    return {name: entry for name, entry in sorted(index.files.items()) if META_PATTERN.fullmatch(name)}
