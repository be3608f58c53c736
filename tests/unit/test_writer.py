"""The writer: many changes share one commit, and one that fails takes only itself back."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from schoolbox.db.writer import GROUP_MAX, Writer
from schoolbox.errors import WriteFailedError
from tests.simulators.waiting import eventually


class Notebook:
    """A real SQLite file behind the writer's port; it counts commits and refuses the ones it is told to refuse."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.connection.execute("CREATE TABLE note (text TEXT PRIMARY KEY)")
        self.commits = 0
        self.refuse_commit: Callable[[list[str]], bool] = lambda _texts: False
        self.closed = False
        self.refuse_rollback = False

    def add(self, text: str) -> int:
        return int(self.connection.execute("INSERT INTO note VALUES (?)", (text,)).rowcount)

    def adding(self, text: str) -> Callable[[], int]:
        return lambda: self.add(text)

    def texts(self) -> list[str]:
        return [row[0] for row in self.connection.execute("SELECT text FROM note ORDER BY text")]

    def begin(self) -> None:
        self.connection.execute("BEGIN IMMEDIATE")

    def savepoint(self) -> None:
        self.connection.execute("SAVEPOINT job")

    def release(self) -> None:
        self.connection.execute("RELEASE job")

    def undo(self) -> None:
        self.connection.execute("ROLLBACK TO job")
        self.connection.execute("RELEASE job")

    def commit(self) -> None:
        if self.refuse_commit(self.texts()):
            raise WriteFailedError(problem="the disk said no")
        self.connection.execute("COMMIT")
        self.commits += 1

    def rollback(self) -> None:
        if self.refuse_rollback:
            raise WriteFailedError(problem="the disk said no again")
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")

    def close(self) -> None:
        self.closed = True
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")


class Crowd:
    """Holds the writer up until a crowd of jobs waits behind it, so that how they are grouped is no accident."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.go = threading.Event()
        self.pool = ThreadPoolExecutor(max_workers=64)
        self._busy = threading.Event()
        self.first = self.pool.submit(writer.run, self._hold)
        assert self._busy.wait(45)

    def submit(self, work: Callable[[], int]) -> "Future[int]":
        before = self.writer._jobs.qsize()
        future = self.pool.submit(self.writer.run, work)
        eventually(lambda: self.writer._jobs.qsize() > before, saying="the job never reached the queue")
        return future

    def _hold(self) -> bool:
        self._busy.set()
        return self.go.wait(45)

    def let_go(self) -> None:
        self.go.set()
        self.first.result(45)


@pytest.fixture
def notebook(tmp_path: Path) -> Iterator[Notebook]:
    made = Notebook(tmp_path / "notes.db")
    yield made
    made.connection.close()


@pytest.fixture
def writer(notebook: Notebook) -> Iterator[Writer]:
    made = Writer(notebook)
    yield made
    made.close()


@pytest.fixture
def crowd(writer: Writer) -> Iterator[Crowd]:
    made = Crowd(writer)
    yield made
    made.go.set()
    made.pool.shutdown()


def test_jobs_that_wait_together_share_one_commit(notebook: Notebook, crowd: Crowd) -> None:
    futures = [crowd.submit(notebook.adding(f"{number:02}")) for number in range(40)]

    crowd.let_go()

    assert [future.result(45) for future in futures] == [1] * 40
    assert notebook.commits == 2
    assert len(notebook.texts()) == 40


def test_a_group_has_a_largest_size(notebook: Notebook, writer: Writer) -> None:
    with ThreadPoolExecutor(max_workers=32) as pool:
        results = list(pool.map(lambda number: writer.run(notebook.adding(str(number))), range(2 * GROUP_MAX)))

    assert results == [1] * (2 * GROUP_MAX)
    assert len(notebook.texts()) == 2 * GROUP_MAX


def test_a_job_that_fails_takes_only_its_own_changes_back(notebook: Notebook, crowd: Crowd) -> None:
    def half_done() -> int:
        notebook.add("half")
        raise LookupError("no such thing")

    before, failing, after = (crowd.submit(work) for work in (notebook.adding("a"), half_done, notebook.adding("z")))
    crowd.let_go()

    assert (before.result(45), after.result(45)) == (1, 1)
    with pytest.raises(LookupError, match="no such thing"):
        failing.result(45)
    assert notebook.texts() == ["a", "z"]
    assert notebook.commits == 2


def test_when_the_shared_commit_fails_each_job_gets_a_transaction_of_its_own(
    notebook: Notebook, crowd: Crowd
) -> None:
    notebook.refuse_commit = lambda texts: "too much" in texts
    good, bad, other = (crowd.submit(notebook.adding(text)) for text in ("good", "too much", "other"))

    crowd.let_go()

    assert (good.result(45), other.result(45)) == (1, 1)
    with pytest.raises(WriteFailedError):
        bad.result(45)
    assert notebook.texts() == ["good", "other"]


def test_a_job_inside_a_job_belongs_to_it(notebook: Notebook, writer: Writer) -> None:
    def outer() -> int:
        writer.run(lambda: notebook.add("inner"))
        raise LookupError

    with pytest.raises(LookupError):
        writer.run(outer)

    assert notebook.texts() == []


def test_closing_finishes_what_is_queued_then_refuses(notebook: Notebook, crowd: Crowd) -> None:
    queued = crowd.submit(lambda: notebook.add("queued"))
    closing = threading.Thread(target=crowd.writer.close)
    closing.start()

    crowd.let_go()
    closing.join(45)

    assert queued.result(45) == 1
    assert notebook.closed
    with pytest.raises(WriteFailedError):
        crowd.writer.run(lambda: notebook.add("late"))
    assert notebook.texts() == ["queued"]


def test_closing_twice_is_harmless(writer: Writer) -> None:
    writer.close()
    writer.close()


def test_a_disk_that_refuses_even_to_take_back_stops_no_later_write(notebook: Notebook, writer: Writer) -> None:
    notebook.refuse_commit = lambda _texts: True
    notebook.refuse_rollback = True
    with pytest.raises(WriteFailedError, match="the disk said no"):
        writer.run(notebook.adding("lost"))
    notebook.refuse_commit = lambda _texts: False
    notebook.refuse_rollback = False
    assert writer.run(notebook.adding("kept")) == 1
    assert notebook.texts() == ["kept"]
