"""The cookie of a browser: signed, and without a date.

Flask's own cookie holds the time of signing and an end by the calendar. A box without a battery wakes up in another
month: a cookie from "the future" would then be refused, one of this morning would be old as soon as the clock is set
right, and a browser with the right date would throw a new one away at once. How long somebody stays signed in is known
by `schoolbox.services.sign_in`, which counts by a clock that does not jump; the cookie only carries the token.
"""

import hashlib

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SessionInterface, SessionMixin, session_json_serializer
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.http import dump_cookie

KEPT_S = 31 * 86_400
"""Said to the browser as a length, which it counts by its own clock."""


class Cookies(SessionInterface):
    """Reads and writes the session of Flask."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        """Read the cookie; one that we did not sign is none."""
        text = request.cookies.get(self.get_cookie_name(app), "")
        try:
            return SecureCookieSession(_signer(app).loads(text) if text else {})
        except BadData:
            return SecureCookieSession()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the cookie if something in it changed; what is late on its way must not bring back an older one."""
        if session.accessed:
            response.vary.add("Cookie")
        if not session.modified:
            return
        name, samesite = self.get_cookie_name(app), self.get_cookie_samesite(app)
        if not session:
            response.delete_cookie(name, samesite=samesite, httponly=True)
            return
        kept_s = KEPT_S if session.permanent else None
        text = _signer(app).dumps(dict(session))
        cookie = dump_cookie(name, text, max_age=kept_s, httponly=True, samesite=samesite, sync_expires=False)
        response.headers.add("Set-Cookie", cookie)


def _signer(app: Flask) -> URLSafeSerializer:
    return URLSafeSerializer(
        app.config["SECRET_KEY"], salt="schoolbox cookie", serializer=session_json_serializer,
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )  # fmt: skip
