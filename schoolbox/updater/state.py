"""What the updater remembers: how things stand, what is being tried, what the box wants (UPDATES 6.1).

Promises: each is one small file, written whole; one that cannot be read counts as not there.

    book = Book(places, Disk())
    book.state().floor
    book.trying()
"""

from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from content_packs.durable import Disk
from content_packs.plain_file import read_plain
from content_packs.programs.base import Base
from content_packs.programs.manifest import Version
from schoolbox.updater.places import Places

NONE = "0.0.0"
_BYTES_MAX = 64 * 1024

Outcome = Literal["taken", "back", "crashed", "stays", "refused"]
"""Taken and well; not well, so the one before runs again; failed at its starts later, and the one before runs again;
the same, but nothing else can read the database; not taken at all."""


class Last(msgspec.Struct, frozen=True, kw_only=True):
    """How the last update went: `reason` is the name of an error, or why a tried version was not well."""

    version: str
    outcome: Outcome
    reason: str = ""
    facts: dict[str, str | int] = {}


class Crashes(msgspec.Struct, frozen=True):
    """How often the box ended by itself after it was ready, each time soon after the one before.

    Attributes:
        times: How often.
        boot: In which start of the machine the last time was.
        at_s: How long that had been on then; no wall clock is asked.
    """

    times: int
    boot: str
    at_s: float


class State(msgspec.Struct, frozen=True, kw_only=True):
    """How things stand.

    Attributes:
        base: What runs programs here.
        base_version: The program that came with the system.
        current: The version that runs, if it is not that one.
        floor: The newest version that ever was well here; none below it is taken.
        starts: How often the program was started since it last was ready.
        crashes: How often it ended by itself of late although it had been ready.
        good: Versions that were well, the newest last.
        failed: Versions that were not, so that none is taken again by itself.
        last: How the last update went.
    """

    base: Base
    base_version: str
    current: str = ""
    floor: str = NONE
    starts: int = 0
    crashes: Crashes | None = None
    good: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    last: Last | None = None


class Trying(msgspec.Struct, frozen=True, kw_only=True):
    """A version that is tried.

    Attributes:
        version: Which.
        before: The version that ran before, empty for that of the base.
        schema: The number of the database's last migration before.
        copies: Copies of the database that were there before: the one that is not among them is this try's.
        starts: How often it was started.
        phase: `back` once it is known not to be well.
        reason: Why.
    """

    version: Version
    before: str = ""
    schema: int = 0
    copies: tuple[str, ...] = ()
    starts: int = 0
    phase: Literal["trying", "back"] = "trying"
    reason: str = ""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What the box asks for; `again` is a person's word that a version that failed once be tried once more."""

    version: Version
    again: bool = False


_Record = TypeVar("_Record", State, Trying, Wanted)


class Book:
    """Reads and writes the files."""

    def __init__(self, places: Places, disk: Disk) -> None:
        self._places = places
        self._disk = disk

    def state(self) -> State | None:
        """How things stand; None before the first start."""
        return _read(self._places.state_file, State)

    def write_state(self, state: State) -> None:
        """Keep how things stand, if that is something new."""
        if self.state() != state:
            self._write(self._places.state_file, state)

    def trying(self) -> Trying | None:
        """What is being tried."""
        return _read(self._places.trying_file, Trying)

    def write_trying(self, trying: Trying) -> None:
        """Keep what is being tried."""
        self._write(self._places.trying_file, trying)

    def end_trying(self) -> None:
        """Have nothing tried any more: from now on the box answers everybody."""
        self._disk.remove(self._places.trying_file)

    def wanted(self) -> Wanted | None:
        """What the box asks for."""
        return _read(self._places.wanted_file, Wanted)

    def _write(self, path: Path, record: State | Trying) -> None:
        self._disk.make_folder(path.parent)
        self._disk.write_file(path, msgspec.json.encode(record))


def _read(path: Path, kind: type[_Record]) -> _Record | None:
    try:
        return msgspec.json.decode(read_plain(path, limit=_BYTES_MAX), type=kind)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None
