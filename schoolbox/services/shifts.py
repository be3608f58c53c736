"""The shifts of a school day: more than half of the schools teach one half of the classes after the other.

Rules: a class has no shift, `morning` or `afternoon`, whatever the office calls it and in which language; any other
word stays as it was written, for a school that has more shifts, and says nothing about time. The box's clock only
decides which classes are listed first, and not even that while nobody knows whether it is right; every class can be
reached.

    shift_of("Ndërrimi i dytë")       # afternoon
    shifts.sorted(classes).later      # the classes of the other shift
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time

import msgspec

from content_packs.clock import Clock
from schoolbox.marks import N_
from schoolbox.services.logins import plain
from schoolbox.services.people_rows import ClassRow

AFTERNOON_FROM = time(12, 30)
SHIFT_NAMES: Mapping[str, str] = {"morning": N_("Morning"), "afternoon": N_("Afternoon")}
_WORDS = {
    "morning": (
        "morning|am|first|first shift|paradite|paraditja|paradites|mengjes|mengjesi|i pare|e pare|ndrrimi i pare"
        "|nderrimi i pare|turni i pare|turni paradites|pre podne|prepodne|prije podne|prijepodne|jutro|prva|prva smena"
        "|prva smjena|sabah|sabahci|ogleden once|birinci|i|1|1 smena|1 smjena|i smena|i smjena|nderrimi i|nderrimi 1"
        "|turni i|turni 1|sabahi"
    ),
    "afternoon": (
        "afternoon|pm|second|second shift|pasdite|pasditja|pasdites|i dyte|e dyte|ndrrimi i dyte|nderrimi i dyte"
        "|turni i dyte|turni pasdites|popodne|posle podne|poslije podne|poslijepodne|druga|druga smena|druga smjena"
        "|oglenci|ogleden sonra|ikinci|ii|2|2 smena|2 smjena|ii smena|ii smjena|nderrimi ii|nderrimi 2"
        "|turni ii|turni 2|palo mesmeri"
    ),
}  # fmt: skip
_SHIFT_OF = {word: shift for shift, words in _WORDS.items() for word in words.split("|")}


def shift_of(text: str) -> str:
    """The shift that a word means: `morning`, `afternoon`, or nothing that is known."""
    return _SHIFT_OF.get(plain(text), "")


def as_kept(text: str) -> str:
    """How a shift is kept: as the box calls it, or in the school's own word."""
    return shift_of(text) or " ".join(text.split())


class SortedClasses(msgspec.Struct, frozen=True):
    """Classes for signing in: those that may be at school now, and those of the other shift."""

    now: tuple[ClassRow, ...]
    later: tuple[ClassRow, ...]


def sort(classes: Sequence[ClassRow], at: datetime | None) -> SortedClasses:
    """Part the classes by a local time, None for one that nobody knows; all are there now if none would be left."""
    if at is None:
        return SortedClasses(tuple(classes), ())
    other = "morning" if at.time() >= AFTERNOON_FROM else "afternoon"
    later = tuple(row for row in classes if shift_of(row.shift) == other)
    now = tuple(row for row in classes if row not in later)
    return SortedClasses(now, later) if now else SortedClasses(later, ())


class Shifts:
    """Sorts classes by the clock of the box."""

    def __init__(self, *, clock: Clock, clock_trusted: Callable[[], bool]) -> None:
        self._clock = clock
        self._trusted = clock_trusted

    def sorted(self, classes: Sequence[ClassRow]) -> SortedClasses:
        """Part the classes by what time it is."""
        return sort(classes, self._clock.now().astimezone() if self._trusted() else None)
