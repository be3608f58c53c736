"""Copying what a pack lacks from a shelf into the store, file by file (FORMAT 8.3-8.5, 8.9).

Promises: room can be looked for before anything is copied; a file that is damaged or missing on the shelf is noted and
the next one has its turn, however many there are (each shelf tells a bad spot from its own end); a shelf that is gone
stops it at once, and what was copied is kept.

    copier.check_room(lacking, files)
    copied = copier.copy(shelf, "mash:thyesat-6", lacking, files, progress)
    copied.failed    # SHA-256 of a file to why it could not be copied
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Set

import msgspec

from content_packs.durable import Disk
from content_packs.errors import NotEnoughSpaceError, PackError, TamperedError
from content_packs.manifest import File
from content_packs.shelf import ONE_FILE, FetchingShelf, Shelf
from content_packs.store import Store

DAMAGED = (TamperedError, *ONE_FILE)
"""What can be wrong with one file while the others are fine."""
LANDED_BYTES, LANDED_FILES = 64 * 1024 * 1024, 2_000
"""After so many bytes or files, what was copied is put on the disk for good; what a power cut can cost is not more."""


class Progress(msgspec.Struct, frozen=True):
    """How far an installation is; what was there before it began counts as done, a file that failed does not."""

    pack_id: str
    files_done: int
    files_total: int
    bytes_done: int
    bytes_total: int
    files_failed: int = 0


class Copied(msgspec.Struct, frozen=True):
    """How many bytes came over, and why some files did not."""

    copied_bytes: int
    failed: Mapping[str, PackError]


class Copier:
    """Copies files into a store, leaving a reserve of room."""

    def __init__(
        self, store: Store, disk: Disk, *, reserve_bytes: int, make_room: Callable[[Set[str]], None]
    ) -> None:
        """Make one.

        Args:
            store: Where to.
            disk: Which the store is on.
            reserve_bytes: How much of it stays free.
            make_room: Gives up what could only be undone, but for the files with these SHA-256: they are wanted.
        """
        self._store = store
        self._disk = disk
        self._reserve_bytes = reserve_bytes
        self._make_room = make_room

    def check_room(self, lacking: Iterable[File], files: Iterable[File]) -> None:
        """Make room for what is lacking of some files, if the reserve would be touched.

        What could only be undone is given up for it, but for what is among these files.

        Raises:
            NotEnoughSpaceError: It would be all the same.
            DiskError: Our own disk refused.
        """
        needs = sum(file.size_bytes - self._store.staged_bytes(file) for file in lacking)
        if needs > self._free_bytes():
            self._make_room({file.sha256 for file in files})
        free = self._free_bytes()
        if needs > free:
            raise NotEnoughSpaceError(path=self._store.folder, needs_bytes=needs, free_bytes=free)

    def copy(
        self,
        shelf: Shelf,
        pack_id: str,
        lacking: Collection[File],
        files: Collection[File],
        progress: Callable[[Progress], None],
    ) -> Copied:
        """Copy the files that are lacking, for which room was looked for.

        Args:
            shelf: Where from.
            pack_id: Whose they are, for the progress.
            lacking: What to copy, in this order.
            files: All files of what is wanted, so that the progress counts what is there already.
            progress: Told after every piece. It may raise to stop: what was copied is kept.

        Raises:
            ShelfGoneError: The shelf is gone.
            DiskError: Our own disk refused.
        """
        run = _Run(self._store, shelf, pack_id, _totals(files, lacking), progress)
        try:
            for file in lacking:
                run.take(file)
        finally:
            run.land()
        run.tell(0)
        return Copied(run.copied_bytes, run.failed)

    def _free_bytes(self) -> int:
        """What may be used."""
        return max(0, self._disk.free_bytes(self._store.folder) - self._reserve_bytes)


class _Totals(msgspec.Struct, frozen=True):
    """How many files and bytes there are in all, and how many of them are there before copying begins."""

    files: int
    bytes: int
    files_there: int
    bytes_there: int


class _Run:
    """One copying, with its counters."""

    def __init__(
        self, store: Store, shelf: Shelf, pack_id: str, totals: _Totals, progress: Callable[[Progress], None]
    ) -> None:
        self.failed: dict[str, PackError] = {}
        self.copied_bytes = 0
        self._store = store
        self._stage = _way(store, shelf)
        self._pack_id = pack_id
        self._totals = totals
        self._progress = progress
        self._files_done = totals.files_there
        self._bytes_done = totals.bytes_there
        self._staged: list[File] = []
        self._staged_bytes = 0

    def take(self, file: File) -> None:
        """Copy one file, or note why that cannot be."""
        try:
            self._stage(file, self.tell)
        except DAMAGED as exc:
            self.failed[file.sha256] = exc
            return
        self._files_done += 1
        self.copied_bytes += file.size_bytes
        self._staged.append(file)
        self._staged_bytes += file.size_bytes
        if len(self._staged) >= LANDED_FILES or self._staged_bytes >= LANDED_BYTES:
            self.land()

    def land(self) -> None:
        """Put on the disk for good what was copied since the last time."""
        self._store.land(self._staged)
        self._staged.clear()
        self._staged_bytes = 0

    def tell(self, gained: int) -> None:
        """Say how far it is; a negative number takes back bytes that turned out wrong."""
        self._bytes_done += gained
        all_of = self._totals
        self._progress(
            Progress(
                self._pack_id, self._files_done, all_of.files, self._bytes_done, all_of.bytes, len(self.failed)
            )
        )


def _totals(files: Collection[File], lacking: Collection[File]) -> _Totals:
    """Count."""
    files_bytes, lacking_bytes = (sum(file.size_bytes for file in each) for each in (files, lacking))
    return _Totals(len(files), files_bytes, len(files) - len(lacking), files_bytes - lacking_bytes)


def _way(store: Store, shelf: Shelf) -> Callable[[File, Callable[[int], None]], None]:
    """Choose how files come from a shelf; once, because asking what a shelf can takes as long as a small file."""
    if isinstance(shelf, FetchingShelf):
        return lambda file, tell: store.stage_fetched(
            lambda part, on_bytes: shelf.fetch_blob(
                file.sha256, file.ext, part, size_bytes=file.size_bytes, on_bytes=on_bytes
            ),
            file,
            tell,
        )
    return lambda file, tell: store.stage(
        lambda offset: shelf.open_blob(file.sha256, file.ext, offset=offset), file, tell
    )
