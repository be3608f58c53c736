"""What the box has to show: courses, items and their files, as guests, pupils and staff may see them.

Promises: packs of withdrawn publishers are never seen; items for teachers only by staff; a quiz file, which holds the
right answers, is never among the files that may be served. Every page is at most a handful of indexed queries.

    library = Library(db, store=store)
    library.course("mash:thyesat-6", staff=False).outline.units[0].items
"""

from collections.abc import Callable, Sequence
from copy import copy
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from content_packs.captions import CAPTIONS_BYTES_MAX, Line, lines
from content_packs.manifest import MEDIA_TYPES
from content_packs.store import Store
from schoolbox.db.database import Database
from schoolbox.errors import NotFoundError
from schoolbox.services import library_sql as sql
from schoolbox.services import outline as o
from schoolbox.services.folding import marked, match_query
from schoolbox.services.outline import Course, Entry, ItemCard, ItemFile, ItemPage, Outline, PackCard, UnitOutline
from schoolbox.services.tailoring_rules import EVERYTHING, View
from schoolbox.services.texts import read_texts, write_json

T = TypeVar("T")

SERVED_ROLES = ("video", "audio", "captions", "transcript", "thumbnail", "picture", "document")
"""What `/media/` answers: never a quiz, never the archive of an app."""
CAPTIONS_IN_MEMORY = 64
COURSES_MAX = 6
FOUND_KINDS = ("course", "video", "audio", "document", "app", "quiz")
SEARCH_MAX = 60
"""Most results of a search that are listed; the counts are of all."""


class ServedFile(msgspec.Struct, frozen=True):
    """A file that may be sent; `title` is the item's, for the name under which a document is saved.

    `staff_only` says that no copy may stay on a shared device.
    """

    path: Path
    sha256: str
    ext: str
    role: str
    mime: str
    title: dict[str, str]
    staff_only: bool


class Found(msgspec.Struct, frozen=True):
    """The answer to a search: courses and items, best first, and how many of each kind there are."""

    courses: tuple[PackCard, ...]
    entries: tuple[Entry, ...]
    counts: dict[str, int]


class Library:
    """Reads what is installed; changes nothing."""

    def __init__(self, db: Database, *, store: Store) -> None:
        self._db = db
        self._store = store
        self._lines = lru_cache(CAPTIONS_IN_MEMORY)(self._read_lines)
        self._view = EVERYTHING

    def as_seen_by(self, view: View) -> "Library":
        """The same library without what is hidden from a reader, and in the order of what is pinned."""
        if view is EVERYTHING:
            return self
        seen = copy(self)
        seen._view = view  # noqa: SLF001 - of this class
        return seen

    @property
    def _hidden(self) -> tuple[str, str]:
        """What is hidden, as the tailored queries take it: courses, items."""
        return write_json(sorted(self._view.packs)), write_json(sorted(self._view.items))

    def packs(self) -> list[PackCard]:
        """Every course: what is pinned first, the others by area, grade and subject."""
        cards = self._seen(o.pack_card, (sql.PACKS, sql.TAILORED_PACKS), (), self._hidden[:1])
        place = self._view.place
        return sorted(cards, key=lambda card: (place("pack", card.id), card.area, card.grades, card.subject, card.id))

    def pinned(self, packs: Sequence[PackCard]) -> list[PackCard]:
        """Those of the courses that are pinned for this reader."""
        return [card for card in packs if ("pack", card.id) in self._view.pinned]

    def pack(self, pack_id: str) -> PackCard:
        """One course.

        Raises:
            NotFoundError: There is none of that id.
        """
        found = self._seen(o.pack_card, (sql.PACK, sql.TAILORED_PACK), (pack_id,), self._hidden[:1])
        return _only(found, "course", pack_id)

    def outline(self, pack_id: str, *, staff: bool) -> Outline:
        """A course with its units and items.

        Raises:
            NotFoundError: There is none of that id.
        """
        return self.outline_of(self.pack(pack_id), staff=staff)

    def outline_of(self, pack: PackCard, *, staff: bool) -> Outline:
        """The units and items of a course whose card was read before."""
        rows = self._seen(_item_and_unit, (sql.OUTLINE, sql.TAILORED_OUTLINE), (pack.id, int(staff)), self._hidden[1:])
        units = o.units_of(rows)
        return Outline(pack, in_order(units, self._view) if self._view.pinned else units)

    def course(self, pack_id: str, *, staff: bool) -> Course:
        """A course with everything its page tells.

        Raises:
            NotFoundError: There is none of that id.
        """
        outline = self.outline(pack_id, staff=staff)
        row = _only(self._db.fetch_sql(_row, sql.COURSE_FACTS, (pack_id,)), "course", pack_id)
        captions = self._db.fetch_sql(str, sql.CAPTION_LANGUAGES, (pack_id,))
        return o.course(outline, row, tuple(captions))

    def item(self, item_id: str, *, staff: bool) -> ItemPage:
        """An item with its files and its place in the course.

        Raises:
            NotFoundError: There is none of that id for this reader.
        """
        row = _only(self._db.fetch_sql(_row, sql.ITEM, (item_id, int(staff))), "item", item_id)
        pack = o.pack_card(*row[3:])
        if item_id in self._view.given:
            opened = replace(self._view, items=self._view.items - {item_id})
            outline = self.as_seen_by(opened).outline_of(pack, staff=staff)
        elif pack.id in self._view.packs:
            raise NotFoundError(kind="item", key=item_id)
        else:
            outline = self.outline_of(pack, staff=staff)
        item = _only([item for item in outline.items if item.id == item_id], "item", item_id)
        files = self._db.fetch_sql(ItemFile, sql.FILES, (item.pack_id, item.id))
        return ItemPage(item, o.item_facts(*row[:3]), outline, tuple(files))

    def entries(self, item_ids: Sequence[str], *, staff: bool) -> dict[str, Entry]:
        """Items with their courses, by id; ids that are not (or no longer) there are left out."""
        asked = (write_json(item_ids), int(staff))
        found = self._seen(o.entry, (sql.ENTRIES, sql.TAILORED_ENTRIES), asked, self._hidden)
        return {entry.item.id: entry for entry in found}

    def newest(self, limit: int) -> list[Entry]:
        """The first things to watch or hear of the packs that came last, one or two a course."""
        return self._seen(o.entry, (sql.NEWEST, sql.TAILORED_NEWEST), (limit,), self._hidden)

    def search(self, text: str, *, kind: str = "", staff: bool) -> Found:
        """Find courses and items whose words begin with every word that was typed; titles weigh most.

        Args:
            text: What was typed.
            kind: Only items of this kind; empty for all.
            staff: Whether items for teachers only are looked at.
        """
        query = match_query(text)
        if not query:
            return Found((), (), {})
        counts = {of_kind: self._count(marked(query, kind=of_kind, staff=staff)) for of_kind in FOUND_KINDS}
        courses: list[PackCard] = []
        if counts["course"] and not kind:
            rows = self._found(marked(query, kind="course", staff=staff), COURSES_MAX)
            known = {card.id: card for card in self.packs()}
            courses = [known[pack_id] for pack_id, _ in rows if pack_id in known]
        rows = self._found(marked(query, kind=kind, staff=staff), SEARCH_MAX)
        entries = self.entries([item_id for _, item_id in rows], staff=staff)
        items = [entries[item_id] for _, item_id in rows if item_id in entries]
        return Found(tuple(courses), tuple(items), {of_kind: count for of_kind, count in counts.items() if count})

    def _count(self, query: str) -> int:
        return self._seen(int, (sql.FOUND_COUNT, sql.TAILORED_FOUND_COUNT), (query,), self._hidden)[0]

    def _found(self, query: str, limit: int) -> list[tuple[str, ...]]:
        if not self._view.hides:
            return self._db.fetch_sql(_row, sql.FOUND, (query, limit))
        return self._db.fetch_sql(_row, sql.TAILORED_FOUND, (query, *self._hidden, limit))

    def _seen(
        self, record: Callable[..., T], queries: tuple[str, str], asked: tuple[str | int, ...], hidden: tuple[str, ...]
    ) -> list[T]:
        """Ask the first query, or the second with what is hidden if anything is."""
        if not self._view.hides:
            return self._db.fetch_sql(record, queries[0], asked)
        return self._db.fetch_sql(record, queries[1], (*asked, *hidden))

    def served_file(self, sha256: str, ext: str, *, staff: bool) -> ServedFile:
        """A file that this reader may have.

        Raises:
            NotFoundError: No item of a visible pack has it, or it is not for this reader, or never served.
        """
        asked = (sha256, ext, write_json(SERVED_ROLES), int(staff))
        rest = (write_json(sorted(self._view.given)), *self._hidden)
        found = self._seen(_row, (sql.SERVED_FILE, sql.TAILORED_SERVED_FILE), asked, rest)
        role, title, staff_only = _only(found, "file", f"{sha256}.{ext}")
        path = self._store.path(sha256, ext)
        return ServedFile(path, sha256, ext, role, MEDIA_TYPES[ext], read_texts(title), bool(staff_only))

    def spoken_lines(self, captions: ItemFile) -> tuple[Line, ...]:
        """What is said in a video, by its captions; nothing if they cannot be read."""
        return self._lines(captions.sha256, captions.ext)

    def _read_lines(self, sha256: str, ext: str) -> tuple[Line, ...]:
        try:
            with self._store.path(sha256, ext).open("rb") as file:
                raw = file.read(CAPTIONS_BYTES_MAX)
        except OSError:
            return ()
        return lines(raw.decode("utf-8-sig", "replace"))


def _row(*row: str) -> tuple[str, ...]:
    return row


def _item_and_unit(*row: str) -> tuple[ItemCard, str]:
    return o.item_card(*row[: sql.ITEM_WIDTH]), row[sql.ITEM_WIDTH]


def in_order(units: Sequence[UnitOutline], view: View) -> tuple[UnitOutline, ...]:
    """Units and the items in them, what is pinned first."""
    def of_unit(unit: UnitOutline) -> UnitOutline:
        return replace(unit, items=tuple(sorted(unit.items, key=lambda item: view.place("item", item.id))))

    return tuple(sorted(map(of_unit, units), key=lambda unit: min(view.place("unit", item.id) for item in unit.items)))


def _only(rows: Sequence[T], kind: str, key: str) -> T:
    """The first of the rows, or the error that says that there is none."""
    if not rows:
        raise NotFoundError(kind=kind, key=key)
    return rows[0]
