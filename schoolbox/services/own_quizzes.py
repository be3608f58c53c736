"""Quizzes that teachers write in the browser: kept as typed, changed by their writer only, copied by colleagues.

Promises: every step is kept the moment it is sent, also if the quiz is not whole yet; a quiz that its writer does not
share does not exist for others.

    quiz_id = own_quizzes.make(teacher_id, Draft(title="Thyesat"))
    own_quizzes.change(teacher_id, quiz_id, lambda draft: with_question(draft, "single"))
"""

from collections.abc import Callable
from datetime import UTC, datetime

import msgspec

from content_packs.clock import Clock
from content_packs.quiz import QuestionType
from schoolbox.db.database import Database
from schoolbox.db.own_quiz_models import OwnQuiz
from schoolbox.errors import BadInputError, NotFoundError
from schoolbox.marks import N_
from schoolbox.services.people import People
from schoolbox.services.quiz_draft import Draft, DraftQuestion, Row, decode_draft, encode_draft, pictures_of
from schoolbox.services.quiz_faults import QUESTIONS_MAX, Fault, faults_of

DRAFT_CHARS_MAX = 300_000
QUIZZES_MAX = 300
_COLUMNS = "q.id, q.teacher_id, q.draft, q.version, q.shared, q.changed_at, q.pack_id, q.used"
ONE = f"SELECT {_COLUMNS} FROM own_quiz q WHERE q.id = ?"  # noqa: S608 - a constant of this module
SEEN = f"""
SELECT {_COLUMNS} FROM own_quiz q WHERE q.teacher_id = ?1 OR q.shared ORDER BY q.changed_at DESC, q.id DESC LIMIT 600
"""  # noqa: S608 - as above
BY_PACK = f"SELECT {_COLUMNS} FROM own_quiz q WHERE q.pack_id = ?"  # noqa: S608 - as above
COUNT = "SELECT count(*) FROM own_quiz WHERE teacher_id = ?"
SAVE = "UPDATE own_quiz SET draft = ?, version = version + (used >= version), changed_at = ? WHERE id = ?"
USED = """
UPDATE own_quiz SET pack_id = ?1, used = ?2, version = CASE WHEN draft = ?3 THEN version ELSE max(version, ?2 + 1) END
WHERE id = ?4
"""


class TeachersQuiz(msgspec.Struct, frozen=True):
    """A quiz somebody wrote; `used` is the version that is in the library (0: none), `item_id` what it is there."""

    id: int
    teacher_id: int
    draft: Draft
    version: int
    shared: bool
    changed_at: datetime
    item_id: str
    used: int

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What keeps it from being used."""
        return faults_of(self.draft)

    @property
    def is_in_use(self) -> bool:
        """Whether a version of it is in the library."""
        return self.used > 0

    @property
    def is_current(self) -> bool:
        """Whether what is in the library is what was typed last."""
        return self.used == self.version


class QuizShelf(msgspec.Struct, frozen=True):
    """The quizzes of a teacher, and those that colleagues share, each with the name of who wrote it."""

    own: tuple[TeachersQuiz, ...]
    shared: tuple[tuple[TeachersQuiz, str], ...]


class OwnQuizzes:
    """Keeps what teachers write."""

    def __init__(self, db: Database, *, clock: Clock, people: People) -> None:
        self._db = db
        self._clock = clock
        self._people = people

    def shelf(self, teacher_id: int) -> QuizShelf:
        """What a teacher finds: own quizzes, and those of colleagues, changed last first."""
        found = self._db.fetch_sql(_read, SEEN, (teacher_id,))
        others = [quiz for quiz in found if quiz.teacher_id != teacher_id]
        names = self._people.names({quiz.teacher_id for quiz in others})
        own = tuple(quiz for quiz in found if quiz.teacher_id == teacher_id)
        return QuizShelf(own, tuple((quiz, names.get(quiz.teacher_id, "")) for quiz in others))

    def own(self, teacher_id: int, quiz_id: int) -> TeachersQuiz:
        """A quiz of this teacher.

        Raises:
            NotFoundError: It is not one.
        """
        found = self.seen(teacher_id, quiz_id)
        if found.teacher_id != teacher_id:
            raise NotFoundError(kind="quiz", key=str(quiz_id))
        return found

    def seen(self, teacher_id: int, quiz_id: int) -> TeachersQuiz:
        """A quiz of this teacher, or one that a colleague shares.

        Raises:
            NotFoundError: It is neither.
        """
        found = next(iter(self._db.fetch_sql(_read, ONE, (quiz_id,))), None)
        if found is None or (found.teacher_id != teacher_id and not found.shared):
            raise NotFoundError(kind="quiz", key=str(quiz_id))
        return found

    def of_item(self, teacher_id: int, item_id: str) -> TeachersQuiz | None:
        """The quiz of this teacher that is this item; None if it is another's, or came in a pack."""
        found = self._db.fetch_sql(_read, BY_PACK, (item_id,))
        return next((quiz for quiz in found if quiz.teacher_id == teacher_id), None)

    def make(self, teacher_id: int, draft: Draft) -> int:
        """Begin a quiz; its number.

        Raises:
            BadInputError: This teacher has as many as one can keep in order.
        """

        def keep() -> int:
            if self._db.fetch_sql(int, COUNT, (teacher_id,))[0] >= QUIZZES_MAX:
                raise BadInputError(field="quiz", problem=N_("You have 300 quizzes. Delete one first."))
            row = {"teacher_id": teacher_id, "draft": encode_draft(draft), "changed_at": self._now()}
            made: int = self._db.run(OwnQuiz.insert(**row))
            return made

        return self._db.write(keep)

    def copy(self, teacher_id: int, quiz_id: int, *, title: str) -> int:
        """Make a quiz of one's own from one that can be seen; its number.

        Raises:
            NotFoundError: It cannot be seen.
        """
        draft = self.seen(teacher_id, quiz_id).draft
        return self.make(teacher_id, msgspec.structs.replace(draft, title=title))

    def change(self, teacher_id: int, quiz_id: int, edit: Callable[[Draft], Draft]) -> TeachersQuiz:
        """Change what was typed, and keep it; a change that changes nothing is none.

        Raises:
            NotFoundError: It is not a quiz of this teacher.
            BadInputError: It has become too large.
        """

        def keep() -> None:
            before = self.own(teacher_id, quiz_id).draft
            after = edit(before)
            raw = encode_draft(after)
            if len(raw) > DRAFT_CHARS_MAX:
                raise BadInputError(field="quiz", problem=N_("The quiz is too large. Make two of it."))
            if after != before:
                self._db.run_sql(SAVE, (raw, self._now(), quiz_id))

        self._db.write(keep)
        return self.own(teacher_id, quiz_id)

    def pictures(self) -> set[str]:
        """The names of all pictures that stand in a quiz of anybody."""
        drafts = self._db.fetch_sql(decode_draft, "SELECT draft FROM own_quiz")
        return {name for draft in drafts for name in pictures_of(draft)}

    def share(self, teacher_id: int, quiz_id: int, *, shared: bool) -> None:
        """Let colleagues see and copy a quiz, or no longer.

        Raises:
            NotFoundError: It is not a quiz of this teacher.
        """
        self.own(teacher_id, quiz_id)
        self._db.write(lambda: self._db.run(OwnQuiz.update(shared=int(shared)).where(OwnQuiz.id == quiz_id)))

    def note_used(self, quiz: TeachersQuiz, item_id: str) -> None:
        """Write down which version is in the library, and as what; what was typed meanwhile is of the next one."""
        row = (item_id, quiz.version, encode_draft(quiz.draft), quiz.id)
        self._db.write(lambda: self._db.run_sql(USED, row))

    def skip_to(self, quiz_id: int, version: int) -> None:
        """Let the version be at least this one: a smaller one was signed before the database was put back."""
        known = OwnQuiz.update(version=version).where(OwnQuiz.id == quiz_id, OwnQuiz.version < version)
        self._db.write(lambda: self._db.run(known))

    def forget(self, quiz_id: int) -> None:
        """Delete what was typed."""
        self._db.write(lambda: self._db.run(OwnQuiz.delete().where(OwnQuiz.id == quiz_id)))

    def _now(self) -> str:
        return self._clock.now().astimezone(UTC).isoformat(timespec="seconds")


def with_question(draft: Draft, kind: QuestionType) -> Draft:
    """The draft with one more question at its end.

    Raises:
        BadInputError: It has as many as a quiz may have.
    """
    if len(draft.questions) >= QUESTIONS_MAX:
        raise BadInputError(field="questions", problem=N_("A quiz has at most 100 questions."))
    new = DraftQuestion(f"q{draft.next_id}", kind)
    return msgspec.structs.replace(draft, questions=(*draft.questions, new), next_id=draft.next_id + 1)


def with_changed(draft: Draft, question: DraftQuestion) -> Draft:
    """The draft with one question as it is now."""
    questions = tuple(question if one.id == question.id else one for one in draft.questions)
    return msgspec.structs.replace(draft, questions=questions)


def rearranged(draft: Draft, how: str, question_id: str) -> Draft:
    """The draft with a question moved `up` or `down`, doubled by `copy`, or gone by `remove`.

    Raises:
        NotFoundError: There is no such question.
        BadInputError: It has as many as a quiz may have.
    """
    one = draft.question(question_id)
    if one is None:
        raise NotFoundError(kind="question", key=question_id)
    place = draft.questions.index(one)
    others = tuple(each for each in draft.questions if each is not one)
    if how == "remove":
        return msgspec.structs.replace(draft, questions=others)
    if how == "copy":
        longer = with_question(draft, one.kind)
        new = msgspec.structs.replace(one, id=longer.questions[-1].id)
        questions = (*draft.questions[: place + 1], new, *draft.questions[place + 1 :])
        return msgspec.structs.replace(longer, questions=questions)
    at = min(max(place + (-1 if how == "up" else 1), 0), len(others))
    return msgspec.structs.replace(draft, questions=(*others[:at], one, *others[at:]))


def rows_to_fill(question: DraftQuestion, *, more: bool) -> tuple[Row, ...]:
    """The rows of a question's form: those with something in them, and empty ones; one or two more if asked for."""
    least = 4 if not question.rows else 2
    filled = question.filled
    empty = max(least - len(filled), 2 if more else 0)
    return (*filled, *(Row() for _ in range(empty)))


def _read(*row: str) -> TeachersQuiz:
    quiz_id, teacher_id, draft, version, shared, changed_at, pack_id, used = row
    return TeachersQuiz(
        int(quiz_id), int(teacher_id), decode_draft(draft), int(version), bool(shared),
        datetime.fromisoformat(changed_at), pack_id, int(used),
    )  # fmt: skip
