"""Certificates: printed by pupils and teachers, checked by everybody.

Rules: a paper speaks the pupil's language. Checking writes nothing down: neither the code nor whose it is stands in a
log, in a cache, or in what is sent on to the next page.
"""

from collections.abc import Sequence

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from schoolbox.services.certificate_sheet import CertificateText, draw
from schoolbox.services.certificates import Checked, Issued
from schoolbox.web.access import EVERYBODY, Role, allow, signed_in
from schoolbox.web.context import box
from schoolbox.web.i18n import _, dated, number, speaking

room = Blueprint("certificates", __name__)
ADDRESS_OF_CODE = "HTTP://{host}/CHECK/{code}"
"""In capital letters, which a QR code holds in half the room."""


@room.get("/my-progress/certificates/<pack_id>")
@allow(Role.PUPIL)
def own(pack_id: str) -> ResponseReturnValue:
    """Print the certificate of one's own course."""
    return _paper(box().certificates.own(signed_in().person_id, pack_id))


@room.get("/classes/<int:class_id>/certificates")
@allow(Role.TEACHER)
def of_class(class_id: int) -> ResponseReturnValue:
    """List the courses a class finished, to print the certificates of all at once."""
    page = box().certificates.of_class(signed_in().person_id, class_id)
    return render_template("certificates/of_class.html", page=page)


@room.get("/classes/<int:class_id>/certificates/<pack_id>")
@allow(Role.TEACHER)
def of_course(class_id: int, pack_id: str) -> ResponseReturnValue:
    """Print the certificates of all who finished a course, a page each."""
    return _paper(box().certificates.of_course(signed_in().person_id, class_id, pack_id))


@room.get("/classes/<int:class_id>/pupils/<int:person_id>/certificates/<pack_id>")
@allow(Role.TEACHER)
def of_pupil(class_id: int, person_id: int, pack_id: str) -> ResponseReturnValue:
    """Print the certificate of one pupil."""
    return _paper(box().certificates.of_pupil(signed_in().person_id, class_id, person_id, pack_id))


@room.get("/check")
@allow(*EVERYBODY)
def ask() -> ResponseReturnValue:
    """Ask for the text of a certificate."""
    return _secretly(render_template("certificates/check.html", found=None))


@room.post("/check")
@allow(*EVERYBODY)
def check() -> ResponseReturnValue:
    """Check a text that was typed, pasted or read by another phone."""
    return _found(box().certificates.check(request.form.get("code", "")))


@room.get("/check/<code>")
@room.get("/CHECK/<code>")
@allow(*EVERYBODY)
def read(code: str) -> ResponseReturnValue:
    """Check the code that a phone's camera opened."""
    return _found(box().certificates.check(code))


def _found(found: Checked) -> Response:
    return _secretly(render_template("certificates/check.html", found=found))


def _secretly(page: str) -> Response:
    answer = make_response(page)
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _paper(issued: Sequence[Issued]) -> Response:
    host = min(box().addresses(), key=lambda address: not address[:1].isdigit())
    texts = []
    for one in issued:
        with speaking(one.language):
            texts.append(_text(one, host))
    answer = Response(draw(texts, title=_("Certificate")), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = 'inline; filename="certificate.pdf"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _text(one: Issued, host: str) -> CertificateText:
    said = one.certificate
    return CertificateText(
        language=one.language,
        heading=_("Certificate"),
        school=", ".join(part for part in (said.school, said.municipality) if part),
        given_to=_("The school certifies that"),
        name=said.name,
        has_finished=_("has finished the course"),
        course=said.course,
        publisher=_("published by %(name)s", name=said.publisher),
        day=_("on %(day)s", day=dated(one.finished_on)),
        mastery=_mastery(said.mastery),
        teacher=_("Teacher"),
        head=_("Head of school"),
        how_to_check=_(
            "To check this certificate, point a phone on the school's Wi-Fi at the code. At the box of another school, "
            "open the page “Check a certificate” and give it the text below, as a phone reads it off the code. "
            "No internet is needed."
        ),
        address=ADDRESS_OF_CODE.format(host=host.upper(), code=one.code),
        code=one.code,
        short_label=_("Short code, for the box of this school:"),
        short=one.short,
    )  # fmt: skip


def _mastery(per_cent: int) -> str:
    if per_cent < 0:
        return ""
    return _("with %(per_cent)s %% of the answers right", per_cent=number(per_cent))
