"""The first root of this box: whose packs it believes, which nobody can find out for it (FORMAT 6.1).

It comes with the system, if whoever made the image put it there, or a technician compares a number on a page with one
on paper; `schoolbox trust add` does the same as the page. One that is held is never replaced here.

    first_root.take_given()               # at every start
    first_root.accept(stick, "68f7 cb05 ad04 3f19 c260", by=3)
"""

import logging
from pathlib import Path

from content_packs.errors import DiskError, NoRootError, PackError, RootPinnedError, ShelfGoneError
from content_packs.shelf import Shelf
from content_packs.trust import Registry, TrustStore
from content_packs.trust.given import read_given
from content_packs.trust.introduction import introduction
from content_packs.trust.roots import pin_root
from schoolbox import logs
from schoolbox.errors import OtherNumberError
from schoolbox.faults import Fault, fault_of
from schoolbox.services.events import Events
from schoolbox.services.packs import Packs
from schoolbox.services.stick_listing import Introduced
from schoolbox.services.sticks import Stick, Sticks

LOG = logging.getLogger(__name__)


class FirstRoot:
    """Gives it to the box."""

    def __init__(self, trust: TrustStore, *, packs: Packs, events: Events, sticks: Sticks, given: Path) -> None:
        self._trust = trust
        self._packs = packs
        self._events = events
        self._sticks = sticks
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

    def believed(self) -> Introduced | None:
        """Whom the box believes, and by which number; None if nobody."""
        if not self.is_there():
            return None
        trust = self._trust.trust()
        return Introduced(trust.root.fingerprint, _names(trust.registry))

    def accept(self, stick: Stick, number: str, *, by: int) -> None:
        """Believe whom a stick is of, if its number is the one that a person has compared; it is read again.

        Raises:
            OtherNumberError: It has another number than that.
            RootPinnedError: The box believes somebody else by now.
            PackError: The stick is gone, or what is on it is not right; nothing was changed.
            DiskError: Our own disk refused; nothing was changed.
        """
        root = introduction(stick.place.shelf()).root
        if root.fingerprint != number:
            raise OtherNumberError(found=root.fingerprint)
        try:
            is_new = self._trust.pin(root.raw)
        except RootPinnedError:
            if number not in self._held():
                raise
            is_new = False
        if is_new:
            self._events.note_done("root_pinned", by=by, fingerprint=number)
            self._packs.hide_untrusted()
        self._sticks.look_soon()

    def _held(self) -> set[str]:
        """The numbers of the roots that lead to the one that counts: whoever pressed twice has done no wrong."""
        files = self._trust.travelling().items()
        return {pin_root(raw).fingerprint for name, raw in files if name.endswith(".root.json")}


def introduced(trust: TrustStore, shelf: Shelf) -> Introduced | None:
    """Who a shelf says it is of; None on a box that believes somebody already.

    Raises:
        ShelfGoneError: It went away.
    """
    if trust.pinned():
        return None
    try:
        found = introduction(shelf)
    except ShelfGoneError:
        raise
    except PackError as exc:
        return Introduced(fault=fault_of(exc))
    return Introduced(found.root.fingerprint, _names(found.registry))


def _names(registry: Registry | None) -> tuple[dict[str, str], ...]:
    return tuple(dict(each.names) for each in registry.publishers.values()) if registry else ()
