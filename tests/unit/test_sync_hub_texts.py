"""The hub's pages speak every language completely."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from sync.hub import texts

TEMPLATES = Path(texts.__file__).parent / "templates"
OTHERS = [tag for tag in texts.LANGUAGES if tag != "en"]


def wanted() -> set[str | tuple[str, str]]:
    found: set[str | tuple[str, str]] = set()
    for path in TEMPLATES.glob("*.html"):
        source = path.read_text(encoding="utf-8")
        found |= set(re.findall(r'(?<!\w)_\("([^"]+)"\)', source))
        found |= set(re.findall(r'ngettext\("([^"]+)", "([^"]+)"', source))
    return found


@pytest.mark.parametrize("tag", OTHERS)
def test_every_text_of_a_page_is_translated_and_none_is_left_over(tag: str) -> None:
    with (texts.FOLDER / f"{tag}.po").open("rb") as file:
        catalogue = read_po(file, locale=tag)
    have: set[str | tuple[str, str]] = {
        message.id if isinstance(message.id, str) else (message.id[0], message.id[1])
        for message in catalogue
        if message.id and message.string and not message.fuzzy and all([*message.string])
    }
    assert wanted() == have


@pytest.mark.parametrize("tag", OTHERS)
def test_a_translation_has_the_same_places_for_values(tag: str) -> None:
    with (texts.FOLDER / f"{tag}.po").open("rb") as file:
        catalogue = read_po(file, locale=tag)
    places = re.compile(r"%\(\w+\)[ds]|%%")
    for message in catalogue:
        ids = [message.id] if isinstance(message.id, str) else [*message.id]
        strings = [message.string] if isinstance(message.string, str) else [*(message.string or ())]
        for original, translated in zip(ids, strings, strict=True):
            assert sorted(places.findall(original)) == sorted(places.findall(translated))


def test_an_unknown_language_falls_back_to_english() -> None:
    loaded = texts.Texts.load()
    assert loaded.language("xx").gettext("Boxes") == "Boxes"
    assert loaded.language("sq").gettext("Boxes") == "Kutitë"


def test_a_title_comes_in_the_readers_language_or_the_next_best() -> None:
    assert texts.best_text({"sq": "Thyesat", "en": "Fractions"}, "sq") == "Thyesat"
    assert texts.best_text({"sr": "Разломци"}, "sq") == "Разломци"
    assert texts.best_text({}, "sq") == "?"
