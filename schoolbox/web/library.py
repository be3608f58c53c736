"""Looking for a course: areas, then an area or a grade, then the course itself. Everybody may look."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from schoolbox.errors import NotFoundError
from schoolbox.services.achievements import CourseProgress
from schoolbox.services.outline import Outline
from schoolbox.services.shelves import all_grades, area_shelves, of_grade, subject_shelves
from schoolbox.services.tailoring import Scope
from schoolbox.web import seen
from schoolbox.web.access import EVERYBODY, allow, is_staff, signed_in_pupil, viewer
from schoolbox.web.context import box
from schoolbox.web.numbers import number
from schoolbox.web.words import AREAS

room = Blueprint("library", __name__)


@room.get("/subjects")
@allow(*EVERYBODY)
def areas() -> ResponseReturnValue:
    """Show the learning areas and the grades that have courses."""
    packs = seen.library().packs()
    shelves = area_shelves(packs, tuple(AREAS))
    return render_template("library/areas.html", shelves=shelves, grades=all_grades(packs))


@room.get("/subjects/<area>")
@allow(*EVERYBODY)
def area(area: str) -> ResponseReturnValue:
    """Show the courses of a learning area, all or those of one grade."""
    packs = [pack for pack in seen.library().packs() if pack.area == area]
    if area not in AREAS:
        raise NotFoundError(kind="area", key=area)
    grade = request.args.get("grade", type=number)
    return render_template(
        "library/area.html",
        area=area,
        grade=grade,
        grades=all_grades(packs),
        shelves=subject_shelves(of_grade(packs, grade), tuple(AREAS)),
        done=_done(),
    )


@room.get("/grades/<int:grade>")
@allow(*EVERYBODY)
def grade(grade: int) -> ResponseReturnValue:
    """Show the courses of a grade, by subject."""
    packs = seen.library().packs()
    found = of_grade(packs, grade)
    if not found:
        raise NotFoundError(kind="grade", key=str(grade))
    return render_template(
        "library/grade.html",
        grade=grade,
        grades=all_grades(packs),
        shelves=subject_shelves(found, tuple(AREAS)),
        done=_done(),
    )


@room.get("/courses/<pack_id>")
@allow(*EVERYBODY)
def course(pack_id: str) -> ResponseReturnValue:
    """Show a course: what it is, how far one is, its units and items."""
    pupil, who = signed_in_pupil(), viewer()
    found = seen.library().course(pack_id, staff=is_staff())
    progress = CourseProgress(found.outline, {})
    if pupil:
        progress = box().achievements.within(pupil.person_id, found.outline)
    classes = box().classes.of_teacher(who.person_id) if who and who.role == "teacher" else []
    return render_template(
        "library/course.html", course=found, progress=progress, classes=classes, hidden_for=_hidden_for(found.outline)
    )


def _hidden_for(outline: Outline) -> dict[str, tuple[Scope, ...]]:
    """From whom the course and its items are hidden, for staff."""
    if not is_staff():
        return {}
    return box().tailoring.hidden_for([outline.pack.id, *(item.id for item in outline.items)])


def _done() -> dict[str, int]:
    """How many items of each course are done, for a pupil."""
    pupil = signed_in_pupil()
    return box().achievements.done_by_pack(pupil.person_id) if pupil else {}
