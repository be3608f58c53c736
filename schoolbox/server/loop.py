"""Waiting for sockets with epoll, for waitress's dispatchers.

waitress's own loop asks every connection what it waits for before every wait; with a class of keep-alive connections
that costs more than serving does. Here a connection is asked again only when its answer can have changed: when it is
new, after an event, while a worker thread has a request of it, and once a second in any case. Urgent data is never
waited for: nobody reads it, and one byte of it makes waitress's loop spin.

    loop = Loop({}, time.monotonic)
    loop.turn(1.0)

The rules of waitress's dispatchers (`readable`, `writable`, `handle_...`) stay what they are.
"""

import contextlib
import select
from collections.abc import Callable

from waitress import wasyncore

RESCAN_S = 1.0


class Loop:
    """One thread's view on many sockets; `touch` may be called from any thread, the rest from the loop's own."""

    def __init__(self, table: dict[int, wasyncore.dispatcher], monotonic: Callable[[], float]) -> None:
        self.table = table
        """Every open dispatcher by its file descriptor; waitress keeps it."""
        self._monotonic = monotonic
        self._epoll = select.epoll()
        self._armed: dict[int, int] = {}
        self._touched: set[wasyncore.dispatcher] = set()
        self._rescan_at_s = 0.0

    def touch(self, channel: wasyncore.dispatcher) -> None:
        """Ask this connection what it waits for before the next wait, and until no worker has a request of it."""
        self._touched.add(channel)

    def forget(self, fd: int) -> None:
        """Stop waiting for a socket that is about to be closed."""
        if self._armed.pop(fd, None) is not None:
            with contextlib.suppress(OSError, ValueError):
                self._epoll.unregister(fd)

    def turn(self, timeout_s: float) -> None:
        """Wait until something can be read or written, and let each dispatcher do one turn of it."""
        self._arm_all()
        for fd, events in self._epoll.poll(timeout_s):
            dispatcher = self.table.get(fd)
            if dispatcher is not None:
                self._touched.add(dispatcher)
                wasyncore.readwrite(dispatcher, events)

    def close(self) -> None:
        """Give the epoll descriptor back."""
        self._epoll.close()

    def _arm_all(self) -> None:
        """Ask those that were touched, or everybody if that was long ago."""
        now_s = self._monotonic()
        if now_s >= self._rescan_at_s:
            self._rescan_at_s = now_s + RESCAN_S
            self._touched.update(list(self.table.values()))
        for dispatcher in list(self._touched):
            # A worker changes a connection before it takes the request off its list: look at the list first.
            settled = not getattr(dispatcher, "requests", None)
            is_open = self._arm(dispatcher)
            if settled or not is_open:
                self._touched.discard(dispatcher)

    def _arm(self, dispatcher: wasyncore.dispatcher) -> bool:
        """Tell the kernel what a dispatcher waits for, if that has changed; say whether it is still open.

        Errors and hang-ups are always reported, even to those that wait for nothing.
        """
        fd = dispatcher._fileno  # noqa: SLF001 - waitress has no public name for it
        if fd not in self.table or self.table[fd] is not dispatcher:
            return False
        events = select.EPOLLIN if dispatcher.readable() else 0
        if dispatcher.writable() and not dispatcher.accepting:
            events |= select.EPOLLOUT
        before = self._armed.get(fd)
        if before is None:
            self._epoll.register(fd, events)
        elif before != events:
            self._epoll.modify(fd, events)
        self._armed[fd] = events
        return True
