"""What only root may do on this machine: the box asks for it by a small file, and root's helper answers.

Where no helper is installed nothing is asked, and pages show nothing that would need one. The helper checks everything
anew and takes a fixed list of verbs (deploy/raspberrypi/README.md).

    root_work.is_there
    root_work.ask("restart")
"""

import secrets
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec

from content_packs.clock import Clock
from content_packs.durable import Disk
from content_packs.errors import DiskError
from schoolbox.errors import NotDoneError

PATIENCE_S = 90.0
"""A stick that is unmounted writes first what it owes; a network takes its time, too."""
LOOK_S = 0.1
SILENT = "silent"


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
        if self._answered is None:
            return OwnNetwork()
        try:
            return msgspec.json.decode((self._answered.parent / "network.json").read_bytes(), type=OwnNetwork)
        except (OSError, msgspec.DecodeError):
            return OwnNetwork()

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


def _read(path: Path, number: str) -> _Answer | None:
    """Read an answer that may not be there yet."""
    try:
        said = msgspec.json.decode(path.read_bytes(), type=_Answer)
    except (OSError, msgspec.DecodeError):
        return None
    return said if said.id == number else None
