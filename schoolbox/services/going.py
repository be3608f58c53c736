"""A quiz as it lies before somebody, and how far they are with it: values, made of a quiz and what was kept of a try.

    going.asked[going.next_place].question
    shown(paper, going, place).choices          # in the order in which this try shows them
"""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from content_packs.quiz import Question, Quiz
from schoolbox.errors import NotFoundError
from schoolbox.services.arrangement import drawn, laid_out, practised
from schoolbox.services.attempts import Attempt, Given, Kept
from schoolbox.services.open_tests import OpenTest
from schoolbox.services.outline import Entry, ItemFile, ItemPage


class Paper(msgspec.Struct, frozen=True):
    """A quiz as it lies before a pupil: its item, its questions, the hash of its file; the test that it is, if any."""

    page: ItemPage
    quiz: Quiz
    sha256: str
    test: OpenTest | None = None

    @property
    def test_id(self) -> int | None:
        """The number of the test, None if it is none."""
        return self.test.id if self.test else None

    def fits(self, attempt: Attempt) -> bool:
        """Whether a try is one at this very paper."""
        return attempt.quiz_sha256 == self.sha256 and attempt.test_id == self.test_id

    def question(self, question_id: str) -> Question:
        """A question of it.

        Raises:
            NotFoundError: It has none of that id.
        """
        for question in self.quiz.questions:
            if question.id == question_id:
                return question
        raise NotFoundError(kind="question", key=question_id)

    def passes(self, right: int) -> bool:
        """Whether so many right answers are enough."""
        return right / self.asked + 1e-9 >= (1 if self.practice else self.quiz.pass_score)

    @property
    def practice(self) -> bool:
        """Whether its questions come again and again until enough were right in a row."""
        return self.quiz.mode == "practice"

    @property
    def at_end(self) -> bool:
        """Whether right and wrong are shown after the last answer only, and answers may be changed until then."""
        return self.quiz.reveal == "end"

    @property
    def begins(self) -> bool:
        """Whether a try is begun by a button, because its time starts or tries are counted."""
        return bool(self.quiz.time_limit_s or self.quiz.tries)

    @property
    def has_hints(self) -> bool:
        """Whether any question has a hint."""
        return any(question.hints for question in self.quiz.questions)

    @property
    def asked(self) -> int:
        """How many questions a try asks; of a practice how many must be right in a row."""
        return self.quiz.mastery if self.practice else self.quiz.asked

    @property
    def needed(self) -> int:
        """How many right answers are enough."""
        return next(right for right in range(1, self.asked + 1) if self.passes(right))

    @property
    def entry(self) -> Entry:
        """The quiz's item with its course."""
        return Entry(self.page.item, self.page.outline.pack)

    def picture(self, label: str) -> ItemFile | None:
        """The file of a picture of this quiz (FORMAT 4.10)."""
        return next((file for file in self.page.of_role("picture") if file.label == label), None)


class Asked(msgspec.Struct, frozen=True):
    """A question of a try, as its author wrote it; `turn` is 0 outside a practice; `given` None without an answer."""

    question: Question
    turn: int = 0
    given: Given | None = None
    hints: int = 0


class Going(msgspec.Struct, frozen=True):
    """How far somebody is: `asked` are the questions of this try in order, of a practice its turns and the next one.

    `go` counts the tries, `seed` gives the order of things; `begun` says that there is anything of it; `renewed` that a
    new version of the quiz came while they were at it; `before` is how many were right in the finished try before this
    one; `left_s` and `tries_left` are None where there is no limit.
    """

    go: int
    seed: str
    asked: tuple[Asked, ...]
    finished: bool = False
    begun: bool = False
    renewed: bool = False
    before: int | None = None
    left_s: float | None = None
    tries_left: int | None = None

    @property
    def given(self) -> tuple[Given | None, ...]:
        """The answers, None where there is none yet."""
        return tuple(one.given for one in self.asked)

    @property
    def right(self) -> int:
        """How many answers are right so far."""
        return sum(1 for given in self.given if given is not None and given.right)

    @property
    def answered(self) -> int:
        """How many questions have an answer."""
        return sum(1 for given in self.given if given is not None)

    @property
    def next_place(self) -> int | None:
        """The place of the first question without an answer; None if all have one, or the try is over."""
        if self.finished:
            return None
        return next((place for place, given in enumerate(self.given) if given is None), None)

    @property
    def streak(self) -> int:
        """How many of the last answers were right without a hint, one after the other."""
        return streak_of([one.given for one in self.asked if one.given is not None])

    def place(self, question_id: str, turn: int) -> int | None:
        """Where a question stands in this try; None if it is not asked."""
        for place, one in enumerate(self.asked):
            if one.question.id == question_id and one.turn == turn:
                return place
        return None


def as_test(paper: Paper, test: OpenTest) -> Paper:
    """A quiz as a test: every question once, one try, no hints, nothing told before the end, the time of this pupil."""
    quiz = paper.quiz
    questions = tuple(msgspec.structs.replace(question, hints=()) for question in quiz.questions)
    changed = msgspec.structs.replace(
        quiz, questions=questions, mode="quiz", reveal="end", tries=1, time_limit_s=test.time_s
    )
    return replace(paper, quiz=changed, test=test)


def shown(paper: Paper, going: Going, place: int) -> Question:
    """A question with its choices in the order in which this try shows them."""
    one = going.asked[place]
    return laid_out(paper.quiz, one.question, going.seed, one.turn)


def asked_of(quiz: Quiz, seed: str, kept: Kept, *, finished: bool = False) -> tuple[Asked, ...]:
    """What a try asks, with what was kept of it."""
    if quiz.mode == "practice":
        return _turns(quiz, seed, kept, finished=finished)
    return tuple(
        Asked(one, 0, kept.given.get((0, one.id)), kept.hints.get((0, one.id), 0)) for one in drawn(quiz, seed)
    )


def with_answer(asked: Sequence[Asked], given: Given) -> tuple[Asked, ...]:
    """The same questions with one more answer."""
    return tuple(
        replace(one, given=given) if one.question.id == given.question_id and one.turn == given.turn else one
        for one in asked
    )


def streak_of(given: Sequence[Given]) -> int:
    """How many answers at the end of these were right without a hint, one after the other."""
    streak = 0
    for one in reversed(given):
        if not one.clean:
            break
        streak += 1
    return streak


def is_complete(quiz: Quiz, asked: Sequence[Asked]) -> bool:
    """Whether a try is at its end: every question has an answer, or in a practice enough were right in a row."""
    given = [one.given for one in asked if one.given is not None]
    if quiz.mode == "practice":
        return streak_of(given) >= quiz.mastery
    return len(given) == len(asked)


def _turns(quiz: Quiz, seed: str, kept: Kept, *, finished: bool) -> tuple[Asked, ...]:
    """The turns of a practice that are looked at, the oldest first, and the next one."""
    by_id = {question.id: question for question in quiz.questions}
    given = [kept.given[key] for key in sorted(kept.given) if key[1] in by_id]
    turns = tuple(Asked(by_id[one.question_id], one.turn, one, one.hints) for one in given)
    if finished:
        return turns
    turn = given[-1].turn + 1 if given else 1
    following = practised(quiz, seed, [(one.question_id, one.clean) for one in given], turn)
    return (*turns, Asked(following, turn, None, kept.hints.get((turn, following.id), 0)))
