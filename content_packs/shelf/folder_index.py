"""The index of a shelf that is a folder (FORMAT 2.8), made from what is there.

    folder_index(DirectoryShelf(folder))
"""

from collections.abc import Iterator

from content_packs.errors import MetadataTooLargeError, OddNameError
from content_packs.shelf.directory import DirectoryShelf
from content_packs.shelf.index import encode_index
from content_packs.trust.metadata import CATALOGUE_BYTES_MAX


def folder_index(shelf: DirectoryShelf) -> bytes:
    """Write the index of what is there, without metadata that no reader would take.

    Raises:
        ShelfError: The folder is no shelf, or is gone.
    """
    return encode_index(_readable(shelf), shelf.manifest_hashes())


def _readable(shelf: DirectoryShelf) -> Iterator[tuple[str, bytes]]:
    """Every metadata file that is a plain file of a bearable size."""
    for name in shelf.meta_names():
        try:
            yield name, shelf.read_meta(name, CATALOGUE_BYTES_MAX)
        except (MetadataTooLargeError, OddNameError):
            continue
