"""Reading signed metadata: bytes in, a checked TUF object or an error out (FORMAT.md sections 5 and 7).

Only the public Metadata API of python-tuf is used. Its client (`ngclient`) is not: it trusts the clock, and with
truncated cached metadata it accepted a rollback. What python-tuf reads more leniently than FORMAT 5.9 to 5.12 says is
refused before: nothing counts as signed that is not byte for byte what the signatures are over.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Generic, TypeAlias, TypeVar

import msgspec
from msgspec import UNSET, UnsetType
from tuf.api import metadata as tuf
from tuf.api.exceptions import UnsignedMetadataError
from tuf.api.serialization import DeserializationError, SerializationError

from content_packs.errors import (
    ForkedMetadataError,
    MetadataError,
    MetadataTooLargeError,
    NotSignedError,
    OlderMetadataError,
)
from content_packs.trust import shapes
from content_packs.trust.json_text import canonical, read_json

ROOT_BYTES_MAX = 64 * 1024
REGISTRY_BYTES_MAX = 1024 * 1024
CATALOGUE_BYTES_MAX = 2 * 1024 * 1024
ROOTS_MAX = 1024
CATALOGUES_MAX = 1000

AnyMetadata: TypeAlias = tuf.Metadata[tuf.Root] | tuf.Metadata[tuf.Targets]

_File = TypeVar("_File", shapes.RootFile, shapes.RegistryFile, shapes.CatalogueFile)
_Signed = TypeVar("_Signed", tuf.Root, tuf.Targets)
_Shape = TypeVar("_Shape", shapes.Root, shapes.Registry, shapes.Catalogue)


class Stamp(msgspec.Struct, frozen=True):
    """What the rollback floor needs to know of metadata: its version and what was signed; the date is advice."""

    version: int
    signed_bytes: bytes
    signed_at: datetime | None


class Read(msgspec.Struct, Generic[_Signed, _Shape], frozen=True):
    """Metadata whose form is right; its signatures are not checked yet."""

    name: str
    metadata: tuf.Metadata[_Signed]
    shape: _Shape
    signed_bytes: bytes
    signed_at: datetime | None


AnyRead: TypeAlias = (
    Read[tuf.Root, shapes.Root] | Read[tuf.Targets, shapes.Registry] | Read[tuf.Targets, shapes.Catalogue]
)


def read_root(name: str, raw: bytes) -> Read[tuf.Root, shapes.Root]:
    """Read a root.

    Raises:
        MetadataTooLargeError: Above its cap; nothing was parsed.
        MetadataError: Not a root as section 5 says.
    """
    file, signed_bytes = _file(name, raw, ROOT_BYTES_MAX, shapes.RootFile)
    _check_keys(name, file.signed.keys)
    signed_at = _times(name, file.signed.expires, file.signed.custom.signed_at)
    metadata = _tuf(name, raw, tuf.Root, signed_bytes)
    return Read(name, metadata, file.signed, signed_bytes, signed_at)


def read_registry(name: str, raw: bytes) -> Read[tuf.Targets, shapes.Registry]:
    """Read a registry.

    Raises:
        MetadataTooLargeError: Above its cap; nothing was parsed.
        MetadataError: Not a registry as section 5 says.
    """
    file, signed_bytes = _file(name, raw, REGISTRY_BYTES_MAX, shapes.RegistryFile)
    if not isinstance(file.signed.delegations, UnsetType):
        _check_keys(name, file.signed.delegations.keys)
    signed_at = _times(name, file.signed.expires, file.signed.custom.signed_at)
    metadata = _tuf(name, raw, tuf.Targets, signed_bytes)
    return Read(name, metadata, file.signed, signed_bytes, signed_at)


def read_catalogue(name: str, raw: bytes) -> Read[tuf.Targets, shapes.Catalogue]:
    """Read a catalogue.

    Raises:
        MetadataTooLargeError: Above its cap; nothing was parsed.
        MetadataError: Not a catalogue as section 5 says.
    """
    file, signed_bytes = _file(name, raw, CATALOGUE_BYTES_MAX, shapes.CatalogueFile)
    signed_at = _times(name, file.signed.expires, file.signed.custom.signed_at)
    metadata = _tuf(name, raw, tuf.Targets, signed_bytes)
    return Read(name, metadata, file.signed, signed_bytes, signed_at)


def check_signed(delegator: tuf.Root | tuf.Targets, role: str, read: AnyRead) -> None:
    """Check that a threshold of the role's keys, as the delegator names them, signed this.

    Raises:
        NotSignedError: They did not.
    """
    try:
        delegator.verify_delegate(role, read.signed_bytes, read.metadata.signatures)
    except (UnsignedMetadataError, ValueError) as exc:
        raise NotSignedError(name=read.name) from exc


def check_not_older(name: str, offered: Stamp, *, held: Stamp | None, minimum: int) -> None:
    """Apply the rollback floor (FORMAT 6.4-6.6).

    The larger of both counts, so that a minimum that was raised holds for every box alike, whatever it saw before.

    Args:
        name: Of the metadata, for the error.
        offered: What a shelf offers.
        held: What the box holds, only if it still verifies under today's delegator.
        minimum: The minimum version today's delegator names.

    Raises:
        OlderMetadataError: Below the floor.
        ForkedMetadataError: The version held, with other signed bytes.
    """
    floor = max(held.version if held else 1, minimum)
    if offered.version < floor:
        raise OlderMetadataError(name=name, version=offered.version, floor=floor, signed_at=offered.signed_at)
    if held and offered.version == held.version and offered.signed_bytes != held.signed_bytes:
        raise ForkedMetadataError(name=name, version=offered.version)


def _file(name: str, raw: bytes, cap_bytes: int, kind: type[_File]) -> tuple[_File, bytes]:
    """Read a file of metadata in its exact form, and give besides what its signatures are over."""
    if len(raw) > cap_bytes:
        raise MetadataTooLargeError(name=name, cap_bytes=cap_bytes)
    try:
        whole = read_json(raw)
        file = msgspec.convert(whole, type=kind)
    except ValueError as exc:
        problem = str(exc).replace("Expected `msgspec.UnsetType`, got", "must be absent, but there is")
        raise MetadataError(name=name, problem=problem) from exc
    _check_distinct(name, "signature", (signature.keyid for signature in file.signatures))
    return file, canonical(whole["signed"]) if isinstance(whole, dict) else b""


def _tuf(name: str, raw: bytes, kind: type[_Signed], signed_bytes: bytes) -> tuf.Metadata[_Signed]:
    """Read the same file as TUF does; refuse it where TUF would take something else as signed."""
    try:
        metadata: tuf.Metadata[_Signed] = tuf.Metadata[_Signed].from_bytes(raw)
        same = metadata.signed_bytes == signed_bytes
    except (DeserializationError, SerializationError) as exc:
        raise MetadataError(name=name, problem=str(exc.__cause__ or exc)) from exc
    if not isinstance(metadata.signed, kind) or not same:
        raise MetadataError(name=name, problem="it could be read in more than one way")
    return metadata


def _check_keys(name: str, keys: Mapping[str, shapes.Key]) -> None:
    """Check that no key stands under two ids (FORMAT 5.2)."""
    _check_distinct(name, "key", (key.keyval.public for key in keys.values()))


def _check_distinct(name: str, what: str, values: Iterable[str]) -> None:
    """Check that nothing stands there twice."""
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise MetadataError(name=name, problem=f"the {what} {value} stands there twice")
        seen.add(value)


def _times(name: str, expires: str, signed_at: str | UnsetType) -> datetime | None:
    """Read the two times, of which one is advice and the other nothing."""
    try:
        _time(expires)
        return _time(signed_at) if signed_at is not UNSET else None
    except ValueError as exc:
        raise MetadataError(name=name, problem=str(exc)) from exc


def _time(text: str) -> datetime:
    """Read a time that has the right form."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
