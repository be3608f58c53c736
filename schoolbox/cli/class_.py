"""`schoolbox class`: classes added, listed, corrected, put away with their pupils, and brought back."""

from schoolbox.cli.asked import Asked, Parsers, noun, verb
from schoolbox.cli.outcome import Json, Outcome, table
from schoolbox.errors import BadInputError
from schoolbox.services.people_desk import ClassWish, DeskClass


def add(nouns: Parsers) -> None:
    """Declare the noun."""
    verbs = noun(nouns, "class", "classes of the school")
    words = verb(verbs, "add", add_class, "add a class; fine if it is there")
    words.add_argument("class_name", metavar="NAME", help="as pupils know it: 6/2")
    words.add_argument("--grade", type=int, required=True, help="0 to 13")
    words.add_argument("--shift", default="", help="morning, afternoon, or your own word")
    verb(verbs, "list", list_classes, "list the classes of today")
    words = verb(verbs, "change", change, "correct a class; what is not said stays as it is")
    words.add_argument("class_name", metavar="NAME")
    words.add_argument("--called", metavar="NEW", help="the name from now on")
    words.add_argument("--grade", type=int, help="0 to 13")
    words.add_argument("--shift", help="morning, afternoon, your own word, or nothing: ''")
    words = verb(verbs, "archive", archive, "put a class away with the pupils who are in no other; all is kept")
    words.add_argument("class_name", metavar="NAME")
    words = verb(verbs, "restore", restore, "bring the class of this name back that was put away last")
    words.add_argument("class_name", metavar="NAME")


def add_class(asked: Asked) -> Outcome:
    """Add a class."""
    words = asked.words
    with asked.box() as box:
        class_id = box.people.class_add(words.class_name, words.grade, words.shift)
    return Outcome({"id": class_id, "name": words.class_name}, f"Class {words.class_name} is there.")


def list_classes(asked: Asked) -> Outcome:
    """List the classes."""
    with asked.box() as box:
        classes = box.people.classes()
    rows = [(row.name, str(row.grade), row.shift, str(row.pupils)) for row in classes]
    return Outcome(
        [{"id": row.id, "name": row.name, "grade": row.grade, "shift": row.shift, "pupils": row.pupils}
         for row in classes],
        table([("class", "grade", "shift", "pupils"), *rows]) if rows else "There are no classes yet.",
    )  # fmt: skip


def change(asked: Asked) -> Outcome:
    """Correct name, grade and shift."""
    words = asked.words
    with asked.box() as box:
        before = _named(box.people_desk.classes(), words.class_name, archived=False)
        wish = ClassWish(
            before.name if words.called is None else words.called, before.grade if words.grade is None else words.grade,
            before.shift if words.shift is None else words.shift,
        )  # fmt: skip
        box.people_desk.change_class(before.id, wish, by=0)
        after = next(row for row in box.people_desk.classes() if row.id == before.id)
    facts: dict[str, Json] = {"id": after.id, "name": after.name, "grade": after.grade, "shift": after.shift}
    return Outcome(facts, f"Class {after.name}, grade {after.grade}{f', {after.shift}' if after.shift else ''}.")


def archive(asked: Asked) -> Outcome:
    """Put a class away."""
    with asked.box() as box:
        found = _named(box.people_desk.classes(), asked.words.class_name, archived=False)
        box.people_desk.archive_class(found.id, by=0)
    return Outcome({"id": found.id, "archived": True}, f"Class {found.name} is put away. Everything learnt is kept.")


def restore(asked: Asked) -> Outcome:
    """Bring a class back."""
    with asked.box() as box:
        found = _named(box.people_desk.classes(), asked.words.class_name, archived=True)
        box.people_desk.restore_class(found.id, by=0)
    return Outcome({"id": found.id, "archived": False}, f"Class {found.name} is back with its pupils.")


def _named(classes: list[DeskClass], name: str, *, archived: bool) -> DeskClass:
    """The class of this name; of several that were put away the newest."""
    found = [row for row in classes if row.name == name and row.archived == archived]
    if not found:
        raise BadInputError(field="NAME", problem=f"there is no class {name}{' that was put away' if archived else ''}")
    return max(found, key=lambda row: row.id)
