"""The words of the pages in the reader's language: catalogues are read from `.po` files when the hub starts.

Rules: English is written in the templates; every other language is complete (a test compares); an unknown language
falls back to English.

    Texts.load().language("sq").gettext("Sign in")
"""

import gettext
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent / "translations"
LANGUAGES = {"en": "English", "sq": "Shqip"}
AREAS = ("lang", "math", "natu", "soci", "arts", "heal", "life")


@dataclass(frozen=True, slots=True)
class Texts:
    """Every catalogue, by language."""

    catalogues: dict[str, gettext.NullTranslations]

    @classmethod
    def load(cls) -> "Texts":
        """Read every catalogue."""
        return cls({"en": gettext.NullTranslations(), **{tag: _catalogue(tag) for tag in LANGUAGES if tag != "en"}})

    def language(self, tag: str) -> gettext.NullTranslations:
        """Give the words of a language, or English."""
        return self.catalogues.get(tag, self.catalogues["en"])


def best_text(texts: dict[str, str], tag: str) -> str:
    """Choose the reader's language of a title, else English, else whatever there is."""
    for wanted in (tag, "en", "sq"):
        if wanted in texts:
            return texts[wanted]
    return next(iter(texts.values()), "?")


def _catalogue(tag: str) -> gettext.GNUTranslations:
    """Compile one catalogue in memory."""
    with (FOLDER / f"{tag}.po").open("rb") as file:
        catalogue = read_po(file, locale=tag)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
