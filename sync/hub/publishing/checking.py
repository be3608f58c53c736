"""An archive that a publisher sent, checked as a box would and unpacked beside the shelf (FORMAT 6, 7, 2.11).

Promises: nothing is believed that the publisher's keys in the registry did not sign; nothing reaches the shelf;
whatever is wrong is a `ProposalRefusedError` with one sentence. What the shelf has already need not be in the archive.

    taken = Checker(shelf_folder, disk, reserve_bytes=10**9).take(archive, "mash", into=folder)
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from content_packs.durable import Disk
from content_packs.errors import (
    ArchiveError,
    ForkedMetadataError,
    ManifestError,
    MetadataError,
    MetadataTooLargeError,
    NotAShelfError,
    NotSignedError,
    OlderMetadataError,
    OutsidePrefixError,
    PackError,
    QuizError,
    TamperedError,
    UnknownPublisherError,
)
from content_packs.manifest import File, Item, Manifest, decode_manifest
from content_packs.offers import read_manifest
from content_packs.quiz import QUIZ_BYTES_MAX, decode_quiz
from content_packs.shelf import ONE_FILE, DirectoryShelf, read_up_to
from content_packs.shelf.archive import ZipShelf
from content_packs.store import Store
from content_packs.trust import Catalogue, Listing, Registry
from content_packs.trust.catalogue import accept_catalogue, catalogue_name
from content_packs.trust.metadata import CATALOGUE_BYTES_MAX
from sync.hub.errors import ProposalRefusedError
from sync.hub.published_lists import published_catalogue, registry_of
from sync.hub.publishing.problems import refusal, size_text


class Coming(msgspec.Struct, frozen=True):
    """A pack version that a list names and the shelf does not have yet."""

    listing: Listing
    manifest: Manifest
    raw: bytes


class Checker:
    """Checks against one shelf."""

    def __init__(self, shelf: Path, disk: Disk, *, reserve_bytes: int) -> None:
        self._folder = shelf
        self._shelf = DirectoryShelf(shelf)
        self._store = Store(shelf, disk)
        self._disk = disk
        self._reserve_bytes = reserve_bytes

    def take(self, archive: Path, publisher: str, *, into: Path) -> Catalogue:
        """Check an archive, and unpack what the shelf lacks into a folder of the same form.

        Raises:
            ProposalRefusedError: It is not to be taken; the sentence says why and what to do.
            DiskError: Our own disk refused.
        """
        shelf = ZipShelf(archive)
        raw = _catalogue_in(shelf, publisher)
        catalogue, held = self.accept(publisher, raw)
        coming = list(self._coming(shelf, catalogue))
        if held and held.raw == raw and not coming:
            raise refusal("nothing-new")
        self._check_items(catalogue, coming)
        self._copy(shelf, coming, Store(into, self._disk))
        path = into / "meta" / catalogue_name(publisher)
        self._disk.make_folder(path.parent)
        self._disk.write_file(path, raw)
        return catalogue

    def accept(self, publisher: str, raw: bytes) -> tuple[Catalogue, Catalogue | None]:
        """Accept a catalogue under the published registry, or say why not; gives the published one as well.

        Raises:
            ProposalRefusedError: It would not be believed, or says something else of a version that is published.
        """
        registry = registry_of(self._shelf)
        if registry is None:
            raise refusal("no-lists")
        held = published_catalogue(self._shelf, registry, publisher) if publisher in registry.publishers else None
        catalogue = _accepted(registry, publisher, raw, held)
        known = {(each.pack_id, each.version): each.manifest_sha256 for each in held.listings} if held else {}
        for each in catalogue.listings:
            if known.get((each.pack_id, each.version), each.manifest_sha256) != each.manifest_sha256:
                raise refusal("changed-version", pack=each.pack_id, version=each.version)
        return catalogue, held

    def lacks(self, file: File) -> bool:
        """Say whether the shelf does not have a file."""
        return not self._store.has(file)

    def _coming(self, archive: ZipShelf, catalogue: Catalogue) -> Iterator[Coming]:
        """What of the list is in the archive and not on the shelf, read and right."""
        for listing in catalogue.listings:
            if self._shelf_has(listing) or not archive.has_manifest(listing.manifest_sha256):
                continue
            try:
                raw = read_manifest(archive, listing)
                yield Coming(listing, listing.open(raw), raw)
            except (TamperedError, ManifestError, *ONE_FILE) as exc:
                raise refusal("manifest", pack=listing.pack_id, version=listing.version) from exc

    def _shelf_has(self, listing: Listing) -> bool:
        """Say whether a version is on the shelf, whole."""
        raw = self._store.manifest_bytes(listing.manifest_sha256)
        if raw is None:
            return False
        try:
            return all(map(self._store.has, listing.open(raw).files().values()))
        except PackError:
            return False

    def _check_items(self, catalogue: Catalogue, coming: list[Coming]) -> None:
        """Refuse an item that another pack of this publisher has (FORMAT 1.5); only newest versions count."""
        ours = {each.manifest.pack: each.manifest for each in coming}
        newest = {each.pack_id: each for each in catalogue.listings}
        packs = list(ours.values())
        for pack_id, listing in newest.items():
            raw = self._store.manifest_bytes(listing.manifest_sha256) if pack_id not in ours else None
            packs += [decode_manifest(raw)] if raw else []
        owner: dict[str, str] = {}
        for manifest in reversed(packs):
            for item in manifest.items():
                if owner.setdefault(item.id, manifest.pack) != manifest.pack:
                    raise refusal("item-taken", item=item.id, other=owner[item.id], pack=manifest.pack)

    def _copy(self, archive: ZipShelf, coming: list[Coming], store: Store) -> None:
        """Unpack every file that neither the shelf nor the folder has, each hashed on the way; manifests last."""
        wanted = {file.sha256: (each, file) for each in coming for file in each.manifest.files().values()}
        lacking = {sha256: one for sha256, one in wanted.items() if self.lacks(one[1]) and not store.has(one[1])}
        files = [file for _, file in lacking.values()]
        self.check_room(store, files)
        self.check_room(self._store, files)
        for each, file in lacking.values():
            _unpack(archive, each.manifest, file, store)
        for each in coming:
            for item in each.manifest.items():
                self._check_quiz(item, each.manifest, store)
        for each in coming:
            store.put_manifest(each.raw)

    def check_room(self, store: Store, files: Iterable[File]) -> None:
        """Refuse before anything is copied if the reserve of a disk would be touched.

        Raises:
            ProposalRefusedError: It would.
        """
        needs = sum(file.size_bytes - store.staged_bytes(file) for file in files)
        free = max(0, self._disk.free_bytes(store.folder) - self._reserve_bytes)
        if needs > free:
            raise refusal("no-room", needs=size_text(needs), free=size_text(free))

    def _check_quiz(self, item: Item, manifest: Manifest, store: Store) -> None:
        """Refuse a quiz that no box could show."""
        for file in item.files if item.kind == "quiz" else ():
            if file.role != "quiz":
                continue
            where = DirectoryShelf(store.folder if store.has(file) else self._folder)
            try:
                with where.open_blob(file.sha256, file.ext) as source:
                    decode_quiz(read_up_to(source, QUIZ_BYTES_MAX + 1))
            except QuizError as exc:
                raise refusal("quiz", item=item.id, pack=manifest.pack) from exc


def _catalogue_in(shelf: ZipShelf, publisher: str) -> bytes:
    """Read the publisher's list out of an archive."""
    name = catalogue_name(publisher)
    try:
        if name not in shelf.meta_names():
            raise refusal("no-catalogue", publisher=publisher)
        return shelf.read_meta(name, CATALOGUE_BYTES_MAX)
    except (ArchiveError, NotAShelfError, MetadataTooLargeError, *ONE_FILE) as exc:
        raise refusal("not-archive") from exc


def _accepted(registry: Registry, publisher: str, raw: bytes, held: Catalogue | None) -> Catalogue:
    """Accept a catalogue, or raise the sentence for why it is not."""
    try:
        return accept_catalogue(registry, publisher, raw, held=held)
    except PackError as exc:
        raise _refused(exc, publisher) from exc


def _refused(error: PackError, publisher: str) -> ProposalRefusedError:
    """Say why a catalogue is not believed."""
    if isinstance(error, OutsidePrefixError):
        return refusal("outside", publisher=publisher, pack=error.path)
    if isinstance(error, OlderMetadataError):
        return refusal("older", sent=error.version, held=error.floor)
    if isinstance(error, ForkedMetadataError):
        return refusal("forked", sent=error.version)
    words: Mapping[type[PackError], str] = {
        UnknownPublisherError: "unknown-publisher", NotSignedError: "not-signed", MetadataError: "not-archive",
    }  # fmt: skip
    word = next((word for kind, word in words.items() if isinstance(error, kind)), "not-archive")
    return refusal(word, publisher=publisher)


def _unpack(archive: ZipShelf, manifest: Manifest, file: File, store: Store) -> None:
    """Unpack one file."""
    item = next(item.id for item in manifest.items() if file in item.files)
    try:
        store.put_from(lambda at: archive.open_blob(file.sha256, file.ext, offset=at), file, lambda _: None)
    except (TamperedError, *ONE_FILE) as exc:
        raise refusal("file", item=item, pack=manifest.pack) from exc
