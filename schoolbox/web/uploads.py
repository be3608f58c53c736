"""Packs from a teacher's own computer: the page, and the four answers its script lives on (`static/uploads.js`).

    POST /uploads                  what was chosen; answers with the state of a new upload, or of one to go on with
    GET  /uploads/ID               the state; for a folder with the lines of its list that travel
    POST /uploads/ID/piece?at=N    at most 192 KiB from byte N on; 200 taken, 409 go on at `at`, 503 send it again
    POST /uploads/ID/give-up       delete it

A state is {id, name, kind, state, at, total, spared, told, wanted?} and where to go on: piece, here, open. There is no
form for browsers without scripts: without them nothing can go on after a lost line, and the box takes no body above
256 KiB, which hardly any pack is under; the page says to use a stick instead.
"""

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from schoolbox.errors import BadInputError
from schoolbox.messages import sentences
from schoolbox.services.upload_disk import Kind
from schoolbox.services.upload_facts import Chosen, Upload
from schoolbox.services.uploads import PIECE_BYTES_MAX
from schoolbox.web.access import STAFF, allow, signed_in
from schoolbox.web.bodies import takes
from schoolbox.web.context import box
from schoolbox.web.i18n import _, number, size

room = Blueprint("uploads", __name__)
KINDS: dict[str, Kind] = {"zip": "zip", "folder": "folder"}
BUSY_S = 1


@room.get("/uploads")
@allow(*STAFF)
def show() -> ResponseReturnValue:
    """Show where to choose a file, and what is on its way or waits to be installed; of others' with their names."""
    who = signed_in()
    found = box().uploads.seen_by(who)
    told = {upload.id: _told(upload) for upload in found if upload.refusal}
    owners = box().people.names({upload.by for upload in found if upload.by != who.person_id})
    return render_template(
        "uploads/show.html", uploads=found, told=told, owners=owners, piece_bytes=PIECE_BYTES_MAX,
        decimal=number(1.5)[1],
    )  # fmt: skip


@room.post("/uploads")
@allow(*STAFF)
def begin() -> ResponseReturnValue:
    """Begin with what was chosen, or go on with it."""
    form = request.form
    chosen = Chosen(
        kind=_kind(form.get("kind", "")), name=form.get("name", ""), size_bytes=_number(form.get("size", "")),
        mark=form.get("mark", ""), head=_head(form.get("head", "")), has_end=form.get("end") == "1",
    )  # fmt: skip
    return _state(box().uploads.begin(chosen, by=signed_in().person_id))


@room.get("/uploads/<upload_id>")
@allow(*STAFF)
def state(upload_id: str) -> ResponseReturnValue:
    """Say how far an upload is."""
    who = signed_in()
    return _state(box().uploads.find(upload_id, who), wanted=box().uploads.wanted(upload_id, who))


@room.post("/uploads/<upload_id>/piece")
@allow(*STAFF)
@takes(PIECE_BYTES_MAX)
def piece(upload_id: str) -> ResponseReturnValue:
    """Take a piece."""
    at = _number(request.args.get("at", ""))
    taken = box().uploads.take(upload_id, request.get_data(cache=False), at=at, by=signed_in().person_id)
    answer = _state(taken.upload)
    answer.status_code = 503 if taken.busy else 200 if taken.fits else 409
    if taken.busy:
        answer.headers["Retry-After"] = str(BUSY_S)
    return answer


@room.post("/uploads/<upload_id>/give-up")
@allow(*STAFF)
def give_up(upload_id: str) -> ResponseReturnValue:
    """Delete an upload; what is being installed from it stops."""
    upload = box().uploads.find(upload_id, signed_in())
    for job in box().jobs.open():
        if job.stick_id == upload.id:
            box().jobs.give_up(job.id)
    box().uploads.give_up(upload.id, signed_in())
    return redirect(url_for("uploads.show"), 303)


def _state(upload: Upload, *, wanted: tuple[int, ...] = ()) -> Response:
    return jsonify(
        id=upload.id, name=upload.name, kind=upload.kind, state=upload.state, at=upload.arrived_bytes,
        total=upload.total_bytes, spared=upload.spared_bytes, told=_told(upload),
        piece=url_for("uploads.piece", upload_id=upload.id), here=url_for("uploads.state", upload_id=upload.id),
        open=url_for("sticks.show", stick_id=upload.id),
        **({"wanted": wanted} if wanted else {}),
    )  # fmt: skip


def _told(upload: Upload) -> tuple[str, str, str] | None:
    """Why nothing can become of an upload, in three sentences."""
    return sentences(upload.refusal, _, write_size=size, place="upload") if upload.refusal else None


def _kind(raw: str) -> Kind:
    if raw not in KINDS:
        raise BadInputError(field="kind", problem="neither zip nor folder")
    return KINDS[raw]


def _number(raw: str) -> int:
    if not raw.isascii() or not raw.isdigit() or len(raw) > 15:
        raise BadInputError(field="number", problem="no number of bytes")
    return int(raw)


def _head(raw: str) -> bytes:
    try:
        return bytes.fromhex(raw[:64])
    except ValueError as exc:
        raise BadInputError(field="head", problem="no bytes") from exc
