"""A quiz: its own right answers are right, nothing typed breaks judging, its texts cannot become markup (FORMAT 4).

What stands behind a line of its own, `ANSWER` and a text, is typed as an answer to every question.
"""

import math

import msgspec

from content_packs.errors import QuizError
from content_packs.judging import is_right, parts_right
from content_packs.quiz import Question, decode_quiz
from tests.fuzz.json_mutations import mutate_json
from tests.fuzz.material import quizzes
from tests.fuzz.target import Bytewise, Target

_BEHIND = b"\nANSWER "


def run(data: bytes) -> None:
    raw, _, typed = data.partition(_BEHIND)
    quiz = decode_quiz(raw)
    assert decode_quiz(msgspec.json.encode(quiz)) == quiz
    assert 0 < quiz.pass_score <= 1
    for question in quiz.questions:
        _judge(question, typed.decode(errors="replace"))


def _judge(question: Question, typed: str) -> None:
    assert math.isfinite(question.tolerance)
    is_right(question, (typed,))
    is_right(question, ())
    if question.type in ("number", "text"):
        assert all(is_right(question, (answer,)) for answer in question.correct), "a right answer is not accepted"
        return
    right = question.correct or tuple(f"{gap.id}={gap.correct[0]}" for gap in question.gaps)
    assert is_right(question, right), "the right answer is not accepted"
    assert all(parts_right(question, right).values())
    if question.type == "order":
        assert not is_right(question, tuple(reversed(right)))
    else:
        assert is_right(question, tuple(reversed(right)))


def mutate(data: bytes, max_bytes: int, seed: int, plain: Bytewise) -> bytes:
    raw, _, typed = data.partition(_BEHIND)
    if seed % 3 == 0:
        return raw + _BEHIND + plain(typed, 100)
    return mutate_json(raw, max_bytes, seed, plain) + _BEHIND + typed


TARGET = Target(
    run=run,
    allowed=(QuizError,),
    seeds=lambda: [raw + _BEHIND + typed for raw in quizzes() for typed in (b"3,5", b"2/7", b" -1 ", "½".encode())],
    mutate=mutate,
    max_bytes=8192,
    runs=700,
)
