"""Who did what with packs, and when: read from the notes, names filled in only to be shown.

    history.latest(10)
    history.of_pack("mash:thyesat-6", 20)[0].who     # "Vlora Gashi"
"""

import msgspec

from schoolbox.services.events import KEPT, EventRow, Events
from schoolbox.services.people import People
from schoolbox.services.texts import Texts, read_texts

CAME = ("pack_came", "pack_came_in_part")
CODES = ("pack_installed", "pack_installed_in_part", *CAME, "pack_undone", "pack_removed", "stick_written")


class Deed(msgspec.Struct, frozen=True):
    """Something that was done; `who` is empty for a command, and for the box itself."""

    event: EventRow
    who: str

    @property
    def by_itself(self) -> bool:
        """Whether the box did it, because somebody had subscribed to the pack."""
        return self.event.code in CAME


class PackHistory:
    """Reads the notes about packs."""

    def __init__(self, *, events: Events, people: People) -> None:
        self._events = events
        self._people = people

    def latest(self, limit: int) -> list[Deed]:
        """The newest deeds, newest first."""
        return self._named(self._events.of(CODES, limit))

    def of_pack(self, pack_id: str, limit: int) -> list[Deed]:
        """The newest deeds with one pack, newest first."""
        return self._named(self._events.of(CODES, limit, pack_id=pack_id))

    def removed(self) -> dict[str, Texts]:
        """What packs were called that were taken off the box, by id; as far back as notes are kept."""
        facts = [event.facts for event in reversed(self._events.of(("pack_removed",), KEPT))]
        return {str(each["pack"]): read_texts(str(each["title"])) for each in facts if "title" in each}

    def _named(self, events: list[EventRow]) -> list[Deed]:
        who = [event.facts.get("by") for event in events]
        names = self._people.names({number for number in who if isinstance(number, int)})
        return [
            Deed(event, names.get(number, "") if isinstance(number, int) else "")
            for event, number in zip(events, who, strict=True)
        ]
