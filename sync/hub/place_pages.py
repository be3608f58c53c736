"""The pages of places: everything, a municipality, a school; their courses; the same as tables.

What a person may not see is not there (404).
"""

from flask import Blueprint, Response, g, request

from sync.hub import page
from sync.hub.errors import NotFoundError
from sync.hub.reports.figures import Choice
from sync.hub.reports.places import Place
from sync.hub.reports.tables import courses_table, languages_table, places_table, publishers_table
from sync.hub.services import Hub
from sync.hub.texts import AREAS
from sync.hub.views import BOXES_SHOWN, GRADES, boxes_view, chart, silent_boxes, strips_chart, weeks_chart
from sync.spreadsheet import Rows


def add_places(pages: Blueprint, hub: Hub) -> None:
    """Add the pages of places to those of the hub."""

    def at(municipality: str = "", school_id: str = "") -> Place:
        if school_id:
            return page.only_within(hub.places.school(school_id))
        return page.only_within(hub.places.municipality(municipality.replace("~", "/"))) if municipality else own()

    def own() -> Place:
        place: Place = g.admin.place
        return place

    @pages.get("/")
    @page.needs_admin(hub)
    def overview() -> Response:
        return _show(hub, own())

    @pages.get("/municipalities/<municipality>")
    @pages.get("/schools/<school_id>")
    @page.needs_admin(hub)
    def place(**where: str) -> Response:
        return _show(hub, at(**where))

    @pages.get("/courses/<pack>")
    @pages.get("/municipalities/<municipality>/courses/<pack>")
    @pages.get("/schools/<school_id>/courses/<pack>")
    @page.needs_admin(hub)
    def course(pack: str, **where: str) -> Response:
        found = at(**where)
        of_all, items = hub.figures.course(found, pack)
        return page.show("course.html", place=found, course=of_all, items=items)

    @pages.get("/tables/<name>.<form>")
    @pages.get("/municipalities/<municipality>/tables/<name>.<form>")
    @pages.get("/schools/<school_id>/tables/<name>.<form>")
    @page.needs_admin(hub)
    def table(name: str, form: str, **where: str) -> Response:
        return page.hand_out(name, form, _table(hub, at(**where), name))


def _show(hub: Hub, place: Place) -> Response:
    """Show one place."""
    period, days = page.period()
    choice = _choice()
    by_language, by_publisher = hub.sources.of(place, "language"), hub.sources.of(place, "publisher")
    known = [box for box in hub.boxes.within(place) if not box.withdrawn]
    boxes = boxes_view(known, hub.clock.now(), hub.settings.values.silent_days)
    return page.show(
        "place.html", place=place, period=period, periods=page.PERIODS, summary=hub.figures.summary(place, days),
        boxes=boxes, boxes_shown=BOXES_SHOWN, silent=silent_boxes(boxes), chart=chart(hub.figures.squares(place)),
        weeks=weeks_chart(hub.figures.weeks(place)), courses=hub.figures.courses(place, choice), choice=choice,
        grades=GRADES, areas=AREAS, unfinished=hub.figures.unfinished(place, choice),
        below=hub.figures.below(place, days), made_at=hub.refresher.at(),
        by_language=by_language, by_publisher=by_publisher, language_strips=strips_chart(by_language),
        publisher_strips=strips_chart(by_publisher),
    )  # fmt: skip


def _table(hub: Hub, place: Place, name: str) -> Rows:
    """Write one of the tables of a place.

    Raises:
        NotFoundError: There is none of this name.
    """
    if name == "places":
        return places_table(hub.figures.below(place, page.period()[1]), g.texts.gettext)
    if name == "courses":
        return courses_table(hub.figures.courses(place, _choice()), g.lang, g.texts.gettext)
    if name == "languages":
        return languages_table(hub.sources.of(place, "language"), g.texts.gettext)
    if name == "publishers":
        return publishers_table(hub.sources.of(place, "publisher"), g.texts.gettext)
    raise NotFoundError("There is no such table.")


def _choice() -> Choice:
    """Read which grade, area, language and publisher a reader chose; an area or grade that is none is all."""
    grade, area = request.args.get("grade", ""), request.args.get("area", "")
    known = grade.isascii() and grade.isdecimal() and len(grade) < 3 and int(grade) in GRADES
    return Choice(
        int(grade) if known else None, area if area in AREAS else "", request.args.get("language", "")[:3],
        request.args.get("publisher", "")[:80],
    )  # fmt: skip
