"""One pack of a pull: from the places as one, beside people who come first.

Promises: an error of one pack is in its report and stops no other; a person's installation is waited for, and what was
copied is kept meanwhile.

    one.take(wanted).state        # "whole"
"""

from collections.abc import Callable

import msgspec
from msgspec.structs import replace

from content_packs.copying import Progress
from content_packs.errors import NotOfferedError, PackError, StoreBusyError
from content_packs.install import Installed
from content_packs.offers import Offer, read_manifest
from content_packs.store import Store
from schoolbox.errors import BoxError, NotThereYetError
from schoolbox.services.packs import Packs
from schoolbox.services.pull_pace import Pace
from schoolbox.services.pull_plan import Wanted
from schoolbox.services.pull_report import PackReport
from schoolbox.services.pull_room import PullRoom
from schoolbox.services.pull_supply import Supply
from schoolbox.services.turns import GaveWayError, Turns

LOOK_EVERY_S = 2.0
"""How often to look whether a person is done."""
BUSY_TRIES = 15
"""How often to try again while something other than a person has the store."""


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """Where packs come to."""

    packs: Packs
    store: Store
    room: PullRoom
    turns: Turns


class PullOne:
    """Takes one pack after the other."""

    def __init__(self, supply: Supply, target: Target, pace: Pace, *, show: Callable[[Progress], None]) -> None:
        self._supply = supply
        self._to = target
        self._pace = pace
        self._show = show

    def take(self, wanted: Wanted) -> PackReport:
        """Take a pack, or say why it did not come.

        Raises:
            StoppedError: The program is told to stop.
        """
        report, came_before = _bare(wanted), self._pace.came
        try:
            done = self._take(wanted)
        except (PackError, BoxError) as exc:
            return replace(report, error=exc, copied_bytes=self._pace.came - came_before)
        return replace(
            report, version=done.version, state="incomplete" if done.missing else "whole", changed=done.changed,
            copied_bytes=self._pace.came - came_before, missing=done.missing,
        )  # fmt: skip

    def preview(self, wanted: Wanted) -> PackReport:
        """Say what taking a pack would copy."""
        report = _bare(wanted)
        try:
            offer = self._offer(wanted)
            need_bytes = self._to.room.need_bytes(offer)
            self._to.room.check(need_bytes)
        except (PackError, BoxError) as exc:
            return replace(report, error=exc)
        return replace(report, version=offer.version, state="coming", need_bytes=need_bytes)

    def _take(self, wanted: Wanted) -> Installed:
        """Try until it is here as far as the places have it.

        Raises:
            PackError: It did not come.
            BoxError: It did not come.
        """
        self._supply.begin()
        while True:
            try:
                done = self._when_free(wanted)
            except PackError as exc:
                if isinstance(exc, StoreBusyError) or not self._supply.may_try_again(exc):
                    raise
            else:
                if not any(self._supply.is_worth_asking_elsewhere(gap.error) for gap in done.missing):
                    return done

    def _when_free(self, wanted: Wanted) -> Installed:
        """Try once, after people are done.

        Raises:
            StoreBusyError: Something other than a person has the store, and does not let go of it.
        """
        busy_tries = BUSY_TRIES
        while True:
            try:
                offer = self._offer(wanted)
                self._keep_manifest(offer)
                self._to.room.check(self._to.room.need_bytes(offer))
                return self._to.packs.take(self._supply.shelf, wanted.pack_id, progress=self._show)
            except GaveWayError:
                self._wait_for_person()
            except StoreBusyError:
                busy_tries -= 1
                if not busy_tries:
                    raise
                self._wait_for_person()

    def _offer(self, wanted: Wanted) -> Offer:
        """Find the newest version that some place has.

        Raises:
            PackError: It cannot be read, or is not trusted.
            NotThereYetError: No place has any.
        """
        try:
            return self._to.packs.offers(self._supply.shelf, only=wanted.pack_id).find(wanted.pack_id)
        except NotOfferedError as exc:
            if out_of_reach := self._supply.out_of_reach():
                raise out_of_reach from exc
            raise NotThereYetError(pack_id=wanted.pack_id, version=wanted.version) from exc

    def _keep_manifest(self, offer: Offer) -> None:
        """Keep the manifest before the files, so that what is copied of them is known to be wanted."""
        if self._to.store.manifest_bytes(offer.listing.manifest_sha256) is None:
            self._to.store.put_manifest(read_manifest(self._supply.shelf, offer.listing))

    def _wait_for_person(self) -> None:
        """Let people do what they want to do.

        Raises:
            StoppedError: The program is told to stop.
        """
        self._pace.wait(LOOK_EVERY_S)
        while self._to.turns.is_taken():
            self._pace.wait(LOOK_EVERY_S)


def _bare(wanted: Wanted) -> PackReport:
    before = wanted.installed.version if wanted.installed else None
    return PackReport(pack_id=wanted.pack_id, version=wanted.version, state="failed", before=before)
