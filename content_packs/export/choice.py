"""Which installed packs may go onto a stick, and why the others may not (FORMAT 2.12).

Promises: decided before anything is written; a pack goes out only with a manifest that its publisher's newest list
names, so that another box takes it; no pack of a withdrawn publisher leaves the box.
"""

from collections.abc import Callable, Iterable, Sequence

import msgspec

from content_packs.errors import FormatError, MissingBlobError, PackError, ShelfError, TamperedError
from content_packs.export.errors import FileTooLargeError, NotListedError
from content_packs.library import InstalledPack
from content_packs.manifest import File, Manifest
from content_packs.paths import blob_name, manifest_name
from content_packs.shelf import DirectoryShelf, Readable, read_up_to
from content_packs.trust import Listing, Trust


class Chosen(msgspec.Struct, frozen=True):
    """A pack that goes out: what it says about itself, and the bytes that were signed."""

    manifest: Manifest
    listing: Listing
    raw: bytes

    @property
    def name(self) -> str:
        """The name of its manifest on the stick."""
        return manifest_name(self.listing.manifest_sha256)


class BoxFiles:
    """The box's own blobs and manifests, which lie like those of a shelf; what cannot be read there is missing."""

    def __init__(self, shelf: DirectoryShelf) -> None:
        self._shelf = shelf

    def manifest(self, listing: Listing) -> tuple[Manifest, bytes]:
        """Read a manifest, checked against what was signed.

        Raises:
            MissingBlobError: It is missing or changed.
            FormatError: It is of a format this version does not know.
        """
        try:
            with self._shelf.open_manifest(listing.manifest_sha256) as source:
                raw = read_up_to(source, listing.manifest_bytes + 1)
            return listing.open(raw), raw
        except (ShelfError, TamperedError) as exc:
            raise MissingBlobError(name=manifest_name(listing.manifest_sha256)) from exc

    def opener(self, file: File) -> Callable[[int], Readable]:
        """Give the function that opens a blob at an offset."""
        return lambda offset: self._shelf.open_blob(file.sha256, file.ext, offset=offset)


def choose(
    packs: Sequence[InstalledPack], trust: Trust, files: BoxFiles, *, stick: str, file_bytes_max: int
) -> tuple[list[Chosen], dict[str, PackError]]:
    """Say which packs go out, and for each of the others why not."""
    chosen: list[Chosen] = []
    failed: dict[str, PackError] = {}
    for pack in packs:
        try:
            listing = _listing(pack, trust, stick)
            manifest, raw = files.manifest(listing)
            _check_sizes(manifest.files().values(), stick, file_bytes_max)
        except (PackError, FormatError) as exc:
            failed[pack.pack_id] = exc
        else:
            chosen.append(Chosen(manifest, listing, raw))
    return chosen, failed


def _listing(pack: InstalledPack, trust: Trust, stick: str) -> Listing:
    """Where the publisher's newest list names the installed version.

    Raises:
        UnknownPublisherError: The registry does not list the publisher, or no longer.
        NotListedError: The list does not name it.
    """
    publisher = pack.pack_id.partition(":")[0]
    trust.publisher(publisher)
    catalogue = trust.catalogues.get(publisher)
    wanted = (pack.pack_id, pack.version, pack.manifest_sha256)
    for listing in catalogue.listings if catalogue else ():
        if (listing.pack_id, listing.version, listing.manifest_sha256) == wanted:
            return listing
    raise NotListedError(stick=stick, pack_id=pack.pack_id, version=pack.version)


def _check_sizes(files: Iterable[File], stick: str, file_bytes_max: int) -> None:
    """Refuse a file that no stick can hold (FORMAT 2.7)."""
    for file in files:
        if file.size_bytes > file_bytes_max:
            name = blob_name(file.sha256, file.ext)
            raise FileTooLargeError(stick=stick, name=name, size_bytes=file.size_bytes, cap_bytes=file_bytes_max)
