"""The pages for people: sign in and out, places, boxes; for everybody: check and bring.

Every page but signing in, checking and bringing needs a session; without one the answer is 303 to the sign-in page,
which comes back.
"""

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, g, make_response, redirect, render_template, request, session
from werkzeug.wrappers import Response as BaseResponse

from content_packs.passport import PASSPORT_BYTES_MAX
from sync.courier import RECEIPT_ENDING
from sync.hub import page
from sync.hub.box_pages import add_boxes
from sync.hub.courier_sticks import read_uploads
from sync.hub.enrolment_pages import add_enrolment
from sync.hub.errors import TooManyTriesError
from sync.hub.order_pages import add_orders
from sync.hub.place_pages import add_places
from sync.hub.publishing.pages import add_publishing
from sync.hub.refused_pages import add_refused
from sync.hub.sending_pages import add_sendings
from sync.hub.services import Hub
from sync.hub.texts import words_of
from sync.languages import LANGUAGES, spoken

TRIES_OF_AN_OFFICE = 20
"""Wrong tries that one address may make with different names before it waits: many people may sit behind one."""
COURIERS_AT_ONCE = 20


def make_pages(hub: Hub) -> Blueprint:
    """Make the part of the hub that people look at."""
    pages = Blueprint("pages", __name__, template_folder="templates")

    @pages.before_app_request
    def prepare() -> None:
        asked = (request.args.get("lang", ""), request.cookies.get("lang", ""), *request.accept_languages.values())
        g.lang = next(filter(None, (spoken(tag, "") for tag in asked)), "en")
        g.texts = words_of(g.lang)
        g.hub_title = hub.settings.values.title
        g.publishes = hub.publishing is not None
        g.admin = None
        g.behind_s = 0.0

    @pages.after_app_request
    def remember_language(response: Response) -> Response:
        if request.args.get("lang") in LANGUAGES:
            response.set_cookie("lang", g.lang, max_age=365 * 86_400, samesite="Lax", httponly=True)
        behind_s = g.get("behind_s", 0.0)  # what is refused before all else was not prepared
        if behind_s > page.BEHIND_SAID_S:
            response.headers["Schoolbox-Behind-Seconds"] = str(round(behind_s))
        return response

    _add_signing_in(pages, hub)
    add_places(pages, hub)
    add_boxes(pages, hub)
    add_enrolment(pages, hub)
    add_orders(pages, hub)
    add_sendings(pages, hub)
    add_refused(pages, hub)
    add_publishing(pages, hub)
    _add_checking(pages, hub)
    _add_couriers(pages, hub)
    return pages


def show_error(status: int) -> Response:
    """Show what went wrong, what is safe and what to do; nothing about the inside."""
    response = make_response(render_template("error.html", status=status, **page.words()))
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response


def _add_signing_in(pages: Blueprint, hub: Hub) -> None:
    """Add the ways in and out."""

    @pages.get("/sign-in")
    def sign_in() -> Response:
        return page.show("sign_in.html", name="", problem=None, then=_local(request.args.get("next")))

    @pages.post("/sign-in")
    def signed_in() -> BaseResponse:
        then, name = _local(request.form.get("next")), request.form.get("name", "")[:200]
        problem = _sign_in(hub, name, request.form.get("password", "")[:1000])
        if problem is None:
            return redirect(then, HTTPStatus.SEE_OTHER)
        response = page.show("sign_in.html", name=name, problem=problem, then=then)
        response.status_code = HTTPStatus.TOO_MANY_REQUESTS if problem == "slow" else HTTPStatus.UNPROCESSABLE_ENTITY
        return response

    @pages.post("/sign-out")
    def sign_out() -> BaseResponse:
        session.clear()
        return redirect("/sign-in", HTTPStatus.SEE_OTHER)


def _sign_in(hub: Hub, name: str, password: str) -> str | None:
    """Begin a session, or say in a word why not."""
    guard, source = f"sign-in {request.remote_addr} {name.casefold()[:80]}", f"sign-in from {request.remote_addr}"
    try:
        hub.throttle.check(guard)
        hub.throttle.check(source, free=TRIES_OF_AN_OFFICE)
        admin = hub.admins.sign_in(name, password)
    except TooManyTriesError:
        return "slow"
    if admin is None:
        hub.throttle.failed(guard)
        hub.throttle.failed(source)
        current_app.logger.warning("sign-in refused from=%s", request.remote_addr)
        return "wrong"
    hub.throttle.succeeded(guard)
    hub.throttle.succeeded(source)
    session.clear()
    session.permanent = True
    session.update(admin=admin.id, epoch=admin.epoch)
    return None


def _local(target: str | None) -> str:
    """Keep only ways back that stay on this hub."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or not target.isprintable():
        return "/"
    return "/" if urlsplit(target).netloc else target


def _add_checking(pages: Blueprint, hub: Hub) -> None:
    """Add the page on which anybody checks a certificate or a passport; what is checked is in no address and no log."""

    @pages.get("/check")
    def check() -> Response:
        g.admin = page.admin_of(hub)
        return page.show("check.html", found=None)

    @pages.post("/check")
    def checked() -> Response:
        g.admin = page.admin_of(hub)
        file, text = request.files.get("passport"), request.form.get("code", "")
        raw = file.read(PASSPORT_BYTES_MAX + 1) if file else b""
        return page.show("check.html", found=hub.papers.passport(raw) if raw else hub.papers.certificate(text))


def _add_couriers(pages: Blueprint, hub: Hub) -> None:
    """Add the page to which anybody brings what a box wrote: it is signed and sealed, so nobody has to sign in."""

    @pages.get("/courier")
    def courier() -> Response:
        g.admin = page.admin_of(hub)
        return page.show("courier.html", brought=None)

    @pages.post("/courier")
    def brought() -> Response:
        g.admin = page.admin_of(hub)
        guard = f"courier {request.remote_addr}"
        hub.throttle.check(guard, free=TRIES_OF_AN_OFFICE)
        files = [(file.filename or "", file.stream) for file in request.files.getlist("courier")[:COURIERS_AT_ONCE]]
        found = read_uploads(hub.couriers, files)
        for _one in found.refused:
            hub.throttle.failed(guard)
        if not found.refused:
            hub.throttle.harmless(guard)
        return page.show("courier.html", brought=found)

    @pages.get("/courier/receipts/<box_id>/<sha256>")
    def receipts(box_id: str, sha256: str) -> Response:
        answer = Response(hub.couriers.receipts_for(box_id, sha256), mimetype="application/octet-stream")
        answer.headers["Content-Disposition"] = f'attachment; filename="{box_id}{RECEIPT_ENDING}"'
        answer.headers["Cache-Control"] = "no-store"
        return answer
