"""What only root may do on this machine: the box asks for it by a small file, and root's helper answers.

Where no helper is installed nothing is asked, and pages show nothing that would need one. The helper checks everything
anew and takes a fixed list of verbs (deploy/raspberrypi/README.md).

    root_work.is_there
    root_work.ask("restart")
"""

import secrets
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec

from content_packs.clock import Clock
from content_packs.durable import Disk
from content_packs.errors import DiskError
from schoolbox.errors import NotDoneError

PATIENCE_S = 90.0
"""A stick that is unmounted writes first what it owes; a network takes its time, too."""
LOOK_S = 0.1
SILENT = "silent"


_Said = TypeVar("_Said", bound=msgspec.Struct)


class _Answer(msgspec.Struct, frozen=True):
    """What the helper says; an empty problem means that it is done."""

    id: str
    problem: str


class OwnNetwork(msgspec.Struct, frozen=True):
    """The box's own Wi-Fi, as far as anybody may know it; without a name there is none.

    Attributes:
        name: What phones show.
        protected: Whether it has a password.
        country: Whose rules the radio keeps now: of Kosovo, which radios do not know, Albania's.
        countries: Whose rules the system knows; an older one does not say, and then it cannot be chosen.
    """

    name: str = ""
    protected: bool = False
    country: str = ""
    countries: tuple[str, ...] = ()


class TimeZone(msgspec.Struct, frozen=True):
    """The time zone of the system; without any to choose from, it cannot be chosen.

    Attributes:
        zone: Which holds; empty where the system has none by name.
        zones: Which the system knows.
    """

    zone: str = ""
    zones: tuple[str, ...] = ()


class RootWork:
    """Asks and waits."""

    def __init__(
        self, *, asked: Path, answered: Path | None, disk: Disk, clock: Clock,
        pause: Callable[[float], object] | None = None,
    ) -> None:  # fmt: skip
        self._asked = asked
        self._answered = answered
        self._disk = disk
        self._clock = clock
        self._pause = pause or threading.Event().wait

    @property
    def is_there(self) -> bool:
        """Whether a helper is installed."""
        return self._answered is not None and self._answered.is_dir()

    def own_network(self) -> OwnNetwork:
        """What the helper said of the box's own Wi-Fi when it was made."""
        return self._said("network.json", OwnNetwork) or OwnNetwork()

    def time_zone(self) -> TimeZone:
        """What the helper said of the time zone; an older system does not say."""
        return self._said("zone.json", TimeZone) or TimeZone()

    def choose_time_zone(self, zone: str) -> None:
        """Have the system keep another time zone; this program goes by it at once, without a new start.

        Raises:
            NotDoneError: It was not done.
        """
        self.ask("zone", zone=zone)
        time.tzset()  # else the C library goes on with the zone that it read first

    def ask(self, verb: str, **fields: str | int | bool) -> None:
        """Have something done, and wait until it is.

        Raises:
            NotDoneError: It was not done; `why` is the helper's word, or that it was silent.
        """
        if self._answered is None:
            raise NotDoneError(verb=verb, why=SILENT)
        number = secrets.token_hex(16)
        request, answer = self._asked / f"{number}.json", self._answered / f"{number}.json"
        try:
            self._disk.write_file(request, msgspec.json.encode({"id": number, "verb": verb, **fields}))
        except DiskError as exc:
            raise NotDoneError(verb=verb, why=exc.problem) from exc
        until_s = self._clock.monotonic_s() + PATIENCE_S
        while self._clock.monotonic_s() < until_s:
            if said := _read(answer, number):
                if said.problem:
                    raise NotDoneError(verb=verb, why=said.problem)
                return
            self._pause(LOOK_S)
        self._disk.unlink(request)  # nobody waits for it any more
        raise NotDoneError(verb=verb, why=SILENT)


    def _said(self, name: str, kind: type[_Said]) -> _Said | None:
        """Read what the helper left for everybody to know; None where it did not."""
        if self._answered is None:
            return None
        try:
            return msgspec.json.decode((self._answered.parent / name).read_bytes(), type=kind)
        except (OSError, msgspec.DecodeError):
            return None


def _read(path: Path, number: str) -> _Answer | None:
    """Read an answer that may not be there yet."""
    try:
        said = msgspec.json.decode(path.read_bytes(), type=_Answer)
    except (OSError, msgspec.DecodeError):
        return None
    return said if said.id == number else None
