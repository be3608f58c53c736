"""Contents of attachments: files of the data folder, named by their SHA-256, each as long as a statement needs it.

Promises: a content is on the disk, whole and with the hash its statement says, before the statement is; the rename into
its place happens inside the transaction that stores the statement, and a file that no row names is swept away. Two
statements with the same content share a file.

    with attachments.receive(parts, wanted={"ab12..."}) as received:
        received.keep(db, [(7, attachment)])
"""

import hashlib
import uuid
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec

from content_packs.durable import Disk
from content_packs.errors import PackError
from sync.hub.database import Database, Sql
from sync.hub.errors import BadRequestError, DataError, TooLargeError
from sync.hub.lrs.multipart import Enclosed, Part
from sync.hub.lrs.xapi import Attachment

_KINDS = {56: "sha224", 64: "sha256", 96: "sha384", 128: "sha512"}
"""Which SHA-2 a hash is of, by its number of hex digits. Source: xAPI 1.0.3 part 2 section 2.4.11."""


class _Staged(msgspec.Struct, frozen=True):
    """A content that arrived whole: where it lies until a statement is stored."""

    path: Path
    sha256: str
    size_bytes: int


class Received:
    """What arrived with one request, by the hash its statement says."""

    def __init__(self, place: "Attachments", staged: dict[str, _Staged]) -> None:
        self._place = place
        self._staged = staged

    def __contains__(self, sha2: str) -> bool:
        return sha2.lower() in self._staged

    def content(self, sha2: str, *, most: int) -> bytes | None:
        """Give a content, None if it is larger than asked for."""
        staged = self._staged[sha2.lower()]
        return staged.path.read_bytes() if staged.size_bytes <= most else None

    def keep(self, db: Sql, rows: Sequence[tuple[int, Attachment]]) -> None:
        """Put the contents that statements brought in their place; the caller's commit makes them count."""
        given = {(seq, one.sha2.lower()): one for seq, one in rows if one.sha2 in self}
        for sha2 in dict.fromkeys(sha2 for _, sha2 in given):
            self._place.put_in_place(self._staged[sha2].path, self._staged[sha2].sha256)
        db.executemany(
            "INSERT INTO attachment (seq, sha2, content_type, file, size_bytes) VALUES (?, ?, ?, ?, ?)",
            [
                (seq, sha2, one.content_type, self._staged[sha2].sha256, self._staged[sha2].size_bytes)
                for (seq, sha2), one in given.items()
            ],
        )


class Attachments:
    """Every content of one hub; `bytes_max` is what one request may bring."""

    def __init__(self, database: Database, folder: Path, disk: Disk, *, bytes_max: int) -> None:
        self._database = database
        self._folder = folder
        self._disk = disk
        self._bytes_max = bytes_max

    @contextmanager
    def receive(self, parts: Iterator[Part], wanted: Collection[str]) -> Iterator[Received]:
        """Take contents from the parts of a request; what was not kept is gone when the block is left.

        Raises:
            BadRequestError: A part is no content of one of the statements, or not what its hash says.
            TooLargeError: Together they are larger than a request may bring.
            DataError: The disk does not take them.
        """
        staged: dict[str, _Staged] = {}
        try:
            with _told():
                for part in parts:
                    sha2 = _hash_of(part, wanted, staged)
                    held = sum(one.size_bytes for one in staged.values())
                    staged[sha2] = self._stage(part, sha2, self._bytes_max - held)
            yield Received(self, staged)
        finally:
            for one in staged.values():
                one.path.unlink(missing_ok=True)

    def of(self, seqs: Sequence[int]) -> list[Enclosed]:
        """Give the contents of statements, each once, in the order of the statements."""
        found: dict[str, Enclosed] = {}
        with self._database.read() as db:
            for seq in seqs:
                for row in db.execute(
                    "SELECT sha2, content_type, file, size_bytes FROM attachment WHERE seq = ? ORDER BY sha2", (seq,)
                ):
                    path = self._path(str(row[2]))
                    found.setdefault(str(row[0]), Enclosed(str(row[0]), str(row[1]), path, int(row[3])))
        return list(found.values())

    def put_in_place(self, staged: Path, sha256: str) -> None:
        """Give a content its name, durably."""
        with _told():
            path = self._path(sha256)
            self._disk.make_folder(path.parent, mode=0o700)
            self._disk.rename(staged, path)

    def sweep(self, files: Collection[str]) -> None:
        """Take files away that no statement needs; nothing can come to need one meanwhile."""
        with self._database.write() as db, _told():
            for sha256 in files:
                if db.execute("SELECT 1 FROM attachment WHERE file = ? LIMIT 1", (sha256,)).fetchone() is None:
                    self._disk.remove(self._path(sha256))

    def sweep_all(self) -> None:
        """Take away whatever a power cut left; only while nothing else serves this hub."""
        for path in self._incoming.glob("*"):
            path.unlink(missing_ok=True)
        self.sweep([path.name for path in self._folder.glob("[0-9a-f][0-9a-f]/*")])

    def problems(self) -> list[str]:
        """Say which contents are missing or changed on the disk."""
        found: list[str] = []
        last = ""
        while files := self._files_after(last):
            found += [f"the attachment {one} is missing or damaged" for one in files if not self._is_whole(one)]
            last = files[-1]
        return found

    def _files_after(self, last: str) -> list[str]:
        with self._database.read() as db:
            query = "SELECT DISTINCT file FROM attachment WHERE file > ? ORDER BY file LIMIT 1000"
            return [str(row[0]) for row in db.execute(query, (last,))]

    @property
    def _incoming(self) -> Path:
        return self._folder / "incoming"

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256

    def _is_whole(self, sha256: str) -> bool:
        try:
            with self._path(sha256).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == sha256
        except OSError:
            return False

    def _stage(self, part: Part, sha2: str, room: int) -> _Staged:
        """Write one content to the disk while it arrives, and check its hash."""
        said, own = hashlib.new(_KINDS[len(sha2)]), hashlib.sha256()
        size_bytes = 0
        self._disk.make_folder(self._incoming, mode=0o700)
        path = self._incoming / uuid.uuid4().hex
        with ExitStack() as undo:
            undo.callback(path.unlink, missing_ok=True)
            with self._disk.open_append(path, mode=0o600) as file:
                for piece in part.pieces():
                    size_bytes += len(piece)
                    if size_bytes > room:
                        raise TooLargeError(f"Attachments may have {self._bytes_max} bytes in one request.")
                    said.update(piece)
                    own.update(piece)
                    self._disk.write(file, piece, path)
                self._disk.fsync(file, path)
            if said.hexdigest() != sha2:
                raise BadRequestError("The content of an attachment is not what its hash says. Nothing was stored.")
            undo.pop_all()
        return _Staged(path, own.hexdigest(), size_bytes)


def _hash_of(part: Part, wanted: Collection[str], have: Collection[str]) -> str:
    """Read which attachment a part is the content of."""
    if part.headers.get("content-transfer-encoding", "").lower() != "binary":
        raise BadRequestError("The content of an attachment needs the header Content-Transfer-Encoding: binary.")
    sha2 = part.headers.get("x-experience-api-hash", "").lower()
    if sha2 not in wanted or sha2 in have:
        raise BadRequestError("A part of the body is no attachment of these statements: see X-Experience-API-Hash.")
    return sha2


@contextmanager
def _told() -> Iterator[None]:
    """Turn what the disk says into our error."""
    try:
        yield
    except (PackError, OSError) as exc:
        raise DataError("The disk of the hub does not take attachments now. Nothing was stored.") from exc
