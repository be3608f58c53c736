"""The parts of python-zeroconf and the numbers of DNS that discovery uses, imported in one place.

Promises: nobody imports this module before an announcer starts or somebody browses, because zeroconf and asyncio
take a tenth of a second and 10 MB.
"""

import logging

# Public and documented since 0.1, but missing from the library's __all__.
from zeroconf import (  # type: ignore[attr-defined]
    DNSAddress,
    DNSIncoming,
    DNSOutgoing,
    DNSQuestion,
    DNSRecord,
    DNSService,
    DNSText,
    Error,
    IPVersion,
    ServiceInfo,
    Zeroconf,
)

__all__ = [
    "DNSAddress",
    "DNSIncoming",
    "DNSOutgoing",
    "DNSQuestion",
    "DNSRecord",
    "DNSService",
    "DNSText",
    "Error",
    "IPVersion",
    "ServiceInfo",
    "Zeroconf",
]

# Its warnings are tracebacks about links that went away, which our own log lines say in one word.
logging.getLogger("zeroconf").setLevel(logging.ERROR)

PORT = 5353
GROUP_V4 = "224.0.0.251"
GROUP_V6 = "ff02::fb"

TYPE_A, TYPE_AAAA, TYPE_ANY = 1, 28, 255
CLASS_IN = 1
QUERY = 0x0000
ANSWER = 0x8400
"""Flags of a response: QR and AA. Source: RFC 6762 section 18."""

ASK_UNICAST = 0x8000
"""The top bit of a question's class: "you may answer me alone". Source: RFC 6762 section 5.4."""
