"""Reading whole packs again, one after the other in the background, because gigabytes take minutes.

    checks.start("mash:thyesat-6")
    checks.results()["mash:thyesat-6"].state    # "waiting", "running", then "sound", "damaged" or "failed"
"""

import logging
import queue
import threading
from collections.abc import Callable, Mapping
from typing import Literal

import msgspec

from content_packs.errors import PackError
from content_packs.install import Verified
from schoolbox import logs
from schoolbox.errors import BoxError

LOG = logging.getLogger(__name__)

State = Literal["waiting", "running", "sound", "damaged", "failed"]


class CheckResult(msgspec.Struct, frozen=True):
    """How checking one pack goes or went; `bad` counts missing and corrupt files of `files`."""

    state: State
    files: int = 0
    bad: int = 0


class PackChecks:
    """Checks packs on a thread of its own, which ends when there is nothing left to do."""

    def __init__(self, verify: Callable[[str], Verified], *, on_end: Callable[[], None]) -> None:
        self._verify = verify
        self._on_end = on_end
        self._lock = threading.Lock()
        self._wanted: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._results: dict[str, CheckResult] = {}
        self._thread: threading.Thread | None = None

    def start(self, pack_id: str) -> None:
        """Check a pack as soon as the others are done; one that is already waiting is not checked twice."""
        with self._lock:
            if self._results.get(pack_id, CheckResult("sound")).state in ("waiting", "running"):
                return
            self._results[pack_id] = CheckResult("waiting")
            self._wanted.put(pack_id)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="pack-checks", daemon=True)
                self._thread.start()

    def results(self) -> Mapping[str, CheckResult]:
        """What is known by now, since the program started."""
        with self._lock:
            return dict(self._results)

    def busy(self) -> bool:
        """Whether something is being checked or waits for it."""
        return any(result.state in ("waiting", "running") for result in self.results().values())

    def _run(self) -> None:
        try:
            while (pack_id := self._next()) is not None:
                self._keep(pack_id, CheckResult("running"))
                self._keep(pack_id, self._check(pack_id))
        finally:
            self._on_end()

    def _next(self) -> str | None:
        """The next pack; None ends the thread, and a later start makes a new one."""
        with self._lock:
            try:
                return self._wanted.get_nowait()
            except queue.Empty:
                self._thread = None
                return None

    def _keep(self, pack_id: str, result: CheckResult) -> None:
        with self._lock:
            self._results[pack_id] = result

    def _check(self, pack_id: str) -> CheckResult:
        try:
            verified = self._verify(pack_id)
        except (PackError, BoxError) as exc:
            LOG.warning(logs.line("pack_check_failed", pack=pack_id, error=type(exc).__name__))
            return CheckResult("failed")
        bad = len(verified.missing) + len(verified.corrupt)
        return CheckResult("damaged" if bad else "sound", verified.files, bad)
