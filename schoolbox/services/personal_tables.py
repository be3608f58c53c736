"""Everything the box keeps of a person, table by table: one list for parents, for the export and for erasing.

A test reads the database's schema and fails for a table that refers to a person and is not here, or is not emptied
when a person is erased.
"""

from collections.abc import Mapping

import msgspec

from schoolbox.marks import N_


class Personal(msgspec.Struct, frozen=True):
    """A table with rows of one person: how they are found, what stands in it and why, in words for parents.

    `sql` gives the rows of person `?1`; `for_how_long` says when they go, `seen_by` who reads them on the pages of the
    box. `of_staff` marks what only staff have.
    """

    sql: str
    what: str
    why: str
    for_how_long: str
    seen_by: str
    of_staff: bool = False


_WITH_PERSON = N_("Until the school erases the person.")
_CLASS_AND_STAFF = N_("The class sees the short name when signing in; its teachers and the technician see all.")
_CHILD = N_("The child and the teachers of its class see it.")
_TEACHERS = N_("The teachers of the class see it.")
_CLASS = N_("The class and its teachers see it.")
_AUTHOR = N_("Only whoever made it sees it, until it is put into the library.")
_OFFICE = N_("Only the technician sees it.")
_NOBODY = N_("No page of the box shows it.")
_BY_PERSON = "SELECT * FROM {} WHERE person_id = ?1"
_BY_ATTEMPT = "SELECT a.item_id, r.* FROM attempt a JOIN {} r ON r.attempt_id = a.id WHERE a.person_id = ?1"
_BY_LESSON = "SELECT l.title, r.* FROM {} r JOIN lesson l ON l.id = r.lesson_id WHERE r.person_id = ?1"

PERSONAL: Mapping[str, Personal] = {
    "person": Personal(
        "SELECT id, actor_id, role, given_name, surname, login, language, created_at, seen_at, archived_at,"
        " parent_name, phone, grade FROM person WHERE id = ?1",
        N_(
            "Name, surname, login name and language, the grade where a class has several; the parent's name and phone "
            "only if the school has chosen so."
        ),
        N_("So that a child finds its name when signing in and its teacher knows who it is."), _WITH_PERSON,
        _CLASS_AND_STAFF,
    ),
    "national_address": Personal(
        _BY_PERSON.format("national_address"),
        N_("The address that holds in the whole country, if the school lets the ministry give one."),
        N_("So that somebody is the same person in every school and has one name for later."),
        N_("Until the school erases the person or the parents take their consent back; then the office erases it."),
        _CHILD,
    ),
    "membership": Personal(
        "SELECT c.name AS class_name, m.* FROM membership m JOIN school_class c ON c.id = m.class_id"
        " WHERE m.person_id = ?1",
        N_("The class."), N_("So that teachers see their own pupils and nobody else."), _WITH_PERSON, _CLASS_AND_STAFF,
    ),
    "class_group_pupil": Personal(
        "SELECT g.name, m.* FROM class_group_pupil m JOIN class_group g ON g.id = m.group_id WHERE m.person_id = ?1",
        N_("The groups within the class."), N_("So that a teacher can give a lesson to a few pupils at once."),
        N_("Until the child leaves the group or the class."), _TEACHERS,
    ),
    "session": Personal(
        "SELECT person_id, started_at, device FROM session WHERE person_id = ?1",
        N_("Where somebody is signed in right now: since when, and on what kind of device."),
        N_("So that nobody works under another child's name."), N_("Until signing out, or some minutes without use."),
        _TEACHERS,
    ),
    "card": Personal(
        "SELECT person_id, made_at FROM card WHERE person_id = ?1", N_("Since when there is a sign-in card."),
        N_("So that a lost card can be ended."), N_("Until a new card is made."), _TEACHERS,
    ),
    "progress": Personal(
        _BY_PERSON.format("progress"), N_("Which lessons were begun and finished, which part of a video was watched."),
        N_("So that a child goes on where it stopped, and the teacher sees who needs help."), _WITH_PERSON, _CHILD,
    ),
    "work_day": Personal(
        _BY_PERSON.format("work_day"),
        N_("On which days there was work, how many minutes, and how much was finished."),
        N_("So that the teacher sees what a week brought."), _WITH_PERSON, _TEACHERS,
    ),
    "attempt": Personal(
        _BY_PERSON.format("attempt"), N_("Which quizzes were tried, and when."),
        N_("So that a quiz can be continued and its result be seen."), _WITH_PERSON, _CHILD,
    ),
    "answer": Personal(
        _BY_ATTEMPT.format("answer"), N_("What was answered, and whether it was right."),
        N_("So that child and teacher see what is not understood yet."), _WITH_PERSON, _CHILD,
    ),
    "hint": Personal(
        _BY_ATTEMPT.format("hint"), N_("How many hints were taken at a question."),
        N_("So that a right answer counts as what it is."), _WITH_PERSON, _CHILD,
    ),
    "lesson": Personal(
        "SELECT * FROM lesson WHERE teacher_id = ?1",
        N_("Lessons that a teacher gave."), N_("So that pupils see who it is from."),
        N_("Until the lesson is deleted; without the name once the teacher is erased."), _CLASS, of_staff=True,
    ),
    "own_course": Personal(
        "SELECT * FROM own_course WHERE teacher_id = ?1",
        N_("Courses that a teacher made of own files."), N_("So that the teacher can go on with them."),
        N_("Until the teacher deletes them or is erased; the course in the library carries no name."),
        _AUTHOR, of_staff=True,
    ),
    "own_quiz": Personal(
        "SELECT * FROM own_quiz WHERE teacher_id = ?1",
        N_("Quizzes that a teacher wrote."), N_("So that the teacher can go on writing."),
        N_("Until the teacher deletes them or is erased; the quiz in the library carries no name."),
        _AUTHOR, of_staff=True,
    ),
    "class_test": Personal(
        "SELECT * FROM class_test WHERE teacher_id = ?1",
        N_("Tests that a teacher held."), N_("So that it is known whose test it is."),
        N_("Until the class is deleted; without the name once the teacher is erased."), _CLASS, of_staff=True,
    ),
    "class_test_pupil": Personal(
        "SELECT t.title, r.* FROM class_test_pupil r JOIN class_test t ON t.id = r.test_id WHERE r.person_id = ?1",
        N_("That a child was chosen for a test, got more time, or looked at the results."),
        N_("So that the test is open for it as long as the teacher wants."), _WITH_PERSON, _CHILD,
    ),
    "lesson_pupil": Personal(
        _BY_LESSON.format("lesson_pupil"), N_("Lessons given to a child alone."),
        N_("So that it sees what is meant for it."), _WITH_PERSON, _CHILD,
    ),
    "lesson_stuck": Personal(
        _BY_LESSON.format("lesson_stuck"), N_("That a child asked for help, and with what."),
        N_("So that the teacher can help."), N_("Until the child takes it back or the lesson is deleted."), _CHILD,
    ),
    "finished_course": Personal(
        _BY_PERSON.format("finished_course"), N_("The courses a child has finished, with day, school and result."),
        N_("So that the child can take along what it has learnt, with a certificate."), _WITH_PERSON, _CHILD,
    ),
    "departure": Personal(
        "SELECT id, person_id, made_at, by_id, meant_for, good_until, put_away_at, ended_at, taken_by FROM departure"
        " WHERE person_id = ?1",
        N_("That a child moves to another school, and a sealed file for that school."),
        N_("So that what was learnt goes along."),
        N_("Until the other school has taken the child in; then a line without a name."), _OFFICE,
    ),
    "arrival": Personal(
        "SELECT id, person_id, from_school, academy, taken_at, by_id FROM arrival WHERE person_id = ?1",
        N_("That a child came from another school, and the receipt for that school."),
        N_("So that the old school erases the child, and nobody is taken in twice."),
        N_("Until the school erases the person; then a line without a name."), _OFFICE,
    ),
    "consent": Personal(
        _BY_PERSON.format("consent"), N_("What parents agreed to or took back, when, and where the paper is."),
        N_("So that the school can show it."), _WITH_PERSON, _OFFICE,
    ),
    "audit": Personal(
        "SELECT id, happened_at, by_id, code, person_id, class_id FROM audit WHERE person_id = ?1 OR by_id = ?1",
        N_("Which of the staff looked at or changed something of whom, and when, as numbers."),
        N_("So that nobody looks without reason."), N_("The newest 300,000 entries, without names of the erased."),
        _OFFICE,
    ),
    "notice_dismissed": Personal(
        _BY_PERSON.format("notice_dismissed"),
        N_("Which notices of the ministry somebody of the staff has read and put away, as numbers."),
        N_("So that nobody is shown the same twice."), N_("Until the notice ends, or the person is erased."), _NOBODY,
        of_staff=True,
    ),
    "shelf_job": Personal(
        "SELECT * FROM shelf_job WHERE asked_by = ?1",
        N_("Who of the staff put packs onto the box."), N_("So that the next person knows whom to ask."),
        N_("Until newer orders push it out."), _OFFICE, of_staff=True,
    ),
    "event": Personal(
        "SELECT id, happened_at, code, facts FROM event"
        " WHERE json_extract(facts, '$.by') = ?1 OR json_extract(facts, '$.person') = ?1",
        N_("What happened on the box lately, with the number of who did it."), N_("So that faults can be found."),
        N_("The newest 1,000 entries, as numbers."), _OFFICE, of_staff=True,
    ),
    "outbox": Personal(
        "SELECT seq, CAST(statement AS TEXT) AS statement, lane, boot FROM outbox"
        " WHERE instr(statement, CAST((SELECT actor_id FROM person WHERE id = ?1) AS BLOB))",
        N_("What was learnt, as it waits for the hub: under a random number, without any name."),
        N_("So that the ministry sees what is learnt in schools, not by whom."), N_("Until the hub has it."), _NOBODY,
    ),
    "quarantine": Personal(
        "SELECT seq, CAST(statement AS TEXT) AS statement, lane, reason, refused_at, kept_at, kept_why"
        " FROM quarantine"
        " WHERE instr(statement, CAST((SELECT actor_id FROM person WHERE id = ?1) AS BLOB))",
        N_("The same, where the hub refused it."), N_("So that nothing is lost unseen."), _WITH_PERSON, _NOBODY,
    ),
}
"""By the name of the table, in the order in which parents read it."""

WITHHELD: Mapping[str, frozenset[str]] = {
    "person": frozenset({"secret", "secret_kind", "pictures"}),
    "session": frozenset({"token_sha256", "seen_monotonic_s", "boot_id"}),
    "card": frozenset({"mark"}),
    "departure": frozenset({"secret", "proof", "content"}),
    "arrival": frozenset({"proof", "receipt"}),
}
"""What is not given out of a row: what one signs in with or what is sealed, useful only to misuse it."""

WITHOUT_NAME = ("audit", "event", "shelf_job", "lesson", "arrival")
"""What stays when somebody is erased, as numbers that no longer lead to anybody."""
