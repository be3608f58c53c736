"""One client's connection: pages from memory, files straight from the disk.

What it changes in waitress's channel, and why:

- A `FileSlice` is sent with `os.sendfile`, at most `TURN_BYTES` a turn, then the next client has its turn.
- A worker thread hands a file over and is free at once. Requests that a client sent ahead (pipelining) are *parked*
  until all that is due to it has left; in waitress they would hold a worker thread until a slow client has read.
- Progress is what the client's machine acknowledged, not what we wrote: a slow download whose bytes sit in the
  kernel's buffer is alive, a client that vanished with a full buffer is not.

Threads: the event loop owns the socket; a worker touches the out buffers under `outbuf_lock` only.
"""

import contextlib
import fcntl
import socket
import struct
import termios

from waitress.buffers import OverflowableBuffer
from waitress.channel import ClientDisconnected, HTTPChannel

from schoolbox.server.slices import FileSlice

TURN_BYTES = 1024 * 1024
"""What one client is sent at most before the others have their turn."""

SEND_BUFFER_BYTES = 512 * 1024
"""The kernel's buffer of a connection that carries a file: large turns, few wake-ups, little to lose on a seek."""


class MediaChannel(HTTPChannel):
    """A connection that sends files from the event loop."""

    parked = False
    """A further request of this client waits until what is due to it has left."""

    sent_bytes = 0
    _carries_files = False
    _mark: tuple[float, int, int] = (0.0, 0, 0)
    _marked_at: float | None = None

    def write_soon(self, data: bytes | FileSlice) -> int:
        """Queue bytes or a file for sending and send what the client takes now; called by worker threads."""
        if not isinstance(data, FileSlice):
            return int(super().write_soon(data))
        size = data.remain
        with self.outbuf_lock:
            if not self.connected:
                raise ClientDisconnected
            self._prepare_socket()
            self.outbufs += [data, OverflowableBuffer(self.adj.outbuf_overflow)]
            self.current_outbuf_count = 0
            self.total_outbufs_len += size
            self._flush_exception(self._flush_some, do_close=False)
        self.server.pull_trigger()
        return size

    def _prepare_socket(self) -> None:
        """Give the connection a send buffer for files, once; where that is not allowed it goes on with its own."""
        if not self._carries_files:
            self._carries_files = True
            with contextlib.suppress(OSError):
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES // 2)

    def _flush_some(self, do_close: bool = True) -> bool:  # noqa: FBT001, FBT002 - waitress's own signature
        """Send one turn; say whether anything left."""
        sent = 0
        with self.outbuf_lock:
            while sent < TURN_BYTES and self._has_output():
                buffer, asked = self.outbufs[0], TURN_BYTES - sent
                took = self._send(buffer, asked, do_close=do_close)
                sent += took
                self.total_outbufs_len -= took
                if not took or (buffer.remain if isinstance(buffer, FileSlice) else len(buffer)):
                    break
        self.sent_bytes += sent
        return sent > 0

    def _has_output(self) -> bool:
        """Drop the buffers that are empty and say whether one is left that is not; the last one is always kept."""
        while not (self.outbufs[0].remain if isinstance(self.outbufs[0], FileSlice) else len(self.outbufs[0])):
            if len(self.outbufs) == 1:
                return False
            self.outbufs.pop(0).close()
        return True
