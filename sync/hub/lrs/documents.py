"""Documents that programs keep at the hub: the state of an activity, profiles of activities and agents.

Promises: a document belongs to the program (or box) that stored it and no other sees it; a change is on the disk when a
method returns; what is stored about a learner whom the school erased is acknowledged and not kept.

    documents.put(place, "bookmark", Content("text/plain", b"page 3"), owner=1, conditions=Preconditions(...))
    documents.get(place, "bookmark", owner=1).body
"""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Literal, TypeAlias
from uuid import UUID

import msgspec
from msgspec import Raw

from content_packs.clock import Clock
from sync.hub.database import Database, Sql
from sync.hub.errors import BadRequestError
from sync.hub.forgetting import Forgetting
from sync.hub.lrs.preconditions import Preconditions
from sync.hub.moments import micros
from sync.hub.terms import Terms, find_term

Kind: TypeAlias = Literal["state", "activity", "agent"]
JSON = "application/json"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PLACE = "owner = ? AND kind = ? AND activity = ? AND agent = ?"
_DOCUMENT = f"{_PLACE} AND registration = ? AND name = ?"


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where documents lie: `agent` is the key of one, `activity` an IRI; empty where the kind has none."""

    kind: Kind
    activity: str = ""
    agent: str = ""
    registration: UUID | None = None


class Content(msgspec.Struct, frozen=True):
    """What is stored: its type as the program said it, and its bytes."""

    type: str
    body: bytes

    @property
    def is_json(self) -> bool:
        """Say whether it says that it is JSON, whatever it says of letters."""
        return self.type.partition(";")[0].strip().lower() == JSON


class Document(msgspec.Struct, frozen=True):
    """A document as it is given back."""

    content: Content
    etag: str
    updated_at: datetime


class Documents:
    """Every document of one hub."""

    def __init__(self, database: Database, clock: Clock, forgetting: Forgetting) -> None:
        self._database = database
        self._clock = clock
        self._forgetting = forgetting

    def get(self, place: Place, name: str, *, owner: int) -> Document | None:
        """Give one document, or None."""
        with self._database.read() as db:
            key = _key(db, place, owner)
            return _read(db, (*key, _registration(place), name)) if key else None

    def names(self, place: Place, *, owner: int, since_us: int | None) -> list[str]:
        """Name the documents of a place that were changed after a time; without a registration those of all."""
        with self._database.read() as db:
            key = _key(db, place, owner)
            if key is None:
                return []
            text, values = _of_place(place, key)
            rows = db.execute(
                f"SELECT DISTINCT name FROM document WHERE {text} AND updated_us > ? ORDER BY name",  # noqa: S608  fixed texts
                (*values, -1 if since_us is None else since_us),
            ).fetchall()
        return [str(row[0]) for row in rows]

    def put(self, place: Place, name: str, content: Content, *, owner: int, conditions: Preconditions) -> None:
        """Store a document in place of what was there.

        Raises:
            PreconditionError: What is there is another than expected.
            DocumentExistsError: The program had to say what it expects.
        """
        self._store(place, name, content, owner=owner, conditions=conditions)

    def merge(self, place: Place, name: str, content: Content, *, owner: int, conditions: Preconditions) -> None:
        """Store a document, or put the fields of a JSON object in place of those of the one that is there.

        Raises:
            BadRequestError: It is not JSON though it says so, or one of the two is no JSON object.
            PreconditionError: What is there is another than expected.
        """
        if content.is_json:
            _check_json(content)
        self._store(place, name, content, owner=owner, conditions=conditions, merge=True)

    def delete(self, place: Place, name: str, *, owner: int, conditions: Preconditions) -> None:
        """Take a document away; fine if there is none.

        Raises:
            PreconditionError: What is there is another than expected.
        """
        with self._database.write(overwriting=True) as db:
            key = _key(db, place, owner)
            row = (*key, _registration(place), name) if key else None
            have = _read(db, row) if row else None
            conditions.check(have.etag if have else None)
            if row:
                db.execute(f"DELETE FROM document WHERE {_DOCUMENT}", row)  # noqa: S608  fixed texts

    def delete_all(self, place: Place, *, owner: int) -> None:
        """Take every document of a place away; without a registration those of all."""
        with self._database.write(overwriting=True) as db:
            key = _key(db, place, owner)
            if key:
                text, values = _of_place(place, key)
                db.execute(f"DELETE FROM document WHERE {text}", values)  # noqa: S608  fixed texts

    def _store(
        self, place: Place, name: str, content: Content, *, owner: int, conditions: Preconditions, merge: bool = False
    ) -> None:
        """Write one document, if it is not about somebody who was forgotten."""
        with self._database.write() as db:
            if place.agent and self._forgetting.known(db)(place.agent):
                return
            Terms(db).learn([place.activity, place.agent])
            key = _key(db, place, owner)
            assert key  # noqa: S101  its terms were learnt a line ago
            row = (*key, _registration(place), name)
            have = _read(db, row)
            conditions.check(have.etag if have else None)
            if merge and have:
                content = _merged(have.content, content)
            etag = hashlib.sha1(content.body, usedforsecurity=False).hexdigest()
            db.execute(
                "INSERT INTO document (owner, kind, activity, agent, registration, name, content_type, etag,"
                " updated_us, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (owner, kind, activity, agent, registration, name) DO UPDATE SET"
                " content_type = excluded.content_type, etag = excluded.etag, updated_us = excluded.updated_us,"
                " body = excluded.body",
                (*row, content.type, etag, micros(self._clock.now()), content.body),
            )


_Key = tuple[int, str, int, int]


def _key(db: Sql, place: Place, owner: int) -> _Key | None:
    """Give a place in the words of the table; None if the hub knows the activity or agent not at all."""
    activity = find_term(db, place.activity) if place.activity else 0
    agent = find_term(db, place.agent) if place.agent else 0
    return None if activity is None or agent is None else (owner, place.kind, activity, agent)


def _registration(place: Place) -> bytes:
    return place.registration.bytes if place.registration else b""


def _of_place(place: Place, key: _Key) -> tuple[str, tuple[int | str | bytes, ...]]:
    """Give the condition for everything of a place."""
    if place.registration is None:
        return _PLACE, key
    return f"{_PLACE} AND registration = ?", (*key, place.registration.bytes)


def _read(db: Sql, row: tuple[int | str | bytes, ...]) -> Document | None:
    """Read one document."""
    found = db.execute(
        f"SELECT content_type, body, etag, updated_us FROM document WHERE {_DOCUMENT}",  # noqa: S608  fixed texts
        row,
    ).fetchone()
    if found is None:
        return None
    at = _EPOCH + timedelta(microseconds=int(found[3]))
    return Document(Content(str(found[0]), bytes(found[1])), str(found[2]), at)


def _check_json(content: Content) -> None:
    try:
        msgspec.json.decode(content.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise BadRequestError("The document says it is JSON and is not. Nothing was changed.") from exc


def _merged(have: Content, new: Content) -> Content:
    """Put the fields of one JSON object in place of those of another, one level deep.

    Raises:
        BadRequestError: One of the two is none. Source: xAPI 1.0.3 part 3 section 2.2.
    """
    try:
        if not (have.is_json and new.is_json):
            raise BadRequestError("Only JSON can be added to JSON; store the whole with PUT. Nothing was changed.")
        fields = msgspec.json.decode(have.body, type=dict[str, Raw])
        fields.update(msgspec.json.decode(new.body, type=dict[str, Raw]))
        return Content(JSON, msgspec.json.encode(fields))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
        raise BadRequestError("Only one JSON object can be added to another. Nothing was changed.") from exc
