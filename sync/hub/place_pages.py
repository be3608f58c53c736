"""The pages of places: everything, a municipality, a school; their courses; the same as tables and on paper.

What a person may not see is not there (404).
"""

import re
import unicodedata
from http import HTTPStatus

from flask import Blueprint, Response, g, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from sync.hub import page
from sync.hub.box_pages import trying
from sync.hub.errors import NotFoundError
from sync.hub.reports.figures import Choice
from sync.hub.reports.places import Place
from sync.hub.reports.report import Reader, Seen, report_of
from sync.hub.reports.sheet import draw
from sync.hub.reports.tables import courses_table, languages_table, places_table, publishers_table, subjects_table
from sync.hub.services import Hub
from sync.hub.texts import AREAS
from sync.hub.views import (
    BOXES_SHOWN,
    GRADES,
    boxes_view,
    chart,
    silent_boxes,
    silent_by_place,
    strips_chart,
    weeks_chart,
)
from sync.spreadsheet import Rows


def add_places(pages: Blueprint, hub: Hub) -> None:
    """Add the pages of places to those of the hub."""

    @pages.get("/")
    @page.needs_admin(hub)
    @page.at_one_moment(hub)
    def overview() -> Response:
        return _show(hub, _at(hub))

    @pages.get("/municipalities/<municipality>")
    @pages.get("/schools/<school_id>")
    @page.needs_admin(hub)
    @page.at_one_moment(hub)
    def place(**where: str) -> Response:
        return _show(hub, _at(hub, **where))

    @pages.post("/schools/<school_id>/rename")
    @page.needs_admin(hub)
    def rename_school(school_id: str) -> BaseResponse:
        school = page.only_caring(hub.places.school(school_id))
        name = request.form.get("name", "")
        trying(lambda: ("school-renamed", hub.care.rename_school(school.school_id, name, by=g.admin.name)))
        return redirect(school.path, HTTPStatus.SEE_OTHER)

    @pages.get("/report.pdf")
    @pages.get("/municipalities/<municipality>/report.pdf")
    @pages.get("/schools/<school_id>/report.pdf")
    @page.needs_admin(hub)
    @page.at_one_moment(hub)
    def report(**where: str) -> Response:
        return _print(hub, _at(hub, **where))

    @pages.get("/courses/<pack>")
    @pages.get("/municipalities/<municipality>/courses/<pack>")
    @pages.get("/schools/<school_id>/courses/<pack>")
    @page.needs_admin(hub)
    @page.at_one_moment(hub)
    def course(pack: str, **where: str) -> Response:
        found = _at(hub, **where)
        of_all, items = hub.figures.course(found, pack)
        return page.show("course.html", place=found, course=of_all, items=items)

    @pages.get("/tables/<name>.<form>")
    @pages.get("/municipalities/<municipality>/tables/<name>.<form>")
    @pages.get("/schools/<school_id>/tables/<name>.<form>")
    @page.needs_admin(hub)
    @page.at_one_moment(hub)
    def table(name: str, form: str, **where: str) -> Response:
        return page.hand_out(name, form, _table(hub, _at(hub, **where), name))


def _at(hub: Hub, municipality: str = "", school_id: str = "") -> Place:
    """Find the place of an address; without one, all that the person who is signed in may look at."""
    own: Place = g.admin.place
    if school_id:
        return page.only_within(hub.places.school(school_id))
    return page.only_within(hub.places.municipality(municipality.replace("~", "/"))) if municipality else own


def _look(hub: Hub, place: Place, choice: Choice) -> Seen:
    """Read what is known of a place."""
    period, days = page.period()
    known = [box for box in hub.boxes.within(place) if not box.withdrawn]
    return Seen(
        hub=g.hub_title, place=place, period=period, summary=hub.figures.summary(place, days),
        boxes=boxes_view(known, hub.clock.now(), hub.settings.values.silent_days), weeks=hub.figures.weeks(place),
        squares=hub.figures.squares(place), below=hub.figures.below(place, days),
        courses=hub.figures.courses(place, choice), subjects=hub.sources.of(place, "subject"),
        languages=hub.sources.of(place, "language"),
        publishers=hub.sources.of(place, "publisher"), unfinished=hub.figures.unfinished(place, choice),
        made_at=hub.figures.made_at(),
    )  # fmt: skip


def _show(hub: Hub, place: Place) -> Response:
    """Show one place."""
    choice = _choice()
    seen = _look(hub, place, choice)
    return page.show(
        "place.html", place=place, period=seen.period, periods=page.PERIODS, summary=seen.summary, boxes=seen.boxes,
        boxes_shown=BOXES_SHOWN, silent=silent_boxes(seen.boxes), chart=chart(seen.squares),
        weeks=weeks_chart(seen.weeks), courses=seen.courses, choice=choice, grades=GRADES, areas=AREAS,
        unfinished=seen.unfinished, below=seen.below, made_at=seen.made_at, by_subject=seen.subjects,
        subject_strips=strips_chart(seen.subjects), by_language=seen.languages,
        by_publisher=seen.publishers, language_strips=strips_chart(seen.languages),
        publisher_strips=strips_chart(seen.publishers), silent_by_place=silent_by_place(seen.boxes),
    )  # fmt: skip


def _print(hub: Hub, place: Place) -> Response:
    """Hand out the paper of one place."""
    seen = _look(hub, place, Choice())
    sheet = report_of(seen, Reader(g.lang, g.texts.gettext, g.texts.ngettext))
    letters = unicodedata.normalize("NFKD", sheet.title.lower()).encode("ascii", "ignore").decode()
    name = re.sub("[^a-z0-9]+", "-", letters).strip("-") or "hub"
    response = Response(draw(sheet), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}-{hub.clock.now():%Y-%m-%d}.pdf"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _table(hub: Hub, place: Place, name: str) -> Rows:
    """Write one of the tables of a place.

    Raises:
        NotFoundError: There is none of this name.
    """
    if name == "places":
        return places_table(hub.figures.below(place, page.period()[1]), g.texts.gettext)
    if name == "courses":
        return courses_table(hub.figures.courses(place, _choice()), g.lang, g.texts.gettext)
    if name == "subjects":
        return subjects_table(hub.sources.of(place, "subject"), g.texts.gettext)
    if name == "languages":
        return languages_table(hub.sources.of(place, "language"), g.texts.gettext)
    if name == "publishers":
        return publishers_table(hub.sources.of(place, "publisher"), g.texts.gettext)
    raise NotFoundError("There is no such table.")


def _choice() -> Choice:
    """Read which grade, area, subject, language and publisher a reader chose; an area or grade that is none is all."""
    grade, area = request.args.get("grade", ""), request.args.get("area", "")
    known = grade.isascii() and grade.isdecimal() and len(grade) < 3 and int(grade) in GRADES
    return Choice(
        int(grade) if known else None, area if area in AREAS else "", request.args.get("language", "")[:3],
        request.args.get("publisher", "")[:80], request.args.get("subject", "")[:64],
    )  # fmt: skip
