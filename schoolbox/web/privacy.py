"""What is kept of people: told to everybody, looked up and erased by the technician, with a log of who looked."""

import csv
import io
from collections.abc import Iterator

from flask import Blueprint, Response, flash, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from msgspec.structs import replace

from schoolbox.errors import BadInputError
from schoolbox.services.audit import AuditFilter, AuditRow
from schoolbox.services.audit_words import CODES
from schoolbox.services.consents import NOTE_LENGTH_MAX
from schoolbox.services.personal_tables import PERSONAL
from schoolbox.services.roster_fields import OPTIONAL
from schoolbox.services.roster_told import FIELD_NAMES
from schoolbox.web.access import EVERYBODY, Role, allow, signed_in
from schoolbox.web.context import box
from schoolbox.web.i18n import _, language, ngettext
from schoolbox.web.numbers import number

room = Blueprint("privacy", __name__)
QUERY_MAX = 100
FILE_ROWS = 2_000
UPSTREAM = "upstream"


@room.get("/privacy")
@allow(*EVERYBODY)
def told() -> ResponseReturnValue:
    """Tell everybody what is kept, why and for how long."""
    kept = [FIELD_NAMES[field] for field in OPTIONAL if field in box().kept_fields.kept()]
    return render_template(
        "privacy/told.html", tables=PERSONAL.values(), kept=kept, enrolled=box().uplink.credentials() is not None,
        consent_first=box().policy.allowed().consent_first, nationwide=box().policy.allowed().national_addresses,
    )  # fmt: skip


@room.get("/privacy/log")
@allow(Role.TECHNICIAN)
def log() -> ResponseReturnValue:
    """Show who looked at or changed what, newest first."""
    wanted = _wanted()
    page, staff, classes = box().audit.page(wanted), box().people_search.staff(), box().people_desk.classes()
    return render_template(
        "privacy/log.html", page=page, codes=CODES, wanted=wanted, staff=staff, classes=classes
    )


@room.get("/privacy/log.csv")
@allow(Role.TECHNICIAN)
def log_file() -> ResponseReturnValue:
    """The same as a file, written while it is sent: it may hold 300,000 rows."""
    response = Response(stream_with_context(_log_lines(_wanted())), mimetype="text/csv")
    response.headers["Content-Disposition"] = "attachment; filename=audit.csv"
    return response


@room.get("/privacy/people")
@allow(Role.TECHNICIAN)
def people() -> ResponseReturnValue:
    """Look somebody up."""
    query = " ".join(request.args.get("q", "")[:QUERY_MAX].split())
    found = box().people_search.find(query) if query else None
    waiting = len({*box().erasures.waiting(), *box().national_addresses.to_erase()})
    return render_template("privacy/people.html", query=query, found=found, waiting=waiting)


@room.get("/privacy/people/<int:person_id>")
@allow(Role.TECHNICIAN)
def person(person_id: int) -> ResponseReturnValue:
    """Show what is kept of somebody, and what was agreed to."""
    whom = box().people_search.one(person_id)
    counts = [(PERSONAL[name], rows) for name, rows in box().person_export.counts(person_id).items() if rows]
    return render_template(
        "privacy/person.html", whom=whom, counts=counts, consents=box().consents.of(person_id),
        sends=box().consents.may_send(person_id), note_max=NOTE_LENGTH_MAX,
    )  # fmt: skip


@room.post("/privacy/people/<int:person_id>/consent")
@allow(Role.TECHNICIAN)
def consent(person_id: int) -> ResponseReturnValue:
    """Record that parents agreed or took it back."""
    _record([person_id], given=request.form.get("given") == "1")
    return redirect(url_for("privacy.person", person_id=person_id), 303)


@room.get("/privacy/classes/<int:class_id>")
@allow(Role.TECHNICIAN)
def of_class(class_id: int) -> ResponseReturnValue:
    """Show what the parents of a class said, with those ticked who have said nothing."""
    page = box().consents.of_class(class_id, UPSTREAM)
    return render_template("privacy/class.html", page=page, note_max=NOTE_LENGTH_MAX)


@room.post("/privacy/classes/<int:class_id>/consent")
@allow(Role.TECHNICIAN)
def consent_of_class(class_id: int) -> ResponseReturnValue:
    """Record that the parents of some pupils of a class agreed, with one note; taking it back is for each alone."""
    own = {one.person_id for one in box().consents.of_class(class_id, UPSTREAM).pupils}
    _record(sorted(own & set(request.form.getlist("pupil", type=number))), given=True)
    return redirect(url_for("privacy.of_class", class_id=class_id), 303)


@room.post("/privacy/people/<int:person_id>/export")
@allow(Role.TECHNICIAN)
def export(person_id: int) -> ResponseReturnValue:
    """Give out everything about somebody, as one file."""
    exported = box().person_export.of(person_id, _, language=language(), by=signed_in().person_id)
    response = Response(exported.content, mimetype="application/zip")
    response.headers["Content-Disposition"] = f"attachment; filename={exported.name}"
    return response


@room.get("/privacy/people/<int:person_id>/erase")
@allow(Role.TECHNICIAN)
def ask_erase(person_id: int) -> ResponseReturnValue:
    """Ask whether somebody is really to be erased, by having the login typed."""
    return render_template("privacy/erase.html", whom=box().people_search.one(person_id), wrong=False)


@room.post("/privacy/people/<int:person_id>/erase")
@allow(Role.TECHNICIAN)
def erase(person_id: int) -> ResponseReturnValue:
    """Erase somebody, if the login was typed."""
    whom = box().people_search.one(person_id)
    if request.form.get("login", "").strip().casefold() not in (whom.login, whom.address or whom.login):
        return render_template("privacy/erase.html", whom=whom, wrong=True), 400
    try:
        box().erasures.erase(person_id, by=signed_in().person_id)
    except BadInputError as exc:
        flash(_(exc.problem))
        return redirect(url_for("privacy.person", person_id=person_id), 303)
    flash(_("Erased from this box."))
    return redirect(url_for("privacy.people"), 303)


def _record(people: list[int], *, given: bool) -> None:
    """Record what was said for these people, and say how that went on the next page."""
    note = request.form.get("note", "")
    try:
        box().consents.record(people, UPSTREAM, given=given, by=signed_in().person_id, note=note)
    except BadInputError as exc:
        flash(_(exc.problem))
    else:
        told = ngettext("Recorded for %(num)s person.", "Recorded for %(num)s people.", len(people))
        flash(" ".join((told, _("It holds from now on."))))


def _log_lines(wanted: AuditFilter) -> Iterator[str]:
    """The log as CSV, some rows at a time, the newest first."""
    yield "\ufeff" + _csv_line([_("When"), _("Who"), _("What"), _("Of whom"), _("Class")])
    while True:
        page = box().audit.page(wanted, limit=FILE_ROWS)
        yield "".join(_csv_line(_log_cells(row)) for row in page.rows)
        if not page.older:
            return
        wanted = replace(wanted, before=page.older)


def _log_cells(row: AuditRow) -> list[str]:
    who, whom = row.by_name or str(row.by_id), row.person_name or (str(row.person_id) if row.person_id else "")
    cells = [row.happened_at.isoformat(), who, _(CODES.get(row.code, row.code)), whom, row.class_name]
    return [f"'{cell}" if cell[:1] in "=+-@" and cell else cell for cell in cells]


def _csv_line(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _wanted() -> AuditFilter:
    numbers = {name: max(0, request.args.get(name, 0, type=number)) for name in ("person", "by", "class")}
    before = max(0, request.args.get("before", 0, type=number))
    return AuditFilter(numbers["person"], numbers["by"], numbers["class"], before)
