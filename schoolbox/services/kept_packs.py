"""Packs whose files are on the disk although the box is new: a reset that kept them (deploy/raspberrypi/firstboot).

A file says that there are such; without it what lies there is what an interrupted installation has left, and waits for
its end. The files are a shelf like any other: what a publisher signed is published again, in whatever part is
there; nothing else is believed. Packs of the school's own academy are not, because its key is gone.

    kept.publish_again()
"""

import logging
from collections.abc import Iterator
from io import FileIO
from pathlib import Path

from content_packs.durable import Disk
from content_packs.errors import MetadataTooLargeError, MissingOnShelfError, PackError
from content_packs.paths import META_PATTERN
from content_packs.plain_file import open_plain
from content_packs.shelf import DirectoryShelf, Readable
from content_packs.store import Store
from schoolbox import logs
from schoolbox.services.packs import Packs

LOG = logging.getLogger(__name__)
TOLD = "packs-kept"


class OwnShelf:
    """The box's own files as a shelf: metadata out of its folder of trust, everything else out of its store."""

    def __init__(self, store: Path, trust: Path) -> None:
        self._files = DirectoryShelf(store)
        self._trust = trust

    def meta_names(self) -> tuple[str, ...]:
        """The metadata that is there."""
        return tuple(sorted(self._names()))

    def read_meta(self, name: str, cap_bytes: int) -> bytes:
        """Read metadata whole."""
        try:
            with FileIO(open_plain(self._trust / name), "rb") as file:
                raw = file.read(cap_bytes + 1)
        except OSError as exc:
            raise MissingOnShelfError(name=name) from exc
        if len(raw) > cap_bytes:
            raise MetadataTooLargeError(name=name, cap_bytes=cap_bytes)
        return raw

    def has_manifest(self, sha256: str) -> bool:
        """Say whether a manifest is there."""
        return self._files.has_manifest(sha256)

    def open_manifest(self, sha256: str) -> Readable:
        """Open a manifest."""
        return self._files.open_manifest(sha256)

    def open_blob(self, sha256: str, ext: str, *, offset: int = 0) -> Readable:
        """Open a blob."""
        return self._files.open_blob(sha256, ext, offset=offset)

    def _names(self) -> Iterator[str]:
        for path in (*self._trust.glob("*.json"), *self._trust.glob("cat/*.json")):
            name = path.relative_to(self._trust).as_posix()
            if META_PATTERN.fullmatch(name):
                yield name


class KeptPacks:
    """Publishes what is there."""

    def __init__(self, packs: Packs, *, store: Store, trust_folder: Path, told: Path, disk: Disk) -> None:
        self._packs = packs
        self._store = store
        self._trust_folder = trust_folder
        self._told = told
        self._disk = disk

    def publish_again(self) -> int:
        """Publish every pack of which something is there, if a reset has kept them; gives how many.

        Raises:
            WriteFailedError: The database could not be written; the next start goes on.
            DiskError: The same.
        """
        if not self._told.exists():
            return 0
        shelf = OwnShelf(self._store.folder, self._trust_folder)
        done = 0
        try:
            offers = self._packs.offers(shelf).offers
        except PackError as exc:
            LOG.warning(logs.line("kept_packs_not_known", why=type(exc).__name__))
            offers = ()
        for offer in offers:
            try:
                self._packs.take(shelf, offer.pack_id, progress=lambda _progress: None)
                done += 1
            except PackError as exc:
                LOG.warning(logs.line("kept_pack_not_published", pack=offer.pack_id, why=type(exc).__name__))
        self._disk.remove(self._told)
        LOG.info(logs.line("kept_packs_published", packs=done))
        return done
