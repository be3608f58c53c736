"""Quizzes: one question after the other, judged on the box, each answer kept the moment it is given.

Promises: the first answer to a question counts, however often it is posted; answer, progress and statement are one
transaction, on the disk when `answer` returns; typed texts stay on the box. A quiz that was replaced by a new version
while a pupil was at it begins anew, and the old answers are kept. Guests and staff may try; nothing of it is kept.

    paper = quizzes.paper("mash:kuizi-i-thyesave", staff=False)
    quizzes.answer(viewer, paper, paper.quiz.questions[0], ("b",), go=1)
"""

from dataclasses import dataclass
from functools import lru_cache

from content_packs.clock import Clock
from content_packs.errors import MissingBlobError
from content_packs.judging import is_right
from content_packs.quiz import Question, Quiz, decode_quiz
from content_packs.store import Store
from schoolbox.db.database import Database
from schoolbox.errors import BadInputError, NotFoundError
from schoolbox.services.attempts import Attempt, AttemptTable, Given
from schoolbox.services.library import Library
from schoolbox.services.outbox import BoxOutbox
from schoolbox.services.outline import Entry, ItemPage
from schoolbox.services.progress import ProgressTable
from schoolbox.services.statements import Statements, item_ref
from schoolbox.services.viewers import Viewer, keeps_for
from sync.statements import QuizAnswer, Score, quiz_answered, quiz_failed, quiz_passed, utc_text

TYPED_CHARS_MAX = 200
QUIZZES_IN_MEMORY = 64


@dataclass(frozen=True, slots=True)
class Paper:
    """A quiz as it lies before a pupil: its item, its questions, the hash of its file."""

    page: ItemPage
    quiz: Quiz
    sha256: str

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
        return right / len(self.quiz.questions) + 1e-9 >= self.quiz.pass_score

    @property
    def needed(self) -> int:
        """How many right answers are enough."""
        return next(right for right in range(1, len(self.quiz.questions) + 1) if self.passes(right))

    @property
    def entry(self) -> Entry:
        """The quiz's item with its course."""
        return Entry(self.page.item, self.page.outline.pack)


@dataclass(frozen=True, slots=True)
class Going:
    """How far somebody is: `given` in the order of the questions, None where there is no answer yet.

    `go` counts the tries; `renewed` says that a new version of the quiz came while they were at it; `before` is how
    many were right in the finished try before this one.
    """

    go: int
    given: tuple[Given | None, ...]
    finished: bool
    renewed: bool
    before: int | None

    @property
    def right(self) -> int:
        """How many answers are right so far."""
        return sum(1 for given in self.given if given is not None and given.right)

    @property
    def next_place(self) -> int | None:
        """The place of the first question without an answer; None if all have one."""
        return next((place for place, given in enumerate(self.given) if given is None), None)


class Quizzes:
    """Reads quizzes from the store and keeps what pupils answer."""

    def __init__(
        self,
        db: Database,
        *,
        clock: Clock,
        library: Library,
        store: Store,
        outbox: BoxOutbox,
        statements: Statements,
    ) -> None:
        self._clock = clock
        self._library = library
        self._store = store
        self._outbox = outbox
        self._statements = statements
        self._attempts = AttemptTable(db)
        self._progress = ProgressTable(db)
        self._read = lru_cache(QUIZZES_IN_MEMORY)(self._read_file)

    def paper(self, item_id: str, *, staff: bool) -> Paper:
        """The quiz of an item.

        Raises:
            NotFoundError: There is no such quiz for this reader.
            MissingBlobError: Its file is not on the disk.
            QuizError: Its file makes no sense.
        """
        page = self._library.item(item_id, staff=staff)
        files = page.of_role("quiz")
        if page.item.kind != "quiz" or not files:
            raise NotFoundError(kind="quiz", key=item_id)
        return Paper(page, self._read(files[0].sha256, files[0].ext), files[0].sha256)

    def going(self, viewer: Viewer, paper: Paper) -> Going:
        """How far a pupil is with a quiz."""
        item_id = paper.page.item.id
        attempt = self._attempts.last(viewer.person_id, item_id)
        if attempt is None:
            return Going(1, (None,) * len(paper.quiz.questions), finished=False, renewed=False, before=None)
        if attempt.quiz_sha256 != paper.sha256:
            return Going(
                attempt.go + 1, (None,) * len(paper.quiz.questions), finished=False, renewed=not attempt.finished,
                before=None,
            )  # fmt: skip
        answers = self._attempts.answers(attempt.id)
        given = tuple(answers.get(question.id) for question in paper.quiz.questions)
        before = self._attempts.right_before(viewer, item_id, attempt.id) if attempt.finished else None
        return Going(attempt.go, given, finished=attempt.finished, renewed=False, before=before)

    def answer(self, viewer: Viewer, paper: Paper, question: Question, response: tuple[str, ...], *, go: int) -> None:
        """Keep the answer of a pupil; a second answer to the same question, or one to an older go, changes nothing.

        Args:
            viewer: Who answers; only pupils' answers are kept.
            paper: The quiz.
            question: One of its questions.
            response: Chosen ids, or the one typed text, as `checked` gives it.
            go: Which try the page with the question belonged to.

        Raises:
            ThrottledError: This pupil does more than a child can; nothing of it is kept.
            WriteFailedError: It could not be kept; nothing of it is visible.
        """
        if keeps_for(viewer) is None:
            return
        given = Given(question.id, response, is_right(question, response))
        self._outbox.write(lambda: self._keep(viewer, paper, question, given, go), by=viewer.person_id)

    def again(self, viewer: Viewer, paper: Paper) -> None:
        """Begin another go, unless one is open.

        Raises:
            ThrottledError: This pupil does more than a child can; nothing of it is kept.
            WriteFailedError: It could not be kept; nothing of it is visible.
        """
        if keeps_for(viewer) is not None:
            self._outbox.write(lambda: self._begin(viewer, paper, utc_text(self._clock.now())), by=viewer.person_id)

    def _read_file(self, sha256: str, ext: str) -> Quiz:
        try:
            raw = self._store.path(sha256, ext).read_bytes()
        except OSError as exc:
            raise MissingBlobError(name=f"{sha256}.{ext}") from exc
        return decode_quiz(raw)

    def _begin(self, viewer: Viewer, paper: Paper, now: str) -> None:
        """Open a go with today's version of the quiz."""
        item_id = paper.page.item.id
        attempt = self._attempts.last(viewer.person_id, item_id)
        if attempt is not None and not attempt.finished and attempt.quiz_sha256 != paper.sha256:
            self._attempts.close(viewer, item_id, now=now)
        self._attempts.begin(
            viewer, item_id, paper.sha256, questions=len(paper.quiz.questions),
            registration=self._statements.new_id(), now=now,
        )  # fmt: skip

    def _attempt_for(self, viewer: Viewer, paper: Paper, go: int, now: str) -> Attempt | None:
        """The open go that a page belongs to, begun if it is the next; None if the page is out of date."""
        attempt = self._attempts.last(viewer.person_id, paper.page.item.id)
        if attempt is None or attempt.quiz_sha256 != paper.sha256:
            if go != (attempt.go if attempt else 0) + 1:
                return None
            self._begin(viewer, paper, now)
            attempt = self._attempts.last(viewer.person_id, paper.page.item.id)
        return attempt if attempt is not None and attempt.go == go and not attempt.finished else None

    def _keep(self, viewer: Viewer, paper: Paper, question: Question, given: Given, go: int) -> None:
        now = utc_text(self._clock.now())
        attempt = self._attempt_for(viewer, paper, go, now)
        if attempt is None or not self._attempts.give(attempt, given, now=now):
            return
        self._progress.touch(viewer, paper.page.item.id, "started", now=now)
        answer = QuizAnswer(
            question_id=question.id, question_type=question.type, response=given.response, success=given.right,
            attempt_id=attempt.registration,
        )  # fmt: skip
        self._statements.put(viewer, lambda occasion: quiz_answered(occasion, item_ref(paper.entry), answer))
        answers = self._attempts.answers(attempt.id)
        if len(answers) == len(paper.quiz.questions):
            self._finish(viewer, paper, attempt, sum(one.right for one in answers.values()), now)

    def _finish(self, viewer: Viewer, paper: Paper, attempt: Attempt, right: int, now: str) -> None:
        item_id, questions = paper.page.item.id, len(paper.quiz.questions)
        passed = paper.passes(right)
        self._attempts.close(viewer, item_id, now=now)
        self._progress.touch(viewer, item_id, "done" if passed else "started", now=now)
        self._progress.keep_score(viewer, item_id, correct=right, questions=questions, passed=passed)
        score = Score(raw=right, max=questions, attempt_id=attempt.registration)
        build = quiz_passed if passed else quiz_failed
        self._statements.put(viewer, lambda occasion: build(occasion, item_ref(paper.entry), score))


def checked(question: Question, values: list[str]) -> tuple[str, ...]:
    """Take an answer out of a form.

    Raises:
        BadInputError: Nothing was chosen or typed, far too much, or something that is not among the choices.
    """
    if question.type in ("number", "text"):
        typed = " ".join(values[0].split()) if values else ""
        if not typed:
            raise BadInputError(field="answer", problem="empty")
        if len(typed) > TYPED_CHARS_MAX:
            raise BadInputError(field="answer", problem="too long")
        return (typed,)
    chosen = set(values)
    known = tuple(choice.id for choice in question.choices if choice.id in chosen)
    if not chosen:
        raise BadInputError(field="answer", problem="empty")
    if len(known) != len(chosen) or (question.type == "single" and len(known) != 1):
        raise BadInputError(field="answer", problem="not one of the choices")
    return known
