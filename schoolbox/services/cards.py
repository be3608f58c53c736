"""Sign-in cards: a code on paper that the phone's own camera opens.

Promises: a code is 160 random bits and is known to nobody but the paper; the database holds its HMAC-SHA256 with a key
outside it. A pupil has one card: making a new one, for a class or for one pupil, ends the old one and every session of
that pupil who had one. Only a class's own teacher makes cards.

Wrong codes are spaced by a `Throttle` of their own, by the network they come from, and are noted as guessing. A right
code is never held up by them: with 160 bits to guess, wrong tries say nothing about it, and a pupil with time must not
be able to keep a class out.

The sheet that was made last stays in memory for half an hour, for its teacher, so that a printer may fail; nothing of
it is written anywhere.

    made = cards.make(teacher_id, class_id, with_pins=True)
    holder = cards.holder(cards.check(made[0].code, device="192.168.8.23/"))
    cards.check("a wrong code", device="192.168.8.23/")    # SignInError
"""

import hashlib
import hmac
import logging
import secrets
from collections.abc import Callable
from datetime import UTC
from threading import Lock

import msgspec

from content_packs.clock import Clock
from schoolbox import logs
from schoolbox.db.database import Database
from schoolbox.db.models import Card
from schoolbox.errors import NotFoundError, SignInError
from schoolbox.services.classes import Classes
from schoolbox.services.events import Events
from schoolbox.services.folding import fold
from schoolbox.services.networks import network_of
from schoolbox.services.people import People
from schoolbox.services.people_rows import ClassRow
from schoolbox.services.throttle import Throttle

LOG = logging.getLogger(__name__)
CODE_BYTES = 20
SHEET_KEPT_S = 30 * 60.0
_SHEETS_MAX = 20
_PUPILS_SQL = """
SELECT p.id, p.given_name, p.surname, c.made_at, coalesce(a.address, '')
  FROM membership m JOIN person p ON p.id = m.person_id
  LEFT JOIN card c ON c.person_id = p.id LEFT JOIN national_address a ON a.person_id = p.id
 WHERE m.class_id = ? AND p.role = 'pupil' AND p.archived_at IS NULL
"""
_HOLDER_SQL = """
SELECT p.id, p.given_name, p.surname FROM card c JOIN person p ON p.id = c.person_id
 WHERE c.mark = ? AND p.role = 'pupil' AND p.archived_at IS NULL
"""


class CardPupil(msgspec.Struct, frozen=True):
    """A pupil of a class by the whole name, and when the card in use was made; None without one.

    `nationwide` is the address that holds in the whole country, empty if there is none.
    """

    person_id: int
    given_name: str
    surname: str
    made_at: str | None
    nationwide: str = ""


class CardClass(msgspec.Struct, frozen=True):
    """A class with its pupils, in alphabetical order."""

    school_class: ClassRow
    pupils: tuple[CardPupil, ...]


class NewCard(msgspec.Struct, frozen=True):
    """What goes onto paper: known only now. `pin` is empty unless a new PIN was asked for."""

    given_name: str
    surname: str
    code: str
    pin: str
    nationwide: str = ""


class Holder(msgspec.Struct, frozen=True):
    """Whose card it is."""

    person_id: int
    given_name: str
    surname: str


class _Sheet(msgspec.Struct, frozen=True):
    pdf: bytes
    made_s: float


class Cards:
    """Makes cards and knows whose they are."""

    def __init__(  # noqa: PLR0913 - each is one collaborator, named
        self,
        db: Database,
        *,
        clock: Clock,
        key: bytes,
        people: People,
        classes: Classes,
        events: Events,
        token_urlsafe: Callable[[int], str] = secrets.token_urlsafe,
    ) -> None:
        self._db = db
        self._clock = clock
        self._key = key
        self._people = people
        self._classes = classes
        self._events = events
        self._token_urlsafe = token_urlsafe
        self._throttle = Throttle(clock)
        self._lock = Lock()
        self._sheets: dict[tuple[int, int], _Sheet] = {}

    def of_class(self, teacher_id: int, class_id: int) -> CardClass:
        """The pupils of a class of this teacher, with their cards.

        Raises:
            NotFoundError: It is not a class of this teacher.
        """
        found = next((row for row in self._classes.of_teacher(teacher_id) if row.id == class_id), None)
        if found is None:
            raise NotFoundError(kind="class", key=str(class_id))
        pupils = self._db.fetch_sql(CardPupil, _PUPILS_SQL, (class_id,))
        return CardClass(found, tuple(sorted(pupils, key=lambda row: fold(f"{row.given_name} {row.surname}"))))

    def make(self, teacher_id: int, class_id: int, *, person_id: int | None = None, with_pins: bool) -> list[NewCard]:
        """Make new cards for a class, or for one pupil of it, in one change; the old ones end with it.

        Raises:
            NotFoundError: It is not a class of this teacher, or not a pupil of it.
        """
        pupils = [row for row in self.of_class(teacher_id, class_id).pupils if person_id in (None, row.person_id)]
        if person_id is not None and not pupils:
            raise NotFoundError(kind="pupil", key=str(person_id))

        def change() -> list[NewCard]:
            made = [self._renew(row, with_pin=with_pins) for row in pupils]
            self._events.note("cards_made", by=teacher_id, cards=len(made), **{"class": class_id})
            return made

        return self._db.write(change)

    def check(self, code: str, *, device: str) -> str:
        """Look a code up; returns the mark of its card, which is no secret but names one card.

        Args:
            code: What stood in the address.
            device: `address/`, for spacing wrong tries.

        Raises:
            SignInError: No card has this code, or it has ended.
            ThrottledError: The same, and it was tried many times.
        """
        mark = self._mark(code)
        if self.holder(mark) is not None:
            return mark
        network = network_of(device)
        if self._throttle.take(network, device):
            self._events.note("card_guessing", network=network)
            LOG.warning(logs.line("card_guessing", network=network))
        LOG.info(logs.line("card_refused"))
        raise SignInError

    def holder(self, mark: str) -> Holder | None:
        """Whose card has this mark; None once it has ended."""
        return next(iter(self._db.fetch_sql(Holder, _HOLDER_SQL, (mark,))), None)

    def keep_sheet(self, teacher_id: int, class_id: int, pdf: bytes) -> None:
        """Keep a sheet for its teacher until it is printed."""
        with self._lock:
            self._sheets.pop((teacher_id, class_id), None)
            self._sheets[teacher_id, class_id] = _Sheet(pdf, self._clock.monotonic_s())
            while len(self._sheets) > _SHEETS_MAX:
                del self._sheets[next(iter(self._sheets))]

    def sheet(self, teacher_id: int, class_id: int) -> bytes | None:
        """The sheet this teacher made last for a class; None when its time is over.

        Raises:
            NotFoundError: It is no longer a class of this teacher.
        """
        self.of_class(teacher_id, class_id)
        oldest_s = self._clock.monotonic_s() - SHEET_KEPT_S
        with self._lock:
            for key in [key for key, sheet in self._sheets.items() if sheet.made_s < oldest_s]:
                del self._sheets[key]
            found = self._sheets.get((teacher_id, class_id))
        return found.pdf if found else None

    def _renew(self, pupil: CardPupil, *, with_pin: bool) -> NewCard:
        """Give one pupil another card, inside the change of all."""
        code = self._token_urlsafe(CODE_BYTES)
        made_at = self._clock.now().astimezone(UTC).isoformat(timespec="seconds")
        if pupil.made_at is not None:
            self._people.end_sessions(pupil.person_id)
        card = Card.insert(person_id=pupil.person_id, mark=self._mark(code), made_at=made_at)
        self._db.run(card.on_conflict_replace())
        pin = self._people.new_pin(pupil.person_id) if with_pin else ""
        return NewCard(pupil.given_name, pupil.surname, code, pin, pupil.nationwide)

    def _mark(self, code: str) -> str:
        return hmac.new(self._key, f"card:{code}".encode(), hashlib.sha256).hexdigest()
