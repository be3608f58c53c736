"""Which questions of a quiz a try asks, and in which order everything is shown: a function of the quiz and a seed.

Promises: the same quiz and seed give the same arrangement after a reload, a restart and under another Python, because
the numbers come from SHA-256 and nothing else. Things to bring in order are never shown in the right order (FORMAT
4.7), the targets of a match always in an order of their own. What a page sends back for a choice is its place on the
page, so that no id that an author chose is ever sent.

    questions = drawn(quiz, seed)
    laid_out(quiz, questions[0], seed).choices
"""

import hashlib
from collections.abc import Iterator, Sequence
from typing import TypeVar

import msgspec

from content_packs.quiz import Choice, Gap, Question, Quiz

T = TypeVar("T")
FEW_TURNS = 3
"""In a practice, a question is not asked again before as many others were, if there are so many."""


def drawn(quiz: Quiz, seed: str) -> tuple[Question, ...]:
    """The questions of a try: pools drawn, in the author's order or shuffled (FORMAT 4.11, 4.12)."""
    picked = {
        question.id
        for pool, count in sorted(quiz.draw.items())
        for question in _shuffled([one for one in quiz.questions if one.pool == pool], f"{seed} pool {pool}")[:count]
    }
    questions = tuple(question for question in quiz.questions if question.pool is None or question.id in picked)
    return _shuffled(questions, f"{seed} questions") if quiz.shuffle_questions else questions


def laid_out(quiz: Quiz, question: Question, seed: str, turn: int = 0) -> Question:
    """A question with everything in the order in which this try shows it; its ids are what they were."""
    seed = f"{seed} {question.id} {turn}"
    choices, targets, gaps = question.choices, question.targets, question.gaps
    if question.type == "order":
        choices = _not_as(_shuffled(choices, f"{seed} choices"), question.correct)
    elif quiz.shuffle_choices:
        choices = _shuffled(choices, f"{seed} choices")
        gaps = tuple(_mixed(gap, f"{seed} gap {gap.id}") for gap in gaps)
    if question.type == "match":
        targets = _shuffled(targets, f"{seed} targets")
    return msgspec.structs.replace(question, choices=choices, targets=targets, gaps=gaps)


def practised(quiz: Quiz, seed: str, lately: Sequence[tuple[str, bool]], turn: int) -> Question:
    """The question of a turn of a practice: at random, those that were not right lately more often (FORMAT 4.13).

    Args:
        quiz: The practice.
        seed: The seed of the try.
        lately: The turns before this one, the oldest first: which question, and whether it was right without a hint.
        turn: Which turn this is, from 1.
    """
    last = dict(lately)
    resting = _resting(lately, len(quiz.questions))
    weights = [0 if one.id in resting else _weight(last.get(one.id)) for one in quiz.questions]
    ticket = _below(_numbers(f"{seed} turn {turn}"), sum(weights))
    for question, weight in zip(quiz.questions, weights, strict=True):
        if ticket < weight:
            return question
        ticket -= weight
    raise AssertionError("a ticket is always below the sum of the weights")


def _resting(lately: Sequence[tuple[str, bool]], questions: int) -> set[str]:
    """The questions that were asked in the last turns; there is always another one left, if the quiz has two."""
    few = min(FEW_TURNS, questions - 1)
    return {question_id for question_id, _ in lately[-few:]} if few else set()


def _weight(right: bool | None) -> int:
    """How many tickets a question has: right lately 1, not asked yet 3, not right lately 4."""
    if right is None:
        return 3
    return 1 if right else 4


def _mixed(gap: Gap, seed: str) -> Gap:
    return msgspec.structs.replace(gap, choices=_shuffled(gap.choices, seed))


def _not_as(choices: tuple[Choice, ...], order: Sequence[str]) -> tuple[Choice, ...]:
    """Turn them by one if they happen to stand in this order."""
    return (*choices[1:], choices[0]) if [choice.id for choice in choices] == list(order) else choices


def _shuffled(things: Sequence[T], seed: str) -> tuple[T, ...]:
    """Fisher and Yates; every order is as likely as any other."""
    mixed = list(things)
    numbers = _numbers(seed)
    for last in range(len(mixed) - 1, 0, -1):
        other = _below(numbers, last + 1)
        mixed[last], mixed[other] = mixed[other], mixed[last]
    return tuple(mixed)


def _below(numbers: Iterator[int], end: int) -> int:
    """A number from 0 to below `end`, each as likely: what would favour the small ones is thrown again."""
    fair = (1 << 32) - (1 << 32) % end
    return next(number for number in numbers if number < fair) % end


def _numbers(seed: str) -> Iterator[int]:
    """Numbers of 32 bits without end: SHA-256 of the seed and a counter, eight of each."""
    block = 0
    while True:
        digest = hashlib.sha256(f"{seed}\n{block}".encode()).digest()
        yield from (int.from_bytes(digest[at : at + 4]) for at in range(0, 32, 4))
        block += 1
