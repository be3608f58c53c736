"""`schoolbox discovery list`: which boxes say on this network that they are here."""

from schoolbox.cli.asked import Asked, Parsers, noun, verb
from schoolbox.cli.outcome import Outcome, table

WAIT_S = 3.0


def add(nouns: Parsers) -> None:
    """Declare the noun."""
    words = verb(
        noun(nouns, "discovery", "boxes on this network"), "list", list_boxes, "list the boxes that answer by name"
    )
    words.add_argument("--wait", type=float, default=WAIT_S, metavar="SECONDS", help="how long to listen")


def list_boxes(asked: Asked) -> Outcome:
    """List the boxes."""
    from sync.discovery import find_boxes

    boxes = find_boxes(asked.words.wait)
    rows = [(box.host, box.school, box.version, ", ".join(box.addresses)) for box in boxes]
    return Outcome(
        [{"host": box.host, "school": box.school, "version": box.version, "box_id": box.box_id, "port": box.port,
          "addresses": list(box.addresses)} for box in boxes],
        table([("name", "school", "version", "addresses"), *rows]) if rows else "No box answers on this network.",
    )  # fmt: skip
