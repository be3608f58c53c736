"""Who of a class is signed in where, for its teacher, who may sign them out."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from schoolbox.web.access import Role, allow, signed_in
from schoolbox.web.context import box

room = Blueprint("sessions", __name__)


@room.get("/classes/<int:class_id>/sessions")
@allow(Role.TEACHER)
def show(class_id: int) -> ResponseReturnValue:
    """List who is signed in."""
    return render_template("sessions/show.html", page=box().sessions.of_class(signed_in().person_id, class_id))


@room.post("/classes/<int:class_id>/sessions")
@allow(Role.TEACHER)
def end(class_id: int) -> ResponseReturnValue:
    """Sign out one, or the whole class."""
    box().sessions.end(signed_in().person_id, class_id, request.form.get("session", ""))
    return redirect(url_for("sessions.show", class_id=class_id), 303)
