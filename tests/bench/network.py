"""A school's network on one machine: two namespaces joined by a cable with MTU 1500, if we are root; else loopback.

On loopback the packets are 64 KB and what is measured flatters everybody.
"""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

SERVER_ADDRESS = "10.199.77.1"
CLIENT_ADDRESS = "10.199.77.2"


@dataclass(frozen=True)
class Network:
    """Where the server is reached, and what to put before a command to run it on either side."""

    address: str
    server_prefix: tuple[str, ...]
    client_prefix: tuple[str, ...]
    words: str


LOOPBACK = Network("127.0.0.1", (), (), "loopback")


@contextlib.contextmanager
def school_network() -> Iterator[Network]:
    """Give a network for the block, and take it away afterwards."""
    if os.geteuid() != 0:
        yield LOOPBACK
        return
    server, client = f"sbx{os.getpid()}s", f"sbx{os.getpid()}c"
    try:
        _build(server, client)
    except (OSError, subprocess.CalledProcessError):
        _remove(server, client)
        yield LOOPBACK
        return
    try:
        inside = ("ip", "netns", "exec")
        words = "two network namespaces, MTU 1500"
        yield Network(SERVER_ADDRESS, (*inside, server), (*inside, client), words)
    finally:
        _remove(server, client)


def _build(server: str, client: str) -> None:
    """Make both namespaces and the cable between them."""
    _ip("netns", "add", server)
    _ip("netns", "add", client)
    _ip("link", "add", server, "netns", server, "type", "veth", "peer", "name", client, "netns", client)
    for name, address in ((server, SERVER_ADDRESS), (client, CLIENT_ADDRESS)):
        _ip("-n", name, "addr", "add", f"{address}/24", "dev", name)
        _ip("-n", name, "link", "set", name, "mtu", "1500", "up")
        _ip("-n", name, "link", "set", "lo", "up")


def _remove(*names: str) -> None:
    """Remove namespaces, and with them the cable; those that are not there are no matter."""
    for name in names:
        subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)
