"""Pupils who move to another school: the transfer file, and the receipt that ends the matter (FORMAT 14).

Promises: from the moment the file is made the pupil is put away, and nothing more is learnt here that would not be in
it; the code that opens it is shown once and never kept. When the receipt comes, everything about the pupil is erased in
one transaction with the note that it did; until then the transfer can be taken back, and nothing is lost. A pupil who
was back here meanwhile, whichever way, is never erased by the receipt of the older file: it does not hold what they
learnt since.

Technicians only: a transfer takes a pupil off the box and hands over everything about them, like archiving and erasing.

    departures.make(17, meant_for="Shkolla „Dituria”", by=3)
    departures.take_code(17, by=3)       # "K7PM-2R9X-0QTB", once
    departures.end("4TQ2-91XB-C0WD", b"", by=3)
"""

import hmac
import logging
import secrets
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import msgspec

from content_packs.clock import Clock
from content_packs.letter import LETTER_BYTES_MAX, is_letter
from content_packs.transfer import (
    CODE_SIGNS,
    KIND,
    RECEIPT_KIND,
    SEGMENTS_LENGTH_MAX,
    TRANSFER_BYTES_MAX,
    WORK_MAX,
    Transfer,
    Work,
    proof,
    read_receipt,
    seal,
)
from schoolbox import logs
from schoolbox.db.database import Database
from schoolbox.db.sending_models import Sending
from schoolbox.db.transfer_models import Departure as DepartureModel
from schoolbox.errors import BadInputError, NotFoundError
from schoolbox.marks import N_
from schoolbox.services.academy import Academy
from schoolbox.services.audit import Audit
from schoolbox.services.codes import as_meant, new_code
from schoolbox.services.consents import Consents
from schoolbox.services.erasure import Erasures
from schoolbox.services.passports import Passports
from schoolbox.services.people import NAME_LENGTH_MAX, tidy
from schoolbox.services.people_desk import PeopleDesk

LOG = logging.getLogger(__name__)
GOOD_DAYS = 90
ENDED_SHOWN = 20
BACK = N_(
    "The receipt is right, but the pupil was brought back here meanwhile. Nothing was erased. Take the transfer back; "
    "a pupil who leaves after all gets a new file."
)
UNKNOWN = N_("No transfer that is open here has this receipt.")
ENTERED = N_(
    "This receipt was entered before: it ended its transfer. If it comes from another box this time, the pupil is on "
    "two boxes now: tell both."
)
_CODES_MAX = 20
_WHO = "SELECT login, actor_id FROM person WHERE id = ? AND role = 'pupil'"
_PUT_AWAY_AT = "SELECT COALESCE(archived_at, '') FROM person WHERE id = ?"
_KNOWN = """
SELECT d.id, d.secret FROM departure AS d JOIN person AS p ON p.id = d.person_id
WHERE d.person_id = ? AND p.archived_at = d.put_away_at
"""
_WORK = """
SELECT item_id, state = 'done', touched_at, done_at, position_s, watched_s, segments, best_correct, last_correct,
    questions, passed, attempts
FROM progress WHERE person_id = ? ORDER BY touched_order DESC LIMIT ?
"""
_OPEN = """
SELECT d.id, d.person_id, p.given_name || ' ' || p.surname, d.made_at, d.meant_for, d.good_until, length(d.content)
FROM departure AS d JOIN person AS p ON p.id = d.person_id WHERE d.ended_at IS NULL ORDER BY d.made_at DESC, d.id
"""
_WAITING = "SELECT id, secret, person_id, meant_for, put_away_at FROM departure WHERE ended_at IS NULL"
_ENDED = """
SELECT made_at, ended_at, taken_by FROM departure
WHERE ended_at IS NOT NULL ORDER BY ended_at DESC, id LIMIT ?
"""


class Departure(msgspec.Struct, frozen=True):
    """A transfer that waits for its receipt; without a file it was interrupted, and is made again."""

    id: str
    person_id: int
    name: str
    made_at: datetime
    meant_for: str
    good_until: date
    has_file: bool


class Departed(msgspec.Struct, frozen=True):
    """A transfer that ended: without a name."""

    made_at: datetime
    ended_at: datetime
    school: str


class DepartureParts(msgspec.Struct, frozen=True):
    """What departures need of the rest of the box."""

    academy: Academy
    passports: Passports
    desk: PeopleDesk
    consents: Consents
    erasures: Erasures
    audit: Audit


class _Found(msgspec.Struct, frozen=True):
    """The open transfer that a receipt is for."""

    id: str
    person_id: int
    keeps_number: bool
    put_away_at: str
    school: str
    proof: str


class _Waiting(msgspec.Struct, frozen=True):
    """A transfer that a receipt may be for."""

    id: str
    secret: str
    person_id: int
    meant_for: str
    put_away_at: str


class Departures:
    """Hands pupils over to other schools."""

    def __init__(
        self,
        db: Database,
        parts: DepartureParts,
        *,
        clock: Clock,
        token_bytes: Callable[[int], bytes] = secrets.token_bytes,
        randbelow: Callable[[int], int] = secrets.randbelow,
    ) -> None:
        self._db = db
        self._parts = parts
        self._clock = clock
        self._token_bytes = token_bytes
        self._randbelow = randbelow
        self._lock = threading.Lock()
        self._codes: dict[tuple[int, int], str] = {}

    def open_ones(self) -> list[Departure]:
        """The transfers that wait for a receipt, the newest first."""
        return self._db.fetch_sql(_departure, _OPEN)

    def of(self, person_id: int) -> Departure | None:
        """The transfer of a pupil that waits for its receipt."""
        return next((row for row in self.open_ones() if row.person_id == person_id), None)

    def ended(self) -> list[Departed]:
        """The transfers that ended last."""
        return self._db.fetch_sql(_departed, _ENDED, (ENDED_SHOWN,))

    def make(self, person_id: int, *, meant_for: str, by: int) -> None:
        """Put a pupil away and make the file; made again, it has another code and is the same transfer.

        It is another transfer if the pupil was back here in between: the new school takes the newer file in, too.

        Raises:
            NotFoundError: There is no such pupil.
            BadInputError: The name of the other school is too long.
            ConfigError: The school's key cannot be used; the pupil is put away, and the file is made again later.
        """
        school = tidy(meant_for)
        if len(school) > NAME_LENGTH_MAX or not (school or "-").isprintable():
            raise BadInputError(field="school", problem=N_("The name of a school has at most 80 letters."))
        if not self._db.fetch_sql(_pair, _WHO, (person_id,)):
            raise NotFoundError(kind="pupil", key=str(person_id))
        begun, code = self._begin(person_id, school, by), new_code(CODE_SIGNS, self._randbelow)
        content = self._sealed(person_id, school, begun, code)
        keep = DepartureModel.update(content=content).where(DepartureModel.id == begun[0])
        self._db.write(lambda: self._db.run(keep.where(DepartureModel.ended_at.is_null())))
        with self._lock:
            self._codes[by, person_id] = code
            while len(self._codes) > _CODES_MAX:
                del self._codes[next(iter(self._codes))]

    def take_code(self, person_id: int, *, by: int) -> str:
        """The code of the file that was just made, this once; empty the second time."""
        with self._lock:
            return self._codes.pop((by, person_id), "")

    def file(self, person_id: int) -> tuple[str, bytes]:
        """The transfer file of a pupil, and what it is called: nothing of whom it is about.

        Raises:
            NotFoundError: There is none.
        """
        query = DepartureModel.select(DepartureModel.id, DepartureModel.content)
        found = self._db.first(_named, query.where(DepartureModel.person_id == person_id))
        if found is None or not found[1]:
            raise NotFoundError(kind="transfer", key=str(person_id))
        return f"transfer-{found[0][:8]}.schoolbox", found[1]

    def take_back(self, person_id: int, *, by: int) -> None:
        """Let a pupil stay after all; a receipt that comes later ends nothing.

        Raises:
            NotFoundError: No transfer of this pupil is open.
        """

        def keep() -> None:
            if not self._db.run(DepartureModel.delete().where(DepartureModel.person_id == person_id)):
                raise NotFoundError(kind="transfer", key=str(person_id))
            self._parts.audit.note(by=by, code="departure_undone", person_id=person_id)
            self._parts.desk.restore(person_id, by=by)

        self._db.write(keep)

    def end(self, typed: str, raw: bytes, *, by: int, code: str = "person_departed") -> str:
        """Take the receipt, as a file or as the code of it: the pupil is erased here. Gives the school that took them.

        `code` is what the log calls it.

        Raises:
            BadInputError: It is no receipt, was changed, came before, is for no transfer that is open, or the pupil is
                here again and may have learnt what is not in the file.
            WriteFailedError: It could not be kept; nothing was erased.
        """
        now = self._clock.now().astimezone(UTC).isoformat(timespec="seconds")

        def keep() -> _Found:
            found = self._found(typed, raw)
            if self._db.fetch_sql(str, _PUT_AWAY_AT, (found.person_id,)) != [found.put_away_at]:
                raise BadInputError(field="receipt", problem=BACK)
            mark = DepartureModel.update(
                person_id=None, content=b"", secret="", ended_at=now, taken_by=found.school, proof=found.proof
            )  # fmt: skip
            if not self._db.run(mark.where(DepartureModel.id == found.id, DepartureModel.ended_at.is_null())):
                raise BadInputError(field="receipt", problem=UNKNOWN)
            self._parts.audit.note(by=by, code=code, person_id=found.person_id)
            self._parts.erasures.erase_inside(found.person_id, by=by, goes_on=found.keeps_number)
            return found

        found = self._db.write(keep)
        LOG.info(logs.line("person_departed", person=found.person_id, by=by))
        self._parts.erasures.finish()
        return found.school

    def _begin(self, person_id: int, meant_for: str, by: int) -> tuple[str, str, date]:
        """Put the pupil away and note the transfer: its id, its secret, and its last day."""
        now = self._clock.now()
        good_until = (now.astimezone() + timedelta(days=GOOD_DAYS)).date()
        new = (self._token_bytes(16).hex(), self._token_bytes(16).hex())

        def keep() -> tuple[str, str, date]:
            [(number, secret)] = self._db.fetch_sql(_pair, _KNOWN, (person_id,)) or [new]
            self._parts.desk.put_people_away([person_id], now.astimezone(UTC).isoformat(timespec="microseconds"))
            [put_away_at] = self._db.fetch_sql(str, _PUT_AWAY_AT, (person_id,))
            row = {
                "id": number, "person_id": person_id, "by_id": by, "meant_for": meant_for, "secret": secret,
                "made_at": now.astimezone(UTC).isoformat(timespec="seconds"), "content": b"",
                "good_until": good_until.isoformat(), "put_away_at": put_away_at,
            }  # fmt: skip
            self._db.run(DepartureModel.insert(**row).on_conflict_replace())
            self._db.run(Sending.update(state="over").where(Sending.departure_id == number))  # of the older file
            self._parts.audit.note(by=by, code="transfer_made", person_id=person_id)
            return number, secret, good_until

        return self._db.write(keep)

    def _sealed(self, person_id: int, meant_for: str, begun: tuple[str, str, date], code: str) -> bytes:
        """The file; where a pupil did more than fits, the oldest items stay out."""
        (login, number), work = self._db.fetch_sql(_pair, _WHO, (person_id,))[0], self._work(person_id)
        all_rows = self._db.fetch_sql(int, "SELECT COUNT(*) FROM progress WHERE person_id = ?", (person_id,))[0]
        while True:
            said = Transfer(
                *begun[:2], number, login, meant_for, begun[2], self._parts.consents.may_send(person_id),
                self._parts.passports.record(person_id), tuple(work), all_rows - len(work),
            )  # fmt: skip
            letter = self._parts.academy.write_letter(KIND, said)
            content = seal(letter, as_meant(code), self._token_bytes)
            share = min(TRANSFER_BYTES_MAX / len(content), LETTER_BYTES_MAX / len(letter))
            if share >= 1 or not work:
                return content
            slim = [_without_stretches(one) for one in work]
            work = slim if slim != work else work[: int(len(work) * share * 0.97)]

    def _work(self, person_id: int) -> list[Work]:
        return self._db.fetch_sql(_work, _WORK, (person_id, WORK_MAX))

    def _found(self, typed: str, raw: bytes) -> _Found:
        """The open transfer that a receipt is for.

        Raises:
            BadInputError: There is none, or it is no receipt.
        """
        raw = raw or _pasted(typed)
        school, code, wanted = "", as_meant(typed), ""
        if raw:
            letter = read_receipt(raw)
            if letter is None:
                raise BadInputError(field="receipt", problem=N_("This is no receipt, or something in it was changed."))
            said = letter.said
            school, code, wanted = ", ".join(filter(None, (said.school, said.municipality))), said.proof, said.transfer
        if len(code) != CODE_SIGNS:
            raise BadInputError(field="receipt", problem=N_("A receipt has 12 letters and digits, or is a file."))
        for one in self._db.fetch_sql(_Waiting, _WAITING):
            for keeps in (True, False):
                right = proof(one.secret, one.id, keeps_number=keeps)
                if wanted in ("", one.id) and hmac.compare_digest(right.encode(), code.encode()):
                    return _Found(one.id, one.person_id, keeps, one.put_away_at, school or one.meant_for, right)
        if self._db.first(str, DepartureModel.select(DepartureModel.id).where(DepartureModel.proof == code)):
            raise BadInputError(field="receipt", problem=ENTERED)
        raise BadInputError(field="receipt", problem=UNKNOWN)


def _pasted(typed: str) -> bytes:
    """The text of a receipt file, if that was pasted; empty for a code."""
    text = "\n".join(typed.strip().splitlines()).encode()
    return text if is_letter(text, RECEIPT_KIND) else b""


def _departure(number: str, person_id: int, name: str, *rest: str | int) -> Departure:
    made_at, meant_for, good_until, size = rest
    return Departure(
        number, person_id, name.strip(), datetime.fromisoformat(str(made_at)), str(meant_for),
        date.fromisoformat(str(good_until)), bool(size),
    )  # fmt: skip


def _departed(made_at: str, ended_at: str, school: str) -> Departed:
    return Departed(datetime.fromisoformat(made_at), datetime.fromisoformat(ended_at), school)


def _work(item_id: str, done: int, touched_at: str, done_at: str | None, *rest: float | str) -> Work:
    position_s, watched_s, segments, best, last, questions, passed, attempts = rest
    kept = str(segments) if len(str(segments)) <= SEGMENTS_LENGTH_MAX else ""
    return Work(
        item_id, bool(done), _moment(touched_at), _moment(done_at) if done_at else None, round(float(position_s), 1),
        round(float(watched_s), 1), kept, int(best), int(last), int(questions), bool(passed), int(attempts),
    )  # fmt: skip


def _without_stretches(one: Work) -> Work:
    return msgspec.structs.replace(one, segments="") if one.done else one


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC).replace(microsecond=0)


def _pair(one: str, other: str) -> tuple[str, str]:
    return one, other


def _named(number: str, content: bytes) -> tuple[str, bytes]:
    return number, bytes(content)
