"""The technician's room: one verdict, what to look at, numbers, what happened lately."""

from collections.abc import Mapping

import msgspec
from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from schoolbox.faults import Fault, fault_sentences
from schoolbox.services.event_texts import text_of
from schoolbox.services.events import EventRow
from schoolbox.web import stick_words as words
from schoolbox.web.access import Role, allow, signed_in
from schoolbox.web.context import box
from schoolbox.web.i18n import _, ngettext, size
from schoolbox.web.reaching import qr

room = Blueprint("status", __name__)



class ToldEvent(msgspec.Struct, frozen=True):
    """A line of the table of events, in the reader's language."""

    event: EventRow
    what: str
    result: str
    tone: str


@room.get("/status")
@allow(Role.TECHNICIAN)
def show() -> ResponseReturnValue:
    """Show how the box is."""
    page = box().status.page()
    titles = {**box().pack_history.removed(), **{line.pack.pack_id: line.pack.title for line in page.packs}}
    told = [_told(event, titles) for event in page.events]
    codes = [(address, qr(f"http://{address}/")) for address in box().addresses()]
    return render_template(
        "status/show.html", page=page, events=told, codes=codes, told_from_afar=told_from_afar,
        uploads=box().uploads.seen_by(signed_in()), backlog=box().outbox.backlog(page.uplink.waiting),
        told_by=box().boots.told_by(), has_machine=box().root_work.is_there,
    )  # fmt: skip


@room.post("/status/sync")
@allow(Role.TECHNICIAN)
def sync_now() -> ResponseReturnValue:
    """Try the hub at once, in the background."""
    if box().uplink.try_now():
        flash(_("The box is talking to the hub now. Load this page again in a moment."))
    else:
        flash(_("Nothing is running that could talk to the hub: syncing is switched off in the settings."))
    return redirect(url_for("status.show"), 303)


@room.post("/status/pull")
@allow(Role.TECHNICIAN)
def pull_now() -> ResponseReturnValue:
    """Take what is new and wanted, in the background."""
    if not box().first_root.is_there():
        flash(_("This box believes no publisher yet, so it takes nothing. “Set up this box” says what to do."))
    elif box().pull_notes.try_now():
        flash(_("The box is asking for new packs now. Load this page again in a while."))
    else:
        flash(_("Nothing is running that could take packs: taking them is switched off in the settings."))
    return redirect(url_for("status.show"), 303)


@room.post("/status/database")
@allow(Role.TECHNICIAN)
def check_database() -> ResponseReturnValue:
    """Read the whole database and check it."""
    found = len(box().database_care.check())
    flash(ngettext("The database has %(num)s problem.", "The database has %(num)s problems.", found) if found
          else _("The database is whole."))  # fmt: skip
    return redirect(url_for("status.show"), 303)


@room.post("/status/packs")
@allow(Role.TECHNICIAN)
def check_packs() -> ResponseReturnValue:
    """Read every file of every pack again, in the background."""
    box().status.check_all_packs()
    flash(_("The packs are being checked. This takes minutes; load this page again to see how far it is."))
    return redirect(url_for("status.show"), 303)


def told_from_afar(fault: Fault) -> tuple[str, str, str]:
    """What happened on a line to packs, what is safe, what to do next."""
    return fault_sentences(fault, _, write_size=size, place="afar")


def _told(event: EventRow, titles: Mapping[str, Mapping[str, str]]) -> ToldEvent:
    text = text_of(event)
    return ToldEvent(event, words.event(event, titles), _(text.result), text.tone)
