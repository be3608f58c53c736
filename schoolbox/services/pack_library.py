"""The installer's library, on the box's database: publishing, withdrawing and hiding packs (FORMAT 8.2, 8.8-8.11).

Promises: a pack becomes visible, replaced or gone in one transaction; what pupils have done stays, whatever happens to
a pack; publishing the same again changes nothing. An item's `replaces` carries progress over to it; `progress: reset`
makes everybody begin it anew when another version comes, and keeps their answers and how often they tried.

    PackLibrary(db, clock=clock).publish(publication)
"""

from collections.abc import Callable, Mapping, Set

import msgspec
import peewee

from content_packs.clock import Clock
from content_packs.library import InstalledPack, Previous, Publication
from content_packs.manifest import Manifest
from schoolbox.db.database import Database
from schoolbox.db.pack_models import File, Item, KeptFile, KeptPack, Pack
from schoolbox.services.folding import HIDDEN_MARK
from schoolbox.services.pack_rows import file_rows, item_rows, pack_row, read_units, unit_rows, word_rows
from schoolbox.services.texts import write_json
from sync.statements import utc_text

ADD_UNIT = "INSERT INTO unit (pack_id, position, title) VALUES (:pack_id, :position, :title)"
ADD_ITEM = """
INSERT INTO item (pack_id, id, unit_position, position, kind, title, summary, language, duration_s, questions, pages,
    teacher_only, licence, authors)
VALUES (:pack_id, :id, :unit_position, :position, :kind, :title, :summary, :language, :duration_s, :questions, :pages,
    :teacher_only, :licence, :authors)
"""
ADD_FILE = """
INSERT INTO file (pack_id, item_id, position, role, sha256, ext, size_bytes, language, label)
VALUES (:pack_id, :item_id, :position, :role, :sha256, :ext, :size_bytes, :language, :label)
"""
ADD_KEPT_FILE = "INSERT INTO kept_file (pack_id, sha256) VALUES (?, ?)"
ADD_WORDS = "INSERT INTO item_words (title, words, marks, pack_id, item_id) VALUES (?, ?, ?, ?, ?)"
FORGET_WORDS = """
WITH course AS (SELECT rowid AS place, pack_id FROM item_words WHERE item_words MATCH 'marks:"kind0course"')
DELETE FROM item_words WHERE pack_id = ?1 AND rowid >= (SELECT place FROM course WHERE pack_id = ?1)
AND rowid < (SELECT IFNULL(MIN(place), 9223372036854775807) FROM course
    WHERE place > (SELECT place FROM course WHERE pack_id = ?1))
"""
"""The row of a course comes first, those of its items follow it: only these are looked at, not the whole table."""
MARK_HIDDEN = """
UPDATE item_words SET marks = REPLACE(marks, ?1, '') || ?2 WHERE pack_id = ?3
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
INSTALLED = """
SELECT p.id, p.version, p.manifest_sha256, p.units, p.missing, p.held_back, k.version, k.manifest_sha256
FROM pack AS p LEFT JOIN kept_pack AS k ON k.pack_id = p.id
"""
ALL_HASHES = """
SELECT sha256 FROM file UNION SELECT sha256 FROM kept_file
UNION SELECT manifest_sha256 FROM pack UNION SELECT manifest_sha256 FROM kept_pack
"""
HASHES_OF = """
SELECT sha256 FROM file WHERE pack_id = ? UNION SELECT sha256 FROM kept_file WHERE pack_id = ?
UNION SELECT manifest_sha256 FROM pack WHERE id = ? UNION SELECT manifest_sha256 FROM kept_pack WHERE pack_id = ?
"""
HASHES_AMONG = """
WITH asked AS (SELECT value AS sha256 FROM json_each(?))
SELECT sha256 FROM asked WHERE EXISTS (SELECT 1 FROM file WHERE file.sha256 = asked.sha256)
OR EXISTS (SELECT 1 FROM kept_file WHERE kept_file.sha256 = asked.sha256)
OR sha256 IN (SELECT manifest_sha256 FROM pack UNION SELECT manifest_sha256 FROM kept_pack)
"""
GONE = """
INSERT INTO gone_item (id, pack_id, title, teacher_only, replaced_by) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET replaced_by = excluded.replaced_by
"""
LEAVE_ALONE = "INSERT INTO subscription (pattern, wanted) VALUES (?, 0) ON CONFLICT (pattern) DO UPDATE SET wanted = 0"
NO_LONGER_LEFT_ALONE = "DELETE FROM subscription WHERE pattern = ? AND wanted = 0"
NO_LONGER_GONE = "DELETE FROM gone_item WHERE id IN (SELECT value FROM json_each(?))"


class _Kept(msgspec.Struct, frozen=True):
    """The version to go back to with its blobs, and the version that is not taken by itself again."""

    previous: Previous | None
    blobs: frozenset[str]
    held_back: int


class _Shown(msgspec.Struct, frozen=True):
    """An item as the database keeps it."""

    id: str
    title: str
    teacher_only: int


class PackLibrary:
    """The installer's library, on the box's database."""

    def __init__(self, db: Database, *, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def installed(self) -> Mapping[str, InstalledPack]:
        """Every installed pack by its id, hidden ones included."""
        rows = self._db.fetch_sql(_installed, INSTALLED)
        return {pack.pack_id: pack for pack in rows}

    def shown_items(self, pack_id: str) -> frozenset[str]:
        """The ids of the items a pack shows."""
        return frozenset(self._db.fetch(str, Item.select(Item.id).where(Item.pack_id == pack_id)))

    def publish(self, publication: Publication) -> None:
        """Make a pack visible, in place of an older version: the one visible step of an install.

        Raises:
            WriteFailedError: It could not be kept; the old version is still there.
        """
        self._db.write(lambda: self._publish(publication))

    def withdraw(self, pack_id: str) -> None:
        """Take a pack away; what pupils did with it stays, and the box does not take it again by itself."""
        self._db.write(lambda: self._withdraw(pack_id))

    def give_up_previous(self) -> None:
        """Forget the previous version of every pack."""
        self._db.write(lambda: self._db.run(KeptPack.delete()))

    def hashes_of(self, pack_id: str) -> set[str]:
        """Every hash that a pack and its previous version keep in the store."""
        return set(self._db.fetch_sql(str, HASHES_OF, (pack_id,) * 4))

    def in_use(self, among: Set[str] | None = None) -> set[str]:
        """Every hash that some pack or previous version keeps in the store; if given, only of these."""
        if among is None:
            return set(self._db.fetch_sql(str, ALL_HASHES))
        return set(self._db.fetch_sql(str, HASHES_AMONG, (write_json(sorted(among)),)))

    def hide(self, hides: Callable[[InstalledPack], bool]) -> int:
        """Hide the packs that are trusted no longer and show those that are again; how many changed (FORMAT 6.9)."""
        shown = dict(self._db.fetch(_hidden, Pack.select(Pack.id, Pack.hidden)))
        wanted = {pack.pack_id: int(hides(pack)) for pack in self.installed().values()}
        changed = {pack_id: hidden for pack_id, hidden in wanted.items() if shown.get(pack_id, hidden) != hidden}
        if changed:
            self._db.write(lambda: self._hide(changed))
        return len(changed)

    def _hide(self, changed: Mapping[str, int]) -> None:
        """Hide (1) or show (0) packs, in lists and in search."""
        mark = f" {HIDDEN_MARK}"
        for pack_id, hidden in changed.items():
            self._db.run(Pack.update(hidden=hidden).where(Pack.id == pack_id))
            self._db.run_sql(MARK_HIDDEN, (mark, mark if hidden else "", pack_id))

    def _publish(self, publication: Publication) -> None:
        manifest, holding = publication.manifest, publication.holding
        before = self.installed().get(manifest.pack)
        shown = self._shown(manifest.pack)
        kept = self._kept_after(publication, before)
        self._forget(manifest.pack)
        order = self._db.fetch(int, Pack.select(peewee.fn.COALESCE(peewee.fn.MAX(Pack.installed_order), 0)))[0] + 1
        now = utc_text(self._clock.now())
        self._db.run(
            Pack.insert(**pack_row(publication), installed_at=now, installed_order=order, held_back=kept.held_back)
        )
        self._db.run_many(ADD_UNIT, unit_rows(manifest))
        self._db.run_many(ADD_ITEM, item_rows(manifest, holding))
        self._db.run_many(ADD_FILE, file_rows(manifest, holding))
        self._db.run_many(ADD_WORDS, word_rows(manifest, holding))
        self._keep(manifest.pack, kept)
        if before is None:
            self._db.run_sql(NO_LONGER_LEFT_ALONE, (manifest.pack,))
        if not publication.undo:
            is_new_version = before is None or before.manifest_sha256 != publication.manifest_sha256
            self._carry_progress(manifest, reset=is_new_version)
        self._note_gone(manifest, shown)

    def _kept_after(self, publication: Publication, before: InstalledPack | None) -> "_Kept":
        """What is kept to go back to, read before the rows of the version before are gone."""
        if before is None:
            return _Kept(None, frozenset(), 0)
        if before.manifest_sha256 != publication.manifest_sha256:
            blobs = self._db.fetch(str, File.select(File.sha256).where(File.pack_id == before.pack_id).distinct())
            previous = Previous(before.version, before.manifest_sha256)
            return _Kept(previous, frozenset(blobs), before.version if publication.undo else 0)
        blobs = self._db.fetch(str, KeptFile.select(KeptFile.sha256).where(KeptFile.pack_id == before.pack_id))
        return _Kept(before.previous, frozenset(blobs), before.held_back)

    def _keep(self, pack_id: str, kept: "_Kept") -> None:
        """Keep the version before, so that one can go back to it."""
        if kept.previous is None:
            return
        version, manifest = kept.previous.version, kept.previous.manifest_sha256
        self._db.run(KeptPack.insert(pack_id=pack_id, version=version, manifest_sha256=manifest))
        self._db.run_many(ADD_KEPT_FILE, [(pack_id, sha256) for sha256 in sorted(kept.blobs)])

    def _shown(self, pack_id: str) -> dict[str, "_Shown"]:
        """The items a pack shows, as the database keeps them."""
        columns = (Item.id, Item.title, Item.teacher_only)
        return {each.id: each for each in self._db.fetch(_Shown, Item.select(*columns).where(Item.pack_id == pack_id))}

    def _note_gone(self, manifest: Manifest, shown: Mapping[str, "_Shown"]) -> None:
        """Remember what this version no longer has, and what takes its place; what came back is no longer gone."""
        here = {item.id for item in manifest.items()}
        replaced = {old: item.id for item in manifest.items() for old in item.replaces if old not in here}
        self._db.run_sql(NO_LONGER_GONE, (write_json(sorted(here)),))
        unseen = [_Shown(old, "{}", 0) for old in replaced if old not in shown]
        for each in (*(one for one in shown.values() if one.id not in here), *unseen):
            self._gone(manifest.pack, each, replaced.get(each.id, ""))

    def _gone(self, pack_id: str, item: "_Shown", replaced_by: str) -> None:
        self._db.run_sql(GONE, (item.id, pack_id, item.title, item.teacher_only, replaced_by))

    def _withdraw(self, pack_id: str) -> None:
        """Take a pack away, remember what it showed, and that it is not to come back by itself (FORMAT 8.13)."""
        self._db.run_sql(LEAVE_ALONE, (pack_id,))
        for item in self._shown(pack_id).values():
            self._gone(pack_id, item, "")
        self._forget(pack_id)

    def _carry_progress(self, manifest: Manifest, *, reset: bool) -> None:
        """Do with pupils' progress what the publisher says about each item."""
        for item in manifest.items():
            if item.progress == "reset":
                if reset:
                    self._db.run_sql(BEGIN_ANEW, (item.id,))
                continue
            for replaced in item.replaces:
                self._db.run_sql(CARRY_OVER, (item.id, replaced))

    def _forget(self, pack_id: str) -> None:
        """Take the rows of a pack away; units, items and files go with it."""
        self._db.run_sql(FORGET_WORDS, (pack_id,))
        self._db.run(Pack.delete().where(Pack.id == pack_id))


def _installed(  # noqa: PLR0913, PLR0917 - one argument a column
    pack_id: str, version: int, manifest_sha256: str, units: str, missing: int, held_back: int,
    kept_version: int | None, kept_manifest: str | None,
) -> InstalledPack:  # fmt: skip
    previous = Previous(kept_version, kept_manifest) if kept_version is not None and kept_manifest else None
    return InstalledPack(pack_id, version, manifest_sha256, read_units(units), missing, previous, held_back)


def _hidden(pack_id: str, hidden: int) -> tuple[str, int]:
    return pack_id, hidden
