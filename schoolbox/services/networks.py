"""Where a request comes from, as far as its sender cannot choose it: an IPv4 address, the first half of an IPv6 one.

    network_of("192.168.8.23/5f2c")    # "192.168.8.23"
    network_of("fe80::17%wlan0/5f2c")  # "fe80:0000:0000:0000"
"""

import ipaddress


def network_of(device: str) -> str:
    """The part of a device's address that its owner cannot change at will."""
    text = device.partition("/")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return text
    if isinstance(address, ipaddress.IPv6Address):
        return address.ipv4_mapped.compressed if address.ipv4_mapped else address.exploded[:19]
    return address.compressed
