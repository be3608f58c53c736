"""Finding boxes on the local network by name (mDNS, RFC 6762; DNS-SD, RFC 6763).

A box announces the host `schoolbox.local` and the services `_http._tcp` and `_schoolbox._tcp`. Before it does, and
whenever somebody else says the same, it asks whether the names are free, and takes the next ones if not.

    with Announcer(Announcement(school="Shkolla „Agimi”", version="0.1.0", box_id="b7f3", port=80)) as announcer:
        announcer.state.reason     # Reason.CHECKING, then Reason.ANNOUNCED
    find_boxes(3.0)                # [FoundBox(school="Shkolla „Agimi”", host="schoolbox.local", ...)]

Importing this package is cheap; python-zeroconf is imported when something starts.
"""

from sync.discovery.announcement import Announcement, Reason, State
from sync.discovery.announcer import Announcer
from sync.discovery.browse import FoundBox, find_boxes

__all__ = ["Announcement", "Announcer", "FoundBox", "Reason", "State", "find_boxes"]
