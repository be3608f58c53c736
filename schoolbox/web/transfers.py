"""Pupils who change schools: the transfer of who goes, taking in who comes, the receipt between the two.

Technicians only, as for archiving and erasing: a transfer takes somebody off the box and hands over everything about
them, and taking in adds somebody to a class.

    POST /people/<id>/transfer      put the pupil away and make the file; again: with another code
    POST /transfers                 open the file of another school; POST /transfers/arriving takes the pupil in
    POST /transfers/end             the receipt of the other school: the pupil is erased here
"""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from content_packs.transfer import RECEIPT_BYTES_MAX, TRANSFER_BYTES_MAX
from schoolbox.errors import BadInputError, NotFoundError
from schoolbox.services.arrivals import SealedFile
from schoolbox.services.stick_transfers import (
    NAME_LENGTH_MAX,
    read_receipt_file,
    read_transfer_file,
    receipt_names,
    transfer_names,
)
from schoolbox.services.sticks import Stick
from schoolbox.web.access import Role, allow, signed_in
from schoolbox.web.bodies import takes
from schoolbox.web.context import box
from schoolbox.web.i18n import _
from schoolbox.web.numbers import number
from schoolbox.web.transfer_sticks import drives

room = Blueprint("transfers", __name__)
FORM_BYTES_MAX = 240 * 1024
"""A little less than what the server lets through at once."""
RECEIPT_LETTERS_MAX = 2_000
WARNING = "warning"


@room.get("/transfers")
@allow(Role.TECHNICIAN)
def show() -> ResponseReturnValue:
    """Show who waits for a receipt, who came last, and the forms for both sides."""
    departures, arrivals = box().departures, box().arrivals
    return render_template(
        "transfers/show.html", leaving=departures.open_ones(), left=departures.ended(), came=arrivals.newest(),
        sticks=_sticks(), receipts=_receipts(), deliveries=box().deliveries.waiting(),
        over_hub=box().sendings.states(), number=box().academy.number(),
        sealed=arrivals.sealed(by=signed_in().person_id),
        today=box().clock.now().astimezone().date(),
    )  # fmt: skip


@room.post("/transfers")
@allow(Role.TECHNICIAN)
@takes(FORM_BYTES_MAX)
def open_file() -> ResponseReturnValue:
    """Open the file of another school."""
    file, code = _brought(), request.form.get("code", "")
    try:
        known = box().arrivals.open(file, code, by=signed_in().person_id)
    except BadInputError as exc:
        flash(_(exc.problem), WARNING)
        return redirect(url_for("transfers.show"), 303)
    if known:
        flash(_("This transfer was taken in before. Here is its receipt once more."))
        return redirect(url_for("transfers.arrived", transfer_id=known), 303)
    return redirect(url_for("transfers.arriving"), 303)


@room.get("/transfers/arriving")
@allow(Role.TECHNICIAN)
def arriving() -> ResponseReturnValue:
    """Show what is in the opened file, and ask for the class."""
    return render_template("transfers/arriving.html", page=box().arrivals.arriving(by=signed_in().person_id))


@room.post("/transfers/arriving")
@allow(Role.TECHNICIAN)
def take_in() -> ResponseReturnValue:
    """Take the pupil in, or put the file away."""
    form, by = request.form, signed_in().person_id
    if form.get("do") == "put-away":
        box().arrivals.put_away(by=by)
        return redirect(url_for("transfers.show"), 303)
    class_id, join = form.get("class", 0, type=number), form.get("join", 0, type=number)
    try:
        known = box().arrivals.take_in(class_id=class_id, join=join, by=by, renamed="renamed" in form)
    except BadInputError as exc:
        flash(_(exc.problem), WARNING)
        return redirect(url_for("transfers.show"), 303)
    if box().deliveries.receipt_of(known):
        box().uplink.try_now()
    return redirect(url_for("transfers.arrived", transfer_id=known), 303)


@room.get("/transfers/<transfer_id>")
@allow(Role.TECHNICIAN)
def arrived(transfer_id: str) -> ResponseReturnValue:
    """Show who came, a new secret this once, and the receipt for the old school."""
    arrival = box().arrivals.one(transfer_id)
    whom = box().people_search.one(arrival.person_id) if arrival.person_id else None
    secret = box().people_desk.take_secret(arrival.person_id, by=signed_in().person_id)
    return render_template(
        "transfers/arrived.html", arrival=arrival, whom=whom, secret=secret, drives=drives(),
        over_hub=box().deliveries.receipt_of(transfer_id),
    )  # fmt: skip


@room.get("/transfers/<transfer_id>/receipt")
@allow(Role.TECHNICIAN)
def receipt(transfer_id: str) -> ResponseReturnValue:
    """Give the receipt as a file."""
    return _file(*box().arrivals.receipt(transfer_id))


@room.post("/transfers/end")
@allow(Role.TECHNICIAN)
@takes(FORM_BYTES_MAX)
def end() -> ResponseReturnValue:
    """Take the receipt of the other school: the pupil is erased here."""
    typed, raw = request.form.get("receipt", "")[:RECEIPT_LETTERS_MAX], _sent("file", RECEIPT_BYTES_MAX)
    if not raw and not typed.strip():
        raw = _receipt_on_stick()
    try:
        school = box().departures.end(typed, raw, by=signed_in().person_id)
    except BadInputError as exc:
        flash(_(exc.problem), WARNING)
    else:
        flash(_("The other school has the pupil (%(school)s). Erased from this box.", school=school or "–"))
    return redirect(url_for("transfers.show"), 303)


@room.get("/people/<int:person_id>/transfer")
@allow(Role.TECHNICIAN)
def leaving(person_id: int) -> ResponseReturnValue:
    """Ask whether a pupil goes, or show the transfer that waits, with its code this once."""
    whom = box().people_search.one(person_id)
    code = box().departures.take_code(person_id, by=signed_in().person_id)
    return render_template(
        "transfers/leaving.html", whom=whom, departure=box().departures.of(person_id), code=code, drives=drives(),
        sending=box().sendings.of(person_id), hub=box().sending_book.status(),
    )  # fmt: skip


@room.post("/people/<int:person_id>/transfer")
@allow(Role.TECHNICIAN)
def make(person_id: int) -> ResponseReturnValue:
    """Put the pupil away and make the file."""
    try:
        box().departures.make(person_id, meant_for=request.form.get("school", ""), by=signed_in().person_id)
    except BadInputError as exc:
        flash(_(exc.problem), WARNING)
    return redirect(url_for("transfers.leaving", person_id=person_id), 303)


@room.get("/people/<int:person_id>/transfer/file")
@allow(Role.TECHNICIAN)
def file(person_id: int) -> ResponseReturnValue:
    """Give the sealed file."""
    return _file(*box().departures.file(person_id))


@room.post("/people/<int:person_id>/transfer/take-back")
@allow(Role.TECHNICIAN)
def take_back(person_id: int) -> ResponseReturnValue:
    """Let the pupil stay after all."""
    box().departures.take_back(person_id, by=signed_in().person_id)
    flash(_("Taken back. Everything is as it was."))
    return redirect(url_for("people.show", person_id=person_id), 303)


def _sticks() -> list[tuple[Stick, tuple[str, ...]]]:
    """The sticks that are in with transfer files at their top."""
    found = [(stick, transfer_names(stick.place.folder)) for stick in drives()]
    return [(stick, names) for stick, names in found if names]


def _receipts() -> list[tuple[Stick, tuple[str, ...]]]:
    """The sticks that are in with receipts at their top."""
    found = [(stick, receipt_names(stick.place.folder)) for stick in drives()]
    return [(stick, names) for stick, names in found if names]


def _receipt_on_stick() -> bytes:
    """The receipt on a stick that was chosen; empty if none was."""
    stick_id, _space, name = request.form.get("on_stick", "").partition(" ")
    return read_receipt_file(_drive(stick_id).place.folder, name) if stick_id else b""


def _drive(stick_id: str) -> Stick:
    """A stick that is in.

    Raises:
        NotFoundError: It is not.
    """
    found = next((stick for stick in drives() if stick.id == stick_id), None)
    if found is None:
        raise NotFoundError(kind="stick", key=stick_id)
    return found


def _brought() -> SealedFile:
    """The file that was sent; without one, that of a stick or of the hub which was chosen, or that of the last try."""
    if sending := request.form.get("sending"):
        return SealedFile("", box().deliveries.file(sending), stays=True)
    stick_id, _space, name = request.form.get("on_stick", "").partition(" ")
    raw = _sent("transfer", TRANSFER_BYTES_MAX)
    if raw or not stick_id:
        sealed = None if raw else box().arrivals.sealed(by=signed_in().person_id)
        return sealed or SealedFile(_name_sent("transfer"), raw)
    return SealedFile(name, read_transfer_file(_drive(stick_id).place.folder, name))


def _sent(name: str, limit_bytes: int) -> bytes:
    """What was sent as a file; one byte too many is enough to see that it is too large."""
    file = request.files.get(name)
    return file.read(limit_bytes + 1) if file else b""


def _name_sent(field: str) -> str:
    """What a file that was sent is called, as far as it can be shown."""
    file = request.files.get(field)
    name = (file.filename or "") if file else ""
    return name[-NAME_LENGTH_MAX:] if name.isprintable() else ""


def _file(name: str, content: bytes) -> Response:
    kind = "text/plain" if name.endswith(".txt") else "application/octet-stream"
    answer = Response(content, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
