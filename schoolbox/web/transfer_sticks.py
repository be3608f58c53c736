"""A transfer file or a receipt onto a stick that is in the box, where nobody has a computer to put it into.

    POST /people/<id>/transfer/stick        the sealed file
    POST /transfers/<id>/receipt/stick      the receipt for the old school
"""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from content_packs.errors import PackError
from schoolbox.errors import BadInputError
from schoolbox.messages import sentences
from schoolbox.services.sticks import Stick
from schoolbox.web.access import Role, allow
from schoolbox.web.context import box
from schoolbox.web.i18n import _, size

room = Blueprint("transfer_sticks", __name__)
WARNING = "warning"


@room.post("/people/<int:person_id>/transfer/stick")
@allow(Role.TECHNICIAN)
def put_file(person_id: int) -> ResponseReturnValue:
    """Write the sealed file of a pupil who goes."""
    _put(*box().departures.file(person_id))
    return redirect(url_for("transfers.leaving", person_id=person_id), 303)


@room.post("/transfers/<transfer_id>/receipt/stick")
@allow(Role.TECHNICIAN)
def put_receipt(transfer_id: str) -> ResponseReturnValue:
    """Write the receipt for a pupil who came."""
    _put(*box().arrivals.receipt(transfer_id))
    return redirect(url_for("transfers.arrived", transfer_id=transfer_id), 303)


def drives() -> list[Stick]:
    """The sticks that are in: no uploads."""
    return [stick for stick in box().sticks.present() if stick.owner is None]


def _put(name: str, content: bytes) -> None:
    """Write a file, and say where it is, or what is wrong with the stick."""
    stick = next((one for one in drives() if one.id == request.form.get("stick")), None)
    if stick is None:
        flash(_("The stick is no longer in the box. Put it in once more."), WARNING)
        return
    try:
        kept = box().stick_letters.put(stick.place.folder, name, content)
    except BadInputError as exc:
        flash(_(exc.problem), WARNING)
    except PackError as exc:
        happened, _safe, todo = sentences(exc, _, write_size=size)
        flash(f"{happened} {todo}", WARNING)
    else:
        facts = {"stick": stick.label, "file": kept}
        flash(_("It is on the stick “%(stick)s”, as %(file)s. You may pull the stick out.", **facts))
