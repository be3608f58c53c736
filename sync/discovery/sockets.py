"""The sockets with which a box listens and asks on one link.

Promises: an ear hears what is said to everybody on its own link and nothing else, so it never takes an answer away
from another responder on this machine; a voice speaks from the link's own address and hears what is answered to it.

    with Ears(link) as ears, Voices(link) as voices:
        voices.say(packet)
        select.select([*ears.sockets, *voices.sockets], [], [])
"""

import contextlib
import socket
import struct
from types import TracebackType
from typing import Self

from sync.discovery.claim import packed
from sync.discovery.dns import GROUP_V4, GROUP_V6, PORT
from sync.discovery.links import Link

IP_MULTICAST_ALL = 49
IPV6_MULTICAST_ALL = 29
"""Set to 0, a socket gets what was sent to the groups it joined itself. Source: ip(7), ipv6(7); Python lacks both."""

HOPS = 255
"""Source: RFC 6762 section 11."""

PACKET_BYTES_MAX = 9000


class Sockets:
    """Some sockets that are closed together."""

    def __init__(self) -> None:
        self.sockets: list[socket.socket] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close every socket."""
        while self.sockets:
            self.sockets.pop().close()

    def _open(self, family: int, address: tuple[str, int] | tuple[str, int, int, int]) -> socket.socket:
        """Bind one shared, non-blocking socket; a failure closes all the others too.

        Raises:
            OSError: The port is busy, not allowed, or the address is gone.
        """
        opened = socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self.sockets.append(opened)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        opened.bind(address)
        return opened


class Ears(Sockets):
    """Hear what is said to everybody on a link.

    Raises:
        OSError: The port is busy, not allowed, or the link is gone.
    """

    def __init__(self, link: Link) -> None:
        super().__init__()
        try:
            if link.v4:
                self._hear_v4(link)
            if link.v6:
                self._hear_v6(link)
        except OSError:
            self.close()
            raise

    def _hear_v4(self, link: Link) -> None:
        """Join the IPv4 group on this link only."""
        ear = self._open(socket.AF_INET, (GROUP_V4, PORT))
        confine(ear)
        group = struct.pack("=4s4si", packed(GROUP_V4), packed(link.v4[0]), link.index)
        ear.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group)

    def _hear_v6(self, link: Link) -> None:
        """Join the IPv6 group on this link only."""
        ear = self._open(socket.AF_INET6, (GROUP_V6, PORT, 0, link.index))
        group = packed(GROUP_V6) + struct.pack("@I", link.index)
        ear.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, group)


class Voices(Sockets):
    """Speak on a link, and hear the answers that come back to us alone.

    Raises:
        OSError: The port is busy, not allowed, or the address is gone.
    """

    def __init__(self, link: Link) -> None:
        super().__init__()
        self._scope = link.index
        try:
            if link.v4:
                self._speak_v4(link)
            if link.v6:
                self._speak_v6(link)
        except OSError:
            self.close()
            raise

    def say(self, packet: bytes) -> None:
        """Send to everybody on the link; a link that just went away is noticed elsewhere."""
        for voice in self.sockets:
            to = (GROUP_V4, PORT) if voice.family == socket.AF_INET else (GROUP_V6, PORT, 0, self._scope)
            with contextlib.suppress(OSError):
                voice.sendto(packet, to)

    def _speak_v4(self, link: Link) -> None:
        """Open the IPv4 voice."""
        voice = self._open(socket.AF_INET, (link.v4[0], PORT))
        voice.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, packed(link.v4[0]))
        voice.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, HOPS)

    def _speak_v6(self, link: Link) -> None:
        """Open the IPv6 voice."""
        voice = self._open(socket.AF_INET6, (link.v6_source, PORT, 0, link.index))
        voice.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, link.index)
        voice.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, HOPS)


def confine(listening: socket.socket) -> None:
    """Keep what is said on other links of this machine away from a socket that listens on every link.

    A kernel that cannot do that still works well for a box with one link.
    """
    with contextlib.suppress(OSError):
        listening.setsockopt(socket.IPPROTO_IP, IP_MULTICAST_ALL, 0)
        if listening.family == socket.AF_INET6:
            listening.setsockopt(socket.IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0)


def receive(source: socket.socket) -> tuple[bytes, bytes] | None:
    """Take one packet: the packed address of the sender, and the data; None when there is none."""
    try:
        data, sender = source.recvfrom(PACKET_BYTES_MAX)
    except OSError:
        return None
    return packed(str(sender[0]).partition("%")[0]), data
