"""The words of the pages in the reader's language: catalogues are read from `.po` files when the hub starts.

Rules: English is written in the templates; every other language is complete (a test compares); an unknown language
falls back to English.

    Texts.load().language("sq").gettext("Sign in")
"""

import gettext
from dataclasses import dataclass
from pathlib import Path

from sync.catalogues import read_catalogue

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
        others = {tag: read_catalogue([FOLDER / f"{tag}.po"], tag) for tag in LANGUAGES if tag != "en"}
        return cls({"en": gettext.NullTranslations(), **others})

    def language(self, tag: str) -> gettext.NullTranslations:
        """Give the words of a language, or English."""
        return self.catalogues.get(tag, self.catalogues["en"])


def best_text(texts: dict[str, str], tag: str) -> str:
    """Choose the reader's language of a title, else English, else whatever there is."""
    for wanted in (tag, "en", "sq"):
        if wanted in texts:
            return texts[wanted]
    return next(iter(texts.values()), "?")
