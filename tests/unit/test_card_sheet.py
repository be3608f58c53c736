"""The printed sheet: eight cards to a page, every letter of every language, codes that a camera reads."""

import hashlib
import re
from importlib import resources

import pytest

from schoolbox.services.card_sheet import CardText, SheetWords, draw
from sync.typeface import fitting_pt, typeface, wrapped
from tests.simulators.printed import pages

WORDS = SheetWords("Kartelat 6/2", "sq", "Shkolla „Agimi”, klasa 6/2", "Hape kamerën.", "Pa kamerë.")
LETTERS = (
    "ËëÇçÖöÜüĞğİıŞşŠšĐđČčĆćŽžȘșàâéîûŁł0123456789„”“’–—…→"
    "АБВГДЂЕЖЗИЈКЛЉМНЊОПРСТЋУФХЦЧЏШабвгдђежзијклљмнњопрстћуфхцчџш"
)
NAMES = ("Çlirim", "Kaltrina", "Işık", "Ђорђе", "Ğazi", "Šejla", "Arta", "Blend", "Njomëza")


def cards(count: int, *, secret: str = "") -> list[CardText]:
    return [
        CardText(NAMES[place % len(NAMES)], f"Hyseni{place}", f"http://192.168.8.1/card/code-{place:024}", secret)
        for place in range(count)
    ]


@pytest.mark.parametrize(("count", "expected"), [(1, [1]), (8, [8]), (9, [8, 1]), (40, [8] * 5)])
def test_eight_cards_stand_on_a_page_of_a4(count: int, expected: list[int]) -> None:
    printed = pages(draw(cards(count), WORDS))
    assert [len([line for line in page.lines if line == WORDS.heading]) for page in printed] == expected
    assert printed[0].size_pt == pytest.approx((595.28, 841.89), abs=0.01)


def test_a_camera_reads_the_address_of_every_card() -> None:
    made = cards(9)
    read = [code for page in pages(draw(made, WORDS)) for code in page.codes()]
    assert sorted(read) == sorted(card.address for card in made)


def test_names_keep_their_letters_and_a_pin_stands_only_where_there_is_one() -> None:
    [page] = pages(draw([*cards(6), CardText("Arta", "Krasniqi", "http://10.0.0.1/card/x", "PIN  4711")], WORDS))
    for name in NAMES[:6]:
        assert name in page.lines
    assert [line for line in page.lines if line.startswith("PIN")] == ["PIN  4711"]


def test_what_is_long_becomes_small_and_stays_on_the_card() -> None:
    long = CardText("Maximiliano Alexandropoulos", "Krasniqi-Hyseni e Bajrami-Gashi", "http://10.0.0.1/card/x", "4711")
    for font, size, x, glyphs in re.findall(r"/(F\d) ([\d.]+) Tf ([\d.]+) [\d.]+ Td <([0-9a-f]*)>", _drawn(long)):
        face = typeface(bold=font == "F2")
        width = sum(face.widths[int(glyphs[at : at + 4], 16)] for at in range(0, len(glyphs), 4)) * float(size) / 1000
        assert float(x) + width < 595.28 / 2


def test_the_same_cards_are_the_same_file() -> None:
    assert draw(cards(3), WORDS) == draw(cards(3), WORDS)


def test_lines_break_between_words_and_texts_are_made_to_fit() -> None:
    face = typeface(bold=False)
    width = face.width_pt("një dy", 10)
    assert wrapped("një dy tre katër", face, 10, width) == ["një dy", "tre", "katër"]
    assert fitting_pt("një dy", face, width / 2, largest_pt=10) == pytest.approx(5)
    assert fitting_pt("", face, width, largest_pt=10) == 10


@pytest.mark.parametrize("bold", [False, True])
def test_the_fonts_know_every_letter_of_our_languages_and_are_the_ones_their_licence_lists(*, bold: bool) -> None:
    face = typeface(bold=bold)
    assert [letter for letter in LETTERS if not face.glyph(letter)] == []
    licence = (resources.files("sync") / "fonts" / "LICENCE.txt").read_text(encoding="utf-8")
    assert f"{hashlib.sha256(face.raw).hexdigest()}  {face.name}.ttf" in licence


def _drawn(card: CardText) -> str:
    [page] = pages(draw([card], WORDS))
    return page.drawn
