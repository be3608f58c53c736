"""Where packs come from (FORMAT.md section 2): the port, and one module for each kind of place."""

from content_packs.shelf.directory import DirectoryShelf, is_shelf
from content_packs.shelf.port import ONE_FILE, FetchingShelf, Readable, Shelf, read_up_to

__all__ = ["ONE_FILE", "DirectoryShelf", "FetchingShelf", "Readable", "Shelf", "is_shelf", "read_up_to"]
