"""Reading signed metadata: bytes in, a checked TUF object or an error out (FORMAT.md sections 5 and 7).

Only the public Metadata API of python-tuf is used. Its client (`ngclient`) is not: it trusts the clock, and with
truncated cached metadata it accepted a rollback.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, TypeAlias, TypeVar

import msgspec
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

ROOT_BYTES_MAX = 64 * 1024
REGISTRY_BYTES_MAX = 1024 * 1024
CATALOGUE_BYTES_MAX = 2 * 1024 * 1024
ROOTS_MAX = 1024
CATALOGUES_MAX = 1000
VERSION_MAX = 2**31

AnyMetadata: TypeAlias = tuf.Metadata[tuf.Root] | tuf.Metadata[tuf.Targets]

_PUBLIC_KEY = re.compile(r"[0-9a-f]{64}")
_Custom = TypeVar("_Custom", bound="Advice")
_Signed = TypeVar("_Signed", tuf.Root, tuf.Targets)


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """What `custom` says in any signed metadata; `signed_at` is shown, never believed (FORMAT 5.6, 6.7)."""

    signed_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


class Stamp(msgspec.Struct, frozen=True):
    """What the rollback floor needs to know of metadata: its version and what was signed; the date is advice."""

    version: int
    signed_bytes: bytes
    signed_at: datetime | None


def read_root(name: str, raw: bytes) -> tuf.Metadata[tuf.Root]:
    """Read a root; its signatures are not checked yet.

    Raises:
        MetadataTooLargeError: Above its cap; nothing was parsed.
        MetadataError: Not a TUF root, or it breaks a rule of section 5.
    """
    return _read(name, raw, ROOT_BYTES_MAX, tuf.Root)


def read_targets(name: str, raw: bytes, cap_bytes: int) -> tuf.Metadata[tuf.Targets]:
    """Read a registry or catalogue; its signatures are not checked yet.

    Raises:
        MetadataTooLargeError: Above its cap; nothing was parsed.
        MetadataError: Not TUF targets, or it breaks a rule of section 5.
    """
    return _read(name, raw, cap_bytes, tuf.Targets)


def read_custom(name: str, fields: Mapping[str, object], kind: type[_Custom]) -> _Custom:
    """Read our own `custom` object out of the fields TUF does not know.

    Raises:
        MetadataError: It is not what `kind` says.
    """
    try:
        return msgspec.convert(fields.get("custom", {}), type=kind)
    except msgspec.ValidationError as exc:
        raise MetadataError(name=name, problem=f"custom: {exc}") from exc


def check_keys(name: str, keys: Mapping[str, tuf.Key]) -> None:
    """Check that keys are Ed25519 and that none stands under two ids (FORMAT 5.2).

    Raises:
        MetadataError: They are not.
    """
    publics: set[str] = set()
    for key in keys.values():
        public = str(key.keyval.get("public"))
        if (key.keytype, key.scheme) != ("ed25519", "ed25519") or not _PUBLIC_KEY.fullmatch(public):
            raise MetadataError(name=name, problem=f"key {key.keyid} is not an Ed25519 key")
        if public in publics:
            raise MetadataError(name=name, problem=f"key {key.keyid} stands there twice")
        publics.add(public)


def check_signed(name: str, delegator: tuf.Root | tuf.Targets, role: str, metadata: AnyMetadata) -> None:
    """Check that a threshold of the role's keys, as the delegator names them, signed this.

    Raises:
        NotSignedError: They did not.
    """
    try:
        delegator.verify_delegate(role, metadata.signed_bytes, metadata.signatures)
    except (UnsignedMetadataError, ValueError) as exc:
        raise NotSignedError(name=name) from exc


def check_not_older(name: str, offered: Stamp, *, held: Stamp | None, minimum: int) -> None:
    """Apply the rollback floor (FORMAT 6.4-6.6).

    Args:
        name: Of the metadata, for the error.
        offered: What a shelf offers.
        held: What the box holds, only if it still verifies under today's delegator.
        minimum: The minimum version today's delegator names.

    Raises:
        OlderMetadataError: Below the floor.
        ForkedMetadataError: The version held, with other signed bytes.
    """
    floor = held.version if held else minimum
    if offered.version < floor:
        raise OlderMetadataError(name=name, version=offered.version, floor=floor, signed_at=offered.signed_at)
    if held and offered.version == held.version and offered.signed_bytes != held.signed_bytes:
        raise ForkedMetadataError(name=name, version=offered.version)


def _read(name: str, raw: bytes, cap_bytes: int, kind: type[_Signed]) -> tuf.Metadata[_Signed]:
    """Read metadata of one kind, with a sane version and a signed part that can be serialised."""
    if len(raw) > cap_bytes:
        raise MetadataTooLargeError(name=name, cap_bytes=cap_bytes)
    try:
        metadata: tuf.Metadata[_Signed] = tuf.Metadata[_Signed].from_bytes(raw)
        _ = metadata.signed_bytes
    except (DeserializationError, SerializationError) as exc:
        raise MetadataError(name=name, problem=str(exc.__cause__ or exc)) from exc
    if not isinstance(metadata.signed, kind):
        raise MetadataError(name=name, problem=f"not {kind.type} metadata")
    version = metadata.signed.version
    if type(version) is not int or not 1 <= version <= VERSION_MAX:
        raise MetadataError(name=name, problem="version is not a whole number from 1 to 2^31")
    return metadata
