"""Certificates and passports checked at the hub: what they say, and whether the registry lists the school that signed.

Promises: by signature alone, without a sign-in and without asking any box; nothing of what is checked is kept, logged
or put into an address. The schools the hub knows are those in the registry that it publishes (FORMAT 11.5).

    papers = Papers(Path("/srv/shelf"))
    papers.certificate("SB1...").state       # "known", "unknown", "broken" or "none"
"""

from pathlib import Path
from typing import Literal

import msgspec

from content_packs.certificate import Certificate, looks_like_code, read_code
from content_packs.letter import is_letter
from content_packs.manifest import Text
from content_packs.passport import KIND, Course, Passport, read_passport
from content_packs.shelf import DirectoryShelf
from content_packs.trust.academies import key_id
from content_packs.trust.registry import Registry
from sync.hub.published_lists import registry_of

State = Literal["known", "unknown", "broken", "none"]


class CheckedCourse(msgspec.Struct, frozen=True):
    """A course in a passport, and what its own certificate is worth; `names` are those of the school that signed.

    `course` says what the certificate does, unless that is broken. With `other_name` it is for another name than the
    passport's: somebody else's, or an earlier one.
    """

    course: Course
    state: State
    academy: str = ""
    names: Text | None = None
    other_name: str = ""


class Checked(msgspec.Struct, frozen=True):
    """What a check found; `names` are those of the school that signed, if the registry lists it."""

    state: State
    academy: str = ""
    names: Text | None = None
    certificate: Certificate | None = None
    passport: Passport | None = None
    courses: tuple[CheckedCourse, ...] = ()


class Papers:
    """Checks what people bring."""

    def __init__(self, shelf: Path | None) -> None:
        self._shelf = DirectoryShelf(shelf) if shelf else None

    def certificate(self, text: str) -> Checked:
        """Check the text of a certificate, or an address that ends in one."""
        if not looks_like_code(text):
            return Checked("none")
        code = read_code(text)
        if code is None:
            return Checked("broken")
        names = _listed(self._registry(), code.academy, code.public)
        return Checked("known" if names else "unknown", code.academy, names, certificate=code.certificate)

    def passport(self, raw: bytes) -> Checked:
        """Check the bytes of a passport file."""
        if not is_letter(raw, KIND):
            return Checked("none")
        letter = read_passport(raw)
        if letter is None:
            return Checked("broken")
        registry = self._registry()
        names = _listed(registry, letter.academy, letter.public)
        courses = tuple(_course(registry, course, letter.said.name) for course in letter.said.courses)
        state: State = "known" if names else "unknown"
        return Checked(state, letter.academy, names, passport=letter.said, courses=courses)

    def _registry(self) -> Registry | None:
        """The registry that this hub publishes, if it does, and if it is right under the newest root beside it."""
        return registry_of(self._shelf) if self._shelf else None


def _course(registry: Registry | None, course: Course, name: str) -> CheckedCourse:
    found = course.certified(name)
    if found is None:
        return CheckedCourse(course, "broken")
    names = _listed(registry, found.academy, found.public)
    return CheckedCourse(found.course, "known" if names else "unknown", found.academy, names, found.other_name)


def _listed(registry: Registry | None, academy: str, public: str) -> Text | None:
    """The names of an academy that the registry lists with this key."""
    delegations = registry.signed.delegations if registry else None
    role = delegations.roles.get(academy) if delegations and delegations.roles else None
    return registry.publishers[academy].names if registry and role and key_id(public) in role.keyids else None
