"""The address `name.surname@domain` of pupils and teachers, allotted once in the country by the identity office.

Promises: nobody is asked for unless the school allows it, and nobody whose parents do not let records go to the hub;
what is sent of a person is the random number and the name as a login is made of it. Nothing on the box needs an
address. That somebody is asked for is on the disk before it is said, so that erasing reaches the office whatever
happens between. A corrected name keeps its address. Secrets are in a file of mode 0600; one that cannot be
read is made anew.

    addresses.of(person_id)           # "arta.krasniqi2@nxenes.example", "" before there is one
    addresses.status().waiting        # 31
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from content_packs.durable import Disk
from schoolbox.db.database import Database
from schoolbox.db.models import Setting
from schoolbox.db.national_address_models import NationalAddress, NationalErasure
from schoolbox.messages_wire import TABLE
from schoolbox.services.logins import login_base
from schoolbox.services.policy import Allowed
from sync import errors as wire_errors
from sync.identity_wire import AddressesGiven, PersonAsked
from sync.ports import Registration

SINCE_KEY = "national_address_since"
PROBLEM_KEY = "national_address_problem"
_MAY = """
 p.role IN ('pupil', 'teacher') AND p.archived_at IS NULL AND coalesce(
   (SELECT c.given FROM consent c WHERE c.person_id = p.id AND c.kind = 'upstream' ORDER BY c.id DESC LIMIT 1),
   p.role = 'teacher' OR NOT ?1)
"""
_WANTED = f"""
SELECT p.id, p.actor_id, p.given_name, p.surname, coalesce(a.address, '')
  FROM person p LEFT JOIN national_address a ON a.person_id = p.id
 WHERE {_MAY} AND coalesce(a.state, 'asked') = 'asked' ORDER BY p.id LIMIT ?2
"""  # noqa: S608 - our own words
_COUNTS = f"""
SELECT coalesce(sum(a.address <> ''), 0), coalesce(sum(a.state = 'undecided'), 0),
       coalesce(sum({_MAY} AND coalesce(a.address, '') = '' AND coalesce(a.state, '') <> 'undecided'), 0)
  FROM person p LEFT JOIN national_address a ON a.person_id = p.id
"""  # noqa: S608 - our own words
_ASK = "INSERT INTO national_address (person_id) VALUES (?) ON CONFLICT DO NOTHING"
_GIVE = """
UPDATE national_address SET address = ?, state = 'given' WHERE person_id = (SELECT id FROM person WHERE actor_id = ?)
"""
_LEAVE = """
UPDATE national_address SET state = 'undecided' WHERE person_id = (SELECT id FROM person WHERE actor_id = ?)
"""
ERASE_THERE = """
INSERT OR IGNORE INTO national_erasure (actor_id, erased_at)
SELECT p.actor_id, ? FROM person p JOIN national_address a ON a.person_id = p.id WHERE p.id = ?
"""
"""Leaves a note for the office before somebody goes, if they were ever asked for: with the time and the person."""


class NationalAddressStatus(msgspec.Struct, frozen=True):
    """`problem_text` is the sentence of what went wrong last, a key of the catalogues; empty if nothing."""

    allowed: bool
    given: int
    undecided: int
    waiting: int
    problem_text: str


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file with what the box is known by at the office."""

    hub_key: str
    secret: str
    url: str
    key: str
    domain: str


class _Wanted(msgspec.Struct, frozen=True):
    person_id: int
    actor_id: str
    given_name: str
    surname: str
    address: str


class NationalAddresses:
    """Keeps the addresses; implements `sync.ports.AddressBook`."""

    def __init__(self, db: Database, *, allowed: Callable[[], Allowed], keys: Path, disk: Disk) -> None:
        self._db = db
        self._allowed = allowed
        self._file = keys / "identity.json"
        self._disk = disk

    def of(self, person_id: int) -> str:
        """Somebody's address, empty if there is none."""
        query = NationalAddress.select(NationalAddress.address).where(NationalAddress.person_id == person_id)
        return self._db.first(str, query) or ""

    def status(self) -> NationalAddressStatus:
        """How many have one, and how many wait."""
        allowed = self._allowed()
        given, undecided, waiting = self._db.fetch_sql(_counts, _COUNTS, (int(allowed.consent_first),))[0]
        problem = self._setting(PROBLEM_KEY)
        kind = getattr(wire_errors, problem, None) if problem else None
        told = TABLE[kind].happened if kind in TABLE else ""
        on = allowed.national_addresses
        return NationalAddressStatus(on, given, undecided, waiting if on else 0, told if on else "")

    def has_errand(self) -> bool:
        """Whether there is anything to talk about with the office."""
        return self._allowed().national_addresses or bool(self.to_erase())

    def registration(self) -> Registration | None:
        """What the box is known by at the office."""
        try:
            known = msgspec.json.decode(self._file.read_bytes(), type=_File)
        except (OSError, msgspec.DecodeError):
            return None
        return Registration(known.hub_key, known.secret, known.url, known.key, known.domain)

    def register(self, registration: Registration) -> None:
        """Keep what the box is known by; with a new secret everybody is asked for anew."""
        before = self.registration()
        if before is None or before.secret != registration.secret:
            self._db.write(self._ask_anew)
        file = _File(
            hub_key=registration.hub_key, secret=registration.secret, url=registration.url, key=registration.key,
            domain=registration.domain,
        )  # fmt: skip
        self._disk.make_folder(self._file.parent, mode=0o700)
        self._disk.write_file(self._file, msgspec.json.encode(file), mode=0o600)

    def ask(self, limit: int) -> list[PersonAsked]:
        """Who needs an address, at most `limit`; it is kept that they are asked for."""
        allowed = self._allowed()
        if not allowed.national_addresses:
            return []
        found = self._db.fetch_sql(_Wanted, _WANTED, (int(allowed.consent_first), limit))
        if found:
            self._db.write(lambda: self._db.run_many(_ASK, [(one.person_id,) for one in found]))
        return [
            PersonAsked(number=one.actor_id, wish=login_base(one.given_name, one.surname), have=one.address)
            for one in found
        ]

    def since(self) -> int:
        """How far the office was heard."""
        return int(self._setting(SINCE_KEY) or 0)

    def keep(self, given: AddressesGiven) -> None:
        """Keep what the office said, in one transaction."""
        since = self.since()

        def keep() -> None:
            self._db.run_many(_GIVE, [(one.address, one.number) for one in given.addresses])
            self._db.run_many(_LEAVE, [(number,) for number in given.undecided])
            self._set(SINCE_KEY, str(given.since))
            if given.since < since:
                self._ask_anew()

        self._db.write(keep)

    def to_erase(self) -> list[str]:
        """The random numbers that the office must still erase, the oldest first."""
        query = NationalErasure.select(NationalErasure.actor_id)
        return self._db.fetch(str, query.order_by(NationalErasure.erased_at, NationalErasure.actor_id))

    def erased(self, numbers: Sequence[str]) -> None:
        """The office has erased these."""
        query = NationalErasure.delete().where(NationalErasure.actor_id.in_(list(numbers)))
        self._db.write(lambda: self._db.run(query))

    def note(self, problem: str) -> None:
        """Keep the name of what went wrong; what is kept already costs no write."""
        if problem != self._setting(PROBLEM_KEY):
            self._db.write(lambda: self._set(PROBLEM_KEY, problem))

    def _ask_anew(self) -> None:
        """Ask for everybody anew, with the address they have; only inside a write."""
        self._db.run(NationalAddress.update(state="asked"))
        self._set(SINCE_KEY, "0")

    def _setting(self, key: str) -> str:
        return self._db.first(str, Setting.select(Setting.value).where(Setting.key == key)) or ""

    def _set(self, key: str, value: str) -> None:
        self._db.run(Setting.insert(key=key, value=value).on_conflict_replace())


def _counts(given: int, undecided: int, waiting: int) -> tuple[int, int, int]:
    return given, undecided, waiting
