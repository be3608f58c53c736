"""What a quiz must be and how an answer is judged (FORMAT.md section 4)."""

import msgspec
import pytest

from content_packs.errors import QuizError
from content_packs.quiz import QUIZ_BYTES_MAX, Choice, Question, Quiz, decode_quiz, is_right

CHOICES = (Choice(id="a", text={"sq": "Po"}), Choice(id="b", text={"sq": "Jo"}))
SINGLE = Question(id="nje", type="single", prompt={"sq": "?"}, choices=CHOICES, correct=("a",))
NUMBER = Question(id="dy", type="number", prompt={"sq": "?"}, correct=("0,5",))


def question(base: Question, **changes: object) -> bytes:
    """A quiz of one changed question."""
    return msgspec.json.encode(Quiz(format=1, questions=(msgspec.structs.replace(base, **changes),)))


@pytest.mark.parametrize(
    "raw",
    [
        question(SINGLE, correct=("c",)),
        question(SINGLE, correct=("a", "b")),
        question(SINGLE, choices=CHOICES[:1]),
        question(SINGLE, choices=(CHOICES[0], CHOICES[0], CHOICES[1])),
        question(SINGLE, prompt={}),
        question(SINGLE, choices=(*CHOICES, Choice(id="c", text={}))),
        question(NUMBER, correct=("gjysma",)),
        question(NUMBER, correct=("nan",)),
        question(NUMBER, correct=("inf",)),
        question(NUMBER, correct=("1_0",)),
        question(NUMBER, correct=("9" * 400,)),
        question(NUMBER, correct=("1/0",)),
        question(SINGLE, prompt={"sq": "a\x1b[2J"}),
        question(NUMBER, choices=CHOICES),
        msgspec.json.encode(Quiz(format=1, questions=(SINGLE, SINGLE))),
        b'{"format":1,"questions":[]}',
        b"\xff",
        b" " * (QUIZ_BYTES_MAX + 1),
    ],
)
def test_a_quiz_that_contradicts_itself_is_refused(raw: bytes) -> None:
    with pytest.raises(QuizError):
        decode_quiz(raw)


@pytest.mark.parametrize(
    ("asked", "response", "right"),
    [
        (SINGLE, ("a",), True),
        (SINGLE, ("b",), False),
        (SINGLE, (), False),
        (NUMBER, ("0.5",), True),
        (NUMBER, ("1/2",), True),
        (NUMBER, ("1/0",), False),
        (NUMBER, ("nan",), False),
        (NUMBER, ("0.5e0",), False),
        (NUMBER, ("9" * 5000,), False),
        (NUMBER, (".5",), True),
        (NUMBER, ("+ 0,5",), True),
        (NUMBER, ("",), False),
        (msgspec.structs.replace(NUMBER, correct=("-2",)), ("−2",), True),
        (msgspec.structs.replace(NUMBER, tolerance=0.1), ("0,58",), True),
        (Question(id="t", type="text", prompt={"sq": "?"}, correct=("Gjilan",)), ("  gJILAN ",), True),
        (msgspec.structs.replace(SINGLE, type="multiple", correct=("a", "b")), ("b", "a"), True),
        (msgspec.structs.replace(SINGLE, type="multiple", correct=("a", "b")), ("a",), False),
    ],
)
def test_answers_are_judged_as_pupils_type_them(asked: Question, response: tuple[str, ...], *, right: bool) -> None:
    assert is_right(asked, response) is right
