"""Taking the program that the box brought: check it anew, unpack it, try it (UPDATES 6.2 to 6.5).

Promises: nothing of what the box laid there is believed but what a threshold of the publisher's keys signed; until the
try begins nothing is changed but a folder nobody runs; one update at a time. The record of the try is the visible step.

    Taker(places, settler, system, disk).take()
"""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from msgspec.structs import replace

from content_packs.durable import Disk, locked
from content_packs.errors import NotEnoughSpaceError, NotSignedError, PackError, StoreBusyError
from content_packs.paths import blob_name
from content_packs.programs.base import base_of_this
from content_packs.programs.errors import UpdateGoingOnError
from content_packs.programs.manifest import Part, Program
from content_packs.programs.offer import check_fits, listed, read_program
from content_packs.programs.root import settle_root
from content_packs.programs.unpack import drafts_in, remove_tree, unpack
from content_packs.shelf import DirectoryShelf
from content_packs.trust import TrustStore
from schoolbox.updater.database import schema_known_to
from schoolbox.updater.places import Places
from schoolbox.updater.settle import Settler, floor_of
from schoolbox.updater.state import Book, Last, State, Trying, Wanted
from schoolbox.updater.system import System

RESERVE_BYTES = 64 * 1024 * 1024
"""What stays free for the box, beside room for the copy of its database."""
FAILED_BEFORE = "failed-before"


class Taker:
    """Begins updates and ends them."""

    def __init__(self, places: Places, book: Book, settler: Settler, system: System, disk: Disk) -> None:
        self._at = places
        self._book = book
        self._settler = settler
        self._system = system
        self._disk = disk

    def take(self) -> bool:
        """Begin to try what the box wants; whether it wants anything that can be taken.

        What is refused is written down, for the box to tell.

        Raises:
            UpdateGoingOnError: Another update is going on; nothing was touched.
        """
        self._disk.make_folder(self._at.versions)
        try:
            with locked(self._at.app / "lock", wait=False):
                return self._take()
        except StoreBusyError as exc:
            raise UpdateGoingOnError from exc

    def end(self) -> None:
        """Note that the version that is tried is well: from now on the box answers everybody."""
        trying = self._book.trying()
        if trying is None:
            return
        state = self._settler.state()
        good = (*(each for each in state.good if each != trying.version), trying.version)[-2:]
        failed = tuple(each for each in state.failed if each != trying.version)
        last = Last(version=trying.version, outcome="taken")
        self._settler.write(
            replace(state, floor=trying.version, good=good, failed=failed, starts=0, last=last)
        )
        self._book.end_trying()
        self.tidy()

    def tidy(self) -> None:
        """Remove versions that are neither the one that runs nor the one before, unless another update has begun."""
        if self._at.versions.is_dir():
            with suppress(StoreBusyError), locked(self._at.app / "lock", wait=False):
                self._tidy()

    def _tidy(self) -> None:
        state = self._settler.state()
        keep = {*state.good[-2:], state.current}
        for folder in (*drafts_in(self._at.versions), *self._at.versions.iterdir()):
            if folder.name not in keep:
                remove_tree(folder, self._disk)

    def _take(self) -> bool:
        """Begin, while nobody else can."""
        wanted, state = self._book.wanted(), self._settler.state()
        if self._book.trying() is not None:
            raise UpdateGoingOnError
        if wanted is None or wanted.version == state.current:
            return False
        self._settler.write(state)
        try:
            if wanted.version in state.failed and not wanted.again:
                self._refuse(wanted.version, FAILED_BEFORE, {})
                return False
            program = self._checked(wanted, state)
            self._unpack(program)
        except PackError as exc:
            self._tidy()  # first, because the disk may be full of what was begun
            self._refuse(wanted.version, type(exc).__name__, facts_of(exc))
            return False
        self._try(program, state)
        return True

    def _checked(self, wanted: Wanted, state: State) -> Program:
        """Find what is wanted on the shelf of the box, with our own trust, and see that it may run here."""
        shelf = DirectoryShelf(self._at.brought)
        trust = TrustStore(self._at.trust, self._disk)
        settle_root(trust, self._at.root_file)
        applied = trust.apply(shelf)
        listing = listed(applied.trust, wanted.version)
        if listing is None:
            raise next((each.error for each in applied.refused), NotSignedError(name=wanted.version))
        program = read_program(shelf, listing)
        check_fits(program, base_of_this(), floor=floor_of(state))
        return program

    def _unpack(self, program: Program) -> None:
        """Unpack it, if there is room; one that is there from before is taken as it is only if it was good."""
        folder, machine = self._at.versions / program.version, base_of_this().machine
        self._tidy()
        needs = sum(facts.size_bytes for facts in program.files_for(machine).values())
        database_bytes = self._at.database.stat().st_size if self._at.database.is_file() else 0
        needs += needs // 2 + database_bytes + RESERVE_BYTES  # translated files, the copy of the database
        free = self._disk.free_bytes(self._at.versions)
        if needs > free:
            raise NotEnoughSpaceError(path=folder, needs_bytes=needs, free_bytes=free)
        shelf = DirectoryShelf(self._at.brought)
        unpack(
            program, machine, open_part=_opener(shelf), into=folder, disk=self._disk,
            last=lambda draft: self._system.compile(draft, folder),
        )  # fmt: skip

    def _try(self, program: Program, state: State) -> None:
        """Write down that it is tried, and have the box started anew."""
        schema = schema_known_to(self._settler.program(state.current))  # it runs, so the database is of its schema
        trying = Trying(
            version=program.version, before=state.current, schema=schema, copies=self._settler.copies(schema)
        )
        self._book.write_trying(trying)
        self._system.restart_box()

    def _refuse(self, version: str, reason: str, facts: dict[str, str | int]) -> None:
        last = Last(version=version, outcome="refused", reason=reason, facts=facts)
        self._settler.write(replace(self._settler.state(), last=last))


def facts_of(error: PackError) -> dict[str, str | int]:
    """The facts of an error as they can be written down: numbers and texts."""
    found = ((key, value) for key, value in vars(error).items() if isinstance(value, str | int | Path))
    return {key: value if isinstance(value, int) else str(value) for key, value in found}


def _opener(shelf: DirectoryShelf) -> Callable[[Part], BinaryIO]:
    return lambda part: shelf.open_file(blob_name(part.sha256, "xz"))
