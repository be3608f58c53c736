"""The items of lessons as they are found in the library, and what is known of those that are gone."""

import msgspec

from schoolbox.services.gone_items import GoneItem, GoneItems
from schoolbox.services.library import Library
from schoolbox.services.outline import Entry


class LessonPart(msgspec.Struct, frozen=True):
    """One item of a lesson: where it stands in the library, or what is known of one that is gone."""

    item_id: str
    entry: Entry | None
    gone: GoneItem | None

    @property
    def today(self) -> Entry | None:
        """What can be opened now: the item, or what took its place."""
        return self.entry or (self.gone.replacement if self.gone else None)


def parts_of(
    items: dict[int, tuple[str, ...]], library: Library, gone: GoneItems
) -> dict[int, tuple[LessonPart, ...]]:
    """Look up the items of some lessons, those that are gone as well; two queries, whatever their number."""
    wanted = sorted({item for each in items.values() for item in each})
    entries = library.entries(wanted, staff=False) if wanted else {}
    missing = [item for item in wanted if item not in entries]
    lost = gone.find_all(missing, staff=False) if missing else {}
    return {
        lesson_id: tuple(LessonPart(item, entries.get(item), lost.get(item)) for item in each)
        for lesson_id, each in items.items()
    }
