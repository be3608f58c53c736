"""Figures for other programs, as JSON: `/figures/v1/` (docs/figures.md); small numbers are hidden as on the pages.

A program needs the scope `figures/read`, or one that reads all statements, which say more.
"""

import msgspec
from flask import Blueprint, Response, request

from sync.hub import page
from sync.hub.answers import answer_json, refusal
from sync.hub.basic_auth import signed_in
from sync.hub.errors import BadRequestError, HubError
from sync.hub.page import PERIODS
from sync.hub.reports.figures import (
    Choice,
    CourseFigures,
    ItemFigures,
    PlaceFigures,
    Square,
    Summary,
    Unfinished,
    Week,
)
from sync.hub.reports.places import EVERYTHING, Place
from sync.hub.reports.sources import Source
from sync.hub.scopes import FIGURES, READ, READ_ALL
from sync.hub.services import Hub
from sync.hub.texts import AREAS
from sync.hub.views import GRADES


class _Part(msgspec.Struct, frozen=True):
    """A place as a program is told it, and its numbers."""

    level: str
    municipality: str
    school_id: str
    school: str
    summary: Summary


class _Whole(msgspec.Struct, frozen=True, kw_only=True):
    """All of one place."""

    made_at: str | None
    days: int
    place: _Part
    below: list[_Part]
    weeks: list[Week]
    grades: list[Square]


class _Courses(msgspec.Struct, frozen=True):
    """The courses of a place, and what in them is seldom finished."""

    courses: list[CourseFigures]
    unfinished: list[Unfinished]


class _Languages(msgspec.Struct, frozen=True):
    """What was done in each language."""

    languages: list[Source]


class _Subjects(msgspec.Struct, frozen=True):
    """What was done with the courses of each subject."""

    subjects: list[Source]


class _Publishers(msgspec.Struct, frozen=True):
    """What was done with the courses of each publisher."""

    publishers: list[Source]


class _Course(msgspec.Struct, frozen=True):
    """One course and its items."""

    course: CourseFigures
    items: list[ItemFigures]


def make_figures(hub: Hub) -> Blueprint:
    """Make the part of the hub that gives figures to programs."""
    api = Blueprint("figures", __name__, url_prefix="/figures/v1")
    api.register_error_handler(HubError, refusal)

    @api.before_request
    def let_in() -> None:
        signed_in(hub).require(FIGURES, READ, READ_ALL)

    @api.get("/place")
    @page.at_one_moment(hub)
    def place() -> Response:
        found, days = _place(hub), _days()
        made_at = hub.figures.made_at()
        return answer_json(_Whole(
            made_at=made_at.isoformat() if made_at else None, days=days,
            place=_part(PlaceFigures(found, hub.figures.summary(found, days))),
            below=[_part(one) for one in hub.figures.below(found, days)], weeks=hub.figures.weeks(found),
            grades=hub.figures.squares(found),
        ))  # fmt: skip

    @api.get("/courses")
    @page.at_one_moment(hub)
    def courses() -> Response:
        found, choice = _place(hub), _choice()
        return answer_json(_Courses(hub.figures.courses(found, choice), hub.figures.unfinished(found, choice)))

    @api.get("/courses/<pack>")
    @page.at_one_moment(hub)
    def course(pack: str) -> Response:
        return answer_json(_Course(*hub.figures.course(_place(hub), pack)))

    @api.get("/languages")
    @page.at_one_moment(hub)
    def languages() -> Response:
        return answer_json(_Languages(hub.sources.of(_place(hub), "language")))

    @api.get("/subjects")
    @page.at_one_moment(hub)
    def subjects() -> Response:
        return answer_json(_Subjects(hub.sources.of(_place(hub), "subject")))

    @api.get("/publishers")
    @page.at_one_moment(hub)
    def publishers() -> Response:
        return answer_json(_Publishers(hub.sources.of(_place(hub), "publisher")))

    return api


def _part(one: PlaceFigures) -> _Part:
    place = one.place
    return _Part(place.level, place.municipality, place.school_id, place.school, one.summary)


def _place(hub: Hub) -> Place:
    """Find the place that is asked about; everything if none is named.

    Raises:
        NotFoundError: There is no such place.
    """
    school_id, municipality = request.args.get("school_id", ""), request.args.get("municipality", "")
    if school_id:
        return hub.places.school(school_id)
    return hub.places.municipality(municipality) if municipality else EVERYTHING


def _days() -> int:
    """Read the period.

    Raises:
        BadRequestError: It is none.
    """
    period = request.args.get("period", "month")
    if period not in PERIODS:
        raise BadRequestError(f"There is no period {period!r}. There are: {', '.join(PERIODS)}.")
    return PERIODS[period]


def _choice() -> Choice:
    """Read grade, area, subject, language and publisher; nothing is found of one of the last three that is none.

    Raises:
        BadRequestError: A grade or an area is none.
    """
    grade, area = request.args.get("grade", ""), request.args.get("area", "")
    if grade and grade not in map(str, GRADES):
        raise BadRequestError(f"There is no grade {grade!r}. There are 0 to {max(GRADES)}.")
    if area and area not in AREAS:
        raise BadRequestError(f"There is no area {area!r}. There are: {', '.join(AREAS)}.")
    language, publisher = request.args.get("language", ""), request.args.get("publisher", "")
    return Choice(int(grade) if grade else None, area, language, publisher, request.args.get("subject", ""))
