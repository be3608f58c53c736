"""Days and times in words, as each language writes them.

    written(date(2026, 11, 28), "EEEE d MMMM y", "sr-Latn")    # "subota, 28. novembar 2026."
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_datetime

from sync.languages import KNOWN

_DAY = re.compile(r"(?<![A-Za-z])d(?![A-Za-z])")
_YEAR = re.compile(r"(?<![A-Za-z])y(?![A-Za-z])")
_NAMED_DAY = re.compile(r"(?<=E) (?=d)")
_ROMANI: Mapping[str, tuple[str, ...]] = {
    "days": ("luja", "marci", "tetradži", "žoja", "paraštuj", "savato", "kurko"),
    "months": (
        "januari", "februari", "marto", "aprili", "maj", "juni", "juli", "avgusto", "septembro", "oktobro", "novembro",
        "decembro",
    ),
}  # fmt: skip
"""CLDR has no data for Romani; the days begin with Monday."""
_NAMES = re.compile(r"EEEE?|MMMM?|LLLL?")


@lru_cache(maxsize=len(KNOWN))
def locale_of(tag: str) -> Locale:
    """Whose numbers and dates a language takes."""
    return Locale.parse(KNOWN[tag].locale if tag in KNOWN else "en")


def said(text: str, tag: str) -> str:
    """Write a day that came as text, as a certificate has it; what is no day stays as it is."""
    try:
        return written(date.fromisoformat(text), "d MMMM y", tag)
    except ValueError:
        return text


def written(moment: date, pattern: str, tag: str) -> str:
    """Write a day or a time by a pattern of Unicode (UTS 35), with the dots and names of the language."""
    if tag in KNOWN and KNOWN[tag].dotted:
        pattern = _NAMED_DAY.sub(", ", _YEAR.sub("y.", _DAY.sub("d.", pattern)))
    elif tag == "rom":
        pattern = _NAMES.sub(_romani(moment), pattern)
    if isinstance(moment, datetime):
        return format_datetime(moment, pattern, locale=locale_of(tag))
    return format_date(moment, pattern, locale=locale_of(tag))


def _romani(moment: date) -> Callable[[re.Match[str]], str]:
    def name(found: re.Match[str]) -> str:
        kind = "days" if found[0].startswith("E") else "months"
        word = _ROMANI[kind][moment.weekday() if kind == "days" else moment.month - 1]
        return f"'{word if len(found[0]) == 4 else word[:3]}'"

    return name
