"""What every page of the hub shares: the reader's language, who is signed in, the answer that no cache keeps.

    page.show("boxes.html", boxes=boxes)
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import ParamSpec, TypeVar
from urllib.parse import urlencode

from flask import Response, g, make_response, redirect, render_template, request, session
from werkzeug.wrappers import Response as BaseResponse

from sync.hub.admins import Admin
from sync.hub.errors import ForbiddenError, NotFoundError
from sync.hub.reports.places import Place
from sync.hub.services import Hub
from sync.languages import KNOWN, LANGUAGES
from sync.spreadsheet import MIMETYPES, Rows, is_format, write_spreadsheet

P = ParamSpec("P")
R = TypeVar("R")
BEHIND_SAID_S = 60
"""A replica that is less behind than this is not worth a word."""
POLICY_WITH_SCRIPTS = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
"""For the one kind of page that has a script of ours."""
PERIODS = {"week": 7, "month": 30, "year": 365}


def show(template: str, **values: object) -> Response:
    """Make a page that no cache keeps."""
    response = make_response(render_template(template, **words(), **values))
    response.headers["Cache-Control"] = "no-store"
    return response


def hand_out(name: str, form: str, rows: Rows) -> Response:
    """Hand out a table as a file.

    Raises:
        NotFoundError: There is no such form.
    """
    if not is_format(form):
        raise NotFoundError("There is no such form of a table.")
    response = Response(write_spreadsheet(form, rows), mimetype=MIMETYPES[form])
    response.headers["Content-Disposition"] = f'attachment; filename="schoolbox-{name}.{form}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def words() -> dict[str, object]:
    """Give templates what every page needs."""
    return {
        "_": g.texts.gettext, "ngettext": g.texts.ngettext, "lang": g.lang, "admin": g.admin,
        "languages": {tag: KNOWN[tag] for tag in LANGUAGES}, "hub_title": g.hub_title,
        "publishes": g.publishes, "path": request.path,
        "behind_minutes": round(g.behind_s / 60) if g.behind_s > BEHIND_SAID_S else 0,
    }  # fmt: skip


def admin_of(hub: Hub) -> Admin | None:
    """Find who is signed in."""
    admin_id, epoch = session.get("admin"), session.get("epoch")
    if not isinstance(admin_id, int) or not isinstance(epoch, int):
        return None
    return hub.admins.of_session(admin_id, epoch)


def needs_admin(
    hub: Hub, *, publishers: bool = False
) -> Callable[[Callable[P, BaseResponse]], Callable[P, BaseResponse]]:
    """Let only people in; others are led to the sign-in, which comes back. Publishers see pages of theirs only."""

    def guard(view: Callable[P, BaseResponse]) -> Callable[P, BaseResponse]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> BaseResponse:
            g.admin = admin_of(hub)
            if g.admin is None:
                return redirect(f"/sign-in?{urlencode({'next': request.path})}", HTTPStatus.SEE_OTHER)
            if g.admin.publisher and not publishers:
                return redirect("/publishing", HTTPStatus.SEE_OTHER) if request.path == "/" else _not_there()
            return view(*args, **kwargs)

        return guarded

    return guard


def at_one_moment(hub: Hub) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Read all of a report at one moment, of the replica if there is one; `g.behind_s` is how far that is behind."""

    def guard(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            def work() -> R:
                g.behind_s = hub.moments.behind_s
                return view(*args, **kwargs)

            return hub.moments.at_one_moment(work)

        return guarded

    return guard


def _not_there() -> BaseResponse:
    raise NotFoundError("There is no such page.")


def only_within(place: Place) -> Place:
    """Give a place back to whoever may look at it; for others it is not there.

    Raises:
        NotFoundError: It is outside of what the person who is signed in may see.
    """
    if not place.within(g.admin.place):
        raise NotFoundError("There is no such place.")
    return place


def only_caring(place: Place) -> Place:
    """Give a place back to whoever may do something to its boxes: a ministry, and the municipality concerned.

    Raises:
        NotFoundError: It is outside of what the person who is signed in may see.
        ForbiddenError: The person only looks.
    """
    only_within(place)
    if g.admin.place.level == "school":
        raise ForbiddenError("A school looks at its boxes; its municipality or the ministry does something to them.")
    return place


def number(of: int) -> int:
    """Read which page of a long list is asked for; the first if it is none."""
    asked = request.args.get("page", "1")
    return min(of, max(1, int(asked))) if asked.isascii() and asked.isdecimal() and len(asked) < 5 else 1


def period() -> tuple[str, int]:
    """Read the period a reader chose, its name and its days; a month if it is none we know."""
    name = request.args.get("period", "month")
    name = name if name in PERIODS else "month"
    return name, PERIODS[name]
