"""Names on the local network: which one to start with, and which one comes next when somebody has it.

Promises: a host name is one label of letters, digits and hyphens; an instance name is one label of at most 63 bytes
of UTF-8. Both leave room for the number that a conflict adds.

    next_host("schoolbox-2")          # "schoolbox-3"
    next_instance("Shkolla Agimi")    # "Shkolla Agimi (2)"
"""

import re

from sync.discovery.announcement import fit, plain

LABEL_BYTES_MAX = 63
"""Source: RFC 1035 section 2.3.4."""

DEFAULT_HOST = "schoolbox"
DEFAULT_INSTANCE = "Schoolbox"
ROOM_FOR_NUMBER = 6
ONE_DOT_LEADER = "\u2024"

_NUMBERED_HOST = re.compile(r"^(.+)-(\d{1,9})$")
_NUMBERED_INSTANCE = re.compile(r"^(.+) \((\d{1,9})\)$")


def host_label(wanted: str) -> str:
    """Make a valid host label of what somebody typed; `schoolbox` where nothing is left."""
    label = re.sub(r"[^a-z0-9-]+", "", wanted.lower().removesuffix(".").removesuffix(".local"))
    return label[: LABEL_BYTES_MAX - ROOM_FOR_NUMBER].strip("-") or DEFAULT_HOST


def start_host(wanted: str, remembered: str) -> str:
    """Choose the label to try first: the one held last time, if it still belongs to the name that is wanted now."""
    label = host_label(wanted)
    last = host_label(remembered) if remembered else label
    numbered = _NUMBERED_HOST.match(last)
    return last if last == label or (numbered and numbered[1] == label) else label


def next_host(label: str) -> str:
    """Give the label to try when this one is taken: `schoolbox`, `schoolbox-2`, `schoolbox-3` and so on."""
    numbered = _NUMBERED_HOST.match(label)
    return f"{numbered[1]}-{int(numbered[2]) + 1}" if numbered else f"{label}-2"


def instance_label(school: str) -> str:
    """Make a service instance name of a school's name.

    A dot becomes U+2024, which looks the same: python-zeroconf would send what stands before and after a real dot
    as two labels, and no other client could read that. The exact name travels in the TXT record.
    """
    text = plain(school).replace(".", ONE_DOT_LEADER).lstrip("_")
    return fit(text, LABEL_BYTES_MAX - ROOM_FOR_NUMBER).strip() or DEFAULT_INSTANCE


def next_instance(label: str) -> str:
    """Give the instance name to try when this one is taken: `Agimi`, `Agimi (2)`, `Agimi (3)` and so on."""
    numbered = _NUMBERED_INSTANCE.match(label)
    return f"{numbered[1]} ({int(numbered[2]) + 1})" if numbered else f"{label} (2)"
