"""Makes what has to do with newer programs; nothing here decides anything."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

from msgspec.structs import replace

from content_packs.programs.base import SHELF_FOLDER
from content_packs.shelf import Shelf
from schoolbox.ground import Ground
from schoolbox.services.events import Events
from schoolbox.services.program_shelf import ProgramShelf
from schoolbox.services.programs import ProgramParts, Programs
from schoolbox.services.pull_sources import PullAsk, PullSources
from schoolbox.services.sticks import Sticks
from schoolbox.services.wall_clock import WallClock
from schoolbox.updater.places import Places, root_file_of


def build_programs(
    ground: Ground, *, sticks: Sticks, sources: PullSources, events: Events, wall_clock: WallClock
) -> Programs:
    """Make it."""
    config, root_file = ground.config, root_file_of(ground.config.programs_root)
    places = Places(app=config.app, data=ground.data, base=config.app / "base", root_file=root_file)

    def open_hub() -> tuple[str, Callable[[], AbstractContextManager[Shelf]]] | None:
        hub = next((each for each in sources.find(PullAsk(neighbours=False)) if each.kind == "hub"), None)
        if hub is None:
            return None
        below = replace(hub, address=f"{hub.address}/{SHELF_FOLDER}", key="hub-programs")
        return hub.name, lambda: sources.open(below)

    def local_now() -> datetime | None:
        at, is_right = wall_clock.best()
        return at.astimezone() if is_right else None

    own = ProgramShelf(places, ground.disk, reserve_bytes=config.reserve_mb * 1_000_000)
    return Programs(
        ProgramParts(
            db=ground.db, own=own, sticks=sticks, events=events, open_hub=open_hub, local_now=local_now,
            monotonic_s=ground.clock.monotonic_s,
        )
    )  # fmt: skip
