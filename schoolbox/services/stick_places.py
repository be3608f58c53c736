"""Where sticks are: the folders under which the system shows them, looked at again and again.

Promises: nothing on a stick is followed out of it, and nothing is believed of what is seen; a stick is told by what
stands in its metadata, so that it is the same one wherever it is put in again. One that was pulled out is not shown,
however long the system keeps it mounted. Another program says that a stick is there by leaving a note in a folder of
ours.

    places = Places(Path("/media"), notes=data / "cache" / "sticks", disk=disk)
    places.announce(Path("/mnt/stick"))
    places.look()[0].label
"""

import hashlib
import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Protocol

import msgspec

from content_packs.durable import Disk
from content_packs.errors import PackError, ShelfGoneError
from content_packs.programs.base import SHELF_FOLDER
from content_packs.shelf import DirectoryShelf, Shelf
from content_packs.shelf.directory import can_be_read, is_shelf

ENTRIES_MAX = 64
"""How many entries of a folder are looked at: a stick with thousands of folders must not keep the box busy."""
NOTES_MAX = 20
EQUAL_MAX = 8
"""How many sticks with the very same lists are told apart."""
META_BYTES_MAX = 2 * 1024 * 1024
META_BYTES_MAX_IN_ALL = 64 * 1024 * 1024
LABEL_MAX = 40
DRIVES = Path("/sys/dev/block")
"""Every drive that is there, by its number. Source: the kernel's Documentation/ABI/stable/sysfs-dev."""


class Keeper(Protocol):
    """Who keeps what people uploaded, by its mark."""

    def shelf(self, mark: str) -> Shelf:
        """Open it. Raises NotFoundError."""

    def note_use(self, mark: str) -> None:
        """All that somebody asked of it is installed."""

    def throw_away(self, mark: str) -> None:
        """Delete it; fine if it is gone."""


class Place(msgspec.Struct, frozen=True):
    """A folder where a stick is; one without packs is named too, so that nobody wonders.

    What somebody uploaded is a place too, with a keeper: then `folder` is its file, `mark` tells it from others,
    `owner` is who did, and `used` says that something of it was installed.
    """

    folder: Path
    label: str
    has_packs: bool
    mark: str = ""
    owner: int | None = None
    used: bool = False
    keeper: Keeper | None = None

    def shelf(self) -> Shelf:
        """Open it.

        Raises:
            NotFoundError: The upload was given up.
            DiskError: The upload cannot be read.
        """
        return self.keeper.shelf(self.mark) if self.keeper else DirectoryShelf(self.folder)

    def is_there(self) -> bool:
        """Read a little of it from the stick itself: the system may go on showing names of one that is gone."""
        return self.folder.is_file() if self.keeper else can_be_read(self.folder)

    @property
    def drive(self) -> str:
        """The drive itself, whatever is on it: told by label and size, which writing does not change."""
        room = room_of(self.folder)
        return hashlib.sha256(f"{self.label}|{room.total_bytes if room else 0}".encode()).hexdigest()[:20]


class DriveRoom(msgspec.Struct, frozen=True):
    """How large a stick is, and how much of it is free."""

    total_bytes: int
    free_bytes: int


class Places:
    """Looks for sticks under the folder where the system mounts them, and where others said that one is."""

    def __init__(self, mounts: Path | None, *, notes: Path, disk: Disk, drives: Path = DRIVES) -> None:
        self._mounts = mounts
        self._notes = notes
        self._disk = disk
        self._drives = drives

    def announce(self, folder: Path) -> None:
        """Remember a folder as one where sticks are put in.

        Raises:
            DiskError: Our own disk refused.
        """
        raw = os.fsencode(folder.absolute())
        self._disk.make_folder(self._notes)
        self._disk.write_file(self._notes / f"{hashlib.sha256(raw).hexdigest()[:16]}.path", raw)
        for stale in [path for path in self._note_files() if _leads_nowhere(path)][NOTES_MAX:]:
            self._disk.remove(stale)

    def look(self) -> tuple[Place, ...]:
        """Every stick that is in now, each folder once, under whichever of its names."""
        places = [place for place in (*self._mounted(), *self._announced()) if self._is_in(place.folder)]
        return tuple({_inode(place.folder): place for place in reversed(places)}.values())[::-1]

    def _mounted(self) -> Iterator[Place]:
        for folder in _folders(self._mounts) if self._mounts else ():
            if is_shelf(folder):
                yield _place(folder)
                continue
            is_stick, below = os.path.ismount(folder), _folders(folder)
            shelves = [each for each in below if is_shelf(each) and each.name.lower() != SHELF_FOLDER]
            yield from (_place(each, label=folder.name if is_stick else each.name) for each in shelves)
            bare = [folder] if is_stick and not shelves else [each for each in below if os.path.ismount(each)]
            yield from (_place(each, has_packs=False) for each in bare if each not in shelves)

    def _announced(self) -> Iterator[Place]:
        for note in self._note_files():
            folder = _noted(note)
            if is_shelf(folder):
                yield _place(folder)
            elif _folders(folder, files=True) or os.path.ismount(folder):
                yield _place(folder, has_packs=False)

    def _is_in(self, folder: Path) -> bool:
        """Say whether what was seen in a folder can still be had.

        A stick that was pulled out stays mounted until the system has tidied up, and longer while somebody reads. Then
        FAT, of which nothing can be read any more, lists an empty folder and no error: the list of drives is asked. A
        driver outside the kernel has none there, and fails.
        """
        try:
            drive = folder.stat().st_dev
            with suppress(PermissionError), os.scandir(folder) as entries:  # a stick of somebody else's is in
                next(entries, None)
        except OSError:
            return False
        number = f"{os.major(drive)}:{os.minor(drive)}"
        return not os.major(drive) or not self._drives.is_dir() or (self._drives / number).exists()

    def _note_files(self) -> list[Path]:
        return sorted(self._notes.glob("*.path"))


def fingerprint(shelf: DirectoryShelf) -> str:
    """Tell a stick by its metadata: of two equal copies either can give the same packs.

    Raises:
        ShelfError: It cannot be read.
    """
    digest, budget = hashlib.sha256(), META_BYTES_MAX_IN_ALL
    for name in shelf.meta_names():
        try:
            raw = shelf.read_meta(name, META_BYTES_MAX) if budget > 0 else b""
        except ShelfGoneError:
            raise
        except PackError as exc:
            raw = type(exc).__name__.encode()
        budget -= len(raw)
        digest.update(b"%s\0%d\0%s" % (name.encode(), len(raw), hashlib.sha256(raw).digest()))
    return digest.hexdigest()[:20]


def told_apart(names: Mapping[Path, str], before: Mapping[Path, str]) -> dict[Path, str]:
    """Names that no two folders share: of equal ones the first keeps it, and each what it was called before."""
    found: dict[Path, str] = {}
    for folder, name in names.items():
        if before.get(folder) in _like(name):
            found[folder] = before[folder]
    for folder, name in names.items():
        free = [like for like in _like(name) if like not in found.values()]
        if folder not in found and free:
            found[folder] = free[0]
    return {folder: found[folder] for folder in names if folder in found}


def glance(folder: Path) -> tuple[int, ...]:
    """What tells cheaply whether another stick stands where one was, or whether somebody wrote on it."""
    marks: list[int] = []
    for name in ("meta", "meta/cat", "meta/1.root.json", "meta/registry.json"):
        try:
            found = (folder / name).lstat()
        except OSError:
            marks.append(0)
        else:
            marks += [found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size]
    return tuple(marks)


def room_of(folder: Path) -> DriveRoom | None:
    """Ask how much room a stick has; None if it is gone."""
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return None
    return DriveRoom(usage.total, usage.free)


def _place(folder: Path, *, label: str = "", has_packs: bool = True) -> Place:
    words = (label or folder.name)[:LABEL_MAX].encode("utf-8", "replace").decode()
    return Place(folder, "".join(each if each.isprintable() else " " for each in words).strip() or "USB", has_packs)


def _like(name: str) -> tuple[str, ...]:
    """What equal sticks are called, as many of them as a box has ports for."""
    more = (hashlib.sha256(f"{name}|{number}".encode()).hexdigest()[:20] for number in range(2, EQUAL_MAX + 1))
    return (name, *more)


def _inode(folder: Path) -> object:
    """What tells a folder, whatever it is called."""
    try:
        found = folder.stat()
    except OSError:
        return folder
    return found.st_dev, found.st_ino


def _noted(note: Path) -> Path:
    """The folder that a note names."""
    try:
        return Path(os.fsdecode(note.read_bytes()[:4096].replace(b"\0", b"")))
    except OSError:
        return note


def _leads_nowhere(note: Path) -> bool:
    """Say whether there is no folder where a note says, or one that nobody can look into."""
    try:
        return not _noted(note).is_dir()
    except OSError:  # what a driver behind FUSE says of a stick that was torn out; a folder of somebody else's
        return True


def _folders(folder: Path, *, files: bool = False) -> list[Path]:
    """The folders in a folder, in the order of their names; no links, and none at all if it cannot be read."""
    try:
        with os.scandir(folder) as entries:
            found = [entry for entry in islice(entries, ENTRIES_MAX) if files or _is_folder(entry)]
    except OSError:
        return []
    return sorted(Path(entry.path) for entry in found)


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return stat.S_ISDIR(entry.stat(follow_symlinks=False).st_mode)
    except OSError:
        return False
