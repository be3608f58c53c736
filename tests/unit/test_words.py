"""How numbers, lengths, grades, licences and lozenges are written."""

from collections.abc import Iterator

import pytest
from flask import Flask, g

from content_packs.manifest import Kind
from schoolbox.services.outline import ItemCard, Outline, PackCard, UnitOutline
from schoolbox.services.progress import ItemProgress
from schoolbox.web import i18n, words


@pytest.fixture(params=["sq", "en"])
def speaking(request: pytest.FixtureRequest) -> Iterator[str]:
    with Flask("words").test_request_context("/"):
        g.language = request.param
        g.catalogue = i18n.catalogue_of(request.param)
        yield request.param


def item(number: int, kind: Kind = "video") -> ItemCard:
    return ItemCard(
        f"mash:i{number}", "mash:p", number % 5, number, kind, {"sq": "x"}, "sq", 61.0, 3, 2,
        teacher_only=False, thumbnail="",
    )  # fmt: skip


def progress(item_id: str, *, done: bool) -> ItemProgress:
    return ItemProgress(item_id, "done" if done else "started", 0, 0, 0, 0, 0, passed=False, attempts=0, touched_at="")


@pytest.mark.parametrize(
    ("grades", "sq", "en"),
    [((), "", ""), ((6,), "Klasa 6", "Grade 6"), ((6, 7, 8), "Klasat 6–8", "Grades 6–8"),
     ((8, 6), "Klasat 6, 8", "Grades 6, 8"), ((0,), "Klasa 0", "Grade 0")],
)  # fmt: skip
def test_grades_are_written_as_people_say_them(speaking: str, grades: tuple[int, ...], sq: str, en: str) -> None:
    assert words.grades(grades) == {"sq": sq, "en": en}[speaking]


@pytest.mark.parametrize(
    ("seconds", "sq", "en"),
    [(45, "45 s", "45 s"), (61, "1 min", "1 min"), (6_600, "1 orë e 50 min", "1 h 50 min")],
)
def test_lengths_are_written_in_the_largest_units(speaking: str, seconds: float, sq: str, en: str) -> None:
    assert words.lasts(seconds) == {"sq": sq, "en": en}[speaking]


def test_what_an_item_measures_follows_its_kind(speaking: str) -> None:
    assert words.extent(item(1)) == "1:01"
    assert words.extent(item(1, "quiz")) == {"sq": "3 pyetje", "en": "3 questions"}[speaking]
    assert words.extent(item(1, "document")) == {"sq": "2 faqe", "en": "2 pages"}[speaking]


def test_an_unknown_subject_is_shown_as_it_is_written(speaking: str) -> None:
    assert speaking
    assert words.subject("bee-keeping") == "Bee keeping"
    assert words.drawing("bee-keeping", "natu") == "p-cell"
    assert words.spoken("xx") == "xx"


@pytest.mark.parametrize(
    ("spdx", "written"),
    [("CC-BY-SA-4.0", "CC BY-SA 4.0"), ("CC0-1.0", "CC0-1.0"), ("MIT", "MIT"), ("CC-BY-4.0", "CC BY 4.0")],
)
def test_licences_are_written_as_people_know_them(spdx: str, written: str) -> None:
    assert words.licence(spdx) == written


def test_a_long_course_has_a_lozenge_a_unit() -> None:
    pack = PackCard("mash:p", 1, {}, {}, "mash", {}, "sq", "x", "math", (), 30, 0.0)
    units = tuple(
        UnitOutline(place, {}, tuple(item(number) for number in range(30) if number % 5 == place)) for place in range(5)
    )
    known = {f"mash:i{number}": progress(f"mash:i{number}", done=True) for number in range(0, 30, 5)}
    known["mash:i1"] = progress("mash:i1", done=False)
    assert words.course_lozenges(Outline(pack, units), known) == ["d", "p", "", "", ""]
    short = Outline(pack, units[:2])
    assert words.course_lozenges(short, known) == ["d"] * 6 + ["p"] + [""] * 5
