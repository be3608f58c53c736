"""Writing the pages of a shelf (FORMAT 2.16): a page for each pack in contents/, then CONTENTS.html, each whole.

Promises: only packs that are trusted and whose manifest is there are shown, in their newest version; one page is in
memory at a time; a page that was made from the same manifest is left alone unless it is asked for.

    write_pages(trust, Path("/media/stick"), disk, renew={"mash:thyesat-6"})
"""

import os
import re
from collections.abc import Collection, Iterator, Set
from itertools import islice
from pathlib import Path

from content_packs.contents.index_page import card_of, index_page
from content_packs.contents.look import HEAD_BYTES, generator
from content_packs.contents.pack_page import made_from, pack_page, page_name
from content_packs.durable import Disk
from content_packs.errors import FormatError, ShelfError, TamperedError
from content_packs.manifest import Manifest
from content_packs.offers import read_manifest
from content_packs.plain_file import read_plain
from content_packs.shelf import DirectoryShelf
from content_packs.trust import Listing, Trust

INDEX_NAME = "CONTENTS.html"
FOLDER = "contents"
SWEPT_AT_ONCE = 10_000
"""So many pages that are not shown go in one writing; more than there ever are, of an honest shelf."""
PAGE_PATTERN = re.compile(r"[a-z0-9][a-z0-9-]{0,31}\.[a-z0-9][a-z0-9-]{0,63}\.html")


def write_pages(trust: Trust, folder: Path, disk: Disk, *, renew: Collection[str]) -> None:
    """Make the pages that are missing, old or asked for, and take away those of packs that are gone.

    Args:
        trust: Whose packs are shown.
        folder: The shelf.
        disk: Written through.
        renew: Ids of packs whose page is made again in any case, because files of theirs came.

    Raises:
        DiskError: They cannot be written.
    """
    cards = []
    disk.make_folder(folder / FOLDER)
    for listing, manifest in _newest(trust, folder):
        names = trust.publisher(manifest.publisher).names
        cards.append(card_of(manifest, names))
        path = folder / FOLDER / page_name(manifest.pack)
        if manifest.pack in renew or not _is_of(path, made_from(listing.manifest_sha256)):
            _put(path, pack_page(manifest, listing.manifest_sha256, names, folder), disk)
    _sweep(folder / FOLDER, {page_name(card.pack_id) for card in cards}, disk)
    _put(folder / INDEX_NAME, index_page(cards), disk)


def _newest(trust: Trust, folder: Path) -> Iterator[tuple[Listing, Manifest]]:
    """The newest version of each pack that is really there."""
    shelf = DirectoryShelf(folder)
    for _, catalogue in sorted(trust.catalogues.items()):
        shown: set[str] = set()
        for listing in reversed(catalogue.listings):
            if listing.pack_id in shown:
                continue
            try:
                manifest = listing.open(read_manifest(shelf, listing))
            except (ShelfError, TamperedError, FormatError):
                continue
            shown.add(listing.pack_id)
            yield listing, manifest


def _sweep(folder: Path, shown: Set[str], disk: Disk) -> None:
    """Take pages away that are not shown, however many names somebody put there; a folder in a page's place stays."""
    with os.scandir(folder) as entries:
        pages = (each for each in entries if PAGE_PATTERN.fullmatch(each.name) and each.name not in shown)
        old = list(islice((each.name for each in pages if not each.is_dir(follow_symlinks=False)), SWEPT_AT_ONCE))
    for name in old:
        disk.unlink(folder / name)
    if old:
        disk.fsync_folder(folder)


def _is_of(path: Path, source: str) -> bool:
    """Say whether a page is there that was made from this."""
    return generator(source).encode() in _head(path, HEAD_BYTES)


def _put(path: Path, text: str, disk: Disk) -> None:
    """Write a page if it says something new."""
    raw = text.encode()
    if _head(path, len(raw) + 1) != raw:
        disk.write_file(path, raw)


def _head(path: Path, limit: int) -> bytes:
    """The beginning of a page that is there; nothing of what is no plain file: it may have no end, or never answer."""
    try:
        return read_plain(path, limit=limit)
    except OSError:
        return b""
