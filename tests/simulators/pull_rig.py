"""A box that pulls, a ministry that signs, and web servers with the ministry's shelf or parts of it.

    with Rig(tmp_path) as rig:
        rig.ministry.publish("mash:thyesat"); rig.box.subscriptions.add("*")
        rig.pull(rig.serve().address)
"""

import hashlib
import random
import shutil
import threading
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from content_packs.clock import Clock
from content_packs.durable import Disk
from schoolbox.config import Config
from schoolbox.services.pull_pace import Pace
from schoolbox.services.pull_report import PullReport
from schoolbox.services.pull_sources import PullAsk
from schoolbox.wiring import Box, open_box
from tests.simulators.media import free_box, mp4
from tests.simulators.publisher import Ministry
from tests.simulators.shelf_server import ShelfServer

if TYPE_CHECKING:
    from content_packs.copying import Progress

AT_ONCE = (0.0, 0.0, 0.0, 0.0)
"""As many tries as ever, with no time between them."""


def long_video(size_bytes: int, *, mark: int = 0) -> bytes:
    """A video with so many bytes behind its beginning that cannot be guessed from each other."""
    return mp4() + free_box(random.Random(mark).randbytes(size_bytes))


class Rig:
    """All of it; closes itself."""

    def __init__(self, folder: Path, *, disk: Disk | None = None, clock: Clock | None = None) -> None:
        self.folder = folder
        self.ministry = Ministry(folder)
        self.stop = threading.Event()
        self.seen: list[Progress] = []
        self.waited: list[float] = []
        self._open = ExitStack()
        self.box: Box = open_box(Config(data=folder / "data", reserve_mb=0, language="en"), disk=disk, clock=clock)
        self.box.trust.pin(self.ministry.root)

    def serve(self, folder: Path | None = None) -> ShelfServer:
        """A web server with the ministry's shelf, or with another folder."""
        return self._open.enter_context(ShelfServer(folder or self.ministry.folder))

    def neighbour(self, name: str, *, blobs: int | None = None) -> Path:
        """A copy of the shelf as it is now, with so many of its blobs in the order of their names; None for all."""
        folder = self.ministry.copy(name)
        for path in sorted(folder.glob("blobs/*/*"))[blobs:] if blobs is not None else []:
            path.unlink()
        return folder

    def pull(
        self, *addresses: str | Path, dry_run: bool = False, kbit_s: int = 0, code: str = "", by_itself: bool = False
    ) -> PullReport:
        """Pull from these places in this order."""
        ask = PullAsk(addresses=tuple(map(str, addresses)), neighbours=False, code=code, by_itself=by_itself)
        pace = Pace(self.stop, clock=self.box.clock, kbit_s=kbit_s, pauses_s=AT_ONCE, told=self.waited.append)
        return self.box.puller.pull(ask, pace, show=self.seen.append, dry_run=dry_run)

    def versions(self) -> dict[str, int]:
        """What pupils see."""
        return {row.pack_id: row.version for row in self.box.packs.list() if not row.hidden}

    def files(self) -> dict[str, str]:
        """Every file of store, trust and copies, with the hash of its content."""
        return {
            str(path.relative_to(self.box.config.data)): hashlib.sha256(path.read_bytes()).hexdigest()
            for room in ("packs", "trust", "cache", "keys")
            for path in sorted((self.box.config.data / room).rglob("*"))
            if path.is_file() and path.name != "lock"
        }

    def forget_copies(self) -> None:
        """Delete what was fetched of shelves and can be fetched again."""
        shutil.rmtree(self.box.config.data / "cache" / "shelves", ignore_errors=True)

    def close(self) -> None:
        """Let go of everything."""
        self._open.close()
        self.box.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
