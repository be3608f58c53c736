"""What a new box does beside its pages: publishes packs that were kept, and has its hub take it in over the line.

It tries at once when a person wants the hub, and rests longer after each try that found nobody.
"""

import logging
import threading

from content_packs.errors import DiskError
from schoolbox import logs
from schoolbox.errors import WriteFailedError
from schoolbox.services.hub_asking import HubAsking
from schoolbox.services.kept_packs import KeptPacks
from schoolbox.services.uplink import Uplink

LOG = logging.getLogger(__name__)
RESTS_S = (10.0, 30.0, 60.0, 300.0, 900.0)


class BeginningJob:
    """The background job around `HubAsking` and `KeptPacks`."""

    name = "beginning"

    def __init__(self, asking: HubAsking, kept_packs: KeptPacks, uplink: Uplink, *, may_talk: bool = True) -> None:
        self._asking = asking
        self._kept_packs = kept_packs
        self._uplink = uplink
        self._may_talk = may_talk
        self._woken = threading.Event()
        uplink.when_wanted(self._woken.set)

    def run(self, stop: threading.Event) -> None:
        """Publish what was kept, then ask and rest until stopped."""
        self._kept_packs.publish_again()
        tries = 0
        while not stop.is_set():
            if self._is_done():
                tries = 0
                self._woken.wait()
            else:
                self._woken.wait(RESTS_S[min(tries, len(RESTS_S) - 1)])
                tries = 0 if self._woken.is_set() else tries + 1
            self._woken.clear()

    def wake(self) -> None:
        """Look whether to stop."""
        self._woken.set()

    def _is_done(self) -> bool:
        """Ask the hub, if one waits to be asked; says whether there is nothing to try again."""
        from sync.transport import HubTransport

        if not self._may_talk or (asked := self._asking.waiting()) is None or asked.is_refused:
            return True
        try:
            with HubTransport() as transport:
                is_done = self._asking.try_now(transport)
        except (WriteFailedError, DiskError) as exc:
            LOG.warning(logs.line("enrolment_not_kept", problem=exc.problem))
            return False
        if is_done and self._asking.waiting() is None:
            self._uplink.try_now()
        return is_done
