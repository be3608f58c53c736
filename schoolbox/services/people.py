"""The people of the school: who they are, which class they are in, and their secrets.

Promises: a PIN is kept as HMAC-SHA256 with a key outside the database and bound to the person, so that a copied
database gives no PIN away and equal PINs do not look equal; a password is kept as `Passwords` keeps it. A new PIN is
given out once and ends the sessions the old one began. Ids that go upstream are random; names never leave the box.

    added = people.add(NewPerson("pupil", "Arta", "Krasniqi", class_ids=(3,)))
    added.pin    # "4711", for the sign-in slip
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Collection, Sequence
from datetime import UTC

from content_packs.clock import Clock
from schoolbox.db.database import Database
from schoolbox.db.models import Membership, Person, SchoolClass
from schoolbox.db.models import Session as SessionRow
from schoolbox.errors import BadInputError, NotFoundError
from schoolbox.services.folding import fold
from schoolbox.services.logins import login_base, next_free, plain
from schoolbox.services.passwords import Passwords
from schoolbox.services.people_rows import AddedPerson, ClassRow, NewPerson, PupilRow
from schoolbox.services.pictures import make as make_pictures
from schoolbox.services.shifts import as_kept
from schoolbox.services.short_names import short_names

PIN_DIGITS = 4
NAME_LENGTH_MAX = 80
ROLES = ("pupil", "teacher", "technician")
GRADE_MAX = 13
PICTURES = "pictures"
SECRET_KINDS = ("pin", PICTURES)
_TOO_EASY = frozenset(
    [digit * PIN_DIGITS for digit in "0123456789"]
    + ["".join(str((start + step) % 10) for step in range(PIN_DIGITS)) for start in range(10)]
    + ["".join(str((start - step) % 10) for step in range(PIN_DIGITS)) for start in range(10)]
)


class People:
    """Adds people and classes, and lists them for signing in."""

    def __init__(
        self,
        db: Database,
        *,
        clock: Clock,
        pin_key: bytes,
        passwords: Passwords,
        randbelow: Callable[[int], int] = secrets.randbelow,
    ) -> None:
        self._db = db
        self._clock = clock
        self._pin_key = pin_key
        self.passwords = passwords
        self._randbelow = randbelow

    def add(self, new: NewPerson) -> AddedPerson:
        """Add somebody, inside or outside a larger change.

        Raises:
            BadInputError: The role, a name, the login or the password makes no sense, or the login is taken.
        """
        return self.add_hashed(new, *self.staff_secret(new))

    def staff_secret(self, new: NewPerson) -> tuple[str, str]:
        """The password of new staff and its hash, both empty for a pupil: slow, so done before a larger change.

        Raises:
            BadInputError: The password is too short or too long.
        """
        if new.role == "pupil":
            return "", ""
        password = new.password or self.passwords.make()
        return password, self.passwords.hash(password)

    def add_hashed(self, new: NewPerson, password: str, password_hash: str) -> AddedPerson:
        """Add somebody whose password, if any, is hashed already.

        Raises:
            BadInputError: The role, a name or the login makes no sense, or the login is taken.
        """
        _check(new)
        return self._db.write(lambda: self._insert(new, password, password_hash))

    def _insert(self, new: NewPerson, password: str, password_hash: str) -> AddedPerson:
        pupil = new.role == "pupil"
        login = self._login(new)
        person_id = self._db.run(
            Person.insert(
                actor_id=secrets.token_hex(16), role=new.role, given_name=tidy(new.given_name),
                surname=tidy(new.surname), login=login, language=new.language,
                secret_kind="none" if pupil else "password", secret=password_hash,
                created_at=self._clock.now().astimezone(UTC).isoformat(timespec="seconds"),
                parent_name=tidy(new.parent_name), phone=tidy(new.phone), grade=new.grade,
            )
        )  # fmt: skip
        for class_id in new.class_ids:
            self.join(class_id, person_id)
        return AddedPerson(person_id, login, self._new_secret(person_id) if pupil else None, password or None)

    def _login(self, new: NewPerson) -> str:
        base = new.login or login_base(new.given_name, new.surname)
        near = (Person.login >= base) & (Person.login < f"{base}~")
        taken = set(self._db.fetch(str, Person.select(Person.login).where(near)))
        if new.login and new.login in taken:
            raise BadInputError(field="login", problem=f"{new.login} is taken")
        return next_free(base, taken)

    def join(self, class_id: int, person_id: int) -> None:
        """Put somebody into a class; fine if they are in it; inside or outside a larger change."""
        query = Membership.insert(class_id=class_id, person_id=person_id).on_conflict_ignore()
        self._db.write(lambda: self._db.run(query))

    def new_pin(self, person_id: int) -> str:
        """Give a pupil a new PIN, or pictures where the class uses them, to be shown once; inside or outside a change.

        Whoever is signed in with the old one is signed out.

        Raises:
            NotFoundError: There is no such pupil.
        """

        def change() -> str:
            query = Person.select(Person.id).where(Person.id == person_id, Person.role == "pupil")
            if self._db.first(int, query) is None:
                raise NotFoundError(kind="pupil", key=str(person_id))
            self.end_sessions(person_id)
            return self._new_secret(person_id)

        return self._db.write(change)

    def _new_secret(self, person_id: int) -> str:
        renew = self._set_new_pictures if self._class_uses_pictures(person_id) else self._set_new_pin
        return renew(person_id)

    def add_all(self, wishes: Sequence[tuple[NewPerson, tuple[str, str]]]) -> list[AddedPerson]:
        """Add many people at once, each with what `staff_secret` gave: a thousand take as long as ten one by one.

        A login that is wished for and taken, or no login, is replaced by the next free one.

        Raises:
            BadInputError: A role or a name makes no sense.
        """
        for new, _ in wishes:
            _check(new)
        return self._db.write(lambda: self._insert_all(wishes))

    def _insert_all(self, wishes: Sequence[tuple[NewPerson, tuple[str, str]]]) -> list[AddedPerson]:
        taken = set(self._db.fetch(str, Person.select(Person.login)))
        before = self._db.fetch_sql(int, "SELECT seq FROM sqlite_sequence WHERE name = 'person'")
        with_pictures = SchoolClass.select(SchoolClass.id).where(SchoolClass.sign_in == PICTURES)
        by_pictures = set(self._db.fetch(int, with_pictures))
        now = self._clock.now().astimezone(UTC).isoformat(timespec="seconds")
        added: list[AddedPerson] = []
        rows: list[dict[str, str | int | None]] = []
        for person_id, (new, (password, password_hash)) in enumerate(wishes, start=sum(before) + 1):
            pictures = new.role == "pupil" and bool(by_pictures.intersection(new.class_ids))
            pin = make_pictures(self._randbelow) if pictures else self._make_pin() if new.role == "pupil" else None
            login = next_free(new.login or login_base(new.given_name, new.surname), taken)
            taken.add(login)
            rows.append({
                "id": person_id, "actor_id": secrets.token_hex(16), "role": new.role,
                "given_name": tidy(new.given_name), "surname": tidy(new.surname), "login": login,
                "language": new.language, "secret_kind": "pin" if pin else "password",
                "secret": self.pin_mark(person_id, pin) if pin else password_hash, "created_at": now,
                "parent_name": tidy(new.parent_name), "phone": tidy(new.phone), "pictures": int(pictures),
                "grade": new.grade,
            })  # fmt: skip
            added.append(AddedPerson(person_id, login, pin, password or None))
        if rows:
            names = ", ".join(rows[0])
            values = ", ".join(f":{name}" for name in rows[0])
            self._db.run_many(f"INSERT INTO person ({names}) VALUES ({values})", rows)  # noqa: S608 - our own names
        members = [
            (class_id, one.person_id) for one, (new, _) in zip(added, wishes, strict=True) for class_id in new.class_ids
        ]
        self._db.run_many("INSERT OR IGNORE INTO membership (class_id, person_id) VALUES (?, ?)", members)
        return added

    def take_pin(self, person_id: int, pin: str) -> None:
        """Keep the PIN that a pupil chose; every session of the pupil is over.

        Raises:
            BadInputError: It is not four digits, or too easy.
        """
        if len(pin) != PIN_DIGITS or not (pin.isascii() and pin.isdigit()) or pin in _TOO_EASY:
            raise BadInputError(field="pin", problem=f"it needs {PIN_DIGITS} digits that are not too easy")

        def change() -> None:
            self.end_sessions(person_id)
            self._keep_pin(person_id, pin)

        self._db.write(change)

    def end_sessions(self, person_id: int) -> None:
        """Sign somebody out everywhere, inside or outside a larger change."""
        query = SessionRow.delete().where(SessionRow.person_id == person_id)
        self._db.write(lambda: self._db.run(query))

    def _make_pin(self) -> str:
        pin = ""
        while not pin or pin in _TOO_EASY:
            pin = f"{self._randbelow(10**PIN_DIGITS):0{PIN_DIGITS}}"
        return pin

    def _set_new_pin(self, person_id: int) -> str:
        return self._keep_pin(person_id, self._make_pin())

    def _set_new_pictures(self, person_id: int) -> str:
        return self._keep_pin(person_id, make_pictures(self._randbelow), pictures=True)

    def _keep_pin(self, person_id: int, pin: str, *, pictures: bool = False) -> str:
        secret = self.pin_mark(person_id, pin)
        change = Person.update(secret_kind="pin", secret=secret, pictures=int(pictures))  # noqa: S106 - the kind
        self._db.run(change.where(Person.id == person_id))
        return pin

    def _class_uses_pictures(self, person_id: int) -> bool:
        query = SchoolClass.select(SchoolClass.id).join(Membership, on=(Membership.class_id == SchoolClass.id))
        query = query.where(Membership.person_id == person_id, SchoolClass.sign_in == "pictures")
        return self._db.first(int, query.where(SchoolClass.archived_at.is_null())) is not None

    def uses_pictures(self, person_id: int) -> bool:
        """Whether somebody has three pictures instead of a PIN."""
        query = Person.select(Person.id).where(Person.id == person_id, Person.pictures == 1)
        return self._db.first(int, query) is not None

    def choose_sign_in(self, class_id: int, kind: str) -> dict[int, str]:
        """Let a class sign in with `pin` or `pictures`; every pupil gets a new secret of that kind, shown once.

        Returns:
            The new secrets by the ids of the pupils.

        Raises:
            BadInputError: There is no such kind.
        """
        if kind not in SECRET_KINDS:
            raise BadInputError(field="sign_in", problem=f"it is none of {', '.join(SECRET_KINDS)}")

        def change() -> dict[int, str]:
            self._db.run(SchoolClass.update(sign_in=kind).where(SchoolClass.id == class_id))
            return {row.person_id: self.new_pin(row.person_id) for row in self.pupils(class_id)}

        return self._db.write(change)

    def class_sign_in(self, class_id: int) -> str:
        """How a class signs in: `pin` or `pictures`."""
        query = SchoolClass.select(SchoolClass.sign_in).where(SchoolClass.id == class_id)
        return self._db.first(str, query) or SECRET_KINDS[0]

    def pin_mark(self, person_id: int, pin: str) -> str:
        """What is stored for a person's PIN or pictures."""
        return hmac.new(self._pin_key, f"pin:{person_id}:{pin}".encode(), hashlib.sha256).hexdigest()

    def new_password(self, login: str, password: str = "") -> str:
        """Give a teacher or technician another password, one of ours if none is given, and end their sessions.

        Raises:
            BadInputError: The password is too short or too long, or no teacher or technician has this login.
        """
        password = password or self.passwords.make()
        stored = self.passwords.hash(password)

        def change() -> None:
            query = Person.select(Person.id).where(Person.login == login, Person.role != "pupil")
            person_id = self._db.first(int, query)
            if person_id is None:
                raise BadInputError(field="login", problem=f"no teacher or technician has the login {login}")
            self._db.run(SessionRow.delete().where(SessionRow.person_id == person_id))
            update = Person.update(secret_kind="password", secret=stored)  # noqa: S106 - the kind, not the secret
            self._db.run(update.where(Person.id == person_id))

        self._db.write(change)
        return password

    def has_technician(self) -> bool:
        """Whether somebody owns this box."""
        query = Person.select(Person.id).where(Person.role == "technician", Person.archived_at.is_null())
        return self._db.first(int, query) is not None

    def class_add(self, name: str, grade: int, shift: str = "") -> int:
        """Add a class, or find the one of this name; returns its id.

        Raises:
            BadInputError: The name or the grade makes no sense, or the class is known with another grade.
        """
        name = tidy(name)
        if not name or len(name) > 20 or not name.isprintable():
            raise BadInputError(field="class", problem="it needs 1 to 20 letters")
        if not 0 <= grade <= GRADE_MAX:
            raise BadInputError(field="grade", problem=f"{grade} is not from 0 to {GRADE_MAX}")

        def keep() -> int:
            self._db.run(SchoolClass.insert(name=name, grade=grade, shift=as_kept(shift)).on_conflict_ignore())
            query = SchoolClass.select(SchoolClass.id, SchoolClass.grade).where(SchoolClass.name == name)
            class_id, known_grade = self._db.fetch(_pair, query)[0]
            if known_grade != grade:
                raise BadInputError(field="grade", problem=f"class {name} is known with grade {known_grade}")
            return class_id

        return self._db.write(keep)

    def classes(self) -> list[ClassRow]:
        """Every class of today, by grade and name, with how many pupils it has."""
        sql = (
            "SELECT c.id, c.name, c.grade, c.shift, count(p.id) FROM school_class c"
            " LEFT JOIN membership m ON m.class_id = c.id"
            " LEFT JOIN person p ON p.id = m.person_id AND p.role = 'pupil' AND p.archived_at IS NULL"
            " WHERE c.archived_at IS NULL GROUP BY c.id ORDER BY c.grade, c.name"
        )
        return self._db.fetch_sql(ClassRow, sql)

    def school_class(self, class_id: int) -> ClassRow:
        """One class.

        Raises:
            NotFoundError: There is no such class today.
        """
        found = next((row for row in self.classes() if row.id == class_id), None)
        if found is None:
            raise NotFoundError(kind="class", key=str(class_id))
        return found

    def names(self, person_ids: Collection[int]) -> dict[int, str]:
        """The full names of some people; somebody who is no longer known is left out."""
        rows = self._db.fetch(
            _named, Person.select(Person.id, Person.given_name, Person.surname).where(Person.id.in_(list(person_ids)))
        )
        return {person_id: f"{given_name} {surname}".strip() for person_id, given_name, surname in rows}

    def pupils(self, class_id: int) -> list[PupilRow]:
        """The pupils of a class under their short names, in alphabetical order."""
        sql = (
            "SELECT p.id, p.given_name, p.surname FROM membership m JOIN person p ON p.id = m.person_id"
            " WHERE m.class_id = ? AND p.role = 'pupil' AND p.archived_at IS NULL"
        )
        rows = self._db.fetch_sql(_named, sql, (class_id,))
        names = short_names(rows)
        pupils = [PupilRow(person_id, names[person_id], given_name) for person_id, given_name, _ in rows]
        return sorted(pupils, key=lambda row: (fold(row.short_name), row.short_name, row.person_id))


def tidy(text: str) -> str:
    """A name without needless spaces."""
    return " ".join(text.split())


def _check(new: NewPerson) -> None:
    if new.role not in ROLES:
        raise BadInputError(field="role", problem=f"it is none of {', '.join(ROLES)}")
    required: Sequence[tuple[str, str]] = (("given_name", new.given_name), ("surname", new.surname))
    for field, value in required:
        if not tidy(value) and new.role != "technician":
            raise BadInputError(field=field, problem="it is empty")
        if len(value) > NAME_LENGTH_MAX or not tidy(value).isprintable():
            raise BadInputError(field=field, problem=f"it has more than {NAME_LENGTH_MAX} letters or odd signs")
    if new.grade is not None and (new.role != "pupil" or not 0 <= new.grade <= GRADE_MAX):
        raise BadInputError(field="grade", problem=f"{new.grade} is not from 0 to {GRADE_MAX}")
    if new.login and not is_login(new.login):
        raise BadInputError(field="login", problem="it may hold small letters a to z, digits and dots")


def is_login(text: str) -> bool:
    """Whether this can be a login: at most 64 small letters a to z, digits and dots."""
    return len(text) <= 64 and all(part and part == plain(part).replace(" ", "") for part in text.split("."))


def _named(person_id: int, given_name: str, surname: str) -> tuple[int, str, str]:
    return person_id, given_name, surname


def _pair(first: int, second: int) -> tuple[int, int]:
    return first, second
