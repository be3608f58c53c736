"""The hub's pages in the reader's language; that each is complete is looked at in `test_translations`."""

from sync.hub import texts


def test_an_unknown_language_falls_back_to_english() -> None:
    assert texts.words_of("xx").gettext("Boxes") == "Boxes"
    assert texts.words_of("sq").gettext("Boxes") == "Kutitë"


def test_a_title_comes_in_the_readers_language_or_the_next_best() -> None:
    assert texts.best_text({"sq": "Thyesat", "en": "Fractions"}, "sq") == "Thyesat"
    assert texts.best_text({"sq": "Thyesat", "sr": "Разломци", "en": "Fractions"}, "sr-Latn") == "Разломци"
    assert texts.best_text({"sq": "Thyesat", "en": "Fractions"}, "tr") == "Fractions"
    assert texts.best_text({"sr": "Разломци"}, "sq") == "Разломци"
    assert texts.best_text({}, "sq") == "?"
