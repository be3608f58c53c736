"""Packs of a shelf as one zip file: what a publisher puts on a website, and a teacher uploads to a box (FORMAT 2.18).

Promises: every signature and every file is checked before anything is written; what is in the archive is the newest
version of each pack that the shelf has, with all that a box needs to trust it. The same packs give the same bytes.

    write_archive(DirectoryShelf(Path("shelf")), Path("packs.zip"), ["mash:thyesat-6"], disk=Disk())
"""

import hashlib
import zlib
from collections.abc import Collection, Iterator
from io import BytesIO
from pathlib import Path

import msgspec

from content_packs.durable import Disk
from content_packs.errors import MissingOnShelfError, NotOfferedError, OlderMetadataError, TamperedError
from content_packs.manifest import File, Manifest
from content_packs.offers import read_manifest
from content_packs.paths import blob_name, manifest_name, meta_name
from content_packs.shelf import DirectoryShelf
from content_packs.shelf.zip_writer import Packed, write_zip
from content_packs.sign.reading import read_shelf
from content_packs.store import BUFFER_BYTES
from content_packs.trust import Applied, Catalogue, Listing
from content_packs.trust.catalogue import catalogue_name
from content_packs.trust.metadata import CATALOGUE_BYTES_MAX
from content_packs.trust.registry import REGISTRY_NAME


class Archived(msgspec.Struct, frozen=True):
    """What went into an archive, and how large it is."""

    packs: tuple[Manifest, ...]
    files: int
    size_bytes: int


class _Chosen(msgspec.Struct, frozen=True):
    """A pack version that goes in, with the bytes that were signed."""

    listing: Listing
    manifest: Manifest
    raw: bytes


def write_archive(shelf: DirectoryShelf, out: Path, packs: Collection[str], *, disk: Disk) -> Archived:
    """Write an archive of some packs, or of all if none is named.

    Raises:
        NotOfferedError: The shelf has no such pack, or none at all.
        PackError: Something on the shelf is not right, or cannot be read; nothing was written.
        DiskError: The disk refused.
    """
    applied = read_shelf(shelf)
    _check_refused(applied, packs)
    chosen = [each for catalogue in applied.trust.catalogues.values() for each in _of(shelf, catalogue, packs)]
    missing = set(packs) - {each.listing.pack_id for each in chosen}
    if missing or not chosen:
        raise NotOfferedError(pack_id=min(missing, default="*"))
    files = {file.sha256: file for each in chosen for file in each.manifest.files().values()}
    publishers = {each.manifest.publisher for each in chosen}
    members = [
        *_meta(shelf, publishers),
        *(_in_memory(manifest_name(each.listing.manifest_sha256), each.raw) for each in chosen),
        *(_blob(shelf, file) for file in files.values()),
    ]
    size_bytes = write_zip(out, sorted(members, key=_place), disk)
    return Archived(tuple(each.manifest for each in chosen), len(files), size_bytes)


def _check_refused(applied: Applied, packs: Collection[str]) -> None:
    """Hand nothing out beside a list that nobody would believe, if it is one of those that were asked for."""
    asked = {catalogue_name(pack_id.partition(":")[0]) for pack_id in packs}
    for refusal in applied.refused:
        if not isinstance(refusal.error, OlderMetadataError) and (not asked or refusal.name in asked):
            raise refusal.error


def _of(shelf: DirectoryShelf, catalogue: Catalogue, packs: Collection[str]) -> Iterator[_Chosen]:
    """The newest version that the shelf has of each pack of a publisher."""
    found: dict[str, _Chosen] = {}
    for listing in catalogue.listings:
        if packs and listing.pack_id not in packs:
            continue
        try:
            raw = read_manifest(shelf, listing)
        except MissingOnShelfError:
            continue
        found[listing.pack_id] = _Chosen(listing, listing.open(raw), raw)
    yield from found.values()


def _meta(shelf: DirectoryShelf, publishers: Collection[str]) -> Iterator[Packed]:
    """Every root, the registry, and the lists of those whose packs go in."""
    lists = {catalogue_name(publisher) for publisher in publishers} | {REGISTRY_NAME}
    for name in shelf.meta_names():
        if name.endswith(".root.json") or name in lists:
            yield _in_memory(meta_name(name), shelf.read_meta(name, CATALOGUE_BYTES_MAX))


def _blob(shelf: DirectoryShelf, file: File) -> Packed:
    """Read a blob once, to know that it is right and what its CRC-32 is."""
    name = blob_name(file.sha256, file.ext)
    buffer, digest, crc = memoryview(bytearray(BUFFER_BYTES)), hashlib.sha256(), 0
    with shelf.open_blob(file.sha256, file.ext) as source:
        while count := source.readinto(buffer):
            digest.update(buffer[:count])
            crc = zlib.crc32(buffer[:count], crc)
    if digest.hexdigest() != file.sha256:
        raise TamperedError(name=name, sha256=file.sha256)
    return Packed(name, file.size_bytes, crc, lambda: shelf.open_blob(file.sha256, file.ext))


def _place(member: Packed) -> tuple[int, str]:
    """Lists first, then manifests, then blobs, each by name."""
    return ("meta", "manifests", "blobs").index(member.name.partition("/")[0]), member.name


def _in_memory(name: str, raw: bytes) -> Packed:
    return Packed(name, len(raw), zlib.crc32(raw), lambda: BytesIO(raw))
