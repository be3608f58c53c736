"""One client's connection: pages from memory, files straight from the disk.

What it changes in waitress's channel, and why:

- A `FileSlice` is sent with `os.sendfile`, at most `TURN_BYTES` a turn, then the next client has its turn.
- A worker thread hands a file over and is free at once. Requests that a client sent ahead (pipelining) are *parked*
  until all that is due to it has left; in waitress they would hold a worker thread until a slow client has read.
- Answers without a body keep the connection (`schoolbox.server.task`).
- Progress is what the client's machine acknowledged, not what we wrote: a slow download whose bytes sit in the
  kernel's buffer is alive, a client that vanished with a full buffer is not.

Threads: the event loop owns the socket; a worker touches the out buffers under `outbuf_lock` only.
"""

import contextlib
import fcntl
import socket
import struct
import termios

from waitress import wasyncore
from waitress.buffers import OverflowableBuffer
from waitress.channel import ClientDisconnected, HTTPChannel

from schoolbox.server.slices import FileSlice
from schoolbox.server.task import BoxTask

TURN_BYTES = 1024 * 1024
"""What one client is sent at most before the others have their turn."""

COPIED_BYTES = 128 * 1024
"""What of a page is copied out of its buffer at most at once, as the client may take only a part."""

SEND_BUFFER_BYTES = 512 * 1024
"""The kernel's buffer of a connection that carries a file: large turns, few wake-ups, little to lose on a seek."""


class MediaChannel(HTTPChannel):
    """A connection that sends files from the event loop."""

    task_class = BoxTask

    parked = False
    """A further request of this client waits until what is due to it has left."""

    sent_bytes = 0
    _carries_files = False
    _worker_sends = False
    _mark: tuple[float, int, int] = (0.0, 0, 0)
    _marked_at: float | None = None

    def add_channel(self, map: dict[int, wasyncore.dispatcher] | None = None) -> None:  # noqa: A002 - waitress's name
        """Join the loop."""
        super().add_channel(map)
        self.server.loop.touch(self)

    def del_channel(self, map: dict[int, wasyncore.dispatcher] | None = None) -> None:  # noqa: A002 - waitress's name
        """Leave the loop."""
        self.server.loop.forget(self._fileno)
        super().del_channel(map)

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
            self._worker_sends = True
            self._flush_exception(self._flush_some, do_close=False)
            self._worker_sends = False
        self.server.pull_trigger()
        return size

    def writable(self) -> bool:
        """Say whether the loop should send; not while a worker sends the first turn, which may wait for the disk."""
        return not self._worker_sends and bool(super().writable())

    def _prepare_socket(self) -> None:
        """Give the connection a send buffer for files, once; where that is not allowed it goes on with its own."""
        if not self._carries_files:
            self._carries_files = True
            with contextlib.suppress(OSError):
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES // 2)

    def _flush_some(self, do_close: bool = True) -> bool:
        """Send one turn; say whether anything left."""
        sent = 0
        with self.outbuf_lock:
            while sent < TURN_BYTES and self._has_output():
                buffer = self.outbufs[0]
                most = TURN_BYTES - sent if isinstance(buffer, FileSlice) else COPIED_BYTES
                asked = min(most, buffer.__len__())
                took = self._send_from(buffer, asked, do_close=do_close)
                sent += took
                self.total_outbufs_len -= took
                if took < asked:
                    break
        self.sent_bytes += sent
        return sent > 0

    def _has_output(self) -> bool:
        """Drop the buffers that are empty and say whether one is left that is not; the last one is always kept."""
        while not self.outbufs[0].__len__():  # not len(): it fails above 2 GiB on 32-bit machines
            if len(self.outbufs) == 1:
                return False
            self.outbufs.pop(0).close()
        return True

    def _send_from(self, buffer: FileSlice | OverflowableBuffer, limit: int, *, do_close: bool) -> int:
        """Send at most `limit` bytes of one buffer; 0 if the client takes none now or is gone."""
        if not isinstance(buffer, FileSlice):
            took = int(self.send(buffer.get(limit)[:limit], do_close=do_close))
            if took:
                buffer.skip(took, True)
            return took
        try:
            return buffer.send_to(self.socket.fileno(), limit)
        except BlockingIOError:
            return 0
        except (ConnectionError, TimeoutError):
            if do_close:
                self.handle_close()
            return 0

    def _flush_outbufs_below_high_watermark(self) -> None:
        """Let a worker wait until its client has read on; never for files, which cost no memory."""
        if not any(isinstance(buffer, FileSlice) for buffer in self.outbufs):
            super()._flush_outbufs_below_high_watermark()

    def park(self) -> bool:
        """Keep the client's next request back if something is still due to it; say whether it was."""
        with self.outbuf_lock:
            self.parked = self.connected and self.total_outbufs_len > 0
            return self.parked

    def handle_write(self) -> None:
        """Send one turn; once all has left, let a parked request go on."""
        super().handle_write()
        if self.parked and self.connected and not self.total_outbufs_len:
            self.parked = False
            self.server.add_task(self)

    def is_stalled(self, now_s: float, timeout_s: float) -> bool:
        """Say whether the client has neither asked nor taken anything for `timeout_s`; to be called regularly.

        Args:
            now_s: Monotonic time.
            timeout_s: How long is too long.
        """
        mark = (self.last_activity, self.sent_bytes, self._unacknowledged_bytes())
        if mark != self._mark or self._marked_at is None:
            self._mark, self._marked_at = mark, now_s
        waits_for_client = not self.requests or self.total_outbufs_len > 0
        return waits_for_client and now_s - self._marked_at >= timeout_s

    def _unacknowledged_bytes(self) -> int:
        """Ask the kernel how much of what was sent the client's machine has not taken yet (tcp(7), SIOCOUTQ)."""
        try:
            return int(struct.unpack("i", fcntl.ioctl(self.socket, termios.TIOCOUTQ, b"\0\0\0\0"))[0])
        except OSError:
            return 0

    def is_idle(self) -> bool:
        """Say whether nothing is being made for the client or due to it; half a request counts as nothing."""
        return not self.requests and not self.total_outbufs_len

    def is_answering(self) -> bool:
        """Say whether a page is being made or sent; a file under way does not count: browsers resume it."""
        if any(isinstance(buffer, FileSlice) and buffer.remain for buffer in self.outbufs):
            return False
        return not self.is_idle()
