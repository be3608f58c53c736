"""The words of the pages in the reader's language: a catalogue is read when somebody first wants it.

Rules: English is written in the templates; every other language is complete (a test compares); an unknown language
falls back to English.

    words_of("sq").gettext("Sign in")
"""

import gettext
from collections.abc import Callable
from functools import cache
from pathlib import Path

from babel.core import Locale, UnknownLocaleError

from sync.catalogues import InCyrillic, read_catalogue
from sync.languages import KNOWN, LANGUAGES, reading
from sync.languages import best_text as first_text

FOLDER = Path(__file__).parent / "translations"
_OWN_NAMES = {**{tag: one.name for tag, one in KNOWN.items()}, "sr": "Srpski / Српски"}
AREAS = ("lang", "math", "natu", "soci", "arts", "heal", "life")


@cache
def words_of(tag: str) -> gettext.NullTranslations:
    """Give the words of a language, or English."""
    of = KNOWN[tag].catalogue if tag in LANGUAGES else ""
    if not of:
        return gettext.NullTranslations()
    words = read_catalogue([FOLDER / f"{of}.po"])
    return InCyrillic(words) if tag == "sr-Cyrl" else words


def area_name(area: str, _: Callable[[str], str]) -> str:
    """Say what a learning area is called."""
    return {
        "lang": _("Languages and communication"), "math": _("Mathematics"), "natu": _("Natural sciences"),
        "soci": _("Society and environment"), "arts": _("Arts"), "heal": _("Health and well-being"),
        "life": _("Life and work"),
    }.get(area) or _("Other")  # fmt: skip


def subject_name(subject: str, _: Callable[[str], str]) -> str:
    """Say what a subject is called, as boxes do; one that we do not know by its own word."""
    return {
        "albanian": _("Albanian"), "arts": _("Art"), "biology": _("Biology"), "bosnian": _("Bosnian"),
        "chemistry": _("Chemistry"), "civics": _("Civics"), "coding": _("Coding"), "english": _("English"),
        "geography": _("Geography"), "german": _("German"), "history": _("History"), "ict": _("ICT"),
        "mathematics": _("Maths"), "music": _("Music"), "physical-education": _("Physical education"),
        "physics": _("Physics"), "romani": _("Romani"), "serbian": _("Serbian"), "technology": _("Technology"),
        "turkish": _("Turkish"),
    }.get(subject) or subject.replace("-", " ").capitalize()  # fmt: skip


def language_name(tag: str) -> str:
    """Write what a language is called in its own words; one that we do not know by its tag."""
    if tag in _OWN_NAMES:
        return _OWN_NAMES[tag]
    try:
        return str(Locale.parse(tag).get_display_name() or tag).capitalize()
    except (UnknownLocaleError, ValueError):
        return tag


def best_text(texts: dict[str, str], tag: str) -> str:
    """Choose the reader's language of a title, else English, else whatever there is."""
    return first_text(texts, reading(tag, "en")) if texts else "?"
