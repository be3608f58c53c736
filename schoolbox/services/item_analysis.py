"""Which question fools everyone, as rules over values.

Of each question of a quiz: how many got it right at first, and which wrong answer was given most.

Counted is the first answer of each pupil to each question, in the first try at the quiz as it is on the box now:
later tries have seen the solution. Whether an answer was right was judged when it was given and is not judged anew, so
a kind of question that this module has never heard of is counted like any other. A quiz with pools asks not everybody
everything: `answered` is of those who were asked.
"""

from collections import Counter
from collections.abc import Sequence

import msgspec

from content_packs.quiz import Question

FOOLED = 0.5
"""A question that at most this share of three or more pupils got right is one to talk about."""
FEW = 3


class FirstAnswer(msgspec.Struct, frozen=True):
    """What one pupil said first to one question."""

    person_id: int
    question_id: str
    response: tuple[str, ...]
    right: bool


class Asked(msgspec.Struct, frozen=True):
    """One question and how it went; `worst` is the wrong answer given most, `worst_count` how often (0: none)."""

    question: Question
    answered: int
    right: int
    worst: tuple[str, ...]
    worst_count: int

    @property
    def wrong(self) -> int:
        """How many did not get it right."""
        return self.answered - self.right

    @property
    def fools(self) -> bool:
        """Whether this is one to talk about in class."""
        return self.answered >= FEW and self.right <= FOOLED * self.answered

    @property
    def beats_right(self) -> bool:
        """Whether one wrong answer was given more often than the right one."""
        return self.worst_count > self.right and self.answered >= FEW


def analysed(questions: Sequence[Question], answers: Sequence[FirstAnswer]) -> tuple[Asked, ...]:
    """Count the answers of each question, in the order of the quiz."""
    return tuple(_asked(question, [one for one in answers if one.question_id == question.id]) for question in questions)


def _asked(question: Question, answers: Sequence[FirstAnswer]) -> Asked:
    wrong = Counter(_alike(question, one.response) for one in answers if not one.right)
    worst, count = wrong.most_common(1)[0] if wrong else ((), 0)
    return Asked(question, len(answers), sum(one.right for one in answers), worst, count)


def _alike(question: Question, response: tuple[str, ...]) -> tuple[str, ...]:
    """The same for answers that say the same: ticks in any order, words with any spaces and capitals."""
    if question.type in ("text", "number"):
        return tuple(" ".join(said.split()).casefold() for said in response)
    return tuple(sorted(response)) if question.type in ("multiple", "match", "gaps") else response
