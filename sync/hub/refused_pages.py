"""The page about what boxes sent and the hub could not store: for the ministry, who lets the maintainers know."""

import uuid
from http import HTTPStatus

from flask import Blueprint, Response, flash, g, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from sync.hub import page
from sync.hub.landing.refusals import let_go, refused
from sync.hub.reports.places import EVERYTHING
from sync.hub.services import Hub

SHOWN = 200
"""More refused statements are listed by the command only."""
COUNTED_AT_ONCE = 5_000
"""Late statements that one press lets count, so that it is answered in a moment; the rest is listed still."""
_DIGITS_MAX = 18


def add_refused(pages: Blueprint, hub: Hub) -> None:
    """Add the page, and what can be done on it."""

    @pages.get("/refused")
    @page.needs_admin(hub)
    def refused_page() -> Response:
        page.only_within(EVERYTHING)
        found = refused(hub.database, SHOWN + 1)
        aside = hub.aside.all() if hub.aside else []
        late = hub.late.boxes()
        return page.show("refused.html", refused=found[:SHOWN], is_more=len(found) > SHOWN, aside=aside, late=late)

    @pages.post("/refused/late")
    @page.needs_admin(hub)
    def decide_late() -> BaseResponse:
        page.only_within(EVERYTHING)
        _decide_late(hub, request.form.get("box", ""), request.form.get("do", ""))
        return redirect("/refused", HTTPStatus.SEE_OTHER)

    @pages.post("/refused/again")
    @page.needs_admin(hub)
    def try_again() -> BaseResponse:
        page.only_within(EVERYTHING)
        if hub.aside and hub.landings:
            flash(str(hub.aside.try_again(by=g.admin.name)), "again")
            hub.landings.came.set()
        return redirect("/refused", HTTPStatus.SEE_OTHER)

    @pages.post("/refused/let-go")
    @page.needs_admin(hub)
    def let_one_go() -> BaseResponse:
        page.only_within(EVERYTHING)
        found = _marked()
        if found and let_go(hub.database, *found, by=g.admin.name, at=hub.clock.now()):
            flash("", "let-go")
        return redirect("/refused", HTTPStatus.SEE_OTHER)


def _decide_late(hub: Hub, box: str, what: str) -> None:
    """Let count, or let go of, what came late from a box."""
    if what == "count":
        flash(str(hub.late.count(box, by=g.admin.name, most=COUNTED_AT_ONCE)), "counted")
    elif what == "let-go":
        flash(str(hub.late.let_go(box, by=g.admin.name)), "late-let-go")


def _marked() -> tuple[uuid.UUID, int] | None:
    """Read which statement a form means; None if it means none."""
    one, _, at = request.form.get("mark", "").partition("/")
    if not (at.isascii() and at.isdecimal() and len(at) <= _DIGITS_MAX):
        return None
    try:
        return uuid.UUID(one), int(at)
    except ValueError:
        return None
