"""What is learnt, to the hub on a stick or a phone, and the hub's receipt back.

    POST /couriers/sticks/<id>      write what waits onto a stick, and take in the receipt on it
    POST /couriers/sticks/<id>/request, .../answer     ask a hub by stick to take this box in, and read its answer
    POST /couriers/phone            the same as a file for this phone; POST /couriers/receipt takes the receipt in
"""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from content_packs.errors import PackError
from schoolbox.errors import NotFoundError
from schoolbox.messages import sentences
from schoolbox.services.couriers import Written
from schoolbox.services.sticks import Stick
from schoolbox.web.access import STAFF, Role, allow
from schoolbox.web.bodies import takes
from schoolbox.web.context import box
from schoolbox.web.i18n import _, ngettext, size
from sync.errors import SyncError

room = Blueprint("couriers", __name__)
RECEIPT_BYTES_MAX = 240 * 1024
"""A little less than what the server lets through at once; receipts of a whole year have a few kilobytes."""


@room.get("/couriers")
@allow(*STAFF)
def show() -> ResponseReturnValue:
    """Show what waits for the hub, and the ways without a line."""
    sticks = [stick for stick in box().sticks.present() if stick.owner is None]
    return render_template(
        "couriers/show.html", uplink=box().uplink.status(), standing=box().couriers.standing(), sticks=sticks
    )


@room.post("/couriers/sticks/<stick_id>")
@allow(*STAFF)
def write(stick_id: str) -> ResponseReturnValue:
    """Write what waits onto a stick.

    Raises:
        NotFoundError: It is not in.
    """
    with _working_on(stick_id) as stick:
        flash(_told(box().couriers.write(stick.place.folder), stick.label))
    return redirect(url_for("couriers.show"), 303)


@room.post("/couriers/sticks/<stick_id>/request")
@allow(Role.TECHNICIAN)
def ask(stick_id: str) -> ResponseReturnValue:
    """Write the request of this box onto a stick.

    Raises:
        NotFoundError: It is not in.
    """
    with _working_on(stick_id) as stick:
        box().enrolment_files.write(stick.place.folder, request.form.get("code", "")[:40])
        flash(_("The request is on “%(label)s” now. Have it read in, and ask for the check number.", label=stick.label))
    return redirect(url_for("couriers.show"), 303)


@room.post("/couriers/sticks/<stick_id>/answer")
@allow(Role.TECHNICIAN)
def answered(stick_id: str) -> ResponseReturnValue:
    """Read the hub's answer on a stick.

    Raises:
        NotFoundError: It is not in.
    """
    with _working_on(stick_id) as stick:
        given = box().enrolment_files.read(stick.place.folder, request.form.get("check", "")[:40])
        flash(
            _("This box now belongs to %(hub)s, as %(school)s.", hub=given.hub, school=given.school)
            if given
            else _("There is no answer for this box on “%(label)s”.", label=stick.label)
        )
    return redirect(url_for("couriers.show"), 303)


@room.post("/couriers/phone")
@allow(*STAFF)
def take_along() -> ResponseReturnValue:
    """Give what waits as a file."""
    try:
        made = box().couriers.make()
    except SyncError as exc:
        _flash(exc)
        made = None
    else:
        if made is None:
            flash(_("Nothing waits. There is nothing to take along."))
    if made is None:
        return redirect(url_for("couriers.show"), 303)
    answer = Response(made.raw, mimetype="application/octet-stream")
    answer.headers["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return answer


@room.post("/couriers/receipt")
@allow(*STAFF)
@takes(RECEIPT_BYTES_MAX)
def receipt() -> ResponseReturnValue:
    """Take in a receipt that came on a phone."""
    file = request.files.get("receipt")
    try:
        settled = box().couriers.settle(file.read(RECEIPT_BYTES_MAX + 1) if file else b"")
    except SyncError as exc:
        _flash(exc)
    else:
        told = [_arrived(settled.sent)] if settled.couriers else []
        told += [_ordered()] if settled.ordered else []
        flash(" ".join(told) or _("This receipt was known already. Nothing had to be changed."))
    return redirect(url_for("couriers.show"), 303)


def _stick(stick_id: str) -> Stick:
    """Find a stick that is in and belongs to no upload.

    Raises:
        NotFoundError: There is none with this number.
    """
    stick = box().sticks.find(stick_id)
    if stick.owner is not None:
        raise NotFoundError(kind="stick", key=stick_id)
    return stick


@contextmanager
def _working_on(stick_id: str) -> Iterator[Stick]:
    """Keep a stick from being taken out meanwhile; what goes wrong with it is said on the next page.

    Raises:
        NotFoundError: It is not in.
    """
    stick = _stick(stick_id)
    try:
        with box().sticks.in_use(stick_id):
            yield stick
    except (SyncError, PackError) as exc:
        _flash(exc)


def _told(written: Written, label: str) -> str:
    """Say what was written, and what the receipt on the stick brought."""
    parts = []
    if written.settled:
        parts.append(_arrived(written.settled))
    if written.ordered:
        parts.append(_ordered())
    if written.wrong_receipt:
        parts.append(_("The receipt on the stick is not for this box; it was left alone."))
    if written.statements:
        many = ngettext("%(num)s result is on “%(label)s” now.", "%(num)s results are on “%(label)s” now.",
                        written.statements, label=label)  # fmt: skip
        parts += [many, _("Take the stick to town and bring it back: the receipt comes on it.")]
    elif written.already:
        parts.append(_("Everything that waits is on “%(label)s” already.", label=label))
    else:
        parts.append(_("Nothing waits: nothing had to be written."))
    return " ".join(parts)


def _arrived(sent: int) -> str:
    return ngettext("%(num)s result has arrived at the hub.", "%(num)s results have arrived at the hub.", sent)


def _ordered() -> str:
    return _("What the hub has set for this box, or wrote to its people, came with it.")


def _flash(error: Exception) -> None:
    flash(" ".join(sentences(error, _, write_size=size)))
