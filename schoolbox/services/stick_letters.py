"""A sealed transfer or a receipt onto a stick that is in the box: a plain file at its top (FORMAT 14.1).

Promises: nothing that is on the stick is overwritten; the file is there whole and flushed, or not at all. Written
again, it is the same file. What goes wrong is told as the trouble of the stick that it is.

    letters.put(Path("/media/USB"), "transfer-0f3a2b1c.schoolbox", raw)     # the name that it has there
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from content_packs.durable import Disk
from schoolbox.errors import BadInputError
from schoolbox.marks import N_
from schoolbox.services.stick_access import Opens, as_it_is

if TYPE_CHECKING:  # brings what writes packs, which few pages need
    from content_packs.export.stick import Stick

NAMES_MAX = 20
TAKEN = N_("Too many files of this name are on the stick. Take another one.")


class StickLetters:
    """Writes these files."""

    def __init__(self, disk: Disk, *, opens: Opens = as_it_is) -> None:
        self._disk = disk
        self._opens = opens

    def put(self, folder: Path, name: str, content: bytes) -> str:
        """Write a file; where another has its name, it gets a number.

        Raises:
            StickError: The stick is gone, full, read-only, busy, or refuses; nothing of ours is on it.
            BadInputError: Every name is taken.
        """
        from content_packs.export.errors import StickFullError
        from content_packs.export.stick import Stick

        with self._opens(folder), Stick(folder, self._disk).opened() as stick:
            free = self._name(stick, name, content)
            room = self._disk.room(folder)
            needs = 2 * room.cluster_bytes + len(content)
            if stick.read(free, len(content)) != content and room.free_bytes is not None and room.free_bytes < needs:
                raise StickFullError(stick=str(folder), needs_bytes=needs, free_bytes=room.free_bytes)
            stick.put(free, content)
            stick.check_there()
        return free

    @staticmethod
    def _name(stick: "Stick", name: str, content: bytes) -> str:
        """A name that nothing else has."""
        stem, ending = Path(name).stem, Path(name).suffix
        for number in range(1, NAMES_MAX + 1):
            tried = name if number == 1 else f"{stem}-{number}{ending}"
            if not os.path.lexists(stick.folder / tried) or stick.read(tried, len(content)) == content:
                return tried
        raise BadInputError(field="stick", problem=TAKEN)
