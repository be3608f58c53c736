"""An answer of any kind is said in words: what was given, what it was given to, which part was right."""

import pytest

from content_packs.judging import is_right
from content_packs.quiz import Choice, Gap, Question
from schoolbox.services.responses import misled, pieces, right_response
from schoolbox.web.response_words import prompt_said, prompt_words, response_said, response_words


def choices(**texts: str) -> tuple[Choice, ...]:
    return tuple(Choice(each, {"sq": words}, feedback={"sq": f"jo {each}"}) for each, words in texts.items())


SINGLE = Question("s", "single", {"sq": "Sa?"}, ("b",), choices(a="{5/14}", b="{5/7}"))
MULTIPLE = Question("m", "multiple", {"sq": "Cilat?"}, ("a", "c"), choices(a="një", b="dy", c="tri"))
TRUTH = Question("t", "true_false", {"sq": "?"}, ("false",))
NUMBER = Question("n", "number", {"sq": "?"}, ("3.5", "7/2"))
TEXT = Question("w", "text", {"sq": "?"}, ("numërues",))
ORDER = Question("o", "order", {"sq": "?"}, ("c", "a", "b"), choices(a="një", b="dy", c="zero"))
MATCH = Question(
    "p", "match", {"sq": "?"}, ("a=x", "b=y"), choices(a="{1/2}", b="{1/4}"), targets=choices(x="gjysma", y="çereku")
)
GAPS = Question(
    "g", "gaps", {"sq": "Mbi vijë **[[lart]]**, nën të [[posht]]."},
    gaps=(Gap("lart", ("numëruesi",)), Gap("posht", ("e",), choices(e="emëruesi", h="herësi"))),
)  # fmt: skip


@pytest.mark.parametrize(
    ("question", "response", "words"),
    [
        (SINGLE, ("a",), "5/14"), (MULTIPLE, ("a", "b"), "një; dy"), (TRUTH, ("true",), "True"),
        (NUMBER, ("3,5",), "3,5"), (TEXT, ("<b>x</b>",), "<b>x</b>"),
        (ORDER, ("a", "b", "c"), "1. një; 2. dy; 3. zero"),
        (MATCH, ("a=y", "b=y"), "1/2 → çereku; 1/4 → çereku"),
        (GAPS, ("lart=a=b", "posht=h"), "1. a=b; 2. herësi"),
    ],
)  # fmt: skip
def test_what_was_answered_is_said_in_one_line(question: Question, response: tuple[str, ...], words: str) -> None:
    assert response_words(question, response) == words


@pytest.mark.parametrize("question", [SINGLE, MULTIPLE, TRUTH, NUMBER, TEXT, ORDER, MATCH, GAPS])
def test_the_right_answer_of_every_kind_is_right_and_is_said(question: Question) -> None:
    assert is_right(question, right_response(question))
    assert response_words(question, right_response(question))


def test_the_parts_of_a_match_and_of_gaps_are_told_apart() -> None:
    assert [piece.right for piece in pieces(MATCH, ("a=x", "b=x"))] == [True, False]
    assert [piece.right for piece in pieces(GAPS, ("lart=Numëruesi", "posht=h"))] == [True, False]
    assert [piece.right for piece in pieces(SINGLE, ("b",))] == [None]


def test_only_who_was_misled_by_a_choice_hears_its_feedback() -> None:
    assert [each.id for each in misled(SINGLE, ("a",))] == ["a"]
    assert misled(SINGLE, ("b",)) == ()
    assert [each.id for each in misled(MULTIPLE, ("a", "b"))] == ["b"]
    assert [each.id for each in misled(MATCH, ("a=x", "b=x"))] == ["x"]
    assert [each.id for each in misled(GAPS, ("lart=", "posht=h"))] == ["h"]


def test_an_answer_to_an_older_version_is_said_as_far_as_it_fits() -> None:
    assert response_words(MULTIPLE, ("zz", "c")) == "tri"
    assert response_words(MATCH, ("a=gone", "q=x")) == ""
    assert str(response_said(SINGLE, ("gone",))) == "–"


def test_a_page_shows_marks_and_no_markup_of_the_pupil() -> None:
    assert 'class="frac"' in response_said(SINGLE, ("a",))
    assert str(response_said(TEXT, ("<b>x</b>",))) == "&lt;b&gt;x&lt;/b&gt;"
    assert "&lt;" in response_said(GAPS, ("lart=<i>", "posht=e"))


def test_a_gap_is_a_line_to_write_on() -> None:
    assert prompt_words(GAPS) == "Mbi vijë ____, nën të ____."
    assert "<b>____</b>" in prompt_said(GAPS)
