"""Orders for boxes: which settings and notices go down with the next contact (PROTOCOL section 14).

Promises: a letter is signed and numbered when a box is next heard, if what it should follow is not what it was told;
its number is greater than any the hub or the box knows, also after the hub was put back to an older copy.

    orders.set_all(scope_of_place(place), {"send_kbit": "64"}, by="Nora")
    orders.for_box(box_id, status)         # a letter, or None
"""

from datetime import date, datetime
from typing import TypeAlias

import msgspec

from content_packs.clock import Clock
from sync.hub.courier_keys import CourierKeys
from sync.hub.database import Database, Sql
from sync.hub.deeds import note
from sync.hub.errors import BadRequestError, NotFoundError
from sync.hub.reports.places import Place, key_of_municipality
from sync.languages import LANGUAGES
from sync.orders import (
    AUDIENCES,
    NOTICE_LENGTH_MAX,
    NOTICES_MAX,
    SCHOOL,
    SETTINGS,
    Notice,
    Orders,
    tidy_value,
    write_orders,
)
from sync.statements import utc_text
from sync.wire import BoxStatus

EVERYWHERE = ""
DAYS_MAX = 400
_FACTS = (
    "SELECT s.municipality, s.name, s.renamed + (SELECT count(*) FROM box_school p WHERE p.box = b.id)"
    " FROM box b JOIN school s ON s.id = b.school WHERE b.id = ?"
)


_Told: TypeAlias = tuple[int, str, bytes, int, str]
"""Number, content and letter of the newest orders of a box; the number that it follows, and what it refuses."""


class Wish(msgspec.Struct, frozen=True):
    """A setting as the hub orders it, and where that was said."""

    scope: str
    name: str
    value: str


class Written(msgspec.Struct, frozen=True):
    """A notice as the hub keeps it."""

    scope: str
    notice: Notice
    made_at: datetime
    made_by: str


class Standing(msgspec.Struct, frozen=True):
    """How far a box is: the newest orders for it, which it follows, and which settings it refuses."""

    number: int = 0
    follows: int = 0
    refused: tuple[str, ...] = ()


class _Content(msgspec.Struct, frozen=True):
    """What orders say, without their number."""

    settings: dict[str, str]
    notices: tuple[Notice, ...]


def scope_of_place(place: Place) -> str:
    """Name the boxes of everything, or of a municipality."""
    return key_of_municipality(place.municipality) if place.municipality else EVERYWHERE


def scope_of_box(box_id: str) -> str:
    """Name one box."""
    return f"b:{box_id}"


class OrderBook:
    """The orders of one hub."""

    def __init__(self, database: Database, keys: CourierKeys, clock: Clock) -> None:
        self._database = database
        self._keys = keys
        self._clock = clock

    def set_all(self, scope: str, values: dict[str, str], *, by: str) -> None:
        """Order settings; one with an empty value is ordered no longer. Others stay as they are.

        Raises:
            BadRequestError: A hub cannot set this, or not to this; nothing was changed.
        """
        tidy = {name: _tidy(name, value.strip()) for name, value in values.items()}
        with self._database.write() as db:
            before = {wish.name: wish.value for wish in _wishes(db, scope)}
            for name, value in tidy.items():
                if value == before.get(name, ""):
                    continue
                db.execute("DELETE FROM ordered_setting WHERE scope = ? AND name = ?", (scope, name))
                if value:
                    row = (scope, name, value)
                    db.execute("INSERT INTO ordered_setting (scope, name, value) VALUES (?, ?, ?)", row)
                note(db, "ordered", by=by, at=self._clock.now(), box=_box_of(scope), detail=_detail(scope, name, value))

    def wishes(self, *scopes: str) -> list[Wish]:
        """Give what is ordered in some scopes, in their order."""
        with self._database.read() as db:
            return [wish for scope in scopes for wish in _wishes(db, scope)]

    def add_notice(self, scope: str, audience: str, texts: dict[str, str], until: str, *, by: str) -> int:
        """Write a notice, and give its number.

        Raises:
            BadRequestError: A text is empty or too long, in no language of the boxes, for nobody, or its last day is
                none, is past, or is more than a year away.
        """
        tidy = {tag: " ".join(text.split()) for tag, text in texts.items() if text.strip()}
        today = self._clock.now().date()
        if not tidy or any(len(text) > NOTICE_LENGTH_MAX for text in tidy.values()) or set(tidy) - set(LANGUAGES):
            raise BadRequestError(f"A notice needs a text of at most {NOTICE_LENGTH_MAX} letters in a known language.")
        if audience not in AUDIENCES or not 0 <= _days_from(today, until) <= DAYS_MAX:
            raise BadRequestError("A notice is for staff, technicians or teachers, and ends on a day within a year.")
        with self._database.write() as db:
            if len(_notices(db, (scope,), today)) >= NOTICES_MAX:
                raise BadRequestError("There are too many notices already. End one first.")
            number = int(db.execute("SELECT coalesce(max(id), 0) + 1 FROM notice").fetchone()[0])
            db.execute(
                "INSERT INTO notice (id, scope, audience, texts, until_day, made_at, made_by)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (number, scope, audience, msgspec.json.encode(tidy).decode(), until, utc_text(self._clock.now()), by),
            )
            note(db, "notice", by=by, at=self._clock.now(), box=_box_of(scope), detail=_detail(scope, str(number)))
        return number

    def notices(self, *scopes: str) -> list[Written]:
        """Give the notices that are shown, the newest first."""
        with self._database.read() as db:
            return _notices(db, scopes, self._clock.now().date())

    def scope_of_notice(self, number: int) -> str:
        """Say for whom a notice is.

        Raises:
            NotFoundError: There is none, or it was ended.
        """
        with self._database.read() as db:
            row = db.execute("SELECT scope FROM notice WHERE id = ? AND ended_at IS NULL", (number,)).fetchone()
        if row is None:
            raise NotFoundError("There is no such notice, or it was ended.")
        return str(row[0])

    def end_notice(self, number: int, *, by: str) -> None:
        """Show a notice no longer.

        Raises:
            NotFoundError: There is none, or it was ended.
        """
        scope, now = self.scope_of_notice(number), self._clock.now()
        with self._database.write() as db:
            db.execute("UPDATE notice SET ended_at = ? WHERE id = ?", (utc_text(now), number))
            note(db, "notice-ended", by=by, at=now, box=_box_of(scope), detail=_detail(scope, str(number)))

    def standing(self, box_id: str) -> Standing:
        """Say how far a box is."""
        with self._database.read() as db:
            row = db.execute("SELECT number, follows, refused FROM box_orders WHERE box = ?", (box_id,)).fetchone()
        return Standing(int(row[0]), int(row[1]), tuple(str(row[2]).split())) if row else Standing()

    def for_box(self, box_id: str, status: BoxStatus) -> bytes | None:
        """Keep what a box says of its orders, and give it newer ones, if there are any."""
        with self._database.read() as db:
            content, known = self._content(db, box_id), _known(db, box_id)
        text = msgspec.json.encode(content, order="sorted").decode()
        if known is None and not content.settings and not content.notices and not status.orders:
            return None
        number, told, letter = known[:3] if known else (0, "", b"")
        if told != text or number < status.orders:
            number = max(number, status.orders) + 1
            letter = self._letter(box_id, number, content)
        now = (number, text, letter, status.orders, " ".join(status.orders_refused))
        if now != known:
            self._keep(box_id, now)
        return letter if number > status.orders else None

    def unconfirmed(self, box_id: str) -> bytes | None:
        """Give the newest orders of a box that has not said that it follows them, for the way back without a line."""
        with self._database.read() as db:
            row = db.execute("SELECT letter FROM box_orders WHERE box = ? AND follows < number", (box_id,)).fetchone()
        return bytes(row[0]) if row else None

    def _keep(self, box_id: str, row: _Told) -> None:
        with self._database.write() as db:
            db.execute(
                "INSERT INTO box_orders (box, number, content, letter, follows, refused) VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (box) DO UPDATE SET number = excluded.number, content = excluded.content,"
                " letter = excluded.letter, follows = excluded.follows, refused = excluded.refused",
                (box_id, *row),
            )

    def _content(self, db: Sql, box_id: str) -> _Content:
        """What a box should follow now: the narrowest setting, every notice, and the name of a school that changed."""
        municipality, school, changed = db.execute(_FACTS, (box_id,)).fetchone()
        scopes = (EVERYWHERE, key_of_municipality(municipality), scope_of_box(box_id))
        settings = {wish.name: wish.value for scope in scopes for wish in _wishes(db, scope)}
        if changed:
            settings[SCHOOL] = f"{school}\n{municipality}"
        shown = _notices(db, scopes, self._clock.now().date())[:NOTICES_MAX]
        return _Content(settings, tuple(each.notice for each in shown))

    def _letter(self, box_id: str, number: int, content: _Content) -> bytes:
        orders = Orders(
            box=box_id, number=number, made_at=utc_text(self._clock.now()), settings=content.settings,
            notices=content.notices,
        )  # fmt: skip
        return write_orders(orders, self._keys.told.receipts, self._keys.sign)


def _tidy(name: str, value: str) -> str:
    """Bring a value into its form; empty stays empty.

    Raises:
        BadRequestError: A hub cannot set this, or not to this.
    """
    try:
        return tidy_value(name if name in SETTINGS else "", value) if value or name not in SETTINGS else ""
    except ValueError as exc:
        raise BadRequestError(f"The setting {name} cannot be {value[:80]!r}.") from exc


def _known(db: Sql, box_id: str) -> _Told | None:
    query = "SELECT number, content, letter, follows, refused FROM box_orders WHERE box = ?"
    row = db.execute(query, (box_id,)).fetchone()
    return (int(row[0]), str(row[1]), bytes(row[2]), int(row[3]), str(row[4])) if row else None


def _wishes(db: Sql, scope: str) -> list[Wish]:
    rows = db.execute("SELECT scope, name, value FROM ordered_setting WHERE scope = ? ORDER BY name", (scope,))
    return [Wish(str(row[0]), str(row[1]), str(row[2])) for row in rows]


def _notices(db: Sql, scopes: tuple[str, ...], today: date) -> list[Written]:
    """Give what is shown today, the newest first."""
    found = []
    for scope in scopes:
        rows = db.execute(
            "SELECT id, audience, texts, until_day, made_at, made_by FROM notice"
            " WHERE scope = ? AND ended_at IS NULL AND until_day >= ?",
            (scope, today.isoformat()),
        )
        for number, audience, texts, until, made_at, made_by in rows:
            told = {"id": int(number), "audience": audience, "texts": msgspec.json.decode(texts), "until": until}
            notice = msgspec.convert(told, Notice)
            found.append(Written(scope, notice, datetime.fromisoformat(made_at), str(made_by)))
    return sorted(found, key=lambda each: -each.notice.id)


def _days_from(today: date, text: str) -> int:
    """How many days away a day is; below zero if it is none."""
    try:
        return (date.fromisoformat(text) - today).days
    except ValueError:
        return -1


def _box_of(scope: str) -> str:
    """The number of the box that a scope is about, if it is one."""
    return scope[2:] if scope.startswith("b:") else ""


def _detail(scope: str, *words: str) -> str:
    """Say what was ordered, and for whom where that is not one box."""
    whom = "" if _box_of(scope) else scope.removeprefix("m:") or "*"
    return " ".join(filter(None, (whom, *words)))
