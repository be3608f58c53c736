"""Quizzes: one question after the other, judged on the box, each answer kept the moment it is given.

Promises: answer, progress and statement are one transaction, on the disk when `answer` returns; the first answer to a
question counts, however often it is posted, unless the quiz shows right and wrong at its end only: then it may be
changed until it is handed in, and is told upstream then. Typed texts stay on the box. A quiz that was replaced by a new
version while a pupil was at it begins anew, and the old answers are kept. A try whose time is over is closed by
whoever comes to it first. Guests and staff may try; nothing of it is kept (`trials`).

    paper = quizzes.paper("mash:kuizi-i-thyesave", staff=False)
    quizzes.answer(viewer, paper, paper.quiz.questions[0], ("b",), go=1)
"""

import contextlib
import hashlib
from collections.abc import Callable, Sequence
from functools import lru_cache

import msgspec

from content_packs.clock import Clock
from content_packs.errors import MissingBlobError, PackError
from content_packs.judging import is_right
from content_packs.quiz import Question, Quiz, decode_quiz
from content_packs.store import Store
from schoolbox.db.database import Database
from schoolbox.errors import NotFoundError, ThrottledError
from schoolbox.services.attempts import Attempt, AttemptTable, Given, Kept, NewAttempt
from schoolbox.services.going import Asked, Going, Paper, as_test, asked_of, is_complete, with_answer
from schoolbox.services.lesson_statements import LessonStatements
from schoolbox.services.library import Library
from schoolbox.services.open_tests import OpenTests
from schoolbox.services.outbox import BoxOutbox
from schoolbox.services.progress import ProgressTable
from schoolbox.services.quiz_time import SLACK_S, BoxTime, Timing, is_over, left_s, noted
from schoolbox.services.statements import Statements, item_ref
from schoolbox.services.viewers import Viewer, is_staff, keeps_for
from sync.statements import QuizAnswer, Score, quiz_answered, quiz_failed, quiz_passed, utc_text

QUIZZES_IN_MEMORY = 64


class _Reply(msgspec.Struct, frozen=True):
    """An answer as it came: to which question of which try, in which turn of it."""

    question_id: str
    response: tuple[str, ...]
    go: int
    turn: int


class QuizParts(msgspec.Struct, frozen=True):
    """What quizzes are read from, and where what is answered goes."""

    library: Library
    store: Store
    outbox: BoxOutbox
    statements: Statements
    tests: OpenTests


class Quizzes:
    """Reads quizzes from the store and keeps what pupils answer."""

    def __init__(self, db: Database, parts: QuizParts, *, clock: Clock, boot_id: str) -> None:
        self._clock = clock
        self._boot_id = boot_id
        self._opened_s = clock.monotonic_s()
        self._library = parts.library
        self._store = parts.store
        self._outbox = parts.outbox
        self._statements = parts.statements
        self._tests = parts.tests
        self._attempts = AttemptTable(db)
        self._progress = ProgressTable(db)
        self._lessons = LessonStatements(db, parts.statements)
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

    def paper_for(self, viewer: Viewer | None, item_id: str) -> Paper:
        """The quiz of an item for whoever looks: a test for its pupils while it is one, no quiz for guests meanwhile.

        Raises:
            NotFoundError: There is no such quiz for this reader.
            MissingBlobError: Its file is not on the disk.
            QuizError: Its file makes no sense.
        """
        pupil = keeps_for(viewer)
        test = self._tests.of(pupil.person_id, item_id) if pupil else None
        if test is not None:
            return as_test(self.paper(item_id, staff=True), test)
        if viewer is None and self._tests.is_answered(item_id):
            raise NotFoundError(kind="quiz", key=item_id)
        return self.paper(item_id, staff=is_staff(viewer))

    def going(self, viewer: Viewer, paper: Paper, *, sending: bool = False) -> Going:
        """How far a pupil is with a quiz; a try whose time is over is closed, one from before a restart goes on.

        Args:
            viewer: The pupil.
            paper: The quiz.
            sending: Whether something of theirs has just come, which may be a little late.
        """
        slack_s = SLACK_S if sending else 0.0
        attempt = self._attempts.last(viewer.person_id, paper.page.item.id)
        if attempt is not None and self._to_touch(paper, attempt, slack_s):
            self._outbox.write(lambda: self._touch(viewer, paper, slack_s), by=viewer.person_id)
            attempt = self._attempts.last(viewer.person_id, paper.page.item.id)
        if attempt is None or not paper.fits(attempt):
            return self._before_beginning(viewer, paper, attempt)
        kept = self._attempts.kept(attempt.id, hints=paper.has_hints)
        before = self._attempts.right_before(viewer, paper.page.item.id, attempt.id) if attempt.finished else None
        return Going(
            attempt.go, attempt.seed, asked_of(paper.quiz, attempt.seed, kept, finished=attempt.finished),
            finished=attempt.finished, begun=True, before=before, left_s=left_s(attempt.timing, self._now()),
            tries_left=_tries_left(paper, attempt.same),
        )  # fmt: skip

    def answer(
        self, viewer: Viewer, paper: Paper, question: Question, response: tuple[str, ...], *, go: int, turn: int = 0
    ) -> None:
        """Keep the answer of a pupil; one to a question that is not asked (any more) changes nothing.

        Args:
            viewer: Who answers; only pupils' answers are kept.
            paper: The quiz.
            question: One of its questions.
            response: What was answered, as `checked` gives it.
            go: Which try the page with the question belonged to.
            turn: Which turn of a practice it belonged to.

        Raises:
            ThrottledError: This pupil does more than a child can; nothing of it is kept.
            WriteFailedError: It could not be kept; nothing of it is visible.
        """
        if keeps_for(viewer) is not None:
            reply = _Reply(question.id, response, go, turn)
            self._outbox.write(lambda: self._keep(viewer, paper, reply), by=viewer.person_id)

    def hint(self, viewer: Viewer, paper: Paper, question: Question, *, go: int, turn: int = 0) -> None:
        """Give a pupil the next hint at a question that has no answer yet.

        Raises:
            ThrottledError: This pupil does more than a child can; nothing of it is kept.
            WriteFailedError: It could not be kept; nothing of it is visible.
        """
        if keeps_for(viewer) is not None:
            reply = _Reply(question.id, (), go, turn)
            self._outbox.write(lambda: self._take_hint(viewer, paper, reply), by=viewer.person_id)

    def again(self, viewer: Viewer, paper: Paper) -> None:
        """Begin a go, unless one is open or there is none left.

        Raises:
            ThrottledError: This pupil does more than a child can; nothing of it is kept.
            WriteFailedError: It could not be kept; nothing of it is visible.
        """
        if keeps_for(viewer) is not None:
            self._outbox.write(lambda: self._begin(viewer, paper, utc_text(self._clock.now())), by=viewer.person_id)

    def hand_in(self, viewer: Viewer, paper: Paper, *, go: int) -> None:
        """End a try whose answers could be changed until now; what has no answer counts as not right.

        Raises:
            ThrottledError: This pupil does more than a child can; nothing of it is kept.
            WriteFailedError: It could not be kept; nothing of it is visible.
        """
        if keeps_for(viewer) is not None and paper.at_end:
            self._outbox.write(lambda: self._hand_in(viewer, paper, go), by=viewer.person_id)

    def close_overdue(self) -> None:
        """Close every try whose time is over, so that whoever looks at results sees it finished."""
        now = self._now()
        for viewer, item_id, timing in self._attempts.timed():
            if is_over(timing, now):
                with contextlib.suppress(ThrottledError):  # closed by whoever looks next
                    self._close_one(viewer, item_id)

    def close_test(self, test_id: int, item_id: str, *, by: int, close: Callable[[], None]) -> None:
        """End every open try of a test, judged by what was answered, together with the test itself.

        Args:
            test_id: Which test.
            item_id: Its quiz.
            by: Who closes it.
            close: Closes the test; done in the same transaction, after the tries.

        Raises:
            WriteFailedError: It could not be kept; the test is open as before.
        """
        try:
            paper: Paper | None = self.paper(item_id, staff=True)
        except (NotFoundError, PackError):
            paper = None  # the quiz is gone: the tries end, what was judged stays judged

        def end() -> None:
            now = utc_text(self._clock.now())
            for viewer in self._attempts.open_in_test(test_id):
                test = self._tests.of(viewer.person_id, item_id)
                attempt = self._attempts.last(viewer.person_id, item_id)
                sat = as_test(paper, test) if paper and test else None
                if sat is not None and attempt is not None and sat.fits(attempt):
                    self._finish(viewer, sat, attempt, self._asked(sat, attempt))
                else:
                    self._attempts.close(viewer, item_id, now=now)
            close()

        self._outbox.write(end, by=by)

    def _close_one(self, viewer: Viewer, item_id: str) -> None:
        try:
            paper = self.paper_for(viewer, item_id)
        except (NotFoundError, PackError):  # the quiz is gone: nothing can be judged any more
            now = utc_text(self._clock.now())
            self._outbox.write(lambda: self._attempts.close(viewer, item_id, now=now), by=viewer.person_id)
            return
        self._outbox.write(lambda: self._touch(viewer, paper, SLACK_S), by=viewer.person_id)

    def _now(self) -> BoxTime:
        return BoxTime(self._boot_id, self._clock.monotonic_s(), self._opened_s)

    def _read_file(self, sha256: str, ext: str) -> Quiz:
        try:
            raw = self._store.path(sha256, ext).read_bytes()
        except OSError as exc:
            raise MissingBlobError(name=f"{sha256}.{ext}") from exc
        return decode_quiz(raw)

    def _before_beginning(self, viewer: Viewer, paper: Paper, last: Attempt | None) -> Going:
        """A try that nothing was answered in yet: it is written down with the first answer, hint or tap on begin."""
        go = last.go + 1 if last else 1
        seed = _seed(viewer, paper, go)
        return Going(
            go, seed, asked_of(paper.quiz, seed, Kept()), renewed=last is not None and not last.finished,
            tries_left=_tries_left(paper, 0),
        )  # fmt: skip

    def _to_touch(self, paper: Paper, attempt: Attempt, slack_s: float) -> bool:
        """Whether the clock of an open try must be looked at: it is over, or the box was started again meanwhile."""
        timed = not attempt.finished and attempt.timing.limit_s > 0 and paper.fits(attempt)
        elsewhere = attempt.timing.boot_id != self._boot_id
        return timed and (elsewhere or is_over(attempt.timing, self._now(), slack_s=slack_s))

    def _may_answer(self, viewer: Viewer, paper: Paper) -> bool:
        """Whether the paper is still what this pupil may answer: a test may have been opened or closed meanwhile."""
        test = self._tests.of(viewer.person_id, paper.page.item.id)
        return (test.id if test else None) == paper.test_id and (test is None or test.can_answer)

    def _touch(self, viewer: Viewer, paper: Paper, slack_s: float) -> None:
        """Close the open try if its time is over, else let its clock run on in this boot."""
        attempt = self._attempts.last(viewer.person_id, paper.page.item.id)
        if attempt is None or attempt.finished:
            return
        now = self._now()
        if not paper.fits(attempt):  # a new version came: it can no longer be judged as a whole
            self._attempts.close(viewer, paper.page.item.id, now=utc_text(self._clock.now()))
        elif is_over(attempt.timing, now, slack_s=slack_s):
            self._finish(viewer, paper, attempt, self._asked(paper, attempt))
        else:
            self._attempts.keep_time(attempt, noted(attempt.timing, now))

    def _begin(self, viewer: Viewer, paper: Paper, now: str) -> None:
        """Open a go with today's version of the quiz, if it may be tried once more."""
        item_id = paper.page.item.id
        if not self._may_answer(viewer, paper):
            return
        last = self._attempts.last(viewer.person_id, item_id)
        same = last.same if last is not None and paper.fits(last) else 0
        if paper.quiz.tries and same >= paper.quiz.tries:
            return
        if last is not None and not last.finished and not paper.fits(last):
            self._attempts.close(viewer, item_id, now=now)
        timing = Timing(paper.quiz.time_limit_s, 0.0, self._boot_id, self._clock.monotonic_s())
        seed = _seed(viewer, paper, last.go + 1 if last else 1)
        new = NewAttempt(paper.sha256, paper.asked, self._statements.new_id(), seed, timing, paper.test_id)
        self._attempts.begin(viewer, item_id, new, now=now)

    def _attempt_for(self, viewer: Viewer, paper: Paper, go: int, now: str) -> Attempt | None:
        """The open go that a page belongs to, begun if it is the next; None if the page is out of date."""
        attempt = self._attempts.last(viewer.person_id, paper.page.item.id)
        if attempt is None or not paper.fits(attempt):
            if go != (attempt.go if attempt else 0) + 1:
                return None
            self._begin(viewer, paper, now)
            attempt = self._attempts.last(viewer.person_id, paper.page.item.id)
        return attempt if attempt is not None and attempt.go == go and not attempt.finished else None

    def _asked(self, paper: Paper, attempt: Attempt) -> tuple[Asked, ...]:
        return asked_of(paper.quiz, attempt.seed, self._attempts.kept(attempt.id, hints=paper.has_hints))

    def _open(self, viewer: Viewer, paper: Paper, reply: _Reply) -> tuple[Attempt, tuple[Asked, ...]] | None:
        """The open go that something belongs to, with its questions; None if it is over or the page out of date."""
        if not self._may_answer(viewer, paper):
            return None
        attempt = self._attempt_for(viewer, paper, reply.go, utc_text(self._clock.now()))
        if attempt is None:
            return None
        asked = self._asked(paper, attempt)
        if is_over(attempt.timing, self._now()):
            self._finish(viewer, paper, attempt, asked)
            return None
        return attempt, asked

    def _keep(self, viewer: Viewer, paper: Paper, reply: _Reply) -> None:
        opened = self._open(viewer, paper, reply)
        one = None if opened is None else _find(opened[1], reply)
        if opened is None or one is None or (one.given is not None and not paper.at_end):
            return
        attempt, asked = opened
        now = utc_text(self._clock.now())
        given = Given(reply.question_id, reply.response, is_right(one.question, reply.response), one.turn, one.hints)
        if not self._attempts.give(attempt, given, now=now, instead=paper.at_end):
            return
        if attempt.timing.limit_s:
            self._attempts.keep_time(attempt, noted(attempt.timing, self._now()))
        self._progress.touch(viewer, paper.page.item.id, "started", now=now)
        if paper.at_end:
            return
        self._tell_answer(viewer, paper, attempt, one.question, given)
        asked = with_answer(asked, given)
        if is_complete(paper.quiz, asked):
            self._finish(viewer, paper, attempt, asked)

    def _take_hint(self, viewer: Viewer, paper: Paper, reply: _Reply) -> None:
        opened = self._open(viewer, paper, reply)
        one = None if opened is None else _find(opened[1], reply)
        if opened is None or one is None or one.hints >= len(one.question.hints):
            return
        if one.given is None or paper.at_end:
            self._attempts.take_hint(opened[0], one.turn, one.question.id, one.hints + 1)

    def _hand_in(self, viewer: Viewer, paper: Paper, go: int) -> None:
        attempt = self._attempts.last(viewer.person_id, paper.page.item.id)
        if attempt is None or attempt.finished or not paper.fits(attempt) or attempt.go != go:
            return
        self._finish(viewer, paper, attempt, self._asked(paper, attempt))

    def _finish(self, viewer: Viewer, paper: Paper, attempt: Attempt, asked: Sequence[Asked]) -> None:
        """Close a go: its answers are told now if they could be changed until now, then its score."""
        item_id, now = paper.page.item.id, utc_text(self._clock.now())
        answered = [(one.question, one.given) for one in asked if one.given is not None]
        if paper.at_end:
            for question, given in answered:
                self._tell_answer(viewer, paper, attempt, question, given)
        right = paper.asked if paper.practice else sum(given.right for _, given in answered)
        passed = paper.passes(right)
        self._attempts.close(viewer, item_id, now=now)
        if paper.test is None:
            self._progress.touch(viewer, item_id, "done" if passed else "started", now=now)
            self._progress.keep_score(viewer, item_id, correct=right, questions=paper.asked, passed=passed)
        score = Score(raw=right, max=paper.asked, attempt_id=attempt.registration)
        build = quiz_passed if passed else quiz_failed
        self._statements.put(viewer, lambda occasion: build(occasion, item_ref(paper.entry), score))
        if passed and paper.test is None:
            self._lessons.note_done(viewer, item_id)

    def _tell_answer(self, viewer: Viewer, paper: Paper, attempt: Attempt, question: Question, given: Given) -> None:
        answer = QuizAnswer(
            question_id=question.id, question_type=question.type, response=given.response, success=given.right,
            attempt_id=attempt.registration,
        )  # fmt: skip
        self._statements.put(viewer, lambda occasion: quiz_answered(occasion, item_ref(paper.entry), answer))


def _seed(viewer: Viewer, paper: Paper, go: int) -> str:
    """What the order of things in a try follows from, known before anything of the try is written down."""
    return hashlib.sha256(f"{viewer.actor_id} {paper.page.item.id} {paper.sha256} {go}".encode()).hexdigest()[:32]


def _tries_left(paper: Paper, used: int) -> int | None:
    return max(0, paper.quiz.tries - used) if paper.quiz.tries else None


def _find(asked: Sequence[Asked], reply: _Reply) -> Asked | None:
    return next((one for one in asked if one.question.id == reply.question_id and one.turn == reply.turn), None)
