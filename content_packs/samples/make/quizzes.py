"""Quizzes from their sources: the same questions, with `watch = "lesson#mark"` turned into the second of that step.

A source is a TOML file of the fields of a quiz; choices, targets and the choices of a gap may be written shortly as
`a = ["sq", "en"]`. A `[pictures.<label>]` is drawn with the drawings of a lesson into `<quiz>-<label>.png`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from content_packs.quiz import Choice, Gap, Picture, Question, QuestionType, Quiz, Watch, decode_quiz
from content_packs.samples.make.draw.canvas import Canvas
from content_packs.samples.make.lesson import Drawing, Source
from content_packs.samples.make.timeline import Timeline

Pairs = dict[str, tuple[str, str]]
"""Albanian and English words by an id."""


class GapSource(Source, frozen=True, kw_only=True):
    """A gap as it is written."""

    correct: tuple[str, ...]
    choices: Pairs = msgspec.field(default_factory=dict)


class QuestionSource(Source, frozen=True, kw_only=True):
    """One question as it is written; `picture` is the label of one of the quiz's pictures."""

    id: str
    type: QuestionType
    prompt: dict[str, str]
    feedback: dict[str, str]
    watch: str
    correct: tuple[str, ...] = ()
    choices: Pairs = msgspec.field(default_factory=dict)
    targets: Pairs = msgspec.field(default_factory=dict)
    gaps: dict[str, GapSource] = msgspec.field(default_factory=dict)
    hints: tuple[dict[str, str], ...] = ()
    picture: str = ""
    tolerance: float = 0.0


class PictureSource(Source, frozen=True, kw_only=True):
    """A picture: what it is in words, and what is drawn, on the 640 x 360 points of a lesson."""

    alt: dict[str, str]
    show: tuple[Drawing, ...]


class QuizSource(Source, frozen=True, kw_only=True):
    """A quiz as it is written."""

    questions: tuple[QuestionSource, ...]
    pictures: dict[str, PictureSource] = msgspec.field(default_factory=dict)
    pass_score: float = 0.6
    mode: Literal["quiz", "practice"] = "quiz"
    mastery: int = 5
    shuffle_choices: bool = False


def make_quiz(source: Path, out: Path, *, publisher: str, timelines: Mapping[str, Timeline]) -> None:
    """Write a quiz as the box reads it, and its pictures, and check that it reads it.

    Raises:
        SystemExit: A question points at a lesson, a mark or a picture that does not exist.
        content_packs.errors.QuizError: The quiz is inconsistent.
    """
    written = msgspec.toml.decode(source.read_bytes(), type=QuizSource)
    try:
        questions = tuple(_question(q, publisher, timelines, written.pictures) for q in written.questions)
    except KeyError as exc:
        raise SystemExit(f"{source.name}: there is no lesson, mark or picture {exc}") from exc
    quiz = Quiz(
        format=1, questions=questions, pass_score=written.pass_score, mode=written.mode, mastery=written.mastery,
        shuffle_choices=written.shuffle_choices,
    )  # fmt: skip
    raw = msgspec.json.format(msgspec.json.encode(quiz), indent=1)
    decode_quiz(raw)
    out.write_bytes(raw + b"\n")
    for label, picture in written.pictures.items():
        _draw(picture, out.with_name(f"{out.stem}-{label}.png"))


def _question(
    written: QuestionSource, publisher: str, timelines: Mapping[str, Timeline], pictures: Mapping[str, PictureSource]
) -> Question:
    lesson, _, mark = written.watch.partition("#")
    at_s = max(0.0, round(timelines[lesson].at(mark) - 0.3, 1))
    label = written.picture
    gaps = (Gap(id=key, correct=gap.correct, choices=_choices(gap.choices)) for key, gap in written.gaps.items())
    return Question(
        id=written.id,
        type=written.type,
        prompt=written.prompt,
        correct=written.correct,
        choices=_choices(written.choices),
        targets=_choices(written.targets),
        gaps=tuple(gaps),
        hints=written.hints,
        picture=Picture(file=label, alt=pictures[label].alt) if label else None,
        tolerance=written.tolerance,
        feedback=written.feedback,
        watch=Watch(item=f"{publisher}:{lesson}", at_s=at_s),
    )


def _choices(pairs: Pairs) -> tuple[Choice, ...]:
    return tuple(Choice(id=key, text={"sq": pair[0], "en": pair[1]}) for key, pair in pairs.items())


def _draw(picture: PictureSource, out: Path) -> None:
    canvas = Canvas.empty("math", ground="paper")
    for drawing in picture.show:
        drawing.draw(canvas, 1.0)
    canvas.small().quantize(64).save(out, optimize=True)
