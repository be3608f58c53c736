"""A transfer over the hub: the school is chosen out of those that the hub knows, and the sealed file goes by itself.

    GET  /people/<id>/transfer/hub?find=ditur    the schools, found by the beginnings of words
    POST /people/<id>/transfer/hub               send it to one of them, or take it back from the hub
"""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from schoolbox.errors import NotFoundError
from schoolbox.web.access import Role, allow, signed_in
from schoolbox.web.context import box
from schoolbox.web.i18n import _

room = Blueprint("transfer_hub", __name__)
FIND_LETTERS_MAX = 80


@room.get("/people/<int:person_id>/transfer/hub")
@allow(Role.TECHNICIAN)
def choose(person_id: int) -> ResponseReturnValue:
    """Show the schools to choose from, and how far the file is."""
    whom, departure = box().people_search.one(person_id), box().departures.of(person_id)
    if departure is None or not departure.has_file:
        raise NotFoundError(kind="transfer", key=str(person_id))
    find = request.args.get("find", "")[:FIND_LETTERS_MAX]
    box().sending_book.want_schools()
    schools, number = box().sendings.find_schools(find)
    return render_template(
        "transfers/hub.html", whom=whom, hub=box().sending_book.status(), find=find, schools=schools, number=number,
        sending=box().sendings.of(person_id),
    )  # fmt: skip


@room.post("/people/<int:person_id>/transfer/hub")
@allow(Role.TECHNICIAN)
def send(person_id: int) -> ResponseReturnValue:
    """Send the file to a school, or take it back from the hub."""
    form, by = request.form, signed_in().person_id
    if form.get("do") == "back":
        box().sendings.take_back(person_id, by=by)
        flash(_("It does not go over the hub. The file can still go on a stick."))
    elif not form.get("school"):
        flash(_("Choose a school."), "warning")
        return redirect(url_for("transfer_hub.choose", person_id=person_id), 303)
    else:
        box().sendings.ask(person_id, form["school"], by=by)
    box().uplink.try_now()
    return redirect(url_for("transfers.leaving", person_id=person_id), 303)
