"""The content-addressed store: every file once, under the name of its content (FORMAT 8.3, 8.4, 8.6).

Promises: no blob ever stands under a name that is not its content; copying goes through `staging/` and is continued
after an interruption; each byte is read once. The visible step of a blob is its rename; of a pack, the library's.

    store.put_from(lambda offset: shelf.open_blob(file.sha256, file.ext, offset=offset), file, on_bytes)
    store.path(file.sha256, file.ext)
"""

import hashlib
from collections.abc import Callable, Iterator, Set
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Literal, TypeAlias

from content_packs.durable import Disk, locked
from content_packs.errors import DiskError, MissingBlobError, TamperedError
from content_packs.manifest import File, Manifest, decode_manifest
from content_packs.paths import blob_name, manifest_name
from content_packs.shelf import Readable

BUFFER_BYTES = 1024 * 1024
Soundness: TypeAlias = Literal["sound", "missing", "corrupt"]


class Store:
    """Blobs and manifests in one folder; writing is for the holder of `writing()`, reading for everybody."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self._folder = folder
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
        try:
            return self.path(file.sha256, file.ext).stat().st_size == file.size_bytes
        except FileNotFoundError:
            return False

    def staged_bytes(self, file: File) -> int:
        """How much of a blob was copied before an interruption."""
        try:
            return min(self._part(file).stat().st_size, file.size_bytes)
        except FileNotFoundError:
            return 0

    def size_of(self, sha256: str) -> int:
        """The size of a blob whose extension is not known; 0 if it is not there."""
        found = (self._folder / "blobs" / sha256[:2]).glob(f"{sha256}.*")
        return sum(path.stat().st_size for path in found)

    def check(self, file: File) -> Soundness:
        """Read a blob whole and say whether it is what its name says."""
        try:
            with self.path(file.sha256, file.ext).open("rb") as blob:
                digest = hashlib.file_digest(blob, "sha256").hexdigest()
        except FileNotFoundError:
            return "missing"
        except OSError:
            return "corrupt"
        return "sound" if digest == file.sha256 else "corrupt"

    def put_from(self, open_at: Callable[[int], Readable], file: File, on_bytes: Callable[[int], None]) -> None:
        """Copy a blob in, hashing while copying, and replace whatever stood under its name.

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
        self._put(file, lambda: self._complete(open_at, file, on_bytes))

    def put_fetched(
        self, fetch: Callable[[Path, Callable[[int], None]], None], file: File, on_bytes: Callable[[int], None]
    ) -> None:
        """Let another program append to the part of a blob, then hash it; else like `put_from`.

        Args:
            fetch: Appends to the file it is given what that lacks, and tells what was gained.
            file: What it must be.
            on_bytes: As in `put_from`.

        Raises:
            TamperedError: The source is something else; nothing of it is kept.
            ShelfError: The source cannot be read; what was copied is kept.
            DiskError: Our own disk refused.
        """
        self._put(file, lambda: self._fetched(fetch, file, on_bytes))

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
            raw = (self._folder / manifest_name(sha256)).read_bytes()
        except OSError:
            return None
        return raw if hashlib.sha256(raw).hexdigest() == sha256 else None

    def manifest(self, sha256: str) -> Manifest:
        """Read a stored manifest.

        Raises:
            MissingBlobError: It is not there.
            TamperedError: It is not what its name says.
            ManifestError: It is of a format this version does not know.
        """
        name = manifest_name(sha256)
        try:
            raw = (self._folder / name).read_bytes()
        except FileNotFoundError as exc:
            raise MissingBlobError(name=name) from exc
        if hashlib.sha256(raw).hexdigest() != sha256:
            raise TamperedError(name=name, sha256=sha256)
        return decode_manifest(raw)

    def sweep(self, in_use: Set[str], *, among: Set[str] | None = None) -> int:
        """Delete what is not in use and return the bytes this freed.

        Args:
            in_use: SHA-256 of every blob and manifest that must stay.
            among: Look only at these; if None, at everything, parts of interrupted copies included.
        """
        freed = 0
        for folder in self._folders():
            gone = [path for path in folder.iterdir() if self._is_swept(path, in_use, among)]
            for path in gone:
                freed += path.stat().st_size
                self._disk.unlink(path)
            if gone:
                self._disk.fsync_folder(folder)
        return freed

    def _is_swept(self, path: Path, in_use: Set[str], among: Set[str] | None) -> bool:
        """Say whether a file of ours is to be deleted."""
        sha256 = path.name.partition(".")[0]
        if among is not None and (sha256 not in among or path.suffix == ".part"):
            return False
        return path.is_file() and (sha256 not in in_use or path.suffix == ".part")

    def _folders(self) -> Iterator[Path]:
        """Every folder that holds files of ours."""
        candidates = [self._folder / "manifests", self._folder / "staging", *(self._folder / "blobs").glob("*")]
        return (folder for folder in candidates if folder.is_dir())

    def _part(self, file: File) -> Path:
        """Where a blob is put together."""
        return self._folder / "staging" / f"{file.sha256}.{file.ext}.part"

    def _put(self, file: File, complete: Callable[[], bool]) -> None:
        """Complete the part of a blob and give it its name; one that turns out wrong is made once more (FORMAT 8.4)."""
        final, part = self.path(file.sha256, file.ext), self._part(file)
        self._disk.make_folder(part.parent)
        self._disk.make_folder(final.parent)
        if self.staged_bytes(file) and complete():
            self._disk.rename(part, final)
            return
        self._disk.unlink(part)
        if not complete():
            self._disk.remove(part)
            raise TamperedError(name=blob_name(file.sha256, file.ext), sha256=file.sha256)
        self._disk.rename(part, final)

    def _complete(self, open_at: Callable[[int], Readable], file: File, on_bytes: Callable[[int], None]) -> bool:
        """Copy what the part lacks, flush it, and say whether the whole is right; take back the bytes if it is not."""
        part, size = self._part(file), file.size_bytes
        buffer = memoryview(bytearray(min(BUFFER_BYTES, size + 1)))
        digest = hashlib.sha256()
        with self._disk.open_append(part) as target:
            done = self._hash_part(part, digest, buffer)
            on_bytes(done)
            if done == 0 or done < size:
                with open_at(done) as source:
                    # One byte more than announced is asked for, so that a source that is too long is noticed.
                    while done <= size and (count := source.readinto(buffer[: size + 1 - done])):
                        digest.update(buffer[:count])
                        self._disk.write(target, buffer[:count], part)
                        done += count
                        on_bytes(count)
            if done != size or digest.hexdigest() != file.sha256:
                on_bytes(-done)
                return False
            self._disk.fsync(target, part)
        return True

    def _fetched(
        self, fetch: Callable[[Path, Callable[[int], None]], None], file: File, on_bytes: Callable[[int], None]
    ) -> bool:
        """Let what the part lacks be appended, flush it, and say whether the whole is right."""
        part, told = self._part(file), 0

        def tell(gained: int) -> None:
            nonlocal told
            told += gained
            on_bytes(gained)

        digest = hashlib.sha256()
        with self._disk.open_append(part) as target:
            tell(self.staged_bytes(file))
            if told == 0 or told < file.size_bytes:
                fetch(part, tell)
            done = self._hash_part(part, digest, memoryview(bytearray(BUFFER_BYTES)))
            if done != file.size_bytes or digest.hexdigest() != file.sha256:
                on_bytes(-told)
                return False
            self._disk.fsync(target, part)
        return True

    @staticmethod
    def _hash_part(part: Path, digest: "hashlib._Hash", buffer: memoryview) -> int:
        """Hash what was copied before, so that copying can go on behind it; return how much that is."""
        done = 0
        try:
            with part.open("rb", buffering=0) as kept:
                while count := kept.readinto(buffer):
                    digest.update(buffer[:count])
                    done += count
        except OSError as exc:
            raise DiskError(path=part, problem=exc.strerror or str(exc)) from exc
        return done
