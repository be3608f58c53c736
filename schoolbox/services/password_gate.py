"""Who may have a password checked now: slow work for strangers must not keep a school from its pages.

Checking a password takes a worker of the box a sixth of a second on a Raspberry Pi, two at a time, and the box has
two dozen workers. Whoever asks with made-up names all the time would hold them all, and no page would open any more.

Rule: a network (an IPv4 address, the first half of an IPv6 one) that was wrong lately, or has a password under way
already, is let in only while fewer than `FOR_STRANGERS` are under way. A network that was not wrong is let in always:
a staff room that comes in at once waits for nothing but the work. Nobody is locked; a moment later there is room.

    with gate.turn("192.168.8.23/5f2c"):
        good = passwords.verify(password, stored)
"""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from content_packs.clock import Clock
from schoolbox.errors import ThrottledError
from schoolbox.services.networks import network_of
from schoolbox.services.recent import Recent

FOR_STRANGERS = 4
WRONG_FOR_S = 15 * 60.0
WAIT_S = 2
NEVER_S = float("-inf")


class PasswordGate:
    """Counts what is under way, by network."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._under_way: Counter[str] = Counter()
        self._wrong: Recent[str, float] = Recent()

    @contextmanager
    def turn(self, device: str) -> Iterator[None]:
        """Let a device of `address/cookie` have one password checked.

        Raises:
            ThrottledError: Too many of those that are not to be preferred are under way; nothing was checked.
        """
        network = network_of(device)
        with self._lock:
            wrong_lately = self._clock.monotonic_s() - self._wrong.get(network, NEVER_S) < WRONG_FOR_S
            if self._under_way.total() >= FOR_STRANGERS and (wrong_lately or self._under_way[network]):
                raise ThrottledError(wait_s=WAIT_S)
            self._under_way[network] += 1
        try:
            yield
        finally:
            with self._lock:
                self._under_way[network] -= 1
                self._under_way += Counter()  # forgets networks with nothing under way

    def wrong(self, device: str) -> None:
        """Remember that a password was wrong."""
        with self._lock:
            self._wrong.put(network_of(device), self._clock.monotonic_s())
