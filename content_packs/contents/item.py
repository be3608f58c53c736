"""One item on the page of a pack: a player, a link, or only its name.

A quiz is only named (its file holds the right answers), so is an app (it needs the box), and so is what is for teachers
alone. Browsers do not read captions from a second file beside a page that was opened from a disk (each such file counts
as another origin), so they stand in the page itself, and once more as a text to read.
"""

import base64
from collections.abc import Iterator
from html import escape

from content_packs.captions import lines
from content_packs.contents.shelf_files import Captions, ShelfFiles
from content_packs.contents.words import KINDS, both, duration, other, said, size
from content_packs.manifest import MEDIA_TYPES, File, Item

TRANSCRIPT_LETTERS_MAX = 20_000
"""How much of what is said stands below a video: about half an hour of talk."""


def item_html(item: Item, language: str, files: ShelfFiles) -> str:
    """Show an item as far as a laptop can."""
    language = item.language or language
    title = f"<h3>{said(item.title, language)}</h3>"
    second = other(item.title, language)
    about = f'<p class="meta">{" · ".join(_facts(item))}</p>'
    parts = [title, f'<div class="other">{second}</div>' if second else "", about]
    if item.teacher_only:
        parts.append(_only(both("Për mësuesit, në kuti", "For teachers, in the box")))
    elif item.kind in ("quiz", "app"):
        parts.append(_only(both("Zgjidhet në kuti", "To be done on the box")))
    else:
        parts.append(f"<p>{said(item.summary, language)}</p>" if item.summary else "")
        parts += _shown(item, files)
    return f"<li>{''.join(parts)}</li>\n"


def _facts(item: Item) -> Iterator[str]:
    """What kind it is, and how long."""
    yield f"<b>{both(*KINDS[item.kind])}</b>"
    if item.duration_s:
        yield duration(item.duration_s)
    if item.pages:
        yield f"{item.pages} {both('faqe', 'pages')}"
    if item.questions:
        yield f"{item.questions} {both('pyetje', 'questions')}"
    if item.licence:
        yield escape(item.licence)


def _shown(item: Item, files: ShelfFiles) -> Iterator[str]:
    """Everything of an item that is on this shelf."""
    own = [file for file in item.files if file.role == item.kind and files.has(file)]
    if not own:
        yield _only(both("Nuk është në këtë USB", "Not on this stick"))
        return
    captions = files.captions(item)
    if item.kind in ("video", "audio"):
        yield _player(item, own, captions, files)
    if item.kind == "document" or len(own) > 1:
        yield from (_link(file, escape(file.label or file.ext.upper()), files) for file in own)
    yield from (_transcript(each) for each in captions if each.text)
    for file in item.files:
        if file.role == "transcript" and file.ext != "vtt" and files.has(file):
            yield _link(file, f"{both('Teksti', 'Transcript')} {escape(file.language or '')}", files)


def _player(item: Item, own: list[File], captions: list[Captions], files: ShelfFiles) -> str:
    """A player with its picture, every rendition and its captions."""
    kind = "video" if item.kind == "video" else "audio"
    picture = next((file for file in item.files if file.role == "thumbnail" and files.has(file)), None)
    poster = f' poster="{escape(files.href(picture))}"' if picture and kind == "video" else ""
    sources = "".join(f'<source src="{escape(files.href(each))}" type="{MEDIA_TYPES[each.ext]}">' for each in own)
    tracks = "".join(_track(each) for each in captions) if kind == "video" else ""
    inline = " playsinline" if kind == "video" else ""
    return f'<{kind} controls{inline} preload="none"{poster}>{sources}{tracks}</{kind}>'


def _track(captions: Captions) -> str:
    """Captions inside the page."""
    data = base64.b64encode(captions.raw).decode()
    language = escape(captions.language)
    return f'<track kind="captions" srclang="{language}" label="{language}" src="data:text/vtt;base64,{data}">'


def _transcript(captions: Captions) -> str:
    """What is said, to read; cut where it would be a book."""
    rows, letters = [], 0
    for line in lines(captions.text):
        letters += len(line.text)
        if letters > TRANSCRIPT_LETTERS_MAX:
            rows.append("<p>…</p>")
            break
        rows.append(f"<p><time>{duration(line.start_s) or '0:00'}</time>{escape(line.text)}</p>")
    language = escape(captions.language)
    head = f"{both('Teksti i të folurës', 'What is said')} ({language})"
    return f'<details><summary>{head}</summary><div lang="{language}">{"".join(rows)}</div></details>' if rows else ""


def _link(file: File, words: str, files: ShelfFiles) -> str:
    """A link to a file of the shelf, with its size; `words` are escaped already."""
    return f'<a class="btn" href="{escape(files.href(file))}">{words} · {size(file.size_bytes)}</a>'


def _only(words: str) -> str:
    """What is said in place of a player."""
    return f'<p class="meta">{words}</p>'
