"""Quizzes from their sources: the same questions, with `watch = "lesson#mark"` turned into the second of that step.

A source is a TOML file of the fields of a quiz; choices may be written shortly as `a = ["sq", "en"]`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from content_packs.quiz import Choice, Question, Quiz, Watch, decode_quiz
from content_packs.samples.make.lesson import Source
from content_packs.samples.make.timeline import Timeline


class QuestionSource(Source, frozen=True, kw_only=True):
    """One question as it is written; `choices` are pairs of Albanian and English words by their id."""

    id: str
    type: Literal["single", "multiple", "number", "text"]
    prompt: dict[str, str]
    correct: tuple[str, ...]
    feedback: dict[str, str]
    watch: str
    choices: dict[str, tuple[str, str]] = msgspec.field(default_factory=dict)
    tolerance: float = 0.0


class QuizSource(Source, frozen=True, kw_only=True):
    """A quiz as it is written."""

    questions: tuple[QuestionSource, ...]
    pass_score: float = 0.6


def make_quiz(source: Path, out: Path, *, publisher: str, timelines: Mapping[str, Timeline]) -> None:
    """Write a quiz as the box reads it, and check that it reads it.

    Raises:
        SystemExit: A question points at a lesson or a mark that does not exist.
        content_packs.errors.QuizError: The quiz is inconsistent.
    """
    written = msgspec.toml.decode(source.read_bytes(), type=QuizSource)
    try:
        questions = tuple(_question(q, publisher, timelines) for q in written.questions)
    except KeyError as exc:
        raise SystemExit(f"{source.name}: there is no lesson or mark {exc}") from exc
    quiz = Quiz(format=1, questions=questions, pass_score=written.pass_score)
    raw = msgspec.json.format(msgspec.json.encode(quiz), indent=1)
    decode_quiz(raw)
    out.write_bytes(raw + b"\n")


def _question(written: QuestionSource, publisher: str, timelines: Mapping[str, Timeline]) -> Question:
    lesson, _, mark = written.watch.partition("#")
    at_s = max(0.0, round(timelines[lesson].at(mark) - 0.3, 1))
    choices = tuple(Choice(id=key, text={"sq": pair[0], "en": pair[1]}) for key, pair in written.choices.items())
    return Question(
        id=written.id,
        type=written.type,
        prompt=written.prompt,
        correct=written.correct,
        choices=choices,
        tolerance=written.tolerance,
        feedback=written.feedback,
        watch=Watch(item=f"{publisher}:{lesson}", at_s=at_s),
    )
