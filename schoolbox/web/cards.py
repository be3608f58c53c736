"""The teacher's cards: make them, print them, replace a lost one."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from schoolbox.errors import NotFoundError
from schoolbox.services.card_sheet import CardText, SheetWords, draw
from schoolbox.services.cards import CardClass
from schoolbox.services.pictures import pictures_of
from schoolbox.web.access import Role, allow, signed_in
from schoolbox.web.context import box
from schoolbox.web.i18n import _, language
from schoolbox.web.numbers import DIGITS_MAX
from schoolbox.web.reaching import numbers_first
from schoolbox.web.words import PICTURES

room = Blueprint("cards", __name__)


@room.get("/classes/<int:class_id>/cards")
@allow(Role.TEACHER)
def show(class_id: int) -> ResponseReturnValue:
    """Say what new cards change, and offer the sheet that was made last."""
    teacher, hosts = signed_in().person_id, numbers_first(box().addresses())
    chosen = request.args.get("pupil", "")
    return render_template(
        "cards/show.html", page=box().cards.of_class(teacher, class_id), chosen=chosen, hosts=hosts,
        ready=box().cards.sheet(teacher, class_id) is not None,
    )  # fmt: skip


@room.post("/classes/<int:class_id>/cards")
@allow(Role.TEACHER)
def make(class_id: int) -> ResponseReturnValue:
    """Make new cards, keep their sheet for printing, and show the page with it."""
    teacher, asked = signed_in().person_id, request.form.get("pupil", "")
    if asked and not (asked.isascii() and asked.isdigit() and len(asked) <= DIGITS_MAX):
        raise NotFoundError(kind="pupil", key=asked[:DIGITS_MAX])
    person_id = int(asked) if asked else None
    page = box().cards.of_class(teacher, class_id)
    made = box().cards.make(teacher, class_id, person_id=person_id, with_pins=request.form.get("pins") == "new")
    base = f"http://{_host(request.form.get('host', ''))}"
    nationwide = "nationwide" in request.form
    texts = [
        CardText(
            card.given_name, card.surname, f"{base}/card/{card.code}", _secret(card.pin),
            card.nationwide if nationwide else "",
        )
        for card in made
    ]  # fmt: skip
    box().cards.keep_sheet(teacher, class_id, draw(texts, _words(page)))
    return redirect(url_for("cards.show", class_id=class_id), 303)


@room.get("/classes/<int:class_id>/cards/sheet")
@allow(Role.TEACHER)
def sheet(class_id: int) -> ResponseReturnValue:
    """The sheet that was made last, as a PDF; it may be fetched again while it is kept."""
    pdf = box().cards.sheet(signed_in().person_id, class_id)
    if pdf is None:
        return redirect(url_for("cards.show", class_id=class_id), 303)
    headers = {"Content-Disposition": f'inline; filename="cards-{class_id}.pdf"', "Cache-Control": "no-store"}
    return Response(pdf, mimetype="application/pdf", headers=headers)


def _host(wanted: str) -> str:
    """The address that was chosen; anything else than one of ours is none."""
    hosts = numbers_first(box().addresses())
    return wanted if wanted in hosts else hosts[0]


def _secret(pin: str) -> str:
    """The line of a new PIN or new pictures."""
    if names := pictures_of(pin):
        return ", ".join(_(PICTURES[name]) for name in names)
    return f"{_('PIN')}  {pin}" if pin else ""


def _words(page: CardClass) -> SheetWords:
    class_name, school = page.school_class.name, box().school.facts().name
    heading = _("class %(name)s", name=class_name)
    addresses = f" {_('or')} ".join(numbers_first(box().addresses())[:2])
    return SheetWords(
        title=_("Sign-in cards, class %(name)s", name=class_name),
        language=language(),
        heading=f"{school}, {heading}" if school else heading,
        with_camera=_("Open the camera of the phone and point it at the code."),
        without_camera=_(
            "Without a camera: open %(addresses)s, choose class %(name)s and your name, then your PIN or pictures.",
            addresses=addresses, name=class_name,
        ),
    )  # fmt: skip
