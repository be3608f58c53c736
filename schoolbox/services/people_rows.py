"""People and classes as they are asked for and as they are listed: values without a database."""

import msgspec


class NewPerson(msgspec.Struct, frozen=True):
    """Somebody to add; staff without a password are given one, a login is made of the name unless it is given.

    `grade` is a pupil's own, where a class has several.
    """

    role: str
    given_name: str
    surname: str
    class_ids: tuple[int, ...] = ()
    language: str = ""
    login: str = ""
    password: str = ""
    parent_name: str = ""
    phone: str = ""
    grade: int | None = None


class AddedPerson(msgspec.Struct, frozen=True):
    """Who was added, with the secret that is shown this once: a PIN for a pupil, a password for staff."""

    person_id: int
    login: str
    pin: str | None
    password: str | None


class ClassRow(msgspec.Struct, frozen=True):
    """A class and how many pupils it has."""

    id: int
    name: str
    grade: int
    shift: str
    pupils: int


class PupilRow(msgspec.Struct, frozen=True):
    """A pupil as the class may see them."""

    person_id: int
    short_name: str
    given_name: str
