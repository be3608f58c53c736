"""Items that were here once: what they were called, which course they stood in, and what took their place.

Links to them are old, not wrong: a bookmark, a teacher's lesson, a printed sheet. Progress with them is kept.

    gone = GoneItems(db, library).find("mash:forca-e-vjeter", staff=False)
    gone.replacement.item.id       # "mash:forca-e-re", if it can be opened
"""

from collections.abc import Sequence

import msgspec

from schoolbox.db.database import Database
from schoolbox.services.library import Library
from schoolbox.services.outline import Entry, PackCard
from schoolbox.services.texts import Texts, read_texts, write_json

FIND = """
WITH RECURSIVE chain (asked, id, pack_id, title, replaced_by, steps) AS (
    SELECT id, id, pack_id, title, replaced_by, 0 FROM gone_item
    WHERE id IN (SELECT value FROM json_each(?1)) AND teacher_only <= ?2
    UNION ALL
    SELECT asked, g.id, chain.pack_id, chain.title, g.replaced_by, steps + 1
    FROM chain JOIN gone_item AS g ON g.id = chain.replaced_by WHERE steps < 20
)
SELECT asked, pack_id, title, replaced_by FROM chain ORDER BY steps
"""
"""What replaced an item may have been replaced in its turn; the last of the chain counts."""


class GoneItem(msgspec.Struct, frozen=True):
    """An item that is no longer here; no `course` or `replacement`: there is none that this reader may open."""

    id: str
    title: Texts
    course: PackCard | None
    replacement: Entry | None


class GoneItems:
    """Looks up what is no longer here."""

    def __init__(self, db: Database, library: Library) -> None:
        self._db = db
        self._library = library

    def find(self, item_id: str, *, staff: bool) -> GoneItem | None:
        """Give one item that is gone; None if it never was here, or is not for this reader."""
        return self.find_all([item_id], staff=staff).get(item_id)

    def find_all(self, item_ids: Sequence[str], *, staff: bool) -> dict[str, GoneItem]:
        """Give those of the items that are gone, by id."""
        rows = {row.asked: row for row in self._db.fetch_sql(_Row, FIND, (write_json(item_ids), int(staff)))}
        entries = self._library.entries([row.replaced_by for row in rows.values()], staff=staff)
        courses = {card.id: card for card in self._library.packs()} if rows else {}
        return {
            row.asked: GoneItem(
                row.asked, read_texts(row.title), courses.get(row.pack_id), entries.get(row.replaced_by)
            )
            for row in rows.values()
        }


class _Row(msgspec.Struct, frozen=True):
    asked: str
    pack_id: str
    title: str
    replaced_by: str

