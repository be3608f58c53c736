"""Finding the other boxes on the local network.

Promises: looks for as long as it is told and gives what was found by then; what others send is bounded, of one line,
and only to be shown, never trusted.

    find_boxes(3.0, but_id="b7f3")     # every box but ourselves
"""

import queue
from typing import TYPE_CHECKING

import msgspec

from content_packs.clock import Clock, SystemClock
from sync.discovery.announcement import SCHOOLBOX_TYPE, TXT_STRING_BYTES_MAX, fit, plain
from sync.discovery.netlink import read_network
from sync.errors import LineError

if TYPE_CHECKING:
    from zeroconf import ServiceInfo, Zeroconf

    from sync.discovery.links import Link

DETAILS_WITHIN_MS = 1500.0
BOXES_MAX = 500


class FoundBox(msgspec.Struct, frozen=True):
    """A box that answered: what it says about itself, and where it is."""

    school: str
    host: str
    box_id: str
    version: str
    port: int
    addresses: tuple[str, ...]


def find_boxes(timeout_s: float, *, but_id: str = "", clock: Clock | None = None) -> list[FoundBox]:
    """Ask who is there and collect the answers, sorted by school; without a network there are none.

    Args:
        timeout_s: How long to look; most boxes answer within half a second.
        but_id: The id of a box to leave out: our own.
        clock: Where time comes from.

    Raises:
        LineError: This machine does not let us ask.
    """
    try:
        links = read_network().links
        found = _browse(links, timeout_s, clock or SystemClock()) if links else []
    except OSError as exc:
        raise LineError(problem=f"mdns: {exc}") from exc
    boxes = {box.box_id or box.host: box for box in found if box.box_id != but_id or not but_id}
    return sorted(boxes.values(), key=lambda box: (box.school.casefold(), box.host))


def _browse(links: tuple["Link", ...], timeout_s: float, clock: Clock) -> list[FoundBox]:
    """Listen until the time is up; names arrive from zeroconf's thread through a queue.

    Raises:
        OSError: The port is busy or not allowed.
    """
    from zeroconf import DNSQuestionType, ServiceBrowser, ServiceStateChange

    from sync.discovery.responder import open_zeroconf

    deadline_s = clock.monotonic_s() + timeout_s
    changes: queue.SimpleQueue[tuple[str, ServiceStateChange]] = queue.SimpleQueue()

    def heard(name: str, state_change: ServiceStateChange, **_: object) -> None:
        changes.put((name, state_change))

    found: dict[str, FoundBox] = {}
    with open_zeroconf(links) as zeroconf:
        # Asked so that everybody hears the answer: an answer to us alone could go to another program on this port.
        ServiceBrowser(zeroconf, SCHOOLBOX_TYPE, handlers=[heard], question_type=DNSQuestionType.QM)
        while (left_s := deadline_s - clock.monotonic_s()) > 0 and len(found) < BOXES_MAX:
            try:
                name, change = changes.get(timeout=left_s)
            except queue.Empty:
                break
            gone = change is ServiceStateChange.Removed
            box = None if gone else _details(zeroconf, name, min(left_s * 1000, DETAILS_WITHIN_MS))
            if box:
                found[name] = box
            else:
                found.pop(name, None)
    return list(found.values())


def _details(zeroconf: "Zeroconf", name: str, within_ms: float) -> FoundBox | None:
    """Ask one box for its details, which mostly came along already; None if it is gone."""
    from zeroconf import DNSQuestionType, ServiceInfo

    info = ServiceInfo(SCHOOLBOX_TYPE, name)
    if not info.request(zeroconf, within_ms, DNSQuestionType.QM) or not info.port:
        return None
    return FoundBox(
        school=_said(info, "school"),
        host=plain(fit(info.server or "", TXT_STRING_BYTES_MAX)).removesuffix("."),
        box_id=_said(info, "id"),
        version=_said(info, "version"),
        port=info.port,
        addresses=tuple(info.parsed_scoped_addresses()),
    )


def _said(info: "ServiceInfo", key: str) -> str:
    """Give one value of the TXT record, made harmless to print."""
    value = info.properties.get(key.encode()) or b""
    return plain(fit(value.decode(errors="replace"), TXT_STRING_BYTES_MAX))
