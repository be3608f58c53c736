"""`schoolbox school set`, `schoolbox school show`."""

from schoolbox.cli.asked import Asked, Parsers, noun, verb
from schoolbox.cli.outcome import Outcome
from schoolbox.services.school import SchoolFacts
from sync.orders import SCHOOL


def add(nouns: Parsers) -> None:
    """Declare the noun."""
    verbs = noun(nouns, "school", "which school this box stands in")
    words = verb(verbs, "set", set_school, "give the school its name")
    words.add_argument("--name", required=True, dest="school_name", metavar="NAME", help="as pages show it")
    words.add_argument("--municipality", default="", metavar="NAME")
    verb(verbs, "show", show, "show the school and the numbers of this box")


def set_school(asked: Asked) -> Outcome:
    """Give the school its name."""
    with asked.box() as box:
        box.school.set(asked.words.school_name, asked.words.municipality)
        return _outcome(box.school.facts(), is_ordered=SCHOOL in box.hub_orders.settings())


def show(asked: Asked) -> Outcome:
    """Show what the box knows of its school."""
    with asked.box() as box:
        return _outcome(box.school.facts())


def _outcome(facts: SchoolFacts, *, is_ordered: bool = False) -> Outcome:
    text = f"School: {facts.name or 'not set'}\nMunicipality: {facts.municipality or 'not set'}\nBox: {facts.box_id}"
    if is_ordered:
        text += "\nThe hub named this school, and its name holds: “The line to the hub” is where you may refuse it."
    return Outcome({"name": facts.name, "municipality": facts.municipality, "box_id": facts.box_id}, text)
