"""A box without pages: store, trust and library in one folder, on whatever disk it is given.

    box = SchoolBox(tmp_path / "box", root=ministry.root); box.install(ministry.shelf, "mash:thyesat")
"""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from content_packs.durable import Disk
from content_packs.install import Installed, Installer
from content_packs.shelf import Shelf
from content_packs.store import Store
from content_packs.trust import TrustStore
from tests.simulators.clock import HandClock
from tests.simulators.library import JsonLibrary

if TYPE_CHECKING:
    from content_packs.copying import Progress


class SchoolBox:
    """What installs packs, opened on a folder; opening it again is what a start after a power cut is."""

    def __init__(
        self, folder: Path, *, root: bytes | None = None, disk: Disk | None = None, reserve_bytes: int = 0
    ) -> None:
        self.folder = folder
        self.disk = disk or Disk()
        self.clock = HandClock()
        self.store = Store(folder / "store", self.disk)
        self.trust = TrustStore(folder / "trust", self.disk)
        self.library = JsonLibrary(folder / "library" / "packs.json", self.disk)
        self.installer = Installer(
            store=self.store,
            trust=self.trust,
            disk=self.disk,
            library=self.library,
            clock=self.clock,
            reserve_bytes=reserve_bytes,
        )
        self.progress: list[Progress] = []
        if root is not None:
            self.trust.pin(root)

    def install(self, shelf: Shelf, pack_id: str) -> Installed:
        """Install and remember what was told on the way."""
        return self.installer.install(shelf, pack_id, progress=self.progress.append)

    def version(self, pack_id: str) -> int | None:
        """Which version pupils see."""
        pack = self.library.installed().get(pack_id)
        return pack.version if pack else None

    def snapshot(self) -> dict[str, str]:
        """Every file but locks, with the hash of its content; equal snapshots mean that nothing changed."""
        return {
            str(path.relative_to(self.folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and path.name != "lock"
        }

    def misnamed_blobs(self) -> list[str]:
        """Blobs and manifests that stand under a name that is not their content; there must never be one."""
        store = self.folder / "store"
        return [
            path.name
            for path in (*store.glob("blobs/*/*"), *store.glob("manifests/[0-9a-f]*"))
            if hashlib.sha256(path.read_bytes()).hexdigest() != path.name.partition(".")[0]
        ]
