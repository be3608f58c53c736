"""Listening sockets: IPv4 and IPv6 on the same port, wherever the machine has both.

    [each.getsockname() for each in listening_sockets("0.0.0.0", 8080)]   # 0.0.0.0 and ::

A machine without IPv6 (or without IPv4) listens on what it has.
"""

import errno
import socket

from schoolbox.server.errors import ListenError

ANY_HOST = frozenset({"", "*", "0.0.0.0", "::"})  # noqa: S104 - the box serves the whole school network
BACKLOG = 1024
PORT_TRIES = 20
"""How often another free port is tried when port 0 gave one that IPv6 has taken already."""

_NO_SUCH_FAMILY = frozenset({errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL, errno.EPROTONOSUPPORT})


def listening_sockets(host: str, port: int) -> tuple[socket.socket, ...]:
    """Bind and listen on every address that `host` stands for, all on one port (0: a free one).

    Raises:
        ListenError: None of the addresses could be bound, or the port is taken on one of them.
    """
    for _ in range(PORT_TRIES):
        try:
            return _bind_all(host, port)
        except OSError as exc:
            if port == 0 and exc.errno == errno.EADDRINUSE:
                continue
            raise ListenError(host=host, port=port, reason=exc.strerror or str(exc)) from exc
    raise ListenError(host=host, port=port, reason="no port is free for both IPv4 and IPv6")


def _bind_all(host: str, port: int) -> tuple[socket.socket, ...]:
    """Bind every address of a host; a family the machine lacks is left out as long as one remains."""
    bound: list[socket.socket] = []
    refused: OSError | None = None
    for family, address in _addresses(host):
        taken = bound[0].getsockname()[1] if bound else port
        try:
            bound.append(_bind(family, address, taken))
        except OSError as exc:
            refused = exc
            if exc.errno not in _NO_SUCH_FAMILY:
                _close(bound)
                raise
    if not bound:
        raise refused or OSError(errno.EADDRNOTAVAIL, f"{host} has no address")
    return tuple(bound)


def _addresses(host: str) -> list[tuple[socket.AddressFamily, str]]:
    """List the addresses to bind, IPv4 first, each once."""
    if host in ANY_HOST:
        return [(socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")]  # noqa: S104 - see ANY_HOST
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    both = {(family, str(where[0])) for family, _, _, _, where in found}
    return sorted(both, key=lambda each: (each[0] != socket.AF_INET, each[1]))


def _bind(family: socket.AddressFamily, address: str, port: int) -> socket.socket:
    """Make one listening socket; an IPv6 one answers IPv6 only, so that IPv4 addresses keep their usual form."""
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.bind((address, port))
        sock.listen(BACKLOG)
    except OSError:
        sock.close()
        raise
    return sock


def _close(sockets: list[socket.socket]) -> None:
    """Close what was bound before another address failed."""
    for sock in sockets:
        sock.close()
