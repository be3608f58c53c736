"""The page on which boxes are taken in: one-time codes, and requests that come on a stick (PROTOCOL 13).

A ministry sees every request, a municipality those that its own people brought, and takes boxes in for its own schools.
"""

from functools import partial
from http import HTTPStatus

from flask import Blueprint, Response, g, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from sync.enrolment_files import ANSWER_ENDING, FILE_BYTES_MAX
from sync.hub import page
from sync.hub.box_pages import asked_school, trying
from sync.hub.deeds import note
from sync.hub.errors import NotFoundError
from sync.hub.requests import Asked
from sync.hub.services import Hub

REQUESTS_AT_ONCE = 20


def add_enrolment(pages: Blueprint, hub: Hub) -> None:
    """Add the page."""

    @pages.get("/enrolment")
    @page.needs_admin(hub)
    def enrolment() -> Response:
        own = page.only_caring(g.admin.place)
        return page.show(
            "enrolment.html", waiting=hub.requests.waiting(own.municipality), names=hub.places.names(own),
            answered=hub.requests.answered(own.municipality), codes=hub.codes.open(own.municipality),
        )  # fmt: skip

    @pages.post("/enrolment")
    @page.needs_admin(hub)
    def bring() -> BaseResponse:
        page.only_caring(g.admin.place)
        files = [file for file in request.files.getlist("request") if file.filename][:REQUESTS_AT_ONCE]
        for file in files:
            trying(partial(_taken, hub, file.stream.read(FILE_BYTES_MAX + 1)))
        return _back()

    @pages.post("/enrolment/<mark>/bind")
    @page.needs_admin(hub)
    def bind(mark: str) -> BaseResponse:
        asked = _seen(hub, mark)
        trying(lambda: ("bound", hub.requests.bind_request(asked.mark, asked_school(), by=g.admin.name).check_number))
        return _back()

    @pages.get("/enrolment/<mark>/answer")
    @page.needs_admin(hub)
    def answer(mark: str) -> Response:
        asked = _seen(hub, mark)
        if asked.answer is None:
            raise NotFoundError("Nobody answered this request yet.")
        response = Response(asked.answer, mimetype="application/octet-stream")
        response.headers["Content-Disposition"] = f'attachment; filename="{asked.box}{ANSWER_ENDING}"'
        response.headers["Cache-Control"] = "no-store"
        return response

    _add_codes(pages, hub)


def _add_codes(pages: Blueprint, hub: Hub) -> None:
    """Add what can be done with codes."""

    @pages.post("/enrolment/code")
    @page.needs_admin(hub)
    def make_code() -> BaseResponse:
        page.only_caring(g.admin.place)
        trying(lambda: ("code", _coded(hub)))
        return _back()

    @pages.post("/enrolment/codes/<mark>/withdraw")
    @page.needs_admin(hub)
    def withdraw_code(mark: str) -> BaseResponse:
        own = page.only_caring(g.admin.place)
        code = hub.codes.withdraw(mark, own.municipality, by=g.admin.name)
        trying(lambda: ("code-ended", f"{code.school}, {code.municipality}"))
        return _back()


def _taken(hub: Hub, raw: bytes) -> tuple[str, str]:
    """Take a request in; one that brings a good code is answered at once."""
    asked = hub.requests.take(raw, municipality=g.admin.place.municipality)
    return ("bound", asked.check_number) if asked.answer else ("asked", asked.box)


def _coded(hub: Hub) -> str:
    """Make a one-time code for a school."""
    made = hub.enrolments.make_code(*asked_school())
    with hub.database.write() as db:
        note(db, "code", by=g.admin.name, at=hub.clock.now(), detail=f"{made.school}, {made.municipality}")
    return made.code


def _seen(hub: Hub, mark: str) -> Asked:
    """Find a request that the person who is signed in may see.

    Raises:
        NotFoundError: There is none.
    """
    own = page.only_caring(g.admin.place)
    return hub.requests.one(mark, own.municipality)


def _back() -> BaseResponse:
    return redirect("/enrolment", HTTPStatus.SEE_OTHER)
