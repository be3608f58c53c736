"""How a new box gets its owner: a code that only somebody at the box can read, used once.

Promises: there is no default password. While the box has no technician, a code of 8 signs (Crockford's base 32, 40
bits) is kept as a hash in the database and in plain in `CLAIM.txt` (0600) for whoever holds the card. Claiming is one
change: the technician, the school's name and the end of the code, all or nothing. Of two with the same code one owns.

    claim.prepare()    # "K7PM-2R9X", printed when the box starts; None once it is owned
"""

import hashlib
import hmac
import logging
import secrets
from collections.abc import Callable
from pathlib import Path

import msgspec

from content_packs.durable import Disk
from content_packs.errors import DiskError
from schoolbox import logs
from schoolbox.db.database import Database
from schoolbox.db.models import Setting
from schoolbox.errors import NotFoundError, SignInError
from schoolbox.services.codes import as_meant, new_code
from schoolbox.services.events import Events
from schoolbox.services.people import People
from schoolbox.services.people_rows import NewPerson
from schoolbox.services.school import School
from schoolbox.services.sign_in import SignIn
from schoolbox.services.throttle import Throttle

LOG = logging.getLogger(__name__)
CODE_LENGTH = 8
LOGIN = "teknik"
_KEY = "claim_sha256"


class Owner(msgspec.Struct, frozen=True):
    """What the form says."""

    code: str
    school: str
    municipality: str
    password: str
    login: str = LOGIN


class ClaimServices(msgspec.Struct, frozen=True):
    """The services a claim touches."""

    people: People
    school: School
    sign_in: SignIn
    throttle: Throttle
    events: Events


class Claim:
    """Makes the code, and takes it."""

    def __init__(
        self,
        db: Database,
        services: ClaimServices,
        *,
        disk: Disk,
        file: Path,
        randbelow: Callable[[int], int] = secrets.randbelow,
    ) -> None:
        self._db = db
        self._with = services
        self._disk = disk
        self._file = file
        self._randbelow = randbelow

    def prepare(self) -> str | None:
        """Give the code to print, making it if it is not there; None for a box that has an owner."""
        if self._with.people.has_technician():
            self._forget_file()
            return None
        known = self._read_file()
        if known and hmac.compare_digest(self._stored() or "", _hash(known)):
            return known
        shown = new_code(CODE_LENGTH, self._randbelow)
        self._keep(shown)
        return shown

    def choose(self, code: str) -> None:
        """Take a code that somebody chose who had the card in hand, unless the box has an owner."""
        if not self._with.people.has_technician():
            self._keep(code)

    def needed(self) -> bool:
        """Whether the box waits for its owner."""
        return self._stored() is not None and not self._with.people.has_technician()

    def claim(self, owner: Owner, *, device: str) -> str:
        """Make somebody the box's technician; returns the token of their session.

        Raises:
            NotFoundError: The box has an owner.
            SignInError: Not the code.
            ThrottledError: Too many tries from this device; the code was not looked at.
            BadInputError: The school, the login or the password makes no sense; the code goes on being good.
        """
        if not self.needed():
            raise NotFoundError(kind="claim", key="")
        self._with.throttle.take("claim", device)
        self._check(owner.code)
        self._with.throttle.right("claim", device)
        new = NewPerson("technician", LOGIN, "", login=owner.login or LOGIN, password=owner.password)
        password, password_hash = self._with.people.staff_secret(new)

        def own() -> int:
            self._check(owner.code)
            self._db.run(Setting.delete().where(Setting.key == _KEY))
            self._with.school.set(owner.school, owner.municipality)
            added = self._with.people.add_hashed(new, password, password_hash)
            self._with.events.note("claimed", by=added.person_id)
            return added.person_id

        person_id = self._db.write(own)
        self._with.school.refresh()
        LOG.info(logs.line("claimed", person=person_id))
        self._forget_file()
        return self._with.sign_in.start(person_id)

    def _keep(self, code: str) -> None:
        self._disk.write_file(self._file, f"{code}\n".encode(), mode=0o600)
        self._db.write(lambda: self._db.run(Setting.insert(key=_KEY, value=_hash(code)).on_conflict_replace()))

    def _check(self, code: str) -> None:
        if not hmac.compare_digest(self._stored() or "", _hash(code)):
            raise SignInError

    def _stored(self) -> str | None:
        return self._db.first(str, Setting.select(Setting.value).where(Setting.key == _KEY))

    def _read_file(self) -> str | None:
        try:
            return self._file.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            return None

    def _forget_file(self) -> None:
        try:
            self._disk.remove(self._file)
        except DiskError:
            LOG.warning(logs.line("claim_file_not_removed"))  # the code in it is dead all the same


def _hash(code: str) -> str:
    """Hash a code as it is meant, however it was typed."""
    return hashlib.sha256(as_meant(code).encode()).hexdigest()
