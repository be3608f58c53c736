"""Tells systemd how the box is: ready, well, stopping.

Our own few lines, because the package that does this comes as source only, and a box must install from wheels alone.
Source: sd_notify(3): one datagram to the socket named by NOTIFY_SOCKET; a leading `@` is the abstract namespace.
"""

import contextlib
import socket
from collections.abc import Mapping


def tell(state: str, environment: Mapping[str, str]) -> None:
    """Send one state such as `READY=1`; nothing happens where no service manager listens."""
    address = environment.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as to:
        to.sendto(state.encode(), address)


def watched_every_s(environment: Mapping[str, str], process_id: int) -> float:
    """How often systemd wants to hear that this process is well, three times within its patience; 0 for never.

    Source: sd_watchdog_enabled(3): WATCHDOG_USEC is the patience, WATCHDOG_PID whose word counts.
    """
    patience_us, whose = environment.get("WATCHDOG_USEC", ""), environment.get("WATCHDOG_PID", str(process_id))
    if not patience_us.isdecimal() or whose != str(process_id):
        return 0
    return int(patience_us) / 3_000_000
