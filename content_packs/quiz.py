"""What a quiz file holds (FORMAT.md section 4), and how one answer is judged.

A quiz is a file of role `quiz`; it is read by the box only and never served, because it holds the right answers.
Prompts, choices and feedback are plain text with three marks: `{2/7}` a fraction, backticks for code, `**bold**`.

    quiz = decode_quiz(raw)
    is_right(quiz.questions[0], ("b",))
"""

import re
from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec

from content_packs.errors import QuizError
from content_packs.manifest import QualifiedId, Record, Slug, Text, Words

QUIZ_BYTES_MAX = 512 * 1024
_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,15}\.?[0-9]{0,15}|\.[0-9]{1,15})")


class Choice(Record, frozen=True):
    """One answer to choose from."""

    id: Slug
    text: Text


class Watch(Record, frozen=True):
    """Where the lesson explains this: a video item and the second to start from."""

    item: QualifiedId
    at_s: Annotated[float, msgspec.Meta(ge=0)] = 0.0


class Question(Record, frozen=True):
    """One question: `single` and `multiple` choose among `choices`, `number` and `text` are typed.

    `correct` holds choice ids, or for `number` and `text` every accepted spelling; `tolerance` is for `number`.
    """

    id: Slug
    type: Literal["single", "multiple", "number", "text"]
    prompt: Text
    correct: Annotated[tuple[Words, ...], msgspec.Meta(min_length=1)]
    choices: tuple[Choice, ...] = ()
    tolerance: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    feedback: Text = msgspec.field(default_factory=dict)
    watch: Watch | None = None


class Quiz(Record, frozen=True):
    """Questions in order; `pass_score` is the scaled score (0 to 1) from which it counts as passed."""

    format: Literal[1]
    questions: Annotated[tuple[Question, ...], msgspec.Meta(min_length=1, max_length=200)]
    pass_score: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.6


def decode_quiz(raw: bytes) -> Quiz:
    """Read and check a quiz.

    Raises:
        QuizError: Too large, not JSON, or inconsistent; `problem` says which.
    """
    if len(raw) > QUIZ_BYTES_MAX:
        raise QuizError(problem=f"larger than {QUIZ_BYTES_MAX} bytes")
    try:
        quiz = msgspec.json.decode(raw, type=Quiz)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise QuizError(problem=str(exc)) from exc
    problem = next(_problems(quiz), None)
    if problem:
        raise QuizError(problem=problem)
    return quiz


def is_right(question: Question, response: tuple[str, ...]) -> bool:
    """Judge one answer: the chosen ids, or the one typed text. Typed numbers may use a comma or a point."""
    if question.type in ("single", "multiple"):
        return set(response) == set(question.correct)
    typed = " ".join(response[0].split()).casefold() if response else ""
    if question.type == "text":
        return typed in {" ".join(answer.split()).casefold() for answer in question.correct}
    value = _number(typed)
    accepted = (_number(answer) for answer in question.correct)
    return value is not None and any(a is not None and abs(a - value) <= question.tolerance + 1e-9 for a in accepted)


def _number(text: str) -> float | None:
    """Read a number as pupils type it: `3,5`, `3.5`, `-2`, `2/7`; None if it is none."""
    whole, slash, below = text.replace(",", ".").replace("−", "-").replace(" ", "").partition("/")
    parts = (whole, below) if slash else (whole, "1")
    if not all(_DECIMAL.fullmatch(part) for part in parts) or not float(parts[1]):
        return None
    return float(parts[0]) / float(parts[1])


def _problems(quiz: Quiz) -> Iterator[str]:
    """Say what is inconsistent in a quiz whose fields are each well formed."""
    ids = [question.id for question in quiz.questions]
    if len(set(ids)) != len(ids):
        yield "two questions have the same id"
    for question in quiz.questions:
        yield from (f"question {question.id}: {problem}" for problem in _question_problems(question))


def _question_problems(question: Question) -> Iterator[str]:
    """Say what is wrong with one question (FORMAT 4.3)."""
    ids = [choice.id for choice in question.choices]
    if question.type in ("single", "multiple"):
        if len(set(ids)) != len(ids) or len(ids) < 2 or not set(question.correct) <= set(ids):
            yield "choices and right answers do not fit"
    elif ids:
        yield "choices are for single and multiple"
    if question.type == "single" and len(question.correct) != 1:
        yield "a single choice has one right answer"
    if question.type == "number" and any(_number(answer) is None for answer in question.correct):
        yield "a right answer is not a number"
    if not question.prompt:
        yield "there is no prompt"
    yield from (f"choice {choice.id} has no text" for choice in question.choices if not choice.text)
