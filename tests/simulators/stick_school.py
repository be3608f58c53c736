"""A school with packs of some megabytes, for sticks that are file systems of their own; and one written stick to copy.

    school = School(tmp_path); school.write(stick.folder); school.new_box(tmp_path)
"""

import hashlib
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from content_packs.export import Options, StickProgress, Written
from content_packs.export.writer import StickWriter
from tests.simulators.media import mp4
from tests.simulators.publisher import Ministry
from tests.simulators.school_box import SchoolBox
from tests.simulators.sticks import ExfatStick, FatStick

PACK = "mash:thyesat"
KINDS = (FatStick, ExfatStick)
Kind: TypeAlias = type[FatStick] | type[ExfatStick]
MB = 1_000_000
SIZES_BYTES = (1_000, 65_536, 131_072, 400_000, MB, 2 * MB, 3 * MB, 4_096, 0)


class School:
    """A ministry with one pack, and a box that has it."""

    def __init__(self, folder: Path, sizes_bytes: Sequence[int] = SIZES_BYTES) -> None:
        self.ministry = Ministry(folder)
        self.manifest = self.ministry.publish(PACK, 1, files=videos(sizes_bytes))
        self.box = self.new_box(folder)
        self.box.install(self.ministry.shelf, PACK)

    @property
    def size_bytes(self) -> int:
        return self.manifest.size_bytes

    def new_box(self, folder: Path) -> SchoolBox:
        return SchoolBox(folder / f"box-{len(list(folder.glob('box-*')))}", root=self.ministry.root)

    def write(
        self, stick: Path, *, progress: Callable[[StickProgress], None] = lambda _: None, options: Options | None = None
    ) -> Written:
        writer = StickWriter(store=self.box.store, trust=self.box.trust, disk=self.box.disk)
        return writer.write(stick, self.box.library.installed().values(), progress=progress, options=options)


def videos(sizes_bytes: Sequence[int]) -> dict[str, bytes]:
    """Videos of about these sizes, each another one."""
    noise = random.Random(len(sizes_bytes))
    return {f"v{n}": mp4(seconds=n + 1) + bytes(8) + noise.randbytes(size) for n, size in enumerate(sizes_bytes)}


def misnamed(stick: Path) -> list[str]:
    """Blobs and manifests on a stick that are not what their names say."""
    files = [*stick.glob("blobs/*/*"), *stick.glob("manifests/[0-9a-f]*")]
    return [path.name for path in files if hashlib.sha256(path.read_bytes()).hexdigest() != path.name.partition(".")[0]]
