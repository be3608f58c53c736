"""What strangers say on the local network: no packet stops the announcer, whatever names and records it holds.

The first byte says whether it came from our own address.
"""

from functools import cache

from sync.discovery.announcement import Announcement
from sync.discovery.claim import Claim, rank
from sync.discovery.dns import (
    ANSWER,
    CLASS_IN,
    TYPE_A,
    DNSAddress,
    DNSIncoming,
    DNSOutgoing,
    DNSService,
)
from sync.discovery.links import Link
from tests.fuzz.target import Target

_OWN = frozenset({b"\x0a\x00\x00\x07"})
_UNIQUE = CLASS_IN | 0x8000
_SERVICE_TYPE = 33


@cache
def _claim() -> Claim:
    """What our box has."""
    announcement = Announcement(school="Shkolla „Agimi”", version="1", box_id="b1", port=80)
    link = Link(2, "eth0", v4=("10.0.0.7",), v6=("fe80::1",))
    return Claim.on(link, announcement, host="schoolbox", instance="Shkolla Agimi")


def run(data: bytes) -> None:
    from_self, packet = data[:1] == b"\1", data[1:]
    claim = _claim()
    claim.concerns(packet)
    message = DNSIncoming(packet)
    claim.contested(message, _OWN, from_self=from_self)
    claim.outranked(message, from_self=from_self)
    claim.asks_for_host(message)
    for record in message.answers():
        rank(record)


def _seeds() -> list[bytes]:
    """Our own questions and answers, and those of a box with the same names."""
    other = DNSOutgoing(ANSWER)
    other.add_answer_at_time(DNSAddress("SchoolBox.local.", TYPE_A, _UNIQUE, 120, b"\x0a\x00\x00\x09"), 0)
    info = _claim().infos[0]
    other.add_answer_at_time(DNSService(info.name, _SERVICE_TYPE, _UNIQUE, 120, 0, 0, 80, "tjeter.local."), 0)
    packets = [*_claim().probe(), *_claim().defence().packets(), *other.packets()]
    return [head + packet for head in (b"\0", b"\1") for packet in packets]


TARGET = Target(
    run=run,
    allowed=(),
    seeds=_seeds,
    words=(b"\x09schoolbox", b"\x05local\0", b"\xc0\x0c", b"\x00\x21\x80\x01", b"\x00\x10\x80\x01", b"\x84\x00"),
    max_bytes=9000,
    runs=2000,
)
