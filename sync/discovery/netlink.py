"""The kernel's list of interfaces and addresses, and a socket that wakes when it changes (rtnetlink, RFC 3549).

Promises: costs nothing while nothing changes; a change that overflowed the socket still counts as a change.

    with ChangeWatch() as watch:
        network = read_network()
        select.select([watch], [], [])   # sleeps until an address, a link or a cable changes
        watch.drain()
"""

import errno
import socket
import struct
import sys
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from sync.discovery.links import Address, Interface, Network, network_of

_LINK_GROUP, _V4_GROUP, _V6_GROUP = 0x1, 0x10, 0x100
_DONE, _ERROR = 3, 2
_NEW_LINK, _GET_LINK, _NEW_ADDRESS, _GET_ADDRESS = 16, 18, 20, 22
_REQUEST_DUMP = 0x301
_IFLA_NAME, _IFLA_MASTER = 3, 10
_IFA_ADDRESS, _IFA_LOCAL, _IFA_FLAGS = 1, 2, 8
_HEADER = struct.Struct("=IHHII")
_LINK_HEADER = struct.Struct("=BxHiII")
_ADDRESS_HEADER = struct.Struct("=BBBBI")
_ATTRIBUTE = struct.Struct("=HH")
_RECEIVE_BYTES = 1 << 18


class ChangeWatch:
    """A socket that becomes readable when a link or an address changes."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_NONBLOCK, socket.NETLINK_ROUTE)
        try:
            self._socket.bind((0, _LINK_GROUP | _V4_GROUP | _V6_GROUP))
        except OSError:
            self._socket.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self._socket.close()

    def fileno(self) -> int:
        """Give the descriptor to select on."""
        return self._socket.fileno()

    def drain(self) -> None:
        """Throw away what arrived; what it said is read again as a whole.

        Raises:
            OSError: The socket is broken.
        """
        while True:
            try:
                self._socket.recv(_RECEIVE_BYTES)
            except BlockingIOError:
                return
            except OSError as exc:
                if exc.errno != errno.ENOBUFS:
                    raise


def read_network() -> Network:
    """Ask the kernel for every interface and address.

    Raises:
        OSError: The kernel refused, or did not answer.
    """
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as kernel:
        kernel.settimeout(5)
        kernel.bind((0, 0))
        interfaces = tuple(_interface(body) for body in _dump(kernel, _GET_LINK, _NEW_LINK))
        addresses = [_address(body) for body in _dump(kernel, _GET_ADDRESS, _NEW_ADDRESS)]
    return network_of(interfaces, tuple(address for address in addresses if len(address.packed) in (4, 16)))


def _dump(kernel: socket.socket, request: int, reply: int) -> Iterator[bytes]:
    """Ask for a whole table and give the bodies of its rows."""
    body = bytes(_LINK_HEADER.size)
    kernel.send(_HEADER.pack(_HEADER.size + len(body), request, _REQUEST_DUMP, request, 0) + body)
    while True:
        for kind, row in _messages(kernel.recv(_RECEIVE_BYTES)):
            if kind == _DONE:
                return
            if kind == _ERROR:
                code = -int(struct.unpack_from("=i", row)[0])
                raise OSError(code, "rtnetlink refused")
            if kind == reply:
                yield row


def _messages(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Split a datagram into its messages: kind and body."""
    while len(data) >= _HEADER.size:
        size, kind, _, _, _ = _HEADER.unpack_from(data)
        if size < _HEADER.size:
            return
        yield kind, data[_HEADER.size : size]
        data = data[_aligned(size) :]


def _attributes(data: bytes) -> dict[int, bytes]:
    """Read the attributes behind a row's header."""
    found = {}
    while len(data) >= _ATTRIBUTE.size:
        size, kind = _ATTRIBUTE.unpack_from(data)
        if size < _ATTRIBUTE.size:
            break
        found[kind] = data[_ATTRIBUTE.size : size]
        data = data[_aligned(size) :]
    return found


def _interface(row: bytes) -> Interface:
    """Read one row of the table of interfaces."""
    _, _, index, flags, _ = _LINK_HEADER.unpack_from(row)
    attributes = _attributes(row[_LINK_HEADER.size :])
    name = attributes.get(_IFLA_NAME, b"").rstrip(b"\0").decode(errors="replace")
    master = int.from_bytes(attributes.get(_IFLA_MASTER, b""), sys.byteorder)
    return Interface(index=index, name=name, flags=flags, master=master)


def _address(row: bytes) -> Address:
    """Read one row of the table of addresses."""
    _, _, flags, _, index = _ADDRESS_HEADER.unpack_from(row)
    attributes = _attributes(row[_ADDRESS_HEADER.size :])
    packed = attributes.get(_IFA_LOCAL, attributes.get(_IFA_ADDRESS, b""))
    if _IFA_FLAGS in attributes:
        flags = struct.unpack("=I", attributes[_IFA_FLAGS])[0]
    return Address(index=index, packed=packed, flags=flags)


def _aligned(size: int) -> int:
    """Round up to the four bytes that netlink aligns to."""
    return (size + 3) & ~3
