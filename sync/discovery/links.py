"""Which network links a box speaks on, and which of its addresses it tells there (rules only).

Promises: every link is told its own addresses only, so that a phone on the box's Wi-Fi is not sent to the address on
the school's cable. Loopback, links without a carrier, tunnels, ports of a bridge and what container programs set up
are left out, and so are addresses that are not usable yet, soon gone, or temporary.

    network_of(interfaces, addresses).links[0].addresses  # ("10.0.0.7", "fe80::1")
"""

import ipaddress
import re

import msgspec

UP, LOOPBACK, POINT_TO_POINT, RUNNING, MULTICAST = 0x1, 0x8, 0x10, 0x40, 0x1000
"""Interface flags. Source: linux/if.h."""

TEMPORARY, DAD_FAILED, DEPRECATED, TENTATIVE, OPTIMISTIC = 0x01, 0x08, 0x20, 0x40, 0x04
"""Address flags. Source: linux/if_addr.h; 0x01 means temporary for IPv6 and merely a second address for IPv4."""

_CONTAINERS = re.compile(r"^(docker|podman|virbr|lxcbr|lxdbr|cni|flannel|veth[0-9a-f]{7}|br-[0-9a-f]{12}$)")


class Interface(msgspec.Struct, frozen=True):
    """One network interface as the kernel describes it; `master` is the bridge or bond it is a port of, or 0."""

    index: int
    name: str
    flags: int
    master: int = 0


class Address(msgspec.Struct, frozen=True):
    """One address of an interface, packed, with the kernel's flags."""

    index: int
    packed: bytes
    flags: int = 0


class Link(msgspec.Struct, frozen=True):
    """One place to speak: an interface and the addresses told there, in the kernel's order."""

    index: int
    name: str
    v4: tuple[str, ...]
    v6: tuple[str, ...]

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address told on this link, IPv4 first."""
        return self.v4 + self.v6

    @property
    def v6_source(self) -> str:
        """The IPv6 address to speak from: a link-local one if it is told, else the first; empty if there is none."""
        local = [text for text in self.v6 if ipaddress.ip_address(text).is_link_local]
        return (local or list(self.v6) or [""])[0]


class Network(msgspec.Struct, frozen=True):
    """The links to speak on, and every address of this machine, packed: what comes from there is no stranger."""

    links: tuple[Link, ...] = ()
    own: frozenset[bytes] = frozenset()

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address told on any link."""
        return tuple(address for link in self.links for address in link.addresses)


def network_of(interfaces: tuple[Interface, ...], addresses: tuple[Address, ...]) -> Network:
    """Work out the links from what the kernel says."""
    links = []
    for interface in interfaces:
        if is_real(interface):
            mine = [address for address in addresses if address.index == interface.index]
            link = Link(interface.index, interface.name, v4=_told(mine, 4), v6=_told(mine, 16))
            if link.addresses:
                links.append(link)
    own = {address.packed for address in addresses if not ipaddress.ip_address(address.packed).is_loopback}
    return Network(tuple(links), frozenset(own))


def is_real(interface: Interface) -> bool:
    """Say whether people can be on the other side of this interface."""
    wanted = UP | RUNNING | MULTICAST
    usable = interface.flags & wanted == wanted and not interface.flags & (LOOPBACK | POINT_TO_POINT)
    return usable and not interface.master and not _CONTAINERS.match(interface.name)


def _told(addresses: list[Address], size_bytes: int) -> tuple[str, ...]:
    """Choose the addresses of one family to tell: link-local ones only where there is nothing better."""
    parsed = [ipaddress.ip_address(address.packed) for address in addresses if _is_usable(address, size_bytes)]
    wide = [ip for ip in parsed if not ip.is_link_local]
    return tuple(str(ip) for ip in dict.fromkeys(wide or parsed))


def _is_usable(address: Address, size_bytes: int) -> bool:
    """Say whether an address is of this family, and settled enough to be told to others."""
    unsettled = TENTATIVE | DAD_FAILED | DEPRECATED | (TEMPORARY if size_bytes == 16 else 0)
    optimistic = address.flags & OPTIMISTIC
    return len(address.packed) == size_bytes and (not address.flags & unsettled or bool(optimistic))
