"""The table of languages: tags, names, days and figures, and which words somebody is shown."""

from datetime import UTC, date, datetime

import pytest
from babel.numbers import format_decimal

from sync.dates import locale_of, written
from sync.languages import KNOWN, LANGUAGES, best_text, language_of, reading, spoken

SATURDAY = date(2026, 11, 28)


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("sr", "sr-Cyrl"), ("sr-RS", "sr-Cyrl"), ("sr_Latn_RS", "sr-Latn"), ("SR-latn", "sr-Latn"), ("sh", "sr-Latn"),
        ("cnr", "sr-Latn"), ("hr-HR", "bs"), ("bs-Latn-BA", "bs"), ("tr-TR", "tr"), ("rmy", "rom"), ("sq-XK", "sq"),
        ("en-GB", "en"), ("de", ""), ("", ""), ("*", ""), ("sq;q=nan", ""),
    ],
)  # fmt: skip
def test_the_tag_of_a_phone_or_a_list_leads_to_a_language_of_ours(tag: str, language: str) -> None:
    assert language_of(tag) == language
    assert language_of(language) == language


def test_who_asks_for_a_language_that_is_not_spoken_gets_the_first_one() -> None:
    assert spoken("de") == spoken("") == LANGUAGES[0]
    assert spoken("en-GB") == "en"
    assert spoken("de", "en") == "en"


def test_every_language_is_named_in_itself_and_no_two_alike() -> None:
    assert set(LANGUAGES) <= set(KNOWN)
    for names in ({one.name for one in KNOWN.values()}, {one.short for one in KNOWN.values()}):
        assert len(names) == len(KNOWN)
    assert all(len(one.short) <= 3 for one in KNOWN.values()), "the head of a page on a phone has no more room"


@pytest.mark.parametrize(
    ("tag", "day", "stamp", "year"),
    [
        ("sq", "e shtunë 28 nëntor", "sht 28 nën, 07:05", "28 nëntor 2026"),
        ("en", "Saturday 28 November", "Sat 28 Nov, 07:05", "28 November 2026"),
        ("sr-Latn", "subota, 28. novembar", "sub, 28. nov, 07:05", "28. novembar 2026."),
        ("sr-Cyrl", "субота, 28. новембар", "суб, 28. нов, 07:05", "28. новембар 2026."),
        ("bs", "subota, 28. novembar", "sub, 28. nov, 07:05", "28. novembar 2026."),
        ("tr", "Cumartesi 28 Kasım", "Cmt 28 Kas, 07:05", "28 Kasım 2026"),
        ("rom", "savato 28 novembro", "sav 28 nov, 07:05", "28 novembro 2026"),
    ],
)
def test_days_are_written_as_each_language_does(tag: str, day: str, stamp: str, year: str) -> None:
    moment = datetime(2026, 11, 28, 7, 5, tzinfo=UTC)
    assert written(SATURDAY, "EEEE d MMMM", tag) == day
    assert written(moment, "EEE d MMM, HH:mm", tag) == stamp
    assert written(SATURDAY, "d MMMM y", tag) == year


@pytest.mark.parametrize("tag", KNOWN)
def test_every_day_of_a_week_and_month_of_a_year_has_a_name_of_its_own(tag: str) -> None:
    days = [date(2026, 11, 23 + number) for number in range(7)]
    months = [date(2026, number, 1) for number in range(1, 13)]
    assert len({written(day, "EEEE", tag) for day in days}) == 7
    assert len({written(month, "LLLL y", tag) for month in months}) == 12


def test_figures_have_the_comma_or_point_of_the_language() -> None:
    assert {tag: format_decimal(1234.5, locale=locale_of(tag)) for tag in KNOWN} == {
        "sq": "1\u00a0234,5", "en": "1,234.5", "sr-Cyrl": "1.234,5", "sr-Latn": "1.234,5", "bs": "1.234,5",
        "tr": "1.234,5", "rom": "1\u00a0234,5",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("tag", "spoken_in", "shown"),
    [
        ("sr-Latn", "sq", "Разломци"), ("bs", "sq", "Разломци"), ("tr", "sq", "Thyesat"), ("tr", "en", "Fractions"),
        ("sq", "en", "Thyesat"), ("rom", "", "Thyesat"),
    ],
)  # fmt: skip
def test_a_reader_is_shown_the_nearest_words_then_those_of_the_lesson(tag: str, spoken_in: str, shown: str) -> None:
    texts = {"en": "Fractions", "sq": "Thyesat", "sr": "Разломци"}
    assert best_text(texts, reading(tag, spoken_in)) == shown
    assert best_text({}, reading(tag, spoken_in)) == ""
