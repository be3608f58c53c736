"""The languages of the pages, in one table for box and hub.

`KNOWN` says how each is written; `LANGUAGES` are those that are spoken: their catalogues are complete, which a test
holds. To add one, write its catalogues (`make translations` says what is missing) and name it in `LANGUAGES`.

    language_of("sr-RS")               # "sr-Cyrl"
    best_text({"sq": "Thyesat", "sr": "Разломци"}, reading("sr-Latn", "sq"))    # "Разломци"
"""

from collections.abc import Iterable, Mapping

import msgspec


class Language(msgspec.Struct, frozen=True):
    """How a language is written.

    Attributes:
        name: What it is called in its own words.
        short: The same in two or three letters.
        catalogue: Where its words stand; both scripts of Serbian share one. Empty for the language of the keys.
        locale: Whose numbers and dates it takes (CLDR); Romani has none there: it writes numbers as Albanian does, and
            days and months with the words in `sync.dates`.
        near: What else its readers read, nearest first, where a pack has no words in the language itself.
        dotted: Whether numbers of days and years are ordinals: `28. novembar 2026.`.
    """

    name: str
    short: str
    catalogue: str
    locale: str
    near: tuple[str, ...] = ()
    dotted: bool = False


KNOWN: Mapping[str, Language] = {
    "sq": Language("Shqip", "SQ", "sq", "sq"),
    "en": Language("English", "EN", "", "en"),
    "sr-Cyrl": Language("Српски", "СР", "sr", "sr_Cyrl", ("sr", "sr-Latn", "bs", "hr"), dotted=True),
    "sr-Latn": Language("Srpski", "SR", "sr", "sr_Latn", ("sr", "sr-Cyrl", "bs", "hr"), dotted=True),
    "bs": Language("Bosanski", "BS", "bs", "bs", ("hr", "sr-Latn", "sr", "sr-Cyrl"), dotted=True),
    "tr": Language("Türkçe", "TR", "tr", "tr"),
    "rom": Language("Romani čhib", "ROM", "rom", "sq"),
}
"""By tag (BCP 47), in the order of menus."""

LANGUAGES = ("sq", "en", "sr-Cyrl", "sr-Latn", "bs", "tr", "rom")
"""Those that are spoken; the first one is the default."""

_OTHER_TAGS: Mapping[str, str] = {
    "sh": "sr-latn", "cnr": "sr-latn", "hr": "bs", "rmn": "rom", "rmy": "rom", "rmo": "rom", "rml": "rom", "als": "sq",
}  # fmt: skip
"""Tags that phones and packs use for languages whose readers read one of ours."""


def language_of(tag: str) -> str:
    """Which known language a tag stands for; empty for none. Serbian without a script is Cyrillic, as CLDR has it."""
    first, _, rest = tag.lower().replace("_", "-").partition("-")
    first, _, script = _OTHER_TAGS.get(first, first).partition("-")
    if first == "sr":
        return "sr-Latn" if "latn" in (script, *rest.split("-")) else "sr-Cyrl"
    return first if first in KNOWN else ""


def reading(tag: str, spoken: str = "") -> tuple[str, ...]:
    """The tags under which a reader's words are looked for, best first.

    Args:
        tag: The reader's language.
        spoken: The language of instruction, better than any that the reader may not know.
    """
    near = KNOWN[tag].near if tag in KNOWN else ()
    return (tag, *near, spoken, *LANGUAGES)


def spoken(tag: str, otherwise: str = LANGUAGES[0]) -> str:
    """The language of pages and papers for somebody who asks for a tag."""
    found = language_of(tag)
    return found if found in LANGUAGES else otherwise


def best_text(texts: Mapping[str, str], tags: Iterable[str]) -> str:
    """The words of a text per language: under the first tag that has some, else whatever there is."""
    return next((texts[tag] for tag in tags if texts.get(tag)), next(iter(texts.values()), ""))
