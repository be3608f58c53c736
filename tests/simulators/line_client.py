"""A box that installs one pack over a line and says what travelled.

It is a program of its own, so that it can sit in another network than the test.

    python -m tests.simulators.line_client http://10.88.0.1:8080/shelf FOLDER PACK CODE
"""

import faulthandler
import json
import sys
from contextlib import ExitStack
from pathlib import Path

from content_packs.errors import ShelfGoneError
from content_packs.shelf.http import HttpShelf, shelf_client
from sync.rsync import RsyncShelf
from sync.rsync.patience import Patience
from tests.simulators.school_box import SchoolBox

PATIENT = Patience(quiet_s=180, pauses_s=(0.5,) * 20)
"""Waits for a line that is dead for a while, as TCP does, and not long for a new one."""


def install(address: str, folder: Path, pack_id: str, code: str = "") -> dict[str, int]:
    """Install a pack on a box that trusts its publisher already, however often the line breaks."""
    box = SchoolBox(folder)
    with ExitStack() as stack:
        shelf: HttpShelf | RsyncShelf
        if address.startswith("http://"):
            client = stack.enter_context(shelf_client(code=code))
            shelf = HttpShelf(address, folder / "kept", client)
        else:
            shelf = RsyncShelf(address, folder / "mirror", patience=PATIENT)
        breaks = 0
        while True:
            try:
                installed = box.installer.install(shelf, pack_id, progress=lambda _: None)
                break
            except ShelfGoneError:
                breaks += 1
        manifest = box.store.manifest(box.library.installed()[pack_id].manifest_sha256)
        return {
            "bytes_in": shelf.travelled.bytes_in, "bytes_out": shelf.travelled.bytes_out, "breaks": breaks,
            "missing": len(installed.missing), "size_bytes": manifest.size_bytes,
        }  # fmt: skip


if __name__ == "__main__":
    faulthandler.dump_traceback_later(200)  # so that whoever waits sees where it hangs
    sys.stdout.write(f"{json.dumps(install(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:]))}\n")
