"""Coming in with a card: the phone's camera opens `/card/<code>`, the pupil says "I am Arta".

Rules: opening the address changes nothing for anybody: it signs nobody in or out, and does not touch the cookie of the
session. It only leaves a short-lived cookie of its own, for `/card` alone, with the mark of the card, signed; and leads
on to `/card`, so that the code stands neither in the page's address, nor in what the browser remembers of the way, nor
in what is sent to the next page. Only the form there, with the mark of this browser's forms, signs in. On a tablet that
is handed on, going back finds a page that asks for the card again.
"""

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeSerializer

from schoolbox.errors import BoxError, SignInError, ThrottledError
from schoolbox.messages import message_of, sentences
from schoolbox.services.cards import Holder
from schoolbox.web.access import EVERYBODY, allow
from schoolbox.web.context import box
from schoolbox.web.doorway import address, enter, kind_of_device
from schoolbox.web.i18n import _

room = Blueprint("card_door", __name__)
COOKIE = "schoolbox_card"
OPEN_S = 180
"""How long somebody may look at the name before saying "this is me"."""


@room.get("/card/<code>")
@allow(*EVERYBODY)
def read(code: str) -> ResponseReturnValue:
    """Take the code of a card out of the address."""
    try:
        mark = box().cards.check(code, device=f"{address()}/")
    except (SignInError, ThrottledError) as exc:
        return _secretly(make_response(_page(None, problem=exc), message_of(exc).status))
    answer = _secretly(make_response(redirect(url_for("card_door.ask"), 303)))
    value = _signer().dumps([mark, box().boot_id, box().clock.monotonic_s()])
    answer.set_cookie(COOKIE, value, max_age=OPEN_S, path="/card", httponly=True, samesite="Lax")
    return answer


@room.get("/card")
@allow(*EVERYBODY)
def ask() -> ResponseReturnValue:
    """Ask whether this is who the card says."""
    return _secretly(make_response(_page(_holder())))


@room.post("/card")
@allow(*EVERYBODY)
def come_in() -> ResponseReturnValue:
    """Let the pupil in whose card was shown."""
    holder = _holder()
    if holder is None:
        return redirect(url_for("card_door.ask"), 303)
    answer = make_response(enter(box().sign_in.start(holder.person_id, kind=kind_of_device())))
    answer.delete_cookie(COOKIE, path="/card", httponly=True, samesite="Lax")
    return answer


def _page(holder: Holder | None, problem: BoxError | None = None) -> str:
    return render_template("sign_in/card.html", holder=holder, problem=_told(problem))


def _told(problem: BoxError | None) -> tuple[str, str, str] | None:
    if isinstance(problem, ThrottledError):
        happened, safe, _todo = sentences(problem, _)
        return happened, safe, _("Wait %(wait_s)s seconds, or sign in with your PIN.", wait_s=problem.wait_s)
    if problem is None:
        return None
    return (
        _("This card no longer works."),
        _("What you have learnt is saved."),
        _("Sign in with your PIN, or ask your teacher for a new card."),
    )


def _holder() -> Holder | None:
    """Whose card was shown to this browser just now."""
    try:
        mark, boot_id, shown_s = _signer().loads(request.cookies.get(COOKIE, ""))
    except (BadData, TypeError, ValueError):
        return None
    if boot_id != box().boot_id or not 0 <= box().clock.monotonic_s() - shown_s <= OPEN_S:
        return None
    return box().cards.holder(mark)


def _secretly(answer: Response) -> Response:
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="schoolbox card")
