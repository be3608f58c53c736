"""A poster for the wall of a classroom: which Wi-Fi to join, and where the box is found, as a code and to be typed."""

from flask import Blueprint, render_template, request

from schoolbox.web.access import Role, allow
from schoolbox.web.context import box
from schoolbox.web.reaching import numbers_first, qr

room = Blueprint("poster", __name__)
WELCOME = (
    ("sq", "Mirë se erdhe"), ("sr", "Добро дошли"), ("bs", "Dobro došli"), ("tr", "Hoş geldin"),
    ("rom", "Mišto avilen"),
)  # fmt: skip
"""A greeting in each language of the schools, whichever the poster is in."""
NAME_LENGTH_MAX = 32
"""Source: IEEE 802.11, the name of a network has at most 32 bytes."""


@room.get("/poster")
@allow(Role.TEACHER, Role.TECHNICIAN)
def show() -> str:
    """Show it as it will be printed; what stands on it can be changed. Nothing of that is kept."""
    own, hosts = box().root_work.own_network(), numbers_first(box().addresses())
    wifi = " ".join(request.args.get("wifi", own.name).split())[:NAME_LENGTH_MAX]
    asked = request.args.get("host", "")
    host = asked if asked in hosts else hosts[0]
    is_open = bool(wifi) and wifi == own.name and not own.protected
    return render_template(
        "poster/show.html", wifi=wifi, is_open=is_open, hosts=hosts, host=host, code=qr(f"http://{host}/"),
        welcome=WELCOME, longest=NAME_LENGTH_MAX,
    )  # fmt: skip
