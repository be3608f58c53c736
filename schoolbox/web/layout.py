"""What every template may use: words, numbers, drawings, the frame of the page with its places and its person."""

from urllib.parse import urlencode

import msgspec
from flask import Flask, request, url_for
from flask_wtf.csrf import generate_csrf

from schoolbox.marks import N_
from schoolbox.services.pictures import pictures_of
from schoolbox.web import (
    access,
    context,
    doorway,
    i18n,
    languages,
    markup,
    report_words,
    response_words,
    stick_words,
    words,
)
from schoolbox.web.assets import Assets
from schoolbox.wiring import Box
from sync.markup import plain


class Place(msgspec.Struct, frozen=True):
    """One of the few places of the navigation; `rooms` are the blueprints that count as being there."""

    endpoint: str
    words: str
    drawing: str
    rooms: tuple[str, ...]


HOME = Place("home.show", N_("Home"), "i-home", ("home",))
SUBJECTS = Place("library.areas", N_("Subjects"), "i-grid", ("library", "items", "quizzes"))
SEARCH = Place("search.find", N_("Search"), "i-search", ("search",))
ACHIEVED = Place("achievements.show", N_("My progress"), "i-seal", ("achievements",))
OF_CLASSES = ("classes", "lessons", "cards", "sessions", "own_quizzes", "class_tests")
CLASSES = Place("classes.mine", N_("Classes"), "i-users", OF_CLASSES)
REPORTS = Place("reports.classes", N_("Reports"), "i-chart", ("reports",))
STATUS = Place("status.show", N_("Status"), "i-chart", ("status", "setup", "reset", "policy", "line", "programs"))
PEOPLE = Place(
    "people.show_all", N_("People"), "i-users",
    ("people", "school_classes", "rosters", "transfers", "transfer_sticks", "transfer_hub", "privacy"),
)
USB = Place("sticks.show_all", N_("USB"), "i-usb", ("sticks", "jobs", "packs", "uploads"))

PLACES = {
    "guest": (HOME, SUBJECTS, SEARCH),
    "pupil": (HOME, SUBJECTS, SEARCH, ACHIEVED),
    "teacher": (CLASSES, REPORTS, SUBJECTS, SEARCH, USB),
    "technician": (STATUS, PEOPLE, SUBJECTS, SEARCH, USB),
}


def install(app: Flask, box: Box, assets: Assets) -> None:
    """Give the templates of an app their words and tools."""
    app.extensions["assets"] = assets
    app.jinja_env.globals.update(
        _=i18n._,
        ngettext=i18n.ngettext,
        asset=assets.url,
        icon=assets.icon,
        symbol=assets.symbol,
        sprite=assets.sprite,
        csrf_token=generate_csrf,
        language=i18n.language,
        languages_offered=lambda: languages.offered(box),
        language_url=_language_url,
        places=_places,
        pictures=words.PICTURES,
        pictures_of=pictures_of,
        allowed_here=box.policy.allowed,
        viewer=access.viewer,
        wants_time=box.boots.wants_device,
        fell_out=doorway.fell_out,
        program_on=box.programs.offer_of,
        takes_programs=box.programs.installed,
        hub_notices=box.hub_orders.notices,
        school=box.school.name,
        addresses=box.addresses,
    )
    app.jinja_env.filters.update(
        pick=i18n.pick,
        clock=i18n.clock,
        size=i18n.size,
        number=i18n.number,
        when=i18n.when,
        day=i18n.day,
        dated=i18n.dated,
        rich=markup.rich,
        rich_said=markup.rich_said,
        plain=plain,
        **words.FILTERS,
        **report_words.FILTERS,
        **response_words.FILTERS,
        **stick_words.FILTERS,
    )


def _places() -> list[tuple[Place, bool]]:
    """The places of whoever is looking, each with whether this page is there."""
    who = access.viewer()
    if who is None and not context.box().policy.allowed().guests_watch:
        return []
    return [(place, request.blueprint in place.rooms) for place in PLACES[who.role if who else "guest"]]


def _language_url(language: str) -> str:
    """This page in another language; a page that was posted leads home."""
    if request.method != "GET" or request.endpoint is None or request.view_args is None:
        return url_for("home.show", lang=language)
    asked = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
    return f"{url_for(request.endpoint, **request.view_args)}?{urlencode([*asked, ('lang', language)])}"
