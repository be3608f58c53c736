"""What teachers and technicians do with packs: look at a shelf, install, go back, check, remove.

Promises: whatever fails, pupils see what they saw before; everything that was done is noted with who did it, and is
done also if the note cannot be kept; a pack can be removed on a full disk.

    packs = Packs(db, parts)
    packs.install(DirectoryShelf(folder), "mash:thyesat-6", progress=show)
"""

import logging
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress

import msgspec

from content_packs.copying import Progress
from content_packs.errors import DiskError, NoRootError
from content_packs.install import Installed, Installer, Verified
from content_packs.offers import Offers
from content_packs.selection import Gap
from content_packs.shelf import Shelf
from content_packs.trust import Applied, TrustStore
from schoolbox import logs
from schoolbox.db.database import Database
from schoolbox.db.pack_models import Pack
from schoolbox.errors import WriteFailedError
from schoolbox.services.events import Events
from schoolbox.services.pack_library import PackLibrary
from schoolbox.services.pack_rows import read_units
from schoolbox.services.pull_plan import plan
from schoolbox.services.spare import Spare
from schoolbox.services.subscriptions import Subscriptions
from schoolbox.services.texts import Texts, read_texts
from schoolbox.services.turns import Turns

LOG = logging.getLogger(__name__)
LIST = """
SELECT p.id, p.version, p.title, p.publisher, p.publisher_name, p.size_bytes, p.items, p.installed_at, p.hidden,
    p.units, p.missing, k.version
FROM pack AS p LEFT JOIN kept_pack AS k ON k.pack_id = p.id ORDER BY p.id
"""


class InstalledRow(msgspec.Struct, frozen=True):
    """One installed pack as the technician sees it; `hidden` while its publisher is not in the registry.

    `units` are those that were chosen (None: all), `missing` counts files that no shelf has supplied yet,
    `previous_version` is what one can go back to (None: nothing).
    """

    pack_id: str
    version: int
    title: Texts
    publisher: str
    publisher_name: Texts
    size_bytes: int
    items: int
    installed_at: str
    hidden: bool
    units: tuple[str, ...] | None
    missing: int
    previous_version: int | None


class PackParts(msgspec.Struct, frozen=True, kw_only=True):
    """What stands behind the packs; `ordered` are the SHA-256 of manifests that somebody waits for."""

    installer: Installer
    library: PackLibrary
    trust: TrustStore
    events: Events
    turns: Turns
    spare: Spare
    ordered: Callable[[], Collection[str]]
    subscriptions: Subscriptions


class Packs:
    """What a technician does with packs: look at a shelf, install, check, remove."""

    def __init__(self, db: Database, parts: PackParts) -> None:
        self._db = db
        self._subscriptions = parts.subscriptions
        self._installer = parts.installer
        self._library = parts.library
        self._trust = parts.trust
        self._events = parts.events
        self._turns = parts.turns
        self._spare = parts.spare
        self._ordered = parts.ordered

    def list(self) -> list[InstalledRow]:
        """Every installed pack, by its id."""
        return self._db.fetch_sql(_installed_row, LIST)

    def versions(self) -> Mapping[str, int]:
        """The version of every installed pack, by its id."""
        return dict(self._db.fetch_sql(_version, "SELECT id, version FROM pack"))

    def offers(self, shelf: Shelf, *, only: str | None = None) -> Offers:
        """What a shelf holds, of one pack or of all; newer root, registry and catalogues are taken in on the way."""
        offers = self._installer.offers(shelf, only=only)
        self.hide_untrusted()
        return offers

    def take_in(self, shelf: Shelf) -> Applied:
        """Take in newer root, registry and catalogues of a shelf without looking at what it holds.

        Raises:
            NoRootError: This box was never told whom to trust.
            ShelfError: The shelf is gone, or none.
            DiskError: Our own disk refused to keep the metadata.
        """
        applied = self._trust.apply(shelf)
        self.hide_untrusted()
        return applied

    def install(
        self,
        shelf: Shelf,
        pack_id: str,
        *,
        units: Collection[str] | None = None,
        manifest_sha256: str = "",
        by: int | None = None,
        progress: Callable[[Progress], None],
    ) -> Installed:
        """Install or repair one pack for a person; pupils see the old version until the very end.

        Args:
            shelf: Where from.
            pack_id: Which.
            units: Which units, beside those that are there; None for what was chosen before, or all.
            manifest_sha256: The one version that was asked for; empty for whichever it is.
            by: Who asked for it; None for the command line.
            progress: Told after every piece; may raise to stop.

        Raises:
            PackError: It was not installed; nothing that pupils see has changed.
            WriteFailedError: The database could not be written; nothing that pupils see has changed.
        """
        with self._turns.person():
            installed = self._installer.install(
                shelf, pack_id, units=units, manifest_sha256=manifest_sha256, progress=progress
            )
        self._installed(installed, "pack_installed", by)
        return installed

    def take(self, shelf: Shelf, pack_id: str, *, progress: Callable[[Progress], None]) -> Installed:
        """Install or complete one pack for the box itself, which gives way to people and mends nothing: it asks often.

        Raises:
            GaveWayError: A person wants to change packs; what was copied is kept.
            PackError: It was not installed; nothing that pupils see has changed.
            WriteFailedError: The database could not be written; nothing that pupils see has changed.
        """
        way = self._turns.way()

        def tell(progressed: Progress) -> None:
            way.give()
            progress(progressed)

        way.give()
        installed = self._installer.install(shelf, pack_id, repair=False, progress=tell)
        self._installed(installed, "pack_came", None)
        return installed

    def _installed(self, installed: Installed, code: str, by: int | None) -> None:
        """Let pages follow the registry, and note what can be seen now: pupils see it, whatever fails from here on."""
        try:
            self.hide_untrusted()
        except WriteFailedError as exc:  # it is done again at the next look at a shelf
            LOG.warning(logs.line("not_hidden_yet", problem=exc.problem))
        if installed.changed:
            self._events.note_done(
                f"{code}_in_part" if installed.missing else code, by=by, pack=installed.pack_id,
                version=installed.version, missing=len(installed.missing),
            )  # fmt: skip

    def undo(self, pack_id: str, *, by: int | None = None) -> Installed:
        """Go back to the version before.

        Raises:
            PackError: That cannot be; nothing that pupils see has changed.
        """
        with self._turns.person():
            undone = self._installer.undo(pack_id)
        self._events.note_done("pack_undone", by=by, pack=pack_id, version=undone.version)
        return undone

    def gaps(self, pack_id: str) -> tuple[Gap, ...]:
        """Say what a pack does without until some shelf supplies it.

        Raises:
            NotInstalledError: There is no such pack on this box.
        """
        return self._installer.gaps(pack_id)

    def verify(self, pack_id: str) -> Verified:
        """Read every file of a pack and compare it with what was signed.

        Raises:
            NotInstalledError: There is no such pack on this box.
        """
        verified = self._installer.verify(pack_id)
        if not verified.sound:
            self._events.note_done(
                "pack_damaged", pack=pack_id, missing=len(verified.missing), corrupt=len(verified.corrupt)
            )
        return verified

    def remove(self, pack_id: str, *, by: int | None = None) -> int:
        """Take a pack off the box; how many bytes became free.

        Raises:
            NotInstalledError: There is no such pack on this box.
            WriteFailedError: The database could not be written, also after the spare file was given up.
            DiskError: Our own disk refused to delete files; pupils no longer see the pack.
        """
        with self._turns.person():
            title = self._db.first(str, Pack.select(Pack.title).where(Pack.id == pack_id))
            try:
                freed = self._installer.remove(pack_id)
            except WriteFailedError:
                if not self._spare.give_up():
                    raise
                freed = self._installer.remove(pack_id)
        self._events.note_done("pack_removed", by=by, pack=pack_id, title=title or "{}", freed_bytes=freed)
        with suppress(DiskError):  # it is made at the next start, too
            self._spare.keep()
        return freed

    def give_up_parts(self) -> int:
        """Delete what interrupted installations left, but for what the box or an order wants; how much became free.

        Raises:
            StoreBusyError: Something is being installed.
        """
        try:
            catalogues = self._trust.trust().catalogues
        except NoRootError:
            catalogues = {}
        wanted = plan(catalogues, self._library.installed(), self._subscriptions.wishes())
        still_wanted = [listing.manifest_sha256 for each in wanted for listing in each.listings]
        return self._installer.sweep(still_wanted=[*still_wanted, *self._ordered()])

    def hide_untrusted(self) -> None:
        """Let what pages show follow what is trusted; to be called at start and whenever that may have changed."""
        try:
            trust = self._trust.trust()
        except NoRootError:
            return
        changed = self._library.hide(lambda pack: trust.hides(pack.pack_id, pack.version, pack.manifest_sha256))
        if changed:
            self._events.note_done("packs_hidden_or_shown", packs=changed)


def _version(pack_id: str, version: int) -> tuple[str, int]:
    return pack_id, version


def _installed_row(  # noqa: PLR0913, PLR0917 - one argument a column
    pack_id: str, version: int, title: str, publisher: str, publisher_name: str, size_bytes: int, items: int,
    installed_at: str, hidden: int, units: str, missing: int, previous_version: int | None,
) -> InstalledRow:  # fmt: skip
    return InstalledRow(
        pack_id, version, read_texts(title), publisher, read_texts(publisher_name), size_bytes, items, installed_at,
        bool(hidden), read_units(units), missing, previous_version,
    )  # fmt: skip
