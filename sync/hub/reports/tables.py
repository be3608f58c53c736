"""Figures as tables for spreadsheets, with headings in the reader's language and small numbers hidden.

    places_table(hub.figures.below(place, 30), gettext)
"""

from collections.abc import Callable, Sequence

from sync.hub.reports.figures import CourseFigures, PlaceFigures
from sync.hub.reports.sources import Source
from sync.hub.texts import area_name, best_text, language_name, subject_name
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
            one.place.municipality, one.place.school, _few(one.summary.enrolled, _),
            _few(one.summary.pupils, _), one.summary.minutes, one.summary.statements,
            _share(one.summary.mastered_percent),
        ]
        for one in places
    ]  # fmt: skip
    return [head, *rows]


def courses_table(courses: Sequence[CourseFigures], lang: str, _: Words) -> Rows:
    """Write courses and what was learnt from them, a row each."""
    head = [
        _("Course"), _("Number"), _("Publisher"), _("Area"), _("Subject"), _("Language"), _("Pupils"),
        _("Mastered, %"),
    ]  # fmt: skip
    rows = [
        [
            best_text(one.title, lang), one.id, one.publisher, area_name(one.area, _), subject_name(one.subject, _),
            language_name(one.language), _few(one.pupils, _), _share(one.mastered_percent),
        ]
        for one in courses
    ]  # fmt: skip
    return [head, *rows]


def subjects_table(subjects: Sequence[Source], _: Words) -> Rows:
    """Write what was done in each subject, a row for every week in which there was anything."""
    return _weeks_table(subjects, _("Subject"), lambda name: subject_name(name, _) or _("Not known"), _)


def languages_table(languages: Sequence[Source], _: Words) -> Rows:
    """Write what was done in each language, a row for every week in which there was anything."""
    return _weeks_table(languages, _("Language"), lambda name: language_name(name) or _("Not known"), _)


def publishers_table(publishers: Sequence[Source], _: Words) -> Rows:
    """Write what was done with the courses of each publisher, a row for every week in which there was anything."""
    return _weeks_table(publishers, _("Publisher"), lambda name: name or _("Not known"), _)


def _weeks_table(sources: Sequence[Source], heading: str, named: Callable[[str], str], _: Words) -> Rows:
    head = [heading, _("Week from"), _("Minutes"), _("Things learnt")]
    rows: list[list[str | int]] = [
        [named(one.name), week.monday.isoformat(), week.minutes, week.statements]
        for one in sources
        for week in one.weeks
        if week.statements
    ]
    return [head, *rows]


def _few(pupils: int | None, _: Words) -> int | str:
    """Write a number of pupils, or that it is not shown."""
    return _("few") if pupils is None else pupils


def _share(percent: int | None) -> int | str:
    return "" if percent is None else percent
