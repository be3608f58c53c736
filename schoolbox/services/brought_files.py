"""The files of lessons that teachers brought and did not take yet: one a teacher, also over a restart of the box.

Promises: a file lies in the folder under the number of whoever brought it, and is taken away when it is taken or put
away, when its teacher brings another, when others brought `FILES_MAX` after it, when its teacher is erased, or a week
later; age counts only where the box knows the time. The rename of the whole file is the visible step; what is in the
way of reading one is as if it had not been brought.

    brought.keep(b"...", name="java-12.schoolbox-lesson", by=3)
    brought.find(3).name                                 # "java-12.schoolbox-lesson"
"""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from content_packs.clock import Clock
from content_packs.durable import Disk
from content_packs.lesson_file import FILE_BYTES_MAX
from content_packs.plain_file import read_plain
from schoolbox.services.people import People

FILES_MAX = 40
KEPT = timedelta(days=7)
_HEAD_BYTES_MAX = 2_000


class BroughtFile(msgspec.Struct, frozen=True):
    """What a teacher brought, as it came; `brought_at` is None where the box did not know the time."""

    name: str
    brought_at: datetime | None
    raw: bytes = b""


class BroughtFiles:
    """Keeps what teachers brought, in the order in which they did."""

    def __init__(
        self, folder: Path, *, disk: Disk, clock: Clock, clock_trusted: Callable[[], bool], people: People
    ) -> None:
        self._folder = folder
        self._disk = disk
        self._clock = clock
        self._trusted = clock_trusted
        self._people = people
        self._lock = threading.Lock()

    def keep(self, raw: bytes, *, name: str, by: int) -> BroughtFile:
        """Keep a file in place of the one before.

        Raises:
            DiskError: It could not be written; the one before is still there.
        """
        file = BroughtFile(name, self._now(), raw[: FILE_BYTES_MAX + 1])
        head = msgspec.json.encode(msgspec.structs.replace(file, raw=b""))
        with self._lock:
            before = self._listed()
            place = before[-1][0] + 1 if before else 1
            self._disk.make_folder(self._folder, mode=0o700)
            self._disk.write_file(self._folder / f"{place:09d}-{by}", head + b"\n" + file.raw, mode=0o600)
            others = [path for _place, whose, path in before if whose != by]
            for path in [path for _place, whose, path in before if whose == by] + others[: -(FILES_MAX - 1)]:
                self._disk.remove(path)
        return file

    def find(self, by: int) -> BroughtFile | None:
        """What a teacher brought last, if it is still kept."""
        path = next((path for _place, whose, path in reversed(self._listed()) if whose == by), None)
        file = _read(path) if path else None
        return file if file and not self._is_old(file) else None

    def forget(self, by: int) -> None:
        """Take away what a teacher brought."""
        self._remove(lambda whose, _path: whose == by)

    def forget_more(self) -> None:
        """Take away what is too old, and what somebody brought who is no longer known: numbers are given again."""
        known = self._people.names({whose for _place, whose, _path in self._listed()})
        self._remove(lambda whose, path: whose not in known or (file := _read(path)) is None or self._is_old(file))

    def _remove(self, is_meant: Callable[[int, Path], bool]) -> None:
        with self._lock:
            for _place, whose, path in self._listed():
                if is_meant(whose, path):
                    self._disk.remove(path)

    def _listed(self) -> list[tuple[int, int, Path]]:
        """Place, teacher and path of each file, the one that came last at the end."""
        paths = list(self._folder.iterdir()) if self._folder.is_dir() else []
        named = [(path.name.partition("-"), path) for path in paths if path.name.replace("-", "", 1).isdecimal()]
        return sorted((int(place), int(whose), path) for (place, line, whose), path in named if line)

    def _is_old(self, file: BroughtFile) -> bool:
        now = self._now()
        return now is not None and file.brought_at is not None and now - file.brought_at > KEPT

    def _now(self) -> datetime | None:
        return self._clock.now().astimezone(UTC) if self._trusted() else None


def _read(path: Path) -> BroughtFile | None:
    try:
        head, _line, raw = read_plain(path, limit=FILE_BYTES_MAX + _HEAD_BYTES_MAX).partition(b"\n")
        return msgspec.structs.replace(msgspec.json.decode(head, type=BroughtFile), raw=raw)
    except (OSError, msgspec.DecodeError):
        return None
