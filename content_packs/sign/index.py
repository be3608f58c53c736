"""Writing the index of a shelf (FORMAT 2.8): the last step of everything that changes meta/ or manifests/.

    write_index(Path("shelf"), Disk())
"""

from contextlib import suppress
from pathlib import Path

from content_packs.durable import Disk
from content_packs.plain_file import read_plain
from content_packs.shelf import DirectoryShelf
from content_packs.shelf.folder_index import folder_index
from content_packs.shelf.index import INDEX_NAME


def write_index(folder: Path, disk: Disk) -> None:
    """Write the index of what is there, if it says something new."""
    raw = folder_index(DirectoryShelf(folder))
    path = folder / "meta" / INDEX_NAME
    with suppress(OSError):
        if read_plain(path, limit=len(raw) + 1) == raw:
            return
    disk.write_file(path, raw)
