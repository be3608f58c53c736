"""Groups within a class: named by its teachers, who tick the pupils of each.

Promises: a group is seen and changed by the teachers of its class only; for anybody else it does not exist. Who leaves
the class leaves its groups; who is put away is in no list and back in the group with the class. A lesson that was given
to a group stays with its pupils when the group is deleted.

    group_id = groups.add(teacher_id, class_id, GroupWish("Reading group", (4, 7)))
    groups.page(teacher_id, class_id).groups
"""

from collections import defaultdict
from collections.abc import Sequence

import msgspec
import peewee

from schoolbox.db.database import Database
from schoolbox.db.group_models import ClassGroup
from schoolbox.errors import BadInputError, NotFoundError
from schoolbox.marks import N_
from schoolbox.services.classes import Classes
from schoolbox.services.folding import fold
from schoolbox.services.people import People, tidy
from schoolbox.services.people_rows import ClassRow, PupilRow
from schoolbox.services.texts import write_json

NAME_LENGTH_MAX = 40
GROUPS_MAX = 20
_OF_CLASS = "SELECT id, name FROM class_group WHERE class_id = ?"
_MEMBERS = """
SELECT m.group_id, m.person_id FROM class_group_pupil m JOIN person p ON p.id = m.person_id
 WHERE m.class_id = ? AND p.archived_at IS NULL
"""
_OUT = "DELETE FROM class_group_pupil WHERE group_id = ? AND person_id IN (SELECT value FROM json_each(?))"
_IN = """
INSERT INTO class_group_pupil (group_id, class_id, person_id)
SELECT ?, class_id, person_id FROM membership WHERE class_id = ? AND person_id = ?
"""
_KEEP_LESSONS = """
INSERT OR IGNORE INTO lesson_pupil (lesson_id, person_id)
SELECT l.id, m.person_id FROM lesson l JOIN class_group_pupil m ON m.group_id = l.group_id WHERE l.group_id = ?
"""


class Group(msgspec.Struct, frozen=True):
    """A group and the numbers of its pupils of today."""

    id: int
    name: str
    pupils: frozenset[int]


class GroupWish(msgspec.Struct, frozen=True):
    """What a group is to be called and who is in it."""

    name: str
    pupils: tuple[int, ...]

    def checked(self) -> "GroupWish":
        """The same without needless spaces.

        Raises:
            BadInputError: It has no name, or one that cannot be shown.
        """
        name = tidy(self.name)
        if not name or len(name) > NAME_LENGTH_MAX or not name.isprintable():
            raise BadInputError(field="name", problem=N_("A group is called by 1 to 40 letters."))
        return GroupWish(name, tuple(sorted(set(self.pupils))))


class GroupsPage(msgspec.Struct, frozen=True):
    """The groups of a class, by name, and everybody who can be in one."""

    school_class: ClassRow
    pupils: tuple[PupilRow, ...]
    groups: tuple[Group, ...]


class Groups:
    """Keeps the groups of classes."""

    def __init__(self, db: Database, *, classes: Classes, people: People) -> None:
        self._db = db
        self._classes = classes
        self._people = people

    def page(self, teacher_id: int, class_id: int) -> GroupsPage:
        """The groups of a class with its pupils.

        Raises:
            NotFoundError: It is not a class of this teacher.
        """
        school_class = self._own(teacher_id, class_id)
        return GroupsPage(school_class, tuple(self._people.pupils(class_id)), self.of_class(class_id))

    def of_class(self, class_id: int) -> tuple[Group, ...]:
        """The groups of a class, by name."""
        members: dict[int, set[int]] = defaultdict(set)
        for group_id, person_id in self._db.fetch_sql(_pair, _MEMBERS, (class_id,)):
            members[group_id].add(person_id)
        found = self._db.fetch_sql(_named, _OF_CLASS, (class_id,))
        groups = (Group(group_id, name, frozenset(members[group_id])) for group_id, name in found)
        return tuple(sorted(groups, key=lambda group: (fold(group.name), group.id)))

    def pupils_of(self, teacher_id: int, class_id: int, group_id: int) -> tuple[int, ...]:
        """Who is in a group today.

        Raises:
            NotFoundError: It is not a group of this teacher's class.
        """
        self._own(teacher_id, class_id)
        found = next((group for group in self.of_class(class_id) if group.id == group_id), None)
        if found is None:
            raise NotFoundError(kind="group", key=str(group_id))
        return tuple(sorted(found.pupils))

    def add(self, teacher_id: int, class_id: int, wish: GroupWish) -> int:
        """Make a group; its number.

        Raises:
            NotFoundError: It is not a class of this teacher, or one who was ticked is not in it.
            BadInputError: The name is none, another group has it, or there are too many groups.
        """
        self._own(teacher_id, class_id)
        wish = wish.checked()
        pupils = self._pupils(class_id, wish)
        if len(self.of_class(class_id)) >= GROUPS_MAX:
            raise BadInputError(field="name", problem=N_("A class has at most 20 groups."))

        def keep() -> int:
            group_id: int = self._named(ClassGroup.insert(class_id=class_id, name=wish.name))
            self._tick(group_id, class_id, pupils, wish)
            return group_id

        return self._db.write(keep)

    def change(self, teacher_id: int, class_id: int, group_id: int, wish: GroupWish) -> None:
        """Rename a group, and let those be in it who are ticked.

        Raises:
            NotFoundError: It is not a group of this teacher's class, or one who was ticked is not in the class.
            BadInputError: The name is none, or another group has it.
        """
        self.pupils_of(teacher_id, class_id, group_id)
        wish = wish.checked()
        pupils = self._pupils(class_id, wish)

        def keep() -> None:
            self._named(ClassGroup.update(name=wish.name).where(ClassGroup.id == group_id))
            self._tick(group_id, class_id, pupils, wish)

        self._db.write(keep)

    def delete(self, teacher_id: int, class_id: int, group_id: int) -> None:
        """Delete a group; its lessons stay with the pupils who were in it.

        Raises:
            NotFoundError: It is not a group of this teacher's class.
        """
        self.pupils_of(teacher_id, class_id, group_id)

        def keep() -> None:
            self._db.run_sql(_KEEP_LESSONS, (group_id,))
            self._db.run(ClassGroup.delete().where(ClassGroup.id == group_id))

        self._db.write(keep)

    def _named(self, query: peewee.Query) -> int:
        try:
            made: int = self._db.run(query)
        except peewee.IntegrityError as exc:
            problem = N_("Another group of the class has this name already.")
            raise BadInputError(field="name", problem=problem) from exc
        return made

    def _tick(self, group_id: int, class_id: int, pupils: Sequence[int], wish: GroupWish) -> None:
        """Let of these pupils of the class only the ticked ones be in; whoever is put away stays as they were."""
        self._db.run_sql(_OUT, (group_id, write_json(list(pupils))))
        self._db.run_many(_IN, [(group_id, class_id, person_id) for person_id in wish.pupils])

    def _pupils(self, class_id: int, wish: GroupWish) -> list[int]:
        pupils = [pupil.person_id for pupil in self._people.pupils(class_id)]
        for person_id in wish.pupils:
            if person_id not in pupils:
                raise NotFoundError(kind="pupil", key=str(person_id))
        return pupils

    def _own(self, teacher_id: int, class_id: int) -> ClassRow:
        found = next((row for row in self._classes.of_teacher(teacher_id) if row.id == class_id), None)
        if found is None:
            raise NotFoundError(kind="class", key=str(class_id))
        return found


def _pair(one: int, other: int) -> tuple[int, int]:
    return one, other


def _named(number: int, name: str) -> tuple[int, str]:
    return number, name
