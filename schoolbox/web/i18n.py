"""Which language a page speaks, and its words.

Catalogues are the parts `translations/<language>/*.po`, read together when the first page speaks their language, and
kept; English is the language of the keys. Which language a page speaks is decided in `languages`.
"""

import gettext
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from importlib import resources

from babel.numbers import format_decimal
from flask import g, has_request_context

from sync.catalogues import Catalogue, InCyrillic, read_catalogue
from sync.dates import locale_of, written
from sync.dates import said as said_day
from sync.languages import KNOWN, LANGUAGES, best_text, reading

_TWO_DOTS = re.compile(r"(?<=\d)\.\.(?=\s|$)")


@cache
def catalogue_of(tag: str) -> gettext.NullTranslations:
    """The words of a language, read when they are first wanted; English stands in the code itself."""
    of = KNOWN[tag].catalogue
    if not of:
        return gettext.NullTranslations()
    return InCyrillic(_read(of)) if tag == "sr-Cyrl" else _read(of)


@cache
def _read(folder_name: str) -> Catalogue:
    folder = resources.files("schoolbox") / "translations" / folder_name
    parts = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".po")), key=lambda entry: entry.name)
    return read_catalogue(parts)


def language() -> str:
    """The language of the page that is being made."""
    return str(g.language) if has_request_context() and "language" in g else LANGUAGES[0]


def _catalogue() -> gettext.NullTranslations:
    if has_request_context() and "catalogue" in g:
        catalogue: gettext.NullTranslations = g.catalogue
        return catalogue
    return gettext.NullTranslations()


def _(message: str, **facts: object) -> str:
    """Translate a sentence; `%(name)s` in it is filled from `facts`."""
    text = _catalogue().gettext(message)
    return _filled(text, facts) if facts else text


def ngettext(one: str, many: str, num: int, **facts: object) -> str:
    """Translate a sentence that counts; `%(num)s` is the number, written as the language does."""
    return _filled(_catalogue().ngettext(one, many, num), {"num": number(num), **facts})


def _filled(text: str, facts: Mapping[str, object]) -> str:
    """Put facts into a sentence; a date that ends in a dot gives the sentence its own."""
    filled = text % facts
    return _TWO_DOTS.sub(".", filled) if KNOWN[language()].dotted else filled


def number(value: float) -> str:
    """Write a number as the page's language does; small whole ones look the same in all of them."""
    if isinstance(value, int) and 0 <= value < 1000:
        return str(value)
    return format_decimal(value, locale=locale_of(language()))


def size(size_bytes: int) -> str:
    """Write a size: `14 MB`, `2,4 GB`."""
    amount, unit = float(size_bytes), "B"
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if amount < 999.5 or unit == "TB":
            break
        amount /= 1000
    return f"{number(round(amount, 1 if amount < 10 and unit not in ('B', 'kB') else 0))} {unit}"


def clock(seconds: float) -> str:
    """Write a place in a video or its length: `5:18`, `1:02:07`."""
    whole = int(seconds)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"


def when(moment: datetime) -> str:
    """Write a moment in the box's local time: day, month, hour and minute."""
    return written(moment.astimezone(), "EEE d MMM, HH:mm", language())


def day(of: date) -> str:
    """Write a day: its name, number and month."""
    return written(of, "EEEE d MMMM", language())


def speak(tag: str) -> None:
    """Let the page that is being made speak a language."""
    g.language, g.catalogue = tag, catalogue_of(tag)


@contextmanager
def speaking(wanted: str) -> Iterator[None]:
    """Let what is made inside speak another language than the page: a paper for somebody else."""
    before = g.language, g.catalogue
    if wanted in LANGUAGES:
        speak(wanted)
    try:
        yield
    finally:
        g.language, g.catalogue = before


def dated(of: date | str) -> str:
    """Write a day in words, with its year: `3 qershor 2026`; one that came as text, too."""
    return said_day(of, language()) if isinstance(of, str) else written(of, "d MMMM y", language())


def pick(texts: Mapping[str, str], spoken: str = "") -> str:
    """Choose the words for the page out of a text per language.

    Args:
        texts: Language to words, as a manifest holds them.
        spoken: The language of instruction, second choice after the page's own.
    """
    return best_text(texts, reading(language(), spoken))
