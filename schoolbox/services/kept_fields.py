"""Which personal facts a school keeps beyond what signing in needs: its own choice, as few as it can do with.

Promises: what is not kept is neither read from lists nor shown nor exported; what is no longer kept is erased in the
same change that says so, and right after it from the free places of the file and from its copies, as when a person is
erased. A new box keeps the language alone.

    kept_fields.choose({"phone"})    # the parents' names and languages that were stored are gone
"""

from collections.abc import Callable, Collection

from schoolbox.db.database import Database
from schoolbox.db.models import Person, Setting
from schoolbox.errors import BadInputError
from schoolbox.services.erasure import owe_traces
from schoolbox.services.events import Events
from schoolbox.services.roster_fields import OPTIONAL

KEY = "kept_fields"
AT_FIRST = frozenset({"language"})


def kept_in(db: Database) -> frozenset[str]:
    """The optional fields that the school of a database keeps."""
    stored = db.first(str, Setting.select(Setting.value).where(Setting.key == KEY))
    return AT_FIRST if stored is None else frozenset(stored.split())


class KeptFields:
    """Reads and sets the choice."""

    def __init__(self, db: Database, *, events: Events, on_erased: Callable[[], None]) -> None:
        self._db = db
        self._events = events
        self._on_erased = on_erased

    def kept(self) -> frozenset[str]:
        """The optional fields that the school keeps."""
        return kept_in(self._db)

    def choose(self, fields: Collection[str], *, by: int | None = None) -> None:
        """Keep these from now on, and erase what is stored of the others.

        Raises:
            BadInputError: One of them is not optional, or unknown.
        """
        unknown = sorted(set(fields) - set(OPTIONAL))
        if unknown:
            raise BadInputError(field=unknown[0], problem=f"it is none of {', '.join(OPTIONAL)}")
        kept = " ".join(field for field in OPTIONAL if field in fields)

        def keep() -> int:
            self._db.run(Setting.insert(key=KEY, value=kept).on_conflict_replace())
            gone = [field for field in OPTIONAL if field not in fields]
            erased = sum(
                self._db.run(Person.update({field: ""}).where(getattr(Person, field) != "")) for field in gone
            )
            if erased:
                owe_traces(self._db)
            return erased

        erased = self._db.write(keep)
        self._events.note_done("kept_fields_chosen", by=by, fields=kept or "-")
        if erased:
            self._on_erased()
