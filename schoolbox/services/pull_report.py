"""What a pull did, place by place and pack by pack: plain values for a terminal, a program, a page.

Promises: `whole` is true only if every place that counts was asked and all that is wanted is on the box.
"""

from typing import Literal

import msgspec

from content_packs.errors import CodeNeededError, NotAShelfError, OlderMetadataError, PackError
from content_packs.install import Missing
from content_packs.trust import Refusal
from schoolbox.services.pull_sources import Source

PackState = Literal["coming", "whole", "incomplete", "failed"]


class PlaceReport(msgspec.Struct, frozen=True, kw_only=True):
    """How it went with one place.

    Attributes:
        source: Which.
        looked: Whether its lists could be looked at.
        error: Why it could not be asked, was lost and given up, or kept some files back; None if all was well.
        refused: Lists of it that were not believed.
        bytes_in: What came over the line, with headers; None for a folder.
        bytes_out: What went over the line; None for a folder.
        file_bytes: How much of files it gave.
        gave_wrong: SHA-256 of files that came whole from it and were not what was signed.
    """

    source: Source
    looked: bool = False
    error: Exception | None = None
    refused: tuple[Refusal, ...] = ()
    bytes_in: int | None = None
    bytes_out: int | None = None
    file_bytes: int = 0
    gave_wrong: frozenset[str] = frozenset()

    @property
    def loud(self) -> tuple[Refusal, ...]:
        """What was refused and not just older."""
        return tuple(each for each in self.refused if not isinstance(each.error, OlderMetadataError))

    @property
    def counts(self) -> bool:
        """Whether its error matters.

        A neighbour is only a shortcut; what a place kept back may come from elsewhere; a hub need not give packs.
        """
        kept_back = self.looked and isinstance(self.error, CodeNeededError)
        gives_none = self.source.kind == "hub" and isinstance(self.error, NotAShelfError)
        return self.error is not None and self.source.kind != "neighbour" and not (kept_back or gives_none)


class PackReport(msgspec.Struct, frozen=True, kw_only=True):
    """How it went with one pack.

    Attributes:
        pack_id: Which.
        version: The one that is there now, or was wanted most.
        state: `coming` in a dry run; `incomplete` if pupils see it and files are missing.
        before: The version that was installed before; None for none.
        changed: Whether pupils see something they did not see before.
        copied_bytes: How much was copied for good.
        need_bytes: How much would have to be copied, in a dry run.
        missing: What it does without, and why.
        error: Why nothing changed.
    """

    pack_id: str
    version: int
    state: PackState
    before: int | None
    changed: bool = False
    copied_bytes: int = 0
    need_bytes: int = 0
    missing: tuple[Missing, ...] = ()
    error: Exception | None = None


class PullReport(msgspec.Struct, frozen=True, kw_only=True):
    """All of it; `stopped` says that it was told to stop before its end."""

    places: tuple[PlaceReport, ...]
    packs: tuple[PackReport, ...]
    stopped: bool = False

    @property
    def reached(self) -> bool:
        """Whether any place answered."""
        return any(place.looked for place in self.places)

    @property
    def came(self) -> tuple[PackReport, ...]:
        """Packs of which something new can be seen."""
        return tuple(pack for pack in self.packs if pack.changed)

    @property
    def whole(self) -> bool:
        """Whether all that is wanted is here, and nothing speaks against it."""
        return not self.stopped and not self.problems()

    @property
    def cut_short(self) -> bool:
        """Whether trying again soon may bring more: a line broke, or the program had to stop."""
        errors = (place.error for place in self.places if place.counts and isinstance(place.error, PackError))
        return self.stopped or any(error.transient for error in errors)

    def problems(self) -> list[Exception]:
        """Everything that went wrong, the worst first."""
        places = [place.error for place in self.places if place.error and place.counts]
        lists = [refusal.error for place in self.places for refusal in place.loud]
        packs = [pack.error for pack in self.packs if pack.error]
        missing = [gap.error for pack in self.packs for gap in pack.missing]
        return [*places, *packs, *lists, *missing]
