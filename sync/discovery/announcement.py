"""What a box says about itself on the local network, and how well that is going.

Promises: plain frozen values; every TXT value fits its 255 bytes and is whole UTF-8; every `Reason` is a code that a
page can translate.

    Announcement(school="Shkolla „Agimi”", version="0.1.0", box_id="b7f3", port=80).properties()["path"]  # b"/"
"""

import unicodedata
from enum import StrEnum

import msgspec

HTTP_TYPE = "_http._tcp.local."
"""What browsers and phones list; anyone may open it."""

SCHOOLBOX_TYPE = "_schoolbox._tcp.local."
"""What boxes look for when they look for each other."""

TXT_STRING_BYTES_MAX = 255
"""Source: RFC 6763 section 6.1: one `key=value` string of a TXT record."""


class Announcement(msgspec.Struct, frozen=True):
    """The facts that go out; `host` is the label wanted, without `.local`."""

    school: str
    version: str
    box_id: str
    port: int
    host: str = "schoolbox"

    def properties(self) -> dict[str, bytes]:
        """Give the TXT record, key by key, each value cut at a whole character where it is too long."""
        values = {"school": plain(self.school), "version": self.version, "id": self.box_id, "path": "/"}
        return {key: fit(value, TXT_STRING_BYTES_MAX - len(key) - 1).encode() for key, value in values.items()}


class Reason(StrEnum):
    """Why the box can or cannot be found by its name."""

    STOPPED = "stopped"
    NO_NETWORK = "no_network"
    CHECKING = "checking"
    ANNOUNCED = "announced"
    PORT_BUSY = "port_busy"
    NOT_PERMITTED = "not_permitted"
    FAILED = "failed"


class State(msgspec.Struct, frozen=True):
    """One moment of an announcer.

    `name` is the host name held and `instance` the line in people's lists of services, both empty unless they are
    announced; `addresses` are those at which the box can be reached, with or without a name; `taken` are the host
    names that others were found to hold; `detail` is for logs only.
    """

    reason: Reason
    name: str = ""
    instance: str = ""
    addresses: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()
    detail: str = ""


def fit(text: str, size_bytes: int) -> str:
    """Cut a text so that its UTF-8 takes at most `size_bytes`, never inside a character."""
    return text.encode(errors="replace")[:size_bytes].decode(errors="ignore")


def plain(text: str) -> str:
    """Make one line of a text: composed letters, no control characters, single spaces."""
    letters = unicodedata.normalize("NFC", text)
    spaced = (" " if unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") else letter for letter in letters)
    return " ".join("".join(spaced).split())
