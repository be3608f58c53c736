"""Tests as a pupil sees them: open ones first, handed in ones that wait, and what was right once the teacher shows it.

    my_tests.of(viewer)[0].state          # "open", "handed_in", "closed", "shown"
"""

from typing import Literal

import msgspec

from content_packs.errors import PackError
from schoolbox.db.database import Database
from schoolbox.errors import NotFoundError
from schoolbox.services import class_test_rows as rows
from schoolbox.services.attempts import AttemptTable
from schoolbox.services.class_test_rows import TestRow
from schoolbox.services.going import Asked, Going, Paper, as_test, asked_of
from schoolbox.services.open_tests import OpenTest
from schoolbox.services.outline import ItemFile
from schoolbox.services.quizzes import Quizzes
from schoolbox.services.viewers import Viewer

LISTED = 50
MyState = Literal["open", "handed_in", "closed", "shown"]


class MyTest(msgspec.Struct, frozen=True):
    """A test of one pupil; `begun` and `seen` say whether it was begun, and whether its results were looked at."""

    test: TestRow
    state: MyState
    begun: bool
    seen: bool

    @property
    def is_news(self) -> bool:
        """Whether there is something to do or to look at: it can be answered, or has results not looked at yet."""
        return self.state == "open" or (self.state == "shown" and self.begun and not self.seen)


class MyResult(msgspec.Struct, frozen=True):
    """A test with what was right: no `asked` if the quiz was changed or is gone; `tried` False if nothing was sent."""

    mine: MyTest
    paper: Paper | None
    going: Going | None
    right: int
    questions: int
    tried: bool

    @property
    def asked(self) -> tuple[Asked, ...]:
        """The questions with the answers."""
        return self.going.asked if self.going else ()


class MyTests:
    """Shows pupils their tests."""

    def __init__(self, db: Database, *, quizzes: Quizzes) -> None:
        self._db = db
        self._quizzes = quizzes
        self._attempts = AttemptTable(db)

    def of(self, viewer: Viewer) -> tuple[MyTest, ...]:
        """The tests of a pupil, the newest first; those that are only prepared are not among them."""
        return tuple(self._db.fetch_sql(_mine, rows.OF_PUPIL, (viewer.person_id, LISTED)))

    def one(self, viewer: Viewer, test_id: int) -> MyTest:
        """One of them.

        Raises:
            NotFoundError: It is not a test of this pupil, or was not opened yet.
        """
        found = next((mine for mine in self.of(viewer) if mine.test.id == test_id), None)
        if found is None:
            raise NotFoundError(kind="test", key=str(test_id))
        return found

    def result(self, viewer: Viewer, test_id: int) -> MyResult:
        """What was right in a test whose results are shown; that they were looked at is kept.

        Raises:
            NotFoundError: It is not a test of this pupil, or its results are not shown.
        """
        mine = self.one(viewer, test_id)
        if mine.state != "shown":
            raise NotFoundError(kind="test", key=str(test_id))
        if not mine.seen:
            self._db.write(lambda: self._db.run_sql(rows.SEEN, (test_id, viewer.person_id)))
        tries = self._db.fetch_sql(rows.read_try, rows.TRIES, (test_id,))
        tried = next((each for each in tries if each.person_id == viewer.person_id), None)
        if tried is None:
            return MyResult(mine, None, None, 0, 0, tried=False)
        paper = self._paper(mine.test, tried.quiz_sha256)
        going = None
        if paper is not None:
            asked = asked_of(paper.quiz, tried.seed, self._attempts.kept(tried.id, hints=False), finished=True)
            going = Going(1, tried.seed, asked, finished=True, begun=True)
        return MyResult(mine, paper, going, tried.right, tried.questions, tried=True)

    def picture(self, viewer: Viewer, test_id: int, label: str) -> ItemFile:
        """The file of a picture of a test: the quiz may be one that the library does not show.

        Raises:
            NotFoundError: It is not a test of this pupil, or has no such picture.
        """
        mine = self.one(viewer, test_id)
        found = self._quizzes.paper(mine.test.item_id, staff=True).picture(label)
        if found is None:
            raise NotFoundError(kind="picture", key=label)
        return found

    def _paper(self, test: TestRow, sha256: str) -> Paper | None:
        try:
            paper = self._quizzes.paper(test.item_id, staff=True)
        except (NotFoundError, PackError):
            return None
        held = OpenTest(test.id, test.title, test.limit_s, 0, can_answer=False)
        return as_test(paper, held) if paper.sha256 == sha256 else None


def _mine(*row: int | str | None) -> MyTest:
    *columns, reopened, seen, finished = row
    test = rows.read_test(*(column for column in columns if column is not None))
    state: MyState = "shown" if test.state == "shown" else "closed"
    if test.state == "open" or (test.state == "closed" and reopened):
        state = "open"
    if finished and state != "shown":
        state = "handed_in"
    return MyTest(test, state, finished is not None, bool(seen))
