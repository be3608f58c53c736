"""The box's own Wi-Fi: a phone that looks for the internet finds the box's welcome, and then stays.

nginx brings here whatever is asked of other computers than the box (deploy/raspberrypi/system/front/nginx.conf). A
device that was not welcomed is led to the page; one that was gets what it looks for, so that it does not leave for a
network with internet. Where the page is can also be asked (RFC 8908), which works for devices that believe an http
address; those that want https fall back on looking.

Source: RFC 8908 sections 5 and 6, RFC 8910 section 2; what each system looks for: the sources of Android's
NetworkMonitor and of NetworkManager, Microsoft's page on NCSI, Firefox's source docs on captive portals.
"""

import msgspec
from flask import Blueprint, Response, redirect, render_template
from flask.typing import ResponseReturnValue

from schoolbox.web.access import EVERYBODY, allow
from schoolbox.web.context import box
from schoolbox.web.doorway import address

room = Blueprint("captive", __name__)
OWN_ADDRESS = "10.42.0.1"
"""Of the box in its own Wi-Fi: deploy/raspberrypi/firstboot/network_files.py."""
APPLE = "<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>"
FIREFOX = '<meta http-equiv="refresh" content="0;url=https://support.mozilla.org/kb/captive-portal"/>'
LOOKED_FOR: dict[str, tuple[str, str]] = {
    "generate_204": ("", ""),
    "gen_204": ("", ""),
    "hotspot-detect.html": (APPLE, "text/html"),
    "library/test/success.html": (APPLE, "text/html"),
    "connecttest.txt": ("Microsoft Connect Test", "text/plain"),
    "ncsi.txt": ("Microsoft NCSI", "text/plain"),
    "success.txt": ("success\n", "text/plain"),
    "canonical.html": (FIREFOX, "text/html"),
    "check_network_status.txt": ("NetworkManager is online\n", "text/plain"),
    "nm-check.txt": ("NetworkManager is online\n", "text/plain"),
}
"""What devices ask for, and the answer that means "internet"; no words is 204."""


@room.get("/network-check/")
@room.get("/network-check/<path:asked>")
@allow(*EVERYBODY)
def check(asked: str = "") -> ResponseReturnValue:
    """Answer for a computer on the internet that cannot be reached from here."""
    is_welcomed = address() in box().welcomed
    if is_welcomed and asked in LOOKED_FOR:
        words, mime = LOOKED_FOR[asked]
        answer = Response(words, status=200 if words else 204, mimetype=mime or None)
    else:
        answer = Response(status=302, headers={"Location": f"http://{OWN_ADDRESS}/{'' if is_welcomed else 'welcome'}"})
    answer.headers["Cache-Control"] = "no-store"
    return answer


@room.get("/captive-portal/api")
@allow(*EVERYBODY)
def api() -> ResponseReturnValue:
    """Say to a device that asks whether it is held here, and where the page is (RFC 8908 section 5)."""
    said = {"captive": address() not in box().welcomed, "user-portal-url": f"http://{OWN_ADDRESS}/welcome"}
    return Response(
        msgspec.json.encode(said), mimetype="application/captive+json", headers={"Cache-Control": "private, no-store"}
    )


@room.get("/welcome")
@allow(*EVERYBODY)
def welcome() -> ResponseReturnValue:
    """Say where this is, and what to press."""
    return render_template("welcome/show.html", here=OWN_ADDRESS, stays=address() in box().welcomed)


@room.get("/welcome/stay")
@allow(*EVERYBODY)
def stay() -> ResponseReturnValue:
    """Let the device stay; a link, because the small browser in which phones show this keeps no cookies."""
    box().welcomed.note(address())
    return redirect("/welcome", 303)
