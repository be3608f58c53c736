"""Several shelves taken as one: what the nearest lacks, has lost or gives damaged, the next supplies (FORMAT 8.12).

Promises: only manifests that are wanted are given, and only if their hash is right; a shelf whose line broke is left
out, and what nobody else has then counts as out of reach and not as missing, until that shelf is tried again or given
up. There is no metadata here: it was taken in from each shelf before.

    supply = take_together([neighbour, hub], manifests={...}, held=store.manifest_bytes, on_bytes=count, disk=disk)
    installer.install(supply, "mash:thyesat-6", progress=print)
    supply.lost           # [(1, LineLostError())]
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence, Set
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from content_packs.durable import Disk
from content_packs.errors import (
    CodeNeededError,
    MissingOnShelfError,
    PackError,
    ShelfError,
    TamperedError,
)
from content_packs.manifest import MANIFEST_BYTES_MAX
from content_packs.paths import blob_name, manifest_name, meta_name
from content_packs.shelf.port import ONE_FILE, FetchingShelf, Readable, Shelf, read_up_to

BUFFER_BYTES = 256 * 1024


class _Place(msgspec.Struct):
    """One of the shelves: why it cannot be read just now, what it refused, which files it gave to the end.

    `tried` counts how often it was asked in vain for a file, or gave one to the end that was not believed then.
    """

    number: int
    shelf: Shelf
    avoid: Set[str] = frozenset()
    lost: ShelfError | None = None
    given_up: bool = False
    refused: CodeNeededError | None = None
    gave: set[str] = msgspec.field(default_factory=set)
    tried: Counter[str] = msgspec.field(default_factory=Counter)

    def note_given(self, sha256: str) -> None:
        """Note that it gave a file to its end."""
        self.gave.add(sha256)
        self.tried[sha256] += 1

    def note(self, sha256: str, error: ShelfError) -> ShelfError:
        """Note what is wrong with a file, and if that says something of the shelf."""
        self.tried[sha256] += 1
        if isinstance(error, CodeNeededError):
            self.refused = error
        return error


class SeveralShelves:
    """A shelf made of others, the nearest first."""

    def __init__(
        self,
        shelves: Sequence[Shelf],
        *,
        manifests: Set[str],
        held: Callable[[str], bytes | None],
        on_bytes: Callable[[int, int], None],
        disk: Disk,
        avoid: Sequence[Set[str]] = (),
    ) -> None:
        """Take shelves together.

        Args:
            shelves: The nearest first; they are spoken of by their places in this list.
            manifests: Hashes of the manifests that may be given; all others are hidden.
            held: Gives the bytes of a manifest that is on our own disk.
            on_bytes: Told which shelf gave how many bytes of a file, 0 at its end. It may wait, or raise: a ShelfError
                counts as one of that shelf, anything else stops.
            disk: Our own, for parts that several write to.
            avoid: For each shelf the hashes it is not asked for, because it gave something else the last time.
        """
        avoided = [*avoid, *[frozenset[str]()] * (len(shelves) - len(avoid))]
        both = zip(shelves, avoided, strict=True)
        self._places = [_Place(number, shelf, avoid) for number, (shelf, avoid) in enumerate(both)]
        self._manifests = manifests
        self._held = held
        self._on_bytes = on_bytes
        self._disk = disk

    @property
    def lost(self) -> list[tuple[int, ShelfError]]:
        """Which shelves cannot be read just now, and why."""
        return [(place.number, place.lost) for place in self._places if place.lost and not place.given_up]

    @property
    def refused(self) -> dict[int, CodeNeededError]:
        """Which shelves keep some files for those who show another code."""
        return {place.number: place.refused for place in self._places if place.refused}

    def gave(self, number: int) -> frozenset[str]:
        """SHA-256 of every file that a shelf gave to its end."""
        return frozenset(self._places[number].gave)

    @property
    def in_reach(self) -> int:
        """How many can be read."""
        return sum(1 for place in self._places if not place.lost and not place.given_up)

    def try_again(self) -> None:
        """Take lost shelves for reachable again."""
        for place in self._places:
            place.lost = None

    def give_up(self, number: int) -> None:
        """Leave a shelf out for good: what only it has is missing from now on."""
        self._places[number].given_up = True

    def meta_names(self) -> tuple[str, ...]:
        """No metadata: it was taken in from each shelf by itself."""
        return ()

    def read_meta(self, name: str, cap_bytes: int) -> bytes:  # noqa: ARG002 - of the port
        """Refuse: there is none."""
        raise MissingOnShelfError(name=meta_name(name))

    def has_manifest(self, sha256: str) -> bool:
        """Say whether a manifest is wanted, and is on our own disk or seems to be on some shelf."""
        if sha256 not in self._manifests:
            return False
        return self._held(sha256) is not None or any(self._has(place, sha256) for place in self._reachable(sha256))

    def open_manifest(self, sha256: str) -> Readable:
        """Open a wanted manifest, read whole; one that is not what its name says is looked for on the next shelf."""
        name = manifest_name(sha256)
        if sha256 not in self._manifests:
            raise MissingOnShelfError(name=name)
        raw = self._held(sha256)
        for place in self._reachable(sha256):
            if raw is not None and hashlib.sha256(raw).hexdigest() == sha256:
                break
            raw = self._read_manifest(place, sha256) or raw
        if raw is None:
            raise self._out_of_reach() or MissingOnShelfError(name=name)
        return BytesIO(raw)

    def open_blob(self, sha256: str, ext: str, *, offset: int = 0) -> Readable:
        """Open a blob where it is nearest; where it was given whole before, or could not be read, comes last."""
        wrong: list[ShelfError] = []
        for place in self._reachable(sha256):
            try:
                return _Reading(place.shelf.open_blob(sha256, ext, offset=offset), place, sha256, self._on_bytes)
            except ONE_FILE as exc:
                wrong.append(place.note(sha256, exc))
            except ShelfError as exc:
                place.lost = exc
        raise self._nobody_has(sha256, blob_name(sha256, ext), wrong)

    def _reachable(self, sha256: str) -> Iterator[_Place]:
        """Shelves that can be read, those first that were not asked for this file yet."""
        for place in sorted(self._places, key=lambda place: place.tried[sha256]):
            if not place.lost and not place.given_up and sha256 not in place.avoid:
                yield place

    def _nobody_has(self, sha256: str, name: str, wrong: Sequence[ShelfError]) -> PackError:
        """What to say of a file that no shelf gave."""
        if out_of_reach := self._out_of_reach():
            return out_of_reach
        if any(sha256 in place.avoid for place in self._places):
            return TamperedError(name=name, sha256=sha256)
        return _most_telling(wrong, name)

    def _out_of_reach(self) -> ShelfError | None:
        """Why what nobody in reach has may still be somewhere."""
        return next((error for _, error in self.lost), None)

    @staticmethod
    def _has(place: _Place, sha256: str) -> bool:
        try:
            return place.shelf.has_manifest(sha256)
        except ShelfError as exc:
            place.lost = exc
            return False

    @staticmethod
    def _read_manifest(place: _Place, sha256: str) -> bytes | None:
        """Read a manifest off one shelf; None if it does not have it."""
        try:
            with place.shelf.open_manifest(sha256) as source:
                raw = read_up_to(source, MANIFEST_BYTES_MAX + 1)
        except ONE_FILE:
            return None
        except ShelfError as exc:
            place.lost = exc
            return None
        place.note_given(sha256)
        return raw


class SeveralFetchingShelves(SeveralShelves):
    """The same, if one of them has a program of its own that writes files: then all of them write into the part."""

    def expect(self, manifests: Collection[str], /) -> None:
        """Tell those which want to know it which manifests will be opened."""
        for place in self._places:
            if isinstance(place.shelf, FetchingShelf):
                place.shelf.expect(manifests)

    def fetch_blob(
        self, sha256: str, ext: str, part: Path, *, size_bytes: int, on_bytes: Callable[[int], None]
    ) -> None:
        """Append to a file what it lacks of a blob; when a place breaks off, the next goes on where it stopped."""
        wrong: list[ShelfError] = []
        for place in self._reachable(sha256):
            try:
                self._fetch_from(place, _Wanted(sha256, ext, size_bytes), part, on_bytes)
            except ONE_FILE as exc:
                wrong.append(place.note(sha256, exc))
            except ShelfError as exc:
                place.lost = exc
            else:
                place.note_given(sha256)
                return
        raise self._nobody_has(sha256, blob_name(sha256, ext), wrong)

    def _fetch_from(self, place: _Place, wanted: "_Wanted", part: Path, on_bytes: Callable[[int], None]) -> None:
        """Append from one shelf, in the way it can."""
        if isinstance(place.shelf, FetchingShelf):

            def tell(gained: int) -> None:
                on_bytes(gained)
                self._on_bytes(place.number, gained)

            place.shelf.fetch_blob(wanted.sha256, wanted.ext, part, size_bytes=wanted.size_bytes, on_bytes=tell)
            return
        done, buffer = part.stat().st_size, memoryview(bytearray(BUFFER_BYTES))
        source = place.shelf.open_blob(wanted.sha256, wanted.ext, offset=done)
        with self._disk.open_append(part) as file, source as blob:
            # One byte more than announced is asked for, so that a source that is too long is noticed.
            while done <= wanted.size_bytes and (count := blob.readinto(buffer[: wanted.size_bytes + 1 - done])):
                self._disk.write(file, buffer[:count], part)
                done += count
                on_bytes(count)
                self._on_bytes(place.number, count)


class _Wanted(msgspec.Struct, frozen=True):
    """Which blob."""

    sha256: str
    ext: str
    size_bytes: int


def _most_telling(wrong: Sequence[ShelfError], name: str) -> ShelfError:
    """What to say of a file that no shelf could give: that it is damaged on one says more than that others lack it."""
    telling = (error for error in wrong if not isinstance(error, MissingOnShelfError))
    return next(telling, None) or MissingOnShelfError(name=name)


class _Reading:
    """An open blob of one of the shelves; it notes when that shelf goes away, and when it gave all it has."""

    def __init__(self, source: Readable, place: _Place, sha256: str, on_bytes: Callable[[int, int], None]) -> None:
        self._source = source
        self._place = place
        self._sha256 = sha256
        self._on_bytes = on_bytes

    def readinto(self, buffer: memoryview, /) -> int:
        """Fill the buffer as far as one read does; 0 at the end."""
        try:
            count = self._source.readinto(buffer) or 0
            self._on_bytes(self._place.number, count)
        except ONE_FILE as exc:
            self._place.note(self._sha256, exc)
            raise
        except ShelfError as exc:
            self._place.lost = exc
            raise
        return count

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        if kind is None:
            self._place.note_given(self._sha256)
        self._source.__exit__(kind, error, trace)


def take_together(
    shelves: Sequence[Shelf],
    *,
    manifests: Set[str],
    held: Callable[[str], bytes | None],
    on_bytes: Callable[[int, int], None],
    disk: Disk,
    avoid: Sequence[Set[str]] = (),
) -> SeveralShelves:
    """Make one shelf of several, of the kind that they allow; arguments are those of `SeveralShelves`."""
    fetching = any(isinstance(shelf, FetchingShelf) for shelf in shelves)
    kind = SeveralFetchingShelves if fetching else SeveralShelves
    return kind(shelves, manifests=manifests, held=held, on_bytes=on_bytes, disk=disk, avoid=avoid)
