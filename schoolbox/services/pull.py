"""Taking what this box subscribes to from wherever it is nearest (FORMAT 8.12, 8.13; PROTOCOL section 9).

Promises: signed lists of every place are taken in first, and these alone decide; then each pack comes from the nearest
place that has it, and what one lacks the next supplies. A place that breaks off stops nobody; a pack that fails stops
no other. When nothing changed it costs one request a place. It gives way to people, keeps what it copied, and goes on.

    puller.pull(PullAsk(), Pace(stop, clock=clock), show=print).whole
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from content_packs.clock import Clock
from content_packs.copying import Progress
from content_packs.durable import Disk, locked
from content_packs.errors import CodeNeededError, LineLostError, PackError, ShelfError
from content_packs.shelf import FetchingShelf
from content_packs.shelf.several import SeveralShelves, take_together
from content_packs.store import Store
from content_packs.trust import Refusal, TrustStore
from schoolbox import logs
from schoolbox.errors import NoSourceError, WriteFailedError
from schoolbox.services.pack_library import PackLibrary
from schoolbox.services.packs import Packs
from schoolbox.services.pull_notes import PullNotes
from schoolbox.services.pull_one import PullOne, Target
from schoolbox.services.pull_pace import Pace, StoppedError, Tempo
from schoolbox.services.pull_plan import Wanted, plan
from schoolbox.services.pull_report import PackReport, PlaceReport, PullReport
from schoolbox.services.pull_room import PullRoom
from schoolbox.services.pull_sources import PullAsk, PullSources, Source
from schoolbox.services.pull_supply import Supply
from schoolbox.services.subscriptions import Subscriptions
from schoolbox.services.turns import Turns

if TYPE_CHECKING:
    from content_packs.shelf import Shelf

LOG = logging.getLogger(__name__)


class PullParts(msgspec.Struct, frozen=True, kw_only=True):
    """What a pull is made with."""

    packs: Packs
    library: PackLibrary
    trust: TrustStore
    store: Store
    subscriptions: Subscriptions
    sources: PullSources
    room: PullRoom
    turns: Turns
    notes: PullNotes
    disk: Disk
    clock: Clock
    lock_file: Path


class Puller:
    """Pulls; one pull at a time on a box."""

    def __init__(self, parts: PullParts) -> None:
        self._of = parts

    def pull(
        self, ask: PullAsk, pace: Pace, *, show: Callable[[Progress], None], dry_run: bool = False
    ) -> PullReport:
        """Take what is wanted and not here.

        Args:
            ask: Which places may be used.
            pace: How fast and how stubbornly.
            show: Told after every piece. It may raise to stop; what was copied is kept.
            dry_run: Only say what would come.

        Raises:
            NoSourceError: There is no place to take packs from.
            NoRootError: This box was never told whom to trust.
            BadInputError: An address makes no sense.
            StoreBusyError: Another pull is on its way.
            DiskError: Our own disk does not even keep the lock of a pull.
        """
        with locked(self._of.lock_file, wait=False):
            self._of.trust.trust()
            sources = self._of.sources.find(ask)
            if not sources:
                raise NoSourceError
            with ExitStack() as opened:
                places = [_Place(source, opened, self._of.sources, kbit_s=pace.kbit_s) for source in sources]
                if ask.by_itself:
                    for place in places:
                        place.avoid = self._of.notes.avoided(place.source.key)
                report = self._pull(places, pace, show, dry_run=dry_run)
            if not dry_run:
                self._note(report)
            return report

    def wanted(self) -> tuple[Wanted, ...]:
        """Say what is wanted and not here, of what is announced so far.

        Raises:
            NoRootError: This box was never told whom to trust.
        """
        catalogues = self._of.trust.trust().catalogues
        return plan(catalogues, self._of.library.installed(), self._of.subscriptions.wishes())

    def _note(self, report: PullReport) -> None:
        """Keep how it went; a disk that is full takes no note, and what came is there all the same."""
        try:
            self._of.notes.keep(report, self.wanted())
        except WriteFailedError as exc:
            LOG.warning(logs.line("pull_not_noted", problem=exc.problem))

    def _sweep(self) -> None:
        """Delete what was copied of versions that newer ones have overtaken, unless something else may need it."""
        with suppress(PackError):
            self._of.packs.give_up_parts()

    def _pull(
        self, places: "Sequence[_Place]", pace: Pace, show: Callable[[Progress], None], *, dry_run: bool
    ) -> PullReport:
        packs: list[PackReport] = []
        stopped = False
        try:
            self._look(places, pace)
            there = [place for place in places if place.error is None]
            wanted = self.wanted() if there else ()
            shelf = self._together(there, wanted, pace)
            one = self._one(shelf, there, pace, show)
            for each in wanted:
                packs.append(one.preview(each) if dry_run else one.take(each))
            for number, place in enumerate(there):
                place.opened(shelf.refused.get(number))
                lost = (sha256 for sha256 in shelf.gave(number) if not self._of.store.holds(sha256))
                place.gave_wrong = frozenset() if dry_run else frozenset(lost)
        except StoppedError:
            stopped = True
        if any(pack.changed for pack in packs):
            self._sweep()
        return PullReport(places=tuple(place.report() for place in places), packs=tuple(packs), stopped=stopped)

    def _look(self, places: "Sequence[_Place]", pace: Pace) -> None:
        """Take in the signed lists of every place; one that does not answer is asked again after the others."""
        waiting = list(places)
        while True:
            for place in waiting:
                pace.go_on()
                place.take_in(self._of.packs)
            waiting = [place for place in waiting if place.worth_asking_again]
            if not waiting or not pace.may_try_again():
                return

    def _together(self, there: "Sequence[_Place]", wanted: Sequence[Wanted], pace: Pace) -> SeveralShelves:
        """Make one shelf of all places that answered."""
        tempos = [Tempo(self._of.clock) if place.is_shortcut and not pace.is_capped else None for place in there]

        def count(number: int, came: int) -> None:
            there[number].file_bytes += came
            pace.took(came)
            tempo = tempos[number]
            if tempo and tempo.is_crawling(came):
                raise LineLostError(shelf=there[number].source.address)

        shelf = take_together(
            [place.shelf for place in there if place.shelf],
            manifests={listing.manifest_sha256 for each in wanted for listing in each.listings},
            held=self._of.store.manifest_bytes,
            on_bytes=count,
            disk=self._of.disk,
            avoid=[place.avoid for place in there],
        )
        if isinstance(shelf, FetchingShelf):
            newest = (each.listings[0].manifest_sha256 for each in wanted)
            shelf.expect([sha256 for sha256 in newest if self._of.store.manifest_bytes(sha256) is None])
        return shelf

    def _one(
        self, shelf: SeveralShelves, there: "Sequence[_Place]", pace: Pace, show: Callable[[Progress], None]
    ) -> PullOne:
        """Make what takes one pack after the other."""

        def gone(number: int, error: ShelfError) -> None:
            there[number].error = error

        target = Target(packs=self._of.packs, store=self._of.store, room=self._of.room, turns=self._of.turns)
        return PullOne(Supply(shelf, pace, gone=gone), target, pace, show=show)


class _Place:
    """One place of a pull, and how it goes with it."""

    def __init__(self, source: Source, opened: ExitStack, sources: PullSources, *, kbit_s: int) -> None:
        self.source = source
        self.error: PackError | None = None
        self.file_bytes = 0
        self.avoid: frozenset[str] = frozenset()
        self.gave_wrong: frozenset[str] = frozenset()
        self.shelf: Shelf | None = None
        self._looked = False
        self._refused: tuple[Refusal, ...] = ()
        self._sources = sources
        try:
            self.shelf = opened.enter_context(sources.open(source, kbit_s=kbit_s))
        except ShelfError as exc:
            self.error = exc

    @property
    def worth_asking_again(self) -> bool:
        """Whether it did not answer, and might: a neighbour that is gone is gone."""
        return self.error is not None and self.error.transient and self.source.kind != "neighbour"

    @property
    def is_shortcut(self) -> bool:
        """Whether it is only of use while it is quick."""
        return self.source.kind == "neighbour"

    def take_in(self, packs: Packs) -> None:
        """Take in its signed lists."""
        if self.shelf is None:
            return
        try:
            self._refused = packs.take_in(self.shelf).refused
        except PackError as exc:  # whatever it is: the places behind this one have their turn
            self.error = exc
            return
        self.error = None
        self._looked = True

    def opened(self, refused: CodeNeededError | None) -> None:
        """Note at the end whether its code opened what it keeps for those who know it."""
        if refused and self.error is None:
            self.error = refused
        try:
            self._sources.remember_code(self.source, right=refused is None)
        except PackError as exc:  # what came is there, and the next pull learns the same of this code
            self.error = self.error or exc

    def report(self) -> PlaceReport:
        """How it went."""
        travelled = getattr(self.shelf, "travelled", None)
        report = PlaceReport(
            source=self.source, looked=self._looked, error=self.error, refused=self._refused,
            file_bytes=self.file_bytes, gave_wrong=self.gave_wrong,
        )  # fmt: skip
        return replace(report, bytes_in=travelled.bytes_in, bytes_out=travelled.bytes_out) if travelled else report
