"""The records between box, hub and identity office (PROTOCOL.md section 10).

Promises: what decodes is complete and bounded, and holds no field this protocol does not name: a request cannot carry
more of a person than a random number and a name to be called by.

    asked = decode_record(raw, AddressesAsked)
"""

from typing import Annotated, TypeAlias

import msgspec

from sync.wire import ActorId, BoxId, Count, Secret, WireRecord

ASKED_MAX = 100
"""Most people in one request."""
NEWS_MAX = 200
"""Most changed addresses in one answer, beside those that were asked for."""
SIGNED_AS = b"schoolbox introduction\n"
"""What a hub's signature stands for; before the text of the introduction."""
DOMAIN_PATTERN = r"(?=.{3,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])"
LOCAL_PATTERN = r"(?=.{1,64}(@|\Z))[a-z0-9]+(\.[a-z0-9]+)*"

Sha256: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
Signature: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{128}\Z")]
LocalPart: TypeAlias = Annotated[str, msgspec.Meta(pattern=rf"^{LOCAL_PATTERN}\Z")]
"""What stands before the @: small letters a to z, digits and dots."""
Domain: TypeAlias = Annotated[str, msgspec.Meta(pattern=rf"^{DOMAIN_PATTERN}\Z")]
Address: TypeAlias = Annotated[str, msgspec.Meta(pattern=rf"^{LOCAL_PATTERN}@{DOMAIN_PATTERN}\Z")]
Name: TypeAlias = Annotated[str, msgspec.Meta(max_length=120)]


class IntroductionWanted(WireRecord, frozen=True):
    """A box asks its hub to introduce it; the secret itself is for the office alone."""

    secret_sha256: Sha256


class Introduction(WireRecord, frozen=True):
    """What a hub signs: which box this is, where it stands, and by which secret it is known."""

    box_id: BoxId
    school_id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    school: Name
    municipality: Name
    secret_sha256: Sha256


class IntroductionGiven(WireRecord, frozen=True):
    """The hub's answer: where the office is (empty: below the hub itself), and the signed text."""

    url: Annotated[str, msgspec.Meta(pattern=r"^(https?://[^\s?#]{1,280}/)?\Z")]
    introduction: Annotated[str, msgspec.Meta(min_length=2, max_length=2_000)]
    signature: Signature


class IntroductionShown(WireRecord, frozen=True):
    """A box introduces itself at the office."""

    introduction: Annotated[str, msgspec.Meta(min_length=2, max_length=2_000)]
    signature: Signature
    secret: Secret


class Introduced(WireRecord, frozen=True):
    """The office takes the box in: its user name for basic auth, and what stands behind the @."""

    key: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{1,64}\Z")]
    domain: Domain


class PersonAsked(WireRecord, frozen=True):
    """One person: the random number, the wished part before the @, and the address if there is one already."""

    number: ActorId
    wish: LocalPart
    have: Annotated[str, msgspec.Meta(pattern=rf"^({LOCAL_PATTERN}@{DOMAIN_PATTERN})?\Z")] = ""


class AddressesAsked(WireRecord, frozen=True):
    """A box asks for addresses of people, and for what has changed."""

    since: Count
    people: Annotated[tuple[PersonAsked, ...], msgspec.Meta(max_length=ASKED_MAX)] = ()


class PersonGiven(WireRecord, frozen=True):
    """The address of one number."""

    number: ActorId
    address: Address


class AddressesGiven(WireRecord, frozen=True):
    """The office's answer."""

    addresses: Annotated[tuple[PersonGiven, ...], msgspec.Meta(max_length=ASKED_MAX + NEWS_MAX)]
    undecided: Annotated[tuple[ActorId, ...], msgspec.Meta(max_length=ASKED_MAX)]
    since: Count
    more: bool
