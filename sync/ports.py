"""What the wire needs from a box, which implements it on its database.

`tests/contract/test_outbox.py` says how an `Outbox` must behave.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from sync.identity_wire import AddressesGiven, PersonAsked
from sync.wire import BoxStatus


class OutboxRow(msgspec.Struct, frozen=True):
    """One statement that waits: its place in the box's order, and the bytes of one JSON object."""

    seq: int
    statement: bytes


class OutboxCounts(msgspec.Struct, frozen=True):
    """How full the outbox is; `sent_total` counts what the hub has acknowledged since the box began.

    `quarantined` are those about which no person decided yet.
    """

    waiting: int
    quarantined: int
    sent_total: int


class Credentials(msgspec.Struct, frozen=True):
    """How a box signs in at its hub: `endpoint` ends in `/xapi/`, `key` and `secret` are for basic auth.

    `store_only`: it is another Learning Record Store, which is sent statements and nothing else.
    """

    endpoint: str
    key: str
    secret: str
    store_only: bool = False

    def __repr__(self) -> str:
        return f"Credentials(endpoint={self.endpoint!r}, key={self.key!r}, secret=...)"


class Outbox(Protocol):
    """Statements that no hub has acknowledged yet. Every method is durable when it returns."""

    def pending(self, limit: int) -> list[OutboxRow]:
        """Give what is to leave next, at most `limit`: by lane (PROTOCOL 4.8), in each the oldest first.

        Refused ones are not among them. What was given out once never changes.
        """
        ...

    def acknowledge(self, seqs: Sequence[int]) -> None:
        """Take rows out because the hub has them; rows that are gone already are no error and not counted again."""
        ...

    def quarantine(self, seq: int, reason: str) -> None:
        """Put one row aside with the reason; it stays on the box until a person decides."""
        ...

    def counts(self) -> OutboxCounts:
        """Say how many wait, are put aside and were sent."""
        ...


class ErasureSource(Protocol):
    """Learners whom the hub must still forget. Every method is durable when it returns."""

    def waiting(self) -> list[str]:
        """Give their random numbers, the oldest first."""
        ...

    def done(self, actor_ids: Sequence[str]) -> None:
        """The hub has forgotten these."""
        ...


class Registration(msgspec.Struct, frozen=True):
    """How a box is known at the identity office of the hub where its key is `hub_key`.

    `url`, `key` and `domain` are empty until the office has taken it in.
    """

    hub_key: str
    secret: str
    url: str = ""
    key: str = ""
    domain: str = ""

    def __repr__(self) -> str:
        return f"Registration(url={self.url!r}, key={self.key!r}, secret=...)"


class AddressBook(Protocol):
    """Who needs an address in the country, and who has which. Every method is durable when it returns."""

    def has_errand(self) -> bool:
        """Whether there is anything to talk about at all: the school allows it, or somebody is to be erased there."""
        ...

    def registration(self) -> Registration | None:
        """Give what the box is known by."""
        ...

    def register(self, registration: Registration) -> None:
        """Keep what the box is known by; a new secret means that everybody is asked for anew."""
        ...

    def ask(self, limit: int) -> list[PersonAsked]:
        """Give people who need an address, at most `limit`, and keep that they are being asked for."""
        ...

    def since(self) -> int:
        """Say how far the office was heard, 0 for never."""
        ...

    def keep(self, given: AddressesGiven) -> None:
        """Keep what the office said, all of it in one step; a smaller `since` than before: ask for everybody anew."""
        ...

    def to_erase(self) -> list[str]:
        """Give the random numbers that the office must still erase, the oldest first."""
        ...

    def erased(self, numbers: Sequence[str]) -> None:
        """The office has erased these."""
        ...

    def note(self, problem: str) -> None:
        """Keep the name of what went wrong, empty if all went well."""
        ...


class ReceiptDesk(Protocol):
    """Where receipts of couriers come in that the line brings."""

    def awaits(self) -> bool:
        """Whether a receipt would let statements go that still wait."""
        ...

    def came(self, raw: bytes) -> None:
        """Take receipts in; what is wrong with them is kept, never raised."""
        ...


class LineDesk(Protocol):
    """Who says when the line belongs to others."""

    def quiet_s(self) -> float:
        """For how long nothing but a heartbeat is sent; 0 if the line may be used."""
        ...


class TimeDesk(Protocol):
    """Where the times of statements are put right before they leave; they are never changed afterwards."""

    def wants_time(self) -> bool:
        """Whether nobody told the right time yet since this machine was started."""
        ...

    def told(self, at: datetime) -> None:
        """The hub says what time it is."""
        ...

    def settle(self) -> None:
        """Put right what waits, as well as can be known now. Durable when it returns."""
        ...


class Errand(Protocol):
    """What else a box does while the line is there, after the heartbeat."""

    def run(self, credentials: Credentials, *, should_stop: Callable[[], bool]) -> None:
        """Do as much as there is to do; what the line or the other side does is kept, never raised."""
        ...


class StatusSource(Protocol):
    """Where the heartbeat comes from."""

    def box_status(self) -> BoxStatus:
        """Describe the box as it is now."""
        ...


class CredentialSource(Protocol):
    """Where the box keeps what enrolment gave it."""

    def credentials(self) -> Credentials | None:
        """Give the credentials of today, or None if the box is not enrolled."""
        ...
