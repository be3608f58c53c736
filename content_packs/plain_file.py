"""Opening a file only if it is a plain one (FORMAT 2.4): under its name on a stick may lie a pipe, a device or a link.

    descriptor = open_plain("1.root.json", folder=meta)
    read_plain(Path("/media/stick/meta/index.json"), limit=INDEX_BYTES_MAX)

Promises: nothing else is ever opened for longer than it takes to see what it is, and nothing is waited for.
"""

import errno
import os
import stat
from pathlib import Path

_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class NotPlainError(OSError):
    """What has this name is no plain file."""

    def __init__(self, path: Path | str) -> None:
        super().__init__(errno.EINVAL, "not a plain file", str(path))


def open_plain(path: Path | str, *, folder: int | None = None) -> int:
    """Open a plain file to read it; the caller closes it.

    Args:
        path: Where it is.
        folder: An open folder that the path begins at.

    Raises:
        NotPlainError: It is a link, a folder, a pipe, a device.
        OSError: It is not there, or cannot be opened.
    """
    # Looked at before, because opening alone makes some devices do something; and after, because it may have changed.
    if not stat.S_ISREG(os.stat(path, dir_fd=folder, follow_symlinks=False).st_mode):
        raise NotPlainError(path)
    descriptor = os.open(path, _FLAGS, dir_fd=folder)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    raise NotPlainError(path)


def read_plain(path: Path, *, limit: int) -> bytes:
    """Read a plain file, but no more than `limit` bytes of it; folders on the way may be links.

    Raises:
        NotPlainError: It is a link, a folder, a pipe, a device.
        OSError: It is not there, or cannot be read.
    """
    with os.fdopen(open_plain(path), "rb") as file:
        return file.read(limit)
