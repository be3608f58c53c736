"""A disk whose power goes at step n, and which then holds only what a real one might.

Three ways a disk may be found afterwards, all allowed by what was flushed: `lost` (nothing unflushed is there), `kept`
(everything happened to be there) and `torn` (names are there, unflushed content is zeros: what a file system that
journals only names leaves). It lies in nothing else; until the cut it is the real disk.
"""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Literal, TypeAlias

from content_packs.durable import Disk

Left: TypeAlias = Literal["lost", "kept", "torn"]


class PowerCut(BaseException):
    """The power is gone; no `Exception`, because nothing may catch it."""


@dataclass
class _Change:
    """A change of names in a folder that is not flushed yet, and how it is undone."""

    folder: Path
    undo: Callable[[], None]


class CutDisk(Disk):
    """The real disk until step `cut_at`; copies to undo with are kept in the folder `attic`."""

    def __init__(self, cut_at: int, left: Left, attic: Path) -> None:
        self.steps = 0
        self._cut_at = cut_at
        self._left = left
        self._flushed: dict[Path, int] = {}
        self._names: list[_Change] = []
        self._attic = attic
        attic.mkdir(parents=True, exist_ok=True)

    def open_append(self, path: Path, *, mode: int = 0o644) -> FileIO:
        """Creating a file is a step; opening one that is there is not."""
        if not path.exists():
            self._step()
            self._names.append(_Change(path.parent, lambda: path.unlink(missing_ok=True)))
            self._flushed[path] = 0
        self._flushed.setdefault(path, path.stat().st_size if path.exists() else 0)
        return super().open_append(path, mode=mode)

    def write(self, file: FileIO, data: bytes | memoryview, path: Path) -> None:
        """Half of the data may be written when the power goes."""
        super().write(file, data[: len(data) // 2], path)
        self._step()
        super().write(file, data[len(data) // 2 :], path)

    def fsync(self, file: FileIO, path: Path) -> None:
        """What was written is safe from here."""
        self._step()
        super().fsync(file, path)
        self._flushed[path] = path.stat().st_size

    def flush_file(self, path: Path) -> None:
        """Once the power is gone nothing can be opened either."""
        if self.steps > self._cut_at:
            raise PowerCut
        super().flush_file(path)

    def truncate(self, path: Path, size_bytes: int) -> None:
        """What is cut off is gone; whatever was flushed of it does not come back."""
        self._step()
        super().truncate(path, size_bytes)
        self._flushed[path] = min(self._flushed.get(path, size_bytes), size_bytes)

    def replace(self, src: Path, dst: Path) -> None:
        """The new name is safe only when the folder is flushed."""
        self._step()
        old = self._keep(dst)
        super().replace(src, dst)
        flushed_before = self._flushed.get(dst)
        self._flushed[dst] = self._flushed.pop(src, dst.stat().st_size)

        def undo() -> None:
            if dst.exists():
                dst.rename(src)
                self._flushed[src] = self._flushed.pop(dst)
            if old:
                shutil.copy2(old, dst, follow_symlinks=False)
                self._flushed[dst] = flushed_before if flushed_before is not None else dst.stat().st_size

        self._names.append(_Change(dst.parent, undo))

    def link(self, target: Path, path: Path) -> None:
        """The link is there for good only when the folder is flushed."""
        self._step()
        super().link(target, path)
        self._names.append(_Change(path.parent, lambda: path.unlink(missing_ok=True)))

    def unlink(self, path: Path) -> None:
        """The name is gone for good only when the folder is flushed."""
        if not os.path.lexists(path):
            return
        self._step()
        old = self._keep(path)
        super().unlink(path)
        if old:
            self._names.append(_Change(path.parent, lambda: _restore(old, path)))

    def make_one_folder(self, path: Path, *, mode: int = 0o755) -> None:
        """The folder is there for good only when the one above is flushed."""
        self._step()
        super().make_one_folder(path, mode=mode)
        self._names.append(_Change(path.parent, lambda: shutil.rmtree(path, ignore_errors=True)))

    def remove_one_folder(self, path: Path) -> None:
        """The folder is gone for good only when the one above is flushed."""
        if not path.exists():
            return
        self._step()
        super().remove_one_folder(path)
        self._names.append(_Change(path.parent, lambda: _make_again(path)))

    def fsync_folder(self, path: Path) -> None:
        """The names in this folder are safe from here."""
        self._step()
        super().fsync_folder(path)
        self._names = [change for change in self._names if change.folder != path]

    def flush_all(self, path: Path) -> None:
        """Everything is safe from here."""
        self._step()
        super().flush_all(path)
        self._flushed = {file: file.stat().st_size for file in self._flushed if file.exists()}
        self._names.clear()

    def cut(self) -> None:
        """The power goes now, when everything was said to be done."""
        self._lose()

    def _step(self) -> None:
        """Count a step; at the chosen one the power goes."""
        if self.steps >= self._cut_at:
            if self.steps == self._cut_at:
                self._lose()
            self.steps += 1
            raise PowerCut
        self.steps += 1

    def _lose(self) -> None:
        """Leave the disk as a power cut might."""
        if self._left == "lost":
            for change in reversed(self._names):
                change.undo()
        if self._left != "kept":
            for path, size in self._flushed.items():
                if path.is_file() and path.stat().st_size > size:
                    whole = path.stat().st_size
                    os.truncate(path, size)
                    if self._left == "torn":
                        os.truncate(path, whole)

    def _keep(self, path: Path) -> Path | None:
        """Put a copy aside, to undo with."""
        if not os.path.lexists(path):
            return None
        copy = self._attic / str(len(list(self._attic.iterdir())))
        shutil.copy2(path, copy, follow_symlinks=False)
        return copy


def _make_again(path: Path) -> None:
    """Bring back a folder that was taken away, unless what it stood in is gone for good."""
    if path.parent.is_dir():
        path.mkdir(exist_ok=True)


def _restore(old: Path, path: Path) -> None:
    """Bring back a name that was taken away."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(old, path, follow_symlinks=False)
