"""The teacher's room: own classes, the map of a class, one child's work, a new PIN."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from schoolbox.web.access import Role, allow, signed_in
from schoolbox.web.context import box

room = Blueprint("classes", __name__)


@room.get("/classes")
@allow(Role.TEACHER)
def mine() -> ResponseReturnValue:
    """List the teacher's classes; with just one, open it."""
    rows = box().classes.of_teacher(signed_in().person_id)
    if len(rows) == 1:
        return redirect(url_for("classes.show", class_id=rows[0].id), 303)
    return render_template("classes/mine.html", classes=rows)


@room.get("/classes/<int:class_id>")
@allow(Role.TEACHER)
def show(class_id: int) -> ResponseReturnValue:
    """Show who is here, who is stuck, and the map of one course."""
    page = box().classes.overview(signed_in().person_id, class_id, request.args.get("course", ""))
    return render_template("classes/show.html", page=page)


@room.get("/classes/<int:class_id>/sign-in")
@allow(Role.TEACHER)
def sign_in(class_id: int) -> ResponseReturnValue:
    """Show how the class signs in without cards, and new secrets once."""
    page = box().classes.secrets_page(signed_in().person_id, class_id)
    return render_template("classes/sign_in.html", page=page)


@room.post("/classes/<int:class_id>/sign-in")
@allow(Role.TEACHER)
def choose_sign_in(class_id: int) -> ResponseReturnValue:
    """Give every pupil of the class a new PIN or new pictures."""
    box().classes.choose_sign_in(signed_in().person_id, class_id, request.form.get("kind", ""))
    return redirect(url_for("classes.sign_in", class_id=class_id), 303)


@room.get("/classes/<int:class_id>/pupils/<int:person_id>")
@allow(Role.TEACHER)
def pupil(class_id: int, person_id: int) -> ResponseReturnValue:
    """Show what one child did, and a new PIN once if there is one."""
    teacher = signed_in().person_id
    page = box().classes.pupil(teacher, class_id, person_id)
    fresh = box().classes.take_new_pin(teacher, person_id) or box().people_desk.take_secret(person_id, by=teacher)
    return render_template(
        "classes/pupil.html", page=page, new_pin=fresh,
        several=box().classes.has_several_grades(class_id),
        finished=box().certificates.record(person_id), address=box().national_addresses.of(person_id),
        contact=box().people_search.contact(person_id),
    )  # fmt: skip


@room.post("/classes/<int:class_id>/pupils/<int:person_id>/pin")
@allow(Role.TEACHER)
def new_pin(class_id: int, person_id: int) -> ResponseReturnValue:
    """Give a child a new PIN and show it on the child's page, this once."""
    box().classes.give_new_pin(signed_in().person_id, class_id, person_id)
    return redirect(url_for("classes.pupil", class_id=class_id, person_id=person_id), 303)
