"""Which links a box speaks on, and which addresses it tells there."""

import ipaddress
import subprocess
import sys

import pytest

from sync.discovery.links import (
    DEPRECATED,
    LOOPBACK,
    MULTICAST,
    POINT_TO_POINT,
    RUNNING,
    TEMPORARY,
    TENTATIVE,
    UP,
    Address,
    Interface,
    Link,
    Network,
    is_real,
    network_of,
)
from sync.discovery.netlink import ChangeWatch, read_network

LIVE = UP | RUNNING | MULTICAST


def at(text: str, *, index: int = 2, flags: int = 0) -> Address:
    return Address(index, ipaddress.ip_address(text).packed, flags)


def told(*addresses: Address) -> tuple[str, ...]:
    return network_of((Interface(2, "eth0", LIVE),), addresses).addresses


@pytest.mark.parametrize(
    ("interface", "real"),
    [
        (Interface(2, "eth0", LIVE), True),
        (Interface(2, "wlan0", LIVE), True),
        (Interface(2, "br0", LIVE), True),
        (Interface(1, "lo", LIVE | LOOPBACK), False),
        (Interface(2, "eth0", UP | MULTICAST), False),
        (Interface(2, "eth0", RUNNING | MULTICAST), False),
        (Interface(2, "wg0", LIVE | POINT_TO_POINT), False),
        (Interface(2, "eth1", LIVE, master=7), False),
        (Interface(2, "docker0", LIVE), False),
        (Interface(2, "br-0123456789ab", LIVE), False),
        (Interface(2, "veth12ab34c", LIVE), False),
    ],
)
def test_only_links_with_people_on_the_other_side_are_real(interface: Interface, *, real: bool) -> None:
    assert is_real(interface) is real


def test_a_link_local_address_is_told_only_where_its_family_has_nothing_better() -> None:
    assert told(at("10.0.0.7"), at("fe80::7")) == ("10.0.0.7", "fe80::7")
    assert told(at("10.0.0.7"), at("169.254.3.4"), at("fd00::7"), at("fe80::7")) == ("10.0.0.7", "fd00::7")
    assert told(at("169.254.3.4")) == ("169.254.3.4",)


def test_an_address_that_is_unsettled_or_soon_gone_is_not_told() -> None:
    assert told(at("fe80::7", flags=TENTATIVE), at("fd00::7", flags=DEPRECATED), at("fd00::8", flags=TEMPORARY)) == ()


def test_a_second_ipv4_address_is_told_although_its_flag_means_temporary_for_ipv6() -> None:
    assert told(at("10.0.0.7"), at("10.0.0.8", flags=TEMPORARY)) == ("10.0.0.7", "10.0.0.8")


def test_every_address_of_this_machine_counts_as_its_own_except_loopback() -> None:
    interfaces = (Interface(1, "lo", LIVE | LOOPBACK), Interface(2, "eth0", LIVE), Interface(3, "docker0", LIVE))
    network = network_of(interfaces, (at("127.0.0.1", index=1), at("10.0.0.7"), at("172.17.0.1", index=3)))
    assert network == Network(
        links=(Link(2, "eth0", v4=("10.0.0.7",), v6=()),),
        own=frozenset({at("10.0.0.7").packed, at("172.17.0.1").packed}),
    )


def test_a_link_speaks_from_its_link_local_address_if_it_tells_one() -> None:
    assert Link(2, "eth0", v4=(), v6=("fd00::7", "fe80::7")).v6_source == "fe80::7"
    assert Link(2, "eth0", v4=(), v6=("fd00::7",)).v6_source == "fd00::7"
    assert Link(2, "eth0", v4=("10.0.0.7",), v6=()).v6_source == ""


def test_the_kernel_says_what_its_own_tool_says() -> None:
    shown = subprocess.run(["ip", "-o", "addr"], capture_output=True, text=True, check=True).stdout
    for packed in read_network().own:
        assert f" {ipaddress.ip_address(packed)}/" in shown


def test_draining_a_watch_to_which_nothing_was_said_does_not_wait() -> None:
    with ChangeWatch() as watch:
        watch.drain()
        watch.drain()


def test_importing_discovery_does_not_import_what_is_slow() -> None:
    code = "import sys, sync.discovery; print(sorted({'zeroconf', 'asyncio', 'ifaddr'} & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[]"
