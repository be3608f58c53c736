"""The chain of roots: whom a box trusts to say whom it trusts (FORMAT 6.1, 6.2).

Promises: pure functions; a `Root` exists only if its own keys signed it, and it follows only from the one before.

    root = pin_root(raw_1)
    root = next_root(root, raw_2)
"""

import hashlib
from dataclasses import dataclass
from typing import Annotated

import msgspec
from tuf.api import metadata as tuf

from content_packs.errors import ForkedMetadataError, MetadataError
from content_packs.trust.metadata import VERSION_MAX, Advice, check_keys, check_signed, read_custom, read_root


@dataclass(frozen=True)
class Root:
    """An accepted root; `raw` is the file as it was signed."""

    version: int
    raw: bytes
    signed: tuf.Root
    signed_bytes: bytes
    registry_min_version: int

    @property
    def name(self) -> str:
        """Its name under meta/."""
        return f"{self.version}.root.json"

    @property
    def fingerprint(self) -> str:
        """What people at different places read to each other to know that they have the same: 20 digits of a hash."""
        digits = hashlib.sha256(self.signed_bytes).hexdigest()[:20]
        return " ".join(digits[at : at + 4] for at in range(0, 20, 4))


class _RootCustom(Advice, frozen=True):
    """What our `custom` says in a root (FORMAT 5.3)."""

    registry_min_version: Annotated[int, msgspec.Meta(ge=1, le=VERSION_MAX)] = 1


def pin_root(raw: bytes) -> Root:
    """Accept a first root: a threshold of its own keys signed it.

    Raises:
        MetadataError: Not a root as section 5 says.
        NotSignedError: Too few of its own keys signed it.
    """
    return _read_signed_by_itself("root.json", raw)


def next_root(current: Root, raw: bytes) -> Root:
    """Accept root N+1: a threshold of N's keys and a threshold of its own signed it.

    Raises:
        MetadataError: Not a root, or not the next version.
        NotSignedError: Too few signatures of either.
    """
    name = f"{current.version + 1}.root.json"
    root = _read_signed_by_itself(name, raw)
    if root.version != current.version + 1:
        raise MetadataError(name=name, problem=f"holds version {root.version}")
    check_signed(name, current.signed, "root", read_root(name, raw))
    return root


def same_root(current: Root, raw: bytes) -> None:
    """Check that another copy of the current root says the same.

    Raises:
        MetadataError: It cannot be read.
        ForkedMetadataError: It says something else: it belongs to another registry.
    """
    if read_root(current.name, raw).signed_bytes != current.signed_bytes:
        raise ForkedMetadataError(name=current.name, version=current.version)


def read_unsigned(raw: bytes) -> Root:
    """Read a root without asking who signed it: only to show a draft to those who are about to sign it.

    Raises:
        MetadataError: Not a root as section 5 says.
    """
    return _root("root.json", raw)


def _read_signed_by_itself(name: str, raw: bytes) -> Root:
    """Read a root and check its keys and its own signatures."""
    root = _root(name, raw)
    check_signed(name, root.signed, "root", read_root(name, raw))
    return root


def _root(name: str, raw: bytes) -> Root:
    """Read a root and check its keys."""
    metadata = read_root(name, raw)
    check_keys(name, metadata.signed.keys)
    custom = read_custom(name, metadata.signed.unrecognized_fields, _RootCustom)
    return Root(
        version=metadata.signed.version,
        raw=raw,
        signed=metadata.signed,
        signed_bytes=metadata.signed_bytes,
        registry_min_version=custom.registry_min_version,
    )
