"""The teacher's reports: right now, the week, the quizzes, a pupil day by day; each also as a file where that helps."""

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from schoolbox.services.charts import of_bars, share_width
from schoolbox.services.report_files import ReportFile, write_table
from schoolbox.web import report_tables
from schoolbox.web.access import Role, allow, signed_in
from schoolbox.web.context import box
from schoolbox.web.report_words import day_name

room = Blueprint("reports", __name__)
DAYS_DRAWN = 14


@room.get("/reports")
@allow(Role.TEACHER)
def classes() -> ResponseReturnValue:
    """List the teacher's classes; with just one, open it."""
    rows = box().classes.of_teacher(signed_in().person_id)
    if len(rows) == 1:
        return redirect(url_for("reports.week", class_id=rows[0].id), 303)
    return render_template("reports/classes.html", classes=rows)


@room.get("/reports/<int:class_id>/now")
@allow(Role.TEACHER)
def now(class_id: int) -> ResponseReturnValue:
    """Show who is here and who is stuck."""
    return render_template("reports/now.html", page=box().reports.now(signed_in().person_id, class_id))


@room.get("/reports/<int:class_id>/now.json")
@allow(Role.TEACHER)
def stamp(class_id: int) -> ResponseReturnValue:
    """Tell an open page whether it is still true."""
    answer = jsonify(stamp=box().reports.stamp(signed_in().person_id, class_id))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@room.get("/reports/<int:class_id>/week")
@allow(Role.TEACHER)
def week(class_id: int) -> ResponseReturnValue:
    """Show what a class did in a week."""
    page = box().reports.week(signed_in().person_id, class_id, request.args.get("week", ""))
    minutes = page.work.minutes
    sides = zip(page.work.week.days, page.work.week.before.days, strict=True)
    chart = of_bars([(day_name(day), minutes.get(day, 0), minutes.get(before, 0)) for day, before in sides])
    return render_template("reports/week.html", page=page, chart=chart)


@room.get("/reports/<int:class_id>/week.<form>")
@allow(Role.TEACHER)
def week_file(class_id: int, form: str) -> ResponseReturnValue:
    """Hand out the week as a file."""
    page = box().reports.week(signed_in().person_id, class_id, request.args.get("week", ""))
    return _handed_out(write_table(form, f"week-{page.work.week.name}", report_tables.of_week(page)))


@room.get("/reports/<int:class_id>/quizzes")
@allow(Role.TEACHER)
def quizzes(class_id: int) -> ResponseReturnValue:
    """Show how the class fared in its quizzes."""
    return render_template("reports/quizzes.html", page=box().reports.quizzes(signed_in().person_id, class_id))


@room.get("/reports/<int:class_id>/quizzes.<form>")
@allow(Role.TEACHER)
def quizzes_file(class_id: int, form: str) -> ResponseReturnValue:
    """Hand out the results as a file."""
    sheet = box().reports.results(signed_in().person_id, class_id)
    return _handed_out(write_table(form, "quizzes", report_tables.of_quizzes(sheet)))


@room.get("/reports/<int:class_id>/quizzes/<item_id>")
@allow(Role.TEACHER)
def quiz(class_id: int, item_id: str) -> ResponseReturnValue:
    """Show a quiz question by question."""
    page = box().reports.quiz(signed_in().person_id, class_id, item_id)
    return render_template("reports/quiz.html", page=page, share_width=share_width)


@room.get("/reports/<int:class_id>/quizzes/<item_id>/questions.<form>")
@allow(Role.TEACHER)
def quiz_file(class_id: int, item_id: str, form: str) -> ResponseReturnValue:
    """Hand out the questions of a quiz and how they went as a file."""
    page = box().reports.quiz(signed_in().person_id, class_id, item_id)
    return _handed_out(write_table(form, "questions", report_tables.of_quiz(page)))


@room.get("/reports/<int:class_id>/courses/<pack_id>/map.<form>")
@allow(Role.TEACHER)
def map_file(class_id: int, pack_id: str, form: str) -> ResponseReturnValue:
    """Hand out the map of a class in a course as a file."""
    sheet = box().reports.map_sheet(signed_in().person_id, class_id, pack_id)
    return _handed_out(write_table(form, "map", report_tables.of_map(sheet)))


@room.get("/reports/<int:class_id>/pupils/<int:person_id>")
@allow(Role.TEACHER)
def pupil(class_id: int, person_id: int) -> ResponseReturnValue:
    """Show what a pupil did day by day."""
    everything = request.args.get("days") == "all"
    page = box().reports.timeline(signed_in().person_id, class_id, person_id, everything=everything)
    drawn = reversed(page.days[:DAYS_DRAWN])
    return render_template(
        "reports/pupil.html", page=page, chart=of_bars([(day_name(each.day), each.minutes, None) for each in drawn])
    )


def _handed_out(file: ReportFile) -> Response:
    answer = Response(file.content, mimetype=file.mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
