"""Where staff decide what the school, a grade or a class sees of the library, and what comes first."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from schoolbox.services.outline import Outline, PackCard
from schoolbox.services.shelves import subject_shelves
from schoolbox.services.tailoring import Target
from schoolbox.services.tailoring_rules import LAST, Rule
from schoolbox.web.access import STAFF, allow, signed_in
from schoolbox.web.context import box
from schoolbox.web.i18n import _
from schoolbox.web.words import AREAS

room = Blueprint("tailoring", __name__)


@room.get("/tailoring")
@allow(*STAFF)
def choose() -> ResponseReturnValue:
    """Choose for whom."""
    return render_template("tailoring/choose.html", scopes=box().tailoring.offered(signed_in()))


@room.get("/tailoring/<scope>")
@allow(*STAFF)
def show(scope: str) -> ResponseReturnValue:
    """Show the courses, with what was decided."""
    chosen = box().tailoring.scope(signed_in(), scope)
    packs, rules = box().library.packs(), box().tailoring.rules(chosen)
    pinned = pinned_of(packs, rules)
    return render_template(
        "tailoring/show.html", scope=chosen, rules=rules, wider=box().tailoring.wider(chosen), pinned=pinned,
        shelves=subject_shelves([pack for pack in packs if pack not in pinned], tuple(AREAS)),
    )  # fmt: skip


@room.get("/tailoring/<scope>/<pack_id>")
@allow(*STAFF)
def course(scope: str, pack_id: str) -> ResponseReturnValue:
    """Show the units and items of one course, with what was decided."""
    chosen = box().tailoring.scope(signed_in(), scope)
    outline = box().library.outline(pack_id, staff=True)
    rules, wider = box().tailoring.rules(chosen), box().tailoring.wider(chosen)
    return render_template(
        "tailoring/course.html", scope=chosen, rules=rules, wider=wider, outline=outline,
        of_units=of_units(outline, rules), wider_of_units=of_units(outline, wider),
    )  # fmt: skip


@room.post("/tailoring/<scope>")
@allow(*STAFF)
def decide(scope: str) -> ResponseReturnValue:
    """Decide about one thing and lead back to where it stands."""
    chosen = box().tailoring.scope(signed_in(), scope)
    kind, _space, target_id = request.form.get("target", "").partition(" ")
    box().tailoring.decide(chosen, Target(kind, target_id), request.form.get("do", ""))
    flash(_("Saved. It holds from now on."))
    pack_id, at = request.form.get("pack", ""), f"{kind}-{target_id}"
    if pack_id:
        return redirect(url_for("tailoring.course", scope=chosen.key, pack_id=pack_id, _anchor=at), 303)
    return redirect(url_for("tailoring.show", scope=chosen.key, _anchor=at), 303)


def pinned_of(packs: Sequence[PackCard], rules: Mapping[tuple[str, str], Rule]) -> list[PackCard]:
    """The courses that this scope has pinned, in its order."""
    places = {key[1]: rule.position for key, rule in rules.items() if key[0] == "pack" and rule.what == "pin"}
    return sorted((pack for pack in packs if pack.id in places), key=lambda pack: places.get(pack.id, LAST))


def of_units(outline: Outline, rules: Mapping[tuple[str, str], Rule]) -> dict[int, tuple[str, Rule | None]]:
    """By unit: the item that names it in rules, and the rule there is."""
    found: dict[int, tuple[str, Rule | None]] = {}
    for unit in outline.units:
        named = next((item.id for item in unit.items if ("unit", item.id) in rules), unit.items[0].id)
        found[unit.position] = named, rules.get(("unit", named))
    return found
