"""Pupils who come from another school: the file is opened, shown, taken in, and a receipt written (FORMAT 14).

Promises: what is opened is kept in memory alone, for the technician who opened it, until it is taken in or put away, as
is a sealed file that a wrong code did not open, for half an hour;
pupil, progress, finished courses and receipt are kept in one transaction. The same file is never taken in twice. A
certificate that is not genuine does not come along: this school would vouch for what nobody signed.

    arrivals.open(raw, "K7PM-2R9X-0QTB", by=3)
    arrivals.take_in(class_id=2, join=0, by=3)
"""

import hashlib
import threading
from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from content_packs.clock import Clock
from content_packs.letter import Letter
from content_packs.passport import Course
from content_packs.transfer import RECEIPT_KIND, Receipt, Refusal, Transfer, proof, read_transfer, unseal
from schoolbox.db.database import Database
from schoolbox.db.models import Person
from schoolbox.db.transfer_models import Arrival as ArrivalModel
from schoolbox.db.transfer_models import Departure
from schoolbox.errors import BadInputError, NotFoundError
from schoolbox.marks import N_
from schoolbox.services.academy import Academy
from schoolbox.services.arrival_rows import ArrivalRows, is_name
from schoolbox.services.audit import Audit
from schoolbox.services.codes import as_meant
from schoolbox.services.consents import Consents
from schoolbox.services.deliveries import Deliveries
from schoolbox.services.passports import CheckedCourse, Passports
from schoolbox.services.people import People
from schoolbox.services.people_desk import PeopleDesk
from schoolbox.services.people_rows import ClassRow
from schoolbox.services.people_search import FoundPerson, PeopleSearch
from schoolbox.services.school import School
from schoolbox.services.signers import Signer, Signers

OPENED_MAX = KEPT_MAX = 3
KEPT_S = 30 * 60.0
ARRIVED_SHOWN = 20
REFUSALS = {
    Refusal.STRANGE: N_("This is no transfer file. Choose the file that ends in .schoolbox."),
    Refusal.CUT: N_("The file is not whole: its end is missing. Copy it once more from the old school's box."),
    Refusal.CODE: N_("The code does not open this file. Nothing is lost: look at the paper once more, sign by sign."),
    Refusal.CHANGED: N_("Something in the file was changed or damaged. Ask the old school for the file once more."),
}
FORGED = N_("The file opens, but no school's signature in it is right. Take nobody in with it; ask the old school.")
EXPIRED = N_(
    "The last day of this transfer has passed, by the date of this box. If that date is right, ask the old school to "
    "make the file again."
)
OWN = N_("This box made the file itself. To let the pupil stay here, take the transfer back.")
T = TypeVar("T")
_ROWS = """
SELECT a.id, a.person_id, coalesce(p.given_name || ' ' || p.surname, ''), a.taken_at, a.from_school, a.proof
FROM arrival AS a LEFT JOIN person AS p ON p.id = a.person_id {}
"""
_ONE = _ROWS.format("WHERE a.id = ?")
_NEWEST = _ROWS.format("ORDER BY a.taken_at DESC, a.id LIMIT ?")


class Arrival(msgspec.Struct, frozen=True):
    """A pupil who came; `name` is empty once the person is erased."""

    id: str
    person_id: int
    name: str
    taken_at: datetime
    from_school: str
    proof: str

    @property
    def code(self) -> str:
        """The receipt as it is read aloud and typed."""
        return "-".join(self.proof[at : at + 4] for at in range(0, len(self.proof), 4))


class SealedFile(msgspec.Struct, frozen=True):
    """A file as it was brought: its name for people, and what is in it; `stays` where the box has it anyway."""

    name: str
    content: bytes
    stays: bool = False


class _Opened(msgspec.Struct, frozen=True):
    """The letter in a file, and the hash of the sealed file."""

    letter: Letter[Transfer]
    sha256: str


class Arriving(msgspec.Struct, frozen=True):
    """What is in an opened file, and whom of the box the pupil may be.

    `back` is somebody who was here before under the same number; `alike` have the same name.
    """

    transfer: Transfer
    academy: str
    signer: Signer | None
    courses: tuple[CheckedCourse, ...]
    classes: tuple[ClassRow, ...]
    back: FoundPerson | None
    alike: tuple[FoundPerson, ...]

    @property
    def other_names(self) -> tuple[str, ...]:
        """The other names that genuine certificates in it are for."""
        return tuple(dict.fromkeys(one.other_name for one in self.courses if one.other_name))

    def taken_over(self, *, renamed: bool) -> list[Course]:
        """The courses that come along; those for another name only if somebody says that the name was changed."""
        return [one.course for one in self.courses if one.state != "broken" and (renamed or not one.other_name)]

    @property
    def done(self) -> int:
        """How many items are done."""
        return sum(1 for work in self.transfer.work if work.done)


class ArrivalParts(msgspec.Struct, frozen=True):
    """What arrivals need of the rest of the box."""

    academy: Academy
    passports: Passports
    signers: Signers
    school: School
    people: People
    desk: PeopleDesk
    search: PeopleSearch
    consents: Consents
    audit: Audit
    deliveries: Deliveries


class Arrivals:
    """Takes pupils of other schools in."""

    def __init__(self, db: Database, parts: ArrivalParts, *, clock: Clock) -> None:
        self._db = db
        self._parts = parts
        self._clock = clock
        self._rows = ArrivalRows(db, parts.people)
        self._lock = threading.Lock()
        self._opened: dict[int, tuple[float, _Opened]] = {}
        self._sealed: dict[int, tuple[float, SealedFile]] = {}

    def sealed(self, *, by: int) -> SealedFile | None:
        """The file that a wrong code did not open, for the next try of whoever brought it."""
        with self._lock:
            return _on_table(self._sealed, by, self._clock.monotonic_s())

    def open(self, file: SealedFile, code: str, *, by: int) -> str:
        """Open a file and keep it on the table; gives the id of the arrival if it was taken in before, else nothing.

        Raises:
            BadInputError: It cannot be opened, is not right, has expired, or was made here; with a sentence for each.
                Where only the code was wrong, the sealed file stays for the next try.
        """
        opened = unseal(file.content, as_meant(code))
        with self._lock:
            self._sealed.pop(by, None)
            if opened is Refusal.CODE and not file.stays:
                _lay_down(self._sealed, by, (self._clock.monotonic_s(), file), KEPT_MAX)
        if isinstance(opened, Refusal):
            raise BadInputError(field="transfer", problem=REFUSALS[opened])
        letter = read_transfer(opened)
        if letter is None or not is_name(letter.said.passport.given_name) or not is_name(letter.said.passport.surname):
            raise BadInputError(field="transfer", problem=FORGED)
        self._check(letter.said)
        sha256 = hashlib.sha256(file.content).hexdigest()
        if self._db.first(str, ArrivalModel.select(ArrivalModel.id).where(ArrivalModel.id == letter.said.id)):
            self._parts.deliveries.known(sha256, letter.said.id)
            return letter.said.id
        if letter.said.good_until < self._clock.now().astimezone().date():
            raise BadInputError(field="transfer", problem=EXPIRED)
        with self._lock:
            _lay_down(self._opened, by, (self._clock.monotonic_s(), _Opened(letter, sha256)), OPENED_MAX)
        return ""

    def arriving(self, *, by: int) -> Arriving:
        """What somebody has opened.

        Raises:
            NotFoundError: Nothing, or it lay there for too long.
        """
        letter = self._letter(by).letter
        said, search = letter.said, self._parts.search
        back = self._db.first(int, Person.select(Person.id).where(Person.actor_id == said.number))
        alike = search.find(f"{said.passport.given_name} {said.passport.surname}").rows if back is None else ()
        return Arriving(
            said, letter.academy, self._parts.signers.of(letter.academy, letter.public),
            self._parts.passports.courses(said.passport), tuple(self._parts.people.classes()),
            search.one(back) if back is not None else None, tuple(one for one in alike if one.role == "pupil"),
        )  # fmt: skip

    def take_in(self, *, class_id: int, join: int, by: int, renamed: bool = False) -> str:
        """Take the pupil in: as somebody new, or joined to somebody whom the page offered; gives the arrival's id.

        Args:
            class_id: Into which class.
            join: Whom of this box the pupil is; 0 for nobody.
            by: Who does it.
            renamed: The pupil's name was changed: certificates for another name are theirs.

        Raises:
            NotFoundError: Nothing is opened, or there is no such class or person on offer.
            BadInputError: It was taken in meanwhile.
            WriteFailedError: It could not be kept; nothing of it is visible.
        """
        page, opened = self.arriving(by=by), self._letter(by)
        letter = opened.letter
        self._parts.people.school_class(class_id)
        offered = {one.id for one in (*page.alike, *((page.back,) if page.back else ()))}
        if (join and join not in offered) or (page.back and join != page.back.id):
            raise NotFoundError(kind="person", key=str(join))
        keeps_number = not join or page.back is not None
        receipt, row = self._receipt(letter, by=by, keeps_number=keeps_number)

        def keep() -> tuple[int, str]:
            if self._db.first(str, ArrivalModel.select(ArrivalModel.id).where(ArrivalModel.id == letter.said.id)):
                raise BadInputError(field="transfer", problem=N_("This transfer was taken in meanwhile."))
            person_id, pin = (join, "") if join else self._rows.add(letter.said, class_id)
            if join:
                self._rows.bring_back(join)
            self._parts.people.join(class_id, person_id)
            self._rows.keep_work(person_id, letter.said.work, same_learner=page.back is not None)
            self._rows.keep_courses(person_id, page.taken_over(renamed=renamed))
            self._db.run(ArrivalModel.insert(**row, person_id=person_id, receipt=receipt.decode()))
            self._parts.deliveries.taken_in(opened.sha256, letter.said.id)
            self._parts.audit.note(by=by, code="person_arrived", person_id=person_id, class_id=class_id)
            if not letter.said.may_send and self._parts.consents.may_send(person_id):
                note = letter.said.passport.school
                self._parts.consents.record([person_id], "upstream", given=False, by=by, note=note)
            return person_id, pin

        person_id, pin = self._db.write(keep)
        self.put_away(by=by)
        self._parts.desk.keep_secret(person_id, pin, by=by)
        return letter.said.id

    def put_away(self, *, by: int) -> None:
        """Let what was opened go."""
        with self._lock:
            self._opened.pop(by, None)
            self._sealed.pop(by, None)

    def one(self, arrival_id: str) -> Arrival:
        """A pupil who came.

        Raises:
            NotFoundError: There is no such arrival.
        """
        found = self._db.fetch_sql(_arrival, _ONE, (arrival_id,))
        if not found:
            raise NotFoundError(kind="transfer", key=arrival_id)
        return found[0]

    def newest(self) -> list[Arrival]:
        """Who came last."""
        return self._db.fetch_sql(_arrival, _NEWEST, (ARRIVED_SHOWN,))

    def receipt(self, arrival_id: str) -> tuple[str, bytes]:
        """The receipt for the old school as a file, and what it is called.

        Raises:
            NotFoundError: There is no such arrival.
        """
        query = ArrivalModel.select(ArrivalModel.receipt).where(ArrivalModel.id == arrival_id)
        found = self._db.first(str, query)
        if found is None:
            raise NotFoundError(kind="transfer", key=arrival_id)
        return f"receipt-{arrival_id[:8]}.txt", found.encode()

    def _check(self, said: Transfer) -> None:
        own = Departure.select(Departure.id).where(Departure.id == said.id)
        if self._db.first(str, own) is not None:
            raise BadInputError(field="transfer", problem=OWN)

    def _letter(self, by: int) -> "_Opened":
        with self._lock:
            found = _on_table(self._opened, by, self._clock.monotonic_s())
        if found is None:
            raise NotFoundError(kind="transfer", key="")
        return found

    def _receipt(self, letter: Letter[Transfer], *, by: int, keeps_number: bool) -> tuple[bytes, dict[str, str | int]]:
        """The receipt, and what is kept of the arrival."""
        said, school, now = letter.said, self._parts.school.facts(), self._clock.now()
        proved = proof(said.secret, said.id, keeps_number=keeps_number)
        receipt = Receipt(
            said.id, proved, keeps_number, school.name, school.municipality, now.astimezone().date()
        )
        row: dict[str, str | int] = {
            "id": said.id, "by_id": by, "from_school": said.passport.school, "academy": letter.academy, "proof": proved,
            "taken_at": now.astimezone(UTC).isoformat(timespec="seconds"),
        }  # fmt: skip
        return self._parts.academy.write_letter(RECEIPT_KIND, receipt), row


def _on_table(table: dict[int, tuple[float, T]], by: int, now_s: float) -> T | None:
    """What somebody has on the table; everything that lay there for too long is gone, whoever left it."""
    for old in [one for one, (at_s, _) in table.items() if now_s - at_s > KEPT_S]:
        del table[old]
    found = table.get(by)
    return found[1] if found else None


def _lay_down(table: dict[int, tuple[float, T]], by: int, what: tuple[float, T], most: int) -> None:
    table.pop(by, None)
    table[by] = what
    while len(table) > most:
        del table[next(iter(table))]


def _arrival(number: str, person_id: int | None, name: str, *rest: str) -> Arrival:
    taken_at, from_school, proved = rest
    return Arrival(number, person_id or 0, name.strip(), datetime.fromisoformat(taken_at), from_school, proved)
