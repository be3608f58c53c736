"""The uploads of a box without the box: a folder, a store, and the people who may send something.

    uploads = open_uploads(tmp_path)
    begun(uploads, archive).id
"""

from pathlib import Path

from content_packs.clock import Clock
from content_packs.durable import Disk
from content_packs.store import Store
from schoolbox.services.upload_facts import Chosen, Upload
from schoolbox.services.uploads import Uploads
from schoolbox.services.viewers import Viewer
from tests.simulators.clock import HandClock
from tests.simulators.laptop import Direct, choose_file, somebody
from tests.simulators.publisher import Ministry
from tests.simulators.zips import make_zip

PACK = "mash:thyesat"
VLORA, VLERA, BESNIK = somebody(2), somebody(3), somebody(9, "technician")


def open_uploads(
    tmp_path: Path, *, disk: Disk | None = None, boot_id: str = "monday", reserve_bytes: int = 0,
    clock: Clock | None = None,
) -> Uploads:  # fmt: skip
    """What a program that serves sees of the folder."""
    disk = disk or Disk()
    uploads = Uploads(
        tmp_path / "uploads", store=Store(tmp_path / "packs", disk), disk=disk, clock=clock or HandClock(),
        boot_id=boot_id, reserve_bytes=reserve_bytes, flush_every_bytes=250,
    )  # fmt: skip
    uploads.open()
    return uploads


def shelf_with_pack(tmp_path: Path) -> Path:
    """A shelf to send."""
    ministry = Ministry(tmp_path / "ministry")
    ministry.publish(PACK, 1)
    return ministry.folder


def packed(tmp_path: Path, shelf: Path) -> Path:
    """The same in one file."""
    return make_zip(tmp_path / "MASHT 2026.zip", shelf, top="MASHT/")


def begun(uploads: Uploads, archive: Path, by: Viewer = VLORA) -> Upload:
    """An upload of which nothing came yet."""
    return Direct(uploads, by).begin(choose_file(archive))


def small(number: int = 0) -> Chosen:
    """A file of which only the name counts."""
    return Chosen(kind="zip", name=f"{number}.zip", size_bytes=100, mark="00000000")
