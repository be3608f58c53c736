"""What a round of sendings needs from a box, which implements it on its database (PROTOCOL section 11)."""

from collections.abc import Sequence
from typing import Literal, Protocol, TypeAlias

import msgspec

from sync.sending_wire import SchoolAt, Sendings, SendingState

Told: TypeAlias = Literal["told", "late", "twice"]
"""What became of a receipt: the hub has it; it no longer carries that sending; it has one of another box before it."""


class ToSend(msgspec.Struct, frozen=True):
    """A sealed file that is to go up, and its hash."""

    sending: str
    to: str
    sha256: str
    content: bytes


class ToFetch(msgspec.Struct, frozen=True):
    """A sealed file that is to come down: how much of it is here."""

    sending: str
    size_bytes: int
    have_bytes: int


class ToTell(msgspec.Struct, frozen=True):
    """A receipt that is to go to the school which sent."""

    sending: str
    receipt: str


class SendingBook(Protocol):
    """Where the box keeps its sendings. Every method is durable when it returns."""

    def carried(self, *, by_hub: bool) -> None:
        """Keep whether this hub carries sendings at all."""
        ...

    def heard(self, sendings: Sendings) -> None:
        """Take in what the hub has: how far the own ones are, receipts, and what waits for this school."""
        ...

    def over(self) -> list[str]:
        """Give the sendings that the hub may forget: ended, taken back, replaced, or known to have expired."""
        ...

    def forgotten(self, sending: str) -> None:
        """The hub has forgotten it."""
        ...

    def to_send(self) -> list[str]:
        """Give the sendings that are to go up."""
        ...

    def sending(self, sending: str) -> ToSend | None:
        """Give one of them; None if it is not to go up any more."""
        ...

    def sent(self, state: SendingState) -> None:
        """Keep how much of it the hub has."""
        ...

    def refused(self, sending: str, word: str) -> None:
        """The hub does not take it; `word` says why."""
        ...

    def to_fetch(self) -> list[ToFetch]:
        """Give what is to come down."""
        ...

    def fetched(self, sending: str, begins: int, raw: bytes) -> int:
        """Keep a piece, and give how much is here; 0 again if the whole was not what was announced."""
        ...

    def gone(self, sending: str) -> None:
        """The hub no longer has it for this school."""
        ...

    def to_tell(self) -> list[ToTell]:
        """Give the receipts that are to go back."""
        ...

    def told(self, sending: str, how: Told) -> None:
        """The hub has the receipt; or it no longer carries that sending; or it has one of another box."""
        ...

    def schools_mark(self) -> str | None:
        """Give the mark of the list of schools that is here; None if it need not be asked for now."""
        ...

    def keep_schools(self, mark: str, schools: Sequence[SchoolAt] | None) -> None:
        """Keep the list of schools; None if it is the one that is here."""
        ...

    def trouble(self, error: Exception | None) -> None:
        """Keep what went wrong in a round, None if nothing did."""
        ...
