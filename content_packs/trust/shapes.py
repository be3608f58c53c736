"""The exact form of every field that is named in metadata (FORMAT 5.9, 5.12); what is not named is passed over.

Promises: what converts to these has nothing left that a later rule could stumble over.

    msgspec.convert(read_json(raw), type=RootFile)
"""

from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

from content_packs.manifest import MANIFEST_BYTES_MAX, Sha256, Text

VERSION_MAX = 2**31

Count: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=VERSION_MAX)]
Time: TypeAlias = Annotated[
    str, msgspec.Meta(pattern=r"\A[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-5][0-9]Z\Z")
]
PublicKey: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
SpecVersion: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"\A1\.[0-9]+(\.[0-9]+)?\Z")]
Names: TypeAlias = Annotated[Text, msgspec.Meta(min_length=1)]


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """The base of every form."""


class Signature(Shape, frozen=True):
    """A signature and the name of the key that made it."""

    keyid: str
    sig: Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{128}\Z")]


class KeyValue(Shape, frozen=True):
    """The key itself."""

    public: PublicKey


class Key(Shape, frozen=True):
    """An Ed25519 key."""

    keytype: Literal["ed25519"]
    scheme: Literal["ed25519"]
    keyval: KeyValue


class Role(Shape, frozen=True):
    """Which keys may sign, and how many of them must."""

    keyids: list[str]
    threshold: Count


class Roles(Shape, frozen=True, forbid_unknown_fields=True):
    """The four roles of a root."""

    root: Role
    targets: Role
    snapshot: Role
    timestamp: Role


class Custom(Shape, frozen=True):
    """What `custom` says in any signed metadata."""

    signed_at: Time | UnsetType = UNSET


class RootCustom(Custom, frozen=True):
    """What it says in a root besides."""

    registry_min_version: Count = 1


class PublisherCustom(Shape, frozen=True):
    """What it says of a publisher."""

    names: Names
    min_version: Count = 1


class AcademyCustom(Shape, frozen=True):
    """How an academy introduces itself."""

    public: PublicKey
    names: Names


class CatalogueCustom(Custom, frozen=True):
    """What it says in a catalogue besides."""

    academy: AcademyCustom | UnsetType = UNSET


class Signed(Shape, frozen=True):
    """What is in every signed part."""

    spec_version: SpecVersion
    version: Count
    expires: Time


class Root(Signed, frozen=True):
    """The signed part of a root."""

    kind: Literal["root"] = msgspec.field(name="_type")
    consistent_snapshot: bool
    keys: dict[str, Key]
    roles: Roles
    custom: RootCustom = RootCustom()


class Publisher(Role, frozen=True):
    """A role of a registry."""

    name: str
    terminating: bool
    paths: list[str]
    custom: PublisherCustom
    path_hash_prefixes: UnsetType = UNSET


class Delegations(Shape, frozen=True):
    """The publishers of a registry and their keys."""

    keys: dict[str, Key]
    roles: list[Publisher]
    succinct_roles: UnsetType = UNSET


class Registry(Signed, frozen=True):
    """The signed part of a registry."""

    kind: Literal["targets"] = msgspec.field(name="_type")
    targets: Annotated[dict[str, msgspec.Raw], msgspec.Meta(max_length=0)]
    delegations: Delegations | UnsetType = UNSET
    custom: Custom = Custom()


class Hashes(Shape, frozen=True, forbid_unknown_fields=True):
    """The one hash of a manifest."""

    sha256: Sha256


class Target(Shape, frozen=True):
    """Length and hash of a manifest."""

    length: Annotated[int, msgspec.Meta(ge=1, le=MANIFEST_BYTES_MAX)]
    hashes: Hashes


class Catalogue(Signed, frozen=True):
    """The signed part of a catalogue."""

    kind: Literal["targets"] = msgspec.field(name="_type")
    targets: dict[str, Target]
    delegations: UnsetType = UNSET
    custom: CatalogueCustom = CatalogueCustom()


class RootFile(Shape, frozen=True):
    """A root as it stands in its file."""

    signed: Root
    signatures: list[Signature]


class RegistryFile(Shape, frozen=True):
    """A registry as it stands in its file."""

    signed: Registry
    signatures: list[Signature]


class CatalogueFile(Shape, frozen=True):
    """A catalogue as it stands in its file."""

    signed: Catalogue
    signatures: list[Signature]
