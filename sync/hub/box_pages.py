"""The pages about boxes, and what a ministry and the municipality concerned can do to one; a school only looks."""

from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, Response, flash, g, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from sync.hub import page
from sync.hub.errors import BadRequestError, CodeError, NotFoundError
from sync.hub.landing.refusals import unstored
from sync.hub.services import Hub
from sync.hub.views import BOXES_A_PAGE, boxes_view, needy_boxes


def add_boxes(pages: Blueprint, hub: Hub) -> None:
    """Add the pages about boxes."""

    @pages.get("/boxes")
    @page.needs_admin(hub)
    def boxes() -> Response:
        found = boxes_view(hub.boxes.within(g.admin.place), hub.clock.now(), hub.settings.values.silent_days)
        pages_of = max(1, -(-len(found) // BOXES_A_PAGE))
        number = page.number(pages_of)
        shown = found[(number - 1) * BOXES_A_PAGE : number * BOXES_A_PAGE]
        return page.show(
            "boxes.html", boxes=shown, all=len(found), needy=needy_boxes(found), number=number, pages=pages_of,
            asking=0 if g.admin.place.level == "school" else len(hub.requests.waiting(g.admin.place.municipality)),
            unstored=unstored(hub.database) if g.admin.place.level == "country" else 0,
        )  # fmt: skip

    @pages.get("/boxes/<box_id>")
    @page.needs_admin(hub)
    def box(box_id: str) -> Response:
        found = hub.boxes.one(box_id)
        page.only_within(hub.places.school(found.school_id))
        view = boxes_view([found], hub.clock.now(), hub.settings.values.silent_days)[0]
        return page.show(
            "box.html", box=view, packs=hub.boxes.packs(box_id), deeds=hub.deeds.of_box(box_id),
            names=hub.places.names(g.admin.place), starts=hub.twins.starts(box_id) if found.twin_at else [],
        )  # fmt: skip

    _add_care(pages, hub)


def _add_care(pages: Blueprint, hub: Hub) -> None:
    """Add what can be done to a box."""

    def done(box_id: str, word: str, does: Callable[[str], str | None]) -> BaseResponse:
        """Do it as the person who is signed in, say how it went, and show the box."""
        page.only_caring(hub.places.school(hub.boxes.one(box_id).school_id))
        trying(lambda: (word, does(g.admin.name) or ""))
        still_seen = hub.places.school(hub.boxes.one(box_id).school_id).within(g.admin.place)
        return redirect(f"/boxes/{box_id}" if still_seen else "/boxes", HTTPStatus.SEE_OTHER)

    @pages.post("/boxes/<box_id>/rename")
    @page.needs_admin(hub)
    def rename_box(box_id: str) -> BaseResponse:
        label = request.form.get("name", "")
        return done(box_id, "renamed", lambda by: hub.care.rename(box_id, label, by=by))

    @pages.post("/boxes/<box_id>/move")
    @page.needs_admin(hub)
    def move_box(box_id: str) -> BaseResponse:
        school, is_new = asked_school(), "new" in request.form
        return done(box_id, "moved", lambda by: hub.care.move(box_id, school, by=by, is_new=is_new))

    @pages.post("/boxes/<box_id>/replace")
    @page.needs_admin(hub)
    def replace_box(box_id: str) -> BaseResponse:
        return done(box_id, "code", lambda by: hub.care.replace(box_id, by=by).code)

    @pages.post("/boxes/<box_id>/withdraw")
    @page.needs_admin(hub)
    def withdraw_box(box_id: str) -> BaseResponse:
        return done(box_id, "withdrawn", lambda by: hub.care.withdraw(box_id, by=by))

    @pages.post("/boxes/<box_id>/told-apart")
    @page.needs_admin(hub)
    def told_apart(box_id: str) -> BaseResponse:
        return done(box_id, "told-apart", lambda by: hub.care.told_apart(box_id, by=by))


def trying(does: Callable[[], tuple[str, str]]) -> None:
    """Do something, and tell on the next page how it went: `does` gives the fixed word and what else is to be said."""
    try:
        word, detail = does()
    except BadRequestError:
        word, detail = "wrong", ""
    except NotFoundError:
        word, detail = "school-unknown", ""
    except CodeError as exc:
        word, detail = exc.reason, ""
    flash(detail, word)


def asked_school() -> tuple[str, str]:
    """Read which school a form names; a municipality's people choose among their own."""
    return request.form.get("school", ""), g.admin.place.municipality or request.form.get("municipality", "")
