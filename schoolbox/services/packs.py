"""Which packs are on the box: publishing, withdrawing, hiding, and what the technician does with them.

Promises: a pack becomes visible, replaced or gone in one transaction; what pupils have done stays, whatever happens to
a pack; publishing the same version again changes nothing. An item's `replaces` carries progress over to it;
`progress: reset` makes everybody begin it anew, and keeps their answers and how often they tried.

    packs = Packs(db, installer=installer, library=library, trust=trust, events=events)
    packs.install(DirectoryShelf(folder), "mash:thyesat-6", progress=show)
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import peewee

from content_packs.clock import Clock
from content_packs.errors import NoRootError
from content_packs.install import Installed, Installer, Progress, Verified
from content_packs.library import InstalledPack, Publication
from content_packs.manifest import Item as PackItem
from content_packs.manifest import Manifest
from content_packs.offers import Offers
from content_packs.shelf import Shelf
from content_packs.trust import TrustStore
from schoolbox.db.database import Database
from schoolbox.db.models import File, Item, Pack, Unit
from schoolbox.services.events import Events
from schoolbox.services.folding import HIDDEN_MARK, KIND_MARK, STAFF_MARK, SUBJECT_WORDS, fold
from schoolbox.services.texts import Texts, read_texts, write_json
from sync.statements import utc_text

ROWS_AT_ONCE = 400
"""How many rows one insert holds: SQLite allows 32,766 values."""

ADD_WORDS = "INSERT INTO item_words (title, words, marks, pack_id, item_id) VALUES (?, ?, ?, ?, ?)"
MARK_HIDDEN = """
UPDATE item_words SET marks = REPLACE(marks, ?1, '') || ?2 WHERE pack_id IN (SELECT id FROM pack WHERE publisher = ?3)
"""
CARRY_OVER = """
INSERT INTO progress (person_id, item_id, state, position_s, segments, watched_s, best_correct, last_correct, questions,
    passed, attempts, touched_order, touched_at, done_at)
SELECT person_id, ?, state, position_s, segments, watched_s, best_correct, last_correct, questions,
    passed, attempts, touched_order, touched_at, done_at
FROM progress WHERE item_id = ?
ON CONFLICT DO NOTHING
"""
BEGIN_ANEW = """
UPDATE progress SET state = 'started', position_s = 0, segments = '', watched_s = 0, passed = 0, done_at = NULL
WHERE item_id = ?
"""


@dataclass(frozen=True)
class InstalledRow:
    """One installed pack as the technician sees it; `hidden` while its publisher is not in the registry."""

    pack_id: str
    version: int
    title: Texts
    publisher: str
    publisher_name: Texts
    size_bytes: int
    items: int
    installed_at: str
    hidden: bool


class PackLibrary:
    """The installer's library, on the box's database."""

    def __init__(self, db: Database, *, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def installed(self) -> Mapping[str, InstalledPack]:
        """Every installed pack by its id, hidden ones included."""
        rows = self._db.fetch(InstalledPack, Pack.select(Pack.id, Pack.version, Pack.manifest_sha256))
        return {row.pack_id: row for row in rows}

    def publish(self, publication: Publication) -> None:
        """Make a pack visible, in place of an older version: the one visible step of an install.

        Raises:
            WriteFailedError: It could not be kept; the old version is still there.
        """
        self._db.write(lambda: self._publish(publication))

    def withdraw(self, pack_id: str) -> None:
        """Take a pack away; what pupils did with it stays."""
        self._db.write(lambda: self._forget(pack_id))

    def blobs_in_use(self) -> set[str]:
        """The SHA-256 of every file of every installed pack."""
        return set(self._db.fetch(str, File.select(File.sha256).distinct()))

    def hide_revoked(self, is_revoked: Callable[[str], bool]) -> int:
        """Hide the packs of withdrawn publishers and show those of restored ones; how many changed."""
        publishers = self._db.fetch(str, Pack.select(Pack.publisher).distinct())
        wanted = {publisher: int(is_revoked(publisher)) for publisher in publishers}

        return self._db.write(lambda: sum(self._hide(publisher, hidden) for publisher, hidden in wanted.items()))

    def _hide(self, publisher: str, hidden: int) -> int:
        """Hide (1) or show (0) the packs of a publisher, in lists and in search."""
        changed = self._db.run(
            Pack.update(hidden=hidden).where((Pack.publisher == publisher) & (Pack.hidden != hidden))
        )
        if changed:
            mark = f" {HIDDEN_MARK}"
            self._db.run_sql(MARK_HIDDEN, (mark, mark if hidden else "", publisher))
        return changed

    def _publish(self, publication: Publication) -> None:
        manifest = publication.manifest
        found = self._db.first(
            InstalledPack,
            Pack.select(Pack.id, Pack.version, Pack.manifest_sha256).where(Pack.id == manifest.pack),
        )
        if found is not None and found.manifest_sha256 == publication.manifest_sha256:
            return
        self._forget(manifest.pack)
        order = self._db.fetch(int, Pack.select(peewee.fn.COALESCE(peewee.fn.MAX(Pack.installed_order), 0)))[0] + 1
        now = utc_text(self._clock.now())
        self._db.run(Pack.insert(**_pack_row(publication), installed_at=now, installed_order=order))
        units: list[dict[str, str | int | float]] = [
            {"pack_id": manifest.pack, "position": place, "title": write_json(unit.title)}
            for place, unit in enumerate(manifest.units, 1)
        ]
        self._insert(Unit, units)
        self._insert(Item, list(_item_rows(manifest)))
        self._insert(File, list(_file_rows(manifest)))
        for row in _word_rows(manifest):
            self._db.run_sql(ADD_WORDS, row)
        self._carry_progress(manifest)

    def _carry_progress(self, manifest: Manifest) -> None:
        """Do with pupils' progress what the publisher says about each item."""
        for item in manifest.items():
            if item.progress == "reset":
                self._db.run_sql(BEGIN_ANEW, (item.id,))
                continue
            for replaced in item.replaces:
                self._db.run_sql(CARRY_OVER, (item.id, replaced))

    def _forget(self, pack_id: str) -> None:
        """Take the rows of a pack away; units, items and files go with it."""
        self._db.run_sql("DELETE FROM item_words WHERE pack_id = ?", (pack_id,))
        self._db.run(Pack.delete().where(Pack.id == pack_id))

    def _insert(self, table: type[peewee.Model], rows: Sequence[dict[str, str | int | float]]) -> None:
        for start in range(0, len(rows), ROWS_AT_ONCE):
            self._db.run(table.insert_many(rows[start : start + ROWS_AT_ONCE]))


class Packs:
    """What a technician does with packs: look at a shelf, install, check, remove."""

    def __init__(
        self, db: Database, *, installer: Installer, library: PackLibrary, trust: TrustStore, events: Events
    ) -> None:
        self._db = db
        self._installer = installer
        self._library = library
        self._trust = trust
        self._events = events

    def list(self) -> list[InstalledRow]:
        """Every installed pack, by its id."""
        columns = (
            Pack.id, Pack.version, Pack.title, Pack.publisher, Pack.publisher_name, Pack.size_bytes, Pack.items,
            Pack.installed_at, Pack.hidden,
        )  # fmt: skip
        return self._db.fetch(_installed_row, Pack.select(*columns).order_by(Pack.id))

    def offers(self, shelf: Shelf) -> Offers:
        """What a shelf holds; newer root, registry and catalogues are taken in on the way."""
        offers = self._installer.offers(shelf)
        self.hide_revoked()
        return offers

    def install(self, shelf: Shelf, pack_id: str, *, progress: Callable[[Progress], None]) -> Installed:
        """Install or repair one pack; pupils see the old version until the very end.

        Raises:
            PackError: It was not installed; nothing that pupils see has changed.
            WriteFailedError: The database could not be written; nothing that pupils see has changed.
        """
        installed = self._installer.install(shelf, pack_id, progress=progress)
        self.hide_revoked()
        if installed.changed:
            self._events.note("pack_installed", pack=pack_id, version=installed.version)
        return installed

    def verify(self, pack_id: str) -> Verified:
        """Read every file of a pack and compare it with what was signed.

        Raises:
            NotInstalledError: There is no such pack on this box.
        """
        verified = self._installer.verify(pack_id)
        if not verified.sound:
            self._events.note(
                "pack_damaged", pack=pack_id, missing=len(verified.missing), corrupt=len(verified.corrupt)
            )
        return verified

    def remove(self, pack_id: str) -> int:
        """Take a pack off the box; how many bytes became free.

        Raises:
            NotInstalledError: There is no such pack on this box.
        """
        freed = self._installer.remove(pack_id)
        self._events.note("pack_removed", pack=pack_id, freed_bytes=freed)
        return freed

    def hide_revoked(self) -> None:
        """Let what pages show follow the registry; to be called at start and whenever trust may have changed."""
        try:
            trust = self._trust.trust()
        except NoRootError:
            return
        changed = self._library.hide_revoked(trust.is_revoked)
        if changed:
            self._events.note("packs_hidden_or_shown", packs=changed)


def _installed_row(  # noqa: PLR0913, PLR0917 - one argument a column
    pack_id: str, version: int, title: str, publisher: str, publisher_name: str, size_bytes: int, items: int,
    installed_at: str, hidden: int,
) -> InstalledRow:  # fmt: skip
    return InstalledRow(
        pack_id, version, read_texts(title), publisher, read_texts(publisher_name), size_bytes, items, installed_at,
        bool(hidden),
    )  # fmt: skip


def _pack_row(publication: Publication) -> dict[str, str | int | float]:
    manifest = publication.manifest
    for_pupils = [item for item in manifest.items() if not item.teacher_only]
    return {
        "id": manifest.pack,
        "version": manifest.version,
        "manifest_sha256": publication.manifest_sha256,
        "catalogue_version": publication.catalogue_version,
        "publisher": manifest.publisher,
        "publisher_name": write_json(publication.publisher_names),
        "title": write_json(manifest.title),
        "summary": write_json(manifest.summary),
        "goals": write_json(manifest.goals),
        "language": manifest.language,
        "subject": manifest.subject,
        "area": manifest.area,
        "grades": write_json(manifest.grades),
        "licence": manifest.licence,
        "authors": write_json(manifest.authors),
        "released_at": manifest.released_at,
        "size_bytes": publication.size_bytes,
        "items": len(for_pupils),
        "duration_s": sum(item.duration_s for item in for_pupils),
    }


def _outlined(manifest: Manifest) -> Iterator[tuple[int, int, PackItem]]:
    """Every item with the place of its unit and its own place in the course."""
    place = 0
    for unit_place, unit in enumerate(manifest.units, 1):
        for item in unit.items:
            place += 1
            yield unit_place, place, item


def _item_rows(manifest: Manifest) -> Iterator[dict[str, str | int | float]]:
    for unit_place, place, item in _outlined(manifest):
        yield {
            "pack_id": manifest.pack,
            "id": item.id,
            "unit_position": unit_place,
            "position": place,
            "kind": item.kind,
            "title": write_json(item.title),
            "summary": write_json(item.summary),
            "language": item.language or manifest.language,
            "duration_s": item.duration_s,
            "questions": item.questions,
            "pages": item.pages,
            "teacher_only": int(item.teacher_only),
            "licence": item.licence or manifest.licence,
            "authors": write_json(item.authors or manifest.authors),
        }


def _file_rows(manifest: Manifest) -> Iterator[dict[str, str | int | float]]:
    for item in manifest.items():
        for place, file in enumerate(item.files):
            yield {
                "pack_id": manifest.pack,
                "item_id": item.id,
                "position": place,
                "role": file.role,
                "sha256": file.sha256,
                "ext": file.ext,
                "size_bytes": file.size_bytes,
                "language": file.language or "",
                "label": file.label,
            }


def _word_rows(manifest: Manifest) -> Iterator[tuple[str, str, str, str, str]]:
    """What search looks at: titles first, then everything else that is said about a course or an item."""
    subject = [manifest.subject, SUBJECT_WORDS.get(manifest.subject, "")]
    about = [*manifest.title.values(), *subject, *manifest.authors]
    goals = [goal for goals in manifest.goals.values() for goal in goals]
    rest = [*manifest.summary.values(), *goals, *subject, *manifest.authors]
    title = fold(" ".join(manifest.title.values()))
    yield title, fold(" ".join(rest)), f"{KIND_MARK}course", manifest.pack, ""
    for unit in manifest.units:
        for item in unit.items:
            words = [*item.summary.values(), *unit.title.values(), *about, *(part.code for part in item.alignment)]
            title = fold(" ".join(item.title.values()))
            marks = KIND_MARK + item.kind + (f" {STAFF_MARK}" if item.teacher_only else "")
            yield title, fold(" ".join(words)), marks, manifest.pack, item.id
