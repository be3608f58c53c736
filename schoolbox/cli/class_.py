"""`schoolbox class add`, `schoolbox class list`."""

from schoolbox.cli.asked import Asked, Parsers, noun, verb
from schoolbox.cli.outcome import Outcome, table


def add(nouns: Parsers) -> None:
    """Declare the noun."""
    verbs = noun(nouns, "class", "classes of the school")
    words = verb(verbs, "add", add_class, "add a class; fine if it is there")
    words.add_argument("class_name", metavar="NAME", help="as pupils know it: 6/2")
    words.add_argument("--grade", type=int, required=True, help="0 to 13")
    words.add_argument("--shift", default="", help="morning, afternoon, or your own word")
    verb(verbs, "list", list_classes, "list the classes of today")


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
