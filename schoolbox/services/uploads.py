"""What teachers bring from their own computer through the browser: one zip file or one folder, piece by piece.

Promises: what has arrived stays, through a lost line, a closed laptop and a restart of the box; choosing the same file
again goes on where it was. Nothing is believed of it: once it is whole it is a shelf like a stick. Room is asked for
before it begins and looked at on the way, and the reserve is never touched. Somebody else's upload does not exist for
a teacher; the technician sees all of them and may give them up.

    upload = uploads.begin(Chosen(kind="zip", name="MASHT.zip", size_bytes=..., mark="1f2e3d4c"), by=teacher_id)
    uploads.take(upload.id, piece, at=0, by=teacher_id).upload.arrived_bytes

Rules: pieces come in order; one that came before is harmless, one that leaves a gap is answered with where to go on.
A piece is written and not flushed; every 32 MiB and at the end what arrived is flushed and noted, so
that a power cut costs at most that much. Few pieces are written at a time, so that pages never wait for the disk.
Room and place are kept for an unfinished upload while pieces come, and for an hour after: then it still is there, and
gives way only when somebody else needs its place. An upload of which nothing becomes goes once the box has run for ten
days with it, whatever its clock says; what an order waits for stays.
"""

import contextlib
import logging
import secrets
import threading
from collections.abc import Callable, Iterator, Set
from pathlib import Path

import msgspec

from content_packs.clock import Clock
from content_packs.durable import Disk
from content_packs.errors import DiskError
from content_packs.shelf import Shelf
from content_packs.store import Store
from schoolbox import logs
from schoolbox.errors import NotFoundError, TooManyUploadsError, UploadRoomError
from schoolbox.services.stick_places import Place
from schoolbox.services.upload_disk import Record, UploadFolder
from schoolbox.services.upload_facts import Chosen, Taken, Upload, check, is_same
from schoolbox.services.upload_live import LIFE_S, Ground, Live
from schoolbox.services.viewers import Viewer

LOG = logging.getLogger(__name__)
PIECE_BYTES_MAX = 192 * 1024
"""Fits into what the server takes as a body and keeps in memory."""
FLUSH_EVERY_BYTES = 32 * 1024 * 1024
EACH_MAX = 3
"""How many uploads one person may have on the box."""
ALL_MAX = 12
HELD_S = 60 * 60
"""For how long after its last piece somebody counts as going on with an upload."""
OLDER_EVERY_S = 60 * 60
WRITERS = 2
"""How many threads of the server may wait for the disk because of uploads."""


class Uploads:
    """Every upload of one box; the program that serves opens them, and alone knows and writes them."""

    def __init__(  # noqa: PLR0913 - what it stands on, and two things that tests choose
        self, folder: Path, *, store: Store, disk: Disk, clock: Clock, boot_id: str, reserve_bytes: int,
        flush_every_bytes: int = FLUSH_EVERY_BYTES, token_hex: Callable[[int], str] = secrets.token_hex,
    ) -> None:  # fmt: skip
        self._folder = folder
        self._store = store
        self._disk = disk
        self._clock = clock
        self._boot_id = boot_id
        self._reserve_bytes = reserve_bytes
        self._ground = Ground(
            free_bytes=self._free_bytes, check_room=self._check_room, has_blob=self._has_blob,
            flush_every_bytes=flush_every_bytes,
        )  # fmt: skip
        self._token_hex = token_hex
        self._older_since_s = clock.monotonic_s()
        self._lock = threading.Lock()
        self._known: dict[str, Live] = {}
        self._writers = threading.BoundedSemaphore(WRITERS)

    def open(self) -> None:
        """Take what is on the disk, and tidy away what is no upload; for the program that serves, before it does."""
        with self._lock:
            self._known = {live.record.id: live for live in self._read()}

    def seen_by(self, viewer: Viewer) -> list[Upload]:
        """The uploads of somebody, or all for the technician, the oldest first."""
        return [live.seen() for live in self._in_order() if _may_see(viewer, live)]

    def find(self, upload_id: str, viewer: Viewer) -> Upload:
        """One upload.

        Raises:
            NotFoundError: There is none, or it is somebody else's.
        """
        return self._find(upload_id, lambda live: _may_see(viewer, live)).seen()

    def wanted(self, upload_id: str, viewer: Viewer) -> tuple[int, ...]:
        """Which lines of the list of a folder travel, in the order in which they do.

        Raises:
            NotFoundError: There is none, or it is somebody else's.
            DiskError: It cannot be read.
        """
        return self._find(upload_id, lambda live: _may_see(viewer, live)).wanted()

    def begin(self, chosen: Chosen, *, by: int) -> Upload:
        """Begin an upload, or go on with the one of the same file.

        Raises:
            BadInputError: What is said of it makes no sense.
            WrongFileError: It is no zip file.
            ArchiveError: It is a zip file without its end.
            NoPacksInUploadError: It is an empty zip file.
            TooManyUploadsError: There are as many already as may be.
            UploadRoomError: There is too little room.
            DiskError: Our own disk refused.
        """
        chosen = check(chosen)
        with self._lock:
            same = next((live for live in self._known.values() if is_same(live.record, chosen, by)), None)
            if same:
                self._hold(same)
                return same.seen()
            self._make_place(by)
            if chosen.kind == "zip":
                self._check_room(chosen.size_bytes, chosen.name)
            return self._create(chosen, by).seen()

    def take(self, upload_id: str, data: bytes, *, at: int, by: int) -> Taken:
        """Take a piece that begins at a byte; an empty one at the end has what is complete looked at again.

        Raises:
            NotFoundError: There is no such upload of this person.
            BadInputError: More comes than was announced.
            UploadRoomError: The box has too little room for what the folder holds.
            NotEnoughSpaceError: The disk is full; what has arrived is kept.
            DiskError: Our own disk refused; what has arrived is kept.
        """
        live = self._find(upload_id, lambda live: live.record.by == by)
        with _at_once(self._writers) as may_write, _at_once(live.lock) as is_alone:
            if not may_write or not is_alone:
                return Taken(live.seen(), busy=True)
            self._hold(live)
            return live.take(data, at, self._ground)

    def give_up(self, upload_id: str, viewer: Viewer) -> None:
        """Delete an upload.

        Raises:
            NotFoundError: There is none, or it is somebody else's.
            DiskError: Our own disk refused.
        """
        live = self._find(upload_id, lambda live: _may_see(viewer, live))
        with live.lock, self._lock:
            self._delete(live)

    def places(self) -> list[Place]:
        """Every upload that is whole, the oldest first, as a stick that is in."""
        return [
            Place(
                live.content, live.record.name, has_packs=True, mark=live.record.id, owner=live.record.by,
                used=live.record.used, keeper=self,
            )
            for live in self._in_order()
            if live.record.state == "whole"
        ]  # fmt: skip

    def shelf(self, mark: str) -> Shelf:
        """A whole upload as a place packs come from.

        Raises:
            NotFoundError: There is none, or it is not whole.
            DiskError: It cannot be read.
        """
        return self._find(mark, _is_whole).shelf()

    def note_use(self, mark: str) -> None:
        """Remember that all that was asked of an upload is installed.

        Raises:
            NotFoundError: There is none, or it is not whole.
            DiskError: Our own disk refused.
        """
        live = self._find(mark, _is_whole)
        with live.lock:
            live.note_use()

    def throw_away(self, mark: str) -> None:
        """Delete an upload of which nothing more can be installed; fine if it is gone."""
        with contextlib.suppress(NotFoundError):
            live = self._find(mark, _is_whole)
            with live.lock, self._lock:
                self._delete(live)

    def grow_older(self, wanted: Callable[[], Set[str]]) -> None:
        """Count for how long the box ran, and let go of that nothing became; `wanted` gives what orders wait for.

        For whoever looks again and again: it is done once an hour.
        """
        now_s = self._clock.monotonic_s()
        ran_s = int(now_s - self._older_since_s)
        if ran_s < OLDER_EVERY_S:
            return
        self._older_since_s, stays = now_s, wanted()
        for live in self._in_order():
            if live.record.id in stays or self._is_held(live):
                continue
            with contextlib.suppress(DiskError), _at_once(live.lock) as is_alone:
                if is_alone and not live.gone:
                    live.grow_older(ran_s)
                    self._end_if_old(live)

    def _end_if_old(self, live: Live) -> None:
        if live.record.idle_s >= LIFE_S:
            LOG.info(logs.line("upload_expired", upload=live.record.number, by=live.record.by))
            with self._lock:
                self._delete(live)

    def when_whole(self, call: Callable[[], None]) -> None:
        """Call this whenever an upload has become a place packs come from."""
        self._ground = msgspec.structs.replace(self._ground, on_whole=call)

    def _create(self, chosen: Chosen, by: int) -> Live:
        known = self._known
        record = Record(
            id=self._token_hex(16), number=max((live.record.number for live in known.values()), default=0) + 1, by=by,
            kind=chosen.kind, name=chosen.name, mark=chosen.mark, announced_bytes=chosen.size_bytes,
            state="list" if chosen.kind == "folder" else "content", total_bytes=chosen.size_bytes,
        )  # fmt: skip
        folder = self._folder_of(record.id)
        live = known[record.id] = Live(folder, folder.create(record))
        self._hold(live)
        LOG.info(logs.line("upload_begun", upload=record.number, by=by, size_bytes=chosen.size_bytes))
        return live

    def _make_place(self, by: int) -> None:
        """Keep to the number of uploads.

        Whoever chooses anew has read why the one before was refused. When the box has as many as it looks after, the
        oldest refused one gives way, else the oldest unfinished one that nobody goes on with.
        """
        for live in self._refused():
            if live.record.by == by:
                self._let_go(live)
        if sum(live.record.by == by for live in self._known.values()) >= EACH_MAX:
            raise TooManyUploadsError(limit=EACH_MAX)
        left = [live for live in self._known.values() if live.record.arriving and not self._is_held(live)]
        candidates = iter([*self._refused(), *sorted(left, key=_number)])
        while len(self._known) >= ALL_MAX:
            oldest = next(candidates, None)
            if oldest is None:
                raise TooManyUploadsError(limit=ALL_MAX)
            self._let_go(oldest)

    def _refused(self) -> list[Live]:
        """Those nothing can become of, the oldest first."""
        return sorted((live for live in self._known.values() if live.record.state == "refused"), key=_number)

    def _let_go(self, live: Live) -> None:
        """Delete an upload that gives way, unless somebody changes it just now."""
        with _at_once(live.lock) as is_alone:
            if is_alone:
                LOG.info(logs.line("upload_gave_way", upload=live.record.number, by=live.record.by))
                self._delete(live)

    def _hold(self, live: Live) -> None:
        """Somebody goes on with it."""
        live.held_until_s = self._clock.monotonic_s() + HELD_S

    def _is_held(self, live: Live) -> bool:
        return self._clock.monotonic_s() < live.held_until_s

    def _check_room(self, size_bytes: int, name: str) -> None:
        """Ask for room for an upload and for as much again that is installed from it, beside those under way."""
        known = list(self._known.values())
        arriving = [live for live in known if live.record.state == "content" and self._is_held(live)]
        promised = sum(2 * live.record.total_bytes - live.at for live in arriving)
        free = self._free_bytes() - promised
        if 2 * size_bytes > free:
            raise UploadRoomError(name=name, needs_bytes=2 * size_bytes, free_bytes=max(0, free))

    def _free_bytes(self) -> int:
        return self._disk.free_bytes(self._folder) - self._reserve_bytes

    def _has_blob(self, sha256: str, ext: str, size_bytes: int) -> bool:
        try:
            return self._store.path(sha256, ext).stat().st_size == size_bytes
        except OSError:
            return False

    def _delete(self, live: Live) -> None:
        """Delete an upload; it is forgotten only once it is none any more, so that a page never hides what is there."""
        try:
            live.delete()
        finally:
            if live.gone:
                self._known.pop(live.record.id, None)

    def _find(self, upload_id: str, may: Callable[[Live], bool]) -> Live:
        with self._lock:
            live = self._known.get(upload_id)
        if live is None or not may(live):
            raise NotFoundError(kind="upload", key=upload_id)
        return live

    def _in_order(self) -> list[Live]:
        with self._lock:
            return sorted(self._known.values(), key=_number)

    def _read(self) -> Iterator[Live]:
        for path in sorted(self._folder.iterdir()) if self._folder.is_dir() else ():
            folder = self._folder_of(path.name)
            record = folder.read()
            if record and record.id == path.name:
                yield Live(folder, record)
            elif path.is_dir():
                with contextlib.suppress(DiskError):  # on a disk that can only be read, the others are still seen
                    folder.delete()

    def _folder_of(self, upload_id: str) -> UploadFolder:
        return UploadFolder(self._folder / upload_id, self._disk, boot_id=self._boot_id)


@contextlib.contextmanager
def _at_once(lock: threading.BoundedSemaphore) -> Iterator[bool]:
    """Take a lock if it is free just now; say whether it was."""
    taken = lock.acquire(blocking=False)
    try:
        yield taken
    finally:
        if taken:
            lock.release()


def _number(live: Live) -> int:
    """Its place in the order."""
    return live.record.number


def _is_whole(live: Live) -> bool:
    return live.record.state == "whole"


def _may_see(viewer: Viewer, live: Live) -> bool:
    return viewer.role == "technician" or live.record.by == viewer.person_id
