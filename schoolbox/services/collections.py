"""Collections of the school's own: items of any packs, in an order of one's own, with a name, a sentence and a drawing.

Promises: a technician makes them for the school and its grades, a teacher for own classes; whoever is not meant does
not find them. What is hidden from a reader is not shown in a collection either.

    collection_id = collections.make(scope, "Java e leximit")
    collections.change_items(scope, collection_id, "add", "mash:pjeset")
"""

from collections.abc import Sequence

import msgspec

from schoolbox.db.collection_models import Collection as Row
from schoolbox.db.database import Database
from schoolbox.errors import BadInputError, NotFoundError
from schoolbox.marks import N_
from schoolbox.services.tailoring import SCHOOL, Scope, Tailoring
from schoolbox.services.texts import write_json
from schoolbox.services.viewers import Viewer, is_staff

TITLE_MAX = 100
SAYS_MAX = 300
ITEMS_MAX = 200
COLLECTIONS_MAX = 50
_COLUMNS = "id, scope_kind, scope_id, title, says, area"
SEEN = f"""
SELECT {_COLUMNS} FROM collection
WHERE scope_kind || '-' || scope_id IN (SELECT value FROM json_each(?)) ORDER BY id DESC
"""  # noqa: S608 - a constant of this module
ITEMS = "SELECT item_id FROM collection_item WHERE collection_id = ? ORDER BY position"
FORGET_ITEMS = "DELETE FROM collection_item WHERE collection_id = ?"
KEEP_ITEM = "INSERT INTO collection_item (collection_id, position, item_id) VALUES (?, ?, ?)"


class CollectionCard(msgspec.Struct, frozen=True):
    """A collection in a list; `area` chooses its colour and drawing."""

    id: int
    scope_kind: str
    scope_id: int
    title: str
    says: str
    area: str


class Collections:
    """Keeps and finds them."""

    def __init__(self, db: Database, *, tailoring: Tailoring) -> None:
        self._db = db
        self._tailoring = tailoring

    def seen_by(self, viewer: Viewer | None) -> list[CollectionCard]:
        """Those meant for a reader, the newest first; staff find those that they may change, and the school's."""
        if viewer is not None and is_staff(viewer):
            return self._of({SCHOOL, *self._tailoring.scopes(viewer)})
        scopes = {SCHOOL}
        if viewer is not None and viewer.grade is not None:
            scopes.add(Scope("grade", viewer.grade))
        if viewer is not None and viewer.class_id is not None:
            scopes.add(Scope("class", viewer.class_id))
        return self._of(scopes)

    def one(self, viewer: Viewer | None, collection_id: int) -> CollectionCard:
        """One of those.

        Raises:
            NotFoundError: There is none of that number for this reader.
        """
        return _only(self.seen_by(viewer), collection_id)

    def of_scope(self, scope: Scope) -> list[CollectionCard]:
        """Those of one school, grade or class."""
        return self._of({scope})

    def in_scope(self, scope: Scope, collection_id: int) -> CollectionCard:
        """One of these.

        Raises:
            NotFoundError: There is none of that number.
        """
        return _only(self.of_scope(scope), collection_id)

    def items(self, collection_id: int) -> list[str]:
        """The ids of its items, in order."""
        return self._db.fetch_sql(str, ITEMS, (collection_id,))

    def make(self, scope: Scope, title: str) -> int:
        """Begin a collection; its number.

        Raises:
            BadInputError: It has no title, or there are too many.
        """
        if len(self.of_scope(scope)) >= COLLECTIONS_MAX:
            raise BadInputError(field="title", problem=N_("There are 50 collections here. Delete one first."))
        row = {"scope_kind": scope.kind, "scope_id": scope.id, "title": _titled(title)}
        made: int = self._db.write(lambda: self._db.run(Row.insert(**row)))
        return made

    def describe(self, scope: Scope, collection_id: int, title: str, says: str, area: str) -> None:
        """Keep name, sentence and drawing.

        Raises:
            NotFoundError: There is none of that number.
            BadInputError: It has no title.
        """
        self.in_scope(scope, collection_id)
        known = {"title": _titled(title), "says": " ".join(says.split())[:SAYS_MAX], "area": area}
        self._db.write(lambda: self._db.run(Row.update(**known).where(Row.id == collection_id)))

    def change_items(self, scope: Scope, collection_id: int, how: str, item_id: str) -> None:
        """Let an item be added at the end, moved `up` or `down`, or taken out by `remove`.

        Raises:
            NotFoundError: There is none of that number.
            BadInputError: It holds as many as may be.
        """
        self.in_scope(scope, collection_id)

        def keep() -> None:
            after = changed(self.items(collection_id), how, item_id)
            if len(after) > ITEMS_MAX:
                raise BadInputError(field="items", problem=N_("A collection holds 200 lessons. Begin another one."))
            self._db.run_sql(FORGET_ITEMS, (collection_id,))
            self._db.run_many(KEEP_ITEM, [(collection_id, place, each) for place, each in enumerate(after)])

        self._db.write(keep)

    def delete(self, scope: Scope, collection_id: int) -> None:
        """Delete a collection; its items stay where they are.

        Raises:
            NotFoundError: There is none of that number.
        """
        self.in_scope(scope, collection_id)
        self._db.write(lambda: self._db.run(Row.delete().where(Row.id == collection_id)))

    def _of(self, scopes: set[Scope]) -> list[CollectionCard]:
        keys = sorted(f"{scope.kind}-{scope.id}" for scope in scopes)
        return self._db.fetch_sql(CollectionCard, SEEN, (write_json(keys),))


def changed(items: Sequence[str], how: str, item_id: str) -> list[str]:
    """The ids after one step; a step that makes no sense changes nothing."""
    found = list(items)
    if how == "add":
        return found if item_id in found else [*found, item_id]
    if item_id not in found:
        return found
    place = found.index(item_id)
    found.remove(item_id)
    if how == "remove":
        return found
    found.insert(min(max(place + {"up": -1, "down": 1}.get(how, 0), 0), len(found)), item_id)
    return found


def _only(cards: Sequence[CollectionCard], collection_id: int) -> CollectionCard:
    found = next((card for card in cards if card.id == collection_id), None)
    if found is None:
        raise NotFoundError(kind="collection", key=str(collection_id))
    return found


def _titled(title: str) -> str:
    found = " ".join(title.split())[:TITLE_MAX]
    if not found:
        raise BadInputError(field="title", problem=N_("Write a title first."))
    return found
