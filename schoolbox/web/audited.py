"""Which pages show or change what is kept of people, so that the school can see who of the staff did so.

Every page that only staff may open stands in `AUDITED`, `BY_SERVICE` or `WITHOUT_PERSONS`, or belongs to one of
`ROOMS_WITHOUT_PERSONS`; a test compares them with the program. A look is kept once the page was made, a change once it
was done (`services.audit`).
"""

from collections.abc import Mapping

from flask import Response, g, request

from schoolbox.services.viewers import is_staff
from schoolbox.web.access import viewer
from schoolbox.web.context import box

AUDITED: Mapping[str, str] = {
    "classes.show": "class_seen",
    "classes.sign_in": "secrets_seen",
    "classes.choose_sign_in": "secrets_given",
    "classes.pupil": "pupil_seen",
    "class_pupils.show_all": "class_seen",
    "classes.new_pin": "pin_given",
    "reports.now": "report_seen",
    "reports.week": "report_seen",
    "reports.week_file": "report_taken",
    "reports.quizzes": "report_seen",
    "reports.quizzes_file": "report_taken",
    "reports.quiz": "report_seen",
    "reports.quiz_file": "report_taken",
    "reports.map_file": "report_taken",
    "reports.pupil": "pupil_seen",
    "cards.show": "cards_seen",
    "cards.make": "cards_made",
    "cards.sheet": "cards_seen",
    "certificates.of_class": "class_seen",
    "certificates.of_course": "certificate_given",
    "certificates.of_pupil": "certificate_given",
    "passports.of_pupil": "passport_given",
    "sessions.show": "sessions_seen",
    "sessions.end": "sessions_ended",
    "lessons.of_class": "class_seen",
    "lessons.new": "class_seen",
    "lessons.make": "lesson_changed",
    "lessons.ask_copies": "class_seen",
    "lessons.copies": "lesson_changed",
    "lessons.show": "class_seen",
    "lessons.change": "lesson_changed",
    "lessons.change_items": "lesson_changed",
    "lessons.give": "lesson_changed",
    "lessons.end": "lesson_changed",
    "lessons.copy": "lesson_changed",
    "lessons.ask_delete": "class_seen",
    "lessons.delete": "lesson_changed",
    "groups.show_all": "class_seen",
    "groups.add": "group_changed",
    "groups.change": "group_changed",
    "groups.delete": "group_changed",
    "lesson_files.keep": "lesson_changed",
    "class_tests.of_class": "class_seen",
    "class_tests.new": "class_seen",
    "class_tests.make": "test_changed",
    "class_tests.show": "test_seen",
    "class_tests.change": "test_changed",
    "class_tests.change_pupil": "test_changed",
    "people.show_all": "people_seen",
    "people.show": "person_seen",
    "transfers.show": "transfers_seen",
    "transfers.open_file": "transfer_opened",
    "transfers.arriving": "transfer_opened",
    "transfers.arrived": "transfers_seen",
    "transfers.receipt": "transfers_seen",
    "transfers.leaving": "transfer_seen",
    "transfers.file": "transfer_taken",
    "transfer_hub.choose": "transfer_seen",
    "transfer_sticks.put_file": "transfer_taken",
    "transfer_sticks.put_receipt": "transfers_seen",
    "rosters.check": "list_seen",
    "rosters.keep": "list_read",
    "rosters.done": "secrets_seen",
    "rosters.export": "list_taken",
    "rosters.choose_kept": "kept_changed",
    "privacy.log": "log_seen",
    "privacy.log_file": "log_seen",
    "privacy.people": "people_seen",
    "privacy.person": "person_seen",
    "privacy.of_class": "class_seen",
    "privacy.ask_erase": "person_seen",
}
"""By the name of the view: what it is called in the log."""
BY_SERVICE = frozenset((
    "privacy.consent", "privacy.consent_of_class", "privacy.export", "privacy.erase",
    "people.add", "people.change", "people.archive", "people.restore", "people.new_secret", "school_classes.add",
    "school_classes.change", "school_classes.archive", "school_classes.restore", "school_classes.roll",
    "transfers.make", "transfers.take_back", "transfers.end", "transfers.take_in", "transfer_hub.send",
    "class_pupils.add", "class_pupils.correct", "class_pupils.leave",
))  # fmt: skip
"""What these do is kept by the service, in the same transaction."""
WITHOUT_PERSONS = frozenset((
    "classes.mine", "reports.classes", "reports.stamp", "lessons.choose", "policy.show", "policy.decide",
    "rosters.show", "rosters.take", "rosters.piece", "rosters.columns", "rosters.choose", "rosters.put_away",
    "lesson_files.one", "lesson_files.several", "lesson_files.course", "lesson_files.bring", "lesson_files.take",
    "lesson_files.look",
    "class_tests.choose", "class_tests.live", "people.new", "school_classes.show_all", "school_classes.year",
))  # fmt: skip
"""They name nobody but whoever looks, or hold a list that is not the box's yet."""
ROOMS_WITHOUT_PERSONS = frozenset((
    "sticks", "jobs", "packs", "uploads", "status", "own_quizzes", "tailoring", "own_files", "collections", "couriers",
    "line", "programs", "clock", "notices", "setup", "reset", "machine", "poster",
    "stick_schools", "stick_roots",
))  # fmt: skip


def belongs_to(class_id: int) -> None:
    """Say which class this request was about, where nobody can look that up afterwards."""
    g.audited_class = class_id


def note(response: Response) -> Response:
    """Keep a look or a change in the log; runs after every request."""
    code, who = AUDITED.get(request.endpoint or ""), viewer()
    if code and who is not None and is_staff(who) and response.status_code < 400:
        asked = request.view_args or {}
        about = {name: value for name, value in asked.items() if name in ("person_id", "class_id")}
        if "lesson_id" in asked:
            about["class_id"] = g.get("audited_class") or box().lessons.class_id_of(asked["lesson_id"])
        elif "test_id" in asked:
            about["class_id"] = g.get("audited_class") or box().class_tests.class_id_of(asked["test_id"])
        keep = box().audit.note_look if request.method == "GET" else box().audit.note_done
        keep(by=who.person_id, code=code, **about)
    return response
