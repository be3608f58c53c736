"""The box's name on the local network, kept by one thread of the box.

Promises: nothing here raises into the box. Without a network, without permission or with a busy port the box runs on
and `state` says why; the name is announced as soon as it can be. While nothing happens, the thread sleeps.

    with Announcer(Announcement(school="Agimi", version="1", box_id="b7f3", port=80)) as announcer:
        announcer.name      # "schoolbox.local", about a second later
"""

import logging
import os
import select
import threading
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Self

from content_packs.clock import Clock, SystemClock
from sync.discovery.announcement import Announcement, Reason, State
from sync.discovery.netlink import ChangeWatch, read_network
from sync.discovery.trouble import reason_of

if TYPE_CHECKING:
    from sync.discovery.presence import Presence

SETTLE_S = 0.2
"""How long to wait after the network changed, because changes come in groups."""

RESTART_S = 10.0
STOP_WITHIN_S = 15.0

logger = logging.getLogger(__name__)


class Announcer:
    """Announces a box until it is stopped; may be started again.

    Args:
        announcement: What to say.
        last_name: The host label that `remember` was given last, or empty; it is tried first.
        remember: Called in the announcer's thread with the host label held, when it is another one than before.
        clock: Where time comes from.
    """

    def __init__(
        self,
        announcement: Announcement,
        *,
        last_name: str = "",
        remember: Callable[[str], None] | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._announcement = announcement
        self._last_name = last_name
        self._remember = remember
        self._clock = clock or SystemClock()
        self._state = State(Reason.STOPPED)
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._wake = -1

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self.stop()

    @property
    def state(self) -> State:
        """How it is going; one whole value, from any thread."""
        return self._state

    @property
    def name(self) -> str:
        """The host name held, like `schoolbox-2.local`; empty while none is."""
        return self._state.name

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where the box can be reached, also when its name cannot be announced."""
        return self._state.addresses

    def start(self) -> None:
        """Begin in a thread of its own; does nothing if it runs already."""
        if self._thread:
            return
        self._stopping.clear()
        self._wake = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._state = State(Reason.CHECKING)
        self._thread = threading.Thread(target=self._run, name="discovery", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Say goodbye and stop; does nothing if it does not run."""
        if not self._thread:
            return
        self._stopping.set()
        os.eventfd_write(self._wake, 1)
        self._thread.join(STOP_WITHIN_S)
        if self._thread.is_alive():
            logger.error("discovery_stop_failed within_s=%d", STOP_WITHIN_S)
        else:
            os.close(self._wake)
        self._thread = None
        self._state = State(Reason.STOPPED)

    def _run(self) -> None:
        """Be present until stopped; after a failure, again a little later."""
        while not self._stopping.is_set():
            try:
                self._be_present()
            except OSError as exc:
                self._state = State(reason_of(exc), detail=str(exc))
                logger.warning("discovery_failed reason=%s detail=%s", self._state.reason.value, exc)
            except Exception:
                # The edge of a background loop: the box must outlive whatever goes wrong here.
                self._state = State(Reason.FAILED)
                logger.exception("discovery_failed reason=failed")
            self._stopping.wait(RESTART_S)

    def _be_present(self) -> None:
        """Watch the network and keep the name on it.

        Raises:
            OSError: The kernel does not say what the network is like.
        """
        # Slow to import, and wanted by no command but the box itself.
        from sync.discovery.presence import Presence

        presence = Presence(self._announcement, self._last_name, self._clock, self._on_held)
        is_orderly = False
        try:
            with ChangeWatch() as watch:
                self._keep(presence, watch)
            is_orderly = True
        finally:
            presence.close(goodbye=is_orderly)
            logger.info("discovery_stopped")

    def _keep(self, presence: "Presence", watch: ChangeWatch) -> None:
        """Sleep until something is said, due, changed or to be stopped."""
        renew_s = self._clock.monotonic_s()
        while not self._stopping.is_set():
            if self._clock.monotonic_s() >= renew_s:
                renew_s = float("inf")
                presence.follow(read_network())
            wait_s = min(presence.tick(), max(0.0, renew_s - self._clock.monotonic_s()))
            self._state = presence.state
            sources = {source.fileno(): source for source in presence.sockets}
            ready = _wait([watch.fileno(), self._wake, *sources], wait_s)
            if watch.fileno() in ready:
                watch.drain()
                renew_s = min(renew_s, self._clock.monotonic_s() + SETTLE_S)
            presence.hear([sources[number] for number in ready if number in sources])

    def _on_held(self, host: str) -> None:
        """Remember a new name, for the next start."""
        if self._remember and host != self._last_name:
            try:
                self._remember(host)
            except Exception:
                # Not ours, and it may touch a full disk: the name is held all the same, and told again next time.
                logger.exception("discovery_remember_failed")
        self._last_name = host


def _wait(numbers: list[int], wait_s: float) -> set[int]:
    """Wait for one of some descriptors; poll, because select cannot take those above 1023."""
    poll = select.poll()
    for number in numbers:
        poll.register(number, select.POLLIN)
    return {number for number, _ in poll.poll(None if wait_s == float("inf") else wait_s * 1000)}
