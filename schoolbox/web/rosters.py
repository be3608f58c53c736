"""The room of the school's list: bring people in from a file step by step, take the list out, choose what is kept.

Technicians only: a list holds every family of the school, and importing it hands out everybody's PIN, while a teacher
may see no more than the own classes. There is always a technician, since claiming the box makes one.

    POST /rosters                  a file in a form, as large as a form may be
    POST /rosters/piece?at=N&total=T&name=...   the same in pieces (`static/rosters.js`); answers {at, open?}
    GET  /rosters/columns          what each column holds; POST corrects it and goes on to
    GET  /rosters/check            the dry run; POST /rosters/import does it and goes on to
    GET  /rosters/done             what was done, with the sign-in slips
"""

from collections.abc import Sequence

import msgspec
from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from schoolbox.errors import BadInputError, NotFoundError
from schoolbox.services.people import ROLES
from schoolbox.services.roster_desk import PIECE_BYTES_MAX, Choice, Draft
from schoolbox.services.roster_fields import FIELDS, OPTIONAL
from schoolbox.services.roster_table import COLUMNS_MAX, FILE_BYTES_MAX, RosterProblem
from schoolbox.services.roster_told import CODEC_NAMES, FIELD_NAMES, ROLE_NAMES, SEPARATOR_NAMES, sentences
from schoolbox.web import failures
from schoolbox.web.access import Role, allow, signed_in
from schoolbox.web.bodies import takes
from schoolbox.web.context import box
from schoolbox.web.i18n import _
from sync.spreadsheet import is_format

room = Blueprint("rosters", __name__)
FORM_BYTES_MAX = 240 * 1024
"""A little less than what the server lets through at once."""
PROBLEMS_SHOWN = 200


class ToldProblem(msgspec.Struct, frozen=True):
    """A problem in the reader's language; line 0 is the file, an empty field the row, no sheet the only one."""

    sheet: str
    line: int
    field: str
    what: str
    cure: str


@room.get("/rosters")
@allow(Role.TECHNICIAN)
def show() -> ResponseReturnValue:
    """Ask for a list, offer the box's own, and show what the school keeps."""
    draft = box().roster_desk.draft(signed_in().person_id)
    return render_template(
        "rosters/show.html", draft=draft, refusal=_told([draft.refusal]) if draft and draft.refusal else (),
        optional=OPTIONAL, kept=box().kept_fields.kept(), field_names=FIELD_NAMES, classes=box().people.classes(),
        piece_bytes=PIECE_BYTES_MAX, whole_bytes=FORM_BYTES_MAX - 16 * 1024, most_bytes=FILE_BYTES_MAX,
    )  # fmt: skip


@room.post("/rosters")
@allow(Role.TECHNICIAN)
@takes(FORM_BYTES_MAX)
def take() -> ResponseReturnValue:
    """Take a whole file."""
    file = request.files.get("list")
    raw = file.read() if file else b""
    if not file or not file.filename:
        flash(_("Choose a file first."))
        return redirect(url_for("rosters.show"), 303)
    draft = box().roster_desk.take(raw, name=file.filename, by=signed_in().person_id)
    return redirect(_next(draft), 303)


@room.post("/rosters/piece")
@allow(Role.TECHNICIAN)
@takes(PIECE_BYTES_MAX)
def piece() -> ResponseReturnValue:
    """Take a piece of a file."""
    at, total = _number(request.args.get("at", "")), _number(request.args.get("total", ""))
    raw = request.get_data(cache=False)
    draft = box().roster_desk.take_piece(
        raw, at=at, total=total, name=request.args.get("name", ""), by=signed_in().person_id
    )
    return jsonify(at=at + len(raw), **({} if draft.arrived else {"open": _next(draft)}))


@room.get("/rosters/columns")
@allow(Role.TECHNICIAN)
def columns() -> ResponseReturnValue:
    """Show what each column was taken for, with the first rows."""
    by = signed_in().person_id
    draft = box().roster_desk.list_of(by)
    return render_template(
        "rosters/columns.html", draft=draft, fields=FIELDS, field_names=FIELD_NAMES, roles=ROLE_NAMES,
        unread=box().roster_desk.unread(by=by), kept=box().kept_fields.kept(), optional=OPTIONAL,
        codec=CODEC_NAMES.get(draft.table.codec, ""), separator=SEPARATOR_NAMES.get(draft.table.separator, ""),
    )  # fmt: skip


@room.post("/rosters/columns")
@allow(Role.TECHNICIAN)
def choose() -> ResponseReturnValue:
    """Correct the columns; if another sheet was chosen, show that one's first."""
    by, form = signed_in().person_id, request.form
    draft = box().roster_desk.list_of(by)
    sheet = _number(form.get("sheet", str(draft.sheet)))
    if sheet != draft.sheet:
        box().roster_desk.choose_sheet(sheet, by=by)
        return redirect(url_for("rosters.columns"), 303)
    role = form.get("role", "pupil")
    if role not in ROLES:
        raise BadInputError(field="role", problem=f"none of {', '.join(ROLES)}")
    begin = _number(form.get("begin", str(draft.columns.first if draft.columns else 0)))
    fields = tuple(form.get(f"column{place}", "") for place in range(min(draft.table.width, COLUMNS_MAX)))
    box().roster_desk.choose(Choice(fields, role, form.get("class_name", "")[:40], begin), by=by)
    return redirect(url_for("rosters.check"), 303)


@room.get("/rosters/check")
@allow(Role.TECHNICIAN)
def check() -> ResponseReturnValue:
    """Show what importing would do, and every problem with its row and cure."""
    by = signed_in().person_id
    draft, report = box().roster_desk.list_of(by), box().roster_desk.check(by=by)
    return render_template(
        "rosters/check.html", draft=draft, report=report, problems=_told(report.problems[:PROBLEMS_SHOWN]),
        notes=_told(report.notes[:PROBLEMS_SHOWN]), unread=box().roster_desk.unread(by=by), field_names=FIELD_NAMES,
    )  # fmt: skip


@room.post("/rosters/import")
@allow(Role.TECHNICIAN)
def keep() -> ResponseReturnValue:
    """Import the list."""
    report = box().roster_desk.keep(by=signed_in().person_id)
    return redirect(url_for("rosters.check" if report.problems else "rosters.done"), 303)


@room.get("/rosters/done")
@allow(Role.TECHNICIAN)
def done() -> ResponseReturnValue:
    """Show what was done, and the slips."""
    report = box().roster_desk.report(by=signed_in().person_id)
    return render_template("rosters/done.html", report=report, roles=ROLE_NAMES)


@room.post("/rosters/put-away")
@allow(Role.TECHNICIAN)
def put_away() -> ResponseReturnValue:
    """Forget the list, or the slips."""
    box().roster_desk.put_away(signed_in().person_id)
    return redirect(url_for("rosters.show"), 303)


@room.post("/rosters/kept")
@allow(Role.TECHNICIAN)
def choose_kept() -> ResponseReturnValue:
    """Choose which optional facts the school keeps; the others are erased."""
    box().kept_fields.choose(set(request.form.getlist("field")), by=signed_in().person_id)
    flash(_("Saved. What is not ticked is no longer stored on this box."))
    return redirect(url_for("rosters.show"), 303)


@room.get("/rosters/people.<form>")
@allow(Role.TECHNICIAN)
def export(form: str) -> ResponseReturnValue:
    """Hand out the list of everybody."""
    if not is_format(form):
        raise NotFoundError(kind="page", key=form)
    exported = box().roster_export.write(form, _, by=signed_in().person_id)
    answer = Response(exported.content, mimetype=exported.mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="{exported.name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@room.errorhandler(NotFoundError)
def no_list(error: NotFoundError) -> ResponseReturnValue:
    """Begin anew where the list is gone: after half an hour, or after the box was started again."""
    if error.kind != "list":
        return failures.problem(error)
    flash(_("The list is no longer in the memory of the box. Nothing was changed. Choose the file again."))
    return redirect(url_for("rosters.show"), 303)


def _next(draft: Draft) -> str:
    return url_for("rosters.columns" if draft.tables else "rosters.show")


def _told(problems: Sequence[RosterProblem]) -> list[ToldProblem]:
    told = [(one, *sentences(one, _)) for one in problems]
    return [
        ToldProblem(one.sheet, one.line, _(FIELD_NAMES[one.field]) if one.field else "", what, cure)
        for one, what, cure in told
    ]


def _number(raw: str) -> int:
    if not raw.isascii() or not raw.isdigit() or len(raw) > 12:
        raise BadInputError(field="number", problem="no number")
    return int(raw)
