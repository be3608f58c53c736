"""What a box claims on one link, and who wins when somebody else claims the same (RFC 6762 sections 8 and 9).

Promises: rules only, no sockets. A name is contested by other data under it, never by our own data coming back from a
loop, a repeater, or another responder on the same machine.

    claim = Claim.on(link, announcement, host="schoolbox", instance="Shkolla Agimi")
    claim.contested(DNSIncoming(packet), own, from_self=False)     # Contest.HOST, Contest.INSTANCE or None
"""

import socket
import struct
from collections.abc import Iterable
from enum import Enum
from typing import Self

import msgspec

from sync.discovery.announcement import HTTP_TYPE, SCHOOLBOX_TYPE, Announcement
from sync.discovery.dns import (
    ANSWER,
    ASK_UNICAST,
    CLASS_IN,
    QUERY,
    TYPE_A,
    TYPE_AAAA,
    TYPE_ANY,
    DNSAddress,
    DNSIncoming,
    DNSOutgoing,
    DNSQuestion,
    DNSRecord,
    DNSService,
    DNSText,
    ServiceInfo,
)
from sync.discovery.links import Link


class Contest(Enum):
    """Which of our names somebody else has."""

    HOST = "host"
    INSTANCE = "instance"


class Claim(msgspec.Struct, frozen=True):
    """The names and records of a box on one link; `infos` are its two services."""

    host: str
    instance: str
    infos: tuple[ServiceInfo, ...]
    tokens: tuple[bytes, ...]

    def __repr__(self) -> str:
        """Say the names; who knows a token can take them away."""
        return f"Claim(host={self.host!r}, instance={self.instance!r})"

    @classmethod
    def on(cls, link: Link, announcement: Announcement, *, host: str, instance: str) -> Self:
        """Make the claim for the addresses of one link."""
        infos = tuple(
            ServiceInfo(
                kind,
                f"{instance}.{kind}",
                port=announcement.port,
                properties=dict(announcement.properties()),
                server=f"{host}.local.",
                parsed_addresses=list(link.addresses),
            )
            for kind in (HTTP_TYPE, SCHOOLBOX_TYPE)
        )
        labels = (host.encode().lower(), instance.encode().lower())
        return cls(host, instance, infos, tuple(bytes([len(label)]) + label for label in labels))

    @property
    def _server(self) -> str:
        """The host name as records are compared by it."""
        return f"{self.host}.local."

    def probe(self) -> list[bytes]:
        """Write the question whether anybody has these names, with what we would say under them.

        Addresses are also asked for by type, because python-zeroconf answers no question for any type at a host name.
        """
        out = DNSOutgoing(QUERY)
        for type_ in (TYPE_ANY, TYPE_A, TYPE_AAAA):
            out.add_question(DNSQuestion(self._server, type_, CLASS_IN | ASK_UNICAST))
        for info in self.infos:
            out.add_question(DNSQuestion(info.name, TYPE_ANY, CLASS_IN | ASK_UNICAST))
        # add_authorative_answer takes nothing but pointers, and a pointer is no unique record.
        out.authorities.extend(self._unique_records())  # type: ignore[arg-type]
        return list(out.packets())

    def defence(self) -> DNSOutgoing:
        """Write the answer that tells a newcomer that the host name is held."""
        out = DNSOutgoing(ANSWER)
        for record in self.infos[0].dns_addresses():
            out.add_answer_at_time(record, 0)
        return out

    def goodbye(self, addresses: Iterable[bytes]) -> DNSOutgoing:
        """Write that these addresses are ours no longer (RFC 6762 section 10.1), leaving the others as they are."""
        out = DNSOutgoing(ANSWER)
        for packed in addresses:
            type_ = TYPE_A if len(packed) == 4 else TYPE_AAAA
            out.add_answer_at_time(DNSAddress(self._server, type_, CLASS_IN, 0, packed), 0)
        return out

    def concerns(self, packet: bytes) -> bool:
        """Say cheaply whether a packet can hold one of our names: each is spelt out once before it is shortened."""
        lowered = packet.lower()
        return any(token in lowered for token in self.tokens)

    def asks_for_host(self, message: DNSIncoming) -> bool:
        """Say whether somebody asks for everything under our host name, as a newcomer does."""
        return any(ask.type == TYPE_ANY and ask.name.lower() == self._server for ask in message.questions)

    def contested(self, message: DNSIncoming, own: frozenset[bytes], *, from_self: bool) -> Contest | None:
        """Say which of our names an answer shows to be somebody else's."""
        if not message.is_response():
            return None
        for record in message.answers():
            if record.ttl and self._is_strange_address(record, own) and not from_self:
                return Contest.HOST
            if record.ttl and self._is_strange_service(record):
                return Contest.INSTANCE
        return None

    def goes_second(self, message: DNSIncoming) -> bool:
        """Say whether somebody else holds one of our service names with data that sorts before ours: both know that."""
        mine = {info.key: rank(info.dns_service()) for info in self.infos}
        theirs = [record for record in message.answers() if record.ttl and self._is_strange_service(record)]
        return any(rank(record) < mine[record.key] for record in theirs)

    def outranked(self, message: DNSIncoming, *, from_self: bool) -> bool:
        """Say whether somebody asks for the same name at the same moment and goes first (RFC 6762 section 8.2)."""
        if message.is_response() or not message.num_authorities:
            return False
        theirs = message.answers()[message.num_answers :]
        keys = {info.key for info in self.infos} | (set() if from_self else {self._server})
        return any(self._loses(key, theirs) for key in keys)

    def _loses(self, key: str, theirs: list[DNSRecord]) -> bool:
        """Compare what both would say under one name: the data that sorts last wins, equal data is no contest."""
        other = sorted(rank(record) for record in theirs if record.key == key)
        mine = sorted(rank(record) for record in self._unique_records() if record.key == key)
        return bool(other) and mine < other

    def _unique_records(self) -> list[DNSRecord]:
        """Every record that only one host may have."""
        services: list[DNSRecord] = [record for info in self.infos for record in (info.dns_service(), info.dns_text())]
        return [*self.infos[0].dns_addresses(), *services]

    def _is_strange_address(self, record: DNSRecord, own: frozenset[bytes]) -> bool:
        """Say whether our host name has an address that is not of this machine."""
        return isinstance(record, DNSAddress) and record.key == self._server and record.address not in own

    def _is_strange_service(self, record: DNSRecord) -> bool:
        """Say whether one of our service names leads to another host or port."""
        if not isinstance(record, DNSService):
            return False
        mine = next((info for info in self.infos if info.key == record.key), None)
        return mine is not None and (record.server.lower(), record.port) != (self._server, mine.port)


def rank(record: DNSRecord) -> tuple[int, int, bytes]:
    """Give what a record is sorted by: class, type, then its data as raw bytes without name compression."""
    return record.class_, record.type, _data(record)


def _data(record: DNSRecord) -> bytes:
    """Write a record's data as it would stand in an uncompressed packet."""
    if isinstance(record, DNSAddress):
        return record.address
    if isinstance(record, DNSService):
        labels = [label.encode() for label in record.server.rstrip(".").split(".")]
        target = b"".join(bytes([len(label)]) + label for label in labels)
        return struct.pack("!HHH", record.priority, record.weight, record.port) + target + b"\0"
    return record.text if isinstance(record, DNSText) else b""


def packed(address: str) -> bytes:
    """Give an address as its 4 or 16 bytes."""
    return socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)
