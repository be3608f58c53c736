"""What a quiz must be and how an answer is judged (FORMAT.md section 4)."""

import msgspec
import pytest

from content_packs.errors import QuizError
from content_packs.judging import is_right, parts_right
from content_packs.quiz import QUIZ_BYTES_MAX, Choice, Gap, Picture, Question, Quiz, decode_quiz

CHOICES = (Choice(id="a", text={"sq": "Po"}), Choice(id="b", text={"sq": "Jo"}))
SINGLE = Question(id="nje", type="single", prompt={"sq": "?"}, choices=CHOICES, correct=("a",))
NUMBER = Question(id="dy", type="number", prompt={"sq": "?"}, correct=("0,5",))
TRUTH = Question(id="tre", type="true_false", prompt={"sq": "?"}, correct=("true",))
ORDER = Question(id="kater", type="order", prompt={"sq": "?"}, choices=CHOICES, correct=("b", "a"))
MATCH = Question(
    id="pese", type="match", prompt={"sq": "?"}, choices=CHOICES, targets=CHOICES, correct=("a=b", "b=b")
)  # fmt: skip
GAPS = Question(
    id="gjashte", type="gaps", prompt={"sq": "[[x]] dhe [[y]]"},
    gaps=(Gap(id="x", correct=("Ujë", "uji")), Gap(id="y", correct=("b",), choices=CHOICES)),
)  # fmt: skip


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
        question(SINGLE, correct=()),
        question(NUMBER, correct=()),
        question(SINGLE, tolerance=1.0),
        question(SINGLE, picture=Picture(file="p", alt={})),
        question(SINGLE, hints=({},)),
        question(SINGLE, pool="b"),
        question(TRUTH, correct=("po",)),
        question(TRUTH, choices=CHOICES),
        question(ORDER, correct=("a",)),
        question(ORDER, correct=("a", "a")),
        question(MATCH, correct=("a=b",)),
        question(MATCH, correct=("a=b", "b=c")),
        question(MATCH, correct=("a=b", "a=a")),
        question(MATCH, targets=CHOICES[:1]),
        question(GAPS, correct=("x",)),
        question(GAPS, prompt={"sq": "[[x]] dhe [[y]]", "en": "[[x]] and"}),
        question(GAPS, prompt={"sq": "[[x]] dhe [[y]] dhe [[y]]"}),
        question(GAPS, gaps=(*GAPS.gaps[:1], Gap(id="y", correct=("c",), choices=CHOICES))),
        msgspec.json.encode(Quiz(format=1, questions=(SINGLE,), draw={"b": 1})),
        msgspec.json.encode(Quiz(format=1, questions=(SINGLE,), mode="practice", tries=2)),
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
        (TRUTH, ("true",), True),
        (TRUTH, ("false",), False),
        (ORDER, ("b", "a"), True),
        (ORDER, ("a", "b"), False),
        (MATCH, ("b=b", "a=b"), True),
        (MATCH, ("a=a", "b=b"), False),
        (GAPS, ("x= ujë ", "y=b"), True),
        (GAPS, ("x=ujë", "y=Jo"), False),
        (GAPS, ("y=b",), False),
    ],
)
def test_answers_are_judged_as_pupils_type_them(asked: Question, response: tuple[str, ...], *, right: bool) -> None:
    assert is_right(asked, response) is right


def test_each_gap_and_pair_is_judged_apart() -> None:
    assert parts_right(GAPS, ("x=uji", "y=a")) == {"x": True, "y": False}
    assert parts_right(MATCH, ("a=b",)) == {"a": True, "b": False}
    assert parts_right(SINGLE, ("a",)) == {}


def test_so_many_questions_are_asked_as_are_drawn() -> None:
    pool = tuple(msgspec.structs.replace(NUMBER, id=f"n{n}", pool="b") for n in range(5))
    assert decode_quiz(msgspec.json.encode(Quiz(format=1, questions=(SINGLE, *pool), draw={"b": 2}))).asked == 3
