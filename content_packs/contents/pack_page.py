"""The page of one pack: who made it, what is in it, everything to watch, hear and read."""

from collections.abc import Iterator
from html import escape
from pathlib import Path

from content_packs.contents.item import item_html
from content_packs.contents.look import page
from content_packs.contents.shelf_files import PAGE_CAPTIONS_BYTES_MAX, ShelfFiles
from content_packs.contents.words import both, grades, other, said, size, subject
from content_packs.manifest import Manifest, Text, encode_manifest

PAGES_VERSION = 1
"""Raised when pages are to be made anew though nothing in the packs changed."""
ROUND_AN_ITEM_BYTES = 2048
ROUND_A_PAGE_BYTES = 8192


def page_name(pack_id: str) -> str:
    """The name of a pack's page in contents/: a publisher and a slug have no dot, so no two packs share one."""
    return f"{pack_id.replace(':', '.')}.html"


def made_from(manifest_sha256: str) -> str:
    """What a pack's page says it was made from."""
    return f"pages {PAGES_VERSION}, {manifest_sha256}"


def page_bytes_at_most(manifest: Manifest) -> int:
    """About the most that the page of a pack takes, for counting room before it is made."""
    captions = sum(file.size_bytes for file in manifest.files().values() if file.role == "captions")
    items = sum(ROUND_AN_ITEM_BYTES for _ in manifest.items())
    return ROUND_A_PAGE_BYTES + items + len(encode_manifest(manifest)) + 3 * min(captions, PAGE_CAPTIONS_BYTES_MAX)


def pack_page(manifest: Manifest, manifest_sha256: str, publisher_names: Text, folder: Path) -> str:
    """Make the page of a pack on a shelf."""
    language = manifest.language
    files = ShelfFiles(folder, up="../")
    second = other(manifest.title, language)
    body = [
        f'<p class="meta"><a href="../CONTENTS.html">‹ {both("Çfarë ka në këtë USB", "All of this stick")}</a></p>\n',
        f"<h1>{said(manifest.title, language)}</h1>\n",
        f'<div class="other">{second}</div>\n' if second else "",
        f"<p>{said(manifest.summary, language)}</p>\n",
        *(f'<p class="meta">{line}</p>\n' for line in facts(manifest, publisher_names)),
        *(_unit(manifest, number, files) for number in range(len(manifest.units))),
    ]
    title = manifest.title.get(language) or next(iter(manifest.title.values()))
    return page(title, "".join(body), made_from=made_from(manifest_sha256), home="../CONTENTS.html")


def facts(manifest: Manifest, publisher_names: Text) -> Iterator[str]:
    """Who signed it; for whom; how large, which version, which licence."""
    yield f"{both('nënshkruar nga', 'signed by')} <b>{said(publisher_names, manifest.language)}</b>"
    for_whom = [subject(manifest.subject)]
    if manifest.grades:
        for_whom.append(f"{both('Klasa', 'Grade')} <b>{grades(manifest.grades)}</b>")
    yield " · ".join(for_whom)
    version = f"{both('versioni', 'version')} {manifest.version}"
    yield f"{size(manifest.size_bytes)} · {version} · {escape(manifest.licence)}"


def _unit(manifest: Manifest, number: int, files: ShelfFiles) -> str:
    """A unit with its items."""
    unit, language = manifest.units[number], manifest.language
    items = "".join(item_html(item, language, files) for item in unit.items)
    return f'<h2>{number + 1}. {said(unit.title, language)}</h2>\n<ul class="items">\n{items}</ul>\n'
