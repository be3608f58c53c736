"""Writing packs of this box onto a stick (FORMAT 2.5, 2.12 to 2.15).

Promises: everything that can be refused is refused before anything is written. Blobs come first, then manifests, then
roots, registry and catalogues, then the pages for people, each whole before the next; a stick that was pulled out goes
on where it was. What the stick knows better than the box is taken in by the box, or left alone. The catalogue is the
visible step of a pack.

    writer = StickWriter(store=store, trust=trust, disk=disk)
    written = writer.write(Path("/media/stick"), library.installed().values(), progress=print)
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from content_packs.contents import page_bytes_at_most, page_name, write_pages
from content_packs.durable import Disk
from content_packs.errors import NoRootError, NotAShelfError, ShelfError, TamperedError
from content_packs.export.choice import BoxFiles, Chosen, choose
from content_packs.export.clear import drafts, leftovers
from content_packs.export.errors import NoStickError, StickFolderFullError, StickFullError, StickUnreliableError
from content_packs.export.metadata import Signed, check_same_registry, is_newer, lists_of
from content_packs.export.meter import Gain, Meter, Show
from content_packs.export.room import (
    FAT_ENTRIES_MAX,
    FAT_ENTRIES_SLACK,
    FAT_KINDS,
    Wanted,
    fat_entries,
    needed_bytes,
)
from content_packs.export.stick import OWN_FOLDERS, Stick
from content_packs.export.written import Options, Written, WrittenPack
from content_packs.library import InstalledPack
from content_packs.manifest import File
from content_packs.paths import blob_name
from content_packs.shelf import DirectoryShelf
from content_packs.sign.index import write_index
from content_packs.store import Store
from content_packs.trust import Refusal, Trust, TrustStore


class _Plan(msgspec.Struct, frozen=True):
    """All that was decided before anything is written."""

    chosen: list[Chosen]
    trust: Trust
    lists: list[Signed]
    only: bool = False
    gone: tuple[str, ...] = ()
    gone_bytes: int = 0


class StickWriter:
    """Writes packs of one box onto sticks."""

    def __init__(self, *, store: Store, trust: TrustStore, disk: Disk) -> None:
        self._store = store
        self._files = BoxFiles(DirectoryShelf(store.folder))
        self._trust = trust
        self._disk = disk

    def write(
        self, folder: Path, packs: Iterable[InstalledPack], *, progress: Show, options: Options | None = None
    ) -> Written:
        """Write packs and what vouches for them; packs that cannot be written do not stop the others.

        Args:
            folder: Where the stick is mounted.
            packs: Which installed packs.
            progress: Told after every piece. It may raise to stop: what was written is kept and continued.
            options: How to write.

        Raises:
            NoRootError: This box was never told whom to trust.
            NoStickError: There is no such folder, or it is the box's own.
            OtherRegistryError: The stick belongs to another registry; `only` replaces it.
            OddNameError: Something on the stick is a link, no folder where one must be, or one where a file must be.
            StickFullError: There is too little room; nothing was written.
            StickFolderFullError: A folder would hold more than FAT allows; nothing was written.
            StickError: The stick is gone, read-only, busy, or refuses.
            DiskError: Our own disk refused to keep newer metadata of the stick.
        """
        options = options or Options()
        if folder.resolve().is_relative_to(self._store.folder.resolve()):
            raise NoStickError(stick=str(folder))
        with Stick(folder, self._disk).opened() as stick:
            stick.check_folders(OWN_FOLDERS)
            refused = self._learn(stick, only=options.only)
            trust = self._trust.trust()
            chosen, failed = choose(
                tuple(packs), trust, self._files, stick=str(folder), file_bytes_max=options.file_bytes_max
            )
            if not chosen:
                return Written((), failed, (), 0, 0)
            plan = self._plan(stick, chosen, trust, options)
            _check_places(stick, plan)
            self._check_room(stick, plan)
            for name in plan.gone:
                stick.remove(name)
            writing = _Writing(stick, self._files, plan, progress, quick=options.quick)
            done = writing.run()
            kept = tuple(refusal for refusal in refused if refusal.name in writing.kept)
            return Written(done, failed, kept, writing.copied_bytes, plan.gone_bytes)

    def _learn(self, stick: Stick, *, only: bool) -> tuple[Refusal, ...]:
        """Let the box take in what the stick knows better; one that is to be replaced may be of any registry."""
        shelf = DirectoryShelf(stick.folder)
        try:
            names = shelf.meta_names()
        except NotAShelfError:
            return ()
        if not only:
            check_same_registry(self._trust.travelling(), names, _reader(stick), stick=str(stick.folder))
        try:
            return self._trust.apply(shelf).refused
        except NoRootError:
            return ()

    def _plan(self, stick: Stick, chosen: list[Chosen], trust: Trust, options: Options) -> _Plan:
        """Decide which lists travel, and what has to go."""
        publishers = {each.manifest.publisher for each in chosen}
        if not options.only:
            listed = {name.lower().removesuffix(".json") for name in stick.listed("meta/cat")}
            publishers |= listed & set(trust.catalogues)
        lists = list(lists_of(self._trust.travelling(), trust, publishers))
        if not options.only:
            return _Plan(chosen, trust, lists)
        keep = {f"meta/{each.name}" for each in lists} | {each.name for each in chosen}
        keep |= {f"contents/{page_name(each.manifest.pack)}" for each in chosen}
        keep |= {blob_name(file.sha256, file.ext) for each in chosen for file in each.manifest.files().values()}
        gone = tuple(leftovers(stick, keep))
        return _Plan(chosen, trust, lists, True, gone, sum(stick.size_of(name) or 0 for name in gone))

    def _check_room(self, stick: Stick, plan: _Plan) -> None:
        """Refuse before anything is written if it cannot all be written."""
        wanted = _wanted(stick, plan)
        room = self._disk.room(stick.folder)
        needs = needed_bytes(wanted, cluster_bytes=room.cluster_bytes)
        if room.free_bytes is not None and needs > room.free_bytes + plan.gone_bytes:
            free = room.free_bytes + plan.gone_bytes
            raise StickFullError(stick=str(stick.folder), needs_bytes=needs, free_bytes=free)
        if self._disk.kind(stick.folder) in FAT_KINDS:
            _check_entries(stick, wanted, gone=plan.gone)


class _Writing:
    """One writing, after everything was decided."""

    def __init__(self, stick: Stick, files: BoxFiles, plan: _Plan, progress: Show, *, quick: bool) -> None:
        self._stick = stick
        self._files = files
        self._plan = plan
        self._show = progress
        self._quick = quick
        self._sound: dict[str, bool] = {}
        self._copied: list[tuple[str, File]] = []
        self.kept: set[str] = set()

    @property
    def copied_bytes(self) -> int:
        """What had to be copied."""
        return sum(file.size_bytes for _, file in self._copied)

    def run(self) -> tuple[WrittenPack, ...]:
        """Blobs, which are read back; then manifests, lists and index; then pages; what was left behind goes."""
        every = {file.sha256: file for each in self._plan.chosen for file in each.manifest.files().values()}
        writing = Meter("writing", every.values(), self._show)
        done = tuple(self._blobs_of(each, writing) for each in self._plan.chosen)
        self._stick.settle()
        if not self._quick:
            self._read_back()
        for each in self._plan.chosen:
            self._stick.put(each.name, each.raw)
        for ours in self._plan.lists:
            self._put_list(ours)
        write_index(self._stick.folder, self._stick.disk)
        packs = {each.manifest.pack for each in self._plan.chosen}
        write_pages(self._plan.trust, self._stick.folder, self._stick.disk, renew=packs)
        for name in drafts(self._stick):
            self._stick.remove(name)
        self._stick.drop_folder("staging")
        return done

    def _blobs_of(self, chosen: Chosen, meter: Meter) -> WrittenPack:
        """Bring every blob of a pack onto the stick that the box has whole."""
        manifest = chosen.manifest
        files = manifest.files().values()
        missing = tuple(file for file in files if not self._blob(manifest.pack, file, meter))
        return WrittenPack(manifest.pack, manifest.version, manifest.size_bytes, len(files), missing)

    def _blob(self, pack_id: str, file: File, meter: Meter) -> bool:
        """Bring one blob onto the stick; say whether it is there."""
        if file.sha256 not in self._sound:
            self._stick.check_there()
            self._stick.check_folders([f"blobs/{file.sha256[:2]}"])
            with meter.file(pack_id, file) as tell:
                if self._is_there(file, tell):
                    self._sound[file.sha256] = True
                else:
                    self._sound[file.sha256] = self._copy(file, tell)
                    self._copied += [(pack_id, file)] if self._sound[file.sha256] else []
        return self._sound[file.sha256]

    def _is_there(self, file: File, tell: Gain) -> bool:
        """Say whether the stick has the blob already; what is there is read, unless sizes are to be believed."""
        if not self._stick.holds(file):
            return False
        if self._quick or self._stick.is_sound(file, tell):
            return True
        self._stick.remove(blob_name(file.sha256, file.ext))
        return False

    def _copy(self, file: File, tell: Gain) -> bool:
        """Copy a blob; say whether the box had it whole."""
        try:
            self._stick.store.put_from(self._files.opener(file), file, tell)
        except (ShelfError, TamperedError):
            self._stick.check_there()
            return False
        return True

    def _read_back(self) -> None:
        """Read what was written; a blob that reads differently is written once more, and then the stick is blamed."""
        meter = Meter("reading_back", [file for _, file in self._copied], self._show)
        for pack_id, file in self._copied:
            self._stick.check_there()
            name = blob_name(file.sha256, file.ext)
            with meter.file(pack_id, file) as tell:
                if self._stick.is_sound(file, tell):
                    continue
                self._stick.remove(name)
                if not self._copy(file, tell) or not self._stick.is_sound(file, lambda _: None):
                    self._stick.remove(name)
                    raise StickUnreliableError(stick=str(self._stick.folder), name=name)
        self._stick.settle()

    def _put_list(self, ours: Signed) -> None:
        """Write a signed list, unless the stick has one that claims to be newer (FORMAT 2.14)."""
        name = f"meta/{ours.name}"
        theirs = self._stick.read(name, ours.cap_bytes)
        if theirs is not None and not self._plan.only and is_newer(theirs, ours):
            self.kept.add(ours.name)
        else:
            self._stick.put(name, ours.raw)


def _reader(stick: Stick) -> Callable[[str, int], bytes | None]:
    """Give the function that reads metadata of a stick by its name under meta/."""
    return lambda name, cap_bytes: stick.read(f"meta/{name}", cap_bytes)


def _check_places(stick: Stick, plan: _Plan) -> None:
    """Refuse a folder in the place of a page or the index; those of blobs and lists are looked at with their sizes."""
    for name in ("CONTENTS.html", "meta/index.json"):
        stick.size_of(name)
    for each in plan.chosen:
        stick.size_of(f"contents/{page_name(each.manifest.pack)}")


def _check_entries(stick: Stick, wanted: Iterable[Wanted], *, gone: Iterable[str]) -> None:
    """Refuse before anything is written if a folder would hold more than FAT allows."""
    new: dict[str, set[str]] = defaultdict(set)
    for file in wanted:
        folder, _, name = file.name.rpartition("/")
        new[folder].add(name)
    left = set(gone)
    for folder, names in new.items():
        there = {name for name in stick.listed(folder) if f"{folder}/{name}" not in left}
        if fat_entries(there | names) + FAT_ENTRIES_SLACK > FAT_ENTRIES_MAX:
            raise StickFolderFullError(stick=str(stick.folder), folder=folder)


def _wanted(stick: Stick, plan: _Plan) -> list[Wanted]:
    """What is not on the stick yet, with names and sizes."""
    every = {file.sha256: file for each in plan.chosen for file in each.manifest.files().values()}
    wanted = [
        Wanted(blob_name(file.sha256, file.ext), file.size_bytes, stick.store.staged_bytes(file))
        for file in every.values()
        if not stick.holds(file)
    ]
    for each in plan.chosen:
        if stick.size_of(each.name) != len(each.raw):
            page = f"contents/{page_name(each.manifest.pack)}"
            wanted += [Wanted(each.name, len(each.raw)), Wanted(page, page_bytes_at_most(each.manifest))]
    wanted += [
        Wanted(f"meta/{ours.name}", len(ours.raw))
        for ours in plan.lists
        if stick.size_of(f"meta/{ours.name}") != len(ours.raw)
    ]
    return wanted
