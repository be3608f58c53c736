"""The one thread that writes: many small changes, one commit, one fsync.

Promises: `Writer.run(job)` returns after the COMMIT that holds the job's changes is on the disk, or raises and nothing
of the job is visible. Jobs that wait at the same time share one transaction; each runs in its own savepoint, so that
one that raises takes only its own changes back. A job may run twice if the shared commit fails, so it must only touch
the database it is given.

    writer.run(lambda tx: tx.run(Setting.insert(key="a", value="b")))
"""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, Protocol, TypeVar

from schoolbox.errors import WriteFailedError

T = TypeVar("T")
GROUP_MAX = 256
"""Most jobs that share one commit."""


class Engine(Protocol):
    """What the writer needs of a connection; every call is made on the writer's own thread."""

    def begin(self) -> None:
        """Start an immediate transaction."""

    def savepoint(self) -> None:
        """Mark where a job begins."""

    def release(self) -> None:
        """Keep what the job did."""

    def undo(self) -> None:
        """Take back what the job did."""

    def commit(self) -> None:
        """Put the transaction on the disk.

        Raises:
            WriteFailedError: It is not on the disk.
        """

    def rollback(self) -> None:
        """Take back the whole transaction.

        Raises:
            WriteFailedError: The disk is so broken that not even this works.
        """

    def close(self) -> None:
        """Close the connection; the next call opens another."""


class _Job(Generic[T]):
    def __init__(self, work: Callable[[], T]) -> None:
        self.work = work
        self.future: Future[T] = Future()
        self.result: T | None = None
        self.error: BaseException | None = None

    def attempt(self, engine: Engine) -> None:
        """Run inside a savepoint; remember the outcome for after the commit.

        Raises:
            WriteFailedError: The disk refused; SQLite may have taken back the whole transaction by itself.
        """
        self.result = self.error = None
        engine.savepoint()
        try:
            self.result = self.work()
        except WriteFailedError:
            raise
        except BaseException as exc:  # noqa: BLE001 - the outcome belongs to the caller's thread, whatever it is
            engine.undo()
            self.error = exc
        else:
            engine.release()

    def settle(self) -> None:
        """Hand the outcome to the caller."""
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)  # type: ignore[arg-type]  # T may itself be None


class Writer:
    """Runs jobs one after the other on its own thread and commits them in groups."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._jobs: queue.SimpleQueue[_Job[object] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._loop, name="writer", daemon=True)
        self._closed = False
        self._thread.start()

    def run(self, work: Callable[[], T]) -> T:
        """Run a job and wait until its changes are on the disk.

        Raises:
            WriteFailedError: The changes could not be kept; nothing of them is visible.
            Exception: Whatever the job itself raised; nothing of it is visible.
        """
        if not self._closed and threading.current_thread() is self._thread:
            return work()
        return self.ask(work).result()

    def ask(self, work: Callable[[], T]) -> Future[T]:
        """Hand a job in without waiting for it.

        Raises:
            WriteFailedError: The writer was closed.
        """
        if self._closed:
            raise WriteFailedError(problem="the database is closed")
        job = _Job(work)
        self._jobs.put(job)  # type: ignore[arg-type]  # the queue holds jobs of every result type
        return job.future

    def close(self) -> None:
        """Finish what is queued, then stop."""
        if not self._closed:
            self._closed = True
            self._jobs.put(None)
            self._thread.join()

    def _loop(self) -> None:
        open_ = True
        while open_:
            group: list[_Job[object]] = []
            job = self._jobs.get()
            while job is not None:
                group.append(job)
                if len(group) >= GROUP_MAX:
                    break
                try:
                    job = self._jobs.get_nowait()
                except queue.Empty:
                    break
            else:
                open_ = False
            if group:
                self._commit(group)
        self._refuse_rest()
        self._engine.close()

    def _refuse_rest(self) -> None:
        """Answer jobs that came in while the writer was closing."""
        while True:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return
            if job is not None:
                job.future.set_exception(WriteFailedError(problem="the database is closed"))

    def _commit(self, group: list[_Job[object]]) -> None:
        """Commit a group; if the shared commit fails, give each job a transaction of its own."""
        failure = self._try(group)
        if failure is None:
            for job in group:
                job.settle()
        elif len(group) == 1:
            group[0].future.set_exception(failure)
        else:
            for job in group:
                self._commit([job])

    def _try(self, group: list[_Job[object]]) -> WriteFailedError | None:
        try:
            self._engine.begin()
            for job in group:
                job.attempt(self._engine)
            self._engine.commit()
        except WriteFailedError as exc:
            self._take_back()
            return exc
        return None

    def _take_back(self) -> None:
        """Undo the transaction; where even that fails, a new connection begins without it, and the thread goes on."""
        try:
            self._engine.rollback()
        except WriteFailedError:
            self._engine.close()
