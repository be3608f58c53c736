"""Academies: boxes that sign their own school's packs, trusted by themselves or by a person (FORMAT 5.8, 6.14).

Promises: pure functions; an `Academy` exists only if its id is that of its key and its key signed the catalogue it
introduces itself with. Nobody can make one for an id whose key he does not have.

    academy = read_academy(raw)
    accept_catalogue(delegator_of([academy]), academy.id, raw, held=None)
"""

import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from types import MappingProxyType

import msgspec
from msgspec import UnsetType
from securesystemslib.signer import Key, SSlibKey
from tuf.api import metadata as tuf

from content_packs.errors import AcademyNotAcceptedError, MetadataError, NotAnAcademyError, UnknownPublisherError
from content_packs.manifest import Text
from content_packs.trust.catalogue import verify_catalogue
from content_packs.trust.delegator import Delegator, Publisher
from content_packs.trust.json_text import canonical
from content_packs.trust.metadata import read_catalogue

ACADEMY_PATTERN = re.compile(r"box-[0-9a-f]{20}")
_ANY_DATE = datetime(2000, 1, 1, tzinfo=UTC)


class Academy(msgspec.Struct, frozen=True):
    """An academy as it introduced itself in the catalogue `raw`; `public` is its key in hexadecimal digits.

    `own` says that it is that of the box itself.
    """

    id: str
    names: Text
    public: str
    raw: bytes
    own: bool = False


def is_academy_id(text: str) -> bool:
    """Say whether this is the id of an academy."""
    return bool(ACADEMY_PATTERN.fullmatch(text))


def key_id(public: str) -> str:
    """Compute the id of a key (FORMAT 5.11)."""
    key = {"keytype": "ed25519", "keyval": {"public": public}, "scheme": "ed25519"}
    return hashlib.sha256(canonical(key)).hexdigest()


def academy_id(public: str) -> str:
    """Compute the id of the academy that has this key."""
    return f"box-{key_id(public)[:20]}"


def read_academy(raw: bytes) -> Academy:
    """Read a catalogue by which an academy introduces itself.

    Raises:
        NotAnAcademyError: It is the catalogue of somebody else, or none.
        NotSignedError: Its key did not sign it.
        OutsidePrefixError: It names what is not its own.
    """
    try:
        custom = read_catalogue("cat/academy.json", raw).shape.custom.academy
        if isinstance(custom, UnsetType):
            raise NotAnAcademyError
        academy = Academy(academy_id(custom.public), custom.names, custom.public, raw)
        verify_catalogue(delegator_of([academy]), academy.id, raw)
    except MetadataError as exc:
        raise NotAnAcademyError from exc
    return academy


def delegator_of(academies: Iterable[Academy]) -> Delegator:
    """Let academies sign, each with its key and for its own ids."""
    listed = list(academies)
    keys: dict[str, Key] = {key_id(academy.public): _key(academy.public) for academy in listed}
    roles = {academy.id: _role(academy) for academy in listed}
    signed = tuf.Targets(expires=_ANY_DATE, delegations=tuf.Delegations(keys=keys, roles=roles))
    publishers = {academy.id: Publisher(academy.id, academy.names, 1) for academy in listed}
    return Delegator(MappingProxyType(publishers), signed)


def unknown(publisher: str) -> UnknownPublisherError:
    """Say of somebody that nobody lets him sign: what can be done depends on whether it is an academy."""
    kind = AcademyNotAcceptedError if is_academy_id(publisher) else UnknownPublisherError
    return kind(publisher=publisher)


def academy_file(academy_id: str, *, own: bool = False) -> str:
    """Give the name under which a box keeps the catalogue an academy was accepted by."""
    return f"academies/{'own/' if own else ''}{academy_id}.json"


def _key(public: str) -> SSlibKey:
    """The key of an academy."""
    return SSlibKey(key_id(public), "ed25519", "ed25519", {"public": public})


def _role(academy: Academy) -> tuf.DelegatedRole:
    """What an academy may sign."""
    paths = [f"{academy.id}/*/*"]
    return tuf.DelegatedRole(academy.id, [key_id(academy.public)], 1, terminating=True, paths=paths)
