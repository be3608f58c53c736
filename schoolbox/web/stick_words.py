"""What the pages about sticks, orders and packs say of times, counts and faults."""

import re
from collections.abc import Callable, Mapping

from schoolbox.faults import Fault, fault_sentences
from schoolbox.services.event_texts import facts_of, text_of
from schoolbox.services.events import EventRow
from schoolbox.services.pack_history import Deed
from schoolbox.web.i18n import _, ngettext, number, pick, size

MONTH_DAYS = 30
NAMING_PACKS = ("pack", "names")
"""Facts of events that are ids of packs, one or several."""
PACK_ID = re.compile(r"[^\s:,]+:[^\s:,]+")
OLD_DAYS = 90
"""From this age on a stick is said to be old; it is advice and nothing more (FORMAT 6.7)."""


def left(seconds: float | None) -> str:
    """Write how long something still takes, the way people say it; empty if nobody knows."""
    if seconds is None:
        return ""
    if seconds < 45:
        return _("less than a minute")
    minutes = round(seconds / 60)
    if minutes < 60:
        return ngettext("about %(num)s minute", "about %(num)s minutes", max(1, minutes))
    return ngettext("about %(num)s hour", "about %(num)s hours", round(minutes / 60))


def speed(bytes_s: float | None) -> str:
    """Write a speed; empty if it is not known yet."""
    return _("%(size)s per second", size=size(int(bytes_s))) if bytes_s else ""


def part(done: int, all_of: int) -> str:
    """Write how many of how many."""
    return _("%(done)s of %(all)s", done=number(done), all=number(all_of))


def part_size(done: int, all_of: int) -> str:
    """Write how much of how much."""
    return _("%(done)s of %(all)s", done=size(done), all=size(all_of))


def kinds(counts: Mapping[str, int]) -> str:
    """Write what a pack holds: `46 videos, 12 quizzes`."""
    words = (
        ngettext("%(num)s video", "%(num)s videos", counts.get("video", 0)),
        ngettext("%(num)s recording", "%(num)s recordings", counts.get("audio", 0)),
        ngettext("%(num)s document", "%(num)s documents", counts.get("document", 0)),
        ngettext("%(num)s quiz", "%(num)s quizzes", counts.get("quiz", 0)),
        ngettext("%(num)s exercise", "%(num)s exercises", counts.get("app", 0)),
    )
    order = ("video", "audio", "document", "quiz", "app")
    return ", ".join(said for kind, said in zip(order, words, strict=True) if counts.get(kind))


def told(fault: Fault, *, uploaded: bool = False) -> tuple[str, str, str]:
    """What happened, what is safe, what to do next, in the language of the page; no stick is meant if `uploaded`."""
    return fault_sentences(fault, _, write_size=size, place="upload" if uploaded else "stick")


def age(days: int | None) -> str:
    """Say that a stick is old; empty if it is not."""
    if days is None or days < OLD_DAYS:
        return ""
    return ngettext("%(num)s month", "%(num)s months", days // MONTH_DAYS)


def deed(done: Deed, titles: Mapping[str, Mapping[str, str]]) -> str:
    """Write what was done with packs, with their titles."""
    return event(done.event, titles)


def event(noted: EventRow, titles: Mapping[str, Mapping[str, str]]) -> str:
    """Write what happened; packs are called by their titles, as far as they are known."""
    facts = facts_of(noted)

    def named(found: re.Match[str]) -> str:
        return _("“%(title)s”", title=pick(titles[found[0]])) if found[0] in titles else found[0]

    packs = {fact: PACK_ID.sub(named, str(facts[fact])) for fact in NAMING_PACKS if fact in facts}
    return _(text_of(noted).what, **{**facts, **packs})


FILTERS: Mapping[str, Callable[..., str | tuple[str, str, str]]] = {
    "left": left, "speed": speed, "part": part, "part_size": part_size, "kinds": kinds, "told": told, "age": age,
    "deed": deed,
}  # fmt: skip
"""What templates may say with a bar: `{{ pack.fault|told }}`."""
