"""Makes what packs are taken from over a line; nothing here decides anything."""

from content_packs.store import Store
from schoolbox.ground import Ground
from schoolbox.services.pack_library import PackLibrary
from schoolbox.services.pull_room import PullRoom
from schoolbox.services.pull_sources import PullSources, SourceParts
from schoolbox.services.school import School
from schoolbox.services.uplink import Uplink
from sync.discovery import find_boxes


def build_room(ground: Ground, store: Store, library: PackLibrary) -> PullRoom:
    """What keeps room free for what else the box does."""
    reserve_bytes = ground.config.reserve_mb * 1_000_000
    return PullRoom(store=store, library=library, disk=ground.disk, reserve_bytes=reserve_bytes)


def build_sources(ground: Ground, uplink: Uplink, school: School) -> PullSources:
    """The places: the hub, boxes nearby, what somebody named."""
    return PullSources(
        SourceParts(
            credentials=uplink, hub_name=lambda: uplink.status().hub_name, box_id=lambda: school.facts().box_id,
            find_boxes=lambda seconds, but_id: find_boxes(seconds, but_id=but_id), disk=ground.disk,
            codes_file=ground.data / "keys" / "neighbours.json", copies=ground.data / "cache" / "shelves",
            clock=ground.clock,
        )
    )  # fmt: skip
