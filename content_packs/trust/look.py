"""One look at a shelf: what metadata it has, what was refused and why, when it was signed (FORMAT 6.10, 6.16)."""

from datetime import datetime

import msgspec

from content_packs.errors import OlderMetadataError, PackError
from content_packs.shelf import Shelf
from content_packs.trust.metadata import CATALOGUES_MAX
from content_packs.trust.registry import Registry
from content_packs.trust.trust import Refusal


class Look(msgspec.Struct):
    """What was found out so far."""

    shelf: Shelf
    names: tuple[str, ...]
    refused: list[Refusal] = msgspec.field(default_factory=list)
    dates: list[datetime] = msgspec.field(default_factory=list)
    former: Registry | None = None
    """The registry of the shelf, where it was refused as older: under it the catalogues beside it were right once."""

    def publishers(self) -> list[str]:
        """Whose catalogues the shelf has, up to the cap."""
        names = [name for name in self.names if name.startswith("cat/")]
        return [name.removeprefix("cat/").removesuffix(".json") for name in names[:CATALOGUES_MAX]]

    def refuse(self, name: str, error: PackError) -> None:
        """Note what was not believed; an older date still counts as the date of the shelf."""
        self.refused.append(Refusal(name, error))
        if isinstance(error, OlderMetadataError):
            self.believe(error.signed_at)

    def believe(self, signed_at: datetime | None) -> None:
        """Note a date that was signed."""
        if signed_at:
            self.dates.append(signed_at)

    def loud(self, name: str) -> PackError | None:
        """Why this metadata was refused, unless it was only older."""
        errors = [refusal.error for refusal in self.refused if refusal.name == name]
        return next((error for error in errors if not isinstance(error, OlderMetadataError)), None)
