"""One upload on the disk: a folder with a small record, what has arrived, and for a folder the plan of its files.

Promises: it exists from the moment its record does and is gone from the moment its record is; after a restart of the
program everything that arrived counts, after a power cut what was flushed does, and nothing else. Names of files are
never names on our disk.

    kept = UploadFolder(Path("uploads/7f3a..."), disk, boot_id=boot_id)
    kept.create(record)
    kept.append(b"...")
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

from content_packs.durable import Disk
from content_packs.errors import DiskError
from schoolbox.services.upload_plan import Plan

Kind: TypeAlias = Literal["zip", "folder"]
State: TypeAlias = Literal["list", "content", "whole", "refused"]
"""What arrives now: the list of a folder's files, or content; then whole, or refused for good."""
Refusal: TypeAlias = Literal["", "archive", "no_packs"]
RECORD = "upload.json"
PLAN = "plan.json"


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is known of an upload.

    `number` is its place in the order; `mark` tells the same file from another of its name and size; `total_bytes` is
    the size of what arrives now; of that, `safe_bytes` were flushed; `boot_id` is the start of the machine since
    which the size of the file on the disk can be believed; `used` says that something of it was installed; `idle_s`
    is for how long the box has run since anything last became of it.
    """

    id: str
    number: int
    by: int
    kind: Kind
    name: str
    mark: str
    announced_bytes: int
    state: State
    total_bytes: int
    spared_bytes: int = 0
    safe_bytes: int = 0
    boot_id: str = ""
    refusal: Refusal = ""
    used: bool = False
    idle_s: int = 0

    @property
    def arriving(self) -> bool:
        """Whether bytes of it are still to come."""
        return self.state in ("list", "content")

    @property
    def part(self) -> str:
        """The file into which bytes arrive now."""
        return "list" if self.state == "list" else "content"


class UploadFolder:
    """One folder; for one thread at a time."""

    def __init__(self, folder: Path, disk: Disk, *, boot_id: str) -> None:
        self._folder = folder
        self._disk = disk
        self._boot_id = boot_id

    @property
    def content(self) -> Path:
        """What has arrived."""
        return self._folder / "content"

    def create(self, record: Record) -> Record:
        """Begin; the record is the visible step.

        Raises:
            DiskError: Our own disk refused; there is no upload.
        """
        self._disk.make_folder(self._folder)
        for name in sorted({record.part, "content"}):
            self._disk.open_append(self._folder / name).close()
        return self.keep(record)

    def keep(self, record: Record) -> Record:
        """Put a record in place of the one before."""
        record = msgspec.structs.replace(record, boot_id=self._boot_id)
        self._disk.write_file(self._folder / RECORD, msgspec.json.encode(record))
        return record

    def read(self) -> Record | None:
        """The record; None if there is none that can be read."""
        try:
            return msgspec.json.decode((self._folder / RECORD).read_bytes(), type=Record)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            return None

    def arrived_bytes(self, record: Record) -> int:
        """How much of what arrives now is there for sure."""
        try:
            size = (self._folder / record.part).stat().st_size
        except OSError:
            return 0
        return size if record.boot_id == self._boot_id else min(size, record.safe_bytes)

    def go_on(self, record: Record, arrived_bytes: int) -> Record:
        """After a start of the machine: forget what may not be what was sent, and believe the size from now on."""
        if record.boot_id == self._boot_id:
            return record
        self._disk.truncate(self._folder / record.part, arrived_bytes)
        return self.keep(record)

    def append(self, record: Record, data: bytes | memoryview) -> None:
        """Add what arrived; it is not flushed.

        Raises:
            NotEnoughSpaceError: The disk is full; some of it may have been written.
            DiskError: Anything else the system says.
        """
        path = self._folder / record.part
        with self._disk.open_append(path) as file:
            self._disk.write(file, data, path)

    def flush(self, record: Record) -> None:
        """Wait until what has arrived is on the disk."""
        path = self._folder / record.part
        with self._disk.open_append(path) as file:
            self._disk.fsync(file, path)

    def list_bytes(self) -> bytes:
        """The list of a folder's files, as it came."""
        return self._read("list")

    def plan(self) -> Plan:
        """Which files of a folder travel; nothing of what is no folder, or has no plan yet."""
        try:
            return msgspec.json.decode(self._read(PLAN), type=Plan)
        except msgspec.MsgspecError as exc:
            raise DiskError(path=self._folder / PLAN, problem="damaged") from exc

    def keep_plan(self, plan: Plan) -> None:
        """Keep which files travel; it counts once the record says that content arrives."""
        self._disk.write_file(self._folder / PLAN, msgspec.json.encode(plan))

    def drop(self, name: str) -> None:
        """Give up a part of it."""
        self._disk.remove(self._folder / name)

    def forget(self) -> None:
        """Take its record away: from then on it is no upload any more.

        Raises:
            DiskError: Our own disk refused; it is an upload as before.
        """
        self._disk.remove(self._folder / RECORD)

    def delete(self) -> None:
        """Take away whatever there is of it.

        Raises:
            DiskError: Our own disk refused; what is left without a record is tidied away at the next start.
        """
        self.forget()
        for path in list(self._files()):
            self._disk.unlink(path)
        self._disk.remove_folder(self._folder)

    def _files(self) -> Iterator[Path]:
        """Everything that is left in it."""
        try:
            yield from sorted(self._folder.iterdir())
        except OSError:
            return

    def _read(self, name: str) -> bytes:
        try:
            return (self._folder / name).read_bytes()
        except OSError as exc:
            raise DiskError(path=self._folder / name, problem=exc.strerror or str(exc)) from exc
