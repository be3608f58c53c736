"""Teachers looking after the pupils of their own classes, as far as the school allows it.

Promises: a pupil is added, corrected and put away by the teachers of the class only; for anybody else neither class nor
pupil exists. A pupil who is in other classes of today, too, only leaves this one: what other teachers see is not for
one teacher to end. Everything is in the log of the school (`audit`), and a technician can bring back who was put away.

    person_id = desk.add(teacher_id, class_id, PupilWish("Arta", "Krasniqi"))
    desk.leave(teacher_id, class_id, person_id)
"""

import msgspec

from schoolbox.db.database import Database
from schoolbox.errors import BadInputError, NotAllowedError, NotFoundError
from schoolbox.marks import N_
from schoolbox.services.classes import Classes
from schoolbox.services.groups import Group, Groups
from schoolbox.services.logins import plain
from schoolbox.services.people import NAME_LENGTH_MAX, People, tidy
from schoolbox.services.people_desk import PeopleDesk
from schoolbox.services.people_rows import ClassRow, NewPerson, PupilRow
from schoolbox.services.policy import Policy

TEACHER = "teacher"
_NAMES = """
SELECT p.given_name, p.surname FROM membership m JOIN person p ON p.id = m.person_id
 WHERE m.class_id = ? AND p.role = 'pupil' AND p.archived_at IS NULL AND p.id <> ?
"""
_ELSEWHERE = """
SELECT count(*) FROM membership m JOIN school_class c ON c.id = m.class_id AND c.archived_at IS NULL
 WHERE m.person_id = ? AND m.class_id <> ?
"""


class PupilWish(msgspec.Struct, frozen=True):
    """What a pupil is to be called; `grade` is an own one, None for that of the class."""

    given_name: str
    surname: str
    grade: int | None = None


class PupilsPage(msgspec.Struct, frozen=True):
    """The pupils of a class and its groups; `several` says that several grades learn in it."""

    school_class: ClassRow
    pupils: tuple[PupilRow, ...]
    groups: tuple[Group, ...]
    several: bool


class ClassDeskParts(msgspec.Struct, frozen=True):
    """What the desk works with."""

    classes: Classes
    groups: Groups
    people: People
    desk: PeopleDesk
    policy: Policy


class ClassDesk:
    """Changes the pupils of classes for their teachers."""

    def __init__(self, db: Database, parts: ClassDeskParts) -> None:
        self._db = db
        self._of = parts

    def page(self, teacher_id: int, class_id: int) -> PupilsPage:
        """The pupils of a class.

        Raises:
            NotFoundError: It is not a class of this teacher.
        """
        school_class = self._own(teacher_id, class_id)
        pupils, groups = tuple(self._of.people.pupils(class_id)), self._of.groups.of_class(class_id)
        return PupilsPage(school_class, pupils, groups, self._of.classes.has_several_grades(class_id))

    def add(self, teacher_id: int, class_id: int, wish: PupilWish) -> int:
        """Add a pupil; the PIN or the pictures are fetched once with `PeopleDesk.take_secret`. The pupil's number.

        Raises:
            NotFoundError: It is not a class of this teacher.
            NotAllowedError: The school leaves this to the technician.
            BadInputError: A name makes no sense, or is in the class already.
        """
        self._own(teacher_id, class_id)
        self._check_may(add=True)
        wish = self._checked(class_id, wish)
        new = NewPerson("pupil", wish.given_name, wish.surname, class_ids=(class_id,), grade=wish.grade)
        return self._of.desk.add(new, by=teacher_id)

    def correct(self, teacher_id: int, class_id: int, person_id: int, wish: PupilWish) -> None:
        """Correct the name of a pupil, and the own grade.

        Raises:
            NotFoundError: It is not a class of this teacher, or not a pupil of it.
            NotAllowedError: The school leaves this to the technician.
            BadInputError: A name makes no sense, or is in the class already.
        """
        self._check_pupil(teacher_id, class_id, person_id)
        self._check_may(add=True)
        wish = self._checked(class_id, wish, but=person_id)
        self._of.desk.correct(person_id, wish.given_name, wish.surname, wish.grade, by=teacher_id)

    def leave(self, teacher_id: int, class_id: int, person_id: int) -> bool:
        """Put a pupil away who left; one who is in other classes, too, leaves this one only.

        Returns:
            Whether the pupil was put away.

        Raises:
            NotFoundError: It is not a class of this teacher, or not a pupil of it.
            NotAllowedError: The school leaves this to the technician.
        """
        self._check_pupil(teacher_id, class_id, person_id)
        self._check_may(add=False)
        if self._db.fetch_sql(int, _ELSEWHERE, (person_id, class_id))[0]:
            self._of.desk.take_out(person_id, class_id, by=teacher_id)
            return False
        self._of.desk.archive(person_id, by=teacher_id)
        return True

    def _checked(self, class_id: int, wish: PupilWish, *, but: int = 0) -> PupilWish:
        names = tidy(wish.given_name), tidy(wish.surname)
        for name in names:
            if not name or len(name) > NAME_LENGTH_MAX or not name.isprintable():
                raise BadInputError(field="name", problem=N_("A name has 1 to 80 letters."))
        there = self._db.fetch_sql(_folded, _NAMES, (class_id, but))
        if _folded(*names) in there:
            problem = N_("A pupil of this name is in the class already. If it is another child, write a second name.")
            raise BadInputError(field="name", problem=problem)
        return PupilWish(*names, wish.grade)

    def _check_may(self, *, add: bool) -> None:
        allowed = self._of.policy.allowed()
        if not (allowed.teachers_add_pupils if add else allowed.teachers_put_away):
            raise NotAllowedError(role=TEACHER)

    def _check_pupil(self, teacher_id: int, class_id: int, person_id: int) -> None:
        self._own(teacher_id, class_id)
        if person_id not in {row.person_id for row in self._of.people.pupils(class_id)}:
            raise NotFoundError(kind="pupil", key=str(person_id))

    def _own(self, teacher_id: int, class_id: int) -> ClassRow:
        found = next((row for row in self._of.classes.of_teacher(teacher_id) if row.id == class_id), None)
        if found is None:
            raise NotFoundError(kind="class", key=str(class_id))
        return found


def _folded(given_name: str, surname: str) -> tuple[str, str]:
    return plain(given_name), plain(surname)
