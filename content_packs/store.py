"""The content-addressed store: every file once, under the name of its content (FORMAT 8.3, 8.4, 8.6).

Promises: no blob ever stands under a name that is not its content; copying goes through `staging/` and is continued
after an interruption; each byte is read once. The visible step of a blob is its rename; of a pack, the library's. The
folder may be that of a stick: what has a name of ours there and is no plain file counts as nothing, and is not opened.

    store.stage(lambda offset: shelf.open_blob(file.sha256, file.ext, offset=offset), file, on_bytes)
    store.land([file])      # many at once cost two flushes, not three each
    store.path(file.sha256, file.ext)
"""

import hashlib
import os
import stat
from collections.abc import Callable, Collection, Mapping, Set
from contextlib import AbstractContextManager
from io import FileIO
from pathlib import Path
from typing import Literal, TypeAlias

from content_packs.durable import Disk, locked
from content_packs.errors import DiskError, MissingBlobError, TamperedError
from content_packs.manifest import MANIFEST_BYTES_MAX, MEDIA_TYPES, File, Manifest, decode_manifest
from content_packs.page_cache import Passage
from content_packs.paths import blob_name, manifest_name
from content_packs.plain_file import open_plain
from content_packs.shelf import Readable, read_up_to

BUFFER_BYTES = 1024 * 1024
FEW = 3
"""Up to so many files are flushed one by one, which does not wait for what others have written to the same disk."""
Soundness: TypeAlias = Literal["sound", "missing", "corrupt"]


class Store:
    """Blobs and manifests in one folder; writing is for the holder of `writing()`, reading for everybody."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self._folder = folder
        self._staging = folder / "staging"
        self._disk = disk

    @property
    def folder(self) -> Path:
        """Where everything of it is."""
        return self._folder

    def writing(self) -> AbstractContextManager[None]:
        """Keep other programs from writing; raises StoreBusyError if one is."""
        self._disk.make_folder(self._folder)
        return locked(self._folder / "lock", wait=False)

    def path(self, sha256: str, ext: str) -> Path:
        """Where a blob stands or would stand."""
        return self._folder / blob_name(sha256, ext)

    def has(self, file: File) -> bool:
        """Say whether a blob is there with the right size; `check` reads it."""
        return self._size_of(blob_name(file.sha256, file.ext)) == file.size_bytes

    def staged_bytes(self, file: File) -> int:
        """How much of a blob was copied before an interruption."""
        return min(self._size_of(f"staging/{_part_name(file)}") or 0, file.size_bytes)

    def size_of(self, sha256: str) -> int:
        """The size of a blob whose extension is not known; 0 if it is not there."""
        found = (self._folder / "blobs" / sha256[:2]).glob(f"{sha256}.*")
        return sum(path.stat().st_size for path in found)

    def holds(self, sha256: str) -> bool:
        """Say whether there is a manifest or blob under a hash, or a part of one."""
        folders = (self._folder / name for name in ("manifests", f"blobs/{sha256[:2]}", "staging"))
        return any(True for folder in folders for _ in folder.glob(f"{sha256}.*"))

    def check(self, file: File) -> Soundness:
        """Read a blob whole and say whether it is what its name says."""
        digest = hashlib.sha256()
        try:
            size_bytes = _hash_file(self.path(file.sha256, file.ext), digest, file)
        except FileNotFoundError:
            return "missing"
        except OSError:
            return "corrupt"
        return "sound" if (size_bytes, digest.hexdigest()) == (file.size_bytes, file.sha256) else "corrupt"

    def put_from(self, open_at: Callable[[int], Readable], file: File, on_bytes: Callable[[int], None]) -> None:
        """Copy one blob in and give it its name; arguments and errors are those of `stage`."""
        self.stage(open_at, file, on_bytes)
        self.land([file])

    def stage(self, open_at: Callable[[int], Readable], file: File, on_bytes: Callable[[int], None]) -> None:
        """Copy a blob, hashing while copying; it has its name, and outlives a power cut, only after `land`.

        Args:
            open_at: Opens the source at a byte offset.
            file: What it must be.
            on_bytes: Told how many bytes were gained; a negative number takes back what turned out wrong. May raise
                to stop: what was copied is kept.

        Raises:
            TamperedError: The source is something else; nothing of it is kept.
            ShelfError: The source cannot be read; what was copied is kept.
            DiskError: Our own disk refused.
        """
        self._stage(file, lambda part: self._complete(part, open_at, file, on_bytes))

    def stage_fetched(
        self, fetch: Callable[[Path, Callable[[int], None]], None], file: File, on_bytes: Callable[[int], None]
    ) -> None:
        """Let another program append to the part of a blob, then hash it; else like `stage`.

        Args:
            fetch: Appends to the file it is given what that lacks, and tells what was gained.
            file: What it must be.
            on_bytes: As in `stage`.

        Raises:
            TamperedError: The source is something else; nothing of it is kept.
            ShelfError: The source cannot be read; what was copied is kept.
            DiskError: Our own disk refused.
        """
        self._stage(file, lambda part: self._fetched(part, fetch, file, on_bytes))

    def land(self, files: Collection[File]) -> None:
        """Give blobs that were staged their names, durably, in place of whatever stood there.

        Raises:
            DiskError: Our own disk refused; each blob has its name or is still staged.
        """
        moves = {self._part(file): self.path(file.sha256, file.ext) for file in files}
        if len(moves) > FEW and self._disk.can_flush_all(self._folder):
            self._land_together(moves)
            return
        for part, final in moves.items():
            self._disk.flush_file(part)
            self._disk.make_folder(final.parent)
            self._disk.rename(part, final)

    def put_manifest(self, raw: bytes) -> str:
        """Store the bytes of a manifest under their hash, which is returned."""
        sha256 = hashlib.sha256(raw).hexdigest()
        path = self._folder / manifest_name(sha256)
        self._disk.make_folder(path.parent)
        self._disk.write_file(path, raw)
        return sha256

    def manifest_bytes(self, sha256: str) -> bytes | None:
        """Read the bytes of a stored manifest; None if it is not there or not what its name says."""
        try:
            raw = self._read_manifest(sha256)
        except OSError:
            return None
        return raw if hashlib.sha256(raw).hexdigest() == sha256 else None

    def manifest(self, sha256: str) -> Manifest:
        """Read a stored manifest.

        Raises:
            MissingBlobError: It is not there.
            TamperedError: It is not what its name says, or cannot be read.
            ManifestError: It is of a format this version does not know.
        """
        name = manifest_name(sha256)
        try:
            raw = self._read_manifest(sha256)
        except FileNotFoundError as exc:
            raise MissingBlobError(name=name) from exc
        except OSError as exc:
            raise TamperedError(name=name, sha256=sha256) from exc
        if hashlib.sha256(raw).hexdigest() != sha256:
            raise TamperedError(name=name, sha256=sha256)
        return decode_manifest(raw)

    def sweep(self, in_use: Set[str], *, among: Set[str] | None = None, spare: Set[str] = frozenset()) -> int:
        """Delete what is not in use and return the bytes this freed.

        Args:
            in_use: SHA-256 of every blob and manifest that must stay.
            among: Look only at these; if None, at everything, parts of interrupted copies included.
            spare: SHA-256 of what somebody still wants: it stays, also the parts of it.
        """
        swept = self._everything() if among is None else self._named(among)
        gone = [
            path
            for path in swept
            if _hash_of(path) not in spare and (path.suffix == ".part" or _hash_of(path) not in in_use)
        ]
        freed = 0
        for path in gone:
            freed += path.stat().st_size
            self._disk.unlink(path)
        self._flush_folders({path.parent for path in gone})
        return freed

    def _land_together(self, moves: Mapping[Path, Path]) -> None:
        """Land many blobs: all contents reach the disk before the first rename, and all names before the end."""
        self._disk.make_folder(self._folder / "blobs")
        for folder in sorted({final.parent for final in moves.values()}):
            if not folder.is_dir():
                self._disk.make_one_folder(folder)
        self._disk.flush_all(self._folder)
        for part, final in moves.items():
            self._disk.replace(part, final)
        self._disk.flush_all(self._folder)

    def _flush_folders(self, folders: Collection[Path]) -> None:
        """Put what happened to the names in some folders on the disk."""
        if len(folders) > FEW and self._disk.can_flush_all(self._folder):
            self._disk.flush_all(self._folder)
            return
        for folder in sorted(folders):
            self._disk.fsync_folder(folder)

    def _everything(self) -> list[Path]:
        """Every file of ours, parts of interrupted copies included."""
        folders = [self._folder / "manifests", self._folder / "staging", *(self._folder / "blobs").glob("*")]
        return [path for folder in folders if folder.is_dir() for path in folder.iterdir() if path.is_file()]

    def _named(self, hashes: Collection[str]) -> list[Path]:
        """Every manifest and blob that has one of these hashes, without listing what else there is."""
        names = (manifest_name(sha256) for sha256 in hashes)
        blobs = (blob_name(sha256, ext) for sha256 in hashes for ext in MEDIA_TYPES)
        return [self._folder / name for name in (*names, *blobs) if self._size_of(name) is not None]

    def _part(self, file: File) -> Path:
        """Where a blob is put together."""
        return self._staging / _part_name(file)

    def _read_manifest(self, sha256: str) -> bytes:
        """Read what has the name of a manifest, no further than one can be long."""
        with FileIO(open_plain(self._folder / manifest_name(sha256)), "rb") as file:
            return read_up_to(file, MANIFEST_BYTES_MAX + 1)

    def _size_of(self, name: str) -> int | None:
        """Look how large a plain file of ours is; None if there is none."""
        try:
            facts = os.lstat(f"{self._folder}/{name}")  # a Path for each file takes four times as long
        except (FileNotFoundError, NotADirectoryError):
            return None
        return facts.st_size if stat.S_ISREG(facts.st_mode) else None

    def _stage(self, file: File, complete: Callable[[Path], bool]) -> None:
        """Complete the part of a blob; one that turns out wrong is made once more (FORMAT 8.4)."""
        part = self._part(file)
        self._disk.make_folder(self._staging)
        if os.path.lexists(part):
            staged = self._size_of(f"staging/{part.name}") or 0
            if 0 < staged <= file.size_bytes and self._disk.can_append(part) and complete(part):
                return
            self._disk.unlink(part)
        if not complete(part):
            self._disk.remove(part)
            raise TamperedError(name=blob_name(file.sha256, file.ext), sha256=file.sha256)

    def _complete(
        self, part: Path, open_at: Callable[[int], Readable], file: File, on_bytes: Callable[[int], None]
    ) -> bool:
        """Copy what the part lacks and say whether the whole is right; take back the bytes if it is not."""
        buffer, size = _buffer_for(file), file.size_bytes
        digest = hashlib.sha256()
        with self._disk.open_append(part) as target:
            done = self._hash_part(part, digest, file) if target.tell() else 0
            on_bytes(done)
            passage = Passage(target.fileno(), start=done)
            if done == 0 or done < size:
                with open_at(done) as source:
                    # One byte more than announced is asked for, so that a source that is too long is noticed.
                    while done <= size and (count := source.readinto(buffer[: size + 1 - done])):
                        digest.update(buffer[:count])
                        self._disk.write(target, buffer[:count], part)
                        passage.passed(count)
                        done += count
                        on_bytes(count)
        if done != size or digest.hexdigest() != file.sha256:
            on_bytes(-done)
            return False
        return True

    def _fetched(
        self,
        part: Path,
        fetch: Callable[[Path, Callable[[int], None]], None],
        file: File,
        on_bytes: Callable[[int], None],
    ) -> bool:
        """Let what the part lacks be appended and say whether the whole is right; take back the bytes if it is not."""
        told = 0

        def tell(gained: int) -> None:
            nonlocal told
            told += gained
            on_bytes(gained)

        self._disk.open_append(part).close()
        tell(self.staged_bytes(file))
        if told == 0 or told < file.size_bytes:
            fetch(part, tell)
        digest = hashlib.sha256()
        done = self._hash_part(part, digest, file)
        if done != file.size_bytes or digest.hexdigest() != file.sha256:
            on_bytes(-told)
            return False
        return True

    @staticmethod
    def _hash_part(part: Path, digest: "hashlib._Hash", file: File) -> int:
        """Hash what was copied before, so that copying can go on behind it; return how much that is."""
        try:
            return _hash_file(part, digest, file)
        except OSError as exc:
            raise DiskError(path=part, problem=exc.strerror or str(exc)) from exc


def _hash_file(path: Path, digest: "hashlib._Hash", file: File) -> int:
    """Hash a plain file of ours and return its size; of one that is larger than it may be nothing is read."""
    done, buffer = 0, _buffer_for(file)
    with FileIO(open_plain(path), "rb") as source:
        if (size_bytes := os.fstat(source.fileno()).st_size) > file.size_bytes:
            return size_bytes
        passage = Passage(source.fileno())
        while count := source.readinto(buffer):
            digest.update(buffer[:count])
            passage.passed(count)
            done += count
    return done


def _buffer_for(file: File) -> memoryview:
    """Give the one buffer that all of a file goes through."""
    return memoryview(bytearray(min(BUFFER_BYTES, file.size_bytes + 1)))


def _part_name(file: File) -> str:
    """What a blob is called while it is put together."""
    return f"{file.sha256}.{file.ext}.part"


def _hash_of(path: Path) -> str:
    """The hash a file of ours is named by."""
    return path.name.partition(".")[0]
