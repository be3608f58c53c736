"""Moves what was committed from SQLite's log into the database file, beside the writer instead of on its way.

A checkpoint costs two fsyncs and up to a thousand pages: on a slow card most of a second, in which the writer's next
group, half a class, would wait. Promises: nothing depends on it; a checkpoint that fails is made up for by a later one,
by the writer itself once the log is four times as long, or when the last connection closes.

    checkpoints.note_commit()
"""

import contextlib
import sqlite3
import threading
from pathlib import Path

COMMITS = 64
"""After how many commits there is a checkpoint; while a class answers, that is about a thousand pages."""


class Checkpoints:
    """A thread that waits for the writer to have committed enough; it begins when it is needed first."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._commits = 0
        self._wake = threading.Event()
        self._closed = False
        self.pause = threading.Lock()
        """Held by whoever must be the only one to move the log: SQLite lets one do it and turns the others away."""
        self._thread: threading.Thread | None = None

    def note_commit(self) -> None:
        """Count a commit; called by the writer's thread only."""
        self._commits += 1
        if self._commits % COMMITS:
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._loop, name="checkpoints", daemon=True)
            self._thread.start()
        self._wake.set()

    def close(self) -> None:
        """Finish what is under way and stop; the writer must have stopped before."""
        self._closed = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()

    def _loop(self) -> None:
        while True:
            self._wake.wait()
            if self._closed:
                return
            self._wake.clear()
            with self.pause, contextlib.suppress(sqlite3.Error):  # a full disk: the next commit says so
                self._checkpoint()

    def _checkpoint(self) -> None:
        """Move what can be moved without waiting for anybody; never makes a file anew that was taken away."""
        connection = sqlite3.connect(f"{self._path.resolve().as_uri()}?mode=rw", uri=True, isolation_level=None)
        try:
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
        finally:
            connection.close()
