r"""What the school is called on this box: as its hub says (PROTOCOL 14.7), else as was decided here.

Promises: what was decided here is kept while the hub's name holds, and holds again when the hub names none any more or
a technician refuses its name. Pages, statements and certificates all read the name that holds.

    call_school(db, "Shkolla „Agimi”\nGjilan")     # within a write; None: the name that was decided here
"""

import msgspec

from schoolbox.db.database import Database
from schoolbox.db.models import Setting

NAME, MUNICIPALITY = "school_name", "municipality"
_OWN = "school_own"


class _Own(msgspec.Struct, frozen=True):
    """The names that were decided here."""

    name: str
    municipality: str


def call_school(db: Database, ordered: str | None) -> None:
    """Let the hub's name hold, or the one that was decided here, within a write."""
    own = _own(db)
    if ordered is not None:
        if own is None:
            _write(db, _OWN, msgspec.json.encode(_Own(_read(db, NAME), _read(db, MUNICIPALITY))).decode())
        name, municipality = ordered.split("\n")
        _name(db, name, municipality)
    elif own is not None:
        db.run(Setting.delete().where(Setting.key == _OWN))
        _name(db, own.name, own.municipality)


def decide_school(db: Database, name: str, municipality: str) -> None:
    """Keep what was decided here, within a write; it holds unless the hub's name does."""
    if _own(db) is None:
        _name(db, name, municipality)
    else:
        _write(db, _OWN, msgspec.json.encode(_Own(name, municipality)).decode())


def _name(db: Database, name: str, municipality: str) -> None:
    _write(db, NAME, name)
    _write(db, MUNICIPALITY, municipality)


def _own(db: Database) -> _Own | None:
    raw = _read(db, _OWN)
    return msgspec.json.decode(raw, type=_Own) if raw else None


def _read(db: Database, key: str) -> str:
    return db.first(str, Setting.select(Setting.value).where(Setting.key == key)) or ""


def _write(db: Database, key: str, value: str) -> None:
    db.run(Setting.insert(key=key, value=value).on_conflict_replace())
