"""A folder into which couriers are copied or synchronised: the hub looks there every few seconds.

    INBOX/anything.courier  ->  INBOX/taken/<box>-<number>.courier  and  INBOX/receipts/<box>.receipt
                            or  INBOX/refused/anything.courier
    INBOX/anything.request  ->  INBOX/taken/<box>.request    and  INBOX/answers/<box>.answer, at once if it has a code

Promises: a file that is still being copied is left until nothing was written to it for a minute; what was taken is on
the hub's disk before its file is moved.

    CourierInbox(hub.couriers, Path("/srv/couriers"), Disk(), SystemClock(), requests=hub.requests).run(stop)
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from content_packs.clock import Clock
from content_packs.durable import Disk
from content_packs.errors import DiskError
from content_packs.plain_file import read_plain
from sync.courier import RECEIPT_ENDING, courier_name
from sync.enrolment_files import ANSWER_ENDING, FILE_BYTES_MAX, REQUEST_ENDING
from sync.hub.courier_sticks import Brought, loose_couriers, read_files
from sync.hub.couriers import Couriers
from sync.hub.errors import HubError
from sync.hub.requests import Asked, Requests
from sync.hub.services import Hub

_log = logging.getLogger(__name__)
LOOK_EVERY_S = 5.0
QUIET_S = 60.0


class CourierInbox:
    """Looks into one folder."""

    def __init__(self, couriers: Couriers, folder: Path, disk: Disk, clock: Clock, *, requests: Requests) -> None:
        self._couriers = couriers
        self._requests = requests
        self._folder = folder
        self._disk = disk
        self._clock = clock

    def run(self, stop: threading.Event) -> None:
        """Look until stopped; a folder that is not there now may be there later."""
        while not stop.is_set():
            try:
                self.look()
                self.look_for_requests()
            except (OSError, DiskError) as exc:
                _log.warning("inbox_not_read problem=%s", exc)
            stop.wait(LOOK_EVERY_S)

    def look(self) -> Brought:
        """Take what is there.

        Raises:
            OSError, DiskError: The folder cannot be read or written.
        """
        found = Brought()
        for path in loose_couriers(self._folder):
            one = read_files(self._couriers, [path])
            if one.taken:
                [taken] = one.taken
                receipt = self._place("receipts") / f"{taken.box}{RECEIPT_ENDING}"
                self._disk.write_file(receipt, self._couriers.receipts(taken.box))
                self._disk.rename(path, self._place("taken") / f"{taken.box}-{courier_name(taken.number)}")
            elif self._is_quiet(path):
                self._disk.rename(path, self._place("refused") / path.name)
            else:
                continue
            found += one
        return found

    def look_for_requests(self) -> list[Asked]:
        """Take the requests of boxes that are there, and write the answers that are ready.

        Raises:
            OSError, DiskError: The folder cannot be read or written.
        """
        found = []
        for path in sorted(each for each in self._folder.iterdir() if each.name.endswith(REQUEST_ENDING)):
            try:
                asked = self._requests.take(read_plain(path, limit=FILE_BYTES_MAX + 1))
            except HubError as exc:
                if self._is_quiet(path):
                    _log.warning("request_refused problem=%s", type(exc).__name__)
                    self._disk.rename(path, self._place("refused") / path.name)
                continue
            if asked.answer is not None:
                self._disk.write_file(self._place("answers") / f"{asked.box}{ANSWER_ENDING}", asked.answer)
            self._disk.rename(path, self._place("taken") / f"{asked.box}{REQUEST_ENDING}")
            found.append(asked)
        return found

    def _place(self, name: str) -> Path:
        self._disk.make_folder(self._folder / name)
        return self._folder / name

    def _is_quiet(self, path: Path) -> bool:
        return self._clock.now().timestamp() - path.stat().st_mtime > QUIET_S


@contextmanager
def watching(hub: Hub) -> Iterator[None]:
    """Look into the hub's folder meanwhile, if one is set."""
    folder = hub.settings.values.courier_inbox
    if not folder:
        yield
        return
    stop, inbox = threading.Event(), CourierInbox(
        hub.couriers, Path(folder), Disk(), hub.clock, requests=hub.requests
    )  # fmt: skip
    thread = threading.Thread(target=inbox.run, args=(stop,), name="courier-inbox")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
