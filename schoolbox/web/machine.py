"""The machine under the box, for the technician, where root's helper is: Wi-Fi, time zone, starting again, off."""

import msgspec
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from schoolbox.errors import NotFoundError
from schoolbox.services.root_work import RootWork
from schoolbox.web.access import Role, allow, signed_in
from schoolbox.web.context import box
from schoolbox.web.i18n import _

room = Blueprint("machine", __name__)
NAME_BYTES_MAX = 32
PASSWORD_MIN, PASSWORD_MAX = 8, 63
NEAR = (
    "Europe/Belgrade", "Europe/Tirane", "Europe/Skopje", "Europe/Podgorica", "Europe/Sarajevo", "Europe/Zagreb",
    "Europe/Istanbul", "Europe/Berlin", "Europe/Zurich",
)  # fmt: skip
"""Zones that stand first: of Kosovo, around it, and where many of its families live."""
KEEP = "*"
"""Said in place of a password: the one that is there stays (deploy/raspberrypi/helper/network.py)."""


class Typed(msgspec.Struct, frozen=True):
    """What was typed into the form of the Wi-Fi."""

    name: str
    password: str
    is_open: bool
    country: str
    countries: tuple[str, ...]

    @property
    def wrong(self) -> str:
        """Which field cannot be; empty if all can."""
        if not 0 < len(self.name.encode()) <= NAME_BYTES_MAX or not self.name.isprintable():
            return "name"
        plain = all(" " <= each <= "~" for each in self.password)
        fits = not self.password or (plain and PASSWORD_MIN <= len(self.password) <= PASSWORD_MAX)
        if not self.is_open and not fits:
            return "password"
        return "country" if self.countries and self.country not in self.countries else ""

    @property
    def word(self) -> str:
        """The password as it is asked for."""
        return "" if self.is_open else self.password or KEEP


@room.get("/machine")
@allow(Role.TECHNICIAN)
def show() -> ResponseReturnValue:
    """Show what can be done with it."""
    return _page(_root())


@room.post("/machine/restart")
@allow(Role.TECHNICIAN)
def restart() -> ResponseReturnValue:
    """Start the machine again.

    Raises:
        NotDoneError: The system did not.
    """
    _root().ask("restart")
    box().events.note_done("machine_restarted", by=signed_in().person_id)
    flash(_("The machine starts again now. In two minutes the box is back."))
    return redirect(url_for("machine.show"), 303)


@room.post("/machine/off")
@allow(Role.TECHNICIAN)
def switch_off() -> ResponseReturnValue:
    """Switch the machine off.

    Raises:
        NotDoneError: The system did not.
    """
    _root().ask("switch_off")
    box().events.note_done("machine_switched_off", by=signed_in().person_id)
    flash(_("The machine goes off now. Wait until its light is out, then pull the plug."))
    return redirect(url_for("machine.show"), 303)


@room.post("/machine/network")
@allow(Role.TECHNICIAN)
def change_network() -> ResponseReturnValue:
    """Give the box's own Wi-Fi another name or password, and the radio another country.

    Raises:
        NotDoneError: The system did not.
    """
    root, form = _root(), request.form
    known, password = root.own_network(), form.get("password", "")
    is_open = "open" in form or (not known.protected and not password)
    country = form.get("country", known.country).strip().upper() if known.countries else known.country
    typed = Typed(form.get("name", "").strip(), password, is_open, country, known.countries)
    if typed.wrong:
        return _page(root, typed=typed), 400
    root.ask("network", name=typed.name, password=typed.word, country=typed.country)
    box().events.note_done("own_network_changed", by=signed_in().person_id)
    flash(_("The Wi-Fi is as you said in a moment. Whoever is in it joins again."))
    return redirect(url_for("machine.show"), 303)


@room.post("/machine/zone")
@allow(Role.TECHNICIAN)
def change_zone() -> ResponseReturnValue:
    """Give the box another time zone.

    Raises:
        NotDoneError: The system did not.
    """
    root, zone = _root(), request.form.get("zone", "").strip()
    if zone not in root.time_zone().zones:
        return _page(root, no_zone=zone[:60]), 400
    root.choose_time_zone(zone)
    box().events.note_done("time_zone_changed", by=signed_in().person_id, zone=zone)
    flash(_("The time zone is %(zone)s. All pages show it from now on; nothing has to be started again.", zone=zone))
    return redirect(url_for("machine.show"), 303)


def _root() -> RootWork:
    """What does root's work.

    Raises:
        NotFoundError: No helper is installed: there is no such page.
    """
    if not box().root_work.is_there:
        raise NotFoundError(kind="page", key="machine")
    return box().root_work


def _page(root: RootWork, *, typed: Typed | None = None, no_zone: str | None = None) -> str:
    wrong, known = typed.wrong if typed else "", root.time_zone()
    near = [zone for zone in NEAR if zone in known.zones]
    return render_template(
        "machine/show.html", network=root.own_network(), typed=typed, wrong=wrong, time_zone=known, near=near,
        no_zone=no_zone, now=box().clock.now(),
    )  # fmt: skip
