"""A shelf whose own program writes into what a store lends it, as rsync does, without a line.

It lies in having no program of its own: what is written, it writes itself, past the disk that a test watches.
"""

from collections.abc import Callable
from pathlib import Path

from content_packs.paths import blob_name
from content_packs.shelf import DirectoryShelf


class LentShelf(DirectoryShelf):
    """A folder that appends to the files of others."""

    def fetch_blob(
        self, sha256: str, ext: str, part: Path, *, size_bytes: int, on_bytes: Callable[[int], None]
    ) -> None:
        """Append what the file lacks, in two pieces."""
        content = (self.folder / blob_name(sha256, ext)).read_bytes()
        start = part.stat().st_size
        half = (start + size_bytes) // 2
        for piece in (content[start:half], content[half:]):
            with part.open("ab") as file:
                file.write(piece)
            on_bytes(len(piece))
