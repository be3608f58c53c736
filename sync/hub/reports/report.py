"""What the paper of a place says, in the reader's language: its page as lines and tables.

    report_of(seen, Reader("sq", gettext, ngettext))
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import pairwise

import msgspec
from babel.numbers import format_decimal

from sync.dates import locale_of, written
from sync.hub.reports.figures import CourseFigures, PlaceFigures, Square, Summary, Unfinished, Week
from sync.hub.reports.places import Place
from sync.hub.reports.sheet import Fact, Sheet, Table, WeekBar
from sync.hub.reports.sources import Source
from sync.hub.texts import AREAS, area_name, best_text, language_name, subject_name
from sync.hub.views import BoxView, silent_boxes


class Reader(msgspec.Struct, frozen=True):
    """Whoever reads: the language, and its words."""

    lang: str
    gettext: Callable[[str], str]
    ngettext: Callable[[str, str, int], str]

    def digits(self, number: int) -> str:
        """Group a number's digits."""
        return format_decimal(number, locale=locale_of(self.lang))

    def pupils(self, number: int | None) -> str:
        """Write a number of pupils, or that it is not shown."""
        return self.gettext("few") if number is None else self.digits(number)

    def share(self, percent: int | None) -> str:
        """Write a share."""
        return "–" if percent is None else f"{percent} %"


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a place."""

    hub: str
    place: Place
    period: str
    summary: Summary
    boxes: Sequence[BoxView]
    weeks: Sequence[Week]
    squares: Sequence[Square]
    below: Sequence[PlaceFigures]
    courses: Sequence[CourseFigures]
    subjects: Sequence[Source]
    languages: Sequence[Source]
    publishers: Sequence[Source]
    unfinished: Sequence[Unfinished]
    made_at: datetime | None


def report_of(seen: Seen, reader: Reader) -> Sheet:
    """Put the paper of a place together."""
    _ = reader.gettext
    place, months = seen.place, _months(seen.weeks, reader)
    most = max((week.minutes for week in seen.weeks), default=0)
    period = {"week": _("Week"), "month": _("Month"), "year": _("Year")}[seen.period]
    made = written(seen.made_at, "d MMMM y, HH:mm", reader.lang) + " UTC" if seen.made_at else ""
    tables = (
        _below(seen, reader), _courses(seen, reader),
        _sources(_("By subject"), seen.subjects, lambda name: subject_name(name, _), reader),
        _sources(_("By language"), seen.languages, language_name, reader),
        _sources(_("By publisher"), seen.publishers, str, reader),
        _squares(seen, reader), _unfinished(seen, reader), _silent(seen, reader),
    )  # fmt: skip
    return Sheet(
        language=reader.lang, hub=seen.hub, title=place.school or place.municipality or seen.hub,
        below=" · ".join(filter(None, (place.municipality if place.school else "", period, made))),
        facts=_facts(seen, reader), weeks_heading=_("Minutes watched in each of the last 52 weeks"),
        weeks=tuple(
            WeekBar(week.minutes / most if most else 0.0, month)
            for week, month in zip(seen.weeks, months, strict=True)
        ),
        tables=tuple(table for table in tables if table.rows),
        foot=_("Groups of fewer than five pupils are not shown; sums leave them out where they could be worked out."),
        page=_("Page %(number)d of %(all)d"),
    )  # fmt: skip


def _months(weeks: Sequence[Week], reader: Reader) -> list[str]:
    """Name the month over the first week of each."""
    names = [""]
    for before, week in pairwise(weeks):
        is_new = before.monday.month != week.monday.month
        names.append(written(week.monday, "LLL", reader.lang) if is_new else "")
    return names[: len(weeks)]


def _facts(seen: Seen, reader: Reader) -> tuple[Fact, ...]:
    _, summary = reader.gettext, seen.summary
    silent, boxes = len(silent_boxes(seen.boxes)), len(seen.boxes)
    said = reader.ngettext("%(num)d is silent", "%(num)d are silent", silent) % {"num": silent}
    enrolled = _("%(number)s are enrolled") % {"number": reader.pupils(summary.enrolled)}
    things = reader.ngettext(
        "%(number)s thing learnt was recorded", "%(number)s things learnt were recorded", summary.statements
    ) % {"number": reader.digits(summary.statements)}
    heard = _("%(heard)d of %(all)d") % {"heard": boxes - silent, "all": boxes}
    return (
        Fact(_("Boxes heard from"), heard, said if silent else _("None is silent")),
        Fact(_("Pupils learning"), reader.pupils(summary.pupils), enrolled if summary.enrolled != 0 else ""),
        Fact(_("Minutes watched"), reader.digits(summary.minutes), things),
        Fact(_("Items mastered"), reader.share(summary.mastered_percent), _("of those started")),
    )


def _silent(seen: Seen, reader: Reader) -> Table:
    _ = reader.gettext
    rows = [
        (f"{view.box.school}, {view.box.municipality}", _heard(view, reader)) for view in silent_boxes(seen.boxes)
    ]
    return Table(heading=_("Boxes that are silent"), head=(_("School"), _("Last heard")), rows=tuple(rows))


def _heard(view: BoxView, reader: Reader) -> str:
    if view.silent_days is None:
        return reader.gettext("Never")
    return reader.ngettext("%(num)d day", "%(num)d days", view.silent_days) % {"num": view.silent_days}


def _below(seen: Seen, reader: Reader) -> Table:
    _ = reader.gettext
    schools = any(one.place.school for one in seen.below)
    rows = [
        (
            one.place.school or one.place.municipality, reader.pupils(one.summary.enrolled),
            reader.pupils(one.summary.pupils), reader.digits(one.summary.minutes),
            reader.share(one.summary.mastered_percent),
        )
        for one in seen.below
    ]  # fmt: skip
    head = (_("School") if schools else _("Municipality"), _("Enrolled"), _("Learning"), _("Minutes"), _("Mastered"))
    return Table(heading=_("Schools") if schools else _("Municipalities"), head=head, rows=tuple(rows))


def _courses(seen: Seen, reader: Reader) -> Table:
    _ = reader.gettext
    rows = [
        (
            f"{best_text(one.title, reader.lang)} · {area_name(one.area, _)}", one.publisher,
            reader.pupils(one.pupils), reader.share(one.mastered_percent),
        )
        for one in seen.courses
    ]  # fmt: skip
    head = (_("Course"), _("Publisher"), _("Pupils"), _("Mastered"))
    return Table(heading=_("What was learnt"), head=head, rows=tuple(rows))


def _sources(heading: str, sources: Sequence[Source], named: Callable[[str], str], reader: Reader) -> Table:
    _ = reader.gettext
    rows = [
        (
            named(one.name) or _("Not known"), reader.digits(one.courses), reader.digits(one.minutes),
            reader.digits(one.statements), reader.share(one.mastered_percent),
        )
        for one in sources
    ]  # fmt: skip
    head = ("", _("Courses"), _("Minutes"), _("Things learnt"), _("Mastered"))
    return Table(heading=heading, head=head, rows=tuple(rows), note=_("The last 52 weeks."))


def _squares(seen: Seen, reader: Reader) -> Table:
    """Say for each area what share is mastered, by grade from the first to the last that was taught."""
    _ = reader.gettext
    known = {(square.area, square.grade): square.percent for square in seen.squares if square.grade >= 0}
    rows = []
    for area in AREAS:
        grades = sorted(grade for one, grade in known if one == area)
        shares = " · ".join(f"{grade}: {reader.share(known[area, grade])}" for grade in grades)
        rows += [(f"{area_name(area, _)} – {shares}",)] if grades else []
    return Table(
        heading=_("Learning per grade and area"), head=(_("Area"),), rows=tuple(rows),
        note=_("Share of started items that are mastered, grades 0 to 12"),
    )  # fmt: skip


def _unfinished(seen: Seen, reader: Reader) -> Table:
    _ = reader.gettext
    rows = [
        (
            f"{best_text(one.title, reader.lang)} · {best_text(one.course, reader.lang)}", reader.digits(one.started),
            _("about %(percent)d %%") % {"percent": one.completed_percent},
        )
        for one in seen.unfinished
    ]  # fmt: skip
    return Table(
        heading=_("Begun, but seldom finished"), head=(_("Item"), _("Began"), _("Finished")), rows=tuple(rows),
        note=_("Items that at least 20 pupils began and fewer than half finished. Perhaps they are too long, too hard, "
               "or broken."),
    )  # fmt: skip
