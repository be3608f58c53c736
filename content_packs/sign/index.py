"""Writing the index of a shelf (FORMAT 2.8): the last step of everything that changes meta/ or manifests/.

    write_index(Path("shelf"), Disk())
"""

from collections.abc import Iterator
from pathlib import Path

from content_packs.durable import Disk
from content_packs.errors import MetadataTooLargeError, OddNameError
from content_packs.paths import SHA256_PATTERN
from content_packs.shelf import DirectoryShelf
from content_packs.shelf.index import INDEX_NAME, encode_index
from content_packs.trust.metadata import CATALOGUE_BYTES_MAX


def write_index(folder: Path, disk: Disk) -> None:
    """Write the index of what is there, without metadata that no reader would take, if it says something new."""
    manifests = {path.stem for path in (folder / "manifests").glob("*.json") if SHA256_PATTERN.fullmatch(path.stem)}
    raw = encode_index(_readable(DirectoryShelf(folder)), manifests)
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
