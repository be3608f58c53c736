"""How much of a pack has to be copied, and whether there is room for it.

Promises: what people could go back to is never given up for something that comes by itself (FORMAT 8.11).

    room.check(room.need_bytes(offer))
"""

from content_packs.durable import Disk
from content_packs.errors import NotEnoughSpaceError
from content_packs.offers import Offer
from content_packs.selection import choose_units, files_of, wanted_items
from content_packs.store import Store
from schoolbox.services.pack_library import PackLibrary


class PullRoom:
    """Measures."""

    def __init__(self, *, store: Store, library: PackLibrary, disk: Disk, reserve_bytes: int) -> None:
        self._store = store
        self._library = library
        self._disk = disk
        self._reserve_bytes = reserve_bytes

    def need_bytes(self, offer: Offer) -> int:
        """How much of a trusted offer is not here yet, of the units that were chosen."""
        if offer.manifest is None:
            return 0
        pack = self._library.installed().get(offer.pack_id)
        units = choose_units(offer.manifest, None, before=pack.units if pack else None, installed=pack is not None)
        items = wanted_items(offer.manifest, units=units, shown=self._library.shown_items(offer.pack_id))
        lacking = (file for file in files_of(items).values() if not self._store.has(file))
        return sum(file.size_bytes - self._store.staged_bytes(file) for file in lacking)

    def check(self, need_bytes: int) -> None:
        """See whether something fits beside the reserve.

        Raises:
            NotEnoughSpaceError: It does not.
        """
        folder = self._store.folder
        free = max(0, self._disk.free_bytes(folder) - self._reserve_bytes)
        if need_bytes > free:
            raise NotEnoughSpaceError(path=folder, needs_bytes=need_bytes, free_bytes=free)
