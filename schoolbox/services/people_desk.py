"""Correcting people and classes one by one, and putting them away without losing what they did.

Promises: whoever is archived cannot sign in from that moment, is in no list, and keeps everything; restoring brings all
of it back. A class takes its pupils along: those who are in no other class of today are archived with it, and come back
with it. The login and the random number of a person never change: the one is printed on slips and cards, the other is
how the hub knows the learner. The last technician stays.

    desk.archive(person_id, by=3)
    desk.restore_class(class_id, by=3)
"""

import threading
from collections.abc import Mapping, Sequence
from datetime import UTC

import msgspec
import peewee
from msgspec.structs import replace

from content_packs.clock import Clock
from schoolbox.db.database import Database
from schoolbox.db.models import Membership, Person, SchoolClass
from schoolbox.errors import BadInputError, NotFoundError
from schoolbox.marks import N_
from schoolbox.services.audit import Audit
from schoolbox.services.kept_fields import kept_in
from schoolbox.services.parents import checked as checked_contact
from schoolbox.services.people import GRADE_MAX, NAME_LENGTH_MAX, People, tidy
from schoolbox.services.people_rows import NewPerson
from schoolbox.services.shifts import as_kept

CLASS_LENGTH_MAX = 20
SHIFT_LENGTH_MAX = 20
_SECRETS_MAX = 100
_TECHNICIANS = "SELECT COUNT(*) FROM person WHERE role = 'technician' AND archived_at IS NULL AND id <> ?"
_ALONE = """
SELECT p.id FROM membership m JOIN person p ON p.id = m.person_id
 WHERE m.class_id = ?1 AND p.role = 'pupil' AND p.archived_at IS NULL AND NOT EXISTS
       (SELECT 1 FROM membership n JOIN school_class c ON c.id = n.class_id
         WHERE n.person_id = p.id AND n.class_id <> ?1 AND c.archived_at IS NULL)
"""
_TOGETHER = """
SELECT p.id FROM membership m JOIN person p ON p.id = m.person_id WHERE m.class_id = ? AND p.archived_at = ?
"""
_CLASS_IDS = """
SELECT m.class_id FROM membership m JOIN school_class c ON c.id = m.class_id AND c.archived_at IS NULL
 WHERE m.person_id = ?
"""
_NO_OWN_GRADE = """
UPDATE person SET grade = NULL WHERE id = ?1 AND grade =
       (SELECT min(c.grade) FROM membership m JOIN school_class c ON c.id = m.class_id AND c.archived_at IS NULL
         WHERE m.person_id = ?1 HAVING count(*) = 1)
"""
_CLASSES = """
SELECT c.id, CASE WHEN c.archived_at IS NULL THEN c.name ELSE c.label END, c.grade, c.shift, c.archived_at IS NOT NULL,
       (SELECT COUNT(*) FROM membership m JOIN person p ON p.id = m.person_id AND p.role = 'pupil'
         WHERE m.class_id = c.id AND (p.archived_at IS NULL OR p.archived_at = c.archived_at))
  FROM school_class c ORDER BY c.archived_at IS NOT NULL, c.grade, c.name
"""


class PersonWish(msgspec.Struct, frozen=True):
    """What somebody is to be called and where they belong; `grade` is a pupil's own, None for that of the class.

    The parent's name and the phone stay as they were if they are None.
    """

    given_name: str
    surname: str
    language: str
    class_ids: tuple[int, ...]
    grade: int | None = None
    parent_name: str | None = None
    phone: str | None = None


class ClassWish(msgspec.Struct, frozen=True):
    """What a class is to be called, its grade and shift."""

    name: str
    grade: int
    shift: str


class DeskClass(msgspec.Struct, frozen=True):
    """A class with its pupils, also one that is archived."""

    id: int
    name: str
    grade: int
    shift: str
    archived: bool
    pupils: int


class PeopleDesk:
    """Changes people and classes for the technician."""

    def __init__(self, db: Database, *, clock: Clock, people: People, audit: Audit) -> None:
        self._db = db
        self._clock = clock
        self._people = people
        self._audit = audit
        self._lock = threading.Lock()
        self._secrets: dict[tuple[int, int], str] = {}

    def classes(self) -> list[DeskClass]:
        """Every class, those of today first."""
        return self._db.fetch_sql(_class, _CLASSES)

    def add(self, new: NewPerson, *, by: int) -> int:
        """Add somebody; their secret is fetched once with `take_secret`.

        Raises:
            BadInputError: The role, a name or the phone makes no sense.
            NotFoundError: There is no such class.
        """
        known = self._known(new.class_ids)
        contact = checked_contact(kept_in(self._db), parent_name=new.parent_name, phone=new.phone)
        new = replace(new, grade=_own(new.grade, new.class_ids, known), parent_name="", phone="")
        added = self._people.add(replace(new, **contact))
        self._audit.note_done(by=by, code="person_added", person_id=added.person_id)
        self.keep_secret(added.person_id, added.pin or added.password or "", by=by)
        return added.person_id

    def change(self, person_id: int, wish: PersonWish, *, by: int) -> None:
        """Correct a name, the language, the classes, and how the parents are reached.

        Raises:
            NotFoundError: There is no such person or class.
            BadInputError: A name or the phone makes no sense.
        """
        role = self._role(person_id)
        facts = _names(role, wish.given_name, wish.surname)
        facts |= checked_contact(kept_in(self._db), parent_name=wish.parent_name, phone=wish.phone)
        known = self._known(wish.class_ids)
        grade = _own(wish.grade, wish.class_ids, known) if role == "pupil" else None
        _check_grade(grade)

        def keep() -> None:
            self._db.run(Person.update(**facts, language=wish.language, grade=grade).where(Person.id == person_id))
            gone = Membership.delete().where(
                Membership.person_id == person_id, Membership.class_id.in_(sorted(set(known) - set(wish.class_ids)))
            )
            self._db.run(gone)
            for class_id in wish.class_ids:
                self._people.join(class_id, person_id)
            self._audit.note(by=by, code="person_changed", person_id=person_id)

        self._db.write(keep)

    def correct(self, person_id: int, given_name: str, surname: str, grade: int | None, *, by: int) -> None:
        """Correct the name and the own grade of a pupil, and nothing else.

        Raises:
            NotFoundError: There is no such person.
            BadInputError: A name or the grade makes no sense.
        """
        names = _names(self._role(person_id), given_name, surname)
        class_ids = self._db.fetch_sql(int, _CLASS_IDS, (person_id,))
        own = _own(grade, class_ids, self._known(class_ids))
        _check_grade(own)

        def keep() -> None:
            self._db.run(Person.update(**names, grade=own).where(Person.id == person_id))
            self._audit.note(by=by, code="person_changed", person_id=person_id)

        self._db.write(keep)

    def take_out(self, person_id: int, class_id: int, *, by: int) -> None:
        """Take somebody out of one class; the own grade stays, unless it is that of the one class that is left."""
        member = (Membership.person_id == person_id) & (Membership.class_id == class_id)

        def keep() -> None:
            self._db.run(Membership.delete().where(member))
            self._db.run_sql(_NO_OWN_GRADE, (person_id,))
            self._audit.note(by=by, code="person_changed", person_id=person_id)

        self._db.write(keep)

    def archive(self, person_id: int, *, by: int) -> None:
        """Put somebody away; they are signed out everywhere at once.

        Raises:
            NotFoundError: There is no such person.
            BadInputError: It is the last technician.
        """
        if self._role(person_id) == "technician" and not self._db.fetch_sql(int, _TECHNICIANS, (person_id,))[0]:
            raise BadInputError(field="person", problem=N_("The last technician stays: nobody else could let one in."))
        now = self._now()

        def keep() -> None:
            self.put_people_away([person_id], now)
            self._audit.note(by=by, code="person_archived", person_id=person_id)

        self._db.write(keep)

    def restore(self, person_id: int, *, by: int) -> None:
        """Bring somebody back; their old PIN, card or password works again.

        Raises:
            NotFoundError: There is no such person.
        """
        self._role(person_id)

        def keep() -> None:
            self._db.run(Person.update(archived_at=None).where(Person.id == person_id))
            self._audit.note(by=by, code="person_restored", person_id=person_id)

        self._db.write(keep)

    def change_class(self, class_id: int, wish: ClassWish, *, by: int) -> None:
        """Correct name, grade and shift of a class of today.

        Raises:
            NotFoundError: There is no such class today.
            BadInputError: The name is taken, or something makes no sense.
        """
        self._of_today(class_id)
        wish = _checked(wish)
        change = SchoolClass.update(name=wish.name, grade=wish.grade, shift=wish.shift)
        self._db.write(lambda: self._keep_class(change.where(SchoolClass.id == class_id), by, class_id))

    def add_class(self, wish: ClassWish, *, by: int) -> None:
        """Add a class.

        Raises:
            BadInputError: The name is taken, or something makes no sense.
        """
        wish = _checked(wish)
        add = SchoolClass.insert(name=wish.name, grade=wish.grade, shift=wish.shift)
        self._db.write(lambda: self._keep_class(add, by, 0))

    def _keep_class(self, query: peewee.Query, by: int, class_id: int) -> None:
        try:
            made = self._db.run(query)
        except peewee.IntegrityError as exc:
            raise BadInputError(field="name", problem=N_("Another class has this name already.")) from exc
        self._audit.note(by=by, code="class_changed", class_id=class_id or made)

    def archive_class(self, class_id: int, *, by: int) -> None:
        """Put a class away, with the pupils who are in no other class of today.

        Raises:
            NotFoundError: There is no such class today.
        """
        name, now = self._of_today(class_id), self._now()

        def keep() -> None:
            self.put_people_away(self._db.fetch_sql(int, _ALONE, (class_id,)), now)
            self.put_class_away(class_id, name, now)
            self._audit.note(by=by, code="class_archived", class_id=class_id)

        self._db.write(keep)

    def put_class_away(self, class_id: int, name: str, now: str) -> None:
        """Archive the class itself; its name is free for another one. Only inside a write."""
        away = SchoolClass.update(archived_at=now, label=name, name=f"{name}#{class_id}")
        self._db.run(away.where(SchoolClass.id == class_id))

    def restore_class(self, class_id: int, *, by: int) -> None:
        """Bring a class back, with the pupils who went with it.

        Raises:
            NotFoundError: No such class is archived.
            BadInputError: A class of today has its name.
        """
        query = SchoolClass.select(SchoolClass.label, SchoolClass.archived_at)
        found = self._db.first(_pair, query.where(SchoolClass.id == class_id, SchoolClass.archived_at.is_null(False)))
        if found is None:
            raise NotFoundError(kind="class", key=str(class_id))
        name, archived_at = found

        def keep() -> None:
            back = SchoolClass.update(archived_at=None, name=name).where(SchoolClass.id == class_id)
            try:
                self._db.run(back)
            except peewee.IntegrityError as exc:
                problem = N_("A class of today has this name. Rename it first, then bring this one back.")
                raise BadInputError(field="name", problem=problem) from exc
            people = self._db.fetch_sql(int, _TOGETHER, (class_id, archived_at))
            self._db.run(Person.update(archived_at=None).where(Person.id.in_(people)))
            self._audit.note(by=by, code="class_restored", class_id=class_id)

        self._db.write(keep)

    def put_people_away(self, person_ids: Sequence[int], now: str) -> None:
        """Archive people and sign them out. Only inside a write."""
        self._db.run(Person.update(archived_at=now).where(Person.id.in_(person_ids), Person.archived_at.is_null()))
        for person_id in person_ids:
            self._people.end_sessions(person_id)

    def new_secret(self, person_id: int, *, by: int) -> None:
        """Give somebody a new PIN, pictures or password, fetched once with `take_secret`; they are signed out.

        Raises:
            NotFoundError: There is no such person.
        """
        if self._role(person_id) == "pupil":
            secret = self._people.new_pin(person_id)
        else:
            login = self._db.first(str, Person.select(Person.login).where(Person.id == person_id)) or ""
            secret = self._people.new_password(login)
        self._audit.note(by=by, code="pin_given", person_id=person_id)
        self.keep_secret(person_id, secret, by=by)

    def keep_secret(self, person_id: int, secret: str, *, by: int) -> None:
        """Keep a new secret in memory for who has just made it."""
        with self._lock:
            self._secrets[by, person_id] = secret
            while len(self._secrets) > _SECRETS_MAX:
                del self._secrets[next(iter(self._secrets))]

    def take_secret(self, person_id: int, *, by: int) -> str:
        """The secret that was just made, this once; empty the second time."""
        with self._lock:
            return self._secrets.pop((by, person_id), "")

    def _known(self, class_ids: Sequence[int]) -> dict[int, DeskClass]:
        """The classes of today, by number.

        Raises:
            NotFoundError: One that was asked for is not among them.
        """
        known = {row.id: row for row in self.classes() if not row.archived}
        for class_id in class_ids:
            if class_id not in known:
                raise NotFoundError(kind="class", key=str(class_id))
        return known

    def _role(self, person_id: int) -> str:
        role = self._db.first(str, Person.select(Person.role).where(Person.id == person_id))
        if role is None:
            raise NotFoundError(kind="person", key=str(person_id))
        return role

    def _of_today(self, class_id: int) -> str:
        query = SchoolClass.select(SchoolClass.name).where(SchoolClass.id == class_id)
        name = self._db.first(str, query.where(SchoolClass.archived_at.is_null()))
        if name is None:
            raise NotFoundError(kind="class", key=str(class_id))
        return name

    def _now(self) -> str:
        return self._clock.now().astimezone(UTC).isoformat(timespec="microseconds")


def _names(role: str, given_name: str, surname: str) -> dict[str, str]:
    """Both names without needless spaces.

    Raises:
        BadInputError: One of them makes no sense.
    """
    names = {"given_name": tidy(given_name), "surname": tidy(surname)}
    for field, name in names.items():
        may_be_empty = field == "surname" and role == "technician"
        if not (name or may_be_empty) or len(name) > NAME_LENGTH_MAX or not name.isprintable():
            raise BadInputError(field=field, problem=N_("A name has 1 to 80 letters."))
    return names


def _check_grade(grade: int | None) -> None:
    if grade is not None and not 0 <= grade <= GRADE_MAX:
        raise BadInputError(field="grade", problem=N_("A grade is a number from 0 to 13."))


def _own(grade: int | None, class_ids: Sequence[int], known: Mapping[int, DeskClass]) -> int | None:
    """A pupil's own grade, None where it is that of the class."""
    of_class = known[class_ids[0]].grade if len(class_ids) == 1 else None
    return None if grade == of_class else grade


def _checked(wish: ClassWish) -> ClassWish:
    name, shift = tidy(wish.name), as_kept(wish.shift)
    if not name or len(name) > CLASS_LENGTH_MAX or not name.isprintable() or "#" in name:
        raise BadInputError(field="name", problem=N_("A class is called by 1 to 20 letters."))
    if len(shift) > SHIFT_LENGTH_MAX or not (shift or "-").isprintable():
        raise BadInputError(field="shift", problem=N_("A shift is called by at most 20 letters."))
    if not 0 <= wish.grade <= GRADE_MAX:
        raise BadInputError(field="grade", problem=N_("A grade is a number from 0 to 13."))
    return ClassWish(name, wish.grade, shift)


def _class(number: int, *rest: str | int) -> DeskClass:
    name, grade, shift, archived, pupils = rest
    return DeskClass(number, str(name), int(grade), str(shift), bool(archived), int(pupils))


def _pair(one: str, other: str) -> tuple[str, str]:
    return one, other
