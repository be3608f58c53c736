"""The first root of this box: whose packs it believes, which nobody can find out for it (FORMAT 6.1).

It comes with the system, if whoever made the image put it there, or a technician compares a number on a page with one
on paper; `schoolbox trust add` does the same as the page. One that is held is never replaced here.

    first_root.take_given()               # at every start
    first_root.accept(stick, "68f7 cb05 ad04 3f19 c260", by=3)
"""

import logging
from pathlib import Path

from content_packs.errors import DiskError, NoRootError, PackError
from content_packs.trust import TrustStore
from content_packs.trust.given import read_given
from schoolbox import logs
from schoolbox.faults import Fault, fault_of
from schoolbox.services.events import Events
from schoolbox.services.packs import Packs

LOG = logging.getLogger(__name__)


class FirstRoot:
    """Gives it to the box."""

    def __init__(self, trust: TrustStore, *, packs: Packs, events: Events, given: Path) -> None:
        self._trust = trust
        self._packs = packs
        self._events = events
        self._given = given

    def is_there(self) -> bool:
        """Whether the box was told whom to believe."""
        return self._trust.pinned()

    def take_given(self) -> None:
        """Believe whom the system came with, if nobody was believed yet; what is wrong with it stops no box."""
        if self.is_there():
            return
        try:
            root = read_given(self._given)
            is_new = self._trust.pin_given(root.raw)
        except NoRootError:
            return
        except DiskError as exc:
            LOG.warning(logs.line("given_root_not_kept", problem=exc.problem))
            return
        except PackError as exc:
            LOG.warning(logs.line("given_root_wrong", file=self._given, error=type(exc).__name__))
            self._events.note_done("root_came_wrong", file=self._given.name)
            return
        if is_new:
            LOG.info(logs.line("given_root_taken", fingerprint=root.fingerprint))
            self._events.note_done("root_came", fingerprint=root.fingerprint)
            self._packs.hide_untrusted()

    def given_fault(self) -> Fault | None:
        """What is wrong with what came with the system; None if nothing is, if none came, or if it does not count."""
        if self.is_there():
            return None
        try:
            read_given(self._given)
        except NoRootError:
            return None
        except PackError as exc:
            return fault_of(exc)
        return None
