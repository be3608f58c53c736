"""Archives on their way to the hub, in pieces that may come again (PROTOCOL 15.2).

Promises: what was answered is on the disk; a piece that is there already, or comes too early, changes nothing, and the
answer says where to go on; nobody can fill the disk below its reserve. The last piece makes a proposal of it, once.

    state = uploads.begin(sender, UploadAsked(name="packs.zip", size_bytes=5_000_000, mark="..."))
    state = uploads.take(sender, state.upload, state.has_bytes, piece)     # until `state.proposal` is set
"""

from collections.abc import Callable
from pathlib import Path

from content_packs.clock import Clock
from content_packs.durable import Disk, locked
from content_packs.publishing_wire import NAME_MAX, UploadAsked, UploadState
from sync.hub.database import Database, Sql
from sync.hub.errors import BadRequestError, NotFoundError, TooLargeError
from sync.hub.publishing.problems import refusal, size_text
from sync.hub.publishing.proposals import Sender, add_proposal, visible

UPLOADS_MAX = 3
"""So many unfinished archives of one publisher are kept; with the next one the oldest is forgotten."""


class Uploads:
    """Unfinished archives of every publisher."""

    def __init__(  # noqa: PLR0913  what it is made of
        self, database: Database, folder: Path, disk: Disk, clock: Clock, *, bytes_max: int, reserve_bytes: int,
        token: Callable[[int], bytes],
    ) -> None:  # fmt: skip
        self._database = database
        self._folder = folder
        self._disk = disk
        self._clock = clock
        self._bytes_max = bytes_max
        self._reserve_bytes = reserve_bytes
        self._token = token

    def begin(self, sender: Sender, asked: UploadAsked) -> UploadState:
        """Begin an archive, or say how much of it there is already: what its sender marks alike is the same one.

        Raises:
            TooLargeError: It is larger than this hub takes.
            ProposalRefusedError: There is no room for it.
        """
        if asked.size_bytes > self._bytes_max:
            raise TooLargeError(f"An archive may have {size_text(self._bytes_max)}. Send fewer packs at once.")
        name = visible(asked.name)[:NAME_MAX]
        with self._database.write() as db:
            done = db.execute(
                "SELECT number FROM proposal WHERE publisher = ? AND mark = ? AND size_bytes = ?"
                " AND state IN ('checking', 'waiting', 'publishing', 'published') ORDER BY number DESC",
                (sender.publisher, asked.mark, asked.size_bytes),
            ).fetchone()
            if done:
                return UploadState(upload="", has_bytes=asked.size_bytes, proposal=int(done[0]))
            row = db.execute(
                "SELECT id FROM pack_upload WHERE publisher = ? AND mark = ? AND size_bytes = ?",
                (sender.publisher, asked.mark, asked.size_bytes),
            ).fetchone()
            upload = str(row[0]) if row else self._make(db, sender, asked, name)
        self._forget_old(sender.publisher)
        return UploadState(upload=upload, has_bytes=self._has(upload), proposal=0)

    def take(self, sender: Sender, upload: str, begins: int, raw: bytes) -> UploadState:
        """Take a piece in its place.

        Raises:
            NotFoundError: The sender has no such upload.
            BadRequestError: It is longer than was said.
            ProposalRefusedError: There is no room for it.
        """
        size_bytes = self._size_of(sender, upload)
        self._disk.make_folder(self._folder)
        with locked(self.path(upload), wait=True):
            has = self._has(upload)
            if begins == has and raw:
                if has + len(raw) > size_bytes:
                    raise BadRequestError("This is longer than was said. Begin anew.")
                self._check_room(len(raw))
                with self._disk.open_append(self.path(upload)) as file:
                    self._disk.write(file, raw, self.path(upload))
                    self._disk.fsync(file, self.path(upload))
                has += len(raw)
        proposal = self._finish(sender, upload) if has == size_bytes else 0
        return UploadState(upload=upload, has_bytes=has, proposal=proposal)

    def path(self, upload: str) -> Path:
        """Where an archive is, or grows."""
        return self._folder / f"{upload}.zip"

    def forget(self, upload: str) -> None:
        """Delete the bytes of an archive that nobody needs any more."""
        if upload:
            self._disk.remove(self.path(upload))

    def _make(self, db: Sql, sender: Sender, asked: UploadAsked, name: str) -> str:
        self._check_room(asked.size_bytes)
        upload = self._token(16).hex()
        db.execute(
            "INSERT INTO pack_upload (id, number, publisher, mark, name, size_bytes, begun_by, begun_at)"
            " VALUES (?, (SELECT coalesce(max(number), 0) + 1 FROM pack_upload), ?, ?, ?, ?, ?, ?)",
            (upload, sender.publisher, asked.mark, name, asked.size_bytes, sender.who, self._clock.now().isoformat()),
        )
        return upload

    def _finish(self, sender: Sender, upload: str) -> int:
        """Make a proposal of a whole archive; whoever does it second is told the number, too."""
        with self._database.write() as db:
            row = db.execute(
                "DELETE FROM pack_upload WHERE id = ? RETURNING name, size_bytes, mark", (upload,)
            ).fetchone()
            if row is None:
                found = db.execute("SELECT number FROM proposal WHERE upload = ?", (upload,)).fetchone()
                return int(found[0])
            return add_proposal(db, sender, upload, (str(row[0]), int(row[1]), str(row[2])), self._clock.now())

    def _forget_old(self, publisher: str) -> None:
        with self._database.write() as db:
            rows = db.execute(
                "SELECT id FROM pack_upload WHERE publisher = ? ORDER BY number DESC", (publisher,)
            ).fetchall()
            old = [str(row[0]) for row in rows[UPLOADS_MAX:]]
            db.executemany("DELETE FROM pack_upload WHERE id = ?", [(each,) for each in old])
        for each in old:
            self.forget(each)

    def _size_of(self, sender: Sender, upload: str) -> int:
        with self._database.read() as db:
            row = db.execute(
                "SELECT size_bytes FROM pack_upload WHERE id = ? AND publisher = ?", (upload, sender.publisher)
            ).fetchone()
        if row is None:
            raise NotFoundError("There is no such upload. Begin it anew: what is there already is said then.")
        return int(row[0])

    def _has(self, upload: str) -> int:
        path = self.path(upload)
        return path.stat().st_size if path.exists() else 0

    def _check_room(self, needs: int) -> None:
        free = max(0, self._disk.free_bytes(self._folder) - self._reserve_bytes)
        if needs > free:
            raise refusal("no-room", needs=size_text(needs), free=size_text(free))
