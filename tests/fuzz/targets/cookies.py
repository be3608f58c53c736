"""The cookie of a browser: only what we signed says anything, whatever else is sent in its place.

What stands behind `TAIL` is put behind a cookie that we signed.
"""

from functools import cache

from flask import Flask

from schoolbox.web.cookies import Cookies
from tests.fuzz.target import Target

_SAID: tuple[dict[str, str], ...] = ({"token": "abc"}, {"token": "x" * 3000, "csrf": "1"}, {})


@cache
def _app() -> Flask:
    app = Flask("fuzz")
    app.secret_key = b"the same in every process"
    return app


@cache
def _signed() -> tuple[str, ...]:
    """Cookies that a box gave out."""
    cookies, given = Cookies(), []
    for said in _SAID[:2]:
        with _app().test_request_context("/") as asked:
            session = cookies.open_session(_app(), asked.request)
            session.update(said)
            response = _app().response_class()
            cookies.save_session(_app(), session, response)
            given.append(response.headers["Set-Cookie"].partition("=")[2].partition(";")[0])
    return tuple(given)


def run(data: bytes) -> None:
    value, mark, tail = data.decode("latin-1").partition("TAIL")
    sent = _signed()[0] + tail if mark else value
    with _app().test_request_context("/", environ_overrides={"HTTP_COOKIE": f"session={sent}"}) as asked:
        session = Cookies().open_session(_app(), asked.request)
    assert dict(session) in _SAID


TARGET = Target(
    run=run,
    allowed=(),
    seeds=lambda: [
        *(each.encode() for each in _signed()), b"TAIL", b"TAIL; session=x", b".eJw.x", b"a.b.c", b"", b'"\\073"',
    ],
    words=(b"session=", b"; ", b".", b"\\054", b'"', b"TAIL", b"\xff", b"\0"),
    max_bytes=8192,
    runs=800,
)  # fmt: skip
