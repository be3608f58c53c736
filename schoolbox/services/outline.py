"""What pages show of courses and items: plain records, and how a row of the database becomes one."""

from collections.abc import Sequence
from typing import cast

import msgspec

from content_packs.manifest import Kind
from schoolbox.services.library_sql import ITEM_WIDTH, PACK_WIDTH
from schoolbox.services.texts import Texts, read_lists, read_names, read_numbers, read_texts


class PackCard(msgspec.Struct, frozen=True):
    """A course in a list; `items` and `duration_s` count what pupils see."""

    id: str
    version: int
    title: Texts
    summary: Texts
    publisher: str
    publisher_name: Texts
    language: str
    subject: str
    area: str
    grades: tuple[int, ...]
    items: int
    duration_s: float


class ItemCard(msgspec.Struct, frozen=True):
    """An item in a list; `position` counts through the whole course, `thumbnail` is `<sha256>.<ext>` or empty."""

    id: str
    pack_id: str
    unit: int
    position: int
    kind: Kind
    title: Texts
    language: str
    duration_s: float
    questions: int
    pages: int
    teacher_only: bool
    thumbnail: str


class Entry(msgspec.Struct, frozen=True):
    """An item together with the course it belongs to."""

    item: ItemCard
    pack: PackCard


class UnitOutline(msgspec.Struct, frozen=True):
    """A chapter with its items."""

    position: int
    title: Texts
    items: tuple[ItemCard, ...]


class Outline(msgspec.Struct, frozen=True):
    """A course with everything in it, in the order it is taught."""

    pack: PackCard
    units: tuple[UnitOutline, ...]

    @property
    def items(self) -> tuple[ItemCard, ...]:
        """Every item, in order."""
        return tuple(item for unit in self.units for item in unit.items)

    def unit_of(self, item_id: str) -> UnitOutline:
        """The chapter that holds an item of this course."""
        return next(unit for unit in self.units if any(item.id == item_id for item in unit.items))

    def after(self, item_id: str) -> tuple[ItemCard, ...]:
        """What comes after an item, to the end of the course."""
        items = self.items
        place = next((place for place, item in enumerate(items) if item.id == item_id), len(items))
        return items[place + 1 :]


class Course(msgspec.Struct, frozen=True):
    """A course as its own page tells it; `captions` are the languages its videos have captions in."""

    outline: Outline
    goals: dict[str, tuple[str, ...]]
    licence: str
    authors: tuple[str, ...]
    released_at: str
    captions: tuple[str, ...]


class ItemFile(msgspec.Struct, frozen=True):
    """One file of an item; `name` is what it is called under `/media/`."""

    role: str
    sha256: str
    ext: str
    size_bytes: int
    language: str
    label: str

    @property
    def name(self) -> str:
        """The SHA-256 and the extension."""
        return f"{self.sha256}.{self.ext}"


class ItemFacts(msgspec.Struct, frozen=True):
    """What only the item's own page says."""

    summary: Texts
    licence: str
    authors: tuple[str, ...]


class ItemPage(msgspec.Struct, frozen=True):
    """An item with its files and its place in the course."""

    item: ItemCard
    facts: ItemFacts
    outline: Outline
    files: tuple[ItemFile, ...]

    @property
    def unit(self) -> UnitOutline:
        """The chapter it stands in."""
        return self.outline.unit_of(self.item.id)

    @property
    def after(self) -> tuple[ItemCard, ...]:
        """What comes after it in the course."""
        return self.outline.after(self.item.id)

    def of_role(self, *roles: str) -> tuple[ItemFile, ...]:
        """Its files of some roles, in the publisher's order."""
        return tuple(file for file in self.files if file.role in roles)



def pack_card(*row: str) -> PackCard:
    """Make a course's card of `library_sql.PACK_COLUMNS`."""
    (pack_id, version, title, summary, publisher, publisher_name, language, subject, area, grades, items, length) = row
    return PackCard(
        pack_id, int(version), read_texts(title), read_texts(summary), publisher, read_texts(publisher_name), language,
        subject, area, read_numbers(grades), int(items), float(length),
    )  # fmt: skip


def item_card(*row: str) -> ItemCard:
    """Make an item's card of `library_sql.ITEM_COLUMNS`."""
    (item_id, pack_id, unit, position, kind, title, language, length, questions, pages, teacher_only, picture) = row
    return ItemCard(
        item_id, pack_id, int(unit), int(position), cast("Kind", kind), read_texts(title), language, float(length),
        int(questions), int(pages), bool(teacher_only), picture or "",
    )  # fmt: skip


def entry(*row: str) -> Entry:
    """Make an item with its course of the columns of both."""
    return Entry(item_card(*row[:ITEM_WIDTH]), pack_card(*row[ITEM_WIDTH : ITEM_WIDTH + PACK_WIDTH]))


def item_facts(summary: str, licence: str, authors: str) -> ItemFacts:
    """Make what only the item's page says."""
    return ItemFacts(read_texts(summary), licence, read_names(authors))


def course(outline: Outline, row: Sequence[str], captions: tuple[str, ...]) -> Course:
    """Put a course's page together of goals, licence, authors and release time."""
    goals, licence, authors, released_at = row
    return Course(outline, read_lists(goals), licence, read_names(authors), released_at, captions)


def units_of(rows: Sequence[tuple[ItemCard, str]]) -> tuple[UnitOutline, ...]:
    """Gather items in order, each with its chapter's title as kept, into chapters."""
    found: dict[int, tuple[str, list[ItemCard]]] = {}
    for item, title in rows:
        found.setdefault(item.unit, (title, []))[1].append(item)
    return tuple(UnitOutline(place, read_texts(title), tuple(items)) for place, (title, items) in found.items())
