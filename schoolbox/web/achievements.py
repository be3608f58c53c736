"""My progress: what a pupil has done so far; nobody else's, and compared with nobody."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from schoolbox.web.access import Role, allow, signed_in
from schoolbox.web.context import box

room = Blueprint("achievements", __name__)


@room.get("/my-progress")
@allow(Role.PUPIL)
def show() -> ResponseReturnValue:
    """Show a pupil what they have done."""
    person_id = signed_in().person_id
    return render_template(
        "achievements/show.html", achieved=box().achievements.of(person_id),
        finished=box().certificates.record(person_id), address=box().national_addresses.of(person_id),
    )  # fmt: skip
