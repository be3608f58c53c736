"""Collections of the school's own: shown to whom they are meant for, made by staff beside what is hidden and pinned."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from schoolbox.errors import BadInputError
from schoolbox.services.outline import Entry
from schoolbox.services.tailoring import Scope
from schoolbox.web import seen
from schoolbox.web.access import EVERYBODY, STAFF, allow, signed_in, signed_in_pupil, viewer
from schoolbox.web.context import box
from schoolbox.web.i18n import _
from schoolbox.web.words import AREAS

room = Blueprint("collections", __name__)
FOUND_SHOWN = 12


@room.get("/collections/<int:collection_id>")
@allow(*EVERYBODY)
def show(collection_id: int) -> ResponseReturnValue:
    """Show a collection as its readers see it."""
    card = box().collections.one(viewer(), collection_id)
    ids, pupil = box().collections.items(card.id), signed_in_pupil()
    entries = seen.library().entries(ids, staff=False)
    known = box().learning.progress(pupil.person_id, ids) if pupil else {}
    return render_template(
        "collections/show.html", card=card, entries=[entries[item_id] for item_id in ids if item_id in entries],
        known=known,
    )  # fmt: skip


@room.get("/tailoring/<scope>/collections")
@allow(*STAFF)
def of_scope(scope: str) -> ResponseReturnValue:
    """Show the collections of a school, grade or class."""
    chosen = _scope(scope)
    return render_template("collections/all.html", scope=chosen, cards=box().collections.of_scope(chosen))


@room.post("/tailoring/<scope>/collections")
@allow(*STAFF)
def make(scope: str) -> ResponseReturnValue:
    """Begin a collection."""
    chosen = _scope(scope)
    try:
        made = box().collections.make(chosen, request.form.get("title", ""))
    except BadInputError as exc:
        flash(_(exc.problem))
        return redirect(url_for("collections.of_scope", scope=chosen.key), 303)
    return redirect(url_for("collections.edit", scope=chosen.key, collection_id=made), 303)


@room.get("/tailoring/<scope>/collections/<int:collection_id>")
@allow(*STAFF)
def edit(scope: str, collection_id: int) -> ResponseReturnValue:
    """Show a collection to change it, and what a search finds to add."""
    chosen = _scope(scope)
    card = box().collections.in_scope(chosen, collection_id)
    ids, query = box().collections.items(card.id), request.args.get("q", "")[:120]
    entries = box().library.entries(ids, staff=False)
    return render_template(
        "collections/edit.html", scope=chosen, card=card, areas=AREAS, query=query, found=_found(query, ids),
        items=[(item_id, entries.get(item_id)) for item_id in ids],
    )  # fmt: skip


@room.post("/tailoring/<scope>/collections/<int:collection_id>")
@allow(*STAFF)
def change(scope: str, collection_id: int) -> ResponseReturnValue:
    """Change a collection: what it is called, or one of its items; or delete it."""
    chosen, form = _scope(scope), request.form
    how, _space, item_id = form.get("do", "").partition(" ")
    if how == "delete":
        box().collections.delete(chosen, collection_id)
        flash(_("The collection is deleted. The lessons in it stay where they are."))
        return redirect(url_for("collections.of_scope", scope=chosen.key), 303)
    try:
        if how == "describe":
            area = form.get("area", "")
            box().collections.describe(
                chosen, collection_id, form.get("title", ""), form.get("says", ""), area if area in AREAS else "life"
            )
            flash(_("Saved. It holds from now on."))
        else:
            box().collections.change_items(chosen, collection_id, how, item_id)
    except BadInputError as exc:
        flash(_(exc.problem))
    return redirect(url_for("collections.edit", scope=chosen.key, collection_id=collection_id), 303)


def _scope(key: str) -> Scope:
    return box().tailoring.scope(signed_in(), key)


def _found(query: str, ids: list[str]) -> list[Entry]:
    entries = box().library.search(query, staff=False).entries if query else ()
    return [entry for entry in entries if entry.item.id not in ids][:FOUND_SHOWN]
