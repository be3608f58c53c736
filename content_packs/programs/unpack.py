"""Unpacking a program into a folder, so that it is there as it was signed and on the disk, or not at all (UPDATES 6.3).

Promises: the folder has its name only after all of it is on the disk; what an interrupted try left is thrown away.
The rename is the visible step.

    unpack(program, "aarch64", open_part=open_it, into=versions / "0.2.0", disk=Disk())
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from content_packs.durable import Disk
from content_packs.programs.archive import members, mode_of
from content_packs.programs.errors import ProgramBrokenError
from content_packs.programs.manifest import Part, Program
from content_packs.store import FEW

_DRAFT = ".part"


def unpack(
    program: Program,
    machine: str,
    *,
    open_part: Callable[[Part], BinaryIO],
    into: Path,
    disk: Disk,
    last: Callable[[Path], None] = lambda _: None,
) -> None:
    """Unpack what a machine needs of a program.

    Args:
        program: Which.
        machine: As `uname -m` calls it.
        open_part: Opens the archive of a part; nothing of it is believed.
        into: The folder that comes to be; one that is there already is replaced.
        disk: Written through.
        last: Is given the folder before it is flushed, where that puts whatever it writes there on the disk, too.

    Raises:
        ProgramBrokenError: An archive is not what was signed.
        DiskError: The disk refused; nothing has the name.
    """
    draft = into.with_name(f"{into.name}{_DRAFT}")
    remove_tree(draft, disk)
    disk.make_folder(draft)
    files = _Files(draft, disk)
    for part in program.parts_for(machine):
        with open_part(part) as source:
            for name, pieces in members(source, part.files):
                files.write(name, pieces)
    if files.together:
        last(draft)
    files.flush()
    remove_tree(into, disk)
    disk.rename(draft, into)


def is_unpacked(program: Program, machine: str, folder: Path) -> bool:
    """Say whether a folder holds every file of a program, with its size; it does not read them."""
    return all(_size_of(folder / name) == facts.size_bytes for name, facts in program.files_for(machine).items())


def remove_tree(folder: Path, disk: Disk) -> None:
    """Take a folder away with all that is in it; fine if it is not there, and if the power goes meanwhile.

    It loses its name first, so that nobody takes half of it for the whole.
    """
    if not folder.name.endswith(_DRAFT) and folder.is_dir():
        gone = folder.with_name(f"{folder.name}.gone{_DRAFT}")
        remove_tree(gone, disk)
        disk.rename(folder, gone)
        folder = gone
    for path, folders, names in os.walk(folder, topdown=False):
        for name in (*names, *(each for each in folders if (Path(path) / each).is_symlink())):
            disk.unlink(Path(path) / name)
        disk.remove_one_folder(Path(path))
    if folder.parent.is_dir():
        disk.fsync_folder(folder.parent)


def drafts_in(folder: Path) -> Iterator[Path]:
    """What interrupted tries left in a folder of versions."""
    return folder.glob(f"*{_DRAFT}")


class _Files:
    """Files that are written together and flushed together."""

    def __init__(self, top: Path, disk: Disk) -> None:
        self._top = top
        self._disk = disk
        self.together = disk.can_flush_all(top)
        self._written: list[Path] = []
        self._folders = {top}

    def write(self, name: str, pieces: Iterator[bytes]) -> None:
        """Write one file, which is not there yet."""
        path = self._top / name
        self._make_folder(path.parent)
        if os.path.lexists(path):
            raise ProgramBrokenError(problem=f"{name} stands there twice")
        with self._opened(path, mode_of(name)) as write:
            for piece in pieces:
                write(piece)
        self._written.append(path)

    def flush(self) -> None:
        """Put all of it on the disk: many files in one go where the file system can do that."""
        if self.together and len(self._written) > FEW:
            self._disk.flush_all(self._top)
            return
        for path in self._written:
            self._disk.flush_file(path)
        for folder in sorted(self._folders, reverse=True):
            self._disk.fsync_folder(folder)

    def _make_folder(self, folder: Path) -> None:
        if folder not in self._folders:
            self._make_folder(folder.parent)
            self._disk.make_one_folder(folder)
            self._folders.add(folder)

    @contextmanager
    def _opened(self, path: Path, mode: int) -> Iterator[Callable[[bytes], None]]:
        with self._disk.open_append(path, mode=mode) as file:
            os.fchmod(file.fileno(), mode)  # whatever the umask of whoever runs this is
            yield lambda data: self._disk.write(file, data, path)


def _size_of(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return -1
