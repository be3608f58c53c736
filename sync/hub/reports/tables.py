"""Figures as tables for spreadsheets, with headings in the reader's language and small numbers hidden.

    places_table(hub.figures.below(place, 30), gettext)
"""

from collections.abc import Callable, Sequence

from sync.hub.reports.figures import CourseFigures, PlaceFigures, shown
from sync.hub.texts import best_text
from sync.spreadsheet import Rows

Words = Callable[[str], str]


def places_table(places: Sequence[PlaceFigures], _: Words) -> Rows:
    """Write places and their numbers, a row each."""
    head = [
        _("Municipality"), _("School"), _("Enrolled"), _("Learning"), _("Minutes"), _("Things learnt"),
        _("Mastered, %"),
    ]  # fmt: skip
    rows = [
        [
            one.place.municipality, one.place.school, _few(shown(one.summary.enrolled), _),
            _few(one.summary.pupils, _), one.summary.minutes, one.summary.statements,
            _share(one.summary.mastered_percent),
        ]
        for one in places
    ]  # fmt: skip
    return [head, *rows]


def courses_table(courses: Sequence[CourseFigures], lang: str, _: Words) -> Rows:
    """Write courses and what was learnt from them, a row each."""
    head = [_("Course"), _("Number"), _("Publisher"), _("Area"), _("Pupils"), _("Mastered, %")]
    rows = [
        [best_text(one.title, lang), one.id, one.publisher, one.area, _few(one.pupils, _), _share(one.mastered_percent)]
        for one in courses
    ]
    return [head, *rows]


def _few(pupils: int | None, _: Words) -> int | str:
    """Write a number of pupils, or that it is too small to be shown."""
    return _("under 5") if pupils is None else pupils


def _share(percent: int | None) -> int | str:
    return "" if percent is None else percent
