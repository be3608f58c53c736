"""The chain of roots: whom a box trusts to say whom it trusts (FORMAT 6.1, 6.2).

Promises: pure functions; a `Root` exists only if its own keys signed it, and it follows only from the one before.

    root = pin_root(raw_1)
    root = next_root(root, raw_2)
"""

import hashlib
from datetime import UTC, datetime

import msgspec
from tuf.api import metadata as tuf

from content_packs.errors import ForkedMetadataError, MetadataError
from content_packs.trust import shapes
from content_packs.trust.metadata import Read, check_signed, read_root


class Root(msgspec.Struct, frozen=True):
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


NOBODY = Root(
    version=0,
    raw=b"",
    signed=tuf.Root(expires=datetime(2000, 1, 1, tzinfo=UTC)),
    signed_bytes=b"",
    registry_min_version=1,
)
"""The root of a box that was never told whom to trust: it has no keys, so nothing is signed under it."""


def pin_root(raw: bytes) -> Root:
    """Accept a first root: a threshold of its own keys signed it.

    Raises:
        MetadataError: Not a root as section 5 says.
        NotSignedError: Too few of its own keys signed it.
    """
    return _signed_by_itself("root.json", raw)


def next_root(current: Root, raw: bytes) -> Root:
    """Accept root N+1: a threshold of N's keys and a threshold of its own signed it.

    Raises:
        MetadataError: Not a root, or not the next version.
        NotSignedError: Too few signatures of either.
    """
    name = f"{current.version + 1}.root.json"
    root, read = _root(name, raw)
    if root.version != current.version + 1:
        raise MetadataError(name=name, problem=f"holds version {root.version}")
    check_signed(root.signed, "root", read)
    check_signed(current.signed, "root", read)
    return root


def earlier_root(later: Root, raw: bytes) -> Root:
    """Give root N-1 if root N follows from it: for a box that began with N and passes on what came before.

    Raises:
        MetadataError: Not a root, or not the version before.
        NotSignedError: Too few of its own keys signed it, or root N does not follow.
    """
    name = f"{later.version - 1}.root.json"
    root = _signed_by_itself(name, raw)
    next_root(root, later.raw)
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
    return _root("root.json", raw)[0]


def _signed_by_itself(name: str, raw: bytes) -> Root:
    """Read a root and check its own signatures."""
    root, read = _root(name, raw)
    check_signed(root.signed, "root", read)
    return root


def _root(name: str, raw: bytes) -> tuple[Root, Read[tuf.Root, shapes.Root]]:
    """Read a root."""
    read = read_root(name, raw)
    root = Root(
        version=read.shape.version,
        raw=raw,
        signed=read.metadata.signed,
        signed_bytes=read.signed_bytes,
        registry_min_version=read.shape.custom.registry_min_version,
    )
    return root, read
