"""What every sign-in does with the browser: which device it is, where to go next, and a fresh cookie.

Rules: a new session gets a new token and a new mark for forms, so that nothing prepared before signing in is worth
anything after; `next` leads to a page of this box or nowhere.
"""

import secrets
from urllib.parse import urlsplit

from flask import g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from schoolbox.web.access import Role
from schoolbox.web.context import box

FIRST_PAGE = {Role.PUPIL: "home.show", Role.TEACHER: "classes.mine", Role.TECHNICIAN: "status.show"}
_LOOPBACK = ("127.0.0.1", "::1")


def device() -> str:
    """Which device this is, `address/cookie`: for spacing tries, kept nowhere but in memory."""
    if "device" not in session:
        session["device"] = secrets.token_urlsafe(12)
        session.permanent = True
    return f"{address()}/{session['device']}"


def kind_of_device() -> str:
    """What the browser says that it runs on: `phone`, `tablet`, `computer`, or nothing we know."""
    said = request.user_agent.string
    if "iPad" in said or ("Android" in said and "Mobile" not in said):
        return "tablet"
    if "Mobile" in said or "Android" in said:
        return "phone"
    return "computer" if any(name in said for name in ("Windows", "Macintosh", "X11", "CrOS")) else ""


def address() -> str:
    """Where the request comes from; behind a front server on this machine, what that server says."""
    nearest = request.remote_addr or ""
    if box().config.accel_prefix and nearest in _LOOPBACK:
        return request.headers.get("X-Real-IP", nearest)[:64]
    return nearest


def local_path(raw: str) -> str:
    """A path of this box, or nothing: no other host, no odd signs, not the doorway itself."""
    if not raw.startswith("/") or raw.startswith("//") or "\\" in raw or len(raw) > 500 or not raw.isprintable():
        return ""
    try:
        parts = urlsplit(raw)
    except ValueError:
        return ""
    inside = not parts.scheme and not parts.netloc and not parts.path.startswith(("//", "/sign-in", "/claim"))
    return raw if inside else ""


def enter(token: str, *, following: str = "") -> ResponseReturnValue:
    """Let somebody in who has just shown who they are, in place of whoever was signed in here."""
    before = session.get("token")
    if isinstance(before, str):
        box().sign_in.sign_out(before)
    kept = {key: session[key] for key in ("language", "device") if key in session}
    session.clear()
    session.update(kept, token=token)
    session.permanent = True
    g.pop("csrf_token", None)
    viewer = box().sign_in.viewer(token)
    role = Role(viewer.role) if viewer else Role.PUPIL
    return redirect(local_path(following) or url_for(FIRST_PAGE[role]), 303)


def fell_out() -> bool:
    """Say once that whoever was signed in with this browser no longer is, without having signed out.

    Nothing was done for a while, a teacher ended it, or the box was started again; a pupil who does not know would go
    on as a guest, and nothing of it would count.
    """
    if g.get("viewer") or "token" not in session:
        return False
    del session["token"]
    return True


def leave() -> None:
    """Forget who was here; the next one chooses a language anew, the device stays the same device."""
    token = session.get("token")
    if isinstance(token, str):
        box().sign_in.sign_out(token)
    kept = {key: session[key] for key in ("device",) if key in session}
    session.clear()
    session.update(kept)
    g.pop("csrf_token", None)
