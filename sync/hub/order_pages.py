"""The pages on which a ministry or municipality orders settings and writes notices: for a place, or for one box."""

from http import HTTPStatus

from flask import Blueprint, Response, flash, g, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from sync.hub import page
from sync.hub.box_pages import trying
from sync.hub.orders import EVERYWHERE, Standing, scope_of_box, scope_of_place
from sync.hub.reports.places import EVERYTHING, Place
from sync.hub.services import Hub
from sync.languages import LANGUAGES
from sync.orders import AUDIENCES, SETTINGS


def add_orders(pages: Blueprint, hub: Hub) -> None:
    """Add the pages."""

    @pages.get("/orders")
    @pages.get("/municipalities/<municipality>/orders")
    @page.needs_admin(hub)
    def orders(municipality: str = "") -> Response:
        scope = _scope_at(hub, municipality)
        return _show(hub, _place_of(hub, scope), (EVERYWHERE, scope) if scope else (scope,))

    @pages.get("/boxes/<box_id>/orders")
    @page.needs_admin(hub)
    def orders_of_box(box_id: str) -> Response:
        place = _place_of(hub, scope_of_box(box_id))
        scopes = (EVERYWHERE, scope_of_place(place), scope_of_box(box_id))
        return _show(hub, place, scopes, hub.orders.standing(box_id))

    @pages.post("/orders")
    @pages.post("/municipalities/<municipality>/orders")
    @page.needs_admin(hub)
    def order(municipality: str = "") -> BaseResponse:
        return _ordered(hub, _scope_at(hub, municipality))

    @pages.post("/boxes/<box_id>/orders")
    @page.needs_admin(hub)
    def order_box(box_id: str) -> BaseResponse:
        return _ordered(hub, scope_of_box(box_id))

    _add_notices(pages, hub)


def _add_notices(pages: Blueprint, hub: Hub) -> None:
    """Add what writes and ends notices."""

    @pages.post("/orders/notices")
    @pages.post("/municipalities/<municipality>/orders/notices")
    @page.needs_admin(hub)
    def write_notice(municipality: str = "") -> BaseResponse:
        return _written(hub, _scope_at(hub, municipality))

    @pages.post("/boxes/<box_id>/orders/notices")
    @page.needs_admin(hub)
    def write_notice_for_box(box_id: str) -> BaseResponse:
        return _written(hub, scope_of_box(box_id))

    @pages.post("/notices/<int:number>/end")
    @page.needs_admin(hub)
    def end_notice(number: int) -> BaseResponse:
        scope = hub.orders.scope_of_notice(number)
        _place_of(hub, scope)
        hub.orders.end_notice(number, by=g.admin.name)
        flash("", "notice-ended")
        return _to(scope)


def _scope_at(hub: Hub, municipality: str) -> str:
    """Give the scope of an address: a municipality, or the place of the person who is signed in."""
    named = municipality.replace("~", "/")
    return scope_of_place(hub.places.municipality(named) if named else g.admin.place)


def _place_of(hub: Hub, scope: str) -> Place:
    """Give the place of a scope to whoever may order there.

    Raises:
        NotFoundError: It is outside of what the person who is signed in may see.
        ForbiddenError: The person only looks.
    """
    if scope.startswith("b:"):
        return page.only_caring(hub.places.school(hub.boxes.one(scope[2:]).school_id))
    return page.only_caring(hub.places.municipality(scope[2:]) if scope != EVERYWHERE else EVERYTHING)


def _show(hub: Hub, place: Place, scopes: tuple[str, ...], standing: Standing | None = None) -> Response:
    """Show what is ordered in the last of the scopes, beside what holds there anyway."""
    own = scopes[-1]
    wider = {wish.name: wish for wish in hub.orders.wishes(*scopes[:-1])}
    return page.show(
        "orders.html", place=place, scope=own, box_id=own[2:] if own.startswith("b:") else "", names=SETTINGS,
        wider=wider, mine={wish.name: wish.value for wish in hub.orders.wishes(own)}, standing=standing,
        notices=hub.orders.notices(*scopes), audiences=AUDIENCES, tags=LANGUAGES, here=_address(own),
        may_end={scope for scope in scopes if _may_end(scope)},
        below=hub.places.names(place) if place.level == "country" else [],
    )  # fmt: skip


def _may_end(scope: str) -> bool:
    """Whether the person who is signed in may end a notice of this scope, which is one of a page that they see."""
    return scope != EVERYWHERE or g.admin.place.level == "country"


def _ordered(hub: Hub, scope: str) -> BaseResponse:
    """Order what a form says."""
    _place_of(hub, scope)

    def order() -> tuple[str, str]:
        hub.orders.set_all(scope, {name: request.form.get(name, "") for name in SETTINGS}, by=g.admin.name)
        return "ordered", ""

    trying(order)
    return _to(scope)


def _written(hub: Hub, scope: str) -> BaseResponse:
    """Write the notice of a form."""
    _place_of(hub, scope)
    texts = {tag: text for tag in LANGUAGES if (text := request.form.get(f"text-{tag}", ""))}
    audience, until = request.form.get("audience", ""), request.form.get("until", "")
    trying(lambda: ("notice", str(hub.orders.add_notice(scope, audience, texts, until, by=g.admin.name))))
    return _to(scope)


def _address(scope: str) -> str:
    """Where the page of a scope is."""
    if scope.startswith("b:"):
        return f"/boxes/{scope[2:]}/orders"
    return f"{Place(scope, scope[2:]).home_path}/orders"


def _to(scope: str) -> BaseResponse:
    return redirect(_address(scope), HTTPStatus.SEE_OTHER)
