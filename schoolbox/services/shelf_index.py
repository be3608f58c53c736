"""What sticks offered when they were last looked at, kept so that a start of the box need not look again.

Promises: everything in it can be made again, and it can be deleted at any time; it is replaced as a whole file that is
flushed and renamed, so a power cut leaves the old or the new; several programs may use it at the same time.

    index = ShelfIndex(data / "cache", disk)
    index.keep(listing)
    index.find("3f2a...", basis="9c1e...")
"""

from pathlib import Path
from typing import TypeAlias

import msgspec
from tinydb import Storage, TinyDB, where

from content_packs.durable import Disk, locked
from schoolbox.services.stick_listing import Listing

LISTINGS_MAX = 8
"""How many sticks are remembered."""
Tables: TypeAlias = dict[str, dict[str, dict[str, object]]]


class WholeFile(Storage):
    """A TinyDB storage that never writes into a file that is in use; one that cannot be read counts as empty."""

    def __init__(self, path: Path, disk: Disk) -> None:
        self._path = path
        self._disk = disk

    def read(self) -> Tables | None:
        """Read all tables; None if there are none."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Tables)
        except (OSError, msgspec.MsgspecError):
            return None

    def write(self, data: Tables) -> None:
        """Put all tables in place of the old ones.

        Raises:
            DiskError: Our own disk refused; the old ones are still there.
        """
        self._disk.write_file(self._path, msgspec.json.encode(data))


class ShelfIndex:
    """Listings by the fingerprint of their stick."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self._folder = folder
        self._disk = disk

    def find(self, fingerprint: str, *, basis: str) -> Listing | None:
        """The listing of a stick if it was made on this state of the box."""
        with TinyDB(self._folder / "shelves.json", self._disk, storage=WholeFile) as db:
            found = db.table("listing").get((where("fingerprint") == fingerprint) & (where("basis") == basis))
        try:
            return msgspec.convert(found, Listing) if found else None
        except msgspec.ValidationError:
            return None

    def keep(self, listing: Listing) -> None:
        """Remember a listing in place of older ones of the same stick.

        Raises:
            DiskError: Our own disk refused.
        """
        self._disk.make_folder(self._folder)
        with locked(self._folder / "lock", wait=True):
            db = TinyDB(self._folder / "shelves.json", self._disk, storage=WholeFile)
            table = db.table("listing")
            table.upsert(msgspec.to_builtins(listing), where("fingerprint") == listing.fingerprint)
            oldest_first = sorted(each.doc_id for each in table.all())
            if surplus := oldest_first[:-LISTINGS_MAX]:
                table.remove(doc_ids=surplus)
