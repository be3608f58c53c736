"""Putting a proposal onto the shelf, so that boxes see the old list or the new one and nothing between (FORMAT 2.5).

Promises: files first, each hashed once more on its way, then manifests; **the rename of the publisher's catalogue is
the visible step**; then the index, the pages for people, and what nobody names any more goes. Cut short anywhere, it is
finished by doing it again. The hub signs nothing: the catalogue is the publisher's own, byte for byte.

    Release(checker, shelf_folder, disk).publish("mash", folder)
"""

import logging
from collections.abc import Iterator
from pathlib import Path

from content_packs.contents import write_pages
from content_packs.durable import Disk, locked_folder
from content_packs.errors import FormatError, ManifestError, ShelfError, TamperedError, TrustError
from content_packs.manifest import File, Manifest, decode_manifest
from content_packs.paths import manifest_name
from content_packs.shelf import DirectoryShelf
from content_packs.sign.index import write_index
from content_packs.sign.reading import read_shelf
from content_packs.store import Store
from content_packs.trust import Catalogue
from content_packs.trust.catalogue import catalogue_name
from content_packs.trust.metadata import CATALOGUE_BYTES_MAX
from sync.hub.publishing.checking import Checker
from sync.hub.publishing.problems import refusal

_log = logging.getLogger(__name__)


class Release:
    """Publishes onto one shelf."""

    def __init__(self, checker: Checker, shelf: Path, disk: Disk) -> None:
        self._checker = checker
        self._folder = shelf
        self._store = Store(shelf, disk)
        self._disk = disk

    def publish(self, publisher: str, folder: Path) -> None:
        """Publish what lies checked in a folder; what was published before by this very list is only finished.

        Raises:
            ProposalRefusedError: The shelf or the registry changed since it was checked, or it is no longer there.
            DiskError: The disk refused; the old list still counts, or the new one does already.
            StoreBusyError: Somebody else works on the shelf just now.
        """
        coming = DirectoryShelf(folder)
        try:
            raw = coming.read_meta(catalogue_name(publisher), CATALOGUE_BYTES_MAX)
        except (ShelfError, OSError) as exc:
            raise refusal("gone") from exc
        with locked_folder(self._folder):
            catalogue, held = self._checker.accept(publisher, raw)
            coming_packs = list(_sent(catalogue, Store(folder, self._disk)))
            self._checker.check_room(self._store, self._lacking(coming_packs))
            for manifest, of_manifest in coming_packs:
                self._bring(coming, manifest)
                self._store.put_manifest(of_manifest)
            if held is None or held.raw != raw:
                self._write_list(publisher, raw)
            self._after(catalogue)

    def _lacking(self, packs: list[tuple[Manifest, bytes]]) -> list[File]:
        """The files that have to come."""
        every = {file.sha256: file for manifest, _ in packs for file in manifest.files().values()}
        return [file for file in every.values() if not self._store.has(file)]

    def _write_list(self, publisher: str, raw: bytes) -> None:
        """Put the catalogue in its place: the visible step."""
        path = self._folder / "meta" / catalogue_name(publisher)
        self._disk.make_folder(path.parent)
        self._disk.write_file(path, raw)

    def _bring(self, coming: DirectoryShelf, manifest: Manifest) -> None:
        """Copy the files that the shelf lacks, hashed on the way."""
        for file in manifest.files().values():
            if not self._store.has(file):
                try:
                    self._copy(coming, file)
                except (ShelfError, TamperedError) as exc:
                    raise refusal("gone") from exc

    def _copy(self, coming: DirectoryShelf, file: File) -> None:
        self._store.put_from(
            lambda offset: coming.open_blob(file.sha256, file.ext, offset=offset), file, lambda _: None
        )

    def _after(self, catalogue: Catalogue) -> None:
        """Let go of what no list names any more, then tell readers what there is."""
        gone, kept = self._old_and_others(catalogue)
        if gone:
            among = {file for manifest in gone.values() for file in manifest.files()}
            self._store.sweep({file for manifest in kept for file in manifest.files()}, among=among)
        for sha256 in gone:
            self._disk.remove(self._folder / manifest_name(sha256))
        write_index(self._folder, self._disk)
        try:
            trust = read_shelf(DirectoryShelf(self._folder)).trust
        except (TrustError, FormatError, ShelfError) as exc:
            _log.warning("pages_not_written problem=%s", type(exc).__name__)
            return
        write_pages(trust, self._folder, self._disk, renew=())

    def _old_and_others(self, catalogue: Catalogue) -> tuple[dict[str, Manifest], list[Manifest]]:
        """The publisher's manifests that its list no longer names, by hash, and all the others on the shelf."""
        listed = {each.manifest_sha256 for each in catalogue.listings}
        gone, kept = {}, []
        for sha256 in DirectoryShelf(self._folder).manifest_hashes():
            raw = self._store.manifest_bytes(sha256)
            try:
                manifest = decode_manifest(raw or b"")
            except ManifestError:
                continue
            if manifest.publisher == catalogue.publisher and sha256 not in listed:
                gone[sha256] = manifest
            else:
                kept.append(manifest)
        return gone, kept


def _sent(catalogue: Catalogue, store: Store) -> Iterator[tuple[Manifest, bytes]]:
    """The versions that were sent, with the bytes that were signed."""
    for listing in catalogue.listings:
        raw = store.manifest_bytes(listing.manifest_sha256)
        if raw is not None:
            yield listing.open(raw), raw
