"""A shelf whose own program writes into what a store lends it, as rsync does, without a line.

It lies in having no program of its own: what is written, it writes itself, past the disk that a test watches.
"""

from collections.abc import Callable, Collection
from pathlib import Path

from content_packs.shelf import DirectoryShelf, read_up_to


class LentShelf(DirectoryShelf):
    """A folder that appends to the files of others."""

    def expect(self, manifests: Collection[str], /) -> None:
        """Everything is here already."""

    def fetch_blob(
        self, sha256: str, ext: str, part: Path, *, size_bytes: int, on_bytes: Callable[[int], None]
    ) -> None:
        """Append what the file lacks, in two pieces."""
        start = part.stat().st_size
        with self.open_blob(sha256, ext, offset=start) as blob:
            content = read_up_to(blob, size_bytes + 1 - start)
        half = len(content) // 2
        for piece in (content[:half], content[half:]):
            with part.open("ab") as file:
                file.write(piece)
            on_bytes(len(piece))
