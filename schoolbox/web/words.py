"""What areas, subjects, kinds and languages are called, and which drawing stands for them.

A pack names its subject by an open slug: one that is not in the table is shown as it is written.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from flask import url_for
from markupsafe import Markup, escape

from schoolbox.marks import N_
from schoolbox.services.outline import ItemCard, Outline
from schoolbox.services.progress import ItemProgress
from schoolbox.services.roster_told import ROLE_NAMES
from schoolbox.services.shifts import SHIFT_NAMES, shift_of
from schoolbox.web.i18n import _, clock, language, ngettext, pick
from schoolbox.web.scope_words import hidden_for_said, scope_said
from sync.dates import written

AREAS: Mapping[str, str] = {
    "lang": N_("Languages and communication"),
    "math": N_("Mathematics"),
    "natu": N_("Natural sciences"),
    "soci": N_("Society and environment"),
    "arts": N_("Arts"),
    "heal": N_("Health and well-being"),
    "life": N_("Life and work"),
}
"""The learning areas in the order in which they are shown."""

PICTURES: Mapping[str, str] = {
    "sun": N_("sun"),
    "fish": N_("fish"),
    "apple": N_("apple"),
    "house": N_("house"),
    "flower": N_("flower"),
    "car": N_("car"),
    "ball": N_("ball"),
    "star": N_("star"),
    "tree": N_("tree"),
}
"""What the pictures that small children sign in with are called, in the order in which they are shown."""

SUBJECTS: Mapping[str, str] = {
    "albanian": N_("Albanian"),
    "arts": N_("Art"),
    "biology": N_("Biology"),
    "bosnian": N_("Bosnian"),
    "chemistry": N_("Chemistry"),
    "civics": N_("Civics"),
    "coding": N_("Coding"),
    "english": N_("English"),
    "geography": N_("Geography"),
    "german": N_("German"),
    "history": N_("History"),
    "ict": N_("ICT"),
    "mathematics": N_("Maths"),
    "music": N_("Music"),
    "physical-education": N_("Physical education"),
    "physics": N_("Physics"),
    "romani": N_("Romani"),
    "serbian": N_("Serbian"),
    "technology": N_("Technology"),
    "turkish": N_("Turkish"),
}

SCRIPTS: Mapping[str, str] = {"sr-Cyrl": N_("Serbian, Cyrillic"), "sr-Latn": N_("Serbian, Latin")}
TAUGHT_IN: Mapping[str, str] = {
    "bs": N_("Bosnian"),
    "de": N_("German"),
    "en": N_("English"),
    "rom": N_("Romani"),
    "sq": N_("Albanian"),
    "sr": N_("Serbian"),
    "tr": N_("Turkish"),
}
"""The languages that lessons are in; those of the pages stand in `sync.languages`."""

KINDS: Mapping[str, tuple[str, str]] = {
    "video": (N_("Video"), "i-video"),
    "audio": (N_("Audio"), "i-audio"),
    "document": (N_("Document"), "i-doc"),
    "quiz": (N_("Quiz"), "i-quiz"),
    "app": (N_("Exercise"), "i-app"),
}

BAND_MAX = 24
"""Most items of a course that get a lozenge each in its band."""

DRAWINGS: Mapping[str, str] = {
    "albanian": "p-book", "arts": "p-art", "biology": "p-cell", "chemistry": "p-cell", "coding": "p-python",
    "english": "p-english", "geography": "p-land", "history": "p-land", "ict": "p-python", "mathematics": "p-fractions",
    "music": "p-art", "physical-education": "p-run", "physics": "p-motion", "technology": "p-python",
    "lang": "p-book", "math": "p-fractions", "natu": "p-cell", "soci": "p-land", "heal": "p-run", "life": "p-python",
}  # fmt: skip
"""Subjects first, then areas for subjects without a drawing of their own."""


def area(code: str) -> str:
    """What a learning area is called."""
    return _(AREAS[code])


def subject(slug: str) -> str:
    """What a subject is called."""
    return _(SUBJECTS[slug]) if slug in SUBJECTS else slug.replace("-", " ").capitalize()


def spoken(tag: str) -> str:
    """What a language is called, with its script where there are two."""
    if tag in SCRIPTS:
        return _(SCRIPTS[tag])
    name = TAUGHT_IN.get(tag.partition("-")[0])
    return tag if name is None else _(name)


def kind(code: str) -> str:
    """What a kind of item is called."""
    return _(KINDS[code][0])


def kind_icon(code: str) -> str:
    """The small drawing of a kind of item."""
    return KINDS[code][1]


def drawing(subject_slug: str, area_code: str) -> str:
    """The drawing that stands where there is no picture."""
    return DRAWINGS.get(subject_slug) or DRAWINGS.get(area_code) or "p-art"


def grades(numbers: Sequence[int]) -> str:
    """Write grades: `Grade 6`, `Grades 6–9`, `Grades 6, 8`; empty for none."""
    several = sorted(set(numbers))
    if not several:
        return ""
    if len(several) == 1:
        return _("Grade %(grade)s", grade=several[0])
    unbroken = several[-1] - several[0] == len(several) - 1
    text = f"{several[0]}–{several[-1]}" if unbroken else ", ".join(map(str, several))
    return _("Grades %(grades)s", grades=text)


def lasts(seconds: float) -> str:
    """Write how long something takes: `45 s`, `12 min`, `1 h 50 min`."""
    if seconds < 60:
        return _("%(num)s s", num=round(seconds))
    minutes = round(seconds / 60)
    if minutes < 60:
        return _("%(num)s min", num=minutes)
    return _("%(hours)s h %(minutes)s min", hours=minutes // 60, minutes=minutes % 60)


def items(count: int) -> str:
    """Write how many items: `1 item`, `14 items`."""
    return ngettext("%(num)s item", "%(num)s items", count)


def extent(item: ItemCard) -> str:
    """Write how much an item is, in the measure of its kind; empty if it does not say."""
    if item.kind == "quiz":
        return ngettext("%(num)s question", "%(num)s questions", item.questions) if item.questions else ""
    if item.kind == "document":
        return ngettext("%(num)s page", "%(num)s pages", item.pages) if item.pages else ""
    return clock(item.duration_s) if item.duration_s else ""


def said(texts: Mapping[str, str], first: str = "") -> Markup:
    """Write a text per language for the page, marked with its language where that is not the page's own.

    Args:
        texts: Language to words.
        first: The language of instruction, second choice after the page's own.
    """
    words = pick(texts, first)
    return marked(texts, words, escape(words))


def marked(texts: Mapping[str, str], words: str, written: Markup) -> Markup:
    """Mark what was written with the language of its words, where that is not the page's own."""
    tags = [tag for tag, text in texts.items() if text == words]
    if not tags or language() in tags:
        return written
    return Markup('<span lang="{}">{}</span>').format(tags[0], written)


def lozenges(items_: Sequence[ItemCard], progress: Mapping[str, ItemProgress]) -> list[str]:
    """The lozenge of each item: `d` done, `p` begun, empty for new."""
    return [lozenge(item, progress) for item in items_]


def lozenge(item: ItemCard, progress: Mapping[str, ItemProgress]) -> str:
    """The lozenge of one item: `d` done, `p` begun, empty for new."""
    known = progress.get(item.id)
    return "" if known is None else "d" if known.done else "p"


def course_lozenges(outline: Outline, progress: Mapping[str, ItemProgress]) -> list[str]:
    """The lozenges of a course: one an item, or one a unit where items would be too many to see."""
    if len(outline.items) <= BAND_MAX:
        return lozenges(outline.items, progress)
    of_units = [set(lozenges(unit.items, progress)) for unit in outline.units]
    return ["d" if found == {"d"} else "p" if found & {"d", "p"} else "" for found in of_units]


def band_label(band: Sequence[str]) -> str:
    """Say what a band of lozenges shows."""
    done = _("%(done)s of %(all)s done", done=band.count("d"), all=len(band))
    begun = _("%(number)s begun", number=band.count("p"))
    return f"{done}, {begun}" if "p" in band else done


def pick_list(lists: Mapping[str, Sequence[str]], first: str = "") -> list[str]:
    """Choose the sentences for the page out of a list per language, as `pick` chooses words."""
    chosen = pick({tag: tag for tag, sentences in lists.items() if sentences}, first)
    return list(lists.get(chosen, ()))


def month(moment: str) -> str:
    """Write the month of a UTC time in ISO 8601: `September 2026`."""
    return written(datetime.fromisoformat(moment).date(), "LLLL y", language())


def item_url(item: ItemCard) -> str:
    """Where an item is opened: a quiz has its own room."""
    return url_for("quizzes.show" if item.kind == "quiz" else "items.show", item_id=item.id)


def licence(spdx: str) -> str:
    """Write a licence as people know it: `CC BY-SA 4.0`."""
    if spdx.startswith("CC-"):
        parts = spdx.removeprefix("CC-").rsplit("-", 1)
        return "CC " + " ".join(parts)
    return spdx


def role(of_whom: str) -> str:
    """What somebody is, in words."""
    return _(ROLE_NAMES[of_whom])


def shift(kept: str) -> str:
    """A shift in words, or as the school calls it."""
    known = shift_of(kept)
    return _(SHIFT_NAMES[known]) if known else kept


FILTERS: Mapping[str, Callable[..., str | list[str]]] = {
    "scope_said": scope_said, "hidden_for_said": hidden_for_said,
    "area": area, "subject": subject, "spoken": spoken, "kind": kind, "kind_icon": kind_icon, "grades": grades,
    "lasts": lasts, "item_count": items, "extent": extent, "said": said,
    "item_url": item_url, "licence": licence, "drawing": drawing, "lozenge": lozenge,
    "lozenges": lozenges, "course_lozenges": course_lozenges, "band_label": band_label,
    "pick_list": pick_list, "month": month, "role": role, "shift": shift,
}  # fmt: skip
"""What templates may say with a bar: `{{ pack.subject|subject }}`."""
