"""Everything of publishing in one hub: who may do what is decided before, by the doors.

    hub.publishing.approve(12, "Drita")
    hub.publishing.work()            # checks and publishes what is due; `working` does it in the background
"""

import logging
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

from content_packs.clock import Clock
from content_packs.durable import Disk, locked
from content_packs.errors import DiskError, PackError, StoreBusyError
from content_packs.manifest import File, Item, Manifest
from content_packs.shelf import DirectoryShelf
from content_packs.store import Store
from content_packs.trust import Catalogue
from content_packs.trust.catalogue import catalogue_name
from content_packs.trust.metadata import CATALOGUE_BYTES_MAX
from sync.hub.database import Database
from sync.hub.errors import HubError, NotFoundError, ProposalRefusedError
from sync.hub.published_lists import published_catalogue, registry_of
from sync.hub.publishing.changes import PackChange, compare, ordered
from sync.hub.publishing.checking import Checker
from sync.hub.publishing.problems import Problem
from sync.hub.publishing.proposals import Proposal, Proposals, Sender, Step
from sync.hub.publishing.release import Release
from sync.hub.publishing.uploads import Uploads

_log = logging.getLogger(__name__)
LOOK_EVERY_S = 5.0
_PASSING = ("disk", "no-room")
"""Problems that somebody mends without the publisher: what was approved waits again."""


class Bounds(msgspec.Struct, frozen=True):
    """How large an archive may be, and how much of the disk stays free."""

    bytes_max: int
    reserve_bytes: int


class Publishing:
    """Uploads, proposals and the shelf they lead to."""

    def __init__(  # noqa: PLR0913  what it is made of
        self, database: Database, folder: Path, shelf: Path, clock: Clock, *, bounds: Bounds, disk: Disk,
        token: Callable[[int], bytes],
    ) -> None:  # fmt: skip
        self._folder = folder
        self._shelf_folder = shelf
        self._shelf = DirectoryShelf(shelf)
        self._disk = disk
        self._checker = Checker(shelf, disk, reserve_bytes=bounds.reserve_bytes)
        self._release = Release(self._checker, shelf, disk)
        self._due = threading.Event()
        self.proposals = Proposals(database, clock)
        self.uploads = Uploads(
            database, folder / "incoming", disk, clock, bytes_max=bounds.bytes_max,
            reserve_bytes=bounds.reserve_bytes, token=token,
        )  # fmt: skip

    # What people decide.

    def approve(self, number: int, who: str) -> None:
        """Let a proposal be published; the hub does it within moments.

        Raises:
            ProposalStateError: It does not wait any more.
        """
        self.proposals.decide(number, "waiting", Step("publishing", who))
        self.wake()

    def give_back(self, number: int, who: str, reason: str) -> None:
        """Send a proposal back to its publisher.

        Raises:
            ProposalStateError: It does not wait any more.
        """
        self.proposals.decide(number, "waiting", Step("returned", who, reason))
        self._drop(number)

    def withdraw(self, number: int, sender: Sender) -> None:
        """Take back what one sent.

        Raises:
            NotFoundError: This publisher sent no such thing.
            ProposalStateError: It does not wait any more.
        """
        self.proposals.one(number, sender.publisher)
        self.proposals.decide(number, "waiting", Step("withdrawn", sender.who))
        self._drop(number)

    # What people look at.

    def names(self, publisher: str) -> Mapping[str, str]:
        """What a publisher is called, by the registry on the shelf."""
        registry = registry_of(self._shelf)
        known = registry.publishers.get(publisher) if registry else None
        return known.names if known else {"en": publisher}

    def publishers(self) -> list[str]:
        """Everybody whom the registry on the shelf lists, but for schools."""
        registry = registry_of(self._shelf)
        return sorted(name for name in registry.publishers if not name.startswith("box-")) if registry else []

    def published(self, publisher: str) -> list[Manifest]:
        """The newest version of each pack that the shelf gives of a publisher."""
        found = self._newest(self._published_list(publisher), [self._shelf_store()])
        return [manifest for manifest in found.values() if manifest]

    def changes(self, proposal: Proposal) -> list[PackChange]:
        """What a proposal that waits would change; nothing if it does not wait, or its files are gone."""
        coming = self._proposed_list(proposal)
        if coming is None:
            return []
        before = self._newest(self._published_list(proposal.publisher), [self._shelf_store()])
        now = self._newest(coming, [Store(self._place(proposal.number), self._disk), self._shelf_store()])
        return ordered(compare(before.get(pack), now.get(pack), pack=pack) for pack in {**before, **now})

    def item(self, proposal: Proposal, item_id: str) -> tuple[Manifest, Item]:
        """Find an item of what is proposed.

        Raises:
            NotFoundError: There is none.
        """
        for change in self.changes(proposal):
            for item in change.now.items() if change.now else ():
                if item.id == item_id and change.now:
                    return change.now, item
        raise NotFoundError("There is no such item in this proposal.")

    def find_file(self, proposal: Proposal, sha256: str) -> tuple[File, DirectoryShelf]:
        """Find a file of what is proposed, and where it lies.

        Raises:
            NotFoundError: There is none, or it is not there.
        """
        for change in self.changes(proposal):
            file = change.now.files().get(sha256) if change.now else None
            for store in (Store(self._place(proposal.number), self._disk), self._shelf_store()):
                if file and store.has(file):
                    return file, DirectoryShelf(store.folder)
        raise NotFoundError("There is no such file in this proposal.")

    # What the hub does by itself.

    def wake(self) -> None:
        """Say that something is due."""
        self._due.set()

    def run(self, stop: threading.Event) -> None:
        """Do what is due until stopped."""
        self.sweep()
        while not stop.is_set():
            self.work()
            self._due.wait(LOOK_EVERY_S)
            self._due.clear()

    def work(self) -> None:
        """Do everything that is due; another program that does so already is left to it."""
        self._disk.make_folder(self._folder, mode=0o700)
        try:
            with locked(self._folder / "lock", wait=False):
                while (proposal := self.proposals.due()) and self._work_on(proposal):
                    pass
        except (DiskError, StoreBusyError) as exc:
            _log.warning("publishing_waits problem=%s", type(exc).__name__)

    def sweep(self) -> None:
        """Delete what lies here of proposals that are decided, as after a power cut."""
        open_ = {str(one.number) for one in self.proposals.all(states=("checking", "waiting", "publishing"))}
        for path in (self._folder / "proposals").glob("*"):
            if path.name not in open_:
                shutil.rmtree(path, ignore_errors=True)

    def _work_on(self, proposal: Proposal) -> bool:
        """Check or publish one proposal; false if it has to wait."""
        try:
            self._check(proposal) if proposal.state == "checking" else self._publish(proposal)
        except ProposalRefusedError as exc:
            self._fail(proposal, Problem(exc.word, dict(exc.facts)))
        except StoreBusyError:
            return False
        except DiskError as exc:
            _log.warning("publishing_disk proposal=%d problem=%s", proposal.number, type(exc).__name__)
            self._fail(proposal, Problem("disk"))
        except Exception:  # noqa: BLE001  the edge of a background loop
            _log.exception("publishing_failed proposal=%d", proposal.number)
            self._fail(proposal, Problem("unforeseen"))
        return True

    def _check(self, proposal: Proposal) -> None:
        archive = self.uploads.path(proposal.upload)
        if not archive.exists():
            raise ProposalRefusedError("It is gone.", word="gone", facts={})
        catalogue = self._checker.take(archive, proposal.publisher, into=self._place(proposal.number))
        for replaced in self.proposals.checked(proposal.number, catalogue.version):
            self._drop(replaced)
        self.uploads.forget(proposal.upload)
        _log.info("proposal_waits proposal=%d publisher=%s", proposal.number, proposal.publisher)

    def _publish(self, proposal: Proposal) -> None:
        self._release.publish(proposal.publisher, self._place(proposal.number))
        self.proposals.decide(proposal.number, "publishing", Step("published"))
        self._drop(proposal.number)
        _log.info("proposal_published proposal=%d publisher=%s", proposal.number, proposal.publisher)

    def _fail(self, proposal: Proposal, problem: Problem) -> None:
        """Note why it did not go on; what passes lets an approved one wait again."""
        waits = proposal.state == "publishing" and problem.word in _PASSING
        self.proposals.decide(proposal.number, proposal.state, Step("waiting" if waits else "refused"), problem=problem)
        _log.info("proposal_refused proposal=%d reason=%s", proposal.number, problem.word)
        if not waits:
            self._drop(proposal.number)
            self.uploads.forget(proposal.upload)

    def _drop(self, number: int) -> None:
        shutil.rmtree(self._place(number), ignore_errors=True)

    def _place(self, number: int) -> Path:
        return self._folder / "proposals" / str(number)

    def _shelf_store(self) -> Store:
        return Store(self._shelf_folder, self._disk)

    def _published_list(self, publisher: str) -> Catalogue | None:
        registry = registry_of(self._shelf)
        known = registry is not None and publisher in registry.publishers
        return published_catalogue(self._shelf, registry, publisher) if registry and known else None

    def _proposed_list(self, proposal: Proposal) -> Catalogue | None:
        if proposal.state not in ("waiting", "publishing"):
            return None
        try:
            shelf = DirectoryShelf(self._place(proposal.number))
            raw = shelf.read_meta(catalogue_name(proposal.publisher), CATALOGUE_BYTES_MAX)
            return self._checker.accept(proposal.publisher, raw)[0]
        except (PackError, HubError, OSError):
            return None

    @staticmethod
    def _newest(catalogue: Catalogue | None, stores: list[Store]) -> dict[str, Manifest | None]:
        """The newest version of each pack of a list that one of these places has; None where none has any."""
        found: dict[str, Manifest | None] = {}
        for listing in catalogue.listings if catalogue else ():
            raws = (store.manifest_bytes(listing.manifest_sha256) for store in stores)
            raw = next((raw for raw in raws if raw), None)
            found[listing.pack_id] = listing.open(raw) if raw else found.get(listing.pack_id)
        return found


@contextmanager
def working(publishing: Publishing | None) -> Iterator[None]:
    """Check and publish in the background for as long as the block runs."""
    if publishing is None:
        yield
        return
    stop = threading.Event()
    thread = threading.Thread(target=publishing.run, args=(stop,), name="publishing", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        publishing.wake()
        thread.join()
