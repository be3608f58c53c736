"""Writing the index of a shelf (FORMAT 2.8): the last step of everything that changes meta/.

    write_index(Path("shelf"), Disk())
"""

from collections.abc import Iterator
from pathlib import Path

from content_packs.durable import Disk
from content_packs.errors import MetadataTooLargeError, OddNameError
from content_packs.shelf import DirectoryShelf
from content_packs.shelf.index import INDEX_NAME, encode_index
from content_packs.trust.metadata import CATALOGUE_BYTES_MAX


def write_index(folder: Path, disk: Disk) -> None:
    """Write the index of the metadata that is there, without what no reader would take, if it says something new."""
    raw = encode_index(_readable(DirectoryShelf(folder)))
    path = folder / "meta" / INDEX_NAME
    if not path.is_file() or path.read_bytes() != raw:
        disk.write_file(path, raw)


def _readable(shelf: DirectoryShelf) -> Iterator[tuple[str, bytes]]:
    """Every metadata file that is a plain file of a bearable size."""
    for name in shelf.meta_names():
        try:
            yield name, shelf.read_meta(name, CATALOGUE_BYTES_MAX)
        except (MetadataTooLargeError, OddNameError):
            continue
