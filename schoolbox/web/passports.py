"""Passports: taken along by pupils, given by their teachers, checked by everybody.

Rules: checking writes nothing down: neither the file nor whose it is stands in a log, in a cache, or in what is sent
on to the next page.
"""

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from content_packs.passport import PASSPORT_BYTES_MAX
from schoolbox.services.passports import PassportFile
from schoolbox.web.access import EVERYBODY, Role, allow, signed_in
from schoolbox.web.bodies import takes
from schoolbox.web.context import box

room = Blueprint("passports", __name__)
FORM_BYTES_MAX = 240 * 1024
"""A little less than what the server lets through at once."""


@room.get("/my-progress/passport")
@allow(Role.PUPIL)
def own() -> ResponseReturnValue:
    """Give a pupil the own passport to take along."""
    return _file(box().passports.own(signed_in().person_id))


@room.get("/classes/<int:class_id>/pupils/<int:person_id>/passport")
@allow(Role.TEACHER)
def of_pupil(class_id: int, person_id: int) -> ResponseReturnValue:
    """Give a teacher the passport of a pupil."""
    return _file(box().passports.of_pupil(signed_in().person_id, class_id, person_id))


@room.post("/check/passport")
@allow(*EVERYBODY)
@takes(FORM_BYTES_MAX)
def check() -> ResponseReturnValue:
    """Say what a passport file holds and who signed it."""
    file = request.files.get("passport")
    raw = file.read(PASSPORT_BYTES_MAX + 1) if file else b""
    answer = make_response(render_template("passports/checked.html", found=box().passports.check(raw)))
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _file(made: PassportFile) -> Response:
    answer = Response(made.content, mimetype="text/plain")
    answer.headers["Content-Disposition"] = f'attachment; filename="{made.name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
