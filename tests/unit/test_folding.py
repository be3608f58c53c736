"""Search compares folded words: no marks, Cyrillic as Latin, the same from both Serbian scripts."""

import re
import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoolbox.services.folding import WORD_CHARS_MAX, WORDS_MAX, fold, marked, match_query, words


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
        ("й Й", "j j"),
        ("", ""),
        ("!!! ---", ""),
    ],
)
def test_words_lose_their_marks_and_script(written: str, folded: str) -> None:
    assert fold(written) == folded


@given(st.text(max_size=200))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


PART = re.compile(r'(?:\{title words\}|title):"\w{1,120}"\*')


@given(st.text(max_size=300))
def test_a_query_is_only_ever_quoted_beginnings_of_words(text: str) -> None:
    query = match_query(text)
    parts = query.split(" AND ") if query else []
    assert len(parts) <= WORDS_MAX
    assert all(PART.fullmatch(part) for part in parts)


@given(st.text(max_size=300))
def test_whatever_is_typed_the_database_understands_the_query(words_database: sqlite3.Connection, text: str) -> None:
    query = match_query(text)
    if query:
        for kind, staff in (("", False), ("video", True), ("course", False)):
            sql = "SELECT COUNT(*) FROM item_words WHERE item_words MATCH ?"
            words_database.execute(sql, (marked(query, kind=kind, staff=staff),)).fetchone()


@pytest.fixture(scope="module")
def words_database() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE item_words USING fts5 (title, words, marks, tokenize = 'unicode61')")
    yield connection
    connection.close()


def test_no_operator_of_the_search_language_gets_through() -> None:
    assert words('thyesat" OR NEAR(aa) -x title:yy*') == ["thyesat", "or", "near", "aa", "x", "title", "yy"]
    assert match_query('a" OR b') == 'title:"a"* AND {title words}:"or"* AND title:"b"*'


def test_a_run_of_marks_without_end_does_not_keep_the_box_busy() -> None:
    """Unicode puts marks in order by comparing each with each: half a megabyte of them took minutes."""
    assert fold("a" + "\u0301\u0323" * 250_000 + " b") == "a b"


def test_only_so_many_words_are_looked_for() -> None:
    assert match_query("a b c d e f g h i j k").count(":") == WORDS_MAX
    assert words("a" * 500) == ["a" * WORD_CHARS_MAX]
    assert len(match_query("a" * 500)) < 150
