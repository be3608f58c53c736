"""What a quiz file holds (FORMAT.md section 4); `judging` says whether an answer is right.

A quiz is a file of role `quiz`; it is read by the box only and never served, because it holds the right answers.
Prompts, choices, hints and feedback are plain text with four marks: `{2/7}` a fraction, backticks for code, `**bold**`,
and in the prompt of a question with gaps `[[slug]]`, the place of a gap.

    quiz = decode_quiz(raw)
    is_right(quiz.questions[0], ("b",))
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal, TypeAlias

import msgspec

from content_packs.errors import QuizError
from content_packs.judging import read_number
from content_packs.manifest import QualifiedId, Record, Slug, Text, Words

QUIZ_BYTES_MAX = 512 * 1024
GAP = re.compile(r"\[\[([a-z0-9][a-z0-9-]{0,63})\]\]")
"""The place of a gap in a prompt (FORMAT 4.9)."""
TRUTH = ("true", "false")

QuestionType: TypeAlias = Literal["single", "multiple", "true_false", "number", "text", "order", "match", "gaps"]


class Picture(Record, frozen=True):
    """A picture: the `label` of a file of role `picture` of the same item, and what is on it in words."""

    file: Annotated[Words, msgspec.Meta(min_length=1)]
    alt: Text


class Choice(Record, frozen=True):
    """One thing to choose, to bring in order or to match; `feedback` is shown to who chose it wrongly."""

    id: Slug
    text: Text
    picture: Picture | None = None
    feedback: Text = msgspec.field(default_factory=dict)


class Gap(Record, frozen=True):
    """A gap in the prompt: `correct` holds every accepted spelling, or with `choices` the id of the right one."""

    id: Slug
    correct: Annotated[tuple[Words, ...], msgspec.Meta(min_length=1)]
    choices: tuple[Choice, ...] = ()


class Watch(Record, frozen=True):
    """Where the lesson explains this: a video item and the second to start from."""

    item: QualifiedId
    at_s: Annotated[float, msgspec.Meta(ge=0)] = 0.0


class Question(Record, frozen=True):
    """One question (FORMAT 4.2 to 4.9); what `correct` holds depends on the type.

    `single`, `multiple`: ids of choices. `true_false`: `true` or `false`. `number`, `text`: every accepted spelling;
    `tolerance` is for `number`. `order`: all ids of choices in the right order. `match`: pairs `choice=target`.
    `gaps`: nothing, each gap has its own.
    """

    id: Slug
    type: QuestionType
    prompt: Text
    correct: tuple[Words, ...] = ()
    choices: tuple[Choice, ...] = ()
    targets: tuple[Choice, ...] = ()
    gaps: tuple[Gap, ...] = ()
    tolerance: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    picture: Picture | None = None
    hints: Annotated[tuple[Text, ...], msgspec.Meta(max_length=5)] = ()
    feedback: Text = msgspec.field(default_factory=dict)
    watch: Watch | None = None
    pool: Slug | None = None


class Quiz(Record, frozen=True):
    """Questions in order; `pass_score` is the scaled score (0 to 1) from which it counts as passed.

    `draw` says how many questions of a pool are asked. `mode` is `quiz`, or `practice`: questions come at random until
    `mastery` of them were right in a row. `reveal` says when right and wrong are shown. 0 stands for no limit in
    `time_limit_s` and `tries`.
    """

    format: Literal[1]
    questions: Annotated[tuple[Question, ...], msgspec.Meta(min_length=1, max_length=200)]
    pass_score: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.6
    mode: Literal["quiz", "practice"] = "quiz"
    mastery: Annotated[int, msgspec.Meta(ge=2, le=20)] = 5
    shuffle_questions: bool = False
    shuffle_choices: bool = False
    draw: dict[Slug, Annotated[int, msgspec.Meta(ge=1, le=200)]] = msgspec.field(default_factory=dict)
    time_limit_s: Annotated[int, msgspec.Meta(ge=0, le=14_400)] = 0
    tries: Annotated[int, msgspec.Meta(ge=0, le=100)] = 0
    reveal: Literal["each", "end"] = "each"

    @property
    def asked(self) -> int:
        """How many questions a pupil is asked: those without a pool, and as many of each pool as are drawn."""
        return sum(question.pool is None for question in self.questions) + sum(self.draw.values())


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
    problem = next(problems_of(quiz), None)
    if problem:
        raise QuizError(problem=problem)
    return quiz


def pictures_of(quiz: Quiz) -> Iterator[Picture]:
    """Every picture that a quiz shows (FORMAT 4.10)."""
    for question in quiz.questions:
        in_gaps = (choice for gap in question.gaps for choice in gap.choices)
        shown = [choice.picture for choice in (*question.choices, *question.targets, *in_gaps)]
        yield from (picture for picture in (question.picture, *shown) if picture is not None)


def problems_of(quiz: Quiz) -> Iterator[str]:
    """Say what is inconsistent in a quiz whose fields are each well formed."""
    if _twice([question.id for question in quiz.questions]):
        yield "two questions have the same id"
    yield from _pool_problems(quiz)
    for question in quiz.questions:
        yield from (f"question {question.id}: {problem}" for problem in _question_problems(question))


def _pool_problems(quiz: Quiz) -> Iterator[str]:
    """Say what is wrong with the pools, and with a practice (FORMAT 4.12, 4.13)."""
    pools = Counter(question.pool for question in quiz.questions if question.pool is not None)
    yield from (f"nothing says how many of pool {pool} are drawn" for pool in pools if pool not in quiz.draw)
    for pool, count in quiz.draw.items():
        if count > pools[pool]:
            yield f"pool {pool} has fewer than {count} questions"
    if quiz.mode == "practice" and (quiz.draw or quiz.time_limit_s or quiz.tries or quiz.reveal == "end"):
        yield "a practice has no pools, time limit or number of tries, and shows each answer at once"


def _question_problems(question: Question) -> Iterator[str]:
    """Say what is wrong with one question (FORMAT 4.3 to 4.10)."""
    if not question.prompt:
        yield "there is no prompt"
    yield from _misplaced(question)
    yield from _choice_problems((*question.choices, *question.targets))
    yield from _PROBLEMS[question.type](question)


def _misplaced(question: Question) -> Iterator[str]:
    """Say which fields do not belong to this type of question."""
    if question.choices and question.type not in ("single", "multiple", "order", "match"):
        yield "choices are for single, multiple, order and match"
    if question.targets and question.type != "match":
        yield "targets are for match"
    if question.gaps and question.type != "gaps":
        yield "gaps are for gaps"
    if question.tolerance and question.type != "number":
        yield "tolerance is for number"
    if question.picture and not question.picture.alt:
        yield "the picture is not described"
    yield from (f"hint {place} is empty" for place, hint in enumerate(question.hints, 1) if not hint)


def _choice_problems(choices: Sequence[Choice]) -> Iterator[str]:
    yield from (f"choice {choice.id} has no text" for choice in choices if not choice.text)
    yield from (
        f"the picture of choice {choice.id} is not described"
        for choice in choices
        if choice.picture and not choice.picture.alt
    )


def _chosen(question: Question) -> Iterator[str]:
    ids = [choice.id for choice in question.choices]
    if _twice(ids) or len(ids) < 2 or not question.correct or not set(question.correct) <= set(ids):
        yield "choices and right answers do not fit"
    if question.type == "single" and len(question.correct) != 1:
        yield "a single choice has one right answer"


def _truth(question: Question) -> Iterator[str]:
    if len(question.correct) != 1 or question.correct[0] not in TRUTH:
        yield "the right answer is neither true nor false"


def _typed(question: Question) -> Iterator[str]:
    if not question.correct:
        yield "there is no right answer"
    if question.type == "number" and any(read_number(answer) is None for answer in question.correct):
        yield "a right answer is not a number"


def _order(question: Question) -> Iterator[str]:
    ids = [choice.id for choice in question.choices]
    if _twice(ids) or len(ids) < 2 or sorted(question.correct) != sorted(ids):
        yield "the right order does not name every choice once"


def _match(question: Question) -> Iterator[str]:
    left, right = ([each.id for each in side] for side in (question.choices, question.targets))
    pairs = [answer.partition("=")[::2] for answer in question.correct]
    if _twice(left) or _twice(right) or len(left) < 2 or len(right) < 2:
        yield "a match needs two different choices and two different targets at least"
    if sorted(choice for choice, _ in pairs) != sorted(left) or not {target for _, target in pairs} <= set(right):
        yield "the right pairs do not name every choice once, each with a target"


def _gaps(question: Question) -> Iterator[str]:
    ids = sorted(gap.id for gap in question.gaps)
    if question.correct:
        yield "the right answers stand in the gaps"
    if not ids or any(sorted(GAP.findall(words)) != ids for words in question.prompt.values()):
        yield "the prompt does not have every gap once, in every language"
    for gap in question.gaps:
        choices = [choice.id for choice in gap.choices]
        yield from _choice_problems(gap.choices)
        if choices and (_twice(choices) or len(choices) < 2 or len(gap.correct) != 1 or gap.correct[0] not in choices):
            yield f"gap {gap.id}: choices and right answer do not fit"


_PROBLEMS = {
    "single": _chosen,
    "multiple": _chosen,
    "true_false": _truth,
    "number": _typed,
    "text": _typed,
    "order": _order,
    "match": _match,
    "gaps": _gaps,
}


def _twice(ids: Sequence[str]) -> bool:
    return len(set(ids)) != len(ids)
