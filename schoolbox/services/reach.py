"""At which addresses the box can be reached, for footers, posters and the technician.

While the name is announced it comes first, then the numbers of the network. Without an announcer the addresses of this
machine are asked from the kernel, at most every half minute.

    reach.addresses(8080)    # ["schoolbox.local:8080", "192.168.8.1:8080"]
"""

import ipaddress
import threading
from collections.abc import Callable

from content_packs.clock import Clock
from sync.discovery import Reason, State

KEPT_S = 30.0
SHOWN_MAX = 3
NOT_ANNOUNCED = State(Reason.STOPPED)


class Reach:
    """Knows who announces the box, and what to show."""

    def __init__(self, *, clock: Clock, own_addresses: Callable[[], tuple[str, ...]]) -> None:
        self._clock = clock
        self._own_addresses = own_addresses
        self._announced: Callable[[], State] | None = None
        self._port: int | None = None
        self._lock = threading.Lock()
        self._kept: tuple[float, tuple[str, ...]] | None = None

    def served_at(self, port: int) -> None:
        """Say which port the server really listens on."""
        self._port = port

    def announced_by(self, state: Callable[[], State] | None) -> None:
        """Say who announces the box from now on; None when nobody does."""
        self._announced = state

    def state(self) -> State:
        """How announcing goes."""
        return self._announced() if self._announced else NOT_ANNOUNCED

    def addresses(self, port: int) -> list[str]:
        """Name and numbers as people type them, the best first; the port is left out if browsers assume it."""
        state = self.state()
        numbers = [text for text in state.addresses or self._own() if _is_for_people(text)]
        hosts = [*([state.name] if state.name else []), *numbers[:SHOWN_MAX]] or ["localhost"]
        served = self._port or port
        return hosts if served == 80 else [f"{host}:{served}" for host in hosts]

    def _own(self) -> tuple[str, ...]:
        with self._lock:
            now_s = self._clock.monotonic_s()
            if self._kept is None or now_s - self._kept[0] > KEPT_S:
                self._kept = (now_s, self._own_addresses())
            return self._kept[1]


def _is_for_people(address: str) -> bool:
    """Only IPv4 is short enough to be typed, and works on every phone."""
    return ipaddress.ip_address(address.partition("%")[0]).version == 4
