"""A box at the desk of a teacher who orders two packs from a stick, and everything that can be done to it meanwhile.

    with open_scene(tmp_path) as scene:
        job = work(scene.box, order(scene.box, scene.put_in(), PHYSICS))
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from schoolbox.config import Config
from schoolbox.services.shelf_jobs import Job
from schoolbox.services.sticks import Stick
from schoolbox.wiring import Box, open_box
from tests.simulators.media import free_box, mp4
from tests.simulators.publisher import Ministry
from tests.simulators.stick_rig import Meddler, put_in

PHYSICS, MUSIC = "mash:fizika-8", "mash:muzika-6"
FILES = 6
SIZE = 200_000


def publish(ministry: Ministry, pack_id: str, version: int = 1) -> None:
    """A pack of six different videos of 200 KB."""
    files = {f"v{n}": mp4(seconds=n + 1) + free_box(f"{pack_id} {version} {n} ".encode() * (SIZE // 20))
             for n in range(FILES)}  # fmt: skip
    ministry.publish(pack_id, version, files=files)


@dataclass
class Scene:
    """A box, its disk, and a ministry whose shelf is the stick."""

    box: Box
    disk: Meddler
    ministry: Ministry

    def put_in(self, folder: Path | None = None) -> Stick:
        """Put in the stick, or another."""
        return next(stick for stick in put_in(self.box, folder or self.ministry.folder) if stick.has_packs)

    def pull(self, to: str = "pulled") -> Path:
        """Take the stick out; the folder under which it is kept meanwhile is not looked at."""
        return self.ministry.folder.rename(self.ministry.folder.with_name(to))

    def states(self, job: Job) -> list[str]:
        """How an order stands, and each of its packs."""
        return [job.state, *(pack.state for pack in job.packs)]

    def parts(self) -> list[str]:
        """Every file of the store that belongs to no pack."""
        used = self.box.sticks._of.library.in_use()
        files = [path for path in self.box.store.folder.rglob("*") if path.is_file() and path.name != "lock"]
        return [path.name for path in files if path.name.partition(".")[0] not in used]

    def without_physics(self) -> Path:
        """Another stick, with one of the two packs."""
        light = self.ministry.copy("light")
        [sha256] = [each.manifest_sha256 for each in self.ministry.listings("mash") if each.pack_id == PHYSICS]
        (light / "manifests" / f"{sha256}.json").unlink()
        (light / "meta" / "cat" / "nobody.json").write_bytes(b"{}")
        return light


@contextmanager
def open_scene(tmp_path: Path) -> Iterator[Scene]:
    """Begin with a box that trusts the ministry and has no pack yet."""
    ministry, disk = Ministry(tmp_path), Meddler()
    publish(ministry, PHYSICS)
    publish(ministry, MUSIC)
    box = open_box(Config(data=tmp_path / "data", reserve_mb=0, sticks=None), disk=disk)
    box.trust.pin(ministry.root)
    try:
        yield Scene(box, disk, ministry)
    finally:
        box.close()
