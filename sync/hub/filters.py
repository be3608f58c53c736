"""How templates write numbers, sizes, times and titles in the reader's language.

    app.jinja_env.filters.update(FILTERS)
"""

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache

from babel.numbers import format_decimal
from flask import g

from sync.dates import locale_of, said, written
from sync.hub.texts import area_name, best_text, language_name, subject_name


def digits(number: int) -> str:
    """Group a number's digits: 1,284 or 1.284."""
    return _grouped(number, g.lang)


def gigabytes(size_bytes: int) -> str:
    """Write a size in GB with one digit after the point."""
    return f"{format_decimal(round(size_bytes / 1e9, 1), locale=locale_of(g.lang))} GB"


def moment(at: datetime) -> str:
    """Write a time with its day, in UTC because a hub serves more than one place."""
    return f"{written(at, 'd MMMM y, HH:mm', g.lang)} UTC"


def day(at: date | str) -> str:
    """Write a day; one that came as text, too."""
    return said(at, g.lang) if isinstance(at, str) else _written(at, "d MMMM y", g.lang)


def month(at: date) -> str:
    """Write the first letters of a month."""
    return _written(at, "LLL", g.lang)


def best(texts: dict[str, str]) -> str:
    """Choose the reader's language of a title."""
    return best_text(texts, g.lang)


def area(word: str) -> str:
    """Say what a learning area is called."""
    return area_name(word, g.texts.gettext)


@lru_cache(maxsize=8192)
def _grouped(number: int, lang: str) -> str:
    """Group a number's digits; pages write the same numbers again and again, and each takes long to be written."""
    return format_decimal(number, locale=locale_of(lang))


@lru_cache(maxsize=1024)
def _written(at: date, pattern: str, lang: str) -> str:
    """Write a day; a chart has 52 of them."""
    return written(at, pattern, lang)


def subject(slug: str) -> str:
    """Say what a subject is called."""
    return subject_name(slug, g.texts.gettext)


FILTERS: dict[str, Callable[..., str | int | None]] = {
    "digits": digits, "gigabytes": gigabytes, "moment": moment, "day": day, "month": month, "best": best,
    "language_name": language_name, "area": area, "subject": subject,
}  # fmt: skip
