"""CONTENTS.html: what is on a stick, for people with a laptop and nothing of ours (FORMAT 2.1). A box never reads it.

Every text is escaped; links lead only to blobs on the same shelf; it needs no script and no network.
"""

from collections.abc import Iterator
from html import escape

from content_packs.errors import MissingBlobError
from content_packs.manifest import File, Item, Manifest, Text
from content_packs.paths import blob_name
from content_packs.store import Store
from content_packs.trust import Trust

_STYLE = (
    "body{font:17px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}"
    "body{background:#faf7f1;color:#222}"
    "section{background:#fff;border:1px solid #ddd5c7;border-radius:12px;padding:1rem 1.25rem;margin:1rem 0}"
    "h1{font-size:1.5rem}h2{font-size:1.25rem;margin:0}h3{font-size:1rem;margin:1rem 0 .25rem}"
    "video,audio{width:100%;margin:.5rem 0}ul{padding-left:1.25rem}small{color:#5c564b}"
)


def contents_page(trust: Trust, store: Store) -> str:
    """Make the page from the newest version of every pack whose manifest is there."""
    sections = [
        _section(manifest, trust.publisher(publisher).names) for publisher, manifest in _newest_packs(trust, store)
    ]
    return (
        '<!doctype html>\n<html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>Schoolbox</title>'
        f"<style>{_STYLE}</style>\n<h1>Schoolbox</h1>\n"
        '<p lang="sq">Fute këtë USB në kutinë e shkollës për ta instaluar. Këtu mund ta shikosh edhe pa kuti.</p>\n'
        "<p>Put this stick into the school's box to install it. You can also look at it here, without a box.</p>\n"
        f"{''.join(sections)}</html>\n"
    )


def _newest_packs(trust: Trust, store: Store) -> Iterator[tuple[str, Manifest]]:
    """The newest version of each pack that is really there."""
    for publisher, catalogue in sorted(trust.catalogues.items()):
        newest: dict[str, Manifest] = {}
        for listing in catalogue.listings:
            try:
                newest[listing.pack_id] = store.manifest(listing.manifest_sha256)
            except MissingBlobError:
                continue
        yield from ((publisher, manifest) for manifest in newest.values())


def _section(manifest: Manifest, publisher_names: Text) -> str:
    """One pack: title, publisher, units with their items."""
    language = manifest.language
    units = "".join(
        f"<h3>{_said(unit.title, language)}</h3><ul>{''.join(_item(item, language) for item in unit.items)}</ul>\n"
        for unit in manifest.units
    )
    return (
        f'<section lang="{escape(language)}"><h2>{_said(manifest.title, language)}</h2>'
        f"<small>{_said(publisher_names, language)} · {manifest.version} · {escape(manifest.licence)}</small>"
        f"<p>{_said(manifest.summary, language)}</p>\n{units}</section>\n"
    )


def _item(item: Item, language: str) -> str:
    """One item: a player for video and audio, a link for documents; a quiz is only named, it holds its answers."""
    shown = "".join(_file(file) for file in item.files if file.role == item.kind)
    return f"<li>{_said(item.title, language)}{shown}</li>"


def _file(file: File) -> str:
    """What a browser does with a file of this role."""
    name = escape(blob_name(file.sha256, file.ext))
    if file.role == "video":
        label = escape(file.label or file.ext)
        return f'<br><video controls preload="none" src="{name}"></video><a href="{name}">{label}</a>'
    if file.role == "audio":
        return f'<br><audio controls preload="none" src="{name}"></audio>'
    if file.role == "document":
        return f' <a href="{name}">{escape(file.ext)}</a>'
    return ""


def _said(text: Text, language: str) -> str:
    """The words in a language, or in the first one there is."""
    return escape(text.get(language) or next(iter(text.values()), ""))
