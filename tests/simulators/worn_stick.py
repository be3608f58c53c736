"""A stick with bad spots: some files cannot be read, some not even looked up.

It lies in the way a worn stick does not: what is bad is told by name. What is read of a bad file really fails, because
in its place stands the memory of this program from its first byte on, where nothing is.

    worn = WornStick(folder, monkeypatch)
    worn.unreadable.add(f"{sha256}.mp4")
"""

import errno
import os
from pathlib import Path

import pytest


class WornStick:
    """Which names are on bad spots, from now to the end of the test."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder
        self.unreadable: set[str] = set()
        self.unfindable: set[str] = set()
        self.says = errno.EIO
        self._open, self._stat, self._lstat = os.open, os.stat, os.lstat
        monkeypatch.setattr(os, "open", self._opened)
        monkeypatch.setattr(os, "stat", self._found)
        monkeypatch.setattr(os, "lstat", self._found_link)

    def _opened(self, path: str | Path, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        self._look_up(path, dir_fd)
        if self._is_there(path, dir_fd) and Path(path).name in self.unreadable:
            return self._open("/proc/self/mem", os.O_RDONLY)
        return self._open(path, flags, mode, dir_fd=dir_fd)

    def _found(
        self, path: str | Path | int, *, dir_fd: int | None = None, follow_symlinks: bool = True
    ) -> os.stat_result:
        if not isinstance(path, int):
            self._look_up(path, dir_fd)
        return self._stat(path, dir_fd=dir_fd, follow_symlinks=follow_symlinks)

    def _found_link(self, path: str | Path, *, dir_fd: int | None = None) -> os.stat_result:
        self._look_up(path, dir_fd)
        return self._lstat(path, dir_fd=dir_fd)

    def _look_up(self, path: str | Path, dir_fd: int | None) -> None:
        if self._is_there(path, dir_fd) and Path(path).name in self.unfindable:
            raise OSError(self.says, os.strerror(self.says), str(path))

    def _is_there(self, path: str | Path, dir_fd: int | None) -> bool:
        """Say whether a path, or the open folder that it begins at, is on the stick."""
        begin = "" if dir_fd is None else Path(f"/proc/self/fd/{dir_fd}").readlink()
        return Path(begin, path).is_relative_to(self._folder)
