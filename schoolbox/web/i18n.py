"""Which language a page speaks, and its words.

Catalogues are the parts `translations/<language>/*.po`, read together at start and kept in memory; English is the
language of the keys. A page's language is what the person chose (a cookie), else the box's own.
"""

import gettext
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from functools import lru_cache
from importlib import resources

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from flask import g, has_request_context

from schoolbox.config import LANGUAGES
from sync.catalogues import read_catalogue

NAMES: Mapping[str, str] = {"sq": "Shqip", "en": "English"}
"""Each language in its own words."""


def load_catalogues() -> dict[str, gettext.NullTranslations]:
    """Read every catalogue; English stands in the code itself."""
    return {language: _load(language) for language in LANGUAGES}


def _load(language: str) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    folder = resources.files("schoolbox") / "translations" / language
    parts = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".po")), key=lambda entry: entry.name)
    return read_catalogue(parts, language)


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
    return text % facts if facts else text


def ngettext(one: str, many: str, num: int, **facts: object) -> str:
    """Translate a sentence that counts; `%(num)s` is the number, written as the language does."""
    return _catalogue().ngettext(one, many, num) % {"num": number(num), **facts}


def number(value: float) -> str:
    """Write a number as the page's language does; small whole ones look the same in all of them."""
    if isinstance(value, int) and 0 <= value < 1000:
        return str(value)
    return format_decimal(value, locale=Locale.parse(language()))


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
    return format_datetime(moment.astimezone(), "EEE d MMM, HH:mm", locale=Locale.parse(language()))


def day(of: date) -> str:
    """Write a day: its name, number and month."""
    return format_date(of, "EEEE d MMMM", locale=Locale.parse(language()))


@contextmanager
def speaking(wanted: str) -> Iterator[None]:
    """Let what is made inside speak another language than the page: a paper for somebody else."""
    before = g.language, g.catalogue
    if wanted in LANGUAGES:
        g.language, g.catalogue = wanted, _loaded()[wanted]
    try:
        yield
    finally:
        g.language, g.catalogue = before


def dated(of: date) -> str:
    """Write a day in words, with its year: `3 qershor 2026`."""
    return format_date(of, "d MMMM y", locale=Locale.parse(language()))


@lru_cache(maxsize=1)
def _loaded() -> dict[str, gettext.NullTranslations]:
    return load_catalogues()


def pick(texts: Mapping[str, str], spoken: str = "") -> str:
    """Choose the words for the page out of a text per language.

    Args:
        texts: Language to words, as a manifest holds them.
        spoken: The language of instruction, second choice after the page's own.
    """
    for wanted in (language(), spoken, *LANGUAGES):
        if texts.get(wanted):
            return texts[wanted]
    return next(iter(texts.values()), "")
