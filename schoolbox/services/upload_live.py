"""One upload while it goes on: takes pieces, knows when a part is whole, and looks whether it is a shelf.

Promises: a piece is written behind what is there or not at all; nothing is called whole that was not flushed and does
not hold a shelf; what nothing can become of gives its room back and keeps the reason.

    live.take(piece, 0, ground).upload.arrived_bytes
"""

import logging
import math
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec
from msgspec.structs import replace

from content_packs.errors import ArchiveError, DiskError, NotAShelfError, NotEnoughSpaceError
from content_packs.shelf import Shelf
from content_packs.shelf.archive import ZipShelf
from content_packs.shelf.row import RowShelf
from schoolbox import logs
from schoolbox.errors import BadInputError, NoPacksInUploadError, NotFoundError
from schoolbox.services.upload_disk import Record, Refusal, UploadFolder
from schoolbox.services.upload_facts import Taken, Upload, refusal
from schoolbox.services.upload_plan import HasBlob, plan_folder

LOG = logging.getLogger(__name__)
DAY_S = 24 * 3600
LIFE_S = 10 * DAY_S
"""For how long the box runs until an upload of which nothing becomes goes: no date says so, since clocks are wrong."""


def _nobody() -> None:
    """Nobody wants to know."""


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """What an upload asks of the box: room, what is in the store already, and whom to tell that it is whole."""

    free_bytes: Callable[[], int]
    check_room: Callable[[int, str], None]
    has_blob: HasBlob
    flush_every_bytes: int
    on_whole: Callable[[], None] = _nobody


class Live:
    """An upload in memory; its lock is held by whoever changes it.

    `held_until_s`, by the monotonic clock, is how long somebody counts as going on with it; `gone` once it is deleted.
    """

    def __init__(self, folder: UploadFolder, record: Record) -> None:
        self.record = record
        self.at = folder.arrived_bytes(record)
        self.held_until_s = -math.inf
        self.lock = threading.BoundedSemaphore(1)
        self.gone = False
        self._folder = folder

    @property
    def content(self) -> Path:
        """The file into which it arrives."""
        return self._folder.content

    def seen(self) -> Upload:
        """What can be told of it."""
        record = self.record
        arrived = self.at if record.arriving else record.total_bytes
        return Upload(
            record.id, record.by, record.kind, record.name, record.state, record.total_bytes, arrived,
            record.spared_bytes, refusal(record), max(1, math.ceil((LIFE_S - record.idle_s) / DAY_S)),
        )  # fmt: skip

    def shelf(self) -> Shelf:
        """What has arrived, as a place packs come from."""
        if self.record.kind == "zip":
            return ZipShelf(self.content)
        return RowShelf(self.content, self._folder.plan().stretches(), name=self.record.name)

    def wanted(self) -> tuple[int, ...]:
        """Which lines of the list of a folder travel."""
        if self.record.kind != "folder" or self.record.state != "content":
            return ()
        return tuple(file.line for file in self._folder.plan().files)

    def note_use(self) -> None:
        """All that was asked of it is installed."""
        self._keep(replace(self.record, used=True, idle_s=0))

    def grow_older(self, ran_s: int) -> None:
        """Nothing became of it while the box ran for so long."""
        self._keep(replace(self.record, idle_s=self.record.idle_s + ran_s))

    def delete(self) -> None:
        """Take it away.

        Raises:
            DiskError: Our own disk refused; it is `gone` only if its record is.
        """
        self._folder.forget()
        self.gone = True
        self._folder.delete()

    def take(self, data: bytes, at: int, ground: Ground) -> Taken:
        """Take a piece that begins at a byte.

        Raises:
            NotFoundError: It was given up meanwhile.
            BadInputError: More comes than was announced.
            UploadRoomError: There is too little room for what a folder holds.
            DiskError: Our own disk refused, or is full; what has arrived is kept.
        """
        if self.gone:
            raise NotFoundError(kind="upload", key=self.record.id)
        if not self.record.arriving:
            return Taken(self.seen())
        if at > self.at:
            return Taken(self.seen(), fits=False)
        fresh = data[self.at - at :]
        if self.at + len(fresh) > self.record.total_bytes:
            raise BadInputError(field="piece", problem="more than was announced")
        if fresh:
            self._write(fresh, ground)
        if self.at == self.record.total_bytes:
            self._end_part(ground)
        elif self.at - self.record.safe_bytes >= ground.flush_every_bytes:
            self._folder.flush(self.record)
            self._keep(replace(self.record, safe_bytes=self.at))
        return Taken(self.seen())

    def _write(self, data: bytes, ground: Ground) -> None:
        self.record = self._folder.go_on(self.record, self.at)
        if self.record.idle_s:
            self._keep(replace(self.record, idle_s=0))
        free = ground.free_bytes()
        if free < len(data):
            needs = self.record.total_bytes - self.at
            raise NotEnoughSpaceError(path=self.content, needs_bytes=needs, free_bytes=max(0, free))
        try:
            self._folder.append(self.record, data)
        except DiskError:
            self.at = self._folder.arrived_bytes(self.record)
            raise
        self.at += len(data)

    def _end_part(self, ground: Ground) -> None:
        """The list of a folder is here, or all the content."""
        try:
            if self.record.state == "list":
                self._plan(ground)
            else:
                self._look_inside(ground)
        except ArchiveError:
            self._refuse("archive")
        except NoPacksInUploadError:
            self._refuse("no_packs")

    def _plan(self, ground: Ground) -> None:
        """Choose what of a folder travels."""
        name = self.record.name
        plan = plan_folder(self._folder.list_bytes(), has=ground.has_blob, name=name)
        ground.check_room(plan.size_bytes, name)
        self._folder.keep_plan(plan)
        content = replace(self.record, state="content", total_bytes=plan.size_bytes, safe_bytes=0)
        self._keep(replace(content, spared_bytes=plan.spared_bytes))
        self.at = 0
        self._folder.drop("list")

    def _look_inside(self, ground: Ground) -> None:
        """Make sure that it is a shelf; from then on it is whole."""
        self.record = self._folder.go_on(self.record, self.at)
        self._folder.flush(self.record)
        try:
            found = "1.root.json" in self.shelf().meta_names()
        except NotAShelfError:
            found = False
        if not found:
            raise NoPacksInUploadError(name=self.record.name)
        self._keep(replace(self.record, state="whole", safe_bytes=self.at))
        LOG.info(logs.line("upload_whole", upload=self.record.number, size_bytes=self.at))
        ground.on_whole()

    def _refuse(self, why: Refusal) -> None:
        """Nothing can become of it: keep why, and give the room back."""
        self._keep(replace(self.record, state="refused", refusal=why))
        for part in ("list", "content"):
            self._folder.drop(part)
        LOG.info(logs.line("upload_refused", upload=self.record.number, why=why))

    def _keep(self, record: Record) -> None:
        """Let the record be another, durably."""
        self.record = self._folder.keep(record)
