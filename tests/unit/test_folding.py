"""Search compares folded words: no marks, Cyrillic as Latin, the same from both Serbian scripts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoolbox.services.folding import WORDS_MAX, fold, match_query, words


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Thyesat në KUZHINË", "thyesat ne kuzhine"),
        ("Çfarë është forca?", "cfare eshte forca"),
        ("Đorđe Ђорђе Djordje", "djordje djordje djordje"),
        ("Највећи заједнички", "najveci zajednicki"),
        ("najveći zajednički", "najveci zajednicki"),
        ("Işık IŞIK ışık", "isik isik isik"),
        ("İstanbul", "istanbul"),
        ("čćžšđ ЧЋЖШЂ", "cczsdj cczsdj"),
        ("Џепни љубав Њега", "dzepni ljubav njega"),
        ("2/7 + 3,5 m/s²", "2 7 3 5 m s2"),
        ("й Й", "i i"),
        ("", ""),
        ("!!! ---", ""),
    ],
)
def test_words_lose_their_marks_and_script(written: str, folded: str) -> None:
    assert fold(written) == folded


@given(st.text(max_size=200))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=300))
def test_a_query_is_only_ever_quoted_beginnings_of_words(text: str) -> None:
    query = match_query(text)
    parts = query.split(" ") if query else []
    assert len(parts) <= WORDS_MAX
    for part in parts:
        assert part.startswith('"')
        assert part.endswith('"*')
        assert part[1:-2].isalnum()


def test_no_operator_of_the_search_language_gets_through() -> None:
    assert match_query('thyesat" OR 1=1 NEAR(a b) -x title:y*') == (
        '"thyesat"* "or"* "1"* "1"* "near"* "a"* "b"* "x"*'
    )


def test_only_so_many_words_are_looked_for() -> None:
    assert len(match_query("a b c d e f g h i j k").split()) == WORDS_MAX
    assert words("a" * 500) == ["a" * 500]
    assert len(match_query("a" * 500)) < 130
