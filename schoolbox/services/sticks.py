"""Which sticks are in and what is on them: looked at in the background, told to pages at once.

Promises: no page waits for a stick; what a stick offers is worked out once when it is put in, and again only when the
box has changed; while packs are copied from or onto a stick, what is known of the others stands until that is done. A
stick put in again is the same one under any folder; of two with the very same lists each is shown, the one that is in
for longer under the mark that both have. Trust news on it are taken in on the way.

    sticks.look()                     # every two seconds, on a thread of its own
    [stick.label for stick in sticks.present()]
"""

import hashlib
import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Set
from contextlib import contextmanager
from pathlib import Path

import msgspec
from msgspec.structs import replace

from content_packs.errors import DiskError, NoRootError, PackError, ShelfGoneError
from content_packs.shelf import DirectoryShelf, Shelf
from content_packs.store import Store
from schoolbox import logs
from schoolbox.errors import BoxError, NotFoundError
from schoolbox.faults import fault_of
from schoolbox.services.pack_library import PackLibrary
from schoolbox.services.packs import Packs
from schoolbox.services.shelf_index import ShelfIndex
from schoolbox.services.stick_lessons import lesson_names
from schoolbox.services.stick_listing import BoxContent, Introduced, Listing, make_listing
from schoolbox.services.stick_places import DriveRoom, Place, Places, fingerprint, glance, room_of, told_apart
from schoolbox.services.uploads import Uploads
from schoolbox.services.viewers import Viewer

LOG = logging.getLogger(__name__)


class Stick(msgspec.Struct, frozen=True):
    """A stick that is in; `listing` is None while it is being looked at, and for one without packs.

    An upload is taken for one; then `owner` is who made it. `id` says what is on it, `drive` which piece of plastic it
    is: writing onto it changes the first, not the second. `lessons` are the names of the files of lessons on it.
    """

    id: str
    place: Place
    listing: Listing | None = None
    drive: str = ""
    room: DriveRoom | None = None
    lessons: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What people call it."""
        return self.place.label

    @property
    def has_packs(self) -> bool:
        """Whether there is anything on it."""
        return self.place.has_packs

    @property
    def stamp(self) -> str:
        """What is on it, in short, so that two looks can be compared; empty while it is looked at."""
        if self.listing is None:
            return ""
        return hashlib.sha256(msgspec.json.encode(replace(self.listing, basis=""))).hexdigest()[:16]

    @property
    def owner(self) -> int | None:
        """Who uploaded it; None for a stick."""
        return self.place.owner

    def may_see(self, viewer: Viewer) -> bool:
        """A stick is there for all teachers, an upload for who made it and the technician."""
        return self.owner in (None, viewer.person_id) or viewer.role == "technician"


class StickParts(msgspec.Struct, frozen=True, kw_only=True):
    """What looking at sticks stands on.

    `introduced` says who a shelf says it is of, while the box believes nobody.
    `trust_folder` is only asked whether something in it has changed; `ordered` are the sticks that orders wait for.
    """

    places: Places
    uploads: Uploads
    index: ShelfIndex
    packs: Packs
    library: PackLibrary
    store: Store
    trust_folder: Path
    ordered: Callable[[], Set[str]]
    introduced: Callable[[Shelf], Introduced | None]


class Sticks:
    """Knows the sticks; `look` is for one thread, the rest for all."""

    def __init__(self, parts: StickParts) -> None:
        self._of = parts
        self._lock = threading.Lock()
        self._present: Mapping[str, Place] = {}
        self._drives: Mapping[str, tuple[str, DriveRoom | None, tuple[str, ...]]] = {}
        self._listings: dict[str, Listing] = {}
        self._glances: dict[Path, tuple[tuple[int, ...], str]] = {}
        self._marked: Mapping[Path, str] = {}
        self._driven: Mapping[Path, str] = {}
        self._in_use: set[str] = set()
        self._on_change: list[Callable[[], None]] = []
        self._wake: Callable[[], None] = _nothing

    def present(self) -> tuple[Stick, ...]:
        """The sticks that are in, as far as the last look saw."""
        with self._lock:
            present = dict(self._present)
        basis = self._basis_for(present)
        return tuple(self._stick(mark, place, basis) for mark, place in present.items())

    def find(self, stick_id: str) -> Stick:
        """One stick that is in.

        Raises:
            NotFoundError: It is not.
        """
        place = self.place(stick_id)
        if place is None:
            raise NotFoundError(kind="stick", key=stick_id)
        return self._stick(stick_id, place, self.basis())

    def place(self, stick_id: str) -> Place | None:
        """Where a stick is in; None if it is not. An upload is there from the moment it is whole."""
        with self._lock:
            place = self._present.get(stick_id)
        return place or next((each for each in self._of.uploads.places() if each.mark == stick_id), None)

    def drive(self, drive: str) -> Stick | None:
        """The stick that is this drive; None if it is not in."""
        return next((stick for stick in self.present() if stick.drive == drive and stick.owner is None), None)

    def announce(self, folder: Path) -> None:
        """Take a folder for one where sticks are put in; the running box sees it within seconds.

        Raises:
            DiskError: Our own disk refused.
        """
        self._of.places.announce(folder)
        self._wake()

    def look(self) -> None:
        """See what is in and what is gone, then work out what is new; takes as long as reading a stick does."""
        self._of.uploads.grow_older(lambda: self._of.ordered() | self._in_use)
        places = (*self._of.places.look(), *self._of.uploads.places())
        marks = {place.folder: mark for place in places if (mark := self._mark(place)) is not None}
        self._marked = told_apart(marks, self._marked)
        found = {self._marked[place.folder]: place for place in places if place.folder in self._marked}
        self._take(found)
        basis = self._basis_for(found)
        for mark, place in found.items():
            if place.has_packs and not self._may_wait(mark):
                basis = self._renew(mark, place, basis)
                self._tidy(mark, place, basis)

    def read(self, folder: Path) -> Listing:
        """Work out at once what is on a stick.

        Raises:
            PackError: It cannot be read, or nothing on it can be judged.
        """
        shelf = DirectoryShelf(folder)
        return self._make(shelf, fingerprint(shelf))

    @contextmanager
    def in_use(self, stick_id: str) -> Iterator[None]:
        """Leave a stick to whoever copies from it; it is looked at again afterwards."""
        self._in_use.add(stick_id)
        try:
            yield
        finally:
            self._in_use.discard(stick_id)
            self._wake()

    def look_soon(self) -> None:
        """Have everything looked at now, in the background."""
        self._wake()

    def when_changed(self, call: Callable[[], None]) -> None:
        """Call this whenever a stick came or went."""
        self._on_change.append(call)

    def when_wanted(self, wake: Callable[[], None]) -> None:
        """Say how to have sticks looked at now."""
        self._wake = wake

    def basis(self) -> str:
        """The state of the box that a comparison stands on: what is installed, and what is trusted."""
        packs = sorted(
            (pack.pack_id, pack.manifest_sha256, pack.units or (), pack.missing, pack.held_back)
            for pack in self._of.library.installed().values()
        )
        trust = sorted(filter(None, map(_stamp, self._of.trust_folder.rglob("*.json"))))
        return hashlib.sha256(repr((packs, trust)).encode()).hexdigest()[:20]

    def _may_wait(self, mark: str) -> bool:
        """Whether a stick is not looked at now: each pack of an order would have all of them read again."""
        return mark in self._in_use or (bool(self._in_use) and mark in self._listings)

    def _basis_for(self, places: Mapping[str, Place]) -> str:
        """The state of the box, if there is anything to compare with it."""
        return self.basis() if any(place.has_packs for place in places.values()) else ""

    def _stick(self, mark: str, place: Place, basis: str) -> Stick:
        listing = self._listings.get(mark)
        current = listing if listing and (listing.basis == basis or self._in_use) else None
        return Stick(mark, place, current, *self._drives.get(mark, ("", None, ())))

    def _take(self, found: Mapping[str, Place]) -> None:
        """Let pages see what is in."""
        self._driven = told_apart({place.folder: place.drive for place in found.values()}, self._driven)
        drives = {
            mark: (self._driven[place.folder], room_of(place.folder),
                   () if place.keeper else lesson_names(place.folder))
            for mark, place in found.items() if place.folder in self._driven
        }  # fmt: skip
        with self._lock:
            before, self._present, self._drives = self._present, found, drives
        self._listings = {mark: listing for mark, listing in self._listings.items() if mark in found}
        self._glances = {place.folder: self._glances[place.folder] for place in found.values()
                         if place.folder in self._glances}  # fmt: skip
        if before == found:
            return
        for mark in found.keys() - before.keys():
            LOG.info(logs.line("stick_in", stick=mark, packs=found[mark].has_packs))
        for mark in before.keys() - found.keys():
            LOG.info(logs.line("stick_out", stick=mark))
        for call in self._on_change:
            call()

    def _mark(self, place: Place) -> str | None:
        """Which stick this is; None if it can no longer be read."""
        if place.mark:
            return place.mark
        if not place.has_packs:
            return place.drive
        seen = glance(place.folder)
        known = self._glances.get(place.folder)
        if known and known[0] == seen:
            return known[1]
        try:
            mark = fingerprint(DirectoryShelf(place.folder))
        except PackError:
            return None
        self._glances[place.folder] = (seen, mark)
        return mark

    def _renew(self, mark: str, place: Place, basis: str) -> str:
        """Work out what is on a stick, unless that is known; what it says of publishers may change the basis."""
        known = self._listings.get(mark)
        if known and known.basis == basis:
            return basis
        try:
            shelf = place.shelf()
            listing = self._of.index.find(mark, basis=basis) or self._made(shelf, mark, basis)
            self._listings[mark] = replace(listing, introduced=self._of.introduced(shelf))
        except (ShelfGoneError, NotFoundError):
            return self.basis()
        except (PackError, BoxError) as exc:
            LOG.warning(logs.line("stick_not_read", stick=mark, error=type(exc).__name__))
            self._listings[mark] = Listing(mark, self.basis(), fault=fault_of(exc))
        for call in self._on_change:
            call()
        return self._listings[mark].basis

    def _tidy(self, mark: str, place: Place, basis: str) -> None:
        """Let an upload go of which something was installed and nothing more can be, or is to be."""
        listing = self._listings.get(mark)
        if not place.keeper or not place.used or listing is None or listing.fault or listing.basis != basis:
            return
        if any(pack.installable or pack.choosable for pack in listing.packs) or mark in self._of.ordered():
            return
        try:
            place.keeper.throw_away(mark)
        except DiskError as exc:
            LOG.warning(logs.line("upload_not_deleted", problem=exc.problem))
        else:
            self._wake()

    def _made(self, shelf: Shelf, mark: str, basis: str) -> Listing:
        """Work out what is on it; on a box that believes nobody, what was known before stands until that changes."""
        try:
            return self._make(shelf, mark)
        except NoRootError as exc:
            return Listing(mark, basis, fault=fault_of(exc))

    def _make(self, shelf: Shelf, mark: str) -> Listing:
        offers = self._of.packs.offers(shelf)
        library = self._of.library
        content = BoxContent(library.installed(), library.shown_items, self._of.store.has)
        listing = make_listing(offers, fingerprint=mark, basis=self.basis(), box=content)
        try:
            self._of.index.keep(listing)
        except DiskError as exc:  # it only saves looking again
            LOG.warning(logs.line("stick_not_indexed", stick=mark, problem=exc.problem))
        return listing


def _stamp(path: Path) -> tuple[str, int, int] | None:
    """What tells whether a file is another than it was; None if it is gone."""
    try:
        found = path.stat()
    except OSError:
        return None
    return path.name, found.st_size, found.st_mtime_ns


def _nothing() -> None:
    """Nobody looks by itself: a command does it."""
