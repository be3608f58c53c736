"""What was fetched of an rsync shelf: `meta/` as it is there, and manifests.

Promises: it can be deleted at any time. Files that a power cut may have left half written are not taken for whole ones:
a mark stands beside the mirror while rsync changes it, and a mirror that is found with its mark is given up.

    mirror = Mirror(Path("shelves/hub"), Disk(), shelf="rsync://hub.example/packs")
    with mirror.changing(): ...
    mirror.read_meta("registry.json", REGISTRY_BYTES_MAX)
"""

import hashlib
import os
import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from io import FileIO
from itertools import islice
from pathlib import Path

from content_packs.durable import Disk, locked
from content_packs.errors import FormatError, NotAShelfError, ShelfError, ShelfGoneError
from content_packs.manifest import MANIFEST_BYTES_MAX
from content_packs.paths import manifest_name
from content_packs.shelf import DirectoryShelf
from content_packs.shelf.index import INDEX_BYTES_MAX, INDEX_NAME, decode_index
from content_packs.trust.catalogue import claimed_listings
from content_packs.trust.metadata import CATALOGUE_BYTES_MAX

META_BYTES_MAX, META_FILES_MAX = 64 * 1024 * 1024, 4 * 1024
"""More than a mirror may hold of metadata: twice the bytes of one look, four times the files that are read."""
MANIFESTS_BYTES_MAX = 64 * 1024 * 1024
"""How much room manifests may take before all of them are given up."""
MANIFESTS_MAX = 5_000
"""How many manifests a first look asks for at most: a hostile catalogue must not keep a line busy for days."""


class Mirror:
    """A folder with the metadata of one shelf."""

    def __init__(self, folder: Path, disk: Disk, *, shelf: str) -> None:
        self._folder = folder
        self._disk = disk
        self._shelf = shelf
        self._directory = DirectoryShelf(folder)
        self._listed: frozenset[str] | None = None

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Let rsync change the metadata, and nobody else meanwhile; afterwards it is on the disk."""
        mark = self._folder / "changing"
        self._disk.make_folder(self._folder)
        with locked(self._folder / "lock", wait=True):
            if mark.exists() or self.overflows():
                self._give_up()
            self._disk.make_folder(self._folder / "meta")
            self._disk.write_file(mark, b"")
            before = self._stamps()
            try:
                yield
            finally:
                if self.overflows():
                    self._give_up()
                    self._disk.make_folder(self._folder / "meta")
                changed = {path for path, stamp in self._stamps().items() if before.get(path) != stamp}
                self._flush(changed)
                self._disk.remove(mark)
                self._listed = self._list()

    def meta_names(self) -> tuple[str, ...]:
        """The metadata that is there."""
        with self._told():
            return self._directory.meta_names()

    def read_meta(self, name: str, cap_bytes: int) -> bytes:
        """Read metadata whole, at most `cap_bytes`."""
        with self._told():
            return self._directory.read_meta(name, cap_bytes)

    def overflows(self) -> bool:
        """Say whether there is more metadata than any shelf has: sizes that are announced are the server's word only.

        May be called while rsync writes; looks at no more names than there may be.
        """
        files, size_bytes, folders = 0, 0, [str(self._folder / "meta")]
        while folders:
            with suppress(FileNotFoundError), os.scandir(folders.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    with suppress(FileNotFoundError):
                        size_bytes += entry.stat(follow_symlinks=False).st_size
                    files += 1
                    if files > META_FILES_MAX or size_bytes > META_BYTES_MAX:
                        return True
        return False

    def size_bytes(self) -> int:
        """How much metadata is there."""
        return sum(size for _, _, size in self._stamps().values())

    def manifest(self, sha256: str, *, checked: bool = True) -> bytes | None:
        """Give a manifest that was fetched; unless told not to, only if it is what its name says."""
        try:
            with (self._folder / manifest_name(sha256)).open("rb") as file:
                raw = file.read(MANIFEST_BYTES_MAX + 1)
        except OSError:
            return None
        return raw if not checked or hashlib.sha256(raw).hexdigest() == sha256 else None

    def count_of(self, hashes: Sequence[str]) -> int:
        """How many of these manifests are there."""
        return sum((self._folder / manifest_name(sha256)).exists() for sha256 in hashes)

    def seems_to_have(self, sha256: str) -> bool:
        """Say whether the shelf seems to have a manifest: because we have it, because it is listed, or nothing is."""
        if (self._folder / manifest_name(sha256)).is_file():
            return True
        return self._listed is None or sha256 in self._listed

    def lacking_manifests(self, *, first: str, expected: Collection[str] | None) -> list[str]:
        """The manifests worth fetching together: one that is asked for, and what is expected.

        Args:
            first: The one that is asked for.
            expected: What will be asked for, too; None if nobody knows: then the newest of every pack.
        """
        others = self._newest() if expected is None else expected
        lacking = (sha256 for sha256 in others if self.manifest(sha256) is None and self.seems_to_have(sha256))
        return list(islice(dict.fromkeys([first, *lacking]), MANIFESTS_MAX))

    def make_room(self, hashes: Sequence[str]) -> None:
        """Make sure that manifests can be fetched: wrong ones are taken away, too many given up."""
        folder = self._folder / "manifests"
        self._disk.make_folder(folder)
        sizes = {path: path.stat().st_size for path in folder.iterdir() if path.is_file()}
        wrong = {self._folder / manifest_name(sha256) for sha256 in hashes}
        is_full = sum(sizes.values()) > MANIFESTS_BYTES_MAX or len(sizes) > 2 * MANIFESTS_MAX
        for path in sizes if is_full else wrong & set(sizes):
            self._disk.unlink(path)

    def _give_up(self) -> None:
        """Forget all metadata."""
        shutil.rmtree(self._folder / "meta", ignore_errors=True)

    def _newest(self) -> Iterator[str]:
        """The newest manifest of every pack that a catalogue of the mirror names, trusted or not."""
        for name in self._directory.meta_names():
            if name.startswith("cat/"):
                with suppress(FormatError, ShelfError):
                    listings = claimed_listings(name, self.read_meta(name, CATALOGUE_BYTES_MAX))
                    yield from {each.pack_id: each.manifest_sha256 for each in listings}.values()

    def _list(self) -> frozenset[str] | None:
        """The manifests of an index that agrees with what else is there; a shelf that can be listed needs none."""
        try:
            with (self._folder / "meta" / INDEX_NAME).open("rb") as file:
                index = decode_index(file.read(INDEX_BYTES_MAX + 1))
            raws = {name: self.read_meta(name, CATALOGUE_BYTES_MAX) for name in self.meta_names()}
        except (OSError, FormatError, ShelfError):
            return None
        found = {name: hashlib.sha256(raw).hexdigest() for name, raw in raws.items()}
        return index.manifests if found == {name: entry.sha256 for name, entry in index.files.items()} else None

    def _stamps(self) -> dict[Path, tuple[int, int, int]]:
        """What tells whether a file of the metadata was changed."""
        stamps = {}
        for path in (self._folder / "meta").rglob("*"):
            with suppress(FileNotFoundError):
                facts = path.lstat()
                stamps[path] = (facts.st_ino, facts.st_mtime_ns, facts.st_size)
        return stamps

    def _flush(self, changed: set[Path]) -> None:
        """Wait until changed files and their names are on the disk."""
        for path in changed:
            if path.is_file() and not path.is_symlink():
                with FileIO(path, "rb") as file:
                    self._disk.fsync(file, path)
        for folder in {path.parent for path in changed} | {self._folder / "meta"}:
            self._disk.fsync_folder(folder)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Speak of the shelf where the folder is meant."""
        try:
            yield
        except (NotAShelfError, ShelfGoneError) as exc:
            raise NotAShelfError(shelf=self._shelf) from exc
