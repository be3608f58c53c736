"""`schoolbox pack subscribe | unsubscribe | subscriptions`: what the box takes by itself."""

from schoolbox.cli.asked import Asked, Parsers, verb
from schoolbox.cli.outcome import Json, Outcome, table

PATTERN = "publisher:name for one pack, publisher:* for all of one publisher, * for all"


def add(verbs: Parsers) -> None:
    """Declare the verbs."""
    words = verb(verbs, "subscribe", subscribe, "have the box take packs by itself, now and when newer ones come")
    words.add_argument("pattern", metavar="PATTERN", help=PATTERN)
    words = verb(verbs, "unsubscribe", unsubscribe, "have the box leave packs alone; what is installed stays")
    words.add_argument("pattern", metavar="PATTERN", help=PATTERN)
    verb(verbs, "subscriptions", subscriptions, "list what the box takes by itself, and what it leaves alone")


def subscribe(asked: Asked) -> Outcome:
    """Take what a pattern names from now on."""
    pattern = asked.words.pattern
    with asked.box() as box:
        box.subscriptions.add(pattern)
    text = f"The box takes {_told(pattern)} from now on. To fetch it at once: schoolbox pack pull"
    return Outcome({"pattern": pattern, "wanted": True}, text)


def unsubscribe(asked: Asked) -> Outcome:
    """Leave alone what a pattern names."""
    pattern = asked.words.pattern
    with asked.box() as box:
        is_exception = box.subscriptions.remove(pattern)
    text = f"The box does not take {_told(pattern)} by itself."
    if is_exception:
        text += " This is noted as an exception, because something wider goes on."
    return Outcome({"pattern": pattern, "wanted": False, "exception": is_exception}, text)


def subscriptions(asked: Asked) -> Outcome:
    """List the patterns."""
    with asked.box() as box:
        patterns = box.subscriptions.wishes().patterns
    rows = [(pattern, "taken" if wanted else "left alone") for pattern, wanted in patterns.items()]
    data: list[Json] = [{"pattern": pattern, "wanted": wanted} for pattern, wanted in patterns.items()]
    always = "Newer versions of installed packs are taken unless the pack is left alone."
    return Outcome(data, "\n".join([table([("pattern", ""), *rows]) if rows else "No subscription yet.", always]))


def _told(pattern: str) -> str:
    """Say what a pattern means."""
    publisher, _, slug = pattern.partition(":")
    if pattern == "*":
        return "every pack of every publisher"
    return f"every pack of {publisher}" if slug == "*" else pattern
