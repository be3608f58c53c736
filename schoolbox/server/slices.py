"""A stretch of an open file, on its way to a client.

A view returns a `FileSlice` as its body; waitress sees a read-only file buffer and hands it to the channel, which calls
`send_to` from the event loop until nothing is left, then `close`. No byte passes through Python. Any other WSGI server,
and Flask's test client, iterate over it instead.

    body = FileSlice(path)
    body.narrow(start=100, length=50)

The slice owns its file descriptor: whoever holds it last closes it, and the file may be unlinked meanwhile.
"""

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from waitress.buffers import ReadOnlyFileBasedBuffer

from schoolbox.server.errors import BlobGoneError

ITERATION_BYTES = 64 * 1024
"""What one step of the fallback iteration reads."""

READAHEAD_BYTES = 1024 * 1024
"""How far ahead of the client the kernel is asked to read, so that the event loop does not wait for an SD card."""


class FileTruncatedError(OSError):
    """The file ended before the slice did: the promised length cannot be kept, the connection must be closed."""


class FileSlice(ReadOnlyFileBasedBuffer):
    """Bytes `[start, start + length)` of one file; the whole file until `narrow` is called.

    The base class only marks it for waitress (`isinstance`); nothing of its reading through Python is used.
    """

    def __init__(self, path: Path) -> None:
        """Open a file.

        Raises:
            BlobGoneError: There is no such regular file.
        """
        self._fd = -1
        try:
            self._fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except (FileNotFoundError, NotADirectoryError) as exc:
            raise BlobGoneError(path=path) from exc
        facts = os.fstat(self._fd)
        if not stat.S_ISREG(facts.st_mode):
            self.close()
            raise BlobGoneError(path=path)
        self.size_bytes = facts.st_size
        self.narrow(start=0, length=facts.st_size)

    def narrow(self, *, start: int, length: int) -> None:
        """Send only this part of the file; both in bytes, within the file."""
        self._at = self._advised = start
        self.remain = length

    def prepare(self, size: int | None = None) -> int:
        """Say how many bytes will be sent, at most `size`; waitress calls this once before the headers go out."""
        if size is not None:
            self.remain = min(self.remain, size)
        return self.remain

    def send_to(self, socket_fd: int, limit: int) -> int:
        """Hand at most `limit` bytes to a non-blocking socket and return how many it took.

        Raises:
            BlockingIOError: The socket is full.
            FileTruncatedError: The file became shorter than promised.
        """
        self._read_ahead()
        sent = os.sendfile(socket_fd, self._fd, self._at, min(limit, self.remain))
        if not sent:
            raise FileTruncatedError(f"file ended {self.remain} bytes early")
        self._at += sent
        self.remain -= sent
        return sent

    def _read_ahead(self) -> None:
        """Ask the kernel for the next stretch once the client is half way through the last one."""
        if self._at + READAHEAD_BYTES // 2 >= self._advised:
            ahead = min(READAHEAD_BYTES, self.remain)
            os.posix_fadvise(self._fd, self._at, ahead, os.POSIX_FADV_WILLNEED)
            self._advised = self._at + READAHEAD_BYTES

    def __iter__(self) -> Iterator[bytes]:
        """Read the slice piece by piece, for servers that cannot send files."""
        while self.remain > 0:
            piece = os.pread(self._fd, min(ITERATION_BYTES, self.remain), self._at)
            if not piece:
                return
            self._at += len(piece)
            self.remain -= len(piece)
            yield piece

    def close(self) -> None:
        """Give the file descriptor back; closing twice is harmless."""
        fd, self._fd = self._fd, -1
        self.remain = 0
        if fd >= 0:
            os.close(fd)

    def __del__(self) -> None:
        """Give the descriptor back even if a caller (a test client, mostly) never closed its response."""
        with contextlib.suppress(OSError):
            self.close()
