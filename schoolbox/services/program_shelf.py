"""The box's own shelf of programs: where it lays what it brings, for root's updater to take (UPDATES 6.1).

Promises: only what a trusted list names is brought, each byte hashed on the way; what an interrupted bringing left is
continued; the note that asks for a version is written last.

    own = ProgramShelf(places, disk, reserve_bytes=...)
    offered = own.offered(shelf)
    own.bring(shelf, offered, on_bytes)
    own.want(offered.program.version, again=False)
"""

from collections.abc import Callable

import msgspec

from content_packs.durable import Disk
from content_packs.errors import NotEnoughSpaceError, PackError
from content_packs.manifest import File
from content_packs.offers import read_manifest
from content_packs.programs.base import base_of_this
from content_packs.programs.manifest import Program
from content_packs.programs.offer import check_fits, newest, open_program
from content_packs.programs.root import settle_root
from content_packs.shelf import FetchingShelf, Readable, Shelf
from content_packs.store import Store
from content_packs.trust import TrustStore
from schoolbox.updater.places import Places
from schoolbox.updater.settle import floor_of
from schoolbox.updater.state import Book, State, Wanted


class Offered(msgspec.Struct, frozen=True):
    """A program that a shelf has, and the bytes that say so."""

    program: Program
    raw: bytes
    parts: tuple[File, ...]

    @property
    def size_bytes(self) -> int:
        """How much is to be copied."""
        return sum(part.size_bytes for part in self.parts)


class ProgramShelf:
    """The folder `programs` of the box."""

    def __init__(self, places: Places, disk: Disk, *, reserve_bytes: int) -> None:
        self._at = places
        self._disk = disk
        self._reserve_bytes = reserve_bytes
        self._store = Store(places.brought, disk)
        self._trust = TrustStore(places.brought / "meta", disk)
        self._book = Book(places, disk)

    def state(self) -> State | None:
        """How things stand, as the updater says; None where none is installed, or no root of programs came with it."""
        return self._book.state() if self._at.root_file.is_file() else None

    def wanted(self) -> Wanted | None:
        """What was asked for last."""
        return self._book.wanted()

    def offered(self, shelf: Shelf) -> Offered | None:
        """Take in what a shelf says of trust, and give the newest program it has, if that may run here.

        Raises:
            PackError: It is not trusted, not whole, or not for this machine; OlderProgramError if it is not newer.
        """
        state = self.state()
        if state is None:
            return None
        settle_root(self._trust, self._at.root_file)
        applied = self._trust.apply(shelf)
        listing = newest(applied.trust)
        if listing is None:
            self._blame([each.error for each in applied.refused])
            return None
        raw = read_manifest(shelf, listing)
        program = open_program(raw, listing)
        check_fits(program, state.base, floor=floor_of(state))
        return Offered(program, raw, tuple(part.blob for part in program.parts_for(base_of_this().machine)))

    def bring(self, shelf: Shelf, offered: Offered, on_bytes: Callable[[int], None]) -> None:
        """Copy it, and let go of what was brought before.

        Args:
            shelf: Where from.
            offered: What.
            on_bytes: Told how many bytes were gained, or lost again; may raise to stop.

        Raises:
            NotEnoughSpaceError: There is no room.
            PackError: The shelf is gone, or gives something else; what was copied is kept.
        """
        keep = {part.sha256 for part in offered.parts}
        with self._store.writing():
            manifest = self._store.put_manifest(offered.raw)
            self._store.sweep({*keep, manifest}, spare=keep)
            needs = sum(part.size_bytes - self._store.staged_bytes(part) for part in offered.parts
                        if not self._store.has(part))  # fmt: skip
            free = max(0, self._disk.free_bytes(self._at.brought) - self._reserve_bytes)
            if needs > free:
                raise NotEnoughSpaceError(path=self._at.brought, needs_bytes=needs, free_bytes=free)
            for part in offered.parts:
                if self._store.has(part):
                    on_bytes(part.size_bytes)
                else:
                    self._copy(shelf, part, on_bytes)

    def want(self, version: str, *, again: bool) -> None:
        """Ask the updater to take a version; it looks as soon as this is written."""
        raw = msgspec.json.encode(Wanted(version=version, again=again))
        self._disk.write_file(self._at.wanted_file, raw)

    def _copy(self, shelf: Shelf, part: File, on_bytes: Callable[[int], None]) -> None:
        """Copy one archive, the way its shelf gives it."""
        if isinstance(shelf, FetchingShelf):
            self._store.stage_fetched(
                lambda path, tell: shelf.fetch_blob(
                    part.sha256, part.ext, path, size_bytes=part.size_bytes, on_bytes=tell
                ),
                part, on_bytes,
            )  # fmt: skip
        else:
            self._store.stage(_opener(shelf, part), part, on_bytes)
        self._store.land([part])

    def _blame(self, errors: list[PackError]) -> None:
        """Say why a shelf with a list of programs offers none; one that has no such list offers nothing, quietly."""
        if errors:
            raise errors[0]


def _opener(shelf: Shelf, part: File) -> Callable[[int], Readable]:
    return lambda offset: shelf.open_blob(part.sha256, part.ext, offset=offset)
