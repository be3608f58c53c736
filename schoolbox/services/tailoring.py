"""The library as a school wants it: what is hidden, shown again and put first, for the school, a grade or a class.

Promises: a technician decides for the school and its grades, a teacher for own classes, and nobody for others; a reader
costs one look into a small table, and no more where nothing is hidden. The rules are in `tailoring_rules`.

    tailoring.decide(scope, Target("pack", "mash:thyesat-6"), "hide")
    library.as_seen_by(tailoring.view(viewer)).packs()
"""

from collections.abc import Collection
from typing import get_args

import msgspec
from msgspec.structs import replace

from schoolbox.db.database import Database
from schoolbox.errors import BadInputError, NotFoundError
from schoolbox.services.classes import Classes
from schoolbox.services.tailoring_rules import EVERYTHING, Rule, ScopeKind, TargetKind, View, What, view_of
from schoolbox.services.texts import write_json
from schoolbox.services.viewers import Viewer, is_staff

GRADES = range(14)
OF_READER = """
SELECT scope_kind, target_kind, target_id, what, position FROM tailored
WHERE (scope_kind = 'school' AND scope_id = 0) OR (scope_kind = 'grade' AND scope_id = ?1)
   OR (scope_kind = 'class' AND scope_id = ?2)
"""
OF_UNITS = """
SELECT i.id FROM json_each(?) AS asked CROSS JOIN item AS a ON a.id = asked.value
JOIN item AS i ON i.pack_id = a.pack_id AND i.unit_position = a.unit_position
"""
GIVEN = """
SELECT DISTINCT li.item_id FROM membership AS m JOIN lesson AS l ON l.class_id = m.class_id
JOIN school_class AS c ON c.id = l.class_id AND c.archived_at IS NULL
JOIN lesson_item AS li ON li.lesson_id = l.id
WHERE m.person_id = ?1 AND l.given_at IS NOT NULL AND l.ended_at IS NULL AND (l.for_all OR EXISTS
      (SELECT 1 FROM lesson_chosen AS p WHERE p.lesson_id = l.id AND p.person_id = ?1))
UNION
SELECT t.item_id FROM membership AS m JOIN class_test AS t ON t.class_id = m.class_id
WHERE m.person_id = ?1 AND t.opened_at IS NOT NULL AND (t.for_all OR EXISTS
      (SELECT 1 FROM class_test_pupil AS p WHERE p.test_id = t.id AND p.person_id = ?1 AND p.chosen))
"""
"""What lessons and tests give a pupil; a test stays open to them, for its results."""
OF_SCOPE = """
SELECT scope_kind, target_kind, target_id, what, position FROM tailored WHERE scope_kind = ? AND scope_id = ?
"""
HIDDEN_FOR = """
WITH rule AS (SELECT * FROM tailored WHERE what = 'hide' AND target_id IN (SELECT value FROM json_each(?))),
thing AS (
    SELECT target_id AS id, scope_kind, scope_id FROM rule WHERE target_kind <> 'unit'
    UNION SELECT i.id, r.scope_kind, r.scope_id FROM rule AS r JOIN item AS a ON a.id = r.target_id
    JOIN item AS i ON i.pack_id = a.pack_id AND i.unit_position = a.unit_position WHERE r.target_kind = 'unit'
)
SELECT t.id, t.scope_kind, t.scope_id, COALESCE(c.name, '') FROM thing AS t
LEFT JOIN school_class AS c ON t.scope_kind = 'class' AND c.id = t.scope_id
ORDER BY t.id, t.scope_kind = 'class', t.scope_kind = 'grade', t.scope_id
"""
FORGET = "DELETE FROM tailored WHERE scope_kind = ? AND scope_id = ? AND target_kind = ? AND target_id = ?"
KEEP = "INSERT INTO tailored (scope_kind, scope_id, target_kind, target_id, what, position) VALUES (?, ?, ?, ?, ?, ?)"
MOVE = "UPDATE tailored SET position = ? WHERE scope_kind = ? AND scope_id = ? AND target_kind = ? AND target_id = ?"


class Scope(msgspec.Struct, frozen=True):
    """For whom something is decided: `id` is 0 for the school, the grade, or the class; `name` and `grade` are its."""

    kind: ScopeKind
    id: int
    name: str = ""
    grade: int = -1

    @property
    def key(self) -> str:
        """As addresses write it."""
        return "school" if self.kind == "school" else f"{self.kind}-{self.id}"


SCHOOL = Scope("school", 0)


class Target(msgspec.Struct, frozen=True):
    """What is decided about: a course, a unit (named by an item in it) or an item."""

    kind: str
    id: str


class Tailoring:
    """Keeps and answers what was decided."""

    def __init__(self, db: Database, *, classes: Classes) -> None:
        self._db = db
        self._classes = classes

    def view(self, viewer: Viewer | None) -> View:
        """What somebody sees; staff see everything, a guest what the school shows to all."""
        if is_staff(viewer):
            return EVERYTHING
        grade = viewer.grade if viewer and viewer.grade is not None else -1
        class_id = viewer.class_id if viewer and viewer.class_id is not None else -1
        rules = self._db.fetch_sql(Rule, OF_READER, (grade, class_id))
        if not rules:
            return EVERYTHING
        view = view_of(rules)
        if view.units:
            view = replace(view, items=view.items.union(self._db.fetch_sql(str, OF_UNITS, (_json(view.units),))))
        if view.hides and viewer:
            view = replace(view, given=frozenset(self._db.fetch_sql(str, GIVEN, (viewer.person_id,))))
        return view

    def scopes(self, viewer: Viewer) -> tuple[Scope, ...]:
        """For whom this member of the staff may decide."""
        if viewer.role == "technician":
            return (SCHOOL, *(Scope("grade", grade) for grade in GRADES))
        return tuple(Scope("class", row.id, row.name, row.grade) for row in self._classes.of_teacher(viewer.person_id))

    def offered(self, viewer: Viewer) -> tuple[Scope, ...]:
        """Those of them that a page offers: of the grades only those that have a class, if any has one."""
        grades = set(self._classes.grades())
        return tuple(
            scope for scope in self.scopes(viewer) if scope.kind != "grade" or not grades or scope.id in grades
        )

    def scope(self, viewer: Viewer, key: str) -> Scope:
        """One of these, by what addresses call it.

        Raises:
            NotFoundError: There is none, or it is not this person's to decide.
        """
        found = next((scope for scope in self.scopes(viewer) if scope.key == key), None)
        if found is None:
            raise NotFoundError(kind="scope", key=key)
        return found

    def rules(self, scope: Scope) -> dict[tuple[str, str], Rule]:
        """What was decided for a scope itself, by kind and id of the thing."""
        found = self._db.fetch_sql(Rule, OF_SCOPE, (scope.kind, scope.id))
        return {(rule.target_kind, rule.target_id): rule for rule in found}

    def wider(self, scope: Scope) -> dict[tuple[str, str], Rule]:
        """What holds for a scope where it decides nothing itself: its grade decided it, or the school."""
        found = [*self.rules(SCHOOL).items()] if scope.kind != "school" else []
        if scope.kind == "class":
            found += self.rules(Scope("grade", scope.grade)).items()
        return dict(found)

    def decide(self, scope: Scope, target: Target, what: str) -> None:
        """Hide, show or pin something, move a pinned thing `up` or `down`, or leave it to the wider scope: `clear`.

        Raises:
            BadInputError: It is none of these.
        """
        if target.kind not in get_args(TargetKind) or what not in (*get_args(What), "up", "down", "clear"):
            raise BadInputError(field="what", problem=what)
        self._db.write(lambda: self._move(scope, target, what) if what in ("up", "down") else self._put(
            scope, target, what))  # fmt: skip

    def hidden_for(self, ids: Collection[str]) -> dict[str, tuple[Scope, ...]]:
        """From whom things are hidden, by id of the course or item."""
        found: dict[str, tuple[Scope, ...]] = {}
        for target_id, scope in self._db.fetch_sql(_hidden, HIDDEN_FOR, (_json(ids),)):
            found[target_id] = (*found.get(target_id, ()), scope)
        return found

    def _put(self, scope: Scope, target: Target, what: str) -> None:
        key = (scope.kind, scope.id, target.kind, target.id)
        last = max((rule.position for rule in self.rules(scope).values()), default=0)
        self._db.run_sql(FORGET, key)
        if what != "clear":
            self._db.run_sql(KEEP, (*key, what, last + 1 if what == "pin" else 0))

    def _move(self, scope: Scope, target: Target, way: str) -> None:
        """Change places with the neighbour among what is pinned of the same kind; courses, units and items apart."""
        pinned = [rule for rule in self.rules(scope).values() if rule.what == "pin" and rule.target_kind == target.kind]
        pinned.sort(key=lambda rule: (rule.position, rule.target_id))
        ids = [rule.target_id for rule in pinned]
        if target.id not in ids:
            return
        place = ids.index(target.id)
        other = min(max(place + (-1 if way == "up" else 1), 0), len(ids) - 1)
        ids[place], ids[other] = ids[other], ids[place]
        for position, target_id in enumerate(ids, 1):
            self._db.run_sql(MOVE, (position, scope.kind, scope.id, target.kind, target_id))


def _hidden(target_id: str, kind: ScopeKind, scope_id: int, name: str) -> tuple[str, Scope]:
    return target_id, Scope(kind, int(scope_id), name)


def _json(ids: Collection[str]) -> str:
    return write_json(sorted(ids))
