"""Opening what may be anything: a stick can hold a link, a pipe that never answers or a device without end.

Promises: no link is followed, nothing is waited for, only a plain file is read, and of it no more than is asked for.

    read_plain(Path("/media/stick/meta/index.json"), limit=INDEX_BYTES_MAX)    # OSError if it is no plain file
"""

import errno
import os
import stat
from io import FileIO
from pathlib import Path

from content_packs.shelf import read_up_to


def open_plain(path: Path) -> FileIO:
    """Open a plain file to read it; a link in its place is not followed, folders on the way are.

    Raises:
        OSError: It is not there, is no plain file, or cannot be read.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return FileIO(descriptor, "rb")
    os.close(descriptor)
    raise OSError(errno.EINVAL, "not a plain file", str(path))


def read_plain(path: Path, *, limit: int) -> bytes:
    """Read a plain file, but no more than `limit` bytes of it.

    Raises:
        OSError: As for `open_plain`.
    """
    with open_plain(path) as file:
        return read_up_to(file, limit)
