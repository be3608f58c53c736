"""A box with two packs and an empty stick beside it, for tests of writing onto sticks.

    desk = Desk(tmp_path); desk.write(PACK); desk.on_stick()
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from content_packs.export import Options, StickProgress, Written
from content_packs.export.writer import StickWriter
from content_packs.library import InstalledPack
from content_packs.manifest import Manifest
from content_packs.paths import blob_name
from tests.simulators.media import mp4
from tests.simulators.publisher import Ministry
from tests.simulators.school_box import SchoolBox

PACK, OTHER = "mash:thyesat", "qendra:python"


class Desk:
    """A box with two packs, and a stick beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ministry = Ministry(folder, publishers=("mash", "qendra"))
        self.manifest = self.ministry.publish(PACK, 1)
        self.ministry.publish(OTHER, 1, files={"a": mp4(seconds=5), "b": mp4(seconds=6)})
        self.box = SchoolBox(folder / "box", root=self.ministry.root)
        for pack_id in (PACK, OTHER):
            self.box.install(self.ministry.shelf, pack_id)
        self.stick = folder / "stick"
        self.stick.mkdir()
        self.told: list[StickProgress] = []

    def write(self, *pack_ids: str, options: Options | None = None) -> Written:
        installed = self.box.library.installed()
        packs = [installed[pack_id] for pack_id in pack_ids or installed]
        return self.write_packs(packs, options=options)

    def write_packs(self, packs: list[InstalledPack], *, options: Options | None = None) -> Written:
        writer = StickWriter(store=self.box.store, trust=self.box.trust, disk=self.box.disk)
        return writer.write(self.stick, packs, progress=self.told.append, options=options)

    def fresh_box(self) -> SchoolBox:
        """A box that was only given the first root."""
        number = len(list(self.folder.glob("fresh-*")))
        return SchoolBox(self.folder / f"fresh-{number}", root=self.ministry.root)

    def on_stick(self) -> dict[str, str]:
        """Every file on the stick with the hash of its content."""
        return {str(path.relative_to(self.stick)): sha_of(path) for path in files_below(self.stick)}

    def blob(self, manifest: Manifest | None = None) -> Path:
        """Where a blob of the pack is on the stick."""
        file = next(iter((manifest or self.manifest).files().values()))
        return self.stick / blob_name(file.sha256, file.ext)

    def own_blob(self) -> Path:
        """The same on the box."""
        file = next(iter(self.manifest.files().values()))
        return self.box.store.path(file.sha256, file.ext)


def files_below(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def sha_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def version_on(stick: Path, name: str) -> int:
    return int(json.loads((stick / "meta" / name).read_bytes())["signed"]["version"])
